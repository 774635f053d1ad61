"""Are we keeping what we promise? The finding over all measures, their lines, and what is awaited.

The Overview page and the report are made of the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from service_quality.base import periods
from service_quality.base.filters import Filters
from service_quality.base.language import N_
from service_quality.definitions.kpis import GROUPS, Kpi
from service_quality.findings import comparisons, extent, headline, questions, scorecard, signals
from service_quality.findings.asking import made
from service_quality.findings.scorecard import Line
from service_quality.findings.verdict import Verdict
from service_quality.findings.who import Who, who

NOT_SAID = N_("It does not say why; and what moves as usual can still be too low.")
MOST_OF_A_GROUP = 3  # of a group in which no measure says that it is a tile


@dataclass(frozen=True)
class Overview:
    """What the measures come to over a period: the sentence, the line below it, and the lines.

    `shown` has of each measure, by id, the part of the period that its data reach over; months up
    to `until` are awaited where a measure has none. `judged` are the verdicts on what moved, `who`
    is weakest on what the sentence speaks of, if of anyone that is proven.
    """

    filters: Filters
    until: date
    shown: Mapping[str, Filters]
    lines: list[Line]
    sentence: str
    below: str
    judged: list[Verdict | None]
    who: Who | None


def tiles(kpis: Mapping[str, Kpi]) -> list[Kpi]:
    """Return the measures of the scorecard, by group."""
    found = []
    for group in GROUPS:
        of_group = [kpi for kpi in kpis.values() if kpi.group == group]
        found += [kpi for kpi in of_group if kpi.tile] or of_group[:MOST_OF_A_GROUP]
    return found


def usual(tiles: list[Kpi]) -> tuple[date, date]:
    """Return the period that is shown unless another is chosen: the year so far."""
    return periods.year_to(extent.reaches(*tiles))


def overview(tiles: list[Kpi], filters: Filters, until: date | None = None) -> Overview | None:
    """Return what measures come to in a period; None where none has a value in it.

    With `until` their months are judged as they were on that day, when no later one was known.
    """
    text = f"overview {[kpi.id for kpi in tiles]} {filters!r} {until}"
    return made(text, lambda: _overview(tiles, filters, until))


def _overview(tiles: list[Kpi], filters: Filters, until: date | None) -> Overview | None:
    known_until, until = until, extent.reaches(*tiles, filters=filters)
    shown = {kpi.id: extent.within_data(kpi, filters) for kpi in tiles}
    asked = [*_asked(tiles, shown)]
    if known_until is None:  # what changed since is asked next, mostly of the same months
        before, _last = a_month_before(filters, extent.earlier(filters, until))
        asked += _asked(tiles, {kpi.id: extent.within_data(kpi, before) for kpi in tiles})
    questions.ahead(asked)
    every = {kpi.id: questions.compare(kpi, shown[kpi.id]) for kpi in tiles}
    found = {kpi_id: c for kpi_id, c in every.items() if c.value is not None or c.n}
    if not found:
        return None
    trends = {kpi_id: questions.trend(c.kpi, filters, known_until) for kpi_id, c in found.items()}
    sure = [questions.how_sure(c, trends[kpi_id], shown[kpi_id]) for kpi_id, c in found.items()]
    lines = scorecard.lines(sure)
    named = headline.spoken_of(sure)
    kpi = named.comparison.kpi if named else None
    weakest = who(kpi, shown[kpi.id]) if kpi else None
    sentence = headline.headline(sure) or comparisons.level(list(found.values()))
    below = (
        weakest.figures if weakest else "",
        extent.awaited_sources(tiles, filters),
        questions.changed_methods([c.kpi for c in found.values()], filters),
        scorecard.counted(lines),
    )
    return Overview(
        filters,
        extent.earlier(filters, until),
        shown,
        lines,
        f"{sentence} {weakest.sentence}" if weakest else sentence,
        " · ".join(part for part in below if part),
        [signals.of_trend(c.kpi, trends[i]) for i, c in found.items() if trends[i].is_signal],
        weakest,
    )


def a_month_before(filters: Filters, until: date) -> tuple[Filters, date]:
    """Return filters that end a month earlier, and when; where they have no end, before `until`.

    A year so far that had not begun is the last.
    """
    last = periods.last_day(periods.months_back(filters.end or until, 1))
    start = filters.start
    if start is not None and start > last:
        whole_year = (start.month, start.day) == (1, 1)
        start = periods.year_to(last)[0] if whole_year else periods.first_day(last)
    return filters.between(start, last), last


def _asked(
    tiles: list[Kpi], shown: Mapping[str, Filters]
) -> Iterator[tuple[Kpi, tuple[str, ...], Filters]]:
    """Give what an overview is made of: each measure's period, the year before, and its months."""
    for kpi in tiles:
        filters = shown[kpi.id]
        yield kpi, (), filters
        yield kpi, (), filters.year_before()
        yield kpi, ("month",), Filters(where=filters.where)
