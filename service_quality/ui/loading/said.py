"""What a reader said of a dropped file, as long as the session lives; and which steps were seen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from service_quality.ingest.recognise.instructions import AGENTS, HASH, FileForm, Instructions

MAP, KEEP = "--map", "--keep"
OF_PEOPLE = (HASH, KEEP)


@dataclass
class Said:
    """What is known of one file beside its content.

    `words` are answers as the command line has them, in the order in which they were given;
    `ticked` the guesses that a person has looked at; `seen` the steps that were looked at, with
    what they showed; `stops` the steps that were open at an address, to which Back returns;
    `done` the outcome once the file was published.
    """

    file_id: str = ""
    form: FileForm = field(default_factory=FileForm)
    kind: str = ""
    source: str = ""
    words: list[str] = field(default_factory=list)
    ticked: set[str] = field(default_factory=set)
    seen: set[tuple[int, str]] = field(default_factory=set)
    stops: set[tuple[str, int]] = field(default_factory=set)
    done: Any = None

    def say(self, text: str) -> None:
        """Take a word; of several on one question the last stands."""
        self.words = [word for word in self.words if not _same_question(word, text)] + [text]

    def be_of(self, kind: str) -> None:
        """Take another kind of rows: what was said of columns was said of those of the first."""
        if kind != self.kind:
            self.kind, self.words, self.ticked = kind, [], set()

    def added_to(self, instructions: Instructions) -> Instructions:
        """Return the instructions with the words behind them."""
        for text in self.words:
            instructions = instructions.with_flag(text)
        # An empty one takes back what was said last time.
        dates = {name: way for name, way in instructions.dates.items() if way}
        codes = {name: given for name, given in instructions.no_answer.items() if any(given)}
        return replace(instructions, dates=dates, no_answer=codes)


def of(file_id: str) -> Said:
    """Return what was said of a file so far."""
    found: Said = st.session_state.setdefault(f"said-{file_id}", Said(file_id))
    return found


def parts(word: str) -> tuple[str, str, str]:
    """Return a word's flag, the column that it is said of, and what is said."""
    flag, _blank, pair = word.partition(" ")
    if flag == AGENTS:
        return flag, AGENTS, pair
    column, _equals, value = pair.partition("=")
    return flag, column, value


def _same_question(word: str, other: str) -> bool:
    """Whether two words answer one question: what becomes of a personal column is one."""
    (flag, column, value), (flag_too, column_too, value_too) = parts(word), parts(other)
    if column != column_too:
        return False
    if flag == flag_too:
        return True
    left_out = (flag == MAP and not value) or (flag_too == MAP and not value_too)
    of_people = flag in OF_PEOPLE or flag_too in OF_PEOPLE
    return of_people and (left_out or {flag, flag_too} <= {*OF_PEOPLE})
