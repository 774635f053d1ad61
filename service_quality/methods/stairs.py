"""Stairs and lift: trust is lost at once and won back step by step.

The fall from the running maximum of a series, called drawdown in finance; an own definition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite


@dataclass(frozen=True)
class Fall:
    """One fall from a peak: positions in the series, and values in its unit.

    `lowest` is the worst value since the peak; `recovered` the position at which the peak was
    reached again, None while it is not.
    """

    peak_at: int
    peak: float
    lowest_at: int
    lowest: float
    recovered: int | None

    @property
    def depth(self) -> float:
        """How deep it went, never negative."""
        return abs(self.peak - self.lowest)

    @property
    def months_down(self) -> int:
        """Months from the peak to the lowest value: the lift."""
        return self.lowest_at - self.peak_at

    @property
    def months_up(self) -> int | None:
        """Months from the lowest value back to the peak: the stairs; None while it lasts."""
        return None if self.recovered is None else self.recovered - self.lowest_at


@dataclass(frozen=True)
class Stairs:
    """The falls of a series of months, as of its last value.

    `peaks` is the best value so far at each position, `below` how far the value lies from it, 0
    or negative, both in the unit of the series; None in a gap (and before the first value).
    `current` is the fall that lasts, None at a peak; `last` the latest one that was recovered.
    """

    peaks: tuple[float | None, ...]
    below: tuple[float | None, ...]
    current: Fall | None
    last: Fall | None
    length: int

    @property
    def to_regain(self) -> float:
        """How far the last value lies below the best one; 0 at a peak."""
        known = [b for b in self.below if b is not None]
        return -known[-1] if known else 0.0

    @property
    def months_since(self) -> int | None:
        """Months from the lowest value of the current fall to the end of the series."""
        return None if self.current is None else self.length - 1 - self.current.lowest_at


def stairs(values: Sequence[float | None], *, better: str = "higher") -> Stairs:
    """Return the falls of a monthly series; None or NaN is a month without a value.

    With `better` "lower" a fall is a rise of the values above their best, the lowest.
    """
    turn = -1.0 if better == "lower" else 1.0
    series = [None if v is None or not isfinite(v) else turn * v for v in values]
    peaks: list[float | None] = []
    below: list[float | None] = []
    falls: list[Fall] = []
    peak_at = peak = None
    for at, value in enumerate(series):
        if value is None:
            peaks.append(None if peak is None else turn * peak)
            below.append(None)
            continue
        lasting = bool(falls) and falls[-1].recovered is None
        if peak is None or peak_at is None or value >= peak:
            if lasting:
                falls[-1] = replace(falls[-1], recovered=at)
            peak_at, peak = at, value
        elif not lasting:
            falls.append(Fall(peak_at, turn * peak, at, turn * value, None))
        elif value < turn * falls[-1].lowest:
            falls[-1] = replace(falls[-1], lowest_at=at, lowest=turn * value)
        peaks.append(turn * peak)
        below.append(value - peak)
    return Stairs(
        tuple(peaks),
        tuple(below),
        next((f for f in falls[-1:] if f.recovered is None), None),
        next((f for f in reversed(falls) if f.recovered is not None), None),
        len(series),
    )
