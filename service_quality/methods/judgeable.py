"""Whether the limits of a control chart may judge a series at all, and its last point in it.

The XmR chart takes for granted that values have a spread, and that one month says nothing of the
next. Where that is not so, its limits are drawn too narrow, and noise is called a signal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import factorial, fsum, log, sqrt

from service_quality.methods.spc import ORDINARY, TREND, Chart, Point, Values, chart

FEW_VALUES, SEASON, CARRIES_OVER = "few_values", "season", "carries_over"
TOO_SHORT = "too_short"
# One value that makes up so much of a series leaves no spread to judge by.
ONE_VALUE = 0.4
YEAR = 12
# A season explains most of the spread; or the last months stood a third as far out each year.
MOST, AS_FAR = 0.5, 1 / 3
# How seldom chance may make a last run as different from the months before it. How much a month
# carries over to the next is told badly by few months, and most often as too little: more counts.
SELDOM, MORE, MOST_CARRIED = 0.045, 0.2, 0.95
LEAST_BEFORE = 6
# Seven values in the order of their size, or against it, are one of 7! / 2 orders.
STEPS = 2 / factorial(7)


@dataclass(frozen=True)
class Judged:
    """A chart, and what may be said of it.

    `why` has for each point None, or why its segment gets no verdict: too_short, few_values,
    season, carries_over. `variation` is the verdict on the last value, None where there is none.
    `p` is how often chance alone would give a signal as strong as that of the last value, 1 where
    it is none: for several verdicts at once, see `false_discovery.discoveries`.
    """

    chart: Chart
    why: tuple[str | None, ...]
    variation: str | None
    p: float = 1.0

    @property
    def reason(self) -> str | None:
        """Why the last segment gets no verdict; None where it has one."""
        return self.why[-1] if self.why else TOO_SHORT


def judge(
    values: Values,
    *,
    better: str = "higher",
    target: float | None = None,
    screen: bool = True,
    fix_after: int | None = None,
    starts: Collection[int] = (),
    months: Sequence[int] = (),
) -> Judged:
    """Return the chart of a series, see `spc.chart`, and which of its segments it may judge.

    The limits are those of the chart. Points of a segment with too few different values keep
    no rule: their limits come from moves of mostly nothing. `months` numbers the month of each
    point, by which a season is found; without it none is looked for.
    """
    plain = chart(
        values, better=better, target=target, screen=screen, fix_after=fix_after, starts=starts
    )
    edges = [0, *sorted({s for s in starts if 0 < s < len(values)}), len(values)]
    why: list[str | None] = []
    for first, end in pairwise(edges):
        why += [_why_not(plain.points[first:end], months[first:end])] * (end - first)
    points = tuple(
        replace(point, rule=None, verdict=ORDINARY) if reason == FEW_VALUES else point
        for point, reason in zip(plain.points, why, strict=True)
    )
    variation = None if not why or why[-1] else plain.variation
    signal = variation not in (None, ORDINARY)
    p = chance_of(plain.points[edges[-2] :]) if signal else 1.0
    return Judged(replace(plain, points=points), tuple(why), variation, p)


def _why_not(points: Sequence[Point], months: Sequence[int]) -> str | None:
    """Return why a segment gets no verdict on its last point, None where it gets one."""
    values = [point.value for point in points]
    known = [value for value in values if value is not None]
    if not points or points[-1].short:
        return TOO_SHORT
    if max(Counter(map(_written, known)).values()) >= ONE_VALUE * len(known):
        return FEW_VALUES
    if season(values, months) > MOST:
        return SEASON
    if repeats(values):
        return CARRIES_OVER
    return _not_confirmed(points, months)


def season(values: Values, months: Sequence[int]) -> float:
    """Return which part of the spread the month of the year explains; 0 under two whole years.

    Both variances are by their degrees of freedom, so that chance alone explains nothing.
    """
    of_year: dict[int, list[float]] = {}
    for month, value in zip(months, values, strict=False):
        if value is not None:
            of_year.setdefault(month % YEAR, []).append(value)
    known = [value for group in of_year.values() for value in group]
    free = len(known) - len(of_year)
    if free < YEAR - 2 or months[-1] - months[0] < 2 * YEAR - 1:
        return 0.0
    spread = _squares(known) / (len(known) - 1)
    within = fsum(_squares(group) for group in of_year.values()) / free
    return 1 - within / spread if spread else 0.0


def repeats(values: Values) -> bool:
    """Return whether a month is the same as the one before it more often than chance has it."""
    counts = Counter(_written(v) for v in values if v is not None)
    size = counts.total()
    pairs = [(a, b) for a, b in pairwise(values) if a is not None and b is not None]
    same = sum(_written(a) == _written(b) for a, b in pairs)
    alike = sum(n * (n - 1) for n in counts.values()) / (size * (size - 1)) if size > 1 else 0.0
    usual = alike * len(pairs)
    return same > usual + 2 * sqrt(usual) + 2


def _not_confirmed(points: Sequence[Point], months: Sequence[int]) -> str | None:
    """Return why the signal of the last point does not hold; None where it does, or there is none.

    It must be more than what the same months of the years before show, and more than what one
    month carries over to the next.
    """
    last, before, run = _parts(points)
    if last.rule is None or last.mean is None:
        return None
    if _as_each_year([*before, *run], months, len(run), last.mean):
        return SEASON
    # Seven steps in one direction hardly ever come from months that only resemble each other.
    if last.rule == TREND:
        return None
    enough = sum(v is not None for v in before) >= LEAST_BEFORE
    return None if enough and chance(run, before, MORE) < SELDOM else CARRIES_OVER


def chance_of(points: Sequence[Point]) -> float:
    """Return how often chance alone would show a signal as strong as the last point's.

    Of the values and of their logarithms the one that says more often: long waits lie far out by
    themselves. A run was looked for at several lengths, which counts twice.
    """
    last, before, run = _parts(points)
    if last.rule == TREND:
        return STEPS
    found = chance(run, before)
    if all(v is None or v > 0 for v in (*run, *before)):
        logs = [[None if v is None else log(v) for v in part] for part in (run, before)]
        found = max(found, chance(logs[0], logs[1]))
    return min(1.0, (2 if len(run) > 1 else 1) * found)


def _parts(points: Sequence[Point]) -> tuple[Point, Values, Values]:
    """Return the last point with a value, the values before its run, and those of the run.

    Its run are the last values on the side of the mean that it is on.
    """
    end = max(at for at, point in enumerate(points) if point.value is not None) + 1
    last = points[end - 1]
    run = 1 if last.mean is None else _last_run(points[:end], last.mean)
    values = [point.value for point in points[:end]]
    return last, values[:-run], values[-run:]


def _last_run(points: Sequence[Point], mean: float) -> int:
    """Return how many of the last points lie on the side of the mean that the last one is on."""
    above = (points[-1].value or 0.0) > mean
    run = 0
    for point in reversed(points):
        if point.value is None or point.value == mean or (point.value > mean) != above:
            break
        run += 1
    return max(run, 1)


def _as_each_year(values: Values, months: Sequence[int], run: int, mean: float) -> bool:
    """Return whether the same months of the years before stood at least a third as far out."""
    dated = [(m, v) for m, v in zip(months, values, strict=False) if v is not None]
    now, before = [], []
    for month, value in dated[-min(run, YEAR) :]:
        past = [v for m, v in dated if m < month and (month - m) % YEAR == 0]
        if past:
            now.append(value - mean)
            before.append(fsum(past) / len(past) - mean)
    return bool(fsum(now)) and fsum(before) / fsum(now) >= AS_FAR


def chance(run: Values, before: Values, more: float = 0.0) -> float:
    """Return how often chance makes the mean of a run differ as much from the months before it.

    What those months carry over to the next (AR(1)), and `more`, widens the error and leaves
    fewer of them that say something of their own.
    """
    from scipy.special import stdtr

    here, there = ([v for v in part if v is not None] for part in (run, before))
    middle = fsum(there) / len(there)
    variance = _squares(there) / (len(there) - 1)
    if not variance:
        return 0.0
    carried = min(max(_carried(before, middle) + more, 0.0), MOST_CARRIED)
    of_before = _of_a_mean(len(there), carried)
    # Months that carry over scatter less around their own mean than the series does.
    error = sqrt(variance / max(1 - of_before, 0.05) * (_of_a_mean(len(here), carried) + of_before))
    distance = abs(fsum(here) / len(here) - middle) / error
    return 2 * float(stdtr(max(1 / of_before - 1, 1), -distance))


def _carried(values: Values, middle: float) -> float:
    """Return the correlation of a month with the next, corrected for few months."""
    known = [v - middle for v in values if v is not None]
    pairs = [
        (a - middle, b - middle) for a, b in pairwise(values) if a is not None and b is not None
    ]
    n = len(known)
    return (fsum(a * b for a, b in pairs) / fsum(v * v for v in known) * n + 1) / (n - 3)


def _of_a_mean(n: int, carried: float) -> float:
    """Return the variance of a mean of n months in that of one month."""
    return (1 + 2 * fsum((1 - lag / n) * carried**lag for lag in range(1, n))) / n


def _squares(values: Sequence[float]) -> float:
    middle = fsum(values) / len(values)
    return fsum((v - middle) ** 2 for v in values)


def _written(value: float) -> str:
    """Return a value without the last digits of a division, so that equal means equal."""
    return f"{value:.9g}"
