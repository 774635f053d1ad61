"""Knows what pages open with before anyone asks: from the last start, or asked ahead."""

from __future__ import annotations

from service_quality.base.filters import NARROWED, Filters
from service_quality.findings import overview, questions, since
from service_quality.findings.asking import ask
from service_quality.measures import answer_file
from service_quality.measures.answers import Answers
from service_quality.ui.frame import data
from service_quality.ui.frame.data import Source


class Ready:
    """Has what pages open with ready, for the version of the data that it last looked at."""

    def __init__(self) -> None:
        self._for: object = None
        self._seen: object = None
        self._ahead: Source | None = None  # of what the other pages are still to be asked

    def look(self) -> None:
        """Get Overview ready where data, definitions or settings are others than before.

        While several files come, one after the other, it waits until nothing changes between two
        looks. ServiceQualityError or OSError where it cannot; the next look tries again.
        """
        found = data.real()
        mark = data.mark(found)
        settled = self._seen in (None, mark)
        self._seen = mark
        if settled and mark != self._for:
            if not data.could_show(found):
                get_ready(found)
                self._ahead = found
            self._for = mark

    def look_ahead(self) -> None:
        """Get ready what the other pages open with, once: who then opens one is told what failed.

        ServiceQualityError or OSError where it cannot.
        """
        found, self._ahead = self._ahead, None
        if found:
            ask_ahead(found)


def get_ready(found: Source) -> None:
    """Ask what Overview opens with, or know it from the last time that it was asked of these data.

    They are stored once the finding stands, and again with what changed since the month before.
    """
    answers = found.answers
    stamp = answer_file.stamp(answers)
    if there := answer_file.read(found.folder, stamp):
        answers.known(answers.warehouse).update(there["known"])
        data.answered(found, there["asked"])
        return
    data.ask(found)
    for name in NARROWED:
        ask(Answers.dimension_values, name)
    tiles = overview.tiles(questions.kpis())
    if shown := overview.overview(tiles, Filters(*overview.usual(tiles))):
        _store(found, stamp)
        since.since(shown)
    _store(found, stamp)


def ask_ahead(found: Source) -> None:
    """Ask what the other pages open with, while someone is still reading Overview.

    Of one brand or team that is the first: nobody knows which will be opened, and its places are
    those of a field that all others share.
    """
    # Here, and not above: Overview waits for no other page's findings.
    from service_quality.findings import entities, views

    data.ask(found)
    for page in views.VIEWS.keys() - {"overview", "entity"}:
        views.opening(page, {})
    if first := views.opening("entity", {}):
        entities.ask_ahead(views.who({}), [line.kpi.id for line in first.lines])


def _store(found: Source, stamp: bytes) -> None:
    """Store what was asked, unless something was published meanwhile."""
    known = found.answers.known(found.answers.warehouse)
    if answer_file.stamp(found.answers) == stamp:
        answer_file.write(found.folder, stamp, {"asked": found.seen, "known": dict(known)})
