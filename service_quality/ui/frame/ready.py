"""Knows what pages open with before anyone asks: from the last start, or asked ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
        self._ahead: Iterator[str] = iter(())  # asks what is still to be asked

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
                self._ahead = ask_ahead(found)
            self._for = mark

    def look_ahead(self, may: Callable[[], bool]) -> None:
        """Get ready what the other pages open with, page by page, as long as it may.

        ServiceQualityError or OSError where it cannot: then no more is asked of the same data, and
        who opens a page is told what failed.
        """
        while may() and next(self._ahead, None):
            pass


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


def ask_ahead(found: Source) -> Iterator[str]:
    """Ask what the other pages open with, and give each page once that is known.

    Of one brand or team that is the first: nobody knows which will be opened, and its places are
    those of a field that all others share.
    """
    # Here, and not above: Overview waits for no other page's findings.
    from service_quality.findings import entities, views

    for page in views.VIEWS:
        data.ask(found)
        opened = views.opening(page, {})
        yield page
        if page == "entity" and opened:
            data.ask(found)
            entities.ask_ahead(views.who({}), [line.kpi.id for line in opened.lines])
            yield page


def _store(found: Source, stamp: bytes) -> None:
    """Store what was asked, unless something was published meanwhile."""
    known = found.answers.known(found.answers.warehouse)
    if answer_file.stamp(found.answers) == stamp:
        answer_file.write(found.folder, stamp, {"asked": found.seen, "known": dict(known)})
