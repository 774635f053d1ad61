"""What a process that is asked often keeps of a lake: a copy of its sums, registers and few rows.

Of each table that a statement names, DuckLake asks PostgreSQL: some 20 ms, which is more than a
question of sums takes otherwise. The copy is a database in memory beside the lake, whole in itself:
what is too large to be copied is a view there of the lake's table, as it was in the same state.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from service_quality.warehouse import schema
from service_quality.warehouse.engine import Cursor, quoted

if TYPE_CHECKING:
    from service_quality.warehouse.lake import Lake

Table = tuple[str, str]  # its schema and name

NAME = "mirror"
# Of a table that is copied, unless it is of sums, which nearly every question reads: to copy more
# after each publish takes longer than it spares.
MOST_ROWS = 50_000
BITS = ("main", "column_bits")


class Mirror:
    """The copy, of one state at a time. What is being read of an earlier one stays until the end.

    `own` is the lake's name in DuckDB.
    """

    def __init__(self, lake: Lake, own: str, connection: Cursor) -> None:
        self._lake, self._own = lake, own
        self._copying = threading.Lock()
        self._state = -1  # that was copied
        self._tables: dict[int, Table] = {}  # of it, by the lake's numbers
        self._copied: set[Table] = set()
        connection.execute(f"attach ':memory:' as {NAME}")
        for name in (schema.SUMS, schema.NAMED):
            connection.execute(f"create schema {NAME}.{name}")

    def cursor(self, connection: Cursor) -> Cursor:
        """Return a cursor to which a table's name is one of the copy."""
        return connection.cursor().execute(f"use {NAME}")

    def follow(self, connection: Cursor) -> None:
        """Copy what was changed in the lake since the last time, if anything was."""
        with self._copying:
            cursor = self._lake.cursor(connection)
            try:
                cursor.begin()
                state = self._lake.state(cursor)
                if state != self._state:
                    self._copy(cursor, state)
            finally:
                self._lake.leave(cursor)

    def _copy(self, cursor: Cursor, state: int) -> None:
        sizes = self._lake.tables(cursor, state)
        touched = self._lake.touched(cursor, self._state, state)
        tables = {number: table for number, (table, _rows) in sizes.items()}
        small = {t for t, rows in sizes.values() if t[0] == schema.SUMS or rows <= MOST_ROWS}
        large = set(tables.values()) - small
        same = {
            table
            for number, table in tables.items()
            if number not in touched and table == self._tables.get(number)
        } & (small & self._copied)

        cursor.execute(f"use {NAME}")
        for view in _views(cursor, NAME):
            cursor.execute(f"drop view {_named(view)}")
        for table in self._copied - same:
            cursor.execute(f"drop table {_named(table)}")
        for table in small - same:
            self._copy_table(cursor, table)
        for table in large:
            then = f"{self._own}.{_named(table)} at (version => {state})"
            cursor.execute(f"create view {_named(table)} as select *, rowid as rowid from {then}")
        for view, sql in _views(cursor, self._own).items():
            if view[0] != schema.NAMED:
                cursor.execute(f"create view {_named(view)} as {sql}")
        schema.name_rows(cursor, views={name for _schema, name in large})
        if BITS not in same:
            schema.name_bits(cursor)
        cursor.commit()
        self._state, self._tables, self._copied = state, tables, small

    def _copy_table(self, cursor: Cursor, table: Table) -> None:
        # Rows are told in the order in which they were written.
        order = "" if table[0] == schema.SUMS else " order by rowid"
        select = f"from {self._own}.{_named(table)}{order}"
        cursor.execute(f"create table {_named(table)} as {select}")


def _views(cursor: Cursor, of: str) -> dict[Table, str]:
    """Return the select of each view of a database."""
    found = cursor.execute(
        "select schema_name, view_name, sql from duckdb_views() where database_name = $of",
        {"of": of},
    )
    return {(schema, name): sql.partition(" AS ")[2] for schema, name, sql in found.fetchall()}


def _named(table: Table) -> str:
    return f"{table[0]}.{quoted(table[1])}"
