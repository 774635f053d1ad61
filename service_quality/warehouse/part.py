"""A warehouse of a part of another's rows, for whoever may see no others.

It is a file of its own: what is asked of it, in whatever way, cannot reach the rest.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from service_quality.base.access import Only
from service_quality.definitions.datasets import Dataset, all_datasets
from service_quality.definitions.datasets.entities import ENTITIES
from service_quality.warehouse import schema, temporary
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Cursor, literal, quoted

TABLE = "seen"


@contextmanager
def made(warehouse: Warehouse, only: Only) -> Iterator[tuple[Warehouse, Path]]:
    """Give a new warehouse, and its file, with the rows that `only` lets through: to be summed."""
    path = temporary.own(warehouse.folder) / f"part-{uuid.uuid4().hex}.duckdb"
    part = Warehouse.open(path)
    try:
        with warehouse.snapshot() as now, now.cursor() as cursor, part.transaction() as target:
            _fill(cursor, target, only, path)
        yield part, path
    finally:
        part.close()


def held(path: Path) -> Warehouse:
    """Open such a file to be read; its place on the disk is free once it is let go of."""
    found = Warehouse.open(path, read_only=True)
    path.unlink()
    return found


def _fill(cursor: Cursor, target: Cursor, only: Only, path: Path) -> None:
    bits = cursor.execute("select kind, name, bit from column_bits").fetchall()
    schema.take_bits(target, bits)
    counts: dict[str, int] = {}
    for of in all_datasets().values():
        where, parameters = _condition(of, only)
        columns = ", ".join(map(quoted, schema.table_columns(of)))
        select = f"select {columns} from {schema.table(of.kind)} where {where}"
        select += f" order by {schema.place()}"
        _copy(cursor, target, schema.table(of.kind), select, parameters, path)
        counted = f"select upload_id, count(*) from {schema.table(of.kind)} group by 1"
        counts |= dict(target.execute(counted).fetchall())
    _copy_uploads(cursor, target, counts, path)
    version = cursor.execute("select data_version from meta").fetchall()[0][0]
    target.execute("update meta set data_version = $version", {"version": version})


def _copy(
    cursor: Cursor,
    target: Cursor,
    table: str,
    select: str,
    parameters: Mapping[str, object],
    path: Path,
) -> None:
    # By way of a file: the two do not know each other, and one may be open to be read alone.
    rows = path.with_suffix(".parquet")
    cursor.execute(f"create or replace temp table {TABLE} as {select}", dict(parameters))
    cursor.execute(f"copy {TABLE} to {literal(str(rows))} (format parquet)")
    cursor.execute(f"drop table {TABLE}")
    target.execute(f"insert into {table} by name from read_parquet({literal(str(rows))})")
    rows.unlink()


def _copy_uploads(cursor: Cursor, target: Cursor, counts: Mapping[str, int], path: Path) -> None:
    """Copy the lines of those uploads that have rows here; their counts are of these alone.

    What was set aside stays away, and what was said of the whole file.
    """
    select = (
        "select * replace ('{}' as words, '{}' as outcome, 0 as rows_rejected) from uploads"
        " where list_contains($known, upload_id) order by position"
    )
    _copy(cursor, target, "uploads", select, {"known": list(counts)}, path)
    for upload_id, n in counts.items():
        target.execute(
            "update uploads set rows_read = $n, rows_accepted = $n where upload_id = $id",
            {"n": n, "id": upload_id},
        )


def _condition(of: Dataset, only: Only) -> tuple[str, dict[str, object]]:
    """Return what is true of the rows that may be seen, and its parameters.

    Of a register that is also what binds everyone: a promise without a team.
    """
    columns = set(schema.table_columns(of))
    parameters: dict[str, object] = {}
    rules = []
    for number, rule in enumerate(only):
        parts = ["true"]
        for name, values in rule:
            key = f"{name}_{number}"
            parameters |= {key: list(values)} if name in columns else {}
            parts.append(_allows(name, key, columns, of.register))
            if of.kind == ENTITIES:  # nor do they learn what others are called
                parameters[key] = list(values)
                parts.append(f"(dimension <> '{name}' or list_contains(${key}, value))")
        rules.append(f"({' and '.join(parts)})")
    return " or ".join(rules) or "false", parameters


def _allows(name: str, key: str, columns: Collection[str], register: bool) -> str:
    if name not in columns:
        return "true" if register else "false"
    allowed = f"coalesce(list_contains(${key}, {quoted(name)}), false)"
    return f"({allowed} or {quoted(name)} is null)" if register else allowed
