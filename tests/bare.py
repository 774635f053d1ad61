"""Rows put straight into a warehouse in memory, for tests of a single query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from service_quality.base.settings import Settings
from service_quality.definitions import kpis
from service_quality.definitions.datasets import dataset
from service_quality.measures.compose import compose
from service_quality.warehouse.connection import Warehouse

UPLOAD = {
    "upload_id": "u1",
    "position": 1,
    "uploaded_at": datetime(2026, 1, 15),
    "uploaded_by": "tester",
    "file": "export.csv",
    "status": "published",
    "content_hash": "",
    "words_hash": "",
    "header_hash": "",
    "words": "{}",
    "outcome": "{}",
    "rows_read": 0,
    "rows_accepted": 0,
    "rows_rejected": 0,
}


def memory(folder: Path) -> Warehouse:
    """Return an empty warehouse that no file holds."""
    return Warehouse.open(folder / "absent.duckdb", read_only=True)


def insert(warehouse: Warehouse, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows by their column names; what one of them lacks is null."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    sql = f"insert into {table} ({', '.join(names)}) values ({', '.join('?' * len(names))})"
    with warehouse.transaction() as cursor:
        if rows:
            cursor.executemany(sql, [[row.get(name) for name in names] for row in rows])


def mask(warehouse: Warehouse, kind: str, names: Iterable[str] | None = None) -> int:
    """Return the bits of a row whose upload mapped these columns, or all there are."""
    of = dataset(kind)
    (row,) = warehouse.rows(f"select {of.mask(of.by_name if names is None else names)} as bits")
    return int(row["bits"])


def fill(
    warehouse: Warehouse,
    kind: str,
    cases: Mapping[str, Mapping[str, Any]],
    *,
    observed_until: datetime | None = None,
    mapped: Iterable[str] | None = None,
    source: str = "test",
) -> None:
    """Store one row a case, the case's name as its topic; `mapped` says which columns were."""
    of = dataset(kind)
    bits = mask(warehouse, kind, of.by_name if mapped is None else mapped)
    common = {"source": source, "upload_id": "u1", "mapped": bits}
    insert(warehouse, kind, [{**common, "topic": case, **c} for case, c in cases.items()])
    observe(warehouse, kind, {source: observed_until})


def observe(warehouse: Warehouse, kind: str, ends: Mapping[str, datetime | None]) -> None:
    """Record one upload a source, with its end of observation."""
    about = [{"kind": kind, "source": s, "observed_until": until} for s, until in ends.items()]
    insert(
        warehouse,
        "uploads",
        [{**UPLOAD, **one, "upload_id": f"{kind}-{one['source']}"} for one in about],
    )


def kpi_rows(
    warehouse: Warehouse, kpi_id: str, settings: Settings | None = None
) -> dict[str, dict[str, Any]]:
    """Return what a KPI's select gives for each case; a case that comes twice is an error."""
    composed = compose(kpis.catalogue()[kpi_id], settings or Settings())
    found = warehouse.rows(*composed.query("select * from kpi_rows"))
    by_case = {row["topic"]: row for row in found}
    assert len(by_case) == len(found), "the select gives a stored row more than once"
    return by_case


def values_of(
    warehouse: Warehouse, kpi_id: str, settings: Settings | None = None
) -> dict[str, Any]:
    """Return a KPI's value for each case."""
    return {case: row["value"] for case, row in kpi_rows(warehouse, kpi_id, settings).items()}
