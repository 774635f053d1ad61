"""A large text is cut between records only; its parts give the rows that the whole gives."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from service_quality.ingest.read import parts as room
from service_quality.ingest.read.cells import Dialect
from service_quality.ingest.read.parts import parts
from service_quality.ingest.read.table import open_table, rows_of

COLUMNS = "id;day;team;comment"


def record(number: int, dice: random.Random) -> str:
    comment = dice.choice(["", "fine", '"said ""soon"""', '"two\nlines; and\n\nmore"', '"a;b"'])
    line = f"{number};2024-03-01;north;{comment}"
    return line.rsplit(";", 2)[0] if number % 97 == 5 else line


def export(path: Path, rows: int, above: str = "") -> Path:
    dice = random.Random(rows)
    lines = [COLUMNS, *(record(number, dice) for number in range(rows))]
    path.write_text(above + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LARGE", 1000)
    monkeypatch.setattr(room.os, "cpu_count", lambda: 3)


@pytest.mark.parametrize("rows", [100, 101, 102, 5000, 40_000])
def test_the_parts_are_the_file_cut_where_a_record_begins(tmp_path: Path, rows: int) -> None:
    path = export(tmp_path / "t.csv", rows, "Tickets\n\n")
    found = parts(path, 3, Dialect(";"), 4, tmp_path)
    texts = [part.read_text(encoding="utf-8") for part in found]
    assert len(texts) == 3
    assert "".join(texts) == path.read_text(encoding="utf-8").split(COLUMNS + "\n")[1]
    assert all(text.split(";")[0].isdigit() for text in texts)


def test_a_large_file_gives_the_rows_of_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export(tmp_path / "t.csv", 40_000, "Tickets\n\n")
    cut = list(rows_of(open_table(path)))
    monkeypatch.setattr(room, "LARGE", 1 << 40)
    assert cut == list(rows_of(open_table(path)))
    assert [row[0] for row in cut] == [str(number) for number in range(40_000)]


@pytest.mark.parametrize(
    "way", [Dialect(";", '"', "\\"), Dialect(";", '"', '"', wrapped=True)], ids=["\\", "wrapped"]
)
def test_what_duckdb_reads_in_another_way_is_left_whole(tmp_path: Path, way: Dialect) -> None:
    assert parts(export(tmp_path / "t.csv", 5000), 1, way, 4, tmp_path) == []


def test_a_stray_quote_before_the_cut_leaves_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    lines = [f'{n};2024-03-01;north;"one\ntwo\nthree\nfour"' for n in range(2000)]
    path.write_text("\n".join([COLUMNS, '0;2024-03-01;5" pipe;x', *lines, ""]), encoding="utf-8")
    assert parts(path, 1, Dialect(";"), 4, tmp_path) == []


def test_a_file_of_one_line_end_too_few_is_left_whole(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"\r".join([COLUMNS.encode(), *[b"1;2024-03-01;north;x"] * 2000]))
    assert parts(path, 1, Dialect(";"), 4, tmp_path) == []
