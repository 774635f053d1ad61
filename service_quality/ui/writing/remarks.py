"""The form of a remark, or a change of method: on Data, and at a month under a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from service_quality.base import language
from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.datasets import all_datasets
from service_quality.definitions.datasets.events import KINDS_OF_ROWS, METHOD_CHANGE, NOTE
from service_quality.definitions.kpis import Kpi
from service_quality.findings import names
from service_quality.findings.asking import ask
from service_quality.measures.answers import Answers
from service_quality.ui.frame import signin
from service_quality.ui.parts import lazy, tables
from service_quality.ui.parts.text import caption, heading
from service_quality.ui.writing import door

Row = Mapping[str, Any]
KIND = "events"
Concerns = tuple[str | None, str | None]  # a measure, a kind of file; neither is everything
MOST_LETTERS = 90


def remarks() -> None:
    """Show every remark, and to those who may write the forms of a new and of an old one."""
    found = ask(Answers.remarks)
    if not found and not door.may_write():
        return
    heading(_("Remarks"))
    if found:
        tables.table([_shown(row) for row in reversed(found)], _columns(), "remarks", printed=True)
    else:
        caption(_("No remark yet: what happened, and when, explains a chart best."))
    if door.saved(KIND) is not None:
        st.success(_("Saved: the charts that it concerns show it."))
    if not door.may_write():
        return
    lazy.expander(_("New remark"), "new-remark", _new)
    if found:
        title = _("Change or withdraw a remark")
        lazy.expander(title, "change-remark", lambda: _change(found[::-1]))


def at_month(kpi: Kpi, shown: Sequence[str], filters: Filters) -> None:
    """Offer to write what happened in one of the months of a chart, the newest first."""
    if not door.may_write() or not shown:
        return
    lazy.popover(
        _("Remark"),
        "remark",
        lambda: _at_month(kpi, shown, filters),
        kind="tertiary",
        icon=":material/add:",
    )
    if door.saved(KIND) is not None:
        st.toast(_("Saved: the charts that it concerns show it."))


def _at_month(kpi: Kpi, shown: Sequence[str], filters: Filters) -> None:
    with door.sentence():
        door.word(_("In"))
        month = st.selectbox(
            _("Month"),
            shown[::-1],
            format_func=language.month,
            key=door.key("remark-month"),
            label_visibility="collapsed",
            width=190,
        )
    text = _what("month-remark", "")
    row = {"date": date.fromisoformat(f"{month}-01"), "text": text}
    row |= {"kind": _nature("month-remark", NOTE)}
    measure, every = kpi.title, _("all measures")
    of = st.radio(
        _("It concerns"),
        [measure, every],
        key=door.key("remark-of"),
        horizontal=True,
    )
    chosen = dict(filters.where)
    one = [(name, chosen.get(name, ())) for name in DIMENSIONS]
    bound = tuple((name, values[0]) for name, values in one if len(values) == 1 and values[0])
    if bound:
        caption(_("For {whom}, as chosen on this page.").format(whom=door.binds(bound)))
    signin.name(door.key("month-remark-name"))
    if st.button(_("Save"), type="primary", key=door.key("month-remark-save")):
        _save([{**row, "kpi": kpi.id if of == measure else None, **dict(bound)}], row)


def _new() -> None:
    row = _form("new-remark", None)
    signin.name(door.key("remark-name"))
    if st.button(_("Save"), type="primary", key=door.key("new-remark-save")):
        _save([row], row)


def _change(found: Sequence[Row]) -> None:
    at = door.which(_("Remark"), [_title(row) for row in found], "which-remark")
    old = _as_row(found[at])
    row = _form(f"remark-{at}", old)
    signin.name(door.key("remark-changed-name"))
    with st.container(horizontal=True):
        change_it = st.button(_("Save the change"), type="primary", key=door.key("remark-save"))
        take_back = st.button(_("Withdraw it"), key=door.key("remark-withdraw"))
    if change_it:
        same = all(old.get(name) == row.get(name) for name in {*old, *row})
        _save([row] if same else [old | {"withdrawn": True}, row], row)
    elif take_back:
        door.save(KIND, [old | {"withdrawn": True}], old["text"], "")


def _save(rows: Sequence[Row], row: Row) -> None:
    if row["text"] is None:
        door.wrong(_("What happened: say it in a few words."))
    elif row["date"] is None:
        door.wrong(_("Day: give the day on which it happened."))
    else:
        door.save(KIND, rows, row["text"], "")


def _form(name: str, was: Row | None) -> dict[str, Any]:
    old: Row = was or {}
    text = _what(name, old.get("text", ""))
    with door.sentence():
        door.word(_("On"))
        day = door.day(_("Day"), f"{name}-day", old.get("date") or door.today())
        door.word(_("it concerns"))
        concerns = _concerns(name, (old.get("kpi"), old.get("dataset")))
        door.word(_("for"))
        bound = tuple((each, old[each]) for each in DIMENSIONS if old.get(each) is not None)
        whom = door.whom(_("Whom it concerns"), f"{name}-whom", bound)
    kind = _nature(name, old.get("kind", NOTE))
    kpi, dataset = concerns
    french = old.get("text_fr") if text == old.get("text") else None
    row = {"date": day, "text": text, "text_fr": french, "kind": kind, "kpi": kpi}
    return row | {"dataset": dataset, **dict(whom)}


def _what(name: str, was: str) -> str | None:
    example = _("The new help desk opened.")
    found = st.text_input(
        _("What happened"), was, key=door.key(f"{name}-text"), placeholder=example
    )
    return found.strip() or None


def _nature(name: str, was: str) -> str:
    changed = st.checkbox(
        _("The way of measuring changed: months before it are judged apart"),
        was == METHOD_CHANGE,
        key=door.key(f"{name}-method"),
    )
    return METHOD_CHANGE if changed else NOTE


def _concerns(name: str, was: Concerns) -> Concerns:
    kinds: list[Concerns] = [(None, kind) for kind in KINDS_OF_ROWS]
    measures: list[Concerns] = [(kpi.id, None) for kpi in ask(Answers.available)]
    every: list[Concerns] = [(None, None), *kinds, *measures]
    every += [] if was in every else [was]
    titles = {each: _concerned(each) for each in every}
    found: Concerns = st.selectbox(
        _("It concerns"),
        every,
        index=every.index(was),
        format_func=lambda each: titles[each],
        key=door.key(f"{name}-concerns"),
        label_visibility="collapsed",
        width=270,
    )
    return found


def _concerned(what: Concerns) -> str:
    """Return in words what a remark is about."""
    (kpi, kind), known = what, ask(Answers.kpis)
    parts = [known[kpi].title if kpi in known else kpi, kind and _(all_datasets()[kind].title)]
    return " · ".join(part for part in parts if part) or _("all measures")


def _as_row(event: Row) -> dict[str, Any]:
    same = {
        name: event[name] for name in ("text", "text_fr", "kind", "kpi", "dataset", *DIMENSIONS)
    }
    return {"date": event["day"], **same}


def _title(row: Row) -> str:
    title = _("{day}: {what}").format(day=language.day(row["day"]), what=names.remark(row))
    return title if len(title) <= MOST_LETTERS else f"{title[:MOST_LETTERS]}…"


def _shown(row: Row) -> dict[str, Any]:
    bound = tuple((name, row[name]) for name in DIMENSIONS if row[name] is not None)
    natures = {NOTE: _("remark"), METHOD_CHANGE: _("the way of measuring changed")}
    return {
        "day": language.day(row["day"]),
        "text": names.remark(row),
        "kind": natures[row["kind"]],
        "concerns": _concerned((row["kpi"], row["dataset"])),
        "whom": door.binds(bound),
    }


def _columns() -> tables.Columns:
    return {
        "day": (_("Day"), "text"),
        "text": (_("What happened"), "text"),
        "kind": (_("Kind"), "text"),
        "concerns": (_("It concerns"), "text"),
        "whom": (_("Whom it concerns"), "text"),
    }
