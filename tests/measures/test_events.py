"""Events: remarks and changes of method, what they concern, and what they forbid to compare."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.filters import Filters
from service_quality.definitions.kpis import catalogue
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.measures.events import events_of, register
from service_quality.uploads import publish
from tests.factories import NOW, Store, write_csv

EVENTS: list[dict[str, Any]] = [
    {"date": "2025-01-01", "text": "New questionnaire", "kind": "method_change", "kpi": "csat"},
    {"date": "2024-06-15", "text": "Strike", "kind": None},
    {"date": "2024-07-01", "text": "New help desk", "kind": "method change", "dataset": "tickets"},
    {"date": "2024-08-01", "text": "A asks by phone", "kind": "method_change", "brand": "A"},
]


def rated(brand: str, year: int, csat: list[int]) -> list[dict[str, Any]]:
    return [
        {
            "response_id": f"{brand}{year}-{n}",
            "answered_at": f"{year}-03-01",
            "csat": point,
            "csat_scale": "1-5",
            "brand": brand,
        }
        for n, point in enumerate(csat * 5)  # fewer than 10 answers would be hidden
    ]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path)
    rows = [*rated("A", 2024, [5, 5]), *rated("B", 2024, [5, 1]), *rated("C", 2024, [1, 1])]
    rows += [*rated("A", 2025, [1, 1]), *rated("B", 2025, [5, 1]), *rated("C", 2025, [5, 5])]
    store.load("surveys", rows, constants={"observed_until": "2025-12-31"})
    return store


ALL = Filters()


def texts(store: Store, kpi: str, filters: Filters = ALL) -> list[str]:
    return [
        event["text"] for event in events_of(register(store.warehouse), catalogue()[kpi], filters)
    ]


def test_an_event_concerns_what_it_names(store: Store) -> None:
    store.load("events", EVENTS)
    assert texts(store, "csat") == ["Strike", "New questionnaire"]
    assert texts(store, "backlog") == ["Strike", "New help desk"]
    assert texts(store, "csat", Filters(end=date(2024, 12, 31))) == ["Strike"]
    of_a = Filters(where=(("brand", ("A", "B")),))
    assert texts(store, "nps", of_a) == ["Strike", "A asks by phone"]
    assert texts(store, "nps", Filters(where=(("brand", ("B",)),))) == ["Strike"]


def test_breaks_are_changes_of_method_alone_with_their_months(store: Store) -> None:
    store.load("events", EVENTS)
    (change,) = store.answers.breaks("backlog")
    assert (change["day"], change["month"]) == (date(2024, 7, 1), date(2024, 7, 1))
    assert store.answers.breaks("reply_rate") == []


def places(store: Store, kpi: str = "csat") -> dict[str, int | None]:
    return {r["entity"]: r["places_lost"] for r in store.answers.ranking(kpi, 2025).rows}


def test_no_places_are_lost_across_a_change_of_method(store: Store) -> None:
    before = store.answers.ranking("csat", 2025)
    assert (before.comparable, before.reason) == (True, None)
    assert places(store) == {"A": 2, "B": 0, "C": -2}
    store.load("events", EVENTS[:1])
    ranking = store.answers.ranking("csat", 2025)
    assert (ranking.comparable, ranking.reason) == (False, "2025-01-01: New questionnaire")
    assert places(store) == {"A": None, "B": None, "C": None}
    assert {r["entity"]: r["prior_rank"] for r in ranking.rows} == {"A": 1, "B": 2, "C": 3}
    assert places(store, "csat_top1") == {"A": 2, "B": 0, "C": -2}


def test_a_change_of_one_brand_leaves_the_others_comparable(store: Store) -> None:
    store.load("events", EVENTS[3:])
    assert store.answers.ranking("csat", 2025).comparable
    # Between B and C alone, the second passed the first.
    assert places(store) == {"A": None, "B": 1, "C": -1}


@pytest.mark.parametrize(
    ("day", "comparable"),
    [("2024-03-01", True), ("2024-03-02", False), ("2025-12-31", False), ("2026-01-01", True)],
)
def test_a_change_counts_between_the_two_years(store: Store, day: str, comparable: bool) -> None:
    # The data begin in March 2024: nothing before is compared.
    change = {"date": day, "text": "x", "kind": "method_change", "dataset": "surveys"}
    store.load("events", [change])
    assert store.answers.ranking("csat", 2025).comparable is comparable


def test_a_register_is_no_contact_and_moves_no_end_of_data(store: Store) -> None:
    before = store.answers.coverage()
    store.load("events", [{"date": "2030-01-01", "text": "Later", "brand": "Z", "kind": "note"}])
    assert store.answers.coverage() == before
    assert set(store.answers.dimension_values("brand")) == {"A", "B", "C"}


def test_a_file_of_dated_texts_is_not_taken_for_events(tmp_path: Path) -> None:
    store = Store(tmp_path)
    reviews = write_csv(tmp_path / "reviews.csv", [{"date": "2024-03-01", "text": "So late!"}])
    moment = publish.Moment(NOW, "tester")
    outcome = publish.load(store.warehouse, store.settings, reviews, Instructions(), moment)
    assert outcome.status == "refused"
    outcome = publish.load(
        store.warehouse, store.settings, reviews, Instructions(kind="events"), moment
    )
    assert (outcome.status, outcome.kind) == ("published", "events")
