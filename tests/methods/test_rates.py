"""Intervals and tests of shares, scores and means: by hand, and against other packages' results."""

from __future__ import annotations

import random
from math import sqrt
from statistics import stdev

import pytest

from service_quality.methods import means, nps, rates
from tests import vectors


def test_wilson_by_hand() -> None:
    # z² = 3.8415: centre (8 + 1.92073) / 13.84146, half 1.95996 / 13.84146 · √(8·2/10 + 0.96036)
    found = rates.wilson(8, 10)
    assert found == pytest.approx((0.49016247153664204, 0.9433178485456247), abs=1e-12)


def test_none_of_ten_and_all_of_ten_end_at_the_edge() -> None:
    z2 = 1.959963984540054**2
    assert rates.wilson(0, 10) == (0.0, pytest.approx(z2 / (10 + z2)))
    assert rates.wilson(10, 10) == (pytest.approx(10 / (10 + z2)), 1.0)
    assert rates.wilson(0, 0) is None


def test_scatter_beyond_chance_makes_the_cases_count_for_less() -> None:
    assert rates.wilson(80, 100, phi=10) == pytest.approx(rates.wilson(8, 10))
    plain, wide = rates.change(50, 100, 65, 100), rates.change(50, 100, 65, 100, phi=4)
    assert plain is not None
    assert wide is not None
    assert (plain.changed, wide.changed) == (True, False)
    assert wide.low is not None
    assert plain.low is not None
    assert wide.low < plain.low < plain.delta == wide.delta


def test_wilson_as_r_and_statsmodels_have_it() -> None:
    for row in vectors.rows("surveys/one_proportion.csv"):
        found = rates.wilson(int(row["k"]), int(row["n"]), float(row["conf"]))
        expected = (float(row["wilson_lo"]), float(row["wilson_hi"]))
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12), row


def test_changes_as_r_statsmodels_and_scipy_have_them() -> None:
    for row in vectors.rows("surveys/two_proportions.csv"):
        k1, n1, k2, n2 = (int(row[name]) for name in ("k1", "n1", "k2", "n2"))
        found = rates.change(k1, n1, k2, n2)
        assert found is not None
        expected = tuple(float(row[name]) for name in ("diff", "newcomb_lo", "newcomb_hi"))
        assert (found.delta, found.low, found.high) == pytest.approx(expected, rel=1e-9), row
        if row["score_p"]:
            assert rates.score_p(k1, n1, k2, n2) == pytest.approx(float(row["score_p"]), rel=1e-9)
        small = min(k1, n1 - k1, k2, n2 - k2) < 5
        assert found.p == pytest.approx(float(row["boschloo_p" if small else "score_p"] or 1)), row


def test_none_of_ten_in_both_years_is_no_change() -> None:
    found = rates.change(0, 10, 0, 10)
    assert found is not None
    assert (found.delta, found.p, found.changed) == (0, 1, False)
    assert rates.change(10, 10, 7, 7).p == 1  # type: ignore[union-attr]


def test_the_exact_test_does_not_ask_which_side_is_which() -> None:
    ways = ((8, 10, 3, 10), (3, 10, 8, 10), (2, 10, 7, 10), (7, 10, 2, 10))
    assert {rates.exact_p(*way) for way in ways} == {rates.exact_p(3, 10, 8, 10)}
    assert rates.exact_p(3, 10, 8, 10) == pytest.approx(0.04138946533, abs=1e-6)


def test_the_exact_test_is_scipys() -> None:
    from scipy.stats import boschloo_exact

    dice = random.Random(4)
    for _each in range(25):
        n1, n2 = dice.randint(2, 40), dice.randint(2, 40)
        k1, k2 = dice.randint(0, n1), dice.randint(1, n2)
        expected = boschloo_exact([[k1, k2], [n1 - k1, n2 - k2]]).pvalue
        found = rates.exact_p(k1, n1, k2, n2)
        # The library's search can stop short of the largest value.
        assert found == pytest.approx(expected, rel=5e-3), (k1, n1, k2, n2)


