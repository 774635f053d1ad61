"""The warehouse's tables: how a statement names them and their rows, their columns and bits."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence

import duckdb

from service_quality.base.dimensions import DIMENSIONS
from service_quality.definitions import queries
from service_quality.definitions.datasets import Dataset, all_datasets
from service_quality.definitions.datasets.base import SQL_TYPES
from service_quality.warehouse.engine import PACKED_IDS, Cursor, Row, literal, quoted, run

# Instead of the sums' version: the rows were written when a column had its bit by its place.
OLDER_ROWS = "to be folded anew"
SUMS, NAMED = "rollup", "named"
FORM = "2"  # of the views and macros; another makes them anew


def table(name: str) -> str:
    """Return how a statement names the table of a kind or register, whatever else is called so."""
    return f"main.{name}"


def rows(name: str) -> str:
    """Return how a statement names the rows of a kind as figures see them.

    Each entity has one spelling there, and `row_no` is where a row stands in its table.
    """
    return f"{NAMED}.{name}"


def sums(name: str) -> str:
    """Return how a statement names a table of sums."""
    return f"{SUMS}.{quoted(name)}"


def all_sums(cursor: Cursor) -> dict[str, list[str]]:
    """Return the tables of sums that there are, as statements name them, each with its columns."""
    return dict(cursor.execute("select name, columns from summed").fetchall())


def make_sums(
    cursor: Cursor, table: str, columns: Sequence[str], select: str, parameters: Row
) -> None:
    """Make a table of sums of a select, in place of an earlier one.

    The rows of a brand lie together: of those of all others, DuckDB then skips whole blocks.
    """
    order = "".join(f" order by {name}" for name in DIMENSIONS[:1] if name in columns)
    run(cursor, f"create or replace table {table} as {select}{order}", parameters)
    if all_sums(cursor).get(table) != list(columns):
        _note_sums(cursor, {table: columns})


def drop_sums(cursor: Cursor, table: str) -> None:
    """Remove a table of sums."""
    cursor.execute(f"drop table {table}")
    cursor.execute("delete from summed where name = $name", {"name": table})


def _note_sums(cursor: Cursor, columns: Mapping[str, Sequence[str]]) -> None:
    """Note tables of sums, each with its columns.

    DuckDB tells them too, but to look there takes a new process longer than most questions.
    """
    for table, names in columns.items():
        cursor.execute("delete from summed where name = $name", {"name": table})
        sums_of = {"name": table, "columns": list(names)}
        cursor.execute("insert into summed values ($name, $columns)", sums_of)


def _note_all_sums(connection: Cursor) -> None:
    """Note the tables of sums of a warehouse whose last writer may have noted none."""
    found = connection.execute(
        "select table_name, list(column_name order by column_index) from duckdb_columns()"
        " where schema_name = $sums and database_name = current_database() group by table_name",
        {"sums": SUMS},
    ).fetchall()
    connection.execute("delete from summed")
    _note_sums(connection, {sums(name): columns for name, columns in found})


def is_temporary(cursor: Cursor, name: str) -> bool:
    """Whether this cursor has a temporary table of that name."""
    sql = "select 1 from duckdb_tables() where temporary and table_name = $name"
    return bool(cursor.execute(sql, {"name": name}).fetchall())


def place(row: str = "") -> str:
    """Return the SQL of where a row stands in its table, counted from 0 in the order of writing.

    `row` is its alias with a dot. It is a row's own until the transaction ends; once that has
    changed rows, only where `places_stay`.
    """
    return f"{row}rowid"


def places_stay(cursor: Cursor) -> bool:
    """Whether a row is still found by its place once its transaction has changed other rows.

    In a lake it is not: one that the transaction has written can have the place of another.
    """
    sql = "select type from duckdb_databases() where database_name = current_database()"
    return cursor.execute(sql).fetchall() == [("duckdb",)]


def record(row: str = "") -> str:
    """Return the SQL of the record number of a staged row: that of the file's first is 1."""
    return f"{place(row)} + 1"


def make(connection: Cursor, new: bool = False, *, shared: bool = False) -> None:
    """Make the tables that are not there, and give older ones the columns that are new.

    A new file is not asked what it holds: to look for what is not there takes DuckDB long.
    Those of a lake, which is `shared`, cannot say how ids are packed, and have each had a row.
    """
    if not new and not is_older(connection):
        return
    if not new and _has_rows_without_names(connection):
        connection.execute(f"update meta set rollup_version = '{OLDER_ROWS}'")
    connection.begin()
    connection.execute(queries.load("schema/warehouse").sql)
    for of in all_datasets().values():
        types = table_columns(of)
        if not shared and of.id_column:
            types[of.id_column] += PACKED_IDS
        columns = ", ".join(f"{quoted(name)} {sql}" for name, sql in types.items())
        connection.execute(f"create table if not exists {table(of.kind)} ({columns})")
    if not new:
        _add_columns(connection)
        _note_all_sums(connection)
    _give_bits(connection)
    name_rows(connection)
    if shared:
        _have_had_rows(connection)
    connection.execute("update meta set made_of = $made_of", {"made_of": _made_of()})
    connection.commit()


def _have_had_rows(connection: Cursor) -> None:
    """Write a row to each empty table and remove it, in two transactions.

    Of a table that never had one, DuckLake asks PostgreSQL for statistics again and again: it took
    five times as long to read as one that is empty by now. Until the second transaction says what
    the tables are made of, nobody takes them for made; who crashed between them begins again.
    """
    for kind in all_datasets():
        new = f"insert into {table(kind)} (source) select '' where not exists (from {table(kind)})"
        connection.execute(new)
    connection.commit()
    connection.begin()
    for kind in all_datasets():
        connection.execute(f"delete from {table(kind)} where upload_id is null")


