"""Turns a KPI's months into a chart of signal and noise: limits, verdicts, promise against limits.

Zooming changes no verdict: a trend is made of all complete months, and a page shows a part of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from service_quality.base import periods
from service_quality.measures.intervals import indicative
from service_quality.methods.judgeable import TOO_SHORT, judge
from service_quality.methods.spc import Point
from service_quality.warehouse.engine import Row

# Why a trend has no verdict beside those of `judge`: its last month is not one of those shown.
ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Month:
    """One month of a trend, values in the unit of the KPI; without data `value` is None.

    `mean`, `lower` and `upper` are those since the change of method before it. `rule` (outside,
    trend, two_of_three, shift) and `verdict` (ordinary, improvement, concern, high, low) are None
    where nothing fired, and where its segment could not be judged. `segment` counts the
    changes of method so far; `target` is what was promised that month.
    """

    month: str
    value: float | None
    mean: float | None
    lower: float | None
    upper: float | None
    rule: str | None
    verdict: str | None
    target: float | None
    segment: int
    n: int | None = None

    @property
    def too_few(self) -> bool:
        """Whether its cases are too few for a verdict: it is shown, as indicative."""
        return indicative(self.n)


@dataclass(frozen=True)
class Trend:
    """All complete months of a series, from its first to its last with data.

    `variation` is the verdict on the last month with data, `assurance` (met, missed,
    hit_or_miss) its target against its limits; both None where `why` says why it gets no verdict:
    too_short (fewer than 13 months since the last change of method), few_values, season or
    carries_over, see `methods.judgeable`, or elsewhere, see `within`, and where that month has
    under 30 cases. `judged_by` is how many months they are; `p` how often chance alone would give
    such a signal, 1 where there is none.
    """

    months: tuple[Month, ...]
    variation: str | None
    assurance: str | None
    why: str | None
    judged_by: int
    p: float = 1.0

    @property
    def too_short(self) -> bool:
        """Whether there are too few months to judge by."""
        return self.why == TOO_SHORT

    @property
    def is_signal(self) -> bool:
        """Whether the last month is more than ordinary movement."""
        return self.variation not in (None, "ordinary")

    @property
    def too_few(self) -> bool:
        """Whether the last month has too few cases for a verdict."""
        return self.last is not None and self.last.too_few and self.why != ELSEWHERE

    def within(self, start: date, end: date) -> Trend:
        """Return this trend without a verdict where its last month lies outside a period.

        A page speaks of the months that it shows; their own verdicts stay what they are.
        """
        if self.last is None or f"{start:%Y-%m}" <= self.last.month <= f"{end:%Y-%m}":
            return self
        return replace(self, variation=None, assurance=None, why=ELSEWHERE, p=1.0)

    @property
    def last(self) -> Month | None:
        """The month that the verdicts are about."""
        return self.months[-1] if self.months else None

    def shown(self, months: Collection[str]) -> list[Month]:
        """Return those of the months that are to be drawn; their verdicts stay what they are."""
        wanted = set(months)
        return [month for month in self.months if month.month in wanted]


def trend_of(
    rows: Sequence[Row],
    complete_until: date,
    *,
    better: str = "higher",
    target: float | Sequence[Row] | None = None,
    breaks: Collection[date] = (),
) -> Trend:
    """Return the trend of a KPI's rows by month: all there are, not those that are shown.

    Each row has `month` ("2024-01") and `value`, or `median` of a duration; a month without a
    row or a value is a gap. With `n`, a month of fewer than 30 cases gets no verdict. Months that
    end after `complete_until` are left out. `target` is one for all months, or steps with start,
    end (None: still) and target, see `promises.targets`; the last that has begun counts. `breaks`
    are days on which the method changed; the month of such a day begins the next segment.
    ValueError where two rows have the same month.
    """
    values = _values(rows, complete_until)
    known = [month for month, value in values.items() if value is not None]
    spine = periods.between(min(known), max(known)) if known else []
    starts = [_start(spine, day) for day in breaks]
    targets = [_target(target, month) for month in spine]
    found = judge(
        [values.get(month) for month in spine],
        better=better,
        target=targets[-1] if targets else None,
        starts=starts,
        months=range(len(spine)),
    )
    segments = [len({start for start in starts if 0 < start <= at}) for at in range(len(spine))]
    sizes = {date.fromisoformat(f"{row['month']}-01"): row.get("n") for row in rows}
    of_months = [sizes.get(month) for month in spine]
    months = tuple(map(_month, spine, found.chart.points, found.why, targets, segments, of_months))
    count = sum(m.value is not None for m in months if m.segment == segments[-1])
    if months[-1:] and months[-1].too_few:
        return Trend(months, None, None, found.reason, count, 1.0)
    assurance = None if found.reason else found.chart.assurance
    return Trend(months, found.variation, assurance, found.reason, count, found.p)


def _values(rows: Sequence[Row], complete_until: date) -> dict[date, float | None]:
    values: dict[date, float | None] = {}
    for row in rows:
        month = date.fromisoformat(f"{row['month']}-01")
        if month in values:
            raise ValueError(f"two rows of {row['month']}: a trend is one series")
        if periods.last_day(month) <= complete_until:
            values[month] = row["median"] if "median" in row else row["value"]
    return values


def _month(
    month: date, point: Point, why: str | None, target: float | None, segment: int, n: int | None
) -> Month:
    judged = point.value is not None and why is None and not indicative(n)
    return Month(
        f"{month:%Y-%m}",
        point.value,
        point.mean,
        point.lower,
        point.upper,
        point.rule if judged else None,
        point.verdict if judged else None,
        target,
        segment,
        n,
    )


def _start(spine: Sequence[date], day: date) -> int:
    """Return the place of the month that a day lies in, or of the first one after it."""
    return sum(month < periods.first_day(day) for month in spine)


def _target(target: float | Sequence[Row] | None, month: date) -> float | None:
    if target is None or isinstance(target, int | float):
        return target
    last = periods.last_day(month)
    valid = [s for s in target if s["start"] <= last and (s["end"] is None or s["end"] >= last)]
    return max(valid, key=lambda step: step["start"])["target"] if valid else None
