"""What a reader answered about a dropped file in this session, and which steps were seen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from service_quality.ingest.recognise.instructions import AGENTS, HASH, FileForm, Instructions

MAP, KEEP = "--map", "--keep"
OF_PEOPLE = (HASH, KEEP)


@dataclass
class FileAnswers:
    """What is known of one file beside its content.

    `texts` are answers as the command line has them, in the order in which they were given;
    `ticked` the guesses that a person has looked at; `seen` the steps that were looked at, with
    what they showed; `stops` the steps that were open at an address, to which Back returns;
    `done` the outcome once the file was published.
    """

    file_id: str = ""
    form: FileForm = field(default_factory=FileForm)
    kind: str = ""
    source: str = ""
    texts: list[str] = field(default_factory=list)
    ticked: set[str] = field(default_factory=set)
    seen: set[tuple[int, str]] = field(default_factory=set)
    stops: set[tuple[str, int]] = field(default_factory=set)
    done: Any = None

    def add(self, text: str) -> None:
        """Take an answer; of several on one question the last stands."""
        self.texts = [each for each in self.texts if not _same_question(each, text)] + [text]

    def be_of(self, kind: str) -> None:
        """Take another kind of rows: answers about columns were about those of the first."""
        if kind != self.kind:
            self.kind, self.texts, self.ticked = kind, [], set()

    def added_to(self, instructions: Instructions) -> Instructions:
        """Return the instructions with the answers behind them."""
        for text in self.texts:
            instructions = instructions.with_flag(text)
        # An empty one takes back what was answered last time.
        dates = {name: way for name, way in instructions.dates.items() if way}
        codes = {name: given for name, given in instructions.no_answer.items() if any(given)}
        return replace(instructions, dates=dates, no_answer=codes)


def of(file_id: str) -> FileAnswers:
    """Return what was answered about a file so far."""
    found: FileAnswers = st.session_state.setdefault(f"answers-{file_id}", FileAnswers(file_id))
    return found


def parts(text: str) -> tuple[str, str, str]:
    """Return an answer's flag, the column that it is about, and what it says."""
    flag, _blank, pair = text.partition(" ")
    if flag == AGENTS:
        return flag, AGENTS, pair
    column, _equals, value = pair.partition("=")
    return flag, column, value


def _same_question(text: str, other: str) -> bool:
    """Whether two answers are to one question: what becomes of a personal column is one."""
    (flag, column, value), (flag_too, column_too, value_too) = parts(text), parts(other)
    if column != column_too:
        return False
    if flag == flag_too:
        return True
    left_out = (flag == MAP and not value) or (flag_too == MAP and not value_too)
    of_people = flag in OF_PEOPLE or flag_too in OF_PEOPLE
    return of_people and (left_out or {flag, flag_too} <= {*OF_PEOPLE})
