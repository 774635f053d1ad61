"""The last step of an upload: what will change, publishing, and where to see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import streamlit as st

from service_quality.base import language
from service_quality.base.access import Role
from service_quality.base.language import _, ngettext
from service_quality.findings import first_sentences
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ui.frame import signin
from service_quality.ui.loading import files
from service_quality.ui.loading.files import Dropped
from service_quality.ui.loading.path import Path
from service_quality.ui.loading.reports import Check, counted, load
from service_quality.ui.parts.tables import table
from service_quality.ui.parts.text import caption, md, say
from service_quality.ui.writing import door, names
from service_quality.uploads.outcome import Outcome

STEP = 5
WORK = 5  # steps of publishing, as its progress counts them


def publishing(path: Path, file: Dropped, instructions: Instructions, found: Check) -> None:
    """Say what will change, and publish when told to."""
    path.opens(STEP, _("What will change"), "", settled=False)
    if found.outcome.status == "unchanged":
        st.info(_("These very rows were loaded before: publishing them changes nothing."))
        files.following(file)
        return
    sure = True
    if found.outcome.confirm:
        st.warning(md(found.outcome.reason or ""))
        sure = st.checkbox(_("Yes, replace them"), key=f"replace-{file.id}")
        instructions = replace(instructions, replace=sure)
    else:
        say(plan(found.outcome))
        _foreseen(found.outcome, file)
    by = signin.name(f"by-{file.id}")
    if st.button(_("Publish"), type="primary", key=f"publish-{file.id}", disabled=not sure):
        signin.require(Role.PUBLISHER)
        with st.status(_("Publishing")) as status:
            outcome = load(file, instructions, counted(status, WORK), by=by)
        if outcome.status == "refused":  # the data have changed since the file was checked
            st.error(md(outcome.reason or ""))
            return
        path.answers.done = outcome
        st.rerun()


def published(file: Dropped, outcome: Outcome) -> None:
    """Say what was published, and the first sentence of each page that it changed."""
    if outcome.status == "unchanged":
        st.info(_("These very rows were loaded before: nothing changed."))
    else:
        parts = (
            (ngettext("{n} new row", "{n} new rows", outcome.inserted), outcome.inserted),
            (ngettext("{n} changed", "{n} changed", outcome.updated), outcome.updated),
            (ngettext("{n} replaced", "{n} replaced", outcome.removed), outcome.removed),
        )
        st.success(_("Published: {rows}.").format(rows=", ".join(_counted(parts))))
    if door.may_write():
        names.alike()
    files.following(file)
    caption(_("What the pages say now:"))
    for each in first_sentences.of_pages(outcome.kind or "", outcome.feeds):
        with st.container(border=True):
            st.page_link(each.path, label=_(each.title), query_params=each.query)
            say(each.sentence)


def plan(outcome: Outcome) -> str:
    """Return in words which of the two ways it will be, and how many rows come, change and go."""
    if outcome.mode == "replace":
        text = _(
            "These rows have no ids, so they replace what this source said of the same period:"
            " {removed} rows go, {inserted} come."
        )
        if not outcome.counts["removed"]:
            text = _(
                "These rows have no ids: {inserted} come, and a later file of the same period will"
                " replace them."
            )
        return text.format(**{key: language.number(n) for key, n in outcome.counts.items()})
    text = _("Rows are added, or updated by id: {rows}.")
    parts = (
        (ngettext("{n} new", "{n} new", outcome.inserted), outcome.inserted),
        (ngettext("{n} changed", "{n} changed", outcome.updated), outcome.updated),
        (ngettext("{n} as it was", "{n} as they were", outcome.unchanged), outcome.unchanged),
        (
            ngettext(
                "{n} repeated, or older than what is stored",
                "{n} repeated, or older than what is stored",
                outcome.superseded,
            ),
            outcome.superseded,
        ),
    )
    return text.format(rows=", ".join(_counted(parts)))


def _counted(parts: Sequence[tuple[str, int]]) -> Iterator[str]:
    """Return each part with its number; those of none are left out, but for the first."""
    for at, (text, n) in enumerate(parts):
        if n or not at:
            yield text.format(n=language.number(n))


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