def test_a_rare_thing_among_many_is_tested_by_fishers_test() -> None:
    # Fisher 1935: 3 of 4 against 1 of 4 would be 0.486; here for more tables than Boschloo's allows
    from scipy.stats import fisher_exact

    expected = fisher_exact([[2, 12], [998, 988]])[1]
    assert rates.exact_p(2, 1000, 12, 1000) == pytest.approx(expected)


def test_counts_that_are_no_whole_numbers_are_tested_by_the_score_test() -> None:
    found = rates.change(1.5, 10, 9.5, 10)
    assert found is not None
    assert found.p == pytest.approx(rates.score_p(1.5, 10, 9.5, 10))


# --- NPS


def test_ten_promoters_of_ten_are_not_certain() -> None:
    # three answers added: 10.75 up, 0.75 down of 13 → 76.92; variance (11.5/13 − 0.5917) / 13
    found = nps.interval(10, 0, 0)
    assert found == pytest.approx((47.50355, 100.0), abs=1e-5)
    assert nps.interval(0, 0, 0) is None


def test_score_and_interval_as_rocks_has_them() -> None:
    for row in vectors.rows("surveys/nps_adjusted_wald.csv"):
        counts = [int(row[name]) for name in ("promoters", "passives", "detractors")]
        score, error = nps.adjusted(*counts)
        assert (score, error) == pytest.approx(
            (100 * float(row["nps_adj"]), 100 * float(row["se_adj"])), rel=1e-9
        )
        cut = (max(-100, 100 * float(row["lo"])), min(100, 100 * float(row["hi"])))
        assert nps.interval(*counts, conf=float(row["conf"])) == pytest.approx(cut, rel=1e-9)


def test_changes_of_a_score_as_the_package_has_them() -> None:
    counts = {
        row["case"]: tuple(int(row[name]) for name in ("promoters", "passives", "detractors"))
        for row in vectors.rows("surveys/nps_adjusted_wald.csv")
    }
    checked = 0
    for row in vectors.rows("surveys/nps_adjusted_wald_two_sample.csv"):
        if row["a"] in counts and row["b"] in counts:
            found = nps.change(counts[row["a"]], counts[row["b"]])  # type: ignore[arg-type]
            assert found is not None
            assert found.p == pytest.approx(float(row["p_value"]), rel=1e-9)
            ends = (100 * float(row["lo95"]), 100 * float(row["hi95"]))
            assert (found.low, found.high) == pytest.approx(ends, rel=1e-9)
            checked += 1
    assert checked >= 3


def test_the_change_of_a_score_is_the_one_that_is_shown() -> None:
    # 5 of 10 promoters, then 8 of 10: +30 as shown
    found = nps.change((5, 5, 0), (8, 2, 0))
    assert found is not None
    assert found.delta == pytest.approx(30)
    assert found.changed is False
    assert nps.change((0, 0, 0), (1, 0, 0)) is None


# --- means


def test_a_mean_has_students_interval() -> None:
    # 1, 2, 3, 4, 5: mean 3, sd √2.5, t(4) = 2.776445
    half = 2.7764451051977987 * sqrt(2.5) / sqrt(5)
    found = means.interval(5, 3, sqrt(2.5))
    assert found == pytest.approx((3 - half, 3 + half))


@pytest.mark.parametrize(("n", "sd"), [(1, None), (7, 0.0)])
def test_one_value_or_none_that_differs_has_no_interval(n: int, sd: float | None) -> None:
    assert means.interval(n, 3, sd) is None


def test_means_change_as_scipy_has_it() -> None:
    from scipy.stats import ttest_ind

    a, b = [61.0, 70, 75, 90, 88], [50.0, 58, 71, 40]
    found = means.change((5, 76.8, stdev(a)), (4, 54.75, stdev(b)))
    expected = ttest_ind(b, a, equal_var=False)
    ends = expected.confidence_interval()
    assert found.delta == pytest.approx(-22.05)
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.low, found.high) == pytest.approx((ends.low, ends.high))


def test_means_without_scatter_are_not_tested() -> None:
    found = means.change((3, 5.0, 0.0), (3, 6.0, 0.0))
    assert (found.delta, found.p, found.changed) == (1, None, None)
