"""Rows set aside: given back with their own columns while the file is there, kept without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service_quality.ingest.stage.rejects import preview, rejected_rows
from service_quality.warehouse.engine import Cursor
from tests import bare
from tests.factories import Store, prepared, write_csv


@pytest.fixture
def cursor(tmp_path: Path) -> Iterator[Cursor]:
    with bare.memory(tmp_path).cursor() as cursor:
        yield cursor


def ticket(number: int, **cells: Any) -> dict[str, Any]:
    return {"ticket_id": number, "created_at": "2024-03-02", **cells}


def test_rejected_rows_come_with_their_own_columns_and_the_reasons(
    cursor: Cursor, tmp_path: Path
) -> None:
    rows = [
        {**ticket(n), "created_at": "x" if n == 1 else "2024-03-02", "Requester": f"person {n}"}
        for n in range(3)
    ]
    path = write_csv(tmp_path / "export.csv", rows)
    report = prepared(cursor, path, "tickets", ["ticket_id", "created_at"])
    headers, found = rejected_rows(cursor, report)
    assert headers == ["ticket_id", "created_at", "Requester", "record", "reasons"]
    ((*cells, record, reasons),) = found
    assert cells == ["1", "x", "person 1"]
    assert record == 2
    assert reasons.startswith("created_at: “x” (not_a_date; expected: ")


def test_the_preview_shows_rows_as_they_were_understood(cursor: Cursor, tmp_path: Path) -> None:
    rows = [ticket(n, reopens=f"{n}.0") for n in range(9)]
    path = write_csv(tmp_path / "export.csv", rows)
    report = prepared(cursor, path, "tickets", ["ticket_id", "created_at", "reopens"])
    shown = preview(cursor, report, limit=2)
    assert [(row["ticket_id"], row["reopens"]) for row in shown] == [("0", 0), ("1", 1)]


def test_what_is_kept_of_a_rejected_row_are_its_mapped_columns(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = [ticket(1), ticket(2, created_at="x", team="T", priority="high")]
    outcome = store.try_load("tickets", rows)
    assert (outcome.rows_accepted, outcome.rows_rejected) == (1, 1)
    (kept,) = store.answers.rejects(outcome.upload_id)
    assert kept["record"] == 2
    assert kept["reasons"] == ('[{"column":"created_at","rule":"not_a_date","cell":"x"}]')
    for part in ('"ticket_id":"2"', '"created_at":"x"', '"team":"T"'):
        assert part in kept["cells"]
    assert "high" not in kept["cells"]  # no KPI uses a priority: it is stored nowhere
