"""KPIs added up: sums before quotients, keys and filters, scales apart, stocks by period."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters
from service_quality.base.settings import Settings
from service_quality.measures.answers import Answers
from service_quality.warehouse.connection import Warehouse
from tests import bare
from tests.factories import Store

START = datetime(2024, 3, 1)
CERTAINTY = ("sd", "low", "high", "indicative", "suppressed")


def ask(warehouse: Warehouse, kpi: str, *by: str, **filters: Any) -> list[dict[str, Any]]:
    """Ask for the counted values alone; how sure they are is held in tests/test_certainty.py."""
    answers = Answers(warehouse, Settings())
    found = answers.kpi(kpi, by, Filters(**filters), rows=True, reveal=True)
    return [{name: v for name, v in row.items() if name not in CERTAINTY} for row in found]


def store(folder: Path, kind: str, rows: Iterable[dict[str, Any]], until: datetime) -> Warehouse:
    warehouse = bare.memory(folder)
    bare.observe(warehouse, kind, {"test": until})
    mask = bare.mask(warehouse, kind)
    common = {"source": "test", "upload_id": "u", "mapped": mask}
    bare.insert(warehouse, kind, [{**common, **row} for row in rows])
    return warehouse


def email(day: int, replied: bool, **cells: Any) -> dict[str, Any]:
    at = START + timedelta(days=day)
    return {"received_at": at, "replied_at": at if replied else None, **cells}


@pytest.fixture
def emails(tmp_path: Path) -> Warehouse:
    """Big: 1 of 4 answered in March, 2 of 2 in April; Small: 1 of 1 in March; no brand: 0 of 1."""
    rows = [
        *(email(n, n == 0, brand="Big", team="T") for n in range(4)),
        *(email(31 + n, True, brand="Big") for n in range(2)),
        email(0, True, brand="Small", team="T"),
        email(0, False),
    ]
    return store(tmp_path, "emails", rows, datetime(2025, 1, 1))


def test_sum_first_then_divide(emails: Warehouse) -> None:
    (row,) = ask(emails, "reply_rate")
    # the mean of the brands' rates would be 0.5
    assert row == {"value": 4 / 8, "n": 8, "numerator": 4, "denominator": 8}
    by = {(r["brand"], r["month"]): r["value"] for r in ask(emails, "reply_rate", "brand", "month")}
    assert by == {
        ("Big", "2024-03"): 1 / 4,
        ("Big", "2024-04"): 1,
        ("Small", "2024-03"): 1,
        (None, "2024-03"): 0,
    }


def test_rows_come_in_the_order_of_their_keys_nulls_last(emails: Warehouse) -> None:
    found = [(r["brand"], r["quarter"]) for r in ask(emails, "reply_rate", "brand", "quarter")]
    assert found == [
        ("Big", "2024-Q1"),
        ("Big", "2024-Q2"),
        ("Small", "2024-Q1"),
        (None, "2024-Q1"),
    ]
    found = [(r["year"], r["brand"]) for r in ask(emails, "reply_rate", "year", "brand")]
    assert found == [(2024, "Big"), (2024, "Small"), (2024, None)]


@pytest.mark.parametrize(
    ("filters", "n"),
    [
        ({"start": date(2024, 3, 2)}, 5),
        ({"end": date(2024, 3, 2)}, 4),
        ({"start": date(2024, 3, 4), "end": date(2024, 4, 1)}, 2),
        ({"where": (("brand", ("Big", "Small")),)}, 7),
        ({"where": (("brand", ("Big",)), ("team", ("T",)))}, 4),
        ({"where": (("brand", (None,)),)}, 1),
        ({"where": (("brand", ("Small", None)),)}, 2),
    ],
)
def test_filters_are_inclusive_or_within_and_across(
    emails: Warehouse, filters: dict[str, Any], n: int
) -> None:
    assert ask(emails, "reply_rate", **filters)[0]["n"] == n


def test_no_data_is_no_row(emails: Warehouse) -> None:
    assert ask(emails, "reply_rate", end=date(2023, 12, 31)) == []
    assert ask(emails, "reply_rate", "month", where=(("brand", ("Nobody",)),)) == []
    assert ask(emails, "nps") == []
    assert ask(emails, "reply_time", "brand", end=date(2023, 12, 31)) == []


@pytest.mark.parametrize("key", ["planet", "value", "1", "brand; drop table emails"])
def test_an_unknown_key_or_dimension_is_named(emails: Warehouse, key: str) -> None:
    with pytest.raises(UsageError, match=key):
        ask(emails, "reply_rate", key)
    with pytest.raises(UsageError, match=key):
        ask(emails, "reply_rate", where=((key, ("x",)),))
    with pytest.raises(UsageError, match=key):
        ask(emails, key)


NASTY = ("'; drop table emails; --", '"', "$where_brand_0", "%", "\\", "null", "")


def test_values_that_look_like_sql_are_text(tmp_path: Path) -> None:
    rows = [email(n, True, brand=text, team='a"b') for n, text in enumerate(NASTY)]
    warehouse = store(tmp_path, "emails", rows, datetime(2025, 1, 1))
    assert {r["brand"] for r in ask(warehouse, "reply_rate", "brand")} == set(NASTY)
    for text in NASTY:
        (row,) = ask(warehouse, "reply_time", "brand", where=(("brand", (text,)),))
        assert (row["brand"], row["n"]) == (text, 1)
    found = ask(warehouse, "reply_time", "brand", where=(("brand", NASTY[:3]),))
    assert {row["brand"] for row in found} == set(NASTY[:3])


def test_hundreds_of_values_can_be_chosen_and_those_without_one(tmp_path: Path) -> None:
    rows = [email(n % 30, True, brand=f"B{n}" if n < 300 else None) for n in range(301)]
    warehouse = store(tmp_path, "emails", rows, datetime(2025, 1, 1))
    chosen = tuple(f"B{n}" for n in range(1, 300))
    assert ask(warehouse, "reply_rate", where=(("brand", chosen),))[0]["n"] == 299
    assert ask(warehouse, "reply_rate", where=(("brand", (*chosen, None)),))[0]["n"] == 300


def test_nps_comes_from_counts_and_is_not_rounded_on_the_way(tmp_path: Path) -> None:
    rows = [
        {"answered_at": START, "nps": float(n), "brand": brand}
        for brand, given in (("A", [9, 10, 6]), ("B", [0, 7, 8, 9]))
        for n in given
    ]
    warehouse = store(tmp_path, "surveys", rows, START)
    (row,) = ask(warehouse, "nps")
    # promoters 9, 10, 9; passives 7, 8; detractors 6, 0
    counts = {"promoters": 3, "passives": 2, "detractors": 2, "numerator": 1, "n": 7}
    assert row == {**counts, "scale": "0-10", "value": pytest.approx(100 / 7)}
    assert [r["value"] for r in ask(warehouse, "nps", "brand")] == [pytest.approx(100 / 3), 0]


def test_a_mean_is_the_sum_divided_once(tmp_path: Path) -> None:
    marks = [0.1] * 10 + [None]
    rows = [email(0, True, quality_mark=mark) for mark in marks]
    warehouse = store(tmp_path, "emails", rows, START)
    # ten times 0.1 is 1 in decimals; in binary it is not
    assert ask(warehouse, "reply_quality") == [{"value": 0.1, "n": 10, "numerator": 1.0}]


def test_answers_on_different_scales_are_never_summed(tmp_path: Path) -> None:
    rows = [
        {"answered_at": START, "csat": csat, "csat_scale": scale}
        for csat, scale in ((4.0, "1-5"), (1.0, "1-5"), (4.0, "1-7"), (4.0, None))
    ]
    warehouse = store(tmp_path, "surveys", rows, START)
    found = [(r["scale"], r["value"], r["n"]) for r in ask(warehouse, "csat")]
    assert found == [("1-5", 0.5, 2), ("1-7", 0, 1)]
    # An answer without its scale says nothing.
    without = Answers(warehouse, Settings()).not_counted("csat", Filters())
    assert without == {"young": 0, "silent": 1, "lacking": 0}


def test_backlog_at_the_end_of_each_period(tmp_path: Path) -> None:
    def ticket(created: date, solved: date | None, brand: str) -> dict[str, Any]:
        return {"ticket_id": "x", "created_at": created, "solved_at": solved, "brand": brand}

    rows = [
        ticket(date(2024, 1, 31), date(2024, 3, 1), "A"),
        ticket(date(2024, 1, 1), date(2024, 1, 31), "A"),
        ticket(date(2024, 4, 5), None, "B"),
    ]
    warehouse = store(tmp_path, "tickets", rows, datetime(2024, 5, 2))
    by_month = {r["month"]: r["value"] for r in ask(warehouse, "backlog", "month")}
    assert by_month == {"2024-01": 1, "2024-02": 1, "2024-03": 0, "2024-04": 1, "2024-05": 1}
    assert ask(warehouse, "backlog") == [{"value": 1}]
    assert ask(warehouse, "backlog", end=date(2024, 2, 29)) == [{"value": 1}]
    march = ask(warehouse, "backlog", "month", start=date(2024, 2, 1), end=date(2024, 3, 31))
    assert march == [{"month": "2024-02", "value": 1}, {"month": "2024-03", "value": 0}]
    assert ask(warehouse, "backlog", "year", start=date(2024, 4, 1)) == [{"year": 2024, "value": 1}]
    # Nothing was seen from June on: neither of a month nor of the year that it lies in.
    assert ask(warehouse, "backlog", "month", start=date(2024, 6, 1)) == []
    assert ask(warehouse, "backlog", "year", start=date(2024, 6, 1)) == []
    by_brand = ask(warehouse, "backlog", "brand", end=date(2024, 2, 29))
    assert {r["brand"]: r["value"] for r in by_brand}.get("A") == 1


@pytest.fixture(scope="module")
def open_tickets(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    store = Store(tmp_path_factory.mktemp("open"))
    rows = [
        {"ticket_id": "1", "created_at": "2024-01-31", "solved_at": "2024-05-01", "brand": "A"},
        {"ticket_id": "2", "created_at": "2024-01-01", "solved_at": "2024-01-31", "brand": "A"},
        {"ticket_id": "3", "created_at": "2024-04-05", "solved_at": None, "brand": "B"},
    ]
    store.load("tickets", rows, at=datetime(2024, 7, 2))
    return store.answers


FIRSTS = (None, date(2024, 3, 1))
LASTS = (None, date(2023, 12, 31), date(2024, 2, 29), date(2025, 1, 31))


@pytest.mark.parametrize("by", [(), ("month",)])
@pytest.mark.parametrize("last", LASTS)
@pytest.mark.parametrize("first", FIRSTS)
def test_the_ends_of_months_tell_what_the_rows_do(
    open_tickets: Answers, first: date | None, last: date | None, by: tuple[str, ...]
) -> None:
    for brand in ("A", "B"):
        period = Filters(first, last).only("brand", [brand])
        by_rows = open_tickets.kpi("backlog", by, period, rows=True)
        assert open_tickets.kpi("backlog", by, period) == by_rows
