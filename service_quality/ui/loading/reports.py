"""The fourth step of an upload: the report on its rows, ready or set aside, and why."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import streamlit as st

from service_quality.base import language
from service_quality.base.errors import ServiceQualityError
from service_quality.base.language import _, ngettext
from service_quality.base.spreadsheets import safe
from service_quality.definitions.datasets import all_datasets
from service_quality.ingest.prepare import Prepared
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.stage import rejects, rules_applied
from service_quality.ingest.stage.issues import SENTENCES, Issue
from service_quality.ui.frame.data import real
from service_quality.ui.loading import status_words
from service_quality.ui.loading.files import Dropped
from service_quality.ui.loading.path import Path
from service_quality.ui.loading.personal import personal_columns
from service_quality.ui.loading.steps import now
from service_quality.ui.loading.understood import answered, decisions, offer
from service_quality.ui.parts import export
from service_quality.ui.parts.tables import table
from service_quality.ui.parts.text import caption, md, say
from service_quality.uploads import publish
from service_quality.uploads.outcome import Outcome

STEP = 4


@dataclass
class Check:
    """What a file would do: the outcome of a dry run, and what was seen of its rows."""

    outcome: Outcome
    preview: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    rejected: FilePath | None = None

    @property
    def refused(self) -> bool:
        """Whether nothing can be published, whatever a person confirms."""
        return self.outcome.status == "refused" and not self.outcome.confirm

    @property
    def spotless(self) -> bool:
        """Whether there is nothing in the report that a person should look at."""
        outcome = self.outcome
        proposed = any(decision.proposed for decision in outcome.decisions)
        odd = outcome.rows_rejected or outcome.issues or outcome.personal or proposed
        return not (self.refused or odd or self.statuses)


def report(path: Path, file: Dropped, instructions: Instructions) -> Check | None:
    """Check every row and show what was found, by rule; None while that is open."""
    try:
        found = _remembered_check(file, instructions)
    except ServiceQualityError as error:
        path.opens(STEP, _("What was found"), "", settled=False)
        _refused(str(error))
        return None
    line, showing = _counted_in(found.outcome), instructions.hash()
    settled = found.spotless and not found.refused
    if not path.opens(STEP, _("What was found"), line, settled=settled, showing=showing):
        return found
    titles = _titles(found.outcome.kind or instructions.kind or "")
    if found.refused and found.outcome.answers:
        st.warning(md(found.outcome.reason or ""))
        offer(path.answers, found.outcome.answers, titles)
    elif found.refused:
        _refused(found.outcome.reason or "")
    answered(path.answers, titles)
    if found.outcome.rows_read:
        _what_was_found(path, file, found, titles)
    if not found.refused:
        path.goes_on(STEP, showing)
    return None


def _what_was_found(path: Path, file: Dropped, found: Check, titles: Mapping[str, str]) -> None:
    _counts(found.outcome)
    for issue in found.outcome.issues:
        _issue(issue, titles, file)
    status_words.of_file(file.id, found.statuses)
    _rejected(found)
    personal_columns(path.answers, found.outcome, titles)
    decisions(file.id, path.answers, found.outcome, titles)
    if found.preview:
        with st.expander(_("First rows, as they are understood")):
            columns = {name: (titles.get(name, name), "text") for name in found.preview[0]}
            table(found.preview, columns, f"preview-{file.id}", download=False)


def _counted_in(outcome: Outcome) -> str:
    text = ngettext("{n} row is ready", "{n} rows are ready", outcome.rows_accepted)
    aside = ngettext("{n} set aside", "{n} set aside", outcome.rows_rejected)
    words = [text.format(n=language.number(outcome.rows_accepted))]
    if outcome.rows_rejected:
        words.append(aside.format(n=language.number(outcome.rows_rejected)))
    return ", ".join(words) + "."


def _refused(reason: str) -> None:
    st.error(md(reason))
    text = _("Step 3 is where to say what a column means, or to give one value for all rows.")
    caption(text)


def _remembered_check(file: Dropped, instructions: Instructions) -> Check:
    # What was checked before another upload is out of date.
    key = f"check-{file.id}-{instructions.hash()}"
    version = (real().version, real().answers.settings, language.current_language())
    if st.session_state.get(f"{key}-version") != version:
        st.session_state.pop(key, None)
        st.session_state[f"{key}-version"] = version
    if key not in st.session_state:
        place = st.empty()
        with place.status(_("Checking")) as status:
            st.session_state[key] = _check(file, instructions, counted(status, 4))
        place.empty()
    found: Check = st.session_state[key]
    return found


def counted(status: Any, total: int) -> publish.Progress:
    """Return what shows each step and how many are left."""
    steps = itertools.count(1)

    def show(step: str) -> None:
        text = _("{step} ({done} of {total})")
        done = min(next(steps), total)
        status.update(label=md(text.format(step=step, done=done, total=total)))

    return show


def _check(file: Dropped, instructions: Instructions, progress: publish.Progress) -> Check:
    seen: dict[str, Any] = {}

    def inspect(cursor: Any, prepared: Prepared) -> None:
        seen["preview"] = rejects.preview(cursor, prepared)
        chosen = real().answers.settings
        seen["statuses"] = rules_applied.unknown_statuses(cursor, prepared.staged, chosen)
        if prepared.rejected:
            seen["rejected"] = _write_rejected(cursor, prepared, file)

    outcome = load(file, instructions, progress, dry_run=True, inspect=inspect)
    return Check(outcome, **seen)


def load(
    file: Dropped, instructions: Instructions, progress: publish.Progress, by: str = "", **how: Any
) -> Outcome:
    answers = real().answers
    return publish.load(
        answers.warehouse,
        answers.settings,
        file.path,
        instructions,
        publish.Moment(now(), by),
        name=file.name,
        progress=progress,
        **how,
    )


def _write_rejected(cursor: Any, prepared: Prepared, file: Dropped) -> FilePath:
    # Lives in the session's folder only: the original columns are kept nowhere else.
    path = file.path.with_suffix(".rejected.csv")
    headers, rows = rejects.rejected_rows(cursor, prepared)
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = export.writer(target)
        writer.writerow([safe(header) for header in headers])
        writer.writerows([safe(cell) for cell in row] for row in rows)
    return path


def _titles(kind: str) -> dict[str, str]:
    return {column.name: _(column.title) for column in all_datasets()[kind].columns}


def _counts(outcome: Outcome) -> None:
    ready, aside = outcome.rows_accepted, outcome.rows_rejected
    text = ngettext("{n} row is ready.", "{n} rows are ready.", ready)
    st.success(text.format(n=language.number(ready)))
    if aside:
        text = ngettext("{n} row will be set aside.", "{n} rows will be set aside.", aside)
        st.warning(text.format(n=language.number(aside)))


def _issue(issue: Issue, titles: Mapping[str, str], file: Dropped) -> None:
    column = titles.get(issue.column, issue.column)
    text = ngettext(
        "{column}: {n} row, expected {expected}",
        "{column}: {n} rows, expected {expected}",
        issue.rows,
    )
    if issue.emptied:
        text = ngettext(
            "{column}: {n} cell was left empty, expected {expected}.",
            "{column}: {n} cells were left empty, expected {expected}.",
            issue.rows,
        )
    if issue.rule in SENTENCES:
        text = "{expected}"
    head = text.format(column=column, n=language.number(issue.rows), expected=issue.expected)
    with st.expander(md(head)):
        if issue.remedy != issue.expected:
            say(issue.remedy)
        rows = [
            {"record": record, "column": column, "cell": cell, "expected": issue.expected}
            for record, cell in issue.examples
        ]
        columns = {
            "record": (_("Record"), "whole"),
            "column": (_("Column"), "text"),
            "cell": (_("Value"), "text"),
            "expected": (_("Expected"), "text"),
        }
        if rows:
            name = f"issue-{file.id}-{issue.column}-{issue.rule}-{issue.emptied}"
            table(rows, columns, name, download=False)


def _rejected(found: Check) -> None:
    path = found.rejected
    if path is None:
        return
    st.download_button(
        _("Download the rows set aside"),
        path.read_bytes,
        "rows-set-aside.csv",
        "text/csv",
        on_click="ignore",
        key=f"rejected-{path.name}",
    )
