"""A warehouse that several processes write to: DuckLake, its catalog in PostgreSQL.

The rows are Parquet files below the data folder, which all of them share; what they are is in
PostgreSQL. DuckDB reads and writes both, by two extensions.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from service_quality.base.errors import ConflictError, ServiceQualityError, UsageError
from service_quality.base.language import _
from service_quality.warehouse import engine, failures
from service_quality.warehouse.engine import Cursor, Row, literal
from service_quality.warehouse.mirror import Mirror, Table

FOLDER = "lake"  # of the rows
NAME = "lake"
CATALOG = f"__ducklake_metadata_{NAME}"  # as DuckLake calls it
SCHEMA = "service_quality"  # of the catalog's tables in PostgreSQL
EXTENSIONS = ("ducklake", "postgres_scanner")
# Rows of a statement up to which DuckLake writes them to PostgreSQL: none. What one transaction has
# written there and into files has the same row ids, and an update took the one for the other.
MOST_INLINED = 0
# How long files are left alone that are of no state any more, or of none yet.
SOMEONE_READS, UNFINISHED = "1 hour", "1 day"
CHANGED = re.compile(r":(\d+)")  # the table in `inserted_into_table:12,deleted_from_table:12`
CONFLICT = re.compile(r"conflict|could not serialize", re.IGNORECASE)
# Of PostgreSQL's end, the extension may say no more than which query it could not run, and DuckDB
# that there is no answer to fetch.
GONE = re.compile(
    r"postgres|connection|server closed|failed to execute query|unsuccessful query result",
    re.IGNORECASE,
)
# Of databases that DuckDB has given up, as it may where PostgreSQL ends in the middle of an answer.
_not_closed: list[Cursor] = []


@dataclass(frozen=True)
class Lake:
    """A catalog, as DuckLake and PostgreSQL name it, and the folder that is shared."""

    catalog: str
    folder: Path
    schema: str = SCHEMA
    shared = True

    def exists(self) -> bool:
        return True

    def connect(self, *, read_only: bool) -> Cursor:
        rows = self.folder.resolve() / FOLDER
        rows.mkdir(parents=True, exist_ok=True)
        connection = engine.in_memory()
        for extension in EXTENSIONS:
            _extend(connection, extension)
        connection.execute(
            f"attach {literal(f'ducklake:{self.catalog}')} as {NAME}"
            f" (data_path {literal(f'{rows}/')}, metadata_schema {literal(self.schema)},"
            f" data_inlining_row_limit {MOST_INLINED})"
        )
        return connection

    def cursor(self, connection: Cursor) -> Cursor:
        return connection.cursor().execute(f"use {NAME}")

    def state(self, cursor: Cursor) -> int:
        return int(cursor.execute(f"from {NAME}.current_snapshot()").fetchall()[0][0])

    def mirror(self, connection: Cursor) -> Mirror:
        return Mirror(self, NAME, connection)

    def tables(self, cursor: Cursor, state: int) -> dict[int, tuple[Table, int]]:
        """Return each table of a state by DuckLake's number, with how many rows it has about."""
        of = f"{CATALOG}.{self.schema}.ducklake"
        found = cursor.execute(
            "select table_id, schema_name, table_name, coalesce(record_count, 0)"
            f" from {of}_table as t inner join {of}_schema as s using (schema_id)"
            f" left join {of}_table_stats using (table_id)"
            " where t.begin_snapshot <= $state and coalesce(t.end_snapshot > $state, true)",
            {"state": state},
        )
        return {number: ((schema, name), rows) for number, schema, name, rows in found.fetchall()}

    def touched(self, cursor: Cursor, since: int, state: int) -> Container[int]:
        """Return the numbers of the tables that may have been changed between two states."""
        found = cursor.execute(
            f"select changes_made from {CATALOG}.{self.schema}.ducklake_snapshot_changes"
            " where snapshot_id > $since and snapshot_id <= $state",
            {"since": since, "state": state},
        ).fetchall()
        if len(found) < state - since:  # some were forgotten as the lake was packed
            return range(sys.maxsize)
        return {int(number) for (made,) in found for number in CHANGED.findall(made)}

    def leave(self, cursor: Cursor) -> None:
        """Close a cursor, with nothing under way: what cannot be undone would end the process."""
        try:
            cursor.rollback()
        except duckdb.FatalException:
            _not_closed.append(cursor)
            return
        except duckdb.Error:
            pass  # nothing was under way; or PostgreSQL has gone, and what was to be undone with it
        cursor.close()

    @contextmanager
    def alone(self, connection: Cursor, at: str, *, wait: bool = True) -> Iterator[bool]:
        """Hold a lock in PostgreSQL, which lets go of it where this process ends."""
        lock = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
        ask = f"select {lock}(hashtext({literal(f'{self.schema} {at}')}))::text"
        cursor = connection.cursor()
        try:
            yield self._answer(cursor, ask) != "false"
        finally:
            self.leave(cursor)

    def _answer(self, cursor: Cursor, ask: str) -> str:
        """Begin a transaction in which PostgreSQL answers."""
        try:
            cursor.begin()
            found = cursor.execute(f"from postgres_query('{CATALOG}', {literal(ask)})").fetchall()
        except duckdb.Error as error:
            raise self.cannot_write(error) from error
        return str(found[0][0])

    def pack(self, cursor: Cursor) -> Row:
        """Make few files of all rows, leave replaced ones out, forget old states, remove theirs.

        Nothing here looks back by them: an earlier version is made of the kept uploads. What
        someone may still be reading stays until the next time.
        """
        old, lost = (
            f"older_than => now() - interval {time}" for time in (SOMEONE_READS, UNFINISHED)
        )
        done = {
            name: cursor.execute(f"call ducklake_{call}").fetchall()
            for name, call in (
                # Into files, what earlier versions wrote to PostgreSQL.
                ("moved", f"flush_inlined_data('{NAME}')"),
                ("rewritten", f"rewrite_data_files('{NAME}')"),
                ("joined", f"merge_adjacent_files('{NAME}')"),
                ("states", f"expire_snapshots('{NAME}', {old})"),
                ("removed", f"cleanup_old_files('{NAME}', {old})"),
                ("unfinished", f"delete_orphaned_files('{NAME}', {lost})"),
            )
        }
        # Of these there is a line a table: with how many rows, or of how many files.
        of_tables = {n: sum(line[2] for line in done[n]) for n in ("moved", "rewritten", "joined")}
        return of_tables | {n: len(done[n]) for n in ("states", "removed", "unfinished")}

    def cannot_open(self, error: Exception) -> ServiceQualityError:
        return ServiceQualityError(
            _("The warehouse {place} cannot be opened: {error}").format(
                place=self.catalog, error=failures.first_line(error)
            )
        )

    def cannot_write(self, error: Exception) -> ServiceQualityError:
        if CONFLICT.search(str(error)):
            return ConflictError(
                _("Something else changed the warehouse meanwhile. Do it again: {error}").format(
                    error=failures.first_line(error)
                )
            )
        return ServiceQualityError(
            _(
                "The warehouse {place} cannot be reached, or not be written to: {error} Nothing was"
                " changed. Do it again once that is mended."
            ).format(place=self.catalog, error=failures.first_line(error))
        )

    def is_at_fault(self, error: Exception) -> bool:
        # Of an answer that PostgreSQL broke off, the extension may stumble over what it lacks.
        of_its_own = (duckdb.IOException, duckdb.TransactionException, duckdb.InternalException)
        return isinstance(error, of_its_own) or bool(GONE.search(str(error)))


def _extend(connection: Cursor, name: str) -> None:
    """Load an extension: from its wheel, or as DuckDB installed it. UsageError where it is not."""
    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    places = found.submodule_search_locations or () if found else ()
    wheels = [Path(place) / "extensions" / f"v{duckdb.__version__}" for place in places]
    files = [str(file) for wheel in wheels if (file := wheel / f"{name}.duckdb_extension").exists()]
    try:
        connection.load_extension(files[0] if files else name)
    except duckdb.Error as error:
        raise UsageError(
            _(
                "DuckDB {version} has no extension {name}. Install “service-quality[lake]”, which"
                " brings DuckDB 1.5.5 with its extensions; or, where the internet can be reached,"
                " have Python run “duckdb.install_extension('{name}')” once."
            ).format(version=duckdb.__version__, name=name)
        ) from error
