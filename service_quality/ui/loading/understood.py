"""What was decided about a file's columns: shown with its reason, and changed with one click."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import streamlit as st

from service_quality.base import language
from service_quality.base.language import N_, _
from service_quality.ingest.columns import examples
from service_quality.ingest.recognise.instructions import AGENTS, HASH, NAMES, NO, PSEUDONYMS
from service_quality.ui.loading.file_answers import KEEP, MAP, FileAnswers, parts
from service_quality.ui.parts.tables import table
from service_quality.ui.parts.text import caption, md, say
from service_quality.uploads.outcome import Outcome

# What a button offers, by what is said of a column.
OFFERS = {
    "local": N_("times as they stand"),
    "utc": N_("times of Greenwich (UTC)"),
    "excel": N_("numbers of days, as Excel counts them"),
    "epoch": N_("seconds since 1970"),
    "minutes": N_("Minutes"),
    "hours": N_("Hours"),
    "seconds": N_("Seconds"),
    "days": N_("Days"),
    "hms": N_("hours, minutes and seconds"),
}
# How people are told apart that a column names.
TOLD_APART = {
    NAMES: N_("by name"),
    PSEUDONYMS: N_("by a stable label for each"),
    NO: N_("no"),
}
MOST = 6
SHIFT = re.compile(r"([+-])(\d{1,2})h(30)?")


def answered(answers: FileAnswers, titles: Mapping[str, str]) -> None:
    """Show what the reader answered, to be undone; what a header means is shown where it stands.

    Here and below `titles` are those of the dataset's columns.
    """
    for text in answers.texts:
        flag, _column, value = parts(text)
        if (flag == MAP and value) or not (value or flag in (HASH, MAP)):
            continue
        left, right = st.columns([4, 1], vertical_alignment="center")
        with left:
            caption(_("You said: {words}").format(words=in_words(text, titles)))
        right.button(
            _("Undo"),
            key=f"undo-{answers.file_id}-{text}",
            on_click=answers.texts.remove,
            args=(text,),
        )


def offer(answers: FileAnswers, texts: Sequence[str], titles: Mapping[str, str]) -> None:
    """Offer answers of which a person has to choose one, a button each."""
    if not texts:
        return
    with st.container(horizontal=True):
        for text in dict.fromkeys(texts):
            st.button(
                md(in_words(text, titles)),
                key=f"say-{answers.file_id}-{text}",
                on_click=answers.add,
                args=(text,),
            )


def decisions(name: str, answers: FileAnswers, outcome: Outcome, titles: Mapping[str, str]) -> None:
    """Show what is proposed, with a button each, and what was decided, to be looked up."""
    for each in (d for d in outcome.decisions if d.proposed):
        text = _("{column}: {what}, because {why}.")
        column = titles.get(each.column, each.column)
        with st.container(border=True):
            say(text.format(column=column, what=each.what, why=each.why))
            offer(answers, [each.say] if each.say else [], titles)
    decided = [d for d in outcome.decisions if not d.proposed]
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
        table(rows, columns, f"decisions-{name}", download=False)
        others = [d.say for d in decided if d.say]
        if others:
            caption(_("Not right? Have it read in another way:"))
            offer(answers, others[:MOST], titles)


def in_words(text: str, titles: Mapping[str, str]) -> str:
    """Return `--set csat_scale=1-5` as `Scale of the satisfaction: 1-5`."""
    flag, name, value = parts(text)
    column = titles.get(name, name)
    if flag == AGENTS:
        return _("Are people told apart? {how}").format(how=_(TOLD_APART[value]))
    if flag == HASH:
        return _("{column} is kept as a keyed hash").format(column=column)
    if flag == KEEP:
        return _("{column} is kept as it is: {reason}").format(column=column, reason=value)
    if flag == MAP and not value:
        return _("{column} is left out").format(column=column)
    if flag == "--no-answer":
        return _("{column}: {codes} mean no answer").format(column=column, codes=value)
    if flag == "--dates":
        value = _of_dates(value)
    value = _(OFFERS[value]) if value in OFFERS else value
    return _("{name}: {value}").format(name=column, value=value)


def _of_dates(word: str) -> str:
    """Return how dates are written as an example of it, with the zone that may stand behind."""
    first, _comma, zone = word.rpartition(",")
    if first:
        return f"{_of_dates(first)}, {_of_dates(zone)}"
    if shift := SHIFT.fullmatch(word):
        sign = "+" if shift[1] == "+" else "−"
        return _("{hours} h to be added").format(hours=f"{sign}{shift[2]}:{shift[3] or '00'}")
    if example := examples.shown(word):
        text, day = example
        return _("{example} is {day}").format(example=text, day=language.day(day))
    if "/" in word:
        return _("times of {zone}").format(zone=language.zone(word))
    return _(OFFERS[word]) if word in OFFERS else word
