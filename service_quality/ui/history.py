"""The list of uploads: what each brought, what it set aside, and taking the latest back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from service_quality import i18n, publish
from service_quality.datasets import all_datasets
from service_quality.i18n import _, ngettext
from service_quality.ui.data import ask, current
from service_quality.ui.tables import Columns, table
from service_quality.ui.text import caption, md, say

MOST_REJECTS = 1000


def uploads_sentence(uploads: Sequence[Mapping[str, Any]]) -> str:
    """Return how many uploads count and what the latest of them was."""
    counted = [u for u in uploads if u["status"] == "published"]
    if not counted:
        return _("Every upload was withdrawn: no rows are shown.")
    text = ngettext(
        "{n} upload counts; the latest is {file}, of {day}.",
        "{n} uploads count; the latest is {file}, of {day}.",
        len(counted),
    )
    last = counted[-1]
    return text.format(
        n=i18n.number(len(counted)), file=last["file"], day=i18n.day(last["uploaded_at"])
    )


def coverage_rows() -> list[dict[str, Any]]:
    """Return each kind of data with its rows and how far it reaches, in words."""
    return [
        {
            "dataset": _(all_datasets()[row["dataset"]].title),
            "rows": row["rows"],
            "first": i18n.short_day(row["first"]),
            "last": i18n.short_day(row["last"]),
            "complete_until": i18n.short_day(row["complete_until"]),
        }
        for row in ask("coverage")
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
            "status": states.get(upload["status"], upload["status"]),
            "uploaded_at": i18n.moment(upload["uploaded_at"]),
        }
        for upload in reversed(uploads)
    ]


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
        u["upload_id"]: text.format(file=u["file"], when=i18n.moment(u["uploaded_at"]))
        for u in reversed(uploads)
    }


def rejected_rows(upload: Mapping[str, Any]) -> None:
    """Show the rows an upload set aside, with the reasons; none is said."""
    if not upload["rows_rejected"]:
        say(_("This upload set no row aside."))
        return
    rows = []
    for row in ask("rejects", upload["upload_id"], MOST_REJECTS):
        for reason in json.loads(row["reasons"]):
            rows.append({"record": row["record"], **reason})
    columns = {
        "record": (_("Record"), "whole"),
        "column": (_("Column"), "text"),
        "rule": (_("Rule"), "text"),
        "cell": (_("Value"), "text"),
    }
    table(rows, columns, f"set-aside-{upload['upload_id']}")


def withdraw_latest(uploads: Sequence[Mapping[str, Any]]) -> None:
    """Offer to take the latest upload back, after a second look."""
    counted = [u for u in uploads if u["status"] == "published"]
    if not counted or current().example:
        return
    latest = counted[-1]
    with st.popover(_("Withdraw the latest upload")):
        text = _("{file}: its {n} rows will no longer be shown, as if it had never been loaded.")
        say(text.format(file=latest["file"], n=i18n.number(latest["rows_accepted"])))
        if st.button(_("Withdraw it"), type="primary"):
            answers = current().answers
            publish.withdraw(answers.warehouse, answers.settings, latest["upload_id"])
            st.toast(md(_("{file} was withdrawn.").format(file=latest["file"])))
            st.rerun()
    caption(_("Uploads are taken back one by one, the latest first."))
