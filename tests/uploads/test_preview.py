"""What publishing would change is said beforehand, by month, with what looks wrong about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service_quality.uploads import preview
from service_quality.uploads.outcome import Outcome
from tests.factories import Store

pytestmark = pytest.mark.slow  # histories, made and read again and again

Row = dict[str, Any]


def ticket(number: int, month: int, hours: int = 2, **more: Any) -> Row:
    day = f"2025-{month:02d}-{number % 28 + 1:02d}"
    times = {"created_at": f"{day} 08:00", "first_reply_at": f"{day} {8 + hours:02d}:00"}
    return {"ticket_id": f"{month}-{number}", **times, "team": "North", **more}


def month(number: int, rows: int, **more: Any) -> list[Row]:
    """So many tickets of a month, one on its last day so that the month is whole."""
    last = {"created_at": f"2025-{number:02d}-31 08:00", "first_reply_at": None}
    return [*(ticket(n, number, **more) for n in range(rows - 1)), ticket(99, number) | last]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """January, March and May are the long months; 40 tickets in each of the first five."""
    store = Store(tmp_path)
    for number in (1, 3, 5, 7):
        store.load("tickets", month(number, 40))
    store.load("tickets", [t for n in (2, 4, 6) for t in (ticket(i, n) for i in range(40))])
    return store


def check(store: Store, rows: list[Row], kind: str = "tickets", **more: Any) -> Outcome:
    outcome = store.try_load(kind, rows, dry_run=True, **more)
    assert outcome.status == "checked", outcome.reason
    return outcome


def test_each_row_is_counted_in_its_month_by_what_becomes_of_it(store: Store) -> None:
    rows = [
        ticket(1, 5),  # as it is stored
        ticket(2, 5, hours=3),  # another reply time
        ticket(1, 8),
        ticket(2, 8),
        ticket(2, 8, hours=4),  # twice in the file: once as the other version
    ]
    assert list(check(store, rows).months) == [
        {"month": "2025-05", "new": 0, "updated": 1, "unchanged": 1, "removed": 0, "rows": 40},
        {"month": "2025-08", "new": 2, "updated": 0, "unchanged": 0, "removed": 0, "rows": 2},
    ]


def stored_by_month(store: Store, kind: str, month: str, source: str) -> dict[str, int]:
    sql = f"select {month} as month, count(*) as n from {kind} where source = $s group by 1"
    return {row["month"]: row["n"] for row in store.warehouse.rows(sql, {"s": source})}


def test_what_is_foreseen_is_what_comes(store: Store) -> None:
    known = [ticket(n, m) for m in (1, 2, 3, 4, 5) for n in range(39)]
    moved = ticket(0, 1) | {"created_at": "2025-06-01 08:00", "first_reply_at": None}
    rows = [moved, *known[1:80], *(ticket(n, 2, hours=3) for n in range(39)), *known[80:]]
    rows += [ticket(n, 9) for n in range(7)]
    before = store.stored("tickets")
    foreseen = {m["month"]: m["rows"] for m in check(store, rows).months}
    assert store.stored("tickets") == before
    store.load("tickets", rows)
    came = stored_by_month(store, "tickets", "strftime(created_at, '%Y-%m')", "test")
    assert foreseen == {month: came[month] for month in foreseen}
    assert (foreseen["2025-01"], foreseen["2025-06"], foreseen["2025-09"]) == (39, 41, 7)


def test_a_place_that_another_source_gives_anew_is_foreseen_there(tmp_path: Path) -> None:
    store = Store(tmp_path)
    places = [{"publisher": "P", "year": y, "brand": "B", "score": 1} for y in (2023, 2024)]
    store.load("rankings", places, "old")
    store.load("rankings", [places[1] | {"brand": "C"}], "new")
    rows = [places[1] | {"score": 2}, places[1] | {"brand": "D"}]
    (foreseen,) = check(store, rows, "rankings", source="new").months
    assert (foreseen["month"], foreseen["rows"]) == ("2024-01", 3)
    store.load("rankings", rows, "new")
    assert stored_by_month(store, "rankings", "year", "new") == {2024: 3}


def test_a_first_upload_is_all_new(tmp_path: Path) -> None:
    outcome = check(Store(tmp_path), [ticket(1, 1), ticket(2, 1), ticket(2, 1), ticket(1, 2)])
    assert [(m["month"], m["new"]) for m in outcome.months] == [("2025-01", 2), ("2025-02", 1)]
    assert outcome.warnings == ()


def test_rows_without_ids_say_what_goes(tmp_path: Path) -> None:
    store = Store(tmp_path)
    mails = [{"received_at": f"2025-03-{n:02d} 10:00", "replied": "yes"} for n in (1, 10, 20)]
    store.load("emails", mails)
    again = [{"received_at": f"2025-03-{n:02d} 10:00", "replied": "no"} for n in (1, 5, 10, 20)]
    assert list(check(store, again, "emails").months) == [
        {"month": "2025-03", "new": 4, "updated": 0, "unchanged": 0, "removed": 3, "rows": 4}
    ]


def test_an_ordinary_month_warns_of_nothing(store: Store) -> None:
    assert check(store, month(8, 38)).warnings == ()


def test_half_the_usual_rows_look_wrong(store: Store) -> None:
    (warning,) = check(store, month(8, 19)).warnings
    assert warning == "Aug 2025 would have 19 rows; a usual month of this source has 40."
    unfinished = [ticket(n, 8) for n in range(19)]
    assert check(store, unfinished).warnings == ()


def test_a_month_left_out_looks_wrong(store: Store) -> None:
    assert check(store, month(10, 40)).warnings == ("There are no rows of Aug 2025, Sept 2025.",)


def test_a_team_that_vanished_is_named(store: Store) -> None:
    store.load("tickets", [ticket(200 + n, 7, team="South") for n in range(20)])
    (warning,) = check(store, month(8, 40)).warnings
    assert warning == "Team: South had rows in the last months, and none in this file."
    # Last year's months are no reason to miss a team of today.
    assert check(store, month(3, 40, hours=3)).warnings == ()


def test_a_slip_of_units_is_seen_in_waits_and_in_numbers(store: Store, tmp_path: Path) -> None:
    slow = [t | {"first_reply_at": "2025-09-20 08:00"} for t in month(8, 40)]
    (warning,) = check(store, slow).warnings
    assert warning.startswith("First reply: after ")
    assert "usually after 2\u00a0h" in warning

    other = Store(tmp_path / "other")
    rows = [
        {"email_id": n, "received_at": f"2025-{m:02d}-{n % 28 + 1:02d} 10:00", "quality_mark": 8}
        for m in (1, 2)
        for n in range(m * 100, m * 100 + 40)
    ]
    other.load("emails", rows)
    percent = [
        {"email_id": n, "received_at": f"2025-03-{n % 28 + 1:02d} 10:00", "quality_mark": 80}
        for n in range(300, 340)
    ]
    (warning,) = check(other, percent, "emails").warnings
    assert warning.endswith("the median is 80.0, usually 8.0. Is it in another unit than before?")


def test_nothing_of_it_is_asked_when_publishing(store: Store) -> None:
    outcome = store.load("tickets", month(8, 19))
    assert (outcome.months, outcome.warnings) == ((), ())


def test_a_new_spelling_of_a_known_value_is_proposed_as_the_same(tmp_path: Path) -> None:
    store = Store(tmp_path)
    ticket = {"created_at": "2024-03-01 10:00"}
    store.load("tickets", [{**ticket, "ticket_id": n, "team": "Séphanie"} for n in (1, 2)], "a")
    new = [{**ticket, "ticket_id": n, "team": team} for n, team in enumerate(["SEPHANIE", "Est"])]
    (warning,) = store.try_load("tickets", new, "b", dry_run=True).warnings
    assert warning.startswith("Team: “SEPHANIE” is new, and “Séphanie” differs only in how")
    store.load(
        "entities", [{"dimension": "team", "value": "SEPHANIE", "same_as": "Séphanie"}], "names"
    )
    assert store.try_load("tickets", new, "b", dry_run=True).warnings == ()


def test_the_rows_are_not_counted_where_a_file_has_no_new_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    store.load("tickets", month(5, 20))
    monkeypatch.setattr(preview, "_values", lambda *_words: pytest.fail("rows were counted"))
    assert store.try_load("tickets", month(6, 20), dry_run=True).status == "checked"
    monkeypatch.setattr(preview, "_values", lambda *_words: ["Lille"])
    new = [row | {"team": "LILLE"} for row in month(6, 20)]
    assert "LILLE" in " ".join(store.try_load("tickets", new, dry_run=True).warnings)
