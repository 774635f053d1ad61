"""Record numbers and "the later row wins" hold in large files, read by several threads."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.driving import CommandLine

ROWS, IDS, BAD = 300_000, 1000, (150_000, 299_500)

CELLS: dict[str, Callable[[int], object]] = {
    "status": lambda n: ("open", "solved", "closed", "hold")[n % 4],
    "priority": lambda n: "high",
    "reopens": lambda n: n % 3,
    "solved_at": lambda n: "2024-03-05 10:00" if n % 2 else "?",
}


def write(path: Path, key: str, moment: str, column: str, cell: Callable[[int], object]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([key, moment, column, "team", "filler"])
        for n in range(1, ROWS + 1):
            day = "soon" if n in BAD else "2024-03-01 10:00"
            writer.writerow([f"T{n % IDS}", day, cell(n), f"row {n}", "x" * 60])


def check(sq: CommandLine, path: Path, kind: str, columns: list[str], kpi: str) -> None:
    result = sq.load(path, *sq.words(kind, columns, "s"))
    (issue,) = [issue for issue in result["issues"] if issue["column"] == columns[1]]
    assert issue["first_rows"] == list(BAD)
    last = {f"row {n}" for n in range(ROWS - IDS + 1, ROWS + 1)} - {f"row {BAD[1]}"}
    rows = sq.kpi(kpi, "--by", "team")
    assert {row["team"] for row in rows} == last | {f"row {BAD[1] - IDS}"}


@pytest.mark.parametrize("column", list(CELLS))
def test_tickets(sq: CommandLine, column: str) -> None:
    path = sq.inbox / "large.csv"
    write(path, "ticket_id", "created_at", column, CELLS[column])
    check(sq, path, "tickets", ["ticket_id", "created_at", column, "team"], "ticket_volume")


def test_emails_with_yes_or_no(sq: CommandLine) -> None:
    path = sq.inbox / "large.csv"
    write(path, "email_id", "received_at", "replied", lambda n: "yes" if n % 2 else "no")
    check(sq, path, "emails", ["email_id", "received_at", "replied", "team"], "reply_rate")
