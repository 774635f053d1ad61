"""Intervals and tests of shares: Wilson, Newcombe, the score test, Boschloo's exact test.

What has a closed form is written out, and so is the exact test on top of scipy.special: a share on
the command line does not wait seconds for a library. The tests hold all against the libraries.
"""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any

from service_quality.methods.change import Change, Interval, p_of, z_of

# Below this the normal approximation of the test fails (Cochran 1954).
SMALL_CELL = 5
# Boschloo's test looks at every table of both sizes; beyond this many Fisher's, also exact and a
# little less powerful, stands in.
TABLES = 10_201


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
    p, method = score_p(k1, n1, k2, n2, phi), "newcombe"
    if min(k1, n1 - k1, k2, n2 - k2) < SMALL_CELL and all(
        float(x).is_integer() for x in (k1, n1, k2, n2)
    ):
        exact = exact_p(int(k1), int(n1), int(k2), int(n2))
        p, method = exact if phi == 1 else max(exact, p), "boschloo"
    return Change(delta, low, high, p, method)


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
    if (n1 + 1) * (n2 + 1) > TABLES:
        return _fisher(k1, n1, k2, n2)
    turned = _boschloo(n1 - k1, n1, n2 - k2, n2)
    return min(1.0, 2 * min(_boschloo(k1, n1, k2, n2), turned))


def _boschloo(k1: int, n1: int, k2: int, n2: int) -> float:
    """Return the one-sided p that the first share is the smaller one.

    As or more extreme are all tables whose Fisher p is as small; p is their probability at the
    common share that makes it largest.
    """
    import numpy as np

    # Rows: successes in all; columns: successes in the first sample.
    total, first = np.arange(n1 + n2 + 1)[:, None], np.arange(n1 + 1)
    given = np.exp(_log_hypergeometric(first, n1, total, n2))
    fisher = given.cumsum(axis=1)
    extreme = fisher <= fisher[k1 + k2, k1] * (1 + 1e-9)
    weight = np.where(extreme, given, 0).sum(axis=1)
    share, step = np.linspace(0, 1, 201)[1:-1], 1 / 200
    for _closer in range(3):
        found = weight @ np.exp(_log_binomial(total, n1 + n2, share))
        best, step = share[found.argmax()], step / 20
        share = np.clip(best + step * np.arange(-20, 21), 1e-12, 1 - 1e-12)
    return float(found.max())


def _fisher(k1: int, n1: int, k2: int, n2: int) -> float:
    """Return the two-sided p of Fisher's exact test: all tables that are no likelier."""
    import numpy as np

    total = k1 + k2
    first = np.arange(max(0, total - n2), min(n1, total) + 1)
    given = np.exp(_log_hypergeometric(first, n1, np.array(total), n2))
    return min(1.0, float(given[given <= given[k1 - first[0]] * (1 + 1e-7)].sum()))


def _log_hypergeometric(first: Any, n1: int, total: Any, n2: int) -> Any:
    """Return the logarithm of the chance of `first` among n1, of `total` among n1 + n2."""
    import numpy as np

    second = total - first
    fits = (first <= n1) & (second >= 0) & (second <= n2)
    second = np.where(fits, second, 0)
    log = _log_choose(n1, first) + _log_choose(n2, second) - _log_choose(n1 + n2, total)
    return np.where(fits, log, -np.inf)


def _log_binomial(k: Any, n: int, share: Any) -> Any:
    import numpy as np

    return _log_choose(n, k) + k * np.log(share) + (n - k) * np.log1p(-share)


def _log_choose(n: int, k: Any) -> Any:
    from scipy.special import gammaln

    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
