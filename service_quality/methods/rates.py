"""Intervals and tests of shares: Wilson, Newcombe, the score test, Boschloo's exact test.

The closed forms are written out, so that a share needs no statistics library to be loaded; the
tests hold them against statsmodels and R.
"""

from __future__ import annotations

from functools import cache
from math import sqrt

from service_quality.methods.change import Change, Interval, p_of, z_of

# Below this the normal approximation of the test fails (Cochran 1954).
SMALL_CELL = 5
# Boschloo's test looks at every table of both sizes, a tenth of a second for two of 200; beyond
# this many tables Fisher's, also exact and a little less powerful, stands in.
TABLES = 2_601


def wilson(k: float, n: float, conf: float = 0.95, phi: float = 1.0) -> Interval | None:
    """Return the interval of a share, k of n (Wilson 1927); None without any cases.

    `phi` is an overdispersion by which the sampling variance is multiplied: n counts for n/phi.
    """
    if n <= 0 or not 0 <= k <= n:
        return None
    share, m, z = k / n, n / phi, z_of(conf)
    centre = (share + z * z / (2 * m)) / (1 + z * z / m)
    half = z * sqrt(share * (1 - share) / m + z * z / (4 * m * m)) / (1 + z * z / m)
    return Interval(0.0 if k == 0 else centre - half, 1.0 if k == n else centre + half)


def change(
    k1: float, n1: float, k2: float, n2: float, conf: float = 0.95, phi: float = 1.0
) -> Change | None:
    """Return how a share changed from k1 of n1 to k2 of n2; None where one of them has no cases.

    The interval is Newcombe's (1998, method 10), p that of the score test, or where one of the
    four cells is under 5 of Boschloo's exact test (1970). 0 of 10 against 0 of 10 is no change:
    p = 1. With an overdispersion both must hold, the exact test and the wider one.
    """
    first, second = wilson(k1, n1, conf, phi), wilson(k2, n2, conf, phi)
    if first is None or second is None:
        return None
    p1, p2 = k1 / n1, k2 / n2
    delta = p2 - p1
    low = delta - sqrt((p2 - second.low) ** 2 + (first.high - p1) ** 2)
    high = delta + sqrt((second.high - p2) ** 2 + (p1 - first.low) ** 2)
    p = score_p(k1, n1, k2, n2, phi)
    if min(k1, n1 - k1, k2, n2 - k2) < SMALL_CELL and all(
        float(x).is_integer() for x in (k1, n1, k2, n2)
    ):
        exact = exact_p(int(k1), int(n1), int(k2), int(n2))
        p = exact if phi == 1 else max(exact, p)
    return Change(delta, low, high, p)


def score_p(k1: float, n1: float, k2: float, n2: float, phi: float = 1.0) -> float:
    """Return the two-sided p of the score test, which pools both samples; 1 if all are alike."""
    pooled = (k1 + k2) / (n1 + n2)
    variance = phi * pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    return 1.0 if variance <= 0 else p_of((k2 / n2 - k1 / n1) / sqrt(variance))


def exact_p(k1: int, n1: int, k2: int, n2: int) -> float:
    """Return the two-sided p of Boschloo's exact test, of Fisher's for large samples."""
    if k1 + k2 in (0, n1 + n2):
        return 1.0
    # The test does not change when samples or outcomes swap places: one of the four will do.
    turned = n1 - k1, n1, n2 - k2, n2
    return _exact(*min((k1, n1, k2, n2), (k2, n2, k1, n1), turned, (*turned[2:], *turned[:2])))


@cache
def _exact(k1: int, n1: int, k2: int, n2: int) -> float:
    from scipy.stats import boschloo_exact, fisher_exact

    table = [[k1, k2], [n1 - k1, n2 - k2]]
    if (n1 + 1) * (n2 + 1) > TABLES:
        return float(fisher_exact(table)[1])
    return min(1.0, float(boschloo_exact(table).pvalue))
