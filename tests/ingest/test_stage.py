"""The staged table: rows in the file's order, what could not be read beside, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from service_quality.base.errors import RefusedError, ServiceQualityError
from service_quality.ingest.prepare import prepare
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.stage import staged
from tests import bare
from tests.factories import NOW, write_csv

HEADER = "ticket_id,created_at,reopens\n"
WORDS = Instructions(kind="tickets")


def load(
    folder: Path, content: str | bytes, sql: str, words: Instructions = WORDS
) -> list[tuple[object]]:
    path = folder / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with bare.memory(folder).cursor() as cursor:
        prepare(cursor, path, words, NOW, "Europe/Paris")
        return cursor.execute(sql).fetchall()


def test_record_numbers_follow_the_file(tmp_path: Path) -> None:
    lines = "".join(f"T{n},2024-03-01,\n" for n in range(5000))
    found = load(tmp_path, HEADER + lines, "select rowid, ticket_id from staged order by rowid")
    assert found == [(n, f"T{n}") for n in range(5000)]


def test_cells_that_cannot_be_read_are_kept_beside(tmp_path: Path) -> None:
    text = HEADER + "1,2024-03-01,2\n2,soon,x\n3,2024-03-03,\n"
    found = load(tmp_path, text, "select ticket_id, created_at, reopens, unread from staged")
    assert found == [
        ("1", datetime(2024, 3, 1), 2, None),
        ("2", None, None, {"created_at": "soon", "reopens": "x"}),
        ("3", datetime(2024, 3, 3), None, None),
    ]


def test_a_row_with_cells_beyond_the_header_keeps_them_apart(tmp_path: Path) -> None:
    text = HEADER + "1,2024-03-01,2\n2,2024-03-02,3,4,5\n\n3,2024-03-03\n"
    sql = "select rowid, ticket_id, reopens, overflow from staged order by rowid"
    assert load(tmp_path, text, sql) == [
        (0, "1", 2, None),
        (1, "2", 3, "4 5"),
        (2, "3", None, None),
    ]


def test_a_cp1252_file_is_staged_whole(tmp_path: Path) -> None:
    text = "ticket_id,created_at,team\n1,2024-03-01,Équipe ’A’\n".encode("cp1252")
    assert load(tmp_path, text, "select team from staged") == [("Équipe ’A’",)]


def test_parquet_times_and_numbers_are_read_like_text(tmp_path: Path) -> None:
    path = tmp_path / "export.parquet"
    pl.DataFrame(
        {
            "ticket_id": [1, 2],
            "created_at": [datetime(2024, 3, 1, 10, 30, 15), None],
            "solved_at": pl.Series([datetime(2024, 3, 2, 9), None]).dt.replace_time_zone("UTC"),
            "reopens": [1.0, None],
        }
    ).write_parquet(path)
    with bare.memory(tmp_path).cursor() as cursor:
        prepare(cursor, path, WORDS, NOW, "Europe/Paris")
        found = cursor.execute(
            "select ticket_id, created_at, solved_at, reopens from staged order by rowid"
        ).fetchall()
    assert found == [
        ("1", datetime(2024, 3, 1, 10, 30, 15), datetime(2024, 3, 2, 10), 1),
        ("2", None, None, None),
    ]


@pytest.mark.parametrize("text", [HEADER, HEADER.rstrip()])
def test_a_header_without_rows_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RefusedError, match="a header and no rows"):
        load(tmp_path, text, "select 1")


def test_only_mapped_columns_are_staged(tmp_path: Path) -> None:
    text = "ticket_id,created_at,requester email\n1,2024-03-01,jane@example.org\n"
    assert "jane" not in repr(load(tmp_path, text, "from staged"))


def test_a_second_file_on_the_same_cursor_starts_anew(tmp_path: Path) -> None:
    rows = [{"ticket_id": n, "created_at": "2024-03-01"} for n in range(3)]
    paths = [write_csv(tmp_path / f"{n}.csv", rows[: n + 1]) for n in range(2)]
    with bare.memory(tmp_path).cursor() as cursor:
        counts = [prepare(cursor, p, WORDS, NOW, "Europe/Paris").staged.rows for p in paths]
        assert cursor.execute("select count(*) from staged").fetchall() == [(2,)]
    assert counts == [1, 2]


def test_where_there_is_no_room_the_file_is_not_blamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_words: object) -> Iterator[tuple[str, dict[str, object], int]]:
        yield "(from read_csv('there/is/no/such/file'))", {}, 0

    monkeypatch.setattr(staged, "relations", no_room)
    with pytest.raises(ServiceQualityError, match=r"could not be read.*Free some space") as told:
        load(tmp_path, HEADER + "1,2024-03-01,\n", "")
    assert not isinstance(told.value, RefusedError)


def test_plain_times_and_numbers_are_read_as_others_are(tmp_path: Path) -> None:
    cells = {
        "2024-03-01 10:00:00": datetime(2024, 3, 1, 10),
        " 2024-03-01 10:00:00 ": datetime(2024, 3, 1, 10),
        "2024-03-01 10:00+02": datetime(2024, 3, 1, 9),  # 19 signs too, and not plain
        "2024-03-01T10:00:00": datetime(2024, 3, 1, 10),
        "2024-3-1 1:2:3": datetime(2024, 3, 1, 1, 2, 3),
        "03/01/2024": None,
        "": None,
    }
    numbers = {"7": 7, "007": 7, "7.0": 7, "5.7": None, "1_000": None, " 8 ": 8, "": None}
    lines = "".join(f"T,{at},{n}\n" for at, n in zip(cells, numbers, strict=True))
    sql = "select created_at, reopens from staged order by rowid"
    assert load(tmp_path, HEADER + lines, sql) == list(
        zip(cells.values(), numbers.values(), strict=True)
    )


def test_of_thousands_of_columns_blank_rows_go_and_a_far_cell_keeps_its_row(tmp_path: Path) -> None:
    more = 1500
    header = "ticket_id,created_at," + ",".join(f"x{n}" for n in range(more)) + ",reopens\n"
    blanks = "," * (more + 2)
    rows = f"1,2024-03-01{blanks[1:]}2\n{blanks}\n{blanks}7\n2,2024-03-02{blanks[1:]}\n"
    found = load(tmp_path, header + rows, "select ticket_id, reopens from staged order by rowid")
    assert found == [("1", 2), (None, 7), ("2", None)]
