"""The file: one process at a time, one transaction at a time, values bound, old rows kept."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from service_quality.base.errors import NoMemoryError, ServiceQualityError, WarehouseInUseError
from service_quality.warehouse import engine
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import quoted
from service_quality.warehouse.places import FILE_NAME
from tests import bare

HOLD = """
import sys
from pathlib import Path
from service_quality.warehouse.connection import Warehouse
warehouse = Warehouse.open(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another_process(path: Path) -> Iterator[int]:
    command = [sys.executable, "-c", HOLD, str(path)]
    root = Path(__file__).parents[2]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=root) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other.pid
        other.stdin.close()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_second_process_is_told_who_holds_it(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "warehouse.duckdb"
    with held_by_another_process(path) as pid:
        with pytest.raises(WarehouseInUseError, match=str(pid)) as caught:
            Warehouse.open(path, read_only=read_only)
        assert str(path) in str(caught.value)
    Warehouse.open(path, read_only=read_only).close()


def test_an_absent_warehouse_is_empty_to_readers_and_stays_absent(tmp_path: Path) -> None:
    path = tmp_path / "data" / "warehouse.duckdb"
    warehouse = Warehouse.open(path, read_only=True)
    assert warehouse.rows("select * from tickets") == []
    assert warehouse.version() == 0
    assert not path.parent.exists()


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    for number in range(2):
        warehouse = Warehouse.open(path)
        bare.insert(warehouse, "totals", [{"kpi": f"k{number}", "due": 1, "kept": 1}])
        warehouse.close()
    reader = Warehouse.open(path, read_only=True)
    assert [row["kpi"] for row in reader.rows("select kpi from totals order by 1")] == ["k0", "k1"]


@pytest.mark.parametrize("content", [b"not a database", b"x" * 20_000])
def test_a_damaged_file_is_an_error_that_names_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(content)
    with pytest.raises(ServiceQualityError, match=r"warehouse\.duckdb"):
        Warehouse.open(path)


def test_a_damaged_block_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    Warehouse.open(path).close()
    content = bytearray(path.read_bytes())
    content[3 * 4096 :: 1000] = bytes(len(content[3 * 4096 :: 1000]))  # behind the three headers
    path.write_bytes(content)
    with pytest.raises(ServiceQualityError, match=r"move it and .*warehouse\.duckdb\.wal away"):
        Warehouse.open(path)


def test_an_error_undoes_the_whole_transaction(tmp_path: Path) -> None:
    warehouse = bare.memory(tmp_path)
    insert = "insert into totals (kpi) values ($kpi)"

    def fails() -> None:
        with warehouse.transaction() as cursor:
            cursor.execute(insert, {"kpi": "lost"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with warehouse.transaction() as cursor:
        cursor.execute(insert, {"kpi": "kept"})
        assert warehouse.rows("select kpi from totals") == []  # others do not see it yet
    assert warehouse.rows("select kpi from totals") == [{"kpi": "kept"}]


def test_a_snapshot_is_of_one_state_and_reads_only_what_was(tmp_path: Path) -> None:
    warehouse = bare.memory(tmp_path)
    count = "select count(*) as n from totals"
    with warehouse.snapshot() as seen:
        assert seen.rows(count) == [{"n": 0}]
        bare.insert(warehouse, "totals", [{"kpi": "k"}])
        assert seen.rows(count) == [{"n": 0}]
        assert warehouse.rows(count) == [{"n": 1}]
    assert warehouse.rows(count) == [{"n": 1}]


def test_the_version_is_asked_for_once_after_each_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = bare.memory(tmp_path)
    exact, asked = Warehouse.version, list[int]()
    monkeypatch.setattr(Warehouse, "version", lambda each: asked.append(1) or exact(each))
    before = warehouse.recent_version()
    with warehouse.snapshot() as seen, warehouse.snapshot() as other:
        assert {seen.recent_version(), warehouse.recent_version()} == {before}
        assert len(asked) == 1
        assert other.version() == before  # its state begins with what it reads first
        with warehouse.transaction() as cursor:
            cursor.execute("update meta set data_version = data_version + 1")
        assert (other.recent_version(), warehouse.recent_version()) == (before, before + 1)


def test_threads_get_their_own_rows(tmp_path: Path) -> None:
    warehouse = bare.memory(tmp_path)
    wrong: list[object] = []

    def ask(number: int) -> None:
        for _again in range(20):
            rows = warehouse.rows("select $n as n from range(50)", {"n": number})
            wrong.extend(row for row in rows if row != {"n": number})

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == []


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_of_an_older_version_gets_what_is_new(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / FILE_NAME
    warehouse = Warehouse.open(path)
    bare.insert(warehouse, "surveys", [{"response_id": "1"}])
    with warehouse.cursor() as cursor:
        cursor.execute("alter table surveys drop column gap_scale")
        cursor.execute("drop table totals")
        cursor.execute("alter table meta drop column made_of")
    warehouse.close()
    warehouse = Warehouse.open(path, read_only=read_only)
    assert warehouse.rows("select response_id, gap_scale from surveys") == [
        {"response_id": "1", "gap_scale": None}
    ]
    assert warehouse.rows("select * from totals") == []
    warehouse.close()


def test_identifiers_are_quoted() -> None:
    assert quoted('a"b; drop') == '"a""b; drop"'


def test_used_up_memory_is_asked_for_again_with_more(tmp_path: Path) -> None:
    warehouse = Warehouse.open(tmp_path / "warehouse.duckdb")
    given: list[str] = []

    def needs(times: int) -> Callable[[], int]:
        def do() -> int:
            given.append(warehouse.rows("select current_setting('memory_limit') as m")[0]["m"])
            if len(given) <= times:
                with warehouse.cursor():
                    raise duckdb.OutOfMemoryException("used up")
            return 7

        return do

    assert warehouse.retrying(needs(2)) == 7
    assert len(set(given)) == 3  # each time another limit
    given.clear()
    with pytest.raises(NoMemoryError, match="more memory than the"):
        warehouse.retrying(needs(99))
    assert len(given) < 20
    # It stays: what was needed once will be again.
    given.clear()
    assert warehouse.retrying(needs(0)) == 7


def test_a_long_statement_asked_again_is_answered_by_what_is_there_then(tmp_path: Path) -> None:
    sql = f"select count(*) as n, $asked as asked from meta where {' or '.join(['true'] * 99)}"
    assert len(sql) > engine.SHORT
    warehouses = [Warehouse.open(tmp_path / name / "warehouse.duckdb") for name in ("one", "two")]
    with warehouses[1].transaction() as cursor:
        cursor.execute("insert into meta from meta")
    for asked in (1, "text"):
        for n, warehouse in enumerate(warehouses, 1):
            assert warehouse.rows(sql, {"asked": asked}) == [{"n": n, "asked": asked}]
    with warehouses[0].transaction() as cursor:
        cursor.execute("delete from meta")
        assert engine.run(cursor, sql, {"asked": 2}).fetchall() == [(0, 2)]
    with pytest.raises(duckdb.ParserException):
        warehouses[0].rows(f"{sql} oops oops")
    for warehouse in warehouses:
        warehouse.close()


class Committing:
    """A cursor that does something while it commits."""

    def __init__(self, cursor: Any, meanwhile: Callable[[], None]) -> None:
        self._cursor, self._meanwhile = cursor, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def commit(self) -> None:
        self._meanwhile()
        self._cursor.commit()


def test_who_begins_to_read_while_a_change_is_committed_sees_all_of_it(tmp_path: Path) -> None:
    warehouse = Warehouse.open(tmp_path / FILE_NAME)
    seen: list[int] = []

    def read() -> None:
        seen.append(warehouse.rows("select count(*) as n from meta")[0]["n"])

    reader = threading.Thread(target=read)

    def meanwhile() -> None:
        reader.start()
        reader.join(0.2)
        assert not seen  # DuckDB would show what is there by then

    with warehouse.cursor() as cursor:
        with warehouse.transaction(Committing(cursor, meanwhile)) as used:
            used.execute("insert into meta from meta")
        reader.join()
    assert seen == [2]
    read()  # and whoever comes later does not wait
    warehouse.close()
