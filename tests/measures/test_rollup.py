"""The monthly rollup gives what the rows give: after every upload, by any key and filter."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from service_quality.base.filters import Filters
from service_quality.definitions import kpis
from service_quality.definitions.datasets import dataset
from service_quality.measures import rollup, sums
from service_quality.measures.answers import Answers
from service_quality.uploads import withdraw
from service_quality.warehouse import schema
from service_quality.warehouse.connection import Warehouse
from tests.factories import SETTINGS, Store

Row = dict[str, Any]
FIRST = datetime(2023, 11, 1)


@pytest.fixture(autouse=True)
def as_of_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have sums made in the way of many rows: all other tests have few."""
    monkeypatch.setattr(rollup, "FEW", 0)


def some_time(dice: random.Random, after: datetime = FIRST, minutes: int = 200_000) -> datetime:
    return after + timedelta(minutes=dice.randint(0, minutes))


def dimensions(dice: random.Random) -> Row:
    return {"brand": dice.choice(["A", "B", None]), "team": dice.choice(["T", None])}


def ticket(dice: random.Random) -> Row:
    created = some_time(dice)
    return {
        "created_at": created,
        "first_reply_at": dice.choice([None, some_time(dice, created, 4000)]),
        "solved_at": dice.choice([None, some_time(dice, created, 90_000)]),
        "due_at": dice.choice([None, some_time(dice, created, 90_000)]),
        "status": dice.choice(["open", "solved", None]),
        "agent_replies": dice.choice([0, 1, 2, None]),
        "reopens": dice.choice([0, 1, None]),
    }


def email(dice: random.Random) -> Row:
    received = some_time(dice)
    return {
        "received_at": received,
        "replied_at": dice.choice([None, some_time(dice, received, 4000)]),
        "quality_mark": dice.choice([None, dice.randint(0, 1000) / 10]),
        "welcome_mark": dice.choice([None, dice.randint(0, 1000) / 10]),
        "spelling_errors": dice.choice([None, 0, 3]),
    }


def survey(dice: random.Random) -> Row:
    invited = some_time(dice)
    answered = dice.choice([None, some_time(dice, invited, 9000)])
    return {
        "invited_at": invited,
        "answered_at": answered,
        "csat": dice.choice([None, dice.randint(1, 5)]),
        "csat_scale": dice.choice(["1-5", "1-7"]),
        "nps": dice.choice([None, dice.randint(0, 10)]),
    }


def total(dice: random.Random) -> Row:
    due = dice.randint(1, 9)
    month = f"2024-{dice.randint(1, 6):02d}"
    kpi = dice.choice(["on_time", "seat_found"])
    return {"month": month, "kpi": kpi, "due": due, "kept": dice.randint(0, due)}


def place(dice: random.Random) -> Row:
    return {"publisher": "P", "year": dice.randint(2022, 2024), "score": dice.randint(0, 900) / 10}


MAKERS: dict[str, Callable[[random.Random], Row]] = {
    "tickets": ticket,
    "emails": email,
    "surveys": survey,
    "totals": total,
    "rankings": place,
}
KEYS = {"tickets": "ticket_id", "emails": "email_id", "surveys": "response_id"}
# What an id never changes.
STEADY = ("created_at", "received_at", "invited_at", "answered_at")
YEAR = Filters(date(2024, 1, 1), date(2024, 3, 31))
NARROW = replace(YEAR, where=(("brand", ("B",)), ("team", (None,))))
QUESTIONS: tuple[tuple[tuple[str, ...], Filters], ...] = (
    (("month", "brand"), Filters()),
    (("year", "team"), Filters(where=(("brand", ("A", None)),))),
    ((), NARROW),
    ((), replace(YEAR, own=(("test", date(2024, 2, 1), date(2024, 3, 31)),))),
    (("brand",), YEAR.year_before()),
    (("month",), Filters(where=NARROW.where)),
)


def both_routes_agree(store: Store, kind: str) -> int:
    """Hold sums against rows, and both against sums that were asked for all at once."""
    compared = 0
    kpis = [kpi for kpi in store.answers.kpis().values() if kpi.dataset == kind]
    together = Answers(store.warehouse, SETTINGS)
    together.ahead([(kpi.id, by, filters) for kpi in kpis for by, filters in QUESTIONS])
    together.spans_ahead([kpi.id for kpi in kpis], NARROW)
    for kpi in kpis:
        for by, filters in QUESTIONS:
            quick = store.answers.kpi(kpi.id, by, filters)
            assert quick == store.answers.kpi(kpi.id, by, filters, rows=True), (kpi.id, by)
            assert quick == together.kpi(kpi.id, by, filters), (kpi.id, by)
            compared += len(quick)
        assert together.spans(kpi.id, NARROW) == store.answers.spans(kpi.id, NARROW), kpi.id
    return compared


