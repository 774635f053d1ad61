"""The forms of names, on Data: how a value is shown and grouped, and which spellings are one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from service_quality.base.language import _
from service_quality.definitions.datasets.entities import ENTITIES, MEASURE, NAMED_ALONE, SOURCE
from service_quality.definitions.kpis import written
from service_quality.findings import wording
from service_quality.findings.asking import ask
from service_quality.measures.answers import Answers
from service_quality.measures.names import measure_id
from service_quality.ui.frame import signin
from service_quality.ui.parts import lazy, tables
from service_quality.ui.parts.text import caption, heading, say
from service_quality.ui.writing import door

Row = Mapping[str, Any]
MOST_ALIKE = 5


def values() -> None:
    """Show to those who may write how values are named, with the forms to name them otherwise."""
    if not door.may_write():
        return
    heading(_("Names and groups"))
    found = ask(Answers.names)
    if found:
        tables.table([_shown(row) for row in found], _columns(), "names")
    else:
        caption(_("Every value is shown as the files write it."))
    if door.saved(ENTITIES) is not None:
        st.success(_("Saved: every page shows it so."))
    alike()
    known = {(row["dimension"], row["value"]): row for row in found}
    lazy.expander(_("Name a value"), "name-a-value", lambda: _form(known))


def alike() -> None:
    """Propose to take values for one that differ only in case, accents or spaces."""
    labels, text = wording.labels(), _("{label}: is “{value}” the same as “{like}”?")
    for dimension, value, like in ask(Answers.alike)[:MOST_ALIKE]:
        with st.container(horizontal=True, vertical_alignment="center"):
            say(text.format(label=labels[dimension], value=value, like=like))
            key = door.key(f"same-{dimension}-{value}")
            if st.button(_("Yes, they are one"), key=key):
                row = {"dimension": dimension, "value": value, "same_as": like}
                door.save(ENTITIES, [row], f"{value} = {like}", "")


def _form(known: Mapping[tuple[str, str], Row]) -> None:
    labels = _named()
    with door.sentence():
        dimension = st.selectbox(
            _("What it names"),
            list(labels),
            format_func=lambda each: labels[each],
            key=door.key("dimension"),
            label_visibility="collapsed",
            width=150,
        )
        there = _there(dimension)
        every = [*there, *(v for of, v in known if of == dimension and v not in there)]
        value = st.selectbox(
            _("As files have it"),
            every,
            format_func=lambda each: _in_files(dimension, each),
            key=door.key(f"value-{dimension}"),
            label_visibility="collapsed",
            width=220,
        )
    if value is None:
        caption(_("No file names any."))
        return
    was = known.get((dimension, value), {})
    name = f"{dimension}-{value}"
    label = _text(_("Shown as"), f"label-{name}", was.get("label"))
    french = _text(_("Shown in French as"), f"french-{name}", was.get("label_fr"))
    group = same = None
    if dimension in NAMED_ALONE:
        caption(_("Measures and sources have no groups and no other spellings."))
    else:
        group = _text(_("Group"), f"group-{name}", was.get("in_group"))
        same = _same_as(name, [each for each in every if each != value], was.get("same_as"))
    signin.name(door.key("value-name"))
    row = {"dimension": dimension, "value": value, "label": label, "label_fr": french}
    row |= {"in_group": group, "same_as": same}
    with st.container(horizontal=True):
        if st.button(_("Save"), type="primary", key=door.key("value-save")):
            about = f"{_in_files(dimension, value)} = {label or french or same or group or value}"
            door.save(ENTITIES, [row], about, "")
        if was and st.button(_("Withdraw it"), key=door.key("value-withdraw")):
            about = _in_files(dimension, value)
            door.save(ENTITIES, [dict(was) | {"withdrawn": True}], about, "")


def _text(label: str, name: str, was: str | None) -> str | None:
    found = st.text_input(label, was or "", key=door.key(name))
    return found.strip() or None


def _same_as(name: str, others: list[str], was: str | None) -> str | None:
    options = ["", *dict.fromkeys([*([was] if was else []), *others])]
    found = st.selectbox(
        _("The same as"),
        options,
        index=options.index(was or ""),
        format_func=lambda each: each or "–",
        key=door.key(f"same-as-{name}"),
    )
    return found or None


def _shown(row: Row) -> dict[str, Any]:
    group = {"in_group": row["in_group"] or "", "same_as": row["same_as"] or ""}
    label = {"label": row["label"] or "", "label_fr": row["label_fr"] or ""}
    value = _in_files(row["dimension"], row["value"])
    return {"dimension": _named()[row["dimension"]], "value": value, **label, **group}


def _named() -> dict[str, str]:
    """Return what can be named: the dimensions, the sources, and the measures that totals count."""
    return {**wording.labels(), SOURCE: _("Source"), MEASURE: _("Measure")}


def _there(dimension: str) -> list[str]:
    """Return the values that files have."""
    if dimension == MEASURE:
        return [measure_id(kpi.member) for kpi in ask(Answers.kpis).values() if kpi.member]
    return [each for each in ask(Answers.dimension_values, dimension) if each is not None]


def _in_files(dimension: str, value: str) -> str:
    return written(value) if dimension == MEASURE else value


def _columns() -> tables.Columns:
    return {
        "dimension": (_("What it names"), "text"),
        "value": (_("As files have it"), "text"),
        "label": (_("Shown as"), "text"),
        "label_fr": (_("Shown in French as"), "text"),
        "in_group": (_("Group"), "text"),
        "same_as": (_("The same as"), "text"),
    }
