"""Rows that come a second time under other headers, ids or sources are told and not added up."""

from typing import Any

import pytest

from tests.cli.conftest import sq as sq
from tests.cli.driving import CommandLine

HEADERS = {"received_at": "received_at", "replied_at": "replied_at", "brand": "brand"}
RENAMED = {"received_at": "Date of receipt", "replied_at": "Date of reply", "brand": "Name"}
DAYS = range(10, 20)


def mails(days: range = DAYS, hours: int = 3, **cells: object) -> list[dict[str, Any]]:
    return [
        {
            "received_at": f"2024-03-{day} 09:{day}",
            "replied_at": f"2024-03-{day} {9 + hours:02d}:{day}",
            "brand": "N",
            **cells,
        }
        for day in days
    ]


def load(
    sq: CommandLine, rows: list[dict[str, Any]], headers: dict[str, str], *more: str, **known: Any
) -> dict[str, Any]:
    """Load mails of which each column has another header."""
    file = sq.csv([{headers[name]: row[name] for name in row} for row in rows])
    words = [w for name in rows[0] for w in ("--map", f"{name}={headers[name]}")]
    source = known.pop("source", "test")
    return sq.load(file, "--kind", "emails", "--source", source, *words, *more, **known)


def n(sq: CommandLine) -> int:
    return int(sq.one("reply_time")["n"])


def test_other_headers_do_not_count_the_same_mails_twice(sq: CommandLine) -> None:
    load(sq, mails(), HEADERS)
    later = mails(range(15, 25))  # five of them are there
    result = load(sq, later, RENAMED, code=1)
    assert result["confirm"]
    assert result["reason"].startswith("5 of these rows are already in source “test”")
    result = load(sq, later, RENAMED, "--replace")
    assert (result["inserted"], result["removed"], n(sq)) == (10, 5, 15)
    assert sq.run("rebuild").code == 0
    assert n(sq) == 15
    sq.run("withdraw", result["upload_id"])
    assert n(sq) == 10
    sq.run("put-back", result["upload_id"])
    assert n(sq) == 15


@pytest.mark.parametrize("others", [mails(brand="S"), mails(hours=5), mails(range(20, 30))])
def test_other_mails_under_other_headers_stand_beside(
    sq: CommandLine, others: list[dict[str, Any]]
) -> None:
    load(sq, mails(), HEADERS)
    assert load(sq, others, RENAMED)["removed"] == 0
    assert n(sq) == 20


def test_ids_that_come_later_take_the_place_of_rows_without(sq: CommandLine) -> None:
    known = load(sq, mails(), HEADERS)
    with_ids = [{"email_id": f"m{at}", **row} for at, row in enumerate(mails(range(10, 25)))]
    headers = HEADERS | {"email_id": "email_id"}
    assert load(sq, with_ids, headers, code=1)["confirm"]
    result = load(sq, with_ids, headers, "--replace")
    assert (result["inserted"], result["removed"], n(sq)) == (15, 10, 15)
    sq.run("withdraw", known["upload_id"])
    assert n(sq) == 15
    sq.run("withdraw", result["upload_id"])
    sq.run("put-back", known["upload_id"])
    assert n(sq) == 10


def tickets(prefix: str, **cells: object) -> list[dict[str, object]]:
    return [
        {
            "ticket_id": f"{prefix}{day}",
            "created_at": f"2024-03-{day} 09:{day}",
            "solved_at": f"2024-03-{day} 15:{day}",
            **cells,
        }
        for day in DAYS
    ]


@pytest.mark.parametrize(("prefix", "source"), [("000", "test"), ("new-", "other"), ("", "other")])
def test_tickets_with_other_ids_or_another_source_are_told(
    sq: CommandLine, prefix: str, source: str
) -> None:
    first = sq.load_rows("tickets", tickets(""))
    result = sq.load_rows("tickets", tickets(prefix, team="new"), source=source)
    (notice,) = result["issues"]
    assert (notice["rule"], notice["rows"]) == ("came_before", 10)
    assert "in source “test”" in notice["expected"]
    assert f"(withdraw {first['upload_id']})" in notice["expected"]


def test_tickets_of_other_times_are_not_told_of(sq: CommandLine) -> None:
    sq.load_rows("tickets", tickets(""))
    others = tickets("b")
    for row in others:
        row["solved_at"] = str(row["solved_at"]).replace(" 15:", " 16:")
    assert not sq.load_rows("tickets", others, source="other")["issues"]
    days = [{**r, "created_at": str(r["created_at"])[:10]} for r in tickets("c")]
    sq.load_rows("tickets", days, source="days")
    again = [{**r, "ticket_id": f"d{r['ticket_id']}"} for r in days]
    assert not sq.load_rows("tickets", again, source="more days")["issues"]


def test_mails_without_ids_are_told_in_another_source(sq: CommandLine) -> None:
    load(sq, mails(), HEADERS)
    (notice,) = load(sq, mails(), HEADERS, source="other")["issues"]
    assert (notice["rule"], notice["rows"]) == ("came_before", 10)


def test_totals_cut_otherwise_are_not_added_to_the_whole(sq: CommandLine) -> None:
    def total(month: int, due: int, **cells: object) -> dict[str, object]:
        return {"kpi": "calls", "month": f"2024-0{month}", "due": due, "kept": due // 2, **cells}

    sq.load_rows("totals", [total(1, 100), total(2, 100)])
    by_brand = [total(2, 60, brand="N"), total(2, 40, brand="S"), total(3, 80, brand="N")]
    result = sq.load_rows("totals", by_brand, code=1)
    assert "there already, cut another way (rows: 1)" in result["reason"]
    result = sq.load_rows("totals", by_brand, "--replace")
    assert (result["inserted"], result["removed"]) == (3, 1)
    assert sq.by("calls", "month", field="n") == {"2024-01": 100, "2024-02": 100, "2024-03": 80}
    assert sq.run("rebuild").code == 0
    assert sq.by("calls", "month", field="n") == {"2024-01": 100, "2024-02": 100, "2024-03": 80}
    # Of another source they are other cases, and the rest beside the parts is no whole.
    sq.load_rows("totals", [total(2, 10)], source="other")
    rest = [total(3, 80, brand="N"), total(3, 20, brand=None)]
    assert sq.load_rows("totals", rest)["removed"] == 0
    assert sq.by("calls", "month", field="n") == {"2024-01": 100, "2024-02": 110, "2024-03": 100}
