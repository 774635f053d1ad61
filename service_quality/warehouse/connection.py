"""The DuckDB file: connections, named queries, tables of the datasets, and the data version."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import duckdb

from service_quality.base.errors import DamagedError, NoMemoryError
from service_quality.base.language import _
from service_quality.definitions import queries
from service_quality.definitions.datasets import Dataset, all_datasets
from service_quality.definitions.datasets.base import SQL_TYPES
from service_quality.warehouse import failures, temporary

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE_NAME = "warehouse.duckdb"
Row = dict[str, Any]
Done = TypeVar("Done")
# Handed along by whoever reads or writes, so that only this module needs to know the library.
Cursor: TypeAlias = duckdb.DuckDBPyConnection

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # It turns a long `in` into a join, after which the rows of a large file are out of order.
    "disabled_optimizers": "in_clause",
    "max_temp_directory_size": "32GB",
}
# To begin with: what does not fit lies on disk, and loading ten million rows takes little longer.
MEGABYTES_A_THREAD = 300
PART_OF_MEMORY = 0.6
# Instead of the sums' version: the rows were written when a column had its bit by its place.
OLDER_ROWS = "to be folded anew"


def quoted(name: str) -> str:
    """Return an identifier as SQL: quotes doubled, never a value."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text of our own as SQL, for the few statements that take no parameter."""
    return "'" + text.replace("'", "''") + "'"


