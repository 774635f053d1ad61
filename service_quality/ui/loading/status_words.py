"""What the statuses of tickets mean where the list does not know them: said here, once."""

from __future__ import annotations

import streamlit as st

from service_quality.base import language, settings
from service_quality.base.language import N_, _
from service_quality.findings.asking import ask
from service_quality.measures.answers import Answers
from service_quality.ui.frame.data import current
from service_quality.ui.parts.text import caption, heading, md

MOST_WORDS = 20
LEAVE = ""
MEANINGS = {
    LEAVE: N_("leave: its times decide"),
    "open": N_("open"),
    "solved": N_("solved"),
    "ended": N_("cancelled"),
    "no_contact": N_("not a contact of its own"),
}


def status_words() -> None:
    """Let someone say what unknown statuses mean; the figures are summed anew then."""
    rows = {row["status"]: row["n"] for row in ask(Answers.unknown_statuses)}
    assigned = current().answers.settings.status_words
    if current().example or not (rows or assigned):
        return
    heading(_("Statuses of tickets"))
    caption(_("Of a status that is not known the times alone decide. Say what it means."))
    words = [*list(rows)[:MOST_WORDS], *assigned]
    with st.form("status-words", border=False):
        chosen = {word: _meaning(word, rows.get(word), assigned.get(word, LEAVE)) for word in words}
        saved = st.form_submit_button(_("Save"), type="primary")
    if saved:
        kept = {word: meaning for word, meaning in chosen.items() if meaning != LEAVE}
        settings.set_status_words(current().folder, kept)
        st.toast(_("Saved: the figures are summed anew."))
        st.rerun()


def _meaning(word: str, n: int | None, now: str) -> str:
    label = word if n is None else _("{word} ({n})").format(word=word, n=language.number(n))
    ids = list(MEANINGS)
    chosen = st.selectbox(
        md(label),
        ids,
        index=ids.index(now),
        format_func=lambda meaning: _(MEANINGS[meaning]),
        key=f"status-{word}",
    )
    return str(chosen)
