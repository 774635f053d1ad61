"""What the statuses of tickets mean where the list does not know them: said here, once."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from service_quality.base import audit, language, settings
from service_quality.base.access import Role
from service_quality.base.language import N_, _
from service_quality.findings.asking import ask
from service_quality.measures.answers import Answers
from service_quality.ui.frame import signin
from service_quality.ui.frame.data import current, real
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
    if current().example or not (rows or assigned) or not signin.may(Role.ADMINISTRATOR):
        return
    heading(_("Statuses of tickets"))
    _ask("status-words", rows, assigned)


def of_file(file_id: str, rows: Mapping[str, int]) -> None:
    """Let someone say it of the statuses of a dropped file, before its rows are published."""
    if rows and signin.may(Role.ADMINISTRATOR):
        _ask(f"status-words-{file_id}", rows, {})


def _ask(key: str, rows: Mapping[str, int], again: Mapping[str, str]) -> None:
    """Ask for the meaning of statuses with their rows, and of those that are asked `again`."""
    caption(_("Of a status that is not known the times alone decide. Say what it means."))
    words = [*list(rows)[:MOST_WORDS], *again]
    with st.form(key, border=False):
        chosen = {
            word: _meaning(key, word, rows.get(word), again.get(word, LEAVE)) for word in words
        }
        saved = st.form_submit_button(_("Save"), type="primary", key=f"save-{key}")
    if saved:
        signin.require(Role.ADMINISTRATOR)
        said = {word: of or None for word, of in chosen.items() if of != again.get(word, LEAVE)}
        settings.change_status_words(real().folder, said)
        changed = _("Statuses of tickets")
        audit.write(real().folder, signin.now(), signin.name(), audit.CHANGED_SETTINGS, changed)
        st.toast(_("Saved: the figures are summed anew."))
        st.rerun()


def _meaning(key: str, word: str, n: int | None, now: str) -> str:
    label = word if n is None else _("{word} ({n})").format(word=word, n=language.number(n))
    ids = list(MEANINGS)
    chosen = st.selectbox(
        md(label),
        ids,
        index=ids.index(now),
        format_func=lambda meaning: _(MEANINGS[meaning]),
        key=f"{key}-{word}",
    )
    return str(chosen)
