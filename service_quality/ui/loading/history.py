"""The list of uploads: what each brought, what it set aside, and taking one back."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from service_quality.base import audit, language
from service_quality.base.access import Role
from service_quality.base.language import _, ngettext
from service_quality.definitions.datasets import all_datasets
from service_quality.definitions.datasets.entities import SOURCE
from service_quality.findings import coverage, names
from service_quality.findings.asking import ask, made
from service_quality.ingest.recognise.instructions import DEFAULT_SOURCE
from service_quality.measures.answers import Answers
from service_quality.ui import figures
from service_quality.ui.frame import signin
from service_quality.ui.frame.data import current
from service_quality.ui.loading.steps import now
from service_quality.ui.parts.charts import chart
from service_quality.ui.parts.tables import Columns, table
from service_quality.ui.parts.text import caption, heading, md, say
from service_quality.uploads import example, withdraw, written
from service_quality.uploads.register import Moment

UPLOAD = re.compile(r"(?P<file>.*), (?P<kind>\w+), \d{8}-\d{6}-\w+")  # as it is logged
MOST_REJECTS = 1000
MOST_LOGGED = 500
MOST_MONTHS, MOST_SENTENCES = 36, 6


def uploads_sentence(uploads: Sequence[Mapping[str, Any]]) -> str:
    """Return how many uploads count and what the latest of them was."""
    counted = [u for u in uploads if u["status"] == "published"]
    if not counted:
        return _("Every upload was withdrawn: no rows are shown.")
    text = ngettext(
        "{n} file is counted; the latest is {file}, of {day}.",
        "{n} files are counted; the latest is {file}, of {day}.",
        len(counted),
    )
    last = counted[-1]
    return text.format(
        n=language.number(len(counted)), file=last["file"], day=language.day(last["uploaded_at"])
    )


def coverage_rows() -> list[dict[str, Any]]:
    """Return each source of each kind with its rows and how far it reaches, in words.

    Kinds that are not loaded by source, such as promises, are a line each.
    """
    sources = ask(Answers.sources)
    kinds = {row["dataset"] for row in sources}
    others = [row for row in ask(Answers.coverage) if row["dataset"] not in kinds]
    return [
        {
            "dataset": coverage.series_title(row),
            "rows": row["rows"],
            "first": language.short_day(row["first"]),
            "last": language.short_day(row["last"]),
            "complete_until": language.short_day(row["complete_until"]),
        }
        for row in [*sources, *(row | {"source": DEFAULT_SOURCE} for row in others)]
    ]


def coverage_columns() -> Columns:
    """Return the columns of `coverage_rows`."""
    return {
        "dataset": (_("Kind"), "text"),
        "rows": (_("Rows accepted"), "whole"),
        "first": (_("First day"), "text"),
        "last": (_("Last day"), "text"),
        "complete_until": (_("Months complete to"), "text"),
    }


def months_loaded() -> None:
    """Show which months of each source are there, which are missing and which look odd."""
    rows = ask(Answers.months_loaded)
    if not rows:
        return
    figure, above, named = made("months loaded", lambda: _months_loaded(rows))
    columns: Columns = {
        "series": (_("Kind"), "text"),
        "month": (_("Month"), "text"),
        "rows": (_("Rows"), "whole"),
        "remark": (_("Remark"), "text"),
    }
    title = coverage.coverage_title(rows)
    chart(title, figure, title, named, columns, "months-loaded", above=above)
    caption(
        _(
            "▼ fewer than half the usual · ▲ more than twice · – missing ·"
            " ○ not loaded yet · … not over yet"
        )
    )


def _months_loaded(
    rows: Sequence[Mapping[str, Any]],
) -> tuple[dict[str, Any], str, list[dict[str, Any]]]:
    """Return the figure of the last months, the HTML above it, and the rows of its table."""
    months = sorted({row["month"] for row in rows})
    shown = [row for row in rows if row["month"] in months[-MOST_MONTHS:]]
    odd = coverage.odd_months(rows)[:MOST_SENTENCES]
    above = "".join(f'<p class="small">{html.escape(sentence)}</p>' for sentence in odd)
    named = [
        {
            "series": coverage.series_title(row),
            "month": f"{row['month']:%Y-%m}",
            "rows": row["rows"],
            "remark": coverage.month_remark(row),
        }
        for row in reversed(rows)
    ]
    return figures.months_loaded(shown), above, named


def upload_rows(uploads: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the uploads as shown, newest first."""
    states = {
        "published": _("published"),
        "superseded": _("superseded"),
        "withdrawn": _("withdrawn"),
    }
    return [
        {
            **upload,
            "kind": _(all_datasets()[upload["kind"]].title),
            "source": _source(upload["source"]),
            "status": states.get(upload["status"], upload["status"]),
            "uploaded_at": language.moment(upload["uploaded_at"]),
            "uploaded_by": _("example")
            if upload["uploaded_by"] == example.WHO
            else upload["uploaded_by"],
        }
        for upload in reversed(uploads)
    ]


