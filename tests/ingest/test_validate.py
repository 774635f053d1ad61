"""The report: what is wrong, in how many rows, where first, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from service_quality.ingest.prepare import Prepared
from service_quality.ingest.stage import checks
from service_quality.ingest.stage.issues import Issue
from service_quality.warehouse.engine import Cursor
from tests import bare
from tests.factories import prepared, write_csv


@pytest.fixture
def cursor(tmp_path: Path) -> Iterator[Cursor]:
    with bare.memory(tmp_path).cursor() as cursor:
        yield cursor


def check(cursor: Cursor, folder: Path, kind: str, rows: list[dict[str, Any]]) -> Prepared:
    path = write_csv(folder / "export.csv", rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return prepared(cursor, path, kind, columns)


def ticket(number: int | str, **cells: Any) -> dict[str, Any]:
    return {"ticket_id": number, "created_at": "2024-03-02", **cells}


def by_rule(report: Prepared) -> dict[str, Issue]:
    return {issue.rule: issue for issue in report.issues}


def test_an_issue_counts_its_rows_and_shows_the_first_five(cursor: Cursor, tmp_path: Path) -> None:
    rows = [ticket(n, solved_at="2024-03-01 08:30" if n % 2 else None) for n in range(14)]
    report = check(cursor, tmp_path, "tickets", rows)
    assert (report.rejected, report.accepted) == (0, 14)
    (issue,) = report.issues
    assert (issue.column, issue.rule, issue.rows) == ("solved_at", "solved_before_created", 7)
    assert issue.first_rows == (2, 4, 6, 8, 10)
    assert issue.example == "2024-03-01 08:30:00"
    assert "after the ticket was created" in issue.expected
    assert issue.remedy
    assert issue.emptied
    assert not issue.rejects


def test_one_row_with_two_faults_is_one_rejected_row(cursor: Cursor, tmp_path: Path) -> None:
    report = check(cursor, tmp_path, "tickets", [ticket(1), ticket("", solved_at="x", reopens=-1)])
    assert report.rejected == 1
    assert {rule: issue.rows for rule, issue in by_rule(report).items()} == {
        "missing": 1,
        "not_a_date": 1,
        "out_of_range": 1,
    }
    assert all(issue.rejects for issue in report.issues)


def test_a_fault_in_a_cell_that_is_not_needed_costs_the_cell(
    cursor: Cursor, tmp_path: Path
) -> None:
    report = check(cursor, tmp_path, "tickets", [ticket(1), ticket(2, solved_at="x", reopens=-1)])
    assert report.rejected == 0
    assert {rule: issue.emptied for rule, issue in by_rule(report).items()} == {
        "not_a_date": True,
        "out_of_range": True,
    }
    found = cursor.execute("select solved_at, reopens, notes from staged order by rowid").fetchall()
    assert found[1] == (None, None, " created_at:day reopens:unknown solved_at:unknown ")


def test_an_unread_cell_is_not_missing_too(cursor: Cursor, tmp_path: Path) -> None:
    report = check(cursor, tmp_path, "tickets", [ticket(1), {"ticket_id": 2, "created_at": "x"}])
    assert set(by_rule(report)) == {"not_a_date"}
    assert by_rule(report)["not_a_date"].example == "x"


def test_a_cell_that_says_nothing_is_a_notice_and_no_reject(cursor: Cursor, tmp_path: Path) -> None:
    report = check(cursor, tmp_path, "tickets", [ticket(1, solved_at="?"), ticket(2)])
    assert report.rejected == 0
    issue = by_rule(report)["read_as_empty"]
    assert (issue.rows, issue.rejects, issue.example) == (1, False, "?")


@pytest.mark.parametrize(
    "cell",
    [
        *("n.v.t.", "geen", "no aplica", "ninguno", "s/d", "não se aplica", "sem data", "nunca"),
        *("non applicabile", "n.d.", "nessuno", "aucune", "Néant", "keine", "not set", "Never"),
    ],
)
def test_a_time_that_says_never_is_empty(cursor: Cursor, tmp_path: Path, cell: str) -> None:
    rows = [ticket(1, solved_at=cell), ticket(2)]
    assert set(by_rule(check(cursor, tmp_path, "tickets", rows))) == {"read_as_empty"}


def test_an_unknown_time_is_not_one_that_never_was(cursor: Cursor, tmp_path: Path) -> None:
    report = check(cursor, tmp_path, "tickets", [ticket(1, solved_at="unknown"), ticket(2)])
    assert set(by_rule(report)) == {"not_a_date"}


def test_a_satisfaction_without_its_scale_is_a_notice(cursor: Cursor, tmp_path: Path) -> None:
    rows = [{"response_id": n, "answered_at": "2024-03-01", "csat": 5} for n in range(3)]
    report = check(cursor, tmp_path, "surveys", rows)
    issue = by_rule(report)["scale_not_stated"]
    assert (report.rejected, issue.column, issue.rows, issue.rejects) == (0, "csat_scale", 3, False)


def test_issues_of_all_batches_are_found(
    cursor: Cursor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "BATCH_ROWS", 100)
    rows = [ticket(n, reopens=-1 if n in (0, 4999) else 0) for n in range(5000)]
    issue = by_rule(check(cursor, tmp_path, "tickets", rows))["out_of_range"]
    assert issue.first_rows == (1, 5000)
    assert issue.expected.endswith("at least 0")


def test_every_rule_has_words_for_what_was_expected(cursor: Cursor, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"email_id": 1, "received_at": "2024-03-01", "quality_mark": 101},
        {"email_id": 2, "received_at": "2030-03-01", "quality_mark": "x"},
        {"email_id": 3, "received_at": "1970-05-01", "quality_mark": 5},
        {"email_id": None, "received_at": "2024-03-01", "quality_mark": 5},
    ]
    report = check(cursor, tmp_path, "emails", rows)
    assert {rule: issue.expected for rule, issue in by_rule(report).items()} == {
        "out_of_range": "a number from 0 to 100",
        "later_than_upload": "a time before the upload",
        "not_a_number": "a number",
        "too_early": "a date since 1980",
        "missing": "a value",
    }


def test_only_rows_that_break_a_rule_are_handed_to_pandera(
    cursor: Cursor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[int] = []
    broken = checks._broken

    def counting(frame: pl.DataFrame, *of: Any) -> list[Any]:
        handed.append(frame.height)
        return broken(frame, *of)

    monkeypatch.setattr(checks, "_broken", counting)
    assert check(cursor, tmp_path, "tickets", [ticket(1), ticket(2, reopens=None)]).rejected == 0
    assert not handed
    report = check(cursor, tmp_path, "tickets", [ticket(1), ticket(2, reopens=-1), ticket("")])
    assert handed == [2]
    assert {rule: i.first_rows for rule, i in by_rule(report).items()} == {
        "missing": (3,),
        "out_of_range": (2,),
    }


def test_bad_rows_are_handed_to_pandera_in_frames_and_keep_their_numbers(
    cursor: Cursor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "BATCH_ROWS", 1)
    rows = [ticket(n, reopens=-1 if n % 2 else 0) for n in range(1, 6)]
    (issue,) = check(cursor, tmp_path, "tickets", rows).issues
    assert (issue.rule, issue.first_rows) == ("out_of_range", (1, 3, 5))


@pytest.mark.parametrize("year", ["FY24", "2024", "2023/24", "FY 2024"])
def test_a_year_where_a_month_is_expected_is_set_aside_with_its_own_reason(
    cursor: Cursor, tmp_path: Path, year: str
) -> None:
    rows = [
        {"month": month, "kpi": "Calls", "due": 10, "kept": 9} for month in ("2024-01", "2024-02")
    ]
    report = check(cursor, tmp_path, "totals", [*rows, rows[0] | {"month": year}])
    (issue,) = report.issues
    assert (issue.rule, issue.first_rows, issue.rejects) == ("a_year", (3,), True)
    assert "a year alone" in issue.expected
    assert "one row a month" in issue.remedy


def test_a_band_that_cannot_be_read_is_not_missing_as_well(cursor: Cursor, tmp_path: Path) -> None:
    of = {"publisher": "P", "year": 2024}
    rows = [of | {"brand": "A", "rank": "1"}, of | {"brand": "B", "rank": "101 zzz 150"}]
    (issue,) = check(cursor, tmp_path, "rankings", rows).issues
    assert (issue.rule, issue.first_rows, issue.example) == (
        "not_a_whole_number",
        (2,),
        "101 zzz 150",
    )
