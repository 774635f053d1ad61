"""Looks at whole columns of a file before its rows are read: only where a sample leaves a doubt."""

from __future__ import annotations

from typing import Any

from service_quality.ingest.read.table import Table, relations
from service_quality.warehouse.engine import FAILED, Cursor


def scan(
    cursor: Cursor, table: Table, select: str, more: dict[str, object] | None = None
) -> list[tuple[Any, ...]]:
    """Return the rows of `select … from {file}` over the table's cells c0, c1, ….

    No rows where no way of reading the file works: whoever reads it next will say so.
    """
    for relation, parameters, _extra in relations(table):
        try:
            return cursor.execute(
                select.replace("{file}", relation), {**parameters, **(more or {})}
            ).fetchall()
        except FAILED:
            continue
    return []


def counts(cursor: Cursor, table: Table, at: int, limit: int) -> dict[str, int] | None:
    """Return how often each text stands in a column; None where there are more than `limit`."""
    found = scan(
        cursor,
        table,
        f"select read_text(c{at}) as cell, count(*) as n from {{file}} where cell is not null"
        f" group by all order by n desc, cell limit {limit + 1:d}",
    )
    return None if len(found) > limit else dict(found)
