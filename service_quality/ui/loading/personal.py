"""Personal columns: what was done with each and why, and the other ways, one click away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import streamlit as st

from service_quality.base.access import Role
from service_quality.base.language import _
from service_quality.definitions.datasets import all_datasets
from service_quality.ingest.recognise.instructions import AGENTS, NAMES, NO, PSEUDONYMS
from service_quality.ingest.stage.personal import (
    HASHED,
    KEPT,
    LEFT_OUT,
    Personal,
    names_people,
    sentence,
    why,
)
from service_quality.ui.frame import signin
from service_quality.ui.loading.file_answers import FileAnswers
from service_quality.ui.parts.tables import table
from service_quality.ui.parts.text import caption, heading, say
from service_quality.uploads.outcome import Outcome


def personal_columns(answers: FileAnswers, outcome: Outcome, titles: Mapping[str, str]) -> None:
    """Show what a file's personal columns come to, each with its other ways."""
    decides = signin.may(Role.ADMINISTRATOR)
    for found in outcome.personal:
        name = found.column
        with st.container(border=True):
            say(sentence(found, titles.get(name, name)))
            if names_people(name, found.why):
                _agents(answers, found.done)
                continue
            with st.container(horizontal=True):
                if found.done != HASHED and decides:
                    _button(answers, _("Keep as a keyed hash"), f"--hash {name}")
                if found.done != LEFT_OUT:
                    _button(answers, _("Leave it out"), f"--map {name}=")
                if found.done != KEPT and decides:
                    _keep(answers, name)
    if outcome.personal and not decides:
        caption(_("That more is kept of people is for an administrator to say."))
    if any(found.done == HASHED for found in outcome.personal):
        caption(_("A keyed hash tells that two rows are of the same person, and not of whom."))


def personal_table(upload: Mapping[str, Any]) -> None:
    """Show what became of an upload's personal columns; nothing where there were none."""
    rows = json.loads(upload["outcome"]).get("personal")
    if not rows:
        return
    titles = {column.name: _(column.title) for column in all_datasets()[upload["kind"]].columns}
    done = {
        LEFT_OUT: _("left out"),
        HASHED: _("kept as a keyed hash"),
        KEPT: _("kept as it is"),
    }
    heading(_("Personal columns"))
    shown = [
        {
            **asdict(found),
            "column": titles[found.column],
            "why": why(found),
            "done": done[found.done],
        }
        for found in (Personal(**row) for row in rows)
    ]
    columns = {
        "column": (_("Column"), "text"),
        "header": (_("Column in the file"), "text"),
        "why": (_("Because"), "text"),
        "done": (_("What was done"), "text"),
        "reason": (_("Reason given"), "text"),
    }
    table(shown, columns, f"personal-{upload['upload_id']}", download=False)


def _agents(answers: FileAnswers, done: str) -> None:
    """Ask how people are to be told apart, with a button for each other answer."""
    caption(_("Shall the figures tell these people apart?"))
    ways = {
        PSEUDONYMS: (_("Yes, by a stable label for each"), HASHED),
        NAMES: (_("Yes, by name"), KEPT),
        NO: (_("No"), LEFT_OUT),
    }
    with st.container(horizontal=True):
        for answer, (label, now) in ways.items():
            more = now != LEFT_OUT and not signin.may(Role.ADMINISTRATOR)
            if (done != now or answer == NO) and not more:
                _button(answers, label, f"{AGENTS} {answer}")


def _button(answers: FileAnswers, label: str, words: str) -> None:
    st.button(label, key=f"say-{answers.file_id}-{words}", on_click=answers.add, args=(words,))


def _keep(answers: FileAnswers, name: str) -> None:
    with st.popover(_("Keep it as it is…")):
        reason = st.text_input(
            _("Why is it needed? The Data page shows the reason."),
            key=f"why-{answers.file_id}-{name}",
        ).strip()
        st.button(
            _("Keep it"),
            key=f"say-{answers.file_id}-keep-{name}",
            type="primary",
            disabled=not reason,
            on_click=answers.add,
            args=(f"--keep {name}={reason}",),
        )
