"""Which data a page shows, ours or the example, and its one cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import streamlit as st

from service_quality.base import settings
from service_quality.base.access import Only, Role
from service_quality.base.errors import UsageError
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.cli import serving
from service_quality.definitions import kpis
from service_quality.findings import asking
from service_quality.measures import rollup
from service_quality.measures.answers import Answers
from service_quality.measures.narrowed import narrowed
from service_quality.ui.frame import address, remembered, signin
from service_quality.ui.frame.memory import Memory
from service_quality.uploads import as_of, damage
from service_quality.uploads import example as examples
from service_quality.warehouse.connection import Warehouse

MOST_PARTS = 8
EXAMPLE, HIDDEN, SHOWN = "example", "hidden", "shown"
_memory = Memory(5000)


@dataclass(frozen=True)
class Source:
    """The answers a session reads, where from, and at which version of the data.

    `pinned` is the link's pin where an earlier version is shown, see `pin`; with `only` the answers
    know of these rows alone, see `narrowed`. `seen` holds what this run has asked already: asking
    again then costs nothing.
    """

    answers: Answers
    folder: Path
    version: int
    example: bool
    pinned: str = ""
    only: Only = ()
    seen: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def known_by(self) -> str:
        """What its answers are remembered by, beside their questions."""
        kind = (self.example, bool(self.pinned), self.answers.warehouse.openings)
        return repr((self.folder, *kind, self.only, self.version, self.answers.settings))


_source: ContextVar[Source] = ContextVar("source")


def current() -> Source:
    """Return the source of this run: a page sees one version of the data from top to bottom."""
    found = _source.get(None)
    return found if found is not None else begin()


def begin(pinned: str = "") -> Source:
    """Choose the source of a run: the warehouse, or the example while nothing was ever loaded.

    With a pin it is the warehouse as it was; UsageError where it never was so.
    """
    found = _choose(pinned)
    _source.set(found)
    scales = address.params().get("scale", [])
    asking.begin(asking.Answering(found.answers, partial(_remembered, found), lambda: scales))
    return found


def _choose(pinned: str) -> Source:
    found = real()
    if not could_show(found) or remembered.recall(EXAMPLE) == HIDDEN:
        return _own_rows(_as_it_was(found, pinned) if pinned else found)
    with st.spinner(_("Preparing the example data…")):
        answers = _example(str(found.folder), _made_by(examples.settings_of(found.folder)))
    return Source(answers, found.folder, answers.warehouse.version(), example=True)


def real() -> Source:
    """Return the warehouse itself, which uploads go to even while the example is shown."""
    folder = settings.data_folder()
    chosen = settings.load(folder)
    answers = _answers(str(folder), _made_by(chosen), chosen)
    return Source(answers, folder, answers.warehouse.recent_version(), example=False)


def mark(found: Source) -> tuple[int, str]:
    """Return what is another one as soon as rows, definitions or settings are."""
    return found.version, _made_by(found.answers.settings)


def ask(found: Source) -> None:
    """Have findings ask these data in this thread, outside a run; `seen` holds the answers."""
    asking.begin(asking.Answering(found.answers, partial(_remembered, found)))


def answered(found: Source, answers: Mapping[str, Any]) -> None:
    """Know the answers to some questions, by their texts, without asking."""
    for text, answer in answers.items():
        _memory.put(found.known_by + text, answer)


def _own_rows(found: Source) -> Source:
    """Return the source with the rows that whoever is at this session may see."""
    person = signin.me()
    if person is None or not person.may(Role.VIEWER):
        raise UsageError(_("Please sign in."))
    if not person.only:
        return found
    made_by = _made_by(found.answers.settings)
    with st.spinner(_("Preparing your data…")):
        answers = _narrowed(
            str(found.folder),
            found.version,
            bool(found.pinned),
            made_by,
            person.only,
            found.answers,
        )
    return replace(found, answers=answers, only=person.only, seen={})


def _as_it_was(now: Source, pinned: str) -> Source:
    version_text = pinned.split(".")[0]
    version = int(version_text) if version_text.isdecimal() and len(version_text) < 10 else 0
    chosen = now.answers.settings
    with st.spinner(_("Preparing the data as they were…")):
        answers = _earlier(str(now.folder), version, now.version, _made_by(chosen), chosen)
    return Source(answers, now.folder, version, example=False, pinned=pinned)


def pin(source: Source) -> str:
    """Return what pins a link to these data."""
    return as_of.pin(source.version, source.answers.settings)


def _made_by(chosen: Settings) -> str:
    """Return what makes sums out of rows: settings and KPI files, also one added just now."""
    return repr(chosen) + kpis.definitions_hash(chosen.definitions())


def could_show(found: Source) -> bool:
    """Whether there is an example to show instead: until something is loaded."""
    return not (found.answers.started() or examples.left(found.folder))


def show_example(shown: bool) -> None:
    """Show the example data in this browser, or hide it."""
    remembered.remember(EXAMPLE, SHOWN if shown else HIDDEN)


def _remembered(source: Source, key_text: str, question: Callable[[Answers], Any]) -> Any:
    """Return what a question says, remembered for this version of the data.

    Within a run the same question gives the same object.
    """
    if key_text not in source.seen:
        answer = partial(question, source.answers)
        source.seen[key_text] = _memory.get(
            source.known_by + key_text, lambda: source.answers.warehouse.retrying(answer)
        )
    return source.seen[key_text]


@st.cache_resource(show_spinner=False)
def _answers(folder: str, made_by: str, _chosen: Settings) -> Answers:
    return _summed(serving.warehouse(Path(folder), _chosen), _chosen)


def _summed(warehouse: Warehouse, chosen: Settings) -> Answers:
    """Return the answers by these settings: others make other sums of the same rows."""
    rollup.bring_up_to_date(warehouse, chosen)
    return Answers(warehouse, chosen)


@st.cache_resource(show_spinner=False, max_entries=as_of.MOST_FILES)
def _earlier(folder: str, version: int, newest: int, made_by: str, _chosen: Settings) -> Answers:
    with serving.warehouse(Path(folder), _chosen).cursor() as cursor:
        needed = damage.needed(cursor, version)
    return Answers(as_of.open(Path(folder), _chosen, version, newest, needed), _chosen)


@st.cache_resource(show_spinner=False)
def _example(folder: str, made_by: str) -> Answers:
    home = Path(folder)
    return _summed(serving.example(home), examples.settings_of(home))


# Each is a file as large as its rows; others are made anew when asked for.
@st.cache_resource(show_spinner=False, max_entries=MOST_PARTS)
def _narrowed(
    folder: str, version: int, pinned: bool, made_by: str, only: Only, _answers: Answers
) -> Answers:
    return narrowed(_answers, only)
