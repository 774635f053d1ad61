"""What every form of a register needs: who may write, the sentence's pieces, and the way in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from service_quality.base import language
from service_quality.base.access import Role
from service_quality.base.errors import ServiceQualityError
from service_quality.base.language import _
from service_quality.findings import names, wording
from service_quality.findings.asking import made
from service_quality.ui.frame import signin
from service_quality.ui.frame.data import current, real
from service_quality.ui.loading.steps import now
from service_quality.ui.parts.text import md, say
from service_quality.uploads import written
from service_quality.uploads.register import Moment

ROUND, DONE = "writing-round", "written-now"
Binds = tuple[tuple[str, str], ...]  # dimensions with their values; none is everyone


def may_write() -> bool:
    """Whether whoever is here may write, and what they see is what would be written to."""
    shown = current()
    return not (shown.example or shown.pinned) and signin.may(Role.PUBLISHER)


def key(name: str) -> str:
    """Return the key of a field of a form: after each saving forms are new and empty."""
    return f"writing-{name}-{st.session_state.get(ROUND, 0)}"


def save(kind: str, rows: Sequence[Mapping[str, object]], about: str, what: str) -> None:
    """Publish rows and show the page anew; `what` the page may speak of then, see `saved`.

    Where a field is wrong, say which, and write nothing.
    """
    signin.require(Role.PUBLISHER)
    answers, moment = real().answers, Moment(now(), signin.name())
    try:
        with st.spinner(_("Publishing")):
            written.write(answers.warehouse, answers.settings, kind, rows, moment, about)
    except ServiceQualityError as error:
        wrong(str(error))
        return
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.session_state[DONE] = kind, what
    st.rerun()


def saved(kind: str) -> str | None:
    """Return, once, what was just saved of a kind; None where nothing was."""
    of, what = st.session_state.get(DONE, ("", None))
    if of != kind:
        return None
    del st.session_state[DONE]
    return str(what)


def wrong(sentence: str) -> None:
    """Say which field is wrong and what would be right."""
    st.error(md(sentence))


def sentence() -> Any:
    """Return a line in which words and fields stand side by side, as in a sentence."""
    return st.container(horizontal=True, vertical_alignment="center", gap="small")


def word(text: str) -> None:
    """Put words between the fields of a sentence."""
    with st.container(width="content"):
        say(text, "word")


def today() -> date:
    """Return the day of the data's time zone: what a new row most often begins on."""
    return now().date()


def day(label: str, name: str, at: date | None) -> date | None:
    """Ask for a day, written as the reader writes days."""
    found = st.date_input(
        label,
        at,
        format=language.day_in_figures(),
        key=key(name),
        label_visibility="collapsed",
        width=150,
    )
    return found if isinstance(found, date) else None


def which(label: str, titles: Sequence[str], name: str) -> int:
    """Ask which of what was written is meant; return its place among the titles."""
    return int(
        st.selectbox(
            label, range(len(titles)), format_func=lambda each: titles[each], key=key(name)
        )
    )


def whom(label: str, name: str, chosen: Binds = ()) -> Binds:
    """Ask whom a row is about: everyone, or one brand, team, channel or topic."""
    texts = made("whom a row is about", _whom)
    texts = texts if chosen in texts else {**texts, chosen: binds(chosen)}
    every = list(texts)
    found: Binds = st.selectbox(
        label,
        every,
        index=every.index(chosen),
        format_func=lambda each: texts[each],
        key=key(name),
        label_visibility="collapsed",
        width=220,
    )
    return found


def _whom() -> dict[Binds, str]:
    every: list[Binds] = [()]
    for dimension in wording.labels():
        every += [((dimension, v),) for v in names.of_dimension(dimension) if v is not None]
    return {each: binds(each) for each in every}


def binds(chosen: Binds) -> str:
    """Return whom a row is about in words."""
    text = _("{label}: {names}")
    named = [
        text.format(label=wording.label(name), names=names.shown(value, name))
        for name, value in chosen
    ]
    return " · ".join(named) or _("everyone")
