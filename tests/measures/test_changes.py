"""How figures changed between two periods, and a ranking as a funnel: from rows to the answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters
from service_quality.methods import means, nps, rates
from tests.factories import Store

YEAR = Filters(date(2024, 1, 1), date(2024, 12, 31))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def surveys(store: Store, counts: dict[tuple[int, str], tuple[int, int]]) -> None:
    """Load n answers a year and brand, so many of them satisfied and promoters."""
    rows = [
        {
            "response_id": f"{year}{brand}{i}",
            "answered_at": f"{year}-06-01",
            "brand": brand,
            "csat": 5 if i < kept else 1,
            "csat_scale": "1-5",
            "nps": 10 if i < kept else 0,
        }
        for (year, brand), (kept, n) in counts.items()
        for i in range(n)
    ]
    store.load("surveys", rows)


def test_a_share_and_a_score_against_the_year_before(store: Store) -> None:
    surveys(store, {(2023, "A"): (50, 100), (2024, "A"): (65, 100)})
    (row,) = store.answers.changes("csat", (), YEAR)
    expected = rates.change(50, 100, 65, 100)
    assert expected is not None
    assert (row["delta"], row["low"], row["high"]) == pytest.approx(
        (0.15, 0.0131, 0.2793), abs=1e-4
    )
    assert (row["p"], row["changed"]) == (expected.p, True)
    assert (row["n"], row["prior_n"], row["phi"], row["scale"]) == (100, 100, None, "1-5")
    (row,) = store.answers.changes("nps", (), YEAR)
    score = nps.change((50, 0, 50), (65, 0, 35))
    assert score is not None
    assert (row["delta"], row["p"]) == (pytest.approx(30), score.p)


def test_several_groups_are_tested_together(store: Store) -> None:
    # p = 0.032 alone holds; beside three that did not change it does not
    counts = {(year, brand): (50, 100) for year in (2023, 2024) for brand in "ABCD"}
    surveys(store, counts | {(2024, "A"): (65, 100)})
    found = {row["brand"]: row for row in store.answers.changes("csat", ["brand"], YEAR)}
    assert found["A"]["p"] == pytest.approx(0.0319, abs=1e-4)
    assert [found[brand]["changed"] for brand in "ABCD"] == [False] * 4


def test_hidden_figures_have_no_change(store: Store) -> None:
    surveys(store, {(2023, "A"): (3, 9), (2024, "A"): (9, 40)})
    (row,) = store.answers.changes("csat", (), YEAR)
    assert (row["delta"], row["p"], row["changed"], row["prior_n"]) == (None, None, None, 9)
    (row,) = store.answers.changes("csat", (), YEAR, reveal=True)
    assert row["delta"] == pytest.approx(9 / 40 - 3 / 9)


def test_nothing_before_is_no_change(store: Store) -> None:
    surveys(store, {(2024, "A"): (30, 40)})
    (row,) = store.answers.changes("csat", (), YEAR)
    assert (row["delta"], row["changed"], row["n"], row["prior_n"]) == (None, None, 40, None)
    assert store.answers.changes("csat", (), Filters(date(2020, 1, 1), date(2020, 12, 31))) == []


def test_means_counts_and_any_two_periods(store: Store) -> None:
    marks = {"2024-01": [50, 60, 70], "2024-02": [80, 90, 95]}
    rows = [
        {
            "email_id": f"{month}{i}",
            "received_at": f"{month}-05",
            "replied_at": f"{month}-06",
            "quality_mark": mark,
        }
        for month, given in marks.items()
        for i, mark in enumerate(given)
    ]
    store.load("emails", rows)
    january = Filters(date(2024, 1, 1), date(2024, 1, 31))
    february = Filters(date(2024, 2, 1), date(2024, 2, 29))
    (row,) = store.answers.changes("reply_quality", (), february, january)
    expected = means.change((3, 60.0, 10.0), (3, 265 / 3, 7.637626158))
    assert row["p"] == pytest.approx(expected.p)
    assert row["delta"] == pytest.approx(265 / 3 - 60)
    store.load("tickets", [{"ticket_id": 1, "created_at": "2024-02-01"}])
    (row,) = store.answers.changes("ticket_volume", (), february, january)
    assert (row["delta"], row["n"]) == (None, None)


def test_a_month_is_no_dimension_to_compare_by(store: Store) -> None:
    with pytest.raises(UsageError, match="month"):
        store.answers.changes("csat", ["month"], YEAR)


def test_a_ranking_as_a_funnel(store: Store) -> None:
    kept = {"small": (2, 10), "usual": (700, 1000), "bad": (3000, 10_000), "good": (7500, 10_000)}
    kept |= {f"usual {i}": (690 + i, 1000) for i in range(20)}
    rows = [
        {"month": "2024-06", "kpi": "on_time", "brand": b, "kept": k, "due": n}
        for b, (k, n) in kept.items()
    ]
    store.load("totals", rows, constants={"observed_until": "2026-01-01"})
    ranking = store.answers.ranking("on_time", 2024)
    found = store.answers.funnel(ranking)
    assert found is not None
    assert found.target == pytest.approx(sum(k for k, _n in kept.values()) / 41_010)
    points = {point["entity"]: point for point in found.points}
    assert (points["bad"]["outside"], points["bad"]["better"]) == ("998", False)
    assert (points["usual"]["outside"], points["usual"]["n"]) == (None, 1000)
    first, last = found.curve[0], found.curve[-1]
    assert (first["n"], last["n"]) == (10, 10_000)
    for at in (first, last):
        assert at["low_998"] <= at["low_95"] <= found.target <= at["high_95"] <= at["high_998"]
        assert at["od_low_95"] <= at["low_95"]


def test_only_shares_have_a_funnel(store: Store) -> None:
    surveys(store, {(2024, "A"): (30, 40), (2024, "B"): (10, 40)})
    assert store.answers.funnel(store.answers.ranking("nps", 2024)) is None
    assert store.answers.funnel(store.answers.ranking("csat", 2020)) is None