def _add_columns(connection: Cursor) -> None:
    there = "select table_name, column_name from duckdb_columns() where schema_name = 'main'"
    found = set(connection.execute(there).fetchall())
    for of in all_datasets().values():
        for name, sql in table_columns(of).items():
            if (of.kind, name) not in found:
                column = f"{quoted(name)} {sql}"
                connection.execute(f"alter table {table(of.kind)} add column {column}")


def is_older(connection: Cursor) -> bool:
    """Whether a file was made by a version with other tables, columns or bits, or has none yet."""
    try:
        return connection.execute("select made_of from meta").fetchall() != [(_made_of(),)]
    except (duckdb.CatalogException, duckdb.BinderException):  # no such table, or no such column
        return True


def _made_of() -> str:
    parts = [FORM, queries.load("schema/warehouse").sql]
    parts += [
        f"{kind} {table_columns(of)} {list(of.by_name)}" for kind, of in all_datasets().items()
    ]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def table_columns(dataset: Dataset) -> dict[str, str]:
    """Return the columns of a dataset's table with their SQL types.

    Beside the dataset's own: `source`, the upload that last wrote the row, and `mapped`, the
    bits of the columns that any of its uploads mapped. `notes` are what cells say beside their
    values, such as `solved_at:unknown` of one that could not be read.
    """
    own = {column.name: SQL_TYPES[column.kind] for column in dataset.stored}
    return {
        "source": "varchar",
        **own,
        "upload_id": "varchar",
        "mapped": "ubigint",
        "notes": "varchar",
    }


def spelled(cursor: Cursor) -> dict[tuple[str, str], str]:
    """Return the entity of each value of a dimension that is another spelling of one."""
    found = cursor.execute("select dimension, value, entity from spellings").fetchall()
    return {(dimension, value): entity for dimension, value, entity in found}


def spell(cursor: Cursor, spellings: Mapping[tuple[str, str], str]) -> bool:
    """Say which values of dimensions are another entity; return whether that is new."""
    if spelled(cursor) == spellings:
        return False
    cursor.execute("delete from spellings")
    for (dimension, value), entity in spellings.items():
        about = {"dimension": dimension, "value": value, "entity": entity}
        cursor.execute("insert into spellings values ($dimension, $value, $entity)", about)
    name_rows(cursor)
    return True


def name_rows(cursor: Cursor, views: Collection[str] = ()) -> None:
    """Make the views of `rows`; a dimension without other spellings costs them nothing.

    Where a kind is no table but itself one of `views`, it has a column of where a row stands.
    """
    found = cursor.execute("select distinct dimension from spellings").fetchall()
    spelled = {dimension for (dimension,) in found}
    for of in all_datasets().values():
        ours = [name for name in DIMENSIONS if name in spelled and name in of.by_name]
        entities = ", ".join(f"coalesce(of_{n}.entity, t.{n}) as {n}" for n in ours)
        joins = "".join(
            f" left join spellings as of_{n} on of_{n}.dimension = '{n}' and of_{n}.value = t.{n}"
            for n in ours
        )
        left = " exclude (rowid)" if of.kind in views else ""
        columns = f"t.*{left}{f' replace ({entities})' if ours else ''}, {place('t.')} as row_no"
        select = f"select {columns} from {table(of.kind)} as t{joins}"
        cursor.execute(f"create or replace view {rows(of.kind)} as {select}")


def _has_rows_without_names(connection: Cursor) -> bool:
    found = connection.execute("select table_name from duckdb_tables()").fetchall()
    names = {name for (name,) in found}
    if "uploads" not in names or "column_bits" in names:
        return False
    return bool(connection.execute("select 1 from uploads limit 1").fetchall())


def _give_bits(connection: Cursor) -> None:
    """Give each column that has none the next free bit of its kind, and each kind a macro of them.

    A macro is constant where it is used, so that a row costs one `&`. It is a struct, for a case
    of as many columns would cost a small query a fifth of its time, and one macro for all kinds
    more than all the rest of it.
    """
    bits = _bits(connection)
    known = len(bits)
    for kind, of in all_datasets().items():
        for name in of.by_name:
            free = 1 + max(
                (bit for (other, _name), bit in bits.items() if other == kind), default=-1
            )
            bits.setdefault((kind, name), free)
    new = [(*column, bit) for column, bit in bits.items()][known:]
    _write_bits(connection, new)


def take_bits(connection: Cursor, known: Sequence[tuple[str, str, int]]) -> None:
    """Have each column stand for the bit that it has in another warehouse, to take rows of it."""
    connection.execute("truncate column_bits")
    _write_bits(connection, known)


def _bits(cursor: Cursor) -> dict[tuple[str, str], int]:
    found = cursor.execute("select kind, name, bit from column_bits").fetchall()
    return {(kind, name): int(bit) for kind, name, bit in found}


def _write_bits(connection: Cursor, new: Sequence[tuple[str, str, int]]) -> None:
    if new:
        kinds, names, places = (list(values) for values in zip(*new, strict=True))
        connection.execute(
            "insert into column_bits select unnest($kinds), unnest($names), unnest($bits)",
            {"kinds": kinds, "names": names, "bits": places},
        )
    name_bits(connection)


def name_bits(connection: Cursor) -> None:
    """Make each kind's macro of its columns' bits."""
    bits = _bits(connection)
    for kind in all_datasets():
        own = {name: 1 << bit for (of, name), bit in bits.items() if of == kind}
        bit_of = ", ".join(f"{literal(name)}: {bit}" for name, bit in own.items())
        bit = f"cast(struct_extract({{{bit_of}}}, name) as ubigint)"
        connection.execute(f"create or replace macro {kind}_bit(name) as {bit}")
