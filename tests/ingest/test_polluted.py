"""However a table was spoilt, its header and rows are read; each variant on its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_quality.ingest.read import copies, text
from service_quality.ingest.read.table import open_table, rows_of
from tests.ingest import polluted

SMALL = list(polluted.every(polluted.table()))
LONG = polluted.table(400)
LARGE = [
    *polluted.files(LONG),
    *polluted.around(LONG),
    *polluted.several(LONG),
    *polluted.both(LONG),
    *(v for at in (2, 201, 399) for v in polluted.one_row(LONG, at)),
]


def read(folder: Path, variant: polluted.Variant) -> list[list[str]]:
    path = folder / "export.csv"
    path.write_text(variant.text, encoding="utf-8", newline="")
    table = open_table(path)
    return [list(table.headers), *([cell or "" for cell in row] for row in rows_of(table))]


def alike(rows: list[list[str]]) -> list[list[str]]:
    """Header quotes do not count, nor which line end stands in a cell."""
    head = [name.strip("\"'") for name in rows[0]]
    return [
        head,
        *([cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in rows[1:]),
    ]


@pytest.mark.parametrize("variant", SMALL, ids=lambda v: v.name)
def test_a_small_file(tmp_path: Path, variant: polluted.Variant) -> None:
    assert alike(read(tmp_path, variant)) == alike(variant.table)


@pytest.mark.parametrize("variant", LARGE, ids=lambda v: v.name)
def test_a_file_of_which_only_head_and_tail_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variant: polluted.Variant
) -> None:
    monkeypatch.setattr(text, "HEAD_BYTES", 4096)
    monkeypatch.setattr(copies, "TAIL_BYTES", 2048)
    assert alike(read(tmp_path, variant)) == alike(variant.table)


def test_rows_spoilt_in_spoilt_files_score_nearly_all_points(tmp_path: Path) -> None:
    variants = list(polluted.pairs(polluted.table()))[::9]
    scores = [polluted.score(alike(v.table), alike(read(tmp_path, v))) for v in variants]
    assert len(scores) > 100
    assert sum(scores) / len(scores) >= 9.97
