"""How sure a ranking is, from rows to its answer: each measure, few brands, and months' scatter."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from service_quality.measures.changes import change, phi_of
from service_quality.measures.rankings.ours import Ranking
from tests.factories import Store

Row = dict[str, Any]
SURE = (
    *("rank_low", "rank_high", "score_low", "score_high"),
    *("score_changed", "position_proven", "chance_of_fall"),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def year(name: int, kept: dict[str, int], due: int = 1000) -> list[Row]:
    month = f"{name}-06"
    return [
        {"month": month, "brand": brand, "kpi": "on_time", "due": due, "kept": count}
        for brand, count in kept.items()
    ]


def load(store: Store, *years: list[Row]) -> None:
    rows = [row for rows in years for row in rows]
    store.load("totals", rows, constants={"observed_until": "2026-01-01"})


def of(ranking: Ranking, name: str) -> dict[str, Any]:
    return {row["entity"]: row[name] for row in ranking.rows}


def test_a_large_fall_of_many_cases_is_real(store: Store) -> None:
    before = {"A": 900, "B": 800, "C": 700, "D": 600}
    load(store, year(2023, before), year(2024, {**before, "A": 500}))
    found = store.answers.ranking("on_time", 2024)
    rows = {row["entity"]: row for row in found.rows}
    assert rows["A"]["places_lost"] == 3
    assert (rows["A"]["score_changed"], rows["A"]["position_proven"]) == (True, True)
    assert rows["A"]["chance_of_fall"] == 0
    # B rose by A's fall: its own score is the same, its position is not.
    assert (rows["B"]["score_changed"], rows["B"]["position_proven"]) == (False, True)
    assert rows["B"]["chance_of_fall"] is None
    assert (rows["A"]["rank_low"], rows["A"]["rank_high"]) == (4, 4)
    # Wilson's interval of 500 of 1000
    assert (rows["A"]["score_low"], rows["A"]["score_high"]) == pytest.approx(
        (0.46907, 0.53093), abs=1e-5
    )
    assert found.reliability is not None
    assert found.reliability > 0.9
    assert found.phi is None


def test_five_mails_a_brand_prove_little(store: Store) -> None:
    dice = random.Random(8)
    before = {f"B{n:02d}": dice.randint(2, 5) for n in range(60)}
    now = {brand: dice.randint(2, 5) for brand in before}
    load(store, year(2023, before, due=5), year(2024, now, due=5))
    found = store.answers.ranking("on_time", 2024)
    assert not any(of(found, "score_changed").values())
    assert not any(of(found, "position_proven").values())
    assert all(row["indicative"] and not row["suppressed"] for row in found.rows)
    for row in found.rows:
        assert 1 <= row["rank_low"] <= row["rank_high"] <= 60
        assert (row["chance_of_fall"] is not None) == (row["places_lost"] > 0)
    again = store.answers.ranking("on_time", 2024, rows=True)
    assert again == found


def test_percentiles_share_the_middle_of_tied_places(store: Store) -> None:
    load(store, year(2024, {"A": 900, "B": 900, "C": 500, "D": 100}))
    # tied at the middle 1.5: 100 (1 − 1/4); then 100 (1 − 2.5/4), 100 (1 − 3.5/4)
    found = store.answers.ranking("on_time", 2024)
    assert of(found, "percentile") == {"A": 75, "B": 75, "C": 37.5, "D": 12.5}


@pytest.mark.parametrize(
    "kept",
    [{"A": 3}, {"A": 0, "B": 0}, {"A": 5, "B": 5}, {"A": 0, "B": 5}],
    ids=["one", "nobody", "everybody", "opposites"],
)
def test_panels_that_say_little_have_an_answer(store: Store, kept: dict[str, int]) -> None:
    load(store, year(2023, kept, due=5), year(2024, kept, due=5))
    found = store.answers.ranking("on_time", 2024)
    assert len(found.rows) == len(kept)
    for row in found.rows:
        assert set(SURE) <= set(row)
        assert row["score_changed"] is False
        assert not row["position_proven"]
    alike = len(kept) > 1 and len(set(kept.values())) == 1
    if alike:
        assert [(row["rank_low"], row["rank_high"]) for row in found.rows] == [(1, 2)] * 2
    if len(kept) == 1:
        assert (found.rows[0]["rank_low"], found.reliability) == (None, None)


def test_one_case_each_says_nothing_of_ranks(store: Store) -> None:
    load(store, year(2024, {"A": 1, "B": 0, "C": 1}, due=1))
    found = store.answers.ranking("on_time", 2024)
    assert set(of(found, "rank_low").values()) == {None}
    assert found.n_for_reliable is None


def test_means_are_ranked_with_their_errors(store: Store) -> None:
    marks = {"A": [90, 91, 92], "B": [50, 51, 52], "C": [49, 50, 52], "D": [70, 70, 70]}
    rows = [
        {
            "email_id": f"{at}{brand}{i}",
            "received_at": f"{at}-06-01",
            "replied_at": f"{at}-06-01 12:00",
            "quality_mark": mark if at == 2024 or brand != "A" else mark - 80,
            "brand": brand,
        }
        for at in (2023, 2024)
        for brand, given in marks.items()
        for i, mark in enumerate(given)
    ]
    store.load("emails", rows, constants={"observed_until": "2026-01-01"})
    found = store.answers.ranking("reply_quality", 2024)
    assert (of(found, "rank_low")["A"], of(found, "rank_high")["A"]) == (1, 1)
    assert (of(found, "rank_low")["C"], of(found, "rank_high")["C"]) == (3, 4)
    # 70, 70, 70 has no scatter of its own: no interval, no test; its rank borrows all others'.
    assert (of(found, "score_low")["D"], of(found, "score_changed")["D"]) == (None, None)
    assert of(found, "rank_low")["D"] == 2
    assert of(found, "score_changed") == {"A": True, "B": False, "C": False, "D": None}
    assert of(found, "position_proven")["A"] is True


def test_waits_and_scores_of_recommendation_are_ranked_too(store: Store) -> None:
    dice = random.Random(2)
    mails, answers = [], []
    for brand, hours, keen in (("A", 2, 9), ("B", 9, 7), ("never", 0, 2)):
        for i in range(40):
            at = f"2024-06-{i % 28 + 1:02d}"
            wait = f"{at} {dice.randint(1, hours):02d}:{dice.randint(0, 59):02d}" if hours else None
            mails.append(
                {"email_id": f"{brand}{i}", "received_at": f"{at} 00:00", "brand": brand}
                | {"replied_at": wait}
            )
            mark = min(10, dice.randint(keen, keen + 2))
            answers.append(
                {"response_id": f"{brand}{i}", "answered_at": at, "nps": mark, "brand": brand}
            )
    until = {"observed_until": "2026-01-01"}
    store.load("emails", mails, constants=until)
    store.load("surveys", answers, constants=until)
    waits = store.answers.ranking("reply_time", 2024)
    assert of(waits, "rank_low") == {"A": 1, "B": 2, "never": None}
    assert of(waits, "rank_high") == {"A": 1, "B": 2, "never": None}
    assert of(waits, "score_low")["A"] < of(waits, "score")["A"] < of(waits, "score_high")["A"]
    scores = store.answers.ranking("nps", 2024)
    assert of(scores, "rank_high") == {"A": 1, "B": 2, "never": 3}


def test_what_a_publisher_ranked_is_taken_as_it_is(store: Store) -> None:
    rows = [
        {"publisher": "P", "year": at, "brand": b, "score": s}
        for at in (2023, 2024)
        for b, s in (("A", 60 + at % 7), ("B", 70))
    ]
    store.load("rankings", rows)
    for row in store.answers.ranking("published_score", 2024).rows:
        assert {row[name] for name in SURE} == {None}
        assert row["percentile"] in (25, 75)


def test_scores_that_are_shown_alike_share_a_place(store: Store) -> None:
    scores = {"A": 91, "B": 88.04, "C": 88.0, "D": 87.9}
    rows = [{"publisher": "P", "year": 2024, "brand": b, "score": s} for b, s in scores.items()]
    store.load("rankings", rows)
    ranked = store.answers.ranking("published_score", 2024)
    assert of(ranked, "rank") == {"A": 1, "B": 2, "C": 2, "D": 4}


def months(scatter: int) -> list[Row]:
    """Two years of two brands; A falls from 90 to 86% while its months scatter around that."""
    return [
        {
            "month": f"{at}-{m:02d}",
            "brand": brand,
            "kpi": "on_time",
            "due": 1000,
            "kept": level + (scatter if (m + at) % 2 else -scatter),
        }
        for brand, levels in (("A", (900, 860)), ("B", (800, 800)))
        for at, level in zip((2023, 2024), levels, strict=True)
        for m in range(1, 13)
    ]


def test_the_months_own_scatter_decides_whether_a_score_changed(store: Store) -> None:
    load(store, months(scatter=5))
    calm = store.answers.ranking("on_time", 2024)
    assert of(calm, "phi") == {"A": 1, "B": 1}
    assert of(calm, "score_changed")["A"] is True
    store.load("totals", months(scatter=90), constants={"observed_until": "2026-01-01"})
    wild = store.answers.ranking("on_time", 2024)
    assert of(wild, "phi")["A"] > 50
    assert of(wild, "score_changed")["A"] is False
    assert of(wild, "score_low")["A"] < of(calm, "score_low")["A"]
    assert wild.phi is not None
    assert calm.phi == 1


def test_phi_is_for_those_with_twelve_months() -> None:
    rows = [
        {"brand": brand, "month": f"2024-{m:02d}", "numerator": 5, "n": 10}
        for brand, until in (("A", 12), ("B", 11), (None, 12))
        for m in range(1, until + 1)
    ]
    assert phi_of(rows, ["brand"]) == {("A",): 1, (None,): 1}


def test_a_change_of_medians_is_tested_by_their_logarithms(store: Store) -> None:
    kpi = store.answers.find("reply_time")
    before = {"median": 100.0, "low": 80.0, "high": 125.0}
    found = change(kpi, {"median": 300.0, "low": 250.0, "high": 360.0}, before)
    assert found is not None
    assert (found.delta, found.changed) == (200, True)
    assert found.low is not None
    assert found.high is not None
    assert 100 < found.low < 200 < found.high < 320
    unknown = change(kpi, {"median": 300.0, "low": None, "high": None}, before)
    assert unknown is not None
    assert (unknown.delta, unknown.p) == (200, None)
    assert change(kpi, {"median": None}, before) is None
