"""The months' own scatter: φ by hand, without the season, and on noise."""

from __future__ import annotations

import numpy as np
import pytest

from service_quality.methods.overdispersion import factors

YEARS = np.repeat([2023, 2024], 12)
SEASONS = np.tile(np.arange(1, 13), 2)
DUE = np.full(24, 100.0)


def phi(kept: np.ndarray, due: np.ndarray = DUE) -> float:
    return float(factors(kept[None, :], due[None, :], YEARS, SEASONS)[0])


def test_by_hand() -> None:
    # January ± 10 around 50%, one year up and one down; December the other way; all else 50.
    # Season and years cancel: χ² = 4 · 10² ÷ (100 · ¼) = 16 on 24 − 2 − 11 = 11 degrees.
    kept = np.full(24, 50.0)
    kept[[0, 11, 12, 23]] = 60, 40, 40, 60
    assert phi(kept) == pytest.approx(16 / 11)


def test_a_season_and_a_change_between_the_years_are_no_scatter() -> None:
    season = 5 * np.sin(SEASONS / 12 * 2 * np.pi)
    assert phi(60 + season - 20 * (YEARS == 2024)) == 1


def test_a_single_year_keeps_its_season() -> None:
    kept, due = np.full(24, 50.0), np.where(YEARS == 2023, DUE, 0)
    kept[:6], kept[6:12] = 60, 40
    # twelve months of χ² = 4 each on 11 degrees
    assert phi(np.where(due > 0, kept, 0), due) == pytest.approx(48 / 11)


def test_eleven_months_are_too_few() -> None:
    due = np.where(np.arange(24) < 11, DUE, 0)
    assert np.isnan(phi(due / 2, due))


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nothing_and_everything_do_not_scatter(share: float) -> None:
    assert phi(DUE * share) == 1


def test_chance_alone_gives_about_one() -> None:
    dice = np.random.default_rng(5)
    kept = dice.binomial(200, 0.8, (300, 24)).astype(float)
    found = factors(kept, np.full((300, 24), 200.0), YEARS, SEASONS)
    # max(1, …) of what is 1 on average, with 11 degrees of freedom: 1.16
    assert found.mean() == pytest.approx(1.16, abs=0.04)


def test_months_that_differ_by_more_than_chance_show() -> None:
    dice = np.random.default_rng(6)
    rate = np.clip(dice.normal(0.8, 0.04, (50, 24)), 0, 1)
    kept = dice.binomial(1000, rate).astype(float)
    found = factors(kept, np.full((50, 24), 1000.0), YEARS, SEASONS)
    # 1 + n σ² ÷ pq = 1 + 1000 · 0.0016 ÷ 0.16 = 11
    assert np.median(found) == pytest.approx(11, rel=0.2)
