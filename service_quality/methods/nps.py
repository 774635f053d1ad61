"""The interval of a Net Promoter Score and of its change, by the adjusted Wald method."""

from __future__ import annotations

from math import sqrt

from service_quality.methods.change import Change, Interval, normal_change, z_of


def adjusted(promoters: float, passives: float, detractors: float) -> tuple[float, float]:
    """Return score and standard error, −100 to 100, with three answers added (Rocks 2016).

    Three quarters of one go to the promoters and to the detractors, one and a half to the
    passives: without them, ten promoters of ten would have no error at all.
    """
    n = promoters + passives + detractors + 3
    up, down = (promoters + 0.75) / n, (detractors + 0.75) / n
    return 100 * (up - down), 100 * sqrt((up + down - (up - down) ** 2) / n)


def interval(
    promoters: float, passives: float, detractors: float, conf: float = 0.95
) -> Interval | None:
    """Return the interval of a score, cut at −100 and 100; None without answers."""
    if promoters + passives + detractors <= 0:
        return None
    score, error = adjusted(promoters, passives, detractors)
    half = z_of(conf) * error
    return Interval(max(-100.0, score - half), min(100.0, score + half))


def change(first: tuple[int, int, int], second: tuple[int, int, int]) -> Change | None:
    """Return how a score changed between two counts of promoters, passives and detractors.

    The change itself is that of the plain scores, as shown; interval and test are those of the
    adjusted ones, z = Δ ÷ √(SE₁² + SE₂²). None where one of them has no answers.
    """
    if sum(first) <= 0 or sum(second) <= 0:
        return None
    (score1, error1), (score2, error2) = adjusted(*first), adjusted(*second)
    tested = normal_change(score2 - score1, sqrt(error1**2 + error2**2))
    shown = 100 * ((second[0] - second[2]) / sum(second) - (first[0] - first[2]) / sum(first))
    return Change(shown, tested.low, tested.high, tested.p)
