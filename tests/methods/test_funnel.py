"""The funnel: limits by hand, against FunnelPlotR, and a ranking drawn as one."""

from __future__ import annotations

from math import asin, pi, sin, sqrt

import numpy as np
import pytest

from service_quality.methods.funnel import Limits, fit, z_scores
from tests import vectors


def test_limits_by_hand() -> None:
    # arcsine of the root of ½ is π/4; ± 1.96 ÷ (2·√100)
    low, high = Limits(0.5, 1.0, 0.0).at(np.array([100]), 0.95, overdispersed=True)
    half = 1.959963984540054 / 20
    assert (low[0], high[0]) == pytest.approx((sin(pi / 4 - half) ** 2, sin(pi / 4 + half) ** 2))
    assert (low[0], high[0]) == pytest.approx((0.4026, 0.5974), abs=1e-4)


def test_limits_of_few_cases_end_at_nothing_and_all() -> None:
    low, high = Limits(0.9, 1.0, 0.0).at(np.array([1, 2]), 0.998, overdispersed=False)
    assert (low[0], high[0], high[1]) == (0, 1, 1)


def test_equal_shares_do_not_scatter() -> None:
    found = fit(np.array([5, 50, 500]), np.array([10, 100, 1000]))
    assert found is not None
    assert (found.target, found.phi, found.tau2) == (0.5, pytest.approx(0), 0)
    assert fit(np.array([]), np.array([])) is None
    assert fit(np.array([3]), np.array([5])) is not None


def test_large_entities_that_differ_get_wider_limits() -> None:
    found = fit(np.array([400, 600, 500, 450, 550]), np.full(5, 1000))
    assert found is not None
    # z = 2·√1000·(asin √p − π/4); the outer two drawn in to the tenths: −5.067 … 5.067
    z = [2 * sqrt(1000) * (asin(sqrt(p)) - pi / 4) for p in (0.4, 0.45)]
    edge = z[0] + 0.4 * (z[1] - z[0])
    assert found.phi == pytest.approx((2 * edge**2 + 2 * z[1] ** 2) / 5)
    # τ² = (5 φ − 4) ÷ (Σw − Σw²/Σw), each w 4000
    assert found.tau2 == pytest.approx((5 * found.phi - 4) / (20_000 - 4_000))


def test_limits_as_funnelplotr_has_them() -> None:
    checked = 0
    for of in vectors.cases("funnel/funnel_pr.csv").values():

        def column(name: str, of: list[dict[str, str]] = of) -> np.ndarray:
            return np.array([float(row[name]) for row in of])

        k, n = column("numerator"), column("denominator")
        found = fit(k, n)
        assert found is not None
        about = [found.target, found.phi, found.tau2]
        expected = [column(name)[0] for name in ("target", "phi", "tau2")]
        assert about == pytest.approx(expected, rel=1e-9)
        assert z_scores(k, n, found.target) == pytest.approx(column("Uzscore"), rel=1e-9)
        for level, name in ((0.95, "95"), (0.998, "998")):
            for kind, wide in (("", False), ("od", True)):
                low, high = found.at(n, level, overdispersed=wide)
                for ours, theirs in (
                    (low, column(f"{kind}ll{name}")),
                    (high, column(f"{kind}ul{name}")),
                ):
                    # Beyond the ends of the curve the package cuts in its own way; it writes
                    # 1.959964 and 3.090232 for the quantiles.
                    inside = (ours > 0) & (ours < 1)
                    assert ours[inside] == pytest.approx(theirs[inside], rel=1e-6)
                    checked += int(inside.sum())
    assert checked > 800