def some_rows(dice: random.Random, kind: str, first_id: int) -> list[Row]:
    rows = [MAKERS[kind](dice) | dimensions(dice) for _row in range(40)]
    if kind == "rankings":
        return [{**row, "brand": f"B{dice.randint(1, 9)}"} for row in rows]
    key = KEYS.get(kind)
    return [{key: first_id + n, **row} if key else row for n, row in enumerate(rows)]


@pytest.mark.parametrize("kind", MAKERS)
def test_both_routes_agree_after_every_upload(
    tmp_path_factory: pytest.TempPathFactory, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(kind)
    store = Store(tmp_path_factory.mktemp(kind))
    before = some_rows(dice, kind, 0)
    store.load(kind, before)
    # New rows, and old ones with other values: the months they leave must be summed again too.
    changed = [
        {**new, **{name: old[name] for name in STEADY if name in old}}
        for old, new in zip(before, some_rows(dice, kind, 0), strict=True)
    ]
    rows = some_rows(dice, kind, 1000) + [_in_order(row) for row in changed[:20]]
    latest = store.load(kind, rows).upload_id
    assert both_routes_agree(store, kind) > 5
    monkeypatch.undo()
    store.withdraw(latest)
    assert both_routes_agree(store, kind) > 5


def _in_order(row: Row) -> Row:
    """Return the row without times that lie before its first one, which would set it aside."""
    first = row.get("created_at") or row.get("received_at")
    later = ("first_reply_at", "solved_at", "replied_at")
    return {k: None if k in later and v and v < first else v for k, v in row.items()}


def test_only_the_months_that_an_upload_touches_are_summed_again(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = Store(tmp_path_factory.mktemp("touched"))
    store.load("tickets", [{"ticket_id": n, "created_at": f"2024-0{n}-01"} for n in (1, 2, 3)])
    store.load("tickets", [{"ticket_id": 4, "created_at": "2024-02-05"}])
    by_month = [(r["month"], r["value"]) for r in store.answers.kpi("ticket_volume", ["month"])]
    assert by_month == [("2024-01", 1), ("2024-02", 2), ("2024-03", 1)]


def test_a_stock_is_summed_again_with_those_who_left_in_a_touched_month(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = Store(tmp_path_factory.mktemp("stock"))
    for number, created in ((1, "2024-01-05"), (2, "2024-05-05")):
        row = {"ticket_id": number, "created_at": created, "solved_at": "2024-06-10"}
        store.load("tickets", [row])
    by_month = [(r["month"], r["value"]) for r in store.answers.kpi("backlog", ["month"])]
    values = [1, 1, 1, 1, 2, 0]
    assert by_month == [(f"2024-0{month}", n) for month, n in enumerate(values, 1)]


def test_who_leaves_a_stock_is_found_whichever_of_their_times_says_so(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = Store(tmp_path_factory.mktemp("left"))
    names = ("ticket_id", "created_at", "updated_at", "solved_at", "status")

    def load(*tickets: tuple[object, ...]) -> None:
        store.load("tickets", [dict(zip(names, ticket, strict=True)) for ticket in tickets])

    # Solved in one month and updated in another: what is loaded next touches the first, the second.
    load(
        (1, "2019-01-05", "2024-06-30 09:00", "2024-01-31 23:59:59", "solved"),
        (2, "2019-02-05", "2024-03-31 23:59:59", None, "cancelled"),
        (3, "2024-01-10", "2024-01-20 08:00", "2024-01-20 08:00", "solved"),
        (4, "2024-01-11", "2024-01-11 08:00", None, "open"),
    )
    load((5, "2024-01-02", "2024-01-03", None, "open"))
    load((6, "2024-03-02", "2024-03-03", None, "open"))
    # One is solved later than was known, which takes it out of its old month; one is cancelled.
    load(
        (3, "2024-01-10", "2024-03-01 00:00", "2024-03-01 00:00", "solved"),
        (4, "2024-01-11", "2024-02-29 23:59:59", None, "cancelled"),
    )
    by_month = {r["month"]: r["value"] for r in store.answers.kpi("backlog", ["month"])}
    values = {"2023-12": 2, "2024-01": 4, "2024-02": 3, "2024-03": 2}
    assert {month: by_month[month] for month in values} == values
    assert both_routes_agree(store, "tickets") > 5
    with store.warehouse.cursor() as cursor:
        (table,) = schema.all_sums(cursor)
    kept = sorted(store.warehouse.rows(f"from {table}"), key=repr)
    withdraw.rebuild(store.warehouse, SETTINGS)
    assert sorted(store.warehouse.rows(f"from {table}"), key=repr) == kept


def test_which_sums_there_are_is_noted_with_their_columns(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    def noted() -> dict[str, list[str]]:
        with store.warehouse.cursor() as cursor:
            found = schema.all_sums(cursor)
            there = cursor.execute(
                "select table_name from duckdb_tables() where schema_name = 'rollup'"
            ).fetchall()
            assert set(found) == {schema.sums(name) for (name,) in there}
            for table, columns in found.items():
                described = cursor.execute(f"from {table} limit 0").description or ()
                assert columns == [column[0] for column in described]
        return found

    store = Store(tmp_path_factory.mktemp("noted"))
    assert noted() == {}
    load_tickets = store.load("tickets", [{"ticket_id": "1", "created_at": "2025-01-02 10:00"}])
    of_tickets = noted()
    assert len(of_tickets) > 0
    store.load("emails", [{"received_at": "2025-01-02 10:00", "replied_at": "2025-01-02 11:00"}])
    both = noted()
    assert set(both) > set(of_tickets)
    # A version that knew of no notes wrote the file last.
    with store.warehouse.cursor() as cursor:
        cursor.execute("drop table summed; update meta set made_of = 'an older version'")
    store.reopen()
    assert noted() == both
    store.withdraw(load_tickets.upload_id)
    assert set(noted()) == set(both) - set(of_tickets)


def test_of_a_time_that_is_chosen_the_stored_times_are_known() -> None:
    backlog = "case when is_ended then updated_at else solved_at end"
    assert sums._times(backlog, "tickets") == ("updated_at", "solved_at")
    for at in (
        "created_at",
        f"{backlog} + interval 9 day",
        "case when is_ended then updated_at + interval 9 day else solved_at end",
        "case when is_ended then case when x then y end else solved_at end",
        "case when is_ended then waited_minutes else solved_at end",
    ):
        assert sums._times(at, "tickets") == ()


def test_a_later_end_of_observation_makes_old_months_mature(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = Store(tmp_path_factory.mktemp("mature"))
    store.load("emails", [{"email_id": 1, "received_at": "2024-03-30 09:00", "replied_at": None}])
    assert store.answers.kpi("reply_in_time", ["month"]) == []
    store.load("emails", [{"email_id": 2, "received_at": "2024-05-02 09:00", "replied_at": None}])
    by_month = {r["month"]: r["n"] for r in store.answers.kpi("reply_in_time", ["month"])}
    assert by_month == {"2024-03": 1}


def test_a_due_day_is_judged_once_it_is_over_as_other_files_tell(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = Store(tmp_path_factory.mktemp("due"))
    # The third is received after the end of the day by which the two others were due.
    tickets = ((1, "03-30 09", "04-02"), (2, "04-02 12", "04-02"), (3, "04-03 00", "04-09"))
    for number, created, due in tickets:
        times = {"created_at": f"2024-{created}:30", "due_at": f"2024-{due}", "solved_at": None}
        store.load("tickets", [{"ticket_id": number, **times}])
        by_month = {r["month"]: r["n"] for r in store.answers.kpi("resolved_in_time", ["month"])}
        assert by_month == ({"2024-03": 1, "2024-04": 1} if number == 3 else {})


def test_the_first_file_of_a_source_sums_its_own_months(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path_factory.mktemp("own-months"))
    months = ("01", "02", "03")
    rows = [{"ticket_id": m, "created_at": f"2024-{m}-05 10:00"} for m in months]
    store.load("tickets", rows, "old")
    summed: list[list[date]] = []
    sum_months = rollup._sum_months

    def spy(cursor: Any, table: str, sums: Any, of: list[date]) -> None:
        summed.append(of)
        sum_months(cursor, table, sums, of)

    monkeypatch.setattr(rollup, "_sum_months", spy)
    store.load("tickets", rows[1:2], "new")
    assert summed == [[date(2024, 2, 1)]]
    by_month = {r["month"]: r["value"] for r in store.answers.kpi("ticket_volume", ["month"])}
    assert by_month == {"2024-01": 1, "2024-02": 2, "2024-03": 1}


def test_when_rows_mature_is_said_of_columns_and_settings_that_there_are() -> None:
    for kpi in kpis.catalogue().values():
        if rollup.depends_on_observation(kpi) and kpi.matures:
            stated = kpis.MATURES.fullmatch(kpi.matures)
            assert stated, kpi.id
            assert stated[1] in dataset(kpi.dataset).by_name, kpi.id
            assert stated[2] is None or stated[2] in SETTINGS.query_parameters(), kpi.id
    stated_of = {k.id for k in kpis.catalogue().values() if k.matures}
    by_answer = {"recovery_rate"}  # of which no stored column says when
    assert stated_of | by_answer == {
        k.id for k in kpis.catalogue().values() if rollup.depends_on_observation(k)
    }


def test_parts_of_months_are_read_from_the_rows(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = Store(tmp_path_factory.mktemp("parts"))
    days = ("2024-03-01", "2024-03-15", "2024-03-31")
    store.load("tickets", [{"ticket_id": d, "created_at": f"{d} 23:59:59"} for d in days])
    for end, count in ((date(2024, 3, 14), 1), (date(2024, 3, 15), 2), (date(2024, 3, 31), 3)):
        for rows in (True, False):
            found = store.answers.kpi("ticket_volume", (), Filters(end=end), rows=rows)
            assert [row["value"] for row in found] == [count]


def test_another_setting_sums_everything_again_at_the_next_start(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = Store(tmp_path_factory.mktemp("settings"))
    rows = [
        {"email_id": 1, "received_at": "2024-03-01 00:30", "replied_at": "2024-03-01 20:00"},
        {"email_id": 2, "received_at": "2024-05-01 00:30", "replied_at": None},
    ]
    store.load("emails", rows)
    version = store.warehouse.version()
    store.reopen()
    assert store.warehouse.version() == version
    assert store.answers.kpi("reply_in_time")[0]["value"] == 1
    store.settings = replace(SETTINGS, reply_promise_hours=8)
    store.reopen()
    assert store.warehouse.version() > version
    assert store.answers.kpi("reply_in_time")[0]["value"] == 0


def test_only_what_asks_for_the_end_of_observation_depends_on_it() -> None:
    found = {k.id for k in kpis.catalogue().values() if rollup.depends_on_observation(k)}
    timed = {"first_reply_in_time", "resolved_in_time", "reply_in_time", "reply_rate"}
    assert found == {*timed, "recovery_rate", "delivered_in_time", "informed_of_delay"}


def test_figures_that_were_asked_for_at_once_are_not_asked_for_again(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path_factory.mktemp("at-once"))
    times = {"created_at": "2024-01-05 10:00", "first_reply_at": "2024-01-05 10:30"}
    store.load("tickets", [{"ticket_id": 1, "brand": "A", **times}])
    asked = [(i, ("brand",), YEAR) for i in ("first_reply_time", "first_reply_in_time")]
    answers = store.answers
    answers.ahead(asked)
    monkeypatch.setattr(Warehouse, "rows", None)
    (row,) = answers.kpi("first_reply_time", ["brand"], YEAR, reveal=True)
    assert (row["brand"], row["n"], row["median"]) == ("A", 1, 30)


def test_figures_asked_for_at_once_are_those_of_each_alone(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = Store(tmp_path_factory.mktemp("waits-at-once"))
    for source, brands in (("desk", ("A", "B", None)), ("phone", ("B",))):
        tickets = [
            {
                "ticket_id": f"{month}-{i}",
                "created_at": f"2024-{month:02}-05 10:00",
                "first_reply_at": f"2024-{month:02}-05 10:{7 * i + month:02}" if i % 4 else None,
                "brand": brands[i % len(brands)],
                "channel": "mail" if i % 2 else "chat",
            }
            for month in range(1, 13)
            for i in range(7)
            if (source, month) not in (("phone", 3), ("desk", 5), ("phone", 5))
        ]
        store.load("tickets", tickets, source=source)
    half = Filters(date(2024, 1, 1), date(2024, 6, 30))
    own = replace(half, own=(("phone", date(2024, 2, 1), date(2024, 4, 30)),))
    of_b = Filters(where=(("brand", ("B", None)),))
    asked = [
        (kpi_id, by, filters)
        for kpi_id in ("first_reply_time", "ticket_volume", "first_reply_in_time")
        for by in ((), ("month",), ("brand",), ("month", "brand"), ("channel", "source"))
        for filters in (Filters(), half, own, of_b)
    ]
    at_once = store.answers
    at_once.ahead(asked)
    known = at_once.known(store.warehouse)
    for kpi_id, by, filters in asked:
        rows = store.answers.kpi(kpi_id, by, filters, rows=True, reveal=True)
        assert len(rows) == len(known[kpi_id, by, filters, False])
        assert at_once.kpi(kpi_id, by, filters, reveal=True) == rows
    (row,) = at_once.kpi("first_reply_time", (), own, reveal=True)
    # 5 months of the desk and 2 of the phone, 7 tickets each, of which 2 have no answer.
    assert (row["n"], row["answered"]) == (49, 35)
    assert at_once.kpi("ticket_volume", ("month",), half)[4]["value"] == 0
