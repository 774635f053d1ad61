"""The interval of a mean and of its change, from n, mean and standard deviation."""

from __future__ import annotations

from functools import cache
from math import sqrt

from service_quality.methods.change import Change, Interval


def interval(n: int, mean: float, sd: float | None, conf: float = 0.95) -> Interval | None:
    """Return Student's t interval of a mean.

    None for a single value, and where all values are equal: they say nothing of their scatter.
    """
    if n < 2 or not sd:
        return None
    half = _t(n - 1.0, conf) * sd / sqrt(n)
    return Interval(mean - half, mean + half)


def change(
    first: tuple[int, float, float | None], second: tuple[int, float, float | None]
) -> Change:
    """Return how a mean changed between two samples of n, mean and sd (Welch 1947).

    Without any scatter, or with a single value on a side, interval and test are None.
    """
    (n1, mean1, sd1), (n2, mean2, sd2) = first, second
    delta = mean2 - mean1
    if n1 < 2 or n2 < 2 or sd1 is None or sd2 is None or sd1 + sd2 == 0:
        return Change(delta, None, None, None)
    v1, v2 = sd1**2 / n1, sd2**2 / n2
    df = (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
    error = sqrt(v1 + v2)
    half = _t(df, 0.95) * error
    from scipy.special import stdtr

    return Change(delta, delta - half, delta + half, float(2 * stdtr(df, -abs(delta) / error)))


@cache
def _t(df: float, conf: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(df, (1 + conf) / 2))
