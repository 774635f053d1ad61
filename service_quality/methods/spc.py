"""Signal or noise: limits and rules of the XmR chart, as NHS "Making Data Count" draws it.

Wheeler, Understanding Variation (1993); NHS England, Making Data Count (2019). The rules, their
order and which points of a run are marked are those of the R package NHSRplotthedots.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, isclose, isfinite

# A limit is 2.66 mean moving ranges from the mean: three of the deviations that a mean of ranges
# of two speaks for. A move over 3.267 mean ranges is out of the ordinary itself.
LIMIT = 2.66
NEAR = 2 * (LIMIT / 3)
SCREEN = 3.267
RUN = 7
ENOUGH = 13

OUTSIDE, TREND, TWO_OF_THREE, SHIFT = "outside", "trend", "two_of_three", "shift"
ORDINARY, IMPROVEMENT, CONCERN, HIGH, LOW = "ordinary", "improvement", "concern", "high", "low"
MET, MISSED, HIT_OR_MISS = "met", "missed", "hit_or_miss"
# What a signal upwards means, and one downwards, by which direction is better.
MEANING = {
    "higher": (IMPROVEMENT, CONCERN),
    "lower": (CONCERN, IMPROVEMENT),
    "neither": (HIGH, LOW),
}
Values = Sequence[float | None]


@dataclass(frozen=True)
class Point:
    """One point in the unit of the series; a gap has no `value`.

    `mean`, `lower` and `upper` are those of its segment; None where it has no two neighbouring
    values. `rule` is None, outside, trend, two_of_three or shift; `verdict` ordinary,
    improvement, concern, or high and low where neither direction is better. `short`: its segment
    has fewer than 13 values, too few to judge by.
    """

    value: float | None
    mean: float | None
    lower: float | None
    upper: float | None
    rule: str | None
    verdict: str
    short: bool


@dataclass(frozen=True)
class Chart:
    """A series with its limits and signals.

    `variation` is the verdict on the last point that has a value; `assurance` what the limits of
    the last segment say of the target: met, missed or hit_or_miss, None without a target or where
    neither direction is better. `too_short`: the last segment cannot be judged yet.
    """

    points: tuple[Point, ...]
    variation: str | None
    assurance: str | None
    too_short: bool


def chart(
    values: Sequence[float | None],
    *,
    better: str = "higher",
    target: float | None = None,
    screen: bool = True,
    fix_after: int | None = None,
    starts: Collection[int] = (),
) -> Chart:
    """Return the chart of a series in the order of time; None or NaN is a gap, and ends a run.

    `better` is higher, lower or neither. `starts` are positions at which the method changed: each
    begins a segment with limits and runs of its own. `fix_after` computes the limits from the
    first so many points of a segment only. `screen` leaves out moving ranges that are out of
    the ordinary, once.
    """
    series = [None if x is None or not isfinite(x) else float(x) for x in values]
    edges = [0, *sorted({s for s in starts if 0 < s < len(series)}), len(series)]
    points: list[Point] = []
    for first, end in pairwise(edges):
        points += _segment(series[first:end], MEANING[better], screen=screen, fix_after=fix_after)
    last = next((p for p in reversed(points) if p.value is not None), None)
    return Chart(
        tuple(points),
        last.verdict if last else None,
        _assurance(last, better, target) if last else None,
        points[-1].short if points else True,
    )


def _segment(
    values: Values, meaning: tuple[str, str], *, screen: bool, fix_after: int | None
) -> Iterator[Point]:
    mean, spread = _centre(values[:fix_after], screen=screen)
    lower = None if mean is None or spread is None else mean - LIMIT * spread
    upper = None if mean is None or spread is None else mean + LIMIT * spread
    short = sum(v is not None for v in values) < ENOUGH
    for value, (rule, up) in zip(values, _signals(values, mean, spread), strict=True):
        verdict = meaning[0 if up > 0 else 1] if rule else ORDINARY
        yield Point(value, mean, lower, upper, rule, verdict, short)


def _centre(values: Values, *, screen: bool) -> tuple[float | None, float | None]:
    """Return the mean and the mean moving range; None for what cannot be known."""
    known = [v for v in values if v is not None]
    moves = [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]
    if not known:
        return None, None
    # The mean of equal values is their value, without the last digit of a division.
    mean = known[0] if min(known) == max(known) else fsum(known) / len(known)
    if not moves:
        return mean, None
    usual = fsum(moves) / len(moves)
    # A constant series has no move below its mean move, which is 0: its limits are its mean.
    kept = [m for m in moves if m < SCREEN * usual] if screen else moves
    return mean, fsum(kept) / len(kept) if kept else 0.0


def _signals(
    values: Values, mean: float | None, spread: float | None
) -> list[tuple[str | None, int]]:
    """Return the rule that each point broke, None for none, and its direction: 1 up, −1 down."""
    sides = [_side(v, mean) for v in values]
    outside = [
        side * _beyond(v, mean, spread, LIMIT) for v, side in zip(values, sides, strict=True)
    ]
    near = [
        side * _beyond(v, mean, spread, NEAR) if not out else 0
        for v, side, out in zip(values, sides, outside, strict=True)
    ]
    found = (
        (OUTSIDE, outside),
        (TREND, _trend(values)),
        (TWO_OF_THREE, _two_of_three(sides, near)),
        (SHIFT, _shift(sides)),
    )
    return [
        next(((rule, marks[i]) for rule, marks in found if marks[i]), (None, 0))
        for i in range(len(values))
    ]


def _side(value: float | None, mean: float | None) -> int:
    """Return on which side of the mean a value lies; 0 on it, but for the last digits."""
    if value is None or mean is None or isclose(value, mean, rel_tol=1e-12):
        return 0
    return _sign(value - mean)


def _beyond(value: float | None, mean: float | None, spread: float | None, times: float) -> bool:
    if value is None or mean is None or spread is None:
        return False
    return value > mean + times * spread or value < mean - times * spread


def _trend(values: Values) -> list[int]:
    """Mark runs of 7 that rise or fall at each step; where two meet, the later one counts."""
    steps = [0 if a is None or b is None else _sign(b - a) for a, b in pairwise(values)]
    marks = [0] * len(values)
    for i in range(len(values) - RUN + 1):
        if abs(sum(steps[i : i + RUN - 1])) == RUN - 1:
            marks[i : i + RUN] = [steps[i]] * RUN
    return marks


def _two_of_three(sides: Sequence[int], near: Sequence[int]) -> list[int]:
    """Mark points near a limit where two of three in a row are, all three on that side."""
    marks = [0] * len(sides)
    for i in range(len(sides) - 2):
        if abs(sum(sides[i : i + 3])) == 3 and abs(sum(near[i : i + 3])) >= 2:
            for j in range(i, i + 3):
                marks[j] = near[j] or marks[j]
    return marks


def _shift(sides: Sequence[int]) -> list[int]:
    """Mark runs of 7 on one side of the mean; a point on it ends a run."""
    marks = [0] * len(sides)
    for i in range(len(sides) - RUN + 1):
        if abs(sum(sides[i : i + RUN])) == RUN:
            marks[i : i + RUN] = [sides[i]] * RUN
    return marks


def _assurance(last: Point, better: str, target: float | None) -> str | None:
    if target is None or better == "neither":
        return None
    if last.lower is None or last.upper is None or last.lower <= target <= last.upper:
        return HIT_OR_MISS
    return MET if (target < last.lower) == (better == "higher") else MISSED


def _sign(x: float) -> int:
    return (x > 0) - (x < 0)
