"""What each line of the scorecard shows, cell by cell: the page and the report write the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings import extent, questions, wording
from service_quality.findings.comparisons import not_reached, promised, written
from service_quality.measures.intervals import suppressed

if TYPE_CHECKING:
    from service_quality.base.filters import Filters
    from service_quality.findings.scorecard import Line


@dataclass(frozen=True)
class Cells:
    """The texts of a line, and what its small pictures are drawn from.

    `months` are the values of 24 months, None for a gap, `alt` says them in words; `kept` and
    `target` are shares of a promise (0–1), `target` written as `share`, in words as `promise`.
    """

    title: str
    note: str
    value: str
    change: str
    months: tuple[float | None, ...]
    usual: tuple[float | None, float | None]
    alt: str
    kept: float | None
    target: float | None
    share: str
    promise: str
    n: str


def cells(line: Line, filters: Filters, usual: str, until: date) -> Cells:
    """Return the cells of a line over the part of a period that its data reach over.

    `usual` is the period of most lines, in words; months up to `until` are said to be awaited.
    """
    found = line.tile.comparison
    kpi, target = found.kpi, line.target if found.value is not None else None
    notes = [
        found.period if found.period != usual else "",
        extent.awaited(kpi, until, filters),
        line.note,
    ]
    months = questions.spark(kpi, line.tile.trend, filters)
    share = "" if target is None else promised(target)
    words = wording.promise(kpi) or share
    return Cells(
        title=kpi.title,
        note=" · ".join(note for note in notes if note),
        value=_value(line),
        change=line.change or language.NO_VALUE,
        months=tuple(months),
        usual=line.usual,
        alt=_alt(line, months),
        kept=found.value if target is not None else None,
        target=target,
        share=share,
        promise=_("promised: {promise}").format(promise=words) if words else "",
        n=_n(line),
    )


def usual_period(lines: Sequence[Line]) -> str:
    """Return the period that most lines speak of, in words."""
    periods = [line.tile.comparison.period for line in lines]
    return max(periods, key=periods.count)


def _value(line: Line) -> str:
    found = line.tile.comparison
    if found.value is None:
        # Fewer than half answered: the median was not reached, which is not "no data".
        row = {"n": found.n, "median": None}
        return _("not reached") if not_reached(found.kpi, row) else language.NO_VALUE
    return written(found.kpi, found.value)


def _alt(line: Line, months: Sequence[float | None]) -> str:
    """Return the months in words; empty where none has a value."""
    kpi, (low, high) = line.kpi, line.usual
    known = [value for value in months if value is not None]
    if not known:
        return ""
    alt = _("{kpi} by month, from {first} to {last}").format(
        kpi=kpi.title, first=written(kpi, known[0]), last=written(kpi, known[-1])
    )
    if low is None or high is None:
        return alt
    text = _("{line}; usual: {low} to {high}")
    return text.format(line=alt, low=written(kpi, low), high=written(kpi, high))


def _n(line: Line) -> str:
    found = line.tile.comparison
    if found.n is None:
        return language.NO_VALUE
    return _("under 10") if suppressed(found.kpi, found.n) else language.number(found.n)
