"""The form of a promise, which reads as a sentence: made, changed, ended, withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.errors import ServiceQualityError
from service_quality.base.language import _
from service_quality.definitions import promise_rules
from service_quality.definitions.kpis import Kpi
from service_quality.findings import promised, promises, weakest, wording
from service_quality.findings.asking import ask
from service_quality.findings.promises import Kept
from service_quality.measures.answers import Answers
from service_quality.ui.frame import signin
from service_quality.ui.parts import lazy
from service_quality.ui.parts.text import caption, md
from service_quality.ui.writing import door
from service_quality.uploads import promising

Row = Mapping[str, Any]
KIND = promise_rules.PROMISES
HOURS, SHARE = 24.0, 90.0
FIRST = ("reply_time", "first_reply_time", "delivered_in_time")  # what is promised most


def just_saved(found: Sequence[Kept]) -> None:
    """Say of the promise that was just written how it was kept."""
    promise = door.saved(KIND)
    if promise is None:
        return
    kept = next((each for each in found if each.promise == promise), None)
    text = _("Saved. The page Data lists what was written, where it can be taken back.")
    if kept is not None:
        result = promises.kept_line(kept) or promises.kept_word(kept.verdict)
        text = _("Saved: {promise}: {result}.").format(
            promise=weakest.quoted(kept.words), result=result
        )
    st.success(md(text))


def new(*, opened: bool = False) -> None:
    """Offer the form of a new promise."""
    if door.may_write():
        lazy.expander(_("New promise"), "new-promise", _new, expanded=opened)


def _new() -> None:
    row = _form("new", None)
    signin.name(door.key("new-name"))
    if st.button(_("Save"), type="primary", key=door.key("new-save")) and _is_whole(row):
        known = {each["promise"] for each in ask(Answers.promises)}
        row["promise_id"] = promising.new_id(row["statement"], known)
        door.save(KIND, [row], row["statement"], row["promise_id"])


def change() -> None:
    """Offer to change, to end or to withdraw one of the promises."""
    versions = promising.current(ask(Answers.promises))
    if versions and door.may_write():
        title = _("Change, end or withdraw a promise")
        lazy.expander(title, "change-promise", lambda: _change(versions))


def _change(versions: Sequence[Row]) -> None:
    at = door.which(_("Promise"), [_title(version) for version in versions], "which")
    version = versions[at]
    row = _form(f"change-{at}", version)
    caption(_("The promise as it was counts until the day before."))
    signin.name(door.key("change-name"))
    if st.button(_("Save the change"), type="primary", key=door.key("save")) and _is_whole(row):
        _save(version, lambda: promising.changed(version, row))
    with door.sentence():
        door.word(_("Or it is promised no longer; its last day was"))
        until = door.day(_("Until"), f"until-{at}", None)
        end = st.button(_("End it"), key=door.key("end"))
    with door.sentence():
        door.word(_("Or it was never promised:"))
        never = st.button(_("Withdraw it"), key=door.key("withdraw"))
    if end and until is None:
        door.wrong(_("Until: give the last day on which it was promised."))
    elif end:
        _save(version, lambda: promising.ended(version, until or version["first_day"]))
    elif never:
        _save(version, lambda: promising.withdrawn(version))


def _save(version: Row, rows: Callable[[], list[dict[str, Any]]]) -> None:
    try:
        made = rows()
    except ServiceQualityError as error:
        door.wrong(str(error))
        return
    door.save(KIND, made, promises.in_words(version), version["promise"])


def _title(version: Row) -> str:
    bound = tuple((name, version[name]) for name in DIMENSIONS if version[name] is not None)
    return f"{promises.in_words(version)} · {door.binds(bound)}"


def _form(name: str, version: Row | None) -> dict[str, Any]:
    """Ask for a promise, word by word; empty fields are None."""
    was: Row = version or {}
    statement = st.text_input(
        _("In the customer's words"),
        was.get("statement", ""),
        key=door.key(f"{name}-statement"),
        placeholder=_("We answer your message within a day."),
    )
    french = st.text_input(
        _("The same in French"), was.get("statement_fr") or "", key=door.key(f"{name}-french")
    )
    measures = _measures(was.get("kpi"))
    with door.sentence():
        door.word(_("Measured by"))
        kpi = st.selectbox(
            _("Measured by"),
            list(measures),
            index=list(measures).index(was["kpi"]) if was else 0,
            format_func=lambda each: measures[each],
            key=door.key(f"{name}-kpi"),
            label_visibility="collapsed",
            width=270,
        )
        limit = _limit(name, _measure_of(kpi), was)
        door.word(_("for"))
        bound = tuple((each, was[each]) for each in DIMENSIONS if was.get(each) is not None)
        chosen = door.whom(_("Whom it binds"), f"{name}-whom", bound)
        door.word(_("in"))
        share = _number(
            _("Share promised, in %"), f"{name}-share", 100 * (was.get("target") or SHARE / 100)
        )
        door.word(_("% of the cases, from"))
        start = door.day(_("From"), f"{name}-from", door.today())
    row: dict[str, Any] = {
        "statement": statement.strip() or None,
        "statement_fr": french.strip() or None,
    }
    row |= {"kpi": kpi, **limit, "target": None if share is None else share / 100}
    return {**row, "valid_from": start, **dict(chosen)}


def _is_whole(row: Row) -> bool:
    """Whether the fields that only this form asks for are filled; else say which is not."""
    if row["statement"] is None:
        door.wrong(_("In the customer's words: say what is promised, as a customer reads it."))
    elif row["target"] is None or not 0 < row["target"] <= 1:
        door.wrong(_("Share promised: a number above 0 and up to 100."))
    elif row["valid_from"] is None:
        door.wrong(_("From: give the first day on which it is promised."))
    else:
        return True
    return False


def _limit(name: str, measure: str, was: Row) -> dict[str, float | None]:
    """Ask for the hours of a time, or for the bound of a mark; a share has neither."""
    if measure == "duration":
        door.word(_("within"))
        hours = _number(_("Within, in hours"), f"{name}-hours", was.get("within") or HOURS)
        door.word(_("hours"))
        return {"within": hours}
    if measure not in ("mean", "nps"):
        return {}
    most = was.get("at_most") is not None
    texts = {"at_least": _("at least"), "at_most": _("at most")}
    bound = st.selectbox(
        _("At least or at most"),
        list(texts),
        index=int(most),
        format_func=lambda each: texts[each],
        key=door.key(f"{name}-bound"),
        label_visibility="collapsed",
        width=120,
    )
    value = _number(
        _("Bound"), f"{name}-value", was.get("at_most") if most else was.get("at_least")
    )
    return {bound: value}


def _number(label: str, name: str, value: float | None) -> float | None:
    found: float | None = st.number_input(
        label,
        value=None if value is None else float(round(value, 6)),
        step=1.0,
        format="%g",
        key=door.key(name),
        label_visibility="collapsed",
        width=120,
    )
    return found


def _measures(also: str | None) -> dict[str, str]:
    """Return what a promise can be measured by, what has data first; `also` in any case."""
    with_data = [kpi.id for kpi in ask(Answers.available)]
    every = wording.titles(promised.measurable())
    totals = {name: title for name, title in every.items() if name.startswith(promise_rules.TOTALS)}
    rules = promise_rules.measurable_kpis()
    here = [name for name in (*FIRST, *with_data) if name in rules and name in with_data]
    ordered = {name: rules[name].title for name in (*here, *rules)} if here else {}
    found = ordered | totals or {name: kpi.title for name, kpi in rules.items()}
    if also and also not in found:
        found[also] = weakest.measure(also, every)
    return found


def _measure_of(kpi: str) -> str:
    known: dict[str, Kpi] = promise_rules.measurable()
    return known[kpi].measure if kpi in known else "rate"
