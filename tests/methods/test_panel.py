"""Empirical Bayes: the fitted panel, plausible ranks, chance falls; by hand, vectors, coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata

from service_quality.methods import rank_ranges
from service_quality.methods.false_discovery import adjusted, discoveries
from service_quality.methods.panel import fit_scores, fit_shares, pooled_errors
from service_quality.methods.rank_ranges import (
    apart,
    chance_of_falls,
    chance_of_some_fall,
    ranges,
)
from tests import vectors


def numbers(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in rows])


# --- the fit


def test_the_fit_is_that_of_vgam() -> None:
    rows = vectors.rows("ranks/eb_input.csv")
    (expected,) = vectors.rows("ranks/eb_fit_VGAM.csv")
    panel = fit_shares(numbers(rows, "k"), numbers(rows, "n"))
    assert panel is not None
    assert panel.a == pytest.approx(float(expected["shape1"]), rel=1e-5)
    assert panel.b == pytest.approx(float(expected["shape2"]), rel=1e-5)
    # 5 ÷ (5 + 4.424), and 4 · 4.424 = 17.7 e-mails for 0.8
    assert panel.reliability == pytest.approx(0.53056, abs=1e-5)
    assert panel.n_for_reliable == 18


def test_scores_with_equal_errors_have_the_moments_for_a_fit() -> None:
    # Equal errors: mean 20, τ² = variance by N − SE² = 200/3 − 4; ρ = τ² ÷ (τ² + SE²)
    panel = fit_scores(np.array([10.0, 20, 30]), np.full(3, 2.0), np.full(3, 25.0))
    assert panel is not None
    assert (panel.mean, panel.spread**2) == pytest.approx((20, 200 / 3 - 4), rel=1e-5)
    assert panel.reliability == pytest.approx(1 - 4 / (200 / 3), rel=1e-5)
    # σ² of one case is 100: n with τ² ÷ (τ² + 100/n) = 0.8 is 400 ÷ 62.7 = 6.4
    assert panel.n_for_reliable == 7


def test_overdispersed_counts_count_for_less() -> None:
    k, n = np.array([400, 600, 100, 900]), np.full(4, 1000)
    plain, wide = fit_shares(k, n), fit_shares(k, n, phi=10)
    same = fit_shares(k / 10, n / 10)
    assert plain is not None
    assert wide is not None
    assert same is not None
    assert (wide.a, wide.b) == pytest.approx((same.a, same.b))
    assert wide.reliability < plain.reliability


def test_few_values_borrow_the_scatter_of_all() -> None:
    # pooled variance (4·16 + 4·0) / 8 = 8; moderated (4·16 + 10·8) / 14 and (0 + 80) / 14, over 5
    found = pooled_errors(np.array([5, 5]), np.array([4.0, 0.0]))
    assert found == pytest.approx([(144 / 14 / 5) ** 0.5, (80 / 14 / 5) ** 0.5])
    assert pooled_errors(np.array([1, 1]), np.array([0.0, 0.0])) is None
    assert pooled_errors(np.array([4, 4]), np.array([0.0, 0.0])) is None


# --- panels that say little


@pytest.mark.parametrize(
    ("k", "n"), [([3], [5]), ([1, 0, 1], [1, 1, 1]), ([], [])], ids=["one", "one case each", "none"]
)
def test_a_spread_that_cannot_be_known_is_not_invented(k: list[int], n: list[int]) -> None:
    assert fit_shares(np.array(k), np.array(n)) is None


@pytest.mark.parametrize("k", [0, 3, 5])
def test_entities_that_do_not_differ_can_have_any_rank(k: int) -> None:
    panel = fit_shares(np.full(6, k), np.full(6, 5))
    assert panel is not None
    ((low, high),) = ranges(panel, best_high=True)
    assert (list(low), list(high)) == ([1] * 6, [6] * 6)
    assert (panel.reliability, panel.n_for_reliable) == (0, None)


def test_scores_that_differ_by_chance_alone_can_have_any_rank() -> None:
    panel = fit_scores(np.array([50.0, 51, 52]), np.full(3, 10.0), np.full(3, 5.0))
    assert panel is not None
    assert (panel.spread, panel.reliability, panel.n_for_reliable) == (0, 0, None)
    ((low, high),) = ranges(panel, best_high=False)
    assert (list(low), list(high)) == ([1] * 3, [3] * 3)


@pytest.mark.parametrize(
    ("x", "error"), [([1.0], [1.0]), ([1.0, 2.0], [0.0, 1.0]), ([1.0, 2.0], [np.nan, 1.0])]
)
def test_scores_without_known_errors_are_not_fitted(x: list[float], error: list[float]) -> None:
    assert fit_scores(np.array(x), np.array(error), np.ones(len(x))) is None


def test_all_or_nothing_has_clear_ranks() -> None:
    panel = fit_shares(np.array([50, 0, 50, 0]), np.full(4, 50))
    assert panel is not None
    ((low, high),) = ranges(panel, best_high=True)
    assert (list(low), list(high)) == ([1, 3, 1, 3], [2, 4, 2, 4])


# --- ranks


def test_far_apart_scores_have_one_rank_each_from_the_better_end() -> None:
    panel = fit_scores(np.array([10.0, 90, 50]), np.full(3, 0.1), np.full(3, 9.0))
    assert panel is not None
    (down,) = ranges(panel, best_high=True)
    (up,) = ranges(panel, best_high=False)
    assert [list(end) for end in down] == [[3, 1, 2], [3, 1, 2]]
    assert [list(end) for end in up] == [[1, 3, 2], [1, 3, 2]]
    ((low, high),) = ranges(panel, best_high=True, views=((np.array([2, 0]), 0.975),))
    assert (list(low), list(high)) == ([1, 2], [1, 2])


def test_ranks_of_five_mails_each_are_those_of_many_more_draws() -> None:
    rows, expected = vectors.rows("ranks/eb_input.csv"), vectors.rows("ranks/eb_expected.csv")
    panel = fit_shares(numbers(rows, "k"), numbers(rows, "n"))
    assert panel is not None
    ((low, high),) = ranges(panel, best_high=True)
    assert np.abs(low - numbers(expected, "mc_rank_lo90")).max() <= 2
    assert np.abs(high - numbers(expected, "mc_rank_hi90")).max() <= 2


def test_who_showed_the_same_has_the_same_range_at_every_call() -> None:
    k = np.array([5, 3, 4, 5, 3, 0, 5])
    panel = fit_shares(k, np.full(7, 5))
    assert panel is not None
    ((low, high),) = ranges(panel, best_high=True)
    ((again, more),) = ranges(panel, best_high=True)
    assert (list(low), list(high)) == (list(again), list(more))
    for count in set(k):
        assert len(set(low[k == count])) == len(set(high[k == count])) == 1


def test_the_range_holds_the_true_rank_as_often_as_it_says() -> None:
    # 256 brands with 5 e-mails each, eight panels: 90% nominal
    dice = np.random.default_rng(3)
    held = []
    for _panel in range(8):
        truth = dice.beta(2.6, 1.8, 256)
        panel = fit_shares(dice.binomial(5, truth), np.full(256, 5))
        assert panel is not None
        ((low, high),) = ranges(panel, best_high=True)
        rank = rankdata(-truth, "min")
        held.append(np.mean((low <= rank) & (rank <= high)))
    assert 0.86 <= np.mean(held) <= 0.95, held


def test_a_large_panel_is_drawn_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = fit_shares(np.array([5, 3, 4, 1]), np.full(4, 5))
    assert panel is not None
    monkeypatch.setattr(rank_ranges, "BLOCK", 40)
    ((low, high),) = ranges(panel, best_high=True)
    assert (low[0], high[3]) == (1, 4)


def test_ranges_that_touch_are_not_apart() -> None:
    first = np.array([1, 1, 9]), np.array([4, 4, 12])
    second = np.array([4, 5, 2]), np.array([8, 8, 8])
    assert apart(first, second).tolist() == [False, True, True]


# --- chance


@pytest.mark.parametrize("count", [4, 3, 0])
def test_five_mails_fall_by_chance_as_often_as_their_predictive_says(count: int) -> None:
    """To fall behind those with one more is to have so many or fewer: Beta-binomial, by scipy."""
    expected = {
        (int(row["k_last"]), int(row["k_now"])): float(row["p_this_or_lower"])
        for row in vectors.rows("ranks/eb_null_predictive_5v5.csv")
    }
    rows = vectors.rows("ranks/eb_input.csv")
    k, n = numbers(rows, "k"), numbers(rows, "n")
    panel = fit_shares(k, n)
    assert panel is not None
    ahead = np.full(256, (count + 1) / 5)
    chance = chance_of_falls(panel, n, ahead, best_high=True, digits=3)
    for last in range(6):
        found = chance[k == last]
        assert found.mean() == pytest.approx(expected[last, count], abs=0.01)
        assert np.abs(found - expected[last, count]).max() < 0.04


def test_a_fall_that_the_errors_allow_is_chance_and_a_large_one_is_not() -> None:
    panel = fit_scores(np.array([90.0, 89.9, 50, 10]), np.full(4, 1.0), np.full(4, 10.0))
    assert panel is not None
    of = np.array([0, 2])
    ahead = np.array([89.95, 40.0])
    found = chance_of_falls(panel, np.full(2, 10.0), ahead, best_high=True, digits=1, of=of)
    assert found == pytest.approx([0.5, 0], abs=0.06)
    # Where less is better, to fall is to have more.
    turned = chance_of_falls(panel, np.full(2, 10.0), ahead, best_high=False, digits=1, of=of)
    assert turned == pytest.approx([0.5, 1], abs=0.06)


@pytest.mark.parametrize("best_high", [True, False])
@pytest.mark.parametrize("furthest", [1, 3, 8, 11])
def test_some_fall_is_as_far_as_often_as_the_places_of_all_say(
    furthest: int, best_high: bool
) -> None:
    """Five mails each, so that many share a place; all are ranked in every draw, by scipy."""
    k, of = np.array([5.0, 5, 5, 4, 4, 3, 3, 3, 2, 1, 0, 0]), np.arange(1, 12)
    panel = fit_shares(k, np.full(12, 5.0))
    assert panel is not None
    sign = -1 if best_high else 1
    prior = rankdata(sign * k[of], "min")
    rng = np.random.default_rng([rank_ranges.SEED, 2])
    truth = panel.draw(np.random.default_rng(rank_ranges.SEED), rank_ranges.DRAWS)
    shown = np.round(panel.again(rng, truth, np.full(12, 5))[:, of], 1)
    falls = rankdata(sign * shown, "min", axis=1) - prior
    chance = chance_of_some_fall(
        panel, np.full(11, 5.0), prior, furthest, best_high=best_high, digits=1, of=of
    )
    assert chance == (falls.max(axis=1) >= furthest).mean()


def test_benjamini_and_hochberg() -> None:
    # 0.01·4/1, 0.02·4/2, 0.03·4/3, 0.2: each the least of itself and those after it
    assert adjusted([0.03, 0.01, 0.2, 0.02]) == pytest.approx([0.04, 0.04, 0.2, 0.04])
    assert discoveries([0.03, 0.01, 0.2, 0.02]) == [True, True, False, True]
    assert adjusted([]) == []


def test_real_scores_of_two_years_agree_with_the_rank_tests_of_csranks() -> None:
    """Changed scores are the package's exactly; its ranges are others, and mostly agree."""
    rows = vectors.rows("ranks/csranks_yoy_pisa.csv")
    alike = []
    for measure in sorted({row["measure"] for row in rows}):
        of = [row for row in rows if row["measure"] == measure]
        x0, x1, e0, e1 = (numbers(of, name) for name in ("x0", "x1", "se0", "se1"))
        p = numbers(of, "p_score_change")
        assert adjusted(p) == pytest.approx(numbers(of, "p_bh"), rel=1e-9)
        panels = [fit_scores(x, e, np.ones(len(of))) for x, e in ((x0, e0), (x1, e1))]
        found = []
        for panel in panels:
            assert panel is not None
            found += ranges(panel, best_high=True, views=((None, 0.975),))
        alike.append(np.mean(apart(*found) == (numbers(of, "marg_disjoint") == 1)))
        # Ours are narrower: theirs hold for whatever the true scores are.
        assert np.all(found[0][0] >= numbers(of, "mL0") - 1)
        assert np.all(found[0][1] <= numbers(of, "mU0") + 1)
    assert np.mean(alike) > 0.9, alike
