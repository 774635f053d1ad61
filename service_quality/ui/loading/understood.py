"""What was decided about a file's columns: shown with its reason, and changed with one click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import NoReturn

import streamlit as st

from service_quality.base.language import N_, _
from service_quality.ingest.recognise.instructions import (
    AGENTS,
    HASH,
    NAMES,
    NO,
    PSEUDONYMS,
    Instructions,
)
from service_quality.ui.parts.tables import table
from service_quality.ui.parts.text import caption, md, say
from service_quality.uploads import summary
from service_quality.uploads.outcome import Outcome

# What a button offers, by the end of the flag that it stands for.
OFFERS = {
    "day-first": N_("Day first"),
    "month-first": N_("Month first"),
    "local": N_("Local time"),
    "minutes": N_("Minutes"),
    "hours": N_("Hours"),
    "seconds": N_("Seconds"),
    "days": N_("Days"),
}
# How people are told apart that a column names.
TOLD_APART = {
    NAMES: N_("by name"),
    PSEUDONYMS: N_("by a stable label for each"),
    NO: N_("no"),
}
MOST = 6
PRIVATE = (HASH, "--keep")


def answered(file_id: str, instructions: Instructions, titles: Mapping[str, str]) -> Instructions:
    """Return the instructions with what the reader answered by a click, and show it, to be undone.

    Here and below `titles` are those of the dataset's columns.
    """
    given = _given(file_id)
    for text in list(given):
        left, right = st.columns([4, 1], vertical_alignment="center")
        with left:
            caption(_("You said: {words}").format(words=_in_words(text, titles)))
        if right.button(_("Undo"), key=f"undo-{file_id}-{text}"):
            given.remove(text)
            st.rerun()
    for text in given:
        instructions = instructions.with_flag(text)
    return instructions


def ask(file_id: str, answers: Sequence[str], titles: Mapping[str, str]) -> None:
    """Offer the answers to a question that only a person can settle."""
    if answers:
        _buttons(file_id, answers, titles)


def decisions(file_id: str, outcome: Outcome, titles: Mapping[str, str]) -> None:
    """Show what is proposed, with a button each, and what was decided, to be looked up."""
    found = outcome.decisions
    for each in (d for d in found if d.proposed):
        text = _("{column}: {what}, because {why}.")
        column = titles.get(each.column, each.column)
        with st.container(border=True):
            say(text.format(column=column, what=each.what, why=each.why))
            _buttons(file_id, [each.say] if each.say else [], titles)
    decided = [d for d in found if not d.proposed]
    if not decided:
        return
    with st.expander(_("How the values were understood")):
        rows = [{**asdict(d), "column": titles.get(d.column, d.column)} for d in decided]
        columns = {
            "column": (_("Column"), "text"),
            "header": (_("Column in the file"), "text"),
            "what": (_("Read as"), "text"),
            "why": (_("Because"), "text"),
            "example": (_("Value"), "text"),
        }
        table(rows, columns, f"decisions-{file_id}", download=False)
        others = [d.say for d in decided if d.say]
        if others:
            caption(_("Not right? Have it read in another way:"))
            _buttons(file_id, others[:MOST], titles)


def measures(file_id: str, outcome: Outcome, titles: Mapping[str, str]) -> None:
    """Show which measures the file feeds and which it does not, with a button where it could."""
    sentences = summary.measures(outcome)
    if not sentences:
        return
    say(sentences[0])
    for sentence in sentences[1:]:
        caption(sentence)
    offers = [text for each in outcome.not_fed for text in each.say]
    if offers:
        caption(_("Use a column of the file:"))
        _buttons(file_id, offers, titles)


def _buttons(file_id: str, texts: Sequence[str], titles: Mapping[str, str]) -> None:
    with st.container(horizontal=True):
        for text in dict.fromkeys(texts):
            if st.button(md(_in_words(text, titles)), key=f"say-{file_id}-{text}"):
                say_it(file_id, text)


def say_it(file_id: str, text: str) -> NoReturn:
    """Take a word of the reader's, as the command line has it, and begin again."""
    given = _given(file_id)
    # One answer a question and column: the new one stands.
    given[:] = [t for t in given if _about(t) != _about(text)] + [text]
    st.rerun()


def _about(text: str) -> tuple[bool, str]:
    """Return which question a word answers: what becomes of a personal column is one."""
    flag, _blank, pair = text.partition(" ")
    name = pair.partition("=")[0]
    if flag == AGENTS:
        return True, AGENTS
    private = flag in PRIVATE or text == f"--map {name}="
    return private, name if private else f"{flag} {name}"


def _in_words(text: str, titles: Mapping[str, str]) -> str:
    """Return `--set csat_scale=1-5` as `Scale of the satisfaction: 1-5`."""
    flag, _blank, pair = text.partition(" ")
    name, _equals, value = pair.partition("=")
    column = titles.get(name, name)
    if flag == AGENTS:
        return _("Are people told apart? {how}").format(how=_(TOLD_APART[pair]))
    if flag == HASH:
        return _("{column} is kept as a keyed hash").format(column=column)
    if flag == "--keep":
        return _("{column} is kept as it is: {reason}").format(column=column, reason=value)
    if text == f"--map {name}=":
        return _("{column} is left out").format(column=column)
    if flag == "--no-answer":
        return _("{column}: {codes} mean no answer").format(column=column, codes=value)
    value = _(OFFERS[value]) if value in OFFERS else value
    return _("{name}: {value}").format(name=column, value=value)


def _given(file_id: str) -> list[str]:
    given: list[str] = st.session_state.setdefault(f"answered-{file_id}", [])
    return given
