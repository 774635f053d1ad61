"""`export` writes what `kpi --json` prints."""

import csv
import io
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.cli.driving import CommandLine


@pytest.fixture
def waits(sq: CommandLine) -> CommandLine:
    """One team waits for eight days and 13:45, 12,345 minutes; no team for an hour."""
    rows = [
        ("1", "2025-01-01 00:00", "2025-01-09 13:45", "=Nord"),
        ("2", "2025-01-02 09:00", "2025-01-02 10:00", None),
    ]
    names = ("ticket_id", "created_at", "first_reply_at", "team")
    sq.load_rows("tickets", [dict(zip(names, row, strict=True)) for row in rows])
    return sq


def test_csv_has_the_rows_of_the_json(waits: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "waits.csv"
    asked = ("first_reply_time", "--by", "team")
    assert waits.run("export", *asked, "--out", out).code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_bytes().decode("utf-8-sig"))))
    printed = waits.run("kpi", *asked, "--json").json["rows"]
    assert list(rows[0]) == list(printed[0])
    assert [(row["team"], row["median"], row["n"]) for row in rows] == [
        ("'=Nord", "12345.0", "1"),  # a spreadsheet shall run nothing
        ("", "60.0", "1"),
    ]


def test_workbook_has_numbers(waits: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "waits.XLSX"
    assert waits.run("export", "first_reply_time", "--by", "team", "--out", out).code == 0
    head, *rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(row["team"], row["median"]) for row in found] == [("=Nord", 12345), ("", 60)]


def test_nothing_to_write_is_a_header(waits: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "none.csv"
    assert waits.run("export", "csat", "--by", "team", "--out", out).code == 0
    assert out.read_bytes().decode("utf-8-sig") == "team,value\r\n"


@pytest.mark.parametrize("name", ["waits.pdf", "waits", "nowhere/waits.csv", "."])
def test_a_file_that_cannot_be_is_wrong_usage(
    waits: CommandLine, tmp_path: Path, name: str
) -> None:
    ran = waits.run("export", "first_reply_time", "--out", tmp_path / name)
    assert ran.code == 2
    assert "--out" in ran.err
