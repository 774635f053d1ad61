"""Competition ranks and places lost, by hand."""

from __future__ import annotations

import random

import pytest

from service_quality.methods.ranks import (
    Place,
    compare,
    competition_ranks,
    is_whole,
    least_lost,
    percentile,
    with_percentiles,
)
from tests import vectors

Scores = dict[str, float | None]


@pytest.mark.parametrize(
    ("scores", "best_high", "expected"),
    [
        ({"a": 3, "b": 1, "c": 2}, True, {"a": 1, "c": 2, "b": 3}),
        ({"a": 3, "b": 1, "c": 2}, False, {"b": 1, "c": 2, "a": 3}),
        ({"a": 5, "b": 5, "c": 4, "d": 4, "e": 1}, True, {"a": 1, "b": 1, "c": 3, "d": 3, "e": 5}),
        ({"a": None, "b": -9, "c": None}, True, {"b": 1, "a": 2, "c": 2}),
        ({"a": None, "b": 9}, False, {"b": 1, "a": 2}),
        ({"a": 0.0, "b": -0.0}, True, {"a": 1, "b": 1}),
        ({}, True, {}),
    ],
)
def test_ties_share_the_best_place_and_no_score_is_last(
    scores: Scores, best_high: bool, expected: dict[str, int]
) -> None:
    assert competition_ranks(scores, best_high=best_high) == expected


def test_places_lost_are_counted_among_those_present_in_both_years() -> None:
    prior: Scores = {"gone": 100, "a": 90, "b": 80, "c": 70}
    now: Scores = {"new": 99, "newer": 98, "b": 95, "a": 60, "c": 60}
    placed = {p.entity: p for p in compare(now, prior, best_high=True)}
    assert {e: (p.rank, p.prior_rank) for e, p in placed.items()} == {
        "new": (1, None),
        "newer": (2, None),
        "b": (3, 3),
        "a": (4, 2),
        "c": (4, 4),
    }
    assert {e: (p.rank_common, p.prior_rank_common, p.places_lost) for e, p in placed.items()} == {
        "new": (None, None, None),
        "newer": (None, None, None),
        "b": (1, 2, -1),
        "a": (2, 1, 1),
        "c": (2, 3, -1),
    }


def test_best_come_first_and_ties_by_name() -> None:
    placed = compare({"z": 2, "b": 1, "a": 1}, {}, best_high=False)
    assert [(p.entity, p.rank) for p in placed] == [("a", 1), ("b", 1), ("z", 3)]


def test_after_a_change_of_method_nothing_is_said_of_places_lost() -> None:
    (placed,) = compare({"a": 1}, {"a": 1}, best_high=True, comparable=False)
    assert (placed.rank, placed.prior_rank) == (1, 1)
    assert (placed.rank_common, placed.prior_rank_common, placed.places_lost) == (None,) * 3


def test_a_panel_of_brands_ranks_as_the_database_does() -> None:
    years: dict[str, Scores] = {"2024": {}, "2025": {}}
    for row in vectors.rows("yoy/rank_panel_input.csv"):
        years[row["year"]][row["brand"]] = float(row["score"])
    placed = {p.entity: p for p in compare(years["2025"], years["2024"], best_high=True)}
    rows = vectors.rows("yoy/rank_panel_yoy.csv")
    assert len(rows) == 210
    for row in rows:
        p = placed[row["brand"]]
        names = ("rank_2025", "rank_2024", "rank_common_2025", "rank_common_2024")
        expected = [int(row[name]) for name in (*names, "rank_change_common")]
        found = [p.rank, p.prior_rank, p.rank_common, p.prior_rank_common, p.places_lost]
        assert found == expected, row["brand"]
    for year, scores in years.items():
        ranks = competition_ranks(scores, best_high=True)
        found = with_percentiles([{"brand": b, "rank": rank} for b, rank in ranks.items()])
        of = {row["brand"]: row["percentile"] for row in found}
        for row in rows:
            assert of[row["brand"]] == pytest.approx(float(row[f"pctl_{year}"])), row["brand"]


def test_a_percentile_is_the_share_at_or_behind_the_middle_of_a_tie() -> None:
    # Two share the places 2 and 3, their middle is 2.5: 100 · (1 − (2.5 − ½) / 4).
    found = with_percentiles([{"rank": rank} for rank in (1, 2, 2, 4)])
    assert [row["percentile"] for row in found] == [87.5, 50, 50, 12.5]
    # Two of a field of ten that share the second place.
    assert percentile(2.5, 10) == 80


@pytest.mark.parametrize(
    ("prior", "now", "lost"),
    [
        (Place(98, 98), Place(101, 150, "101-150"), 3),
        (Place(101, 150, "101-150"), Place(98, 98), -3),
        (Place(101, 150, "101-150"), Place(160, 160), 10),
        (Place(101, 150, "101-150"), Place(151, 200, "151-200"), 1),
        (Place(420, 420), Place(501, None, "501+"), 81),
        (Place(501, None, "501+"), Place(420, 420), -81),
        (Place(9, 9), Place(1, 5, "<=5"), -4),
        (Place(1, 5, "<=5"), Place(9, 9), 4),
        (Place(101, 150, "101-150"), Place(101, 150, "101-150"), 0),
        (Place(101, 150, "101-150"), Place(120, 120), None),
        (Place(501, None, "501+"), Place(601, None, "601+"), None),
    ],
)
def test_a_band_tells_how_much_was_lost_at_least(prior: Place, now: Place, lost: int) -> None:
    assert least_lost(now, prior) == lost


@pytest.mark.parametrize(
    ("places", "whole"),
    [
        ((1, 2, 3), True),
        ((1, 2, 2, 4), True),
        ((1, 2, 2, 3), True),  # the publisher counts on behind a tie
        ((1, 1, 3, 3), True),
        ((5, 40, 120), False),
        ((1, 3, 4), False),
        ((1,), False),
    ],
)
def test_a_field_is_whole_where_no_place_is_missing(places: tuple[int, ...], whole: bool) -> None:
    assert is_whole({str(n): place for n, place in enumerate(places)}) == whole


@pytest.mark.parametrize("seed", range(20))
def test_a_rank_is_one_more_than_those_that_are_better(seed: int) -> None:
    dice = random.Random(seed)
    scores: Scores = {str(n): dice.choice([None, 1, 2, 3, 4]) for n in range(dice.randint(1, 30))}
    ranks = competition_ranks(scores, best_high=True)
    for entity, score in scores.items():
        better = [s for s in scores.values() if s is not None and (score is None or s > score)]
        assert ranks[entity] == 1 + len(better)