def _source(name: str) -> str:
    return _("written here") if name == written.SOURCE else names.shown(name, SOURCE)


def upload_columns() -> Columns:
    """Return the columns of `upload_rows`."""
    return {
        "uploaded_at": (_("When"), "text"),
        "uploaded_by": (_("Who"), "text"),
        "file": (_("File"), "text"),
        "kind": (_("Kind"), "text"),
        "source": (_("Source"), "text"),
        "status": (_("State"), "text"),
        "rows_accepted": (_("Rows accepted"), "whole"),
        "rows_rejected": (_("Rows set aside"), "whole"),
    }


def upload_titles(uploads: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the uploads to choose from, newest first."""
    text = _("{file}, {when}")
    return {
        u["upload_id"]: text.format(file=u["file"], when=language.moment(u["uploaded_at"]))
        for u in reversed(uploads)
    }


def rejected_rows(upload: Mapping[str, Any]) -> None:
    """Show the rows an upload set aside, with the reasons; none is said."""
    if not upload["rows_rejected"]:
        say(_("This upload set no row aside."))
        return
    titles = {c.name: _(c.title) for c in all_datasets()[upload["kind"]].columns}
    issues = json.loads(upload["outcome"]).get("issues", ())
    words = {(issue["column"], issue["rule"]): issue["expected"] for issue in issues}
    rows = [
        {
            "record": row["record"],
            "column": titles.get(reason["column"], _("row")),
            "expected": words.get((reason["column"], reason["rule"]), ""),
            "cell": reason["cell"],
        }
        for row in ask(Answers.rejects, upload["upload_id"], MOST_REJECTS)
        for reason in json.loads(row["reasons"])
    ]
    columns = {
        "record": (_("Record"), "whole"),
        "column": (_("Column"), "text"),
        "cell": (_("Value"), "text"),
        "expected": (_("Expected"), "text"),
    }
    table(rows, columns, f"set-aside-{upload['upload_id']}")


def take_back(upload: Mapping[str, Any]) -> None:
    """Offer to withdraw an upload, or to put a withdrawn one back, after a second look."""
    if current().example or not signin.may(Role.PUBLISHER):
        return
    withdrawn = upload["status"] == "withdrawn"
    if withdrawn:
        offer, button, turn = _("Put this upload back"), _("Put it back"), withdraw.put_back
        text = _("{file}: its {n} rows will count again, as if it had never been withdrawn.")
        done = _("{file} counts again.")
    else:
        offer, button, turn = _("Withdraw this upload"), _("Withdraw it"), withdraw.withdraw
        text = _("{file}: its {n} rows will no longer be shown, as if it had never been loaded.")
        done = _("{file} was withdrawn.")
    with st.popover(offer):
        say(text.format(file=upload["file"], n=language.number(upload["rows_accepted"])))
        by = signin.name("turned-by")
        if st.button(button, type="primary"):
            signin.require(Role.PUBLISHER)
            answers, moment = current().answers, Moment(now(), by)
            with st.spinner(_("Summing up")):
                turn(answers.warehouse, answers.settings, upload["upload_id"], moment)
            st.toast(md(done.format(file=upload["file"])))
            st.rerun()
    caption(_("Later uploads stay as they are, and this can be undone."))


def _of_what(of: str) -> str:
    """Return what an entry is of as it is read: an upload's file and kind, without its id."""
    upload = UPLOAD.fullmatch(of)
    if upload is None or upload["kind"] not in all_datasets():
        return of
    return f"{upload['file']}, {_(all_datasets()[upload['kind']].title)}"


def log() -> None:
    """Show to those who publish what was done, by whom and when, newest first."""
    rows = audit.read(current().folder, MOST_LOGGED) if signin.may(Role.PUBLISHER) else []
    if not rows:
        return
    heading(_("Who did what"))
    shown = [
        {
            "at": language.moment(datetime.fromisoformat(each["at"]).replace(tzinfo=None)),
            "by": each["by"],
            "what": _(what),
            "of": _of_what(each["of"]),
        }
        for each in rows
        for what in (each["what"],)
    ]
    columns: Columns = {
        "at": (_("When"), "text"),
        "by": (_("Who"), "text"),
        "what": (_("What"), "text"),
        "of": (_("Of what"), "text"),
    }
    table(shown, columns, "log")
