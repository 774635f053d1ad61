"""What was decided about a file, line by line: kind, columns, form, dates, and what it feeds."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from service_quality.base import language
from service_quality.base.language import _
from service_quality.definitions.datasets import all_datasets
from service_quality.ingest.recognise import feeds
from service_quality.uploads.outcome import Outcome

REASONS = 4


def lines(outcome: Outcome) -> list[str]:
    """Return the lines on an outcome of `load` or `check`; none where a file was not read."""
    if not outcome.rows_read:
        return []
    return [*_decided(outcome), *measures(outcome)]


def measures(outcome: Outcome) -> list[str]:
    """Return the sentences on what a file feeds and what it does not; none for a register."""
    dataset = all_datasets()[outcome.kind or ""]
    if dataset.register:
        return []
    titles = {column.name: _(column.title) for column in dataset.columns}
    return [
        feeds.sentence_of_feeds(outcome.feeds),
        *(feeds.sentence_of_not_fed(each, titles) for each in outcome.not_fed),
    ]


def _decided(outcome: Outcome) -> Iterator[str]:
    dataset = all_datasets()[outcome.kind or ""]
    why = language.side_by_side(outcome.why[:REASONS])
    yield (
        _("Kind: {kind} ({title}). {why}")
        .format(kind=dataset.kind, title=_(dataset.title), why=f"{why}." if why else "")
        .rstrip()
    )
    yield _("Columns: {columns}.").format(
        columns=", ".join(f"{name} = {header}" for name, header in outcome.mapping.items())
    )
    if outcome.decided:
        yield _("Form: {decided}").format(decided=" ".join(outcome.decided))
    for each in outcome.decisions:
        text = _("{column}: {what}, because {why}.").format(
            column=each.column, what=each.what, why=each.why
        )
        if not each.say:
            yield text
            continue
        if each.proposed:
            said = _("Proposed: {decision} To do so: {words}")
        else:
            said = _("{decision} Otherwise: {words}")
        yield said.format(decision=text, words=_typed(each.say))


def _typed(say: str) -> str:
    """Return a flag with its words as a shell takes them: headers have blanks."""
    flag, _blank, words = say.partition(" ")
    return f"{flag} {shlex.quote(words)}"