class Warehouse:
    """One process's hold on a warehouse file; every call has a cursor of its own.

    A connection shared by threads can hand one thread another's rows, so nothing here keeps a
    cursor. `writing` serialises publishes; readers see the state before or after one.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._connection = connection
        self.folder = folder
        self.writing = threading.RLock()
        self._setting = threading.Lock()
        self._megabytes = 0  # that DuckDB may take; 0 where it takes what it wants
        self.path = folder / FILE_NAME  # for sentences
        self._path: Path | None = None  # to be opened again
        self._given_up = False  # by DuckDB, until the file is opened again
        self.openings = 1  # what was read under an earlier one was perhaps never committed

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Warehouse:
        """Open `path`, making it where it does not exist; an absent one is empty to readers.

        Raises WarehouseInUseError, naming the holder, when another process has it.
        """
        if read_only and not path.exists():
            return cls._prepared(_in_memory(), path.parent)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = _of_file(path, read_only)
            if read_only and _is_older(connection):
                connection.close()
                cls.open(path).close()
                connection = _of_file(path, read_only)
        except (duckdb.Error, OSError) as error:
            raise failures.cannot_open(path, error) from error
        try:
            warehouse = cls._prepared(connection, path.parent, create=not read_only)
        except duckdb.Error as error:
            connection.close()
            raise failures.cannot_write(path, error) from error
        warehouse.path = path
        warehouse._path = None if read_only else path
        return warehouse

    @classmethod
    def scratch(cls) -> Warehouse:
        """Return a place in memory without tables, to read a file that is not published."""
        return cls._prepared(_in_memory(), Path(), create=False)

    @classmethod
    def _prepared(
        cls, connection: duckdb.DuckDBPyConnection, folder: Path, *, create: bool = True
    ) -> Warehouse:
        warehouse = cls(connection, folder)
        warehouse._settle()
        if create:
            (threads,) = connection.execute("select current_setting('threads')").fetchall()[0]
            warehouse._may_take(MEGABYTES_A_THREAD * int(threads))
            rows_without_names = _has_rows_without_names(connection)
            connection.execute(queries.load("schema/warehouse").sql)
            for dataset in all_datasets().values():
                connection.execute(table_ddl(dataset))
                for statement in new_columns_ddl(dataset):
                    connection.execute(statement)
            _give_bits(connection)
            if rows_without_names:
                connection.execute(f"update meta set rollup_version = '{OLDER_ROWS}'")
        return warehouse

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _settle(self) -> None:
        self._connection.execute("set enable_progress_bar = false")
        self._connection.execute("set timezone = 'UTC'")
        if self._megabytes:
            self._connection.execute(f"set memory_limit = '{self._megabytes}MB'")

    def _open_again(self) -> None:
        """Open the file anew: after a disk that was full at a checkpoint, DuckDB wants that.

        While other threads still have cursors of before it cannot be done; the next call tries.
        """
        with self._setting:
            if not self._given_up or self._path is None:
                return
            self._connection.close()
            try:
                self._connection = _of_file(self._path)
                self._settle()
            except duckdb.FatalException as error:
                raise failures.cannot_write(self._path, error) from error
            except (duckdb.Error, OSError) as error:
                raise failures.cannot_open(self._path, error) from error
            self._given_up = False
            self.openings += 1

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """Give a cursor of its own, and close it; NoMemoryError where its memory is used up."""
        if self._given_up:
            self._open_again()
        try:
            with self._connection.cursor() as cursor:
                yield cursor
        except duckdb.OutOfMemoryException as error:
            raise NoMemoryError(
                _(
                    "This takes more memory than the {megabytes} MB that are there for it. Close"
                    " other programs, or give the file in parts."
                ).format(megabytes=self._megabytes)
            ) from error
        except duckdb.FatalException as error:
            self._given_up = True
            raise failures.cannot_write(self.path, error) from error
        except duckdb.Error as error:
            if not failures.is_damage(error):
                raise
            raise failures.damaged(self.path, error) from error

    def with_memory(self, do: Callable[[], Done]) -> Done:
        """Return what `do` returns; where memory is used up, do it again with twice as much.

        NoMemoryError where there is no more.
        """
        while True:
            given = self._megabytes
            try:
                return do()
            except NoMemoryError:
                if not given or not self._may_take(2 * given):
                    raise

    def _may_take(self, megabytes: int) -> bool:
        """Let DuckDB take so much memory, or what there is; return whether that is more."""
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
        allowed = int(min(megabytes, PART_OF_MEMORY * there))
        with self._setting:
            # Another thread may have asked for more at the same time.
            more = allowed > self._megabytes or megabytes <= self._megabytes
            self._megabytes = max(allowed, self._megabytes)
            self._connection.execute(f"set memory_limit = '{self._megabytes}MB'")
        return more

    @contextmanager
    def transaction(self, cursor: Cursor | None = None) -> Iterator[Cursor]:
        """Give a cursor within one transaction, one writer at a time; an error undoes it all.

        A `cursor` of the caller's own keeps its temporary tables. ServiceQualityError where the
        folder cannot be written to, such as on a full disk.
        """
        with self.writing, nullcontext(cursor) if cursor else self.cursor() as used:
            try:
                used.begin()
                try:
                    yield used
                except BaseException:
                    used.rollback()
                    raise
            except (duckdb.IOException, OSError) as error:
                raise failures.cannot_write(self.path, error) from error
            try:
                used.commit()
            except duckdb.Error as error:  # a full disk is a failed transaction by now, or fatal
                self._given_up |= isinstance(error, duckdb.FatalException)
                raise failures.cannot_write(self.path, error) from error

    @contextmanager
    def snapshot(self) -> Iterator[Warehouse]:
        """Give the warehouse as it is now: all that is read from it is of one state."""
        with self.cursor() as cursor:
            cursor.begin()
            try:
                yield _Snapshot(self._connection, self.folder, cursor)
            finally:
                cursor.rollback()

    def rows(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """Return the rows of a query as dicts of plain Python values."""
        with self.cursor() as cursor:
            return rows(cursor, sql, parameters)

    def arrays(
        self, sql: str, parameters: Mapping[str, object] | None = None
    ) -> dict[str, NDArray[Any]]:
        """Return the columns of a query as arrays of numpy, those of lists as arrays of arrays."""
        with self.cursor() as cursor:
            return cursor.execute(sql, dict(parameters or {})).fetchnumpy()

    def report(self, name: str, **parameters: object) -> list[Row]:
        """Return the rows of queries/reports/<name>.sql."""
        query = queries.load(f"reports/{name}")
        return self.rows(query.sql, query.bind(parameters))

    def has_older_rows(self) -> bool:
        """Whether the rows were stored in a way that only folding the uploads anew can read."""
        return bool(self.rows("select 1 from meta where rollup_version = $v", {"v": OLDER_ROWS}))

    def version(self) -> int:
        """Return the data version: it rises with every change of the rows."""
        return int(self.rows("select data_version from meta")[0]["data_version"])


class _Snapshot(Warehouse):
    """A warehouse whose every call reads within one transaction; for one thread."""

    def __init__(self, connection: Cursor, folder: Path, cursor: Cursor) -> None:
        super().__init__(connection, folder)
        self._cursor = cursor

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        yield self._cursor


def rows(cursor: Cursor, sql: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
    """Run a query on a cursor and return its rows as dicts."""
    result = cursor.execute(sql, dict(parameters)) if parameters else cursor.execute(sql)
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
    except duckdb.Error as error:
        text = _("The kept file {path} is damaged: {why}. Restore its folder from a backup.")
        why = str(error).splitlines()[0].rstrip(".")
        raise DamagedError(text.format(path=path, why=why)) from error


def table_columns(dataset: Dataset) -> dict[str, str]:
    """Return the columns of a dataset's table with their SQL types.

    Beside the dataset's own: `source`, the upload that last wrote the row, and `mapped`, the
    bits of the columns that any of its uploads mapped. `notes` are what cells say beside their
    values, such as `solved_at:unknown` of one that could not be read.
    """
    own = {column.name: SQL_TYPES[column.kind] for column in dataset.kept}
    return {
        "source": "varchar",
        **own,
        "upload_id": "varchar",
        "mapped": "ubigint",
        "notes": "varchar",
    }


def table_ddl(dataset: Dataset) -> str:
    """Return the statement that makes a dataset's table."""
    columns = ", ".join(f"{quoted(n)} {t}" for n, t in table_columns(dataset).items())
    return f"create table if not exists {quoted(dataset.kind)} ({columns})"


