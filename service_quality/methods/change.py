"""What every comparison of two samples gives: an interval, a change, and when it counts."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

LEVEL = 0.05  # of chance, under which a change counts


class Interval(NamedTuple):
    """Two ends in the unit of the figure, the lower one first."""

    low: float
    high: float


@dataclass(frozen=True)
class Change:
    """A change from a first to a second sample: its size, its 95% interval and the test's p.

    All in the unit of the figure; None where the samples do not allow to say. `method` is the test,
    where there is a choice: an id of `findings.how`.
    """

    delta: float
    low: float | None
    high: float | None
    p: float | None
    method: str | None = None

    @property
    def changed(self) -> bool | None:
        """Whether the change is beyond chance at the 5% level; None where nothing is known."""
        return None if self.p is None else self.p < LEVEL


def z_of(conf: float) -> float:
    """Return the standard normal quantile of a two-sided confidence: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + conf) / 2)


def p_of(z: float) -> float:
    """Return the two-sided p of a standard normal statistic."""
    return 2 * NormalDist().cdf(-abs(z))


def normal_change(delta: float, error: float) -> Change:
    """Return a change with a normal interval and test; without any error nothing is tested."""
    if error <= 0:
        return Change(delta, None, None, None)
    half = z_of(0.95) * error
    return Change(delta, delta - half, delta + half, p_of(delta / error))
