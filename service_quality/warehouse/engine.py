"""DuckDB itself: connections, what it raises, identifiers and rows. Only this folder knows it."""

from __future__ import annotations

import os
import re
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from service_quality.base.errors import DamagedError
from service_quality.base.language import _
from service_quality.warehouse import temporary

Row = dict[str, Any]
# Handed along by whoever reads or writes, so that nobody else needs to know the library.
Cursor: TypeAlias = duckdb.DuckDBPyConnection

# Whatever goes wrong in a statement; some of it has no class of its own.
FAILED = duckdb.Error
# And what is not the statement's fault: a full disk, or used-up memory.
NO_ROOM, NO_MEMORY = duckdb.IOException, duckdb.OutOfMemoryException

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # It turns a long `in` into a join, after which the rows of a large file are out of order.
    "disabled_optimizers": "in_clause",
    "max_temp_directory_size": "32GB",
}

# Left to itself DuckDB looks for words that come again, which takes a fifth of all storing.
PACKED_IDS = " using compression zstd"
STAGING = re.compile(r"\bstaging_[0-9a-f]+\b")
SHORT = 300  # characters of a statement that costs nothing to read
MOST_READ = 200  # statements, of up to 200 kB in memory each

_making = threading.Lock()  # two threads may read their first file at once


def quoted(name: str) -> str:
    """Return an identifier as SQL: quotes doubled, never a value."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text of our own as SQL, for the few statements that take no parameter."""
    return "'" + text.replace("'", "''") + "'"


def of_file(path: Path, read_only: bool = False) -> Cursor:
    """Open a file, making it where it does not exist."""
    try:
        spill = {"temp_directory": str(temporary.own(path.parent))}
    except OSError:  # a folder that can only be read
        spill = {}
    return duckdb.connect(str(path), read_only=read_only, config=CONFIG | spill)


def in_memory() -> Cursor:
    """Open a place in memory; what does not fit there lies among the temporary files."""
    spill = {"temp_directory": str(Path(tempfile.gettempdir()) / f"spill-{os.getpid()}")}
    return duckdb.connect(":memory:", config=CONFIG | spill)


def beside() -> str:
    """Return what is attached beside a warehouse for macros; tests have a file of them."""
    return "':memory:' as cells"


def share_macros(cursor: Cursor, macros: Callable[[], str]) -> None:
    """Give a cursor macros, without a trace in the warehouse; all calls have to give the same.

    To make them takes longer than to read a small file: they are made once, in a database in
    memory beside the cursor's own, which all cursors of this process see.
    """
    (own,) = cursor.execute("select current_catalog()").fetchall()[0]
    staging = _staging(cursor)
    also = f",{staging}.main" if staging else ""
    with _making:
        cursor.execute(f"attach if not exists {beside()}")
        made = "select 1 from duckdb_schemas() where schema_name = 'reading'"
        if not cursor.execute(made).fetchall():
            cursor.execute("begin; create schema cells.reading; use cells.reading")
            cursor.execute(macros())
            cursor.execute("commit")
    cursor.execute(f"set search_path = '{quoted(own)}.main,cells.reading{also}'")


@contextmanager
def packed(cursor: Cursor) -> Iterator[None]:
    """Have a cursor stage rows packed, in a file among the temporary ones, and not in memory.

    There they take five times the room: most of a large file would go to the disk and come back
    each time that it is looked at.
    """
    (spill,) = cursor.execute("select current_setting('temp_directory')").fetchall()[0]
    Path(spill).mkdir(parents=True, exist_ok=True)
    name = f"staging_{uuid.uuid4().hex}"
    path = Path(spill) / f"{name}.duckdb"
    try:
        cursor.execute(f"attach {literal(str(path))} as {name}")
    except NO_ROOM:  # who stages the rows will say so
        yield
        return
    (own,) = cursor.execute("select current_catalog()").fetchall()[0]
    cursor.execute(f"set search_path = '{quoted(own)}.main,{name}.main'")
    try:
        yield
    finally:
        with suppress(FAILED):  # of a database that has gone: the file goes all the same
            cursor.execute(f"set search_path = '{quoted(own)}.main'")
            cursor.execute(f"drop table if exists {name}.main.staged; detach {name}")
        path.unlink(missing_ok=True)


def _staging(cursor: Cursor) -> str:
    """Return the database in which a cursor stages packed rows; empty where it has none."""
    (path,) = cursor.execute("select current_setting('search_path')").fetchall()[0]
    found = STAGING.search(path)
    return found[0] if found else ""


def create(cursor: Cursor, name: str, select: str, packed_ids: str, parameters: Row) -> None:
    """Make a temporary table of a select, or a packed one: with the ids of this column by zstd."""
    staging = _staging(cursor)
    if not staging:
        cursor.execute(f"drop table if exists temp.{name}")
        cursor.execute(f"create temp table {name} as {select}", parameters)
        return
    columns = cursor.execute(f"describe {select}", parameters).fetchall()
    types = {column[0]: column[1] for column in columns}
    if packed_ids in types:
        types[packed_ids] += PACKED_IDS
    written = ", ".join(f"{quoted(column)} {kind}" for column, kind in types.items())
    cursor.execute(f"create or replace table {staging}.main.{name} ({written})")
    cursor.begin()
    try:
        cursor.execute(f"insert into {staging}.main.{name} {select}", parameters)
    except BaseException:
        cursor.rollback()
        raise
    try:
        cursor.commit()
    except duckdb.Error as error:  # a full disk is a failed transaction by now
        raise NO_ROOM(str(error)) from error


@contextmanager
def as_written(cursor: Cursor) -> Iterator[None]:
    """Run statements as they are written: for few rows it takes longer to think of a faster way."""
    cursor.execute("pragma disable_optimizer")
    try:
        yield
    finally:
        cursor.execute("pragma enable_optimizer")


def run(cursor: Cursor, sql: str, parameters: Mapping[str, object] | None = None) -> Cursor:
    """Run one statement, whose text DuckDB reads once a process.

    Pages ask the same again and again, and of 10 kB of SQL to read the text takes 10 ms.
    """
    statement = _read(sql) if len(sql) > SHORT else sql
    return cursor.execute(statement, dict(parameters or {}))


@lru_cache(MOST_READ)
def _read(sql: str) -> duckdb.Statement:
    (statement,) = duckdb.extract_statements(sql)
    return statement


def rows(cursor: Cursor, sql: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
    """Run a query on a cursor and return its rows as dicts."""
    result = run(cursor, sql, parameters)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, values, strict=True)) for values in result.fetchall()]


def rows_in(cursor: Cursor, path: Path, *, all_cells: bool = False) -> int:
    """Return how many rows a Parquet file has; with `all_cells` each is read, not only counted.

    DamagedError where the file is no Parquet file any more.
    """
    counted = "count(*)" + (", bit_xor(hash(t))" if all_cells else "")
    select = f"select {counted} from read_parquet($path) as t"
    try:
        return int(cursor.execute(select, {"path": str(path)}).fetchall()[0][0])
    except FAILED as error:
        text = _("The kept file {path} is damaged: {why}. Restore its folder from a backup.")
        why = str(error).splitlines()[0].rstrip(".")
        raise DamagedError(text.format(path=path, why=why)) from error
