"""The last steps of an upload: the report on its rows, what will change, and publishing."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import streamlit as st

from service_quality.base import language
from service_quality.base.access import Role
from service_quality.base.errors import ServiceQualityError
from service_quality.base.language import _, ngettext
from service_quality.definitions.datasets import all_datasets
from service_quality.ingest.prepare import Prepared
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.stage import rejects, rules_applied
from service_quality.ingest.stage.issues import SENTENCES, Issue
from service_quality.ui.frame import signin
from service_quality.ui.frame.data import real
from service_quality.ui.loading import status_words
from service_quality.ui.loading.personal import personal_columns
from service_quality.ui.loading.steps import Dropped, now
from service_quality.ui.loading.understood import ask, decisions, measures
from service_quality.ui.parts import export
from service_quality.ui.parts.tables import table
from service_quality.ui.parts.text import caption, heading, md, say
from service_quality.uploads import publish
from service_quality.uploads.outcome import Outcome

WHERE_TO = (
    ("pages/overview.py", "Overview"),
    ("pages/rankings.py", "Rankings"),
    ("pages/trends.py", "Trends"),
    ("pages/data.py", "Data"),
)


@dataclass
class Check:
    """What a file would do: the outcome of a dry run, and what was seen of its rows."""

    outcome: Outcome
    preview: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    rejected: Path | None = None

    @property
    def needs_a_word(self) -> bool:
        """Whether fewer rows would replace more, which a person has to confirm."""
        return self.outcome.confirm


def report(file: Dropped, instructions: Instructions) -> Check | None:
    """Check every row and show what was found, by rule; None where the file is refused."""
    heading(_("4 · What was found"))
    try:
        found = _remembered_check(file, instructions)
    except ServiceQualityError as error:
        _refused(str(error))
        return None
    if found.outcome.rows_read:
        _counts(found.outcome)
        titles = _titles(found.outcome.kind or "")
        for issue in found.outcome.issues:
            _issue(issue, titles, file)
        status_words.of_file(file.id, found.statuses)
        _rejected(found)
        personal_columns(file.id, found.outcome, titles)
        decisions(file.id, found.outcome, titles)
        measures(file.id, found.outcome, titles)
        if found.preview:
            with st.expander(_("First rows, as they are understood")):
                columns = {name: (titles.get(name, name), "text") for name in found.preview[0]}
                table(found.preview, columns, f"preview-{file.id}", download=False)
    if found.outcome.status == "refused" and not found.needs_a_word:
        _refused(found.outcome.reason or "")
        ask(file.id, found.outcome.answers, _titles(instructions.kind or ""))
        return None
    return found


def publishing(
    file: Dropped, instructions: Instructions, found: Check, guesses: Sequence[str] = ()
) -> None:
    """Say what will change and publish when told to; `guesses` have to be ticked before."""
    heading(_("5 · What will change"))
    key = f"done-{file.id}-{instructions.hash()}"
    if key in st.session_state:
        _published(st.session_state[key])
        return
    if found.outcome.status == "unchanged":
        st.info(_("These very rows were loaded before: publishing them changes nothing."))
        return
    if found.needs_a_word:
        st.warning(md(found.outcome.reason or ""))
        sure = st.checkbox(_("Yes, replace them"), key=f"replace-{file.id}")
        instructions = replace(instructions, replace=sure)
    else:
        sure = True
        say(plan(found.outcome))
        _foreseen(found.outcome, file)
    if guesses:
        text = _("I have looked: {guesses}.").format(guesses="; ".join(guesses))
        sure = st.checkbox(md(text), key=f"guesses-{file.id}-{text}") and sure
        if not sure:
            caption(_("What was guessed is published once you have ticked it."))
    by = signin.name(f"by-{file.id}")
    if st.button(_("Publish"), type="primary", key=f"publish-{file.id}", disabled=not sure):
        signin.require(Role.PUBLISHER)
        with st.status(_("Publishing")) as status:
            st.session_state[key] = _load(file, instructions, _counted(status, 5), by=by)
        st.rerun()


def plan(outcome: Outcome) -> str:
    """Return in words which of the two ways it will be, and how many rows come, change and go."""
    if outcome.mode == "replace":
        text = _(
            "These rows have no ids, so they replace what this source said of the same period:"
            " {removed} rows go, {inserted} come."
        )
    else:
        text = _(
            "Rows are added, or updated by id: {inserted} new, {updated} changed, {unchanged} as"
            " they were, {superseded} repeated or older than what is stored."
        )
    return text.format(**{key: language.number(n) for key, n in outcome.counts.items()})


def _foreseen(outcome: Outcome, file: Dropped) -> None:
    """Show what looks wrong before it is published, and what changes month by month."""
    for warning in outcome.warnings:
        st.warning(md(warning))
    if outcome.months:
        columns = {
            "month": (_("Month"), "text"),
            "new": (_("New"), "whole"),
            "updated": (_("Changed"), "whole"),
            "unchanged": (_("As they were"), "whole"),
            "removed": (_("Removed"), "whole"),
            "rows": (_("Rows afterwards"), "whole"),
        }
        with st.expander(_("By month")):
            table(outcome.months, columns, f"months-{file.id}", download=False)


def _refused(reason: str) -> None:
    st.error(md(reason))
    caption(
        _(
            "In step 3 you can say what a column means, how it writes its dates, or one value for"
            " all rows."
        )
    )


def _remembered_check(file: Dropped, instructions: Instructions) -> Check:
    # What was checked before another upload is out of date; what was published stays as it was.
    done = f"done-{file.id}-{instructions.hash()}" in st.session_state
    key = f"check-{file.id}-{instructions.hash()}"
    version = (real().version, real().answers.settings)
    if st.session_state.get(f"{key}-version") != version and not done:
        st.session_state.pop(key, None)
        st.session_state[f"{key}-version"] = version
    if key not in st.session_state:
        with st.status(_("Checking")) as status:
            st.session_state[key] = _check(file, instructions, _counted(status, 4))
            status.update(label=_("Checked"), state="complete")
    found: Check = st.session_state[key]
    return found


def _counted(status: Any, total: int) -> publish.Progress:
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

    outcome = _load(file, instructions, progress, dry_run=True, inspect=inspect)
    return Check(outcome, **seen)


def _load(
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


def _write_rejected(cursor: Any, prepared: Prepared, file: Dropped) -> Path:
    # Lives in the session's folder only: the original columns are kept nowhere else.
    path = file.path.with_suffix(".rejected.csv")
    headers, rows = rejects.rejected_rows(cursor, prepared)
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = export.writer(target)
        writer.writerow([export.safe(header) for header in headers])
        writer.writerows([export.safe(cell) for cell in row] for row in rows)
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
        lambda: path.read_bytes(),
        "rows-set-aside.csv",
        "text/csv",
        on_click="ignore",
        key=f"rejected-{path.name}",
    )


def _published(outcome: Outcome) -> None:
    if outcome.status == "refused":
        st.error(md(outcome.reason or ""))
        return
    if outcome.status == "unchanged":
        st.info(_("These very rows were loaded before: nothing changed."))
        return
    text = _("Published: {inserted} new rows, {updated} changed, {removed} replaced.")
    st.success(text.format(**{key: language.number(n) for key, n in outcome.counts.items()}))
    caption(_("Every page shows them now:"))
    with st.container(horizontal=True):
        for path, title in WHERE_TO:
            st.page_link(path, label=_(title))
