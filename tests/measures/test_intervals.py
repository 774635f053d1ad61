"""How sure a KPI's values are: intervals beside each value, and what few cases may show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service_quality.methods import nps, rates
from tests.factories import Store

Row = dict[str, Any]
VALUES = ("value", "low", "high", "numerator")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def answers(n: int, satisfied: int, **cells: object) -> list[Row]:
    return [
        {
            "response_id": f"{cells.get('brand')}-{i}",
            "answered_at": f"2024-03-{i % 28 + 1:02d}",
            "csat": 5 if i < satisfied else 1,
            "csat_scale": "1-5",
            "nps": 10 if i < satisfied else 0,
            **cells,
        }
        for i in range(n)
    ]


def mails(marks: list[float | None], **cells: object) -> list[Row]:
    return [
        {
            "email_id": f"{cells.get('brand')}-{i}",
            "received_at": "2024-03-01",
            "replied_at": "2024-03-02",
            "quality_mark": mark,
            **cells,
        }
        for i, mark in enumerate(marks)
    ]


def both(store: Store, kpi: str, **more: Any) -> Row:
    """Return the only row, which rows and rollup must give alike."""
    (row,) = store.answers.kpi(kpi, rows=True, **more)
    assert store.answers.kpi(kpi, **more) == [row]
    return row


def test_a_rate_has_wilsons_interval(store: Store) -> None:
    store.load("surveys", answers(40, 30))
    row = both(store, "csat")
    assert (row["low"], row["high"]) == rates.wilson(30, 40)
    assert (row["indicative"], row["suppressed"]) == (False, False)


def test_a_score_has_its_interval_in_points(store: Store) -> None:
    store.load("surveys", answers(40, 30))
    row = both(store, "nps")
    assert (row["low"], row["high"]) == nps.interval(30, 0, 10)
    assert row["low"] < row["value"] == 50 < row["high"]


def test_a_mean_has_students_interval(store: Store) -> None:
    store.load("emails", mails([1, 2, 3, 4, 5, None]))
    row = both(store, "reply_quality")
    # sd √2.5, t(4) = 2.776445
    assert row["sd"] == pytest.approx(2.5**0.5)
    assert (row["low"], row["high"]) == pytest.approx((3 - 1.9632432, 3 + 1.9632432))
    assert row["indicative"] is True


@pytest.mark.parametrize("marks", [[80.04], [80.04] * 7, [0.1] * 10])
def test_values_that_do_not_differ_say_nothing_of_their_scatter(
    store: Store, marks: list[float | None]
) -> None:
    store.load("emails", mails(marks))
    row = both(store, "reply_quality")
    assert (row["low"], row["high"]) == (None, None)
    assert row["sd"] == (0 if len(marks) > 1 else None)


def test_a_small_scatter_around_a_large_mean_is_seen(store: Store) -> None:
    store.load("emails", mails([99.98, 99.99, 100.0]))
    assert both(store, "reply_quality")["sd"] == pytest.approx(0.01, rel=1e-6)


def test_a_count_is_no_sample(store: Store) -> None:
    store.load("tickets", [{"ticket_id": 1, "created_at": "2024-03-01"}])
    flags = {"low": None, "high": None, "indicative": False, "suppressed": False}
    assert both(store, "ticket_volume") == {"value": 1, **flags}


def test_a_published_score_has_no_interval_and_is_not_indicative(store: Store) -> None:
    store.load(
        "rankings",
        [
            {"publisher": "P", "year": 2024, "brand": b, "score": s}
            for b, s in (("A", 60), ("B", 70))
        ],
    )
    row = both(store, "published_score")
    assert (row["low"], row["high"], row["indicative"]) == (None, None, False)


@pytest.mark.parametrize(("n", "hidden", "indicative"), [(9, True, True), (10, False, True)])
def test_answers_under_ten_are_hidden(store: Store, n: int, hidden: bool, indicative: bool) -> None:
    store.load("surveys", answers(n, 5))
    for kpi in ("csat", "nps"):
        row = both(store, kpi)
        assert (row["n"], row["suppressed"], row["indicative"]) == (n, hidden, indicative)
        assert [row[name] is None for name in VALUES] == [hidden] * 4
        shown = both(store, kpi, reveal=True)
        assert (shown["suppressed"], shown["value"] is None) == (hidden, False)


def test_thirty_are_not_indicative_any_more(store: Store) -> None:
    store.load("surveys", [*answers(29, 5, brand="A"), *answers(30, 5, brand="B")])
    found = {r["brand"]: r["indicative"] for r in store.answers.kpi("csat", ["brand"])}
    assert found == {"A": True, "B": False}


def test_five_mystery_mails_are_shown(store: Store) -> None:
    store.load("emails", mails([50, 60, 70, 80, 90]), constants={"observed_until": "2024-05-01"})
    row = both(store, "reply_rate")
    assert (row["value"], row["indicative"], row["suppressed"]) == (1, True, False)
    assert row["low"] == pytest.approx(5 / (5 + 1.959963984540054**2))


def test_the_points_of_few_answers_are_not_told(store: Store) -> None:
    store.load("surveys", [*answers(9, 5, brand="A"), *answers(10, 4, brand="B")])
    found = store.answers.distribution("csat", ["brand"])
    assert [(r["brand"], r["point"], r["n"]) for r in found] == [("B", 1, 6), ("B", 5, 4)]
    assert len(store.answers.distribution("csat", ["brand"], reveal=True)) == 4
