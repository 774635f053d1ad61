"""Rows without ids: a file replaces the time it covers, once a person agrees to lose rows."""

from typing import Any

from tests.cli.driving import CommandLine


def days(first: int, last: int, **cells: object) -> list[dict[str, Any]]:
    """One mail a day at noon in January 2024."""
    return [
        {"received_at": f"2024-01-{day:02d} 12:00", "topic": "t", **cells}
        for day in range(first, last + 1)
    ]


def load(sq: CommandLine, rows: list[dict[str, Any]], *more: str, **known: Any) -> dict[str, Any]:
    return sq.load_rows("emails", rows, *more, **known)


def stored(sq: CommandLine) -> int:
    """E-mails in the warehouse, by way of a yes or no that is final."""
    return sum(sq.by("reply_rate", "topic", field="n").values())


def test_a_file_replaces_from_its_first_to_its_last_time(sq: CommandLine) -> None:
    load(sq, days(1, 10, replied="yes"))
    result = load(sq, days(6, 15, replied="no"))
    assert (result["inserted"], result["removed"], result["status"]) == (10, 5, "published")
    assert stored(sq) == 15
    assert sq.one("reply_rate")["numerator"] == 5


def test_both_ends_are_replaced_and_nothing_beyond(sq: CommandLine) -> None:
    load(sq, days(1, 31, replied="yes"))
    rows = days(10, 12, replied="no")
    result = load(sq, rows)
    assert (result["inserted"], result["removed"]) == (3, 3)
    assert stored(sq) == 31
    assert sq.one("reply_rate")["numerator"] == 28


def test_equal_rows_are_several_mails(sq: CommandLine) -> None:
    result = load(sq, days(3, 3, replied="yes") * 4)
    assert (result["inserted"], result["superseded"]) == (4, 0)
    assert stored(sq) == 4


def test_fewer_rows_need_a_persons_word(sq: CommandLine) -> None:
    load(sq, days(1, 10, replied="yes"))
    fewer = [*days(1, 1, replied="no"), *days(3, 3, replied="no")]  # 2 come, 3 would go
    result = load(sq, fewer, code=1)
    assert result["status"] == "refused"
    assert "--replace" in result["reason"]
    assert (stored(sq), sq.one("reply_rate")["numerator"]) == (10, 10)
    result = load(sq, fewer, "--replace")
    assert (result["inserted"], result["removed"]) == (2, 3)
    assert (stored(sq), sq.one("reply_rate")["numerator"]) == (9, 7)


def test_another_source_is_not_replaced(sq: CommandLine) -> None:
    load(sq, days(1, 10, replied="yes"), source="north")
    assert load(sq, days(1, 10, replied="yes"), source="south")["removed"] == 0
    assert stored(sq) == 20


def test_other_constants_are_not_replaced(sq: CommandLine) -> None:
    load(sq, days(1, 10, replied="yes"), brand="A")
    assert load(sq, days(1, 10, replied="no"), brand="B")["removed"] == 0
    assert sq.by("reply_rate", "brand", field="n") == {"A": 10, "B": 10}


def test_surveys_without_ids_replace_too(sq: CommandLine) -> None:
    def rows(last: int, csat: int) -> list[dict[str, Any]]:
        return [{"answered_at": f"2024-01-{n:02d}", "csat": csat} for n in range(1, last + 1)]

    sq.load_rows("surveys", rows(5, 1), csat_scale="1-5")
    result = sq.load_rows("surveys", rows(6, 5), csat_scale="1-5")
    assert (result["inserted"], result["removed"]) == (6, 5)
    row = sq.one("csat")
    assert (row["numerator"], row["n"]) == (6, 6)


def test_rejected_rows_do_not_widen_what_is_replaced(sq: CommandLine) -> None:
    load(sq, days(1, 10, replied="yes"))
    rows = [*days(4, 5, replied="no"), {"received_at": "2999-01-01", "topic": "t", "replied": "no"}]
    result = load(sq, rows)
    assert (result["inserted"], result["removed"], result["rows_rejected"]) == (2, 2, 1)
    assert stored(sq) == 10