def new_columns_ddl(dataset: Dataset) -> list[str]:
    """Return the statements that give a table made by an older version its new columns."""
    return [
        f"alter table {quoted(dataset.kind)} add column if not exists {quoted(name)} {sql_type}"
        for name, sql_type in table_columns(dataset).items()
    ]


def _has_rows_without_names(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute("select table_name from duckdb_tables()").fetchall()
    names = {name for (name,) in found}
    if "uploads" not in names or "column_bits" in names:
        return False
    return bool(connection.execute("select 1 from uploads limit 1").fetchall())


def _give_bits(connection: duckdb.DuckDBPyConnection) -> None:
    """Give each column that has none the next free bit of its kind, and `column_bit` all of them.

    The macro is constant where it is used, so that a row costs one `&`.
    """
    known = connection.execute("select kind, name, bit from column_bits").fetchall()
    bits = {(kind, name): int(bit) for kind, name, bit in known}
    for kind, of in all_datasets().items():
        for name in of.by_name:
            free = 1 + max(
                (bit for (other, _name), bit in bits.items() if other == kind), default=-1
            )
            bits.setdefault((kind, name), free)
    new = [(*column, bit) for column, bit in bits.items()][len(known) :]
    if not new:
        return
    marks = ", ".join(["(?, ?, ?)"] * len(new))
    values = [value for row in new for value in row]
    connection.execute(f"insert into column_bits values {marks}", values)
    cases = " ".join(f"when '{k}.{n}' then {1 << bit}::ubigint" for (k, n), bit in bits.items())
    connection.execute(
        f"create or replace macro column_bit(kind, name) as case kind || '.' || name {cases} end"
    )


def _of_file(path: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    try:
        spill = {"temp_directory": str(temporary.own(path.parent))}
    except OSError:  # a folder that can only be read
        spill = {}
    return duckdb.connect(str(path), read_only=read_only, config=CONFIG | spill)


def _in_memory() -> duckdb.DuckDBPyConnection:
    spill = {"temp_directory": str(Path(tempfile.gettempdir()) / f"spill-{os.getpid()}")}
    return duckdb.connect(":memory:", config=CONFIG | spill)


def _is_older(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a file was made by a version that knew fewer datasets or columns."""
    found = connection.execute("select table_name, column_name from duckdb_columns()").fetchall()
    known = {(d.kind, name) for d in all_datasets().values() for name in table_columns(d)}
    if not {*known, ("column_bits", "bit")} <= set(found):
        return True
    bits = set(connection.execute("select kind, name from column_bits").fetchall())
    return not {(d.kind, name) for d in all_datasets().values() for name in d.by_name} <= bits
