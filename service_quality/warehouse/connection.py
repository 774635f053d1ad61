"""One hold on the warehouse: cursors, transactions, snapshots, memory, and the data version."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple, cast

import duckdb

from service_quality.base.errors import ConflictError, NoMemoryError
from service_quality.base.language import _
from service_quality.definitions import queries
from service_quality.warehouse import engine, schema
from service_quality.warehouse.engine import Cursor, Row, rows
from service_quality.warehouse.mirror import Mirror
from service_quality.warehouse.places import File, Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

Done = TypeVar("Done")
Of = TypeVarTuple("Of")
# To begin with: what does not fit lies on disk, and loading ten million rows takes little longer.
MEGABYTES_A_THREAD = 300
PART_OF_MEMORY = 0.6
SECONDS_KNOWN = 1.0  # where others write, it costs as much as a small query to ask
MOST_CONFLICTS = 5  # after which someone else writes without a pause


class Warehouse:
    """One process's hold on a warehouse; every call has a cursor of its own.

    A connection shared by threads can hand one thread another's rows, so nothing here keeps a
    cursor. `writing` serialises publishes; readers see the state before or after one.
    """

    def __init__(self, connection: Cursor, place: Place) -> None:
        self._connection = connection
        self.place = place
        self.folder = place.folder
        self._writing = threading.RLock()
        self._alone = False  # whether we hold off other processes too
        self._committing = threading.Lock()
        self._setting = threading.Lock()
        self._megabytes = 0  # that DuckDB may take; 0 where it takes what it wants
        self._is_ours = False  # to write to, and to be opened again
        self._given_up = False  # by DuckDB, until it is opened again
        self._commits = 0  # of ours, each of which may have changed the version
        # From when on the version was read, after how many of them, and which it was.
        self._known: tuple[float, int, int] | None = None
        self._state: tuple[int | None, int] = (None, 0)  # with its version
        self._mirror: Mirror | None = None
        self.openings = 1  # what was read under an earlier one was perhaps never committed
        self._read: dict[object, tuple[object, Any]] = {}

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Warehouse:
        """Open a file, making it where it does not exist; an absent one is empty to readers.

        Raises WarehouseInUseError, naming the holder, when another process has it.
        """
        return cls.at(File(path), read_only=read_only)

    @classmethod
    def at(cls, place: Place, *, read_only: bool = False) -> Warehouse:
        """Open the warehouse of a place, as `open` does that of a file."""
        new = not place.exists()
        if read_only and new:
            return cls._prepared(engine.in_memory(), place, new=True)
        try:
            connection = place.connect(read_only=read_only)
            if read_only and schema.is_older(place.cursor(connection)):
                connection.close()
                cls.at(place).close()
                connection = place.connect(read_only=True)
        except (duckdb.Error, OSError) as error:
            raise place.cannot_open(error) from error
        try:
            warehouse = cls._prepared(connection, place, create=not read_only, new=new)
        except duckdb.Error as error:
            connection.close()
            raise place.cannot_write(error) from error
        warehouse._is_ours = not read_only
        return warehouse

    @classmethod
    def scratch(cls) -> Warehouse:
        """Return a place in memory without tables, to read a file that is not published."""
        return cls._prepared(engine.in_memory(), File(Path()), create=False)

    @classmethod
    def _prepared(
        cls, connection: Cursor, place: Place, *, create: bool = True, new: bool = False
    ) -> Warehouse:
        warehouse = cls(connection, place)
        warehouse._settle()
        if create:
            (threads,) = connection.execute("select current_setting('threads')").fetchall()[0]
            warehouse._may_take(MEGABYTES_A_THREAD * int(threads))
            with warehouse.writing(), place.cursor(connection) as cursor:
                schema.make(cursor, new, shared=place.shared)
        return warehouse

    def close(self) -> None:
        """Let go of the file."""
        self.place.leave(self._connection)

    def _settle(self) -> None:
        self._connection.execute("set enable_progress_bar = false")
        self._connection.execute("set timezone = 'UTC'")
        if self._megabytes:
            self._connection.execute(f"set memory_limit = '{self._megabytes}MB'")

    def _open_again(self) -> None:
        """Open it anew: after a disk that was full at a checkpoint, DuckDB wants that.

        While other threads still have cursors of before it cannot be done; the next call tries.
        """
        with self._setting:
            if not self._given_up or not self._is_ours:
                return
            self.place.leave(self._connection)
            try:
                self._connection = self.place.connect(read_only=False)
                self._settle()
            except duckdb.FatalException as error:
                raise self.place.cannot_write(error) from error
            except (duckdb.Error, OSError) as error:
                raise self.place.cannot_open(error) from error
            self._given_up = False
            if self._mirror:
                self._mirror = self.place.mirror(self._connection)
            self.openings += 1
            self._commits += 1

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """Give a cursor of its own, and close it; NoMemoryError where its memory is used up."""
        with self._cursor_of(self.place) as cursor:
            yield cursor

    @contextmanager
    def _cursor_of(self, of: Place | Mirror) -> Iterator[Cursor]:
        if self._given_up:
            self._open_again()
        cursor = None
        with self._committing:  # who begins waits for what is being committed
            pass
        try:
            cursor = of.cursor(self._connection)
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
            raise self.place.cannot_write(error) from error
        except duckdb.Error as error:
            if not self.place.is_at_fault(error):
                raise
            raise self.place.cannot_write(error) from error
        finally:
            if cursor is not None:
                self.place.leave(cursor)

    def retrying(self, do: Callable[[], Done]) -> Done:
        """Return what `do` returns, tried again where that can help.

        With twice the memory where that was used up, and as it is where another writer was first.
        NoMemoryError or ConflictError where it does not help.
        """
        conflicts = 0
        while True:
            given = self._megabytes
            try:
                return do()
            except NoMemoryError:
                if not given or not self._may_take(2 * given):
                    raise
            except ConflictError:
                conflicts += 1
                if conflicts > MOST_CONFLICTS:
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
    def writing(self) -> Iterator[None]:
        """Let nobody else write meanwhile, neither here nor from another process."""
        with self._writing:
            if self._alone:
                yield
                return
            with self.place.alone(self._connection, "writing"):
                self._alone = True
                try:
                    yield
                finally:
                    self._alone = False

    def keep_mirror(self) -> None:
        """Read a copy in memory from now on, where others may write: for who is asked often."""
        self._mirror = self.place.mirror(self._connection)

    def pack(self) -> Row:
        """Make few files of many small ones and remove old ones; return how many there were."""
        with self.writing(), self.cursor() as cursor:
            return self.place.pack(cursor)

    @contextmanager
    def on_duty(self, at: str) -> Iterator[bool]:
        """Say whether this process is the one to do something that only one shall do."""
        with self.place.alone(self._connection, at, wait=False) as ours:
            yield ours

    @contextmanager
    def transaction(self, cursor: Cursor | None = None) -> Iterator[Cursor]:
        """Give a cursor within one transaction, one writer at a time; an error undoes it all.

        A `cursor` of the caller's own keeps its temporary tables. ServiceQualityError where the
        folder cannot be written to, such as on a full disk.
        """
        with self.writing(), nullcontext(cursor) if cursor else self.cursor() as used:
            try:
                used.begin()
                try:
                    yield used
                except BaseException:
                    _undo(used)
                    raise
            except (duckdb.IOException, OSError) as error:
                raise self.place.cannot_write(error) from error
            try:
                # DuckDB shows what is committed piece by piece to who begins meanwhile: what came
                # already, and what goes still. So they begin afterwards; a lake has its own way.
                with nullcontext() if self.place.shared else self._committing:
                    used.commit()
            except duckdb.Error as error:  # a full disk is a failed transaction by now, or fatal
                self._given_up |= isinstance(error, duckdb.FatalException)
                raise self.place.cannot_write(error) from error
            finally:
                self._commits += 1

    @contextmanager
    def snapshot(self) -> Iterator[Warehouse]:
        """Give the warehouse as it is now: all that is read from it is of one state."""
        begun, mirror = (time.monotonic(), self._commits), self._mirror
        # Who writes is told nothing of a moment ago.
        known = mirror is not None and not self._alone and self._is_recent(*begun)
        with self._cursor_of(mirror or self.place) as cursor:
            if mirror and not known:
                mirror.follow(self._connection)
            cursor.begin()
            try:
                yield _Snapshot(self, None if known else begun, cursor, mirrored=bool(mirror))
            finally:
                _undo(cursor)

    @contextmanager
    def _reading(self) -> Iterator[Cursor]:
        with (
            self.snapshot() if self._mirror else nullcontext(self) as seen,
            seen.cursor() as cursor,
        ):
            yield cursor

    def rows(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """Return the rows of a query as dicts of plain Python values."""
        with self._reading() as cursor:
            return rows(cursor, sql, parameters)

    def arrays(
        self, sql: str, parameters: Mapping[str, object] | None = None
    ) -> dict[str, NDArray[Any]]:
        """Return the columns of a query as arrays of numpy, those of lists as arrays of arrays."""
        with self._reading() as cursor:
            return engine.run(cursor, sql, parameters).fetchnumpy()

    def report(self, name: str, **parameters: object) -> list[Row]:
        """Return the rows of queries/reports/<name>.sql."""
        query = queries.load(f"reports/{name}")
        return self.rows(query.sql, query.bind(parameters))

    def has_older_rows(self) -> bool:
        """Whether the rows were stored in a way that only folding the uploads anew can read."""
        return bool(
            self.rows("select 1 from meta where rollup_version = $v", {"v": schema.OLDER_ROWS})
        )

    def version(self) -> int:
        """Return the data version: it rises with every change of the rows."""
        return int(self.rows("select data_version from meta")[0]["data_version"])

    def recent_version(self) -> int:
        """Return the data version, where others write too as it was a moment ago.

        A file that we hold changes by our own commits alone.
        """
        now, commits, known = time.monotonic(), self._commits, self._known
        if known is not None and self._is_recent(now, commits):
            return known[2]
        return self._learn(now, commits, self.version())

    def _is_recent(self, now: float, commits: int) -> bool:
        """Whether nothing can have changed since the version was read, or only just now."""
        known = self._known
        if known is None or known[1] != commits:
            return False
        return not self.place.shared or now - known[0] < SECONDS_KNOWN

    def _learn(self, begun: float, commits: int, version: int) -> int:
        """Note a version that was read, unless someone began later and was done earlier."""
        with self._setting:
            if self._known is None or self._known[:2] <= (begun, commits):
                self._known = begun, commits, version
        return version

    def once(self, read: Callable[[Warehouse, *Of], Done], *of: *Of) -> Done:
        """Return what `read` reads of the whole, such as a register: once a version of the data."""
        version = self.openings, self.recent_version()
        known = self._read.get((read, of))
        if known is None or known[0] != version:
            # What was read is kept with its own version: another may be there by now.
            with self.snapshot() as seen:
                known = (seen.openings, seen.recent_version()), read(seen, *of)
            self._read[read, of] = known
        return cast(Done, known[1])


def _undo(cursor: Cursor) -> None:
    """Roll back. Where the database has gone, nothing is left to undo, and the error is told."""
    with suppress(duckdb.Error):
        cursor.rollback()


class _Snapshot(Warehouse):
    """A warehouse whose every call reads within one transaction; for one thread."""

    def __init__(
        self, of: Warehouse, begun: tuple[float, int] | None, cursor: Cursor, *, mirrored: bool
    ) -> None:
        super().__init__(of._connection, of.place)
        self._mirrored = mirrored
        self._read_version: int | None = None
        self.openings, self._read = of.openings, of._read
        self._of, self._begun, self._cursor = of, begun, cursor

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        yield self._cursor

    @contextmanager
    def snapshot(self) -> Iterator[Warehouse]:
        yield self

    def recent_version(self) -> int:
        if self._read_version is None:
            self._read_version = self._version()
        return self._read_version

    def _version(self) -> int:
        if self._begun is None:  # of the mirror, which nobody compared with the lake just now
            return self.version()
        if self.place.shared:  # where others write, whoever reads learns of it
            read = self.version if self._mirrored else self._version_of_state
            return self._of._learn(*self._begun, read())
        # Where nothing was committed since, it is what everyone knows.
        same = self._of._commits == self._begun[1]
        return self._of.recent_version() if same else self.version()

    def _version_of_state(self) -> int:
        state, known = self.place.state(self._cursor), self._of._state
        if state is None or state != known[0]:
            self._of._state = known = state, self.version()
        return known[1]
