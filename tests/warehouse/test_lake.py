"""The lake answers as the file does; several processes write to it, one after the other."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from service_quality.base import mail
from service_quality.base.access import Only
from service_quality.base.errors import ServiceQualityError, UsageError
from service_quality.definitions.datasets import all_datasets
from service_quality.findings.mail import subscriptions
from service_quality.findings.mail.subscriptions import Subscription
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.measures.answers import Answers
from service_quality.uploads import as_of, damage, example, folder, inbox, moving, publish, withdraw
from service_quality.warehouse import connection, lake, mirror, part, places, schema
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Cursor, literal
from service_quality.warehouse.lake import CATALOG, Lake
from tests import crash_lake, post_office, postgres
from tests.equal_lake import equal
from tests.factories import SETTINGS, Store
from tests.findings.mail.conftest import MONTHS, emails, ending

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(postgres.missing()), reason=f"needs {postgres.missing()}"),
]
ROOT = Path(__file__).parents[2]
MOMENT = publish.Moment(example.MOMENT, "tester")


@pytest.fixture(scope="module")
def catalog() -> Iterator[str]:
    with postgres.server() as server:
        yield server.catalog


def samples(place: places.Place) -> Warehouse:
    warehouse = publish.open_warehouse(place, SETTINGS)
    for path in example.sample_files():
        assert publish.load(warehouse, SETTINGS, path, Instructions(), MOMENT).status == "published"
    return warehouse


@pytest.fixture(scope="module")
def both(catalog: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Answers, Answers]:
    """The samples in a file and in a lake."""
    file, lake = (tmp_path_factory.mktemp(name) for name in ("file", "lake"))
    found = [samples(place) for place in (places.file(file), Lake(catalog, lake, "samples"))]
    return Answers(found[0], SETTINGS), Answers(found[1], SETTINGS)


def test_a_lake_answers_as_a_file_does(both: tuple[Answers, Answers]) -> None:
    assert equal(*both)[1] > 1000


def test_a_warehouse_is_moved_there_and_back(
    both: tuple[Answers, Answers], catalog: str, tmp_path: Path
) -> None:
    """With its settings, withdrawals and marks; the version never falls; twice is refused."""
    file, lake = tmp_path / "file", Lake(catalog, tmp_path / "store", "moved")
    shutil.copytree(both[0].warehouse.folder, file, ignore=lambda _of, _n: {places.FILE_NAME})
    (file / "settings.toml").write_text('timezone = "Europe/Paris"\n', encoding="utf-8")
    first = publish.open_warehouse(places.file(file), SETTINGS)
    taken = folder.all_of(file)[1].manifest["upload_id"]
    withdraw.withdraw(first, SETTINGS, taken, MOMENT)

    there = moving.move(first, SETTINGS, lake)
    second = publish.open_warehouse(lake, SETTINGS)
    assert (lake.folder / "settings.toml").exists()
    assert not (lake.folder / places.FILE_NAME).exists()
    assert equal(Answers(first, SETTINGS), Answers(second, SETTINGS))[1] > 1000
    with pytest.raises(UsageError, match="Name a place that is empty"):
        moving.move(first, SETTINGS, lake)

    back = moving.move(second, SETTINGS, places.file(tmp_path / "back"))
    third = publish.open_warehouse(places.file(tmp_path / "back"), SETTINGS)
    assert equal(Answers(first, SETTINGS), Answers(third, SETTINGS))[1] > 1000
    assert not (third.folder / "lake").exists()
    assert first.version() <= there["version"] <= back["version"]
    assert there["uploads"] == back["uploads"] == len(example.sample_files())
    states = "select upload_id, status, position from uploads order by position"
    assert first.rows(states) == second.rows(states) == third.rows(states)


# What a process that publishes does: one file a brand, so that no two are alike.
PUBLISH = """
import sys
from pathlib import Path
from service_quality.base.settings import Settings
from service_quality.uploads import publish
from service_quality.warehouse.lake import Lake
from tests.factories import SETTINGS, NOW, words_for, write_csv

catalog, home, who, count = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
warehouse = publish.open_warehouse(Lake(catalog, home, home.name), SETTINGS)
print("opened", flush=True)
sys.stdin.readline()
for number in range(count):
    rows = [
        # The same ticket in every file, whichever comes last; and one of its own.
        {"ticket_id": "same", "created_at": "2025-01-01 10:00:00", "brand": who},
        {"ticket_id": f"{who}-{number}", "created_at": "2025-01-02 10:00:00", "brand": who},
    ]
    path = write_csv(home / f"{who}-{number}.csv", rows)
    words = words_for("tickets", rows[0], "test")
    outcome = publish.load(warehouse, SETTINGS, path, words, publish.Moment(NOW, who))
    print(outcome.status, outcome.upload_id, flush=True)
"""


def publisher(catalog: str, home: Path, who: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PUBLISH, catalog, str(home), who, str(count)]
    pipe = subprocess.PIPE
    found = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT)
    assert found.stdout is not None
    assert found.stdout.readline() == "opened\n"
    return found


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_of_two_processes_that_publish_none_is_lost(catalog: str, tmp_path: Path) -> None:
    """Six files of two processes at once: each told, stored, folded, and none twice."""
    processes = [publisher(catalog, tmp_path, who, 3) for who in ("ada", "zoe")]
    for process in processes:
        go(process)
    said = [process.communicate(timeout=200)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert [each[::2] for each in said] == [["published"] * 3] * 2
    told = {upload_id for each in said for upload_id in each[1::2]}

    warehouse = publish.open_warehouse(Lake(catalog, tmp_path, tmp_path.name), SETTINGS)
    lines = warehouse.rows("select upload_id, uploaded_by, position from uploads order by position")
    assert {line["upload_id"] for line in lines} == told
    assert len({line["position"] for line in lines}) == 6  # each made a version of its own
    assert {line["status"] for line in damage.report(warehouse)} == {damage.OK}
    assert not (tmp_path / "set-aside").exists()
    last = lines[-1]["uploaded_by"]
    # A catalog that is lost is made anew of what is stored, as a file is.
    anew = publish.open_warehouse(Lake(catalog, tmp_path, "anew"), SETTINGS)
    for found in (warehouse, anew):
        for rows in (True, False):
            volume = Answers(found, SETTINGS).kpi("ticket_volume", ["brand"], rows=rows)
            values = {row["brand"]: row["value"] for row in volume}
            assert values == {"ada": 3 + (last == "ada"), "zoe": 3 + (last == "zoe")}


def test_who_is_killed_lets_the_others_publish(catalog: str, tmp_path: Path) -> None:
    """A process that ends in the middle leaves no lock, and what it was told of stays."""
    dying = publisher(catalog, tmp_path, "dying", 50)
    go(dying)
    assert dying.stdout is not None
    told = [dying.stdout.readline().split()[1]]
    time.sleep(0.3)  # somewhere within the second
    dying.kill()
    told += [line.split()[1] for line in dying.communicate()[0].splitlines()]
    living = publisher(catalog, tmp_path, "living", 1)
    go(living)
    assert living.communicate(timeout=100)[0].startswith("published")
    warehouse = publish.open_warehouse(Lake(catalog, tmp_path, tmp_path.name), SETTINGS)
    known = {row["upload_id"] for row in warehouse.rows("select upload_id from uploads")}
    assert set(told) <= known
    assert {line["status"] for line in damage.report(warehouse)} == {damage.OK}
    volume = Answers(warehouse, SETTINGS).kpi("ticket_volume", ["brand"], rows=True)
    assert sum(row["value"] for row in volume) == len(known) + 1  # the same one once


# What the app does beside its pages, more often; a mail's report takes seconds.
SERVE = """
import sys
from pathlib import Path
from service_quality.base import settings
from service_quality.cli import serving
from service_quality.findings.mail import watch
from service_quality.findings.mail.making import Edition
from service_quality.uploads import inbox

watch.LOOK_SECONDS = inbox.LOOK_SECONDS = 0.1
Edition._report = lambda *_words: ("report.pdf", b"%PDF-")
home = Path(sys.argv[1])
serving.warehouse(home, settings.load(home))
print("serving", flush=True)
sys.stdin.read()
"""
READERS, FILES = 3, 6


def test_two_processes_take_the_inbox_and_send_mails_once(
    catalog: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(places.SETTING, f"ducklake:{catalog}")
    settings = 'timezone = "Europe/Paris"\napp_address = "https://q.example.org"\n'
    (tmp_path / "settings.toml").write_text(settings, encoding="utf-8")
    store = Store(tmp_path)
    mails = [row for month in MONTHS[-4:] for row in emails(month)]
    now = datetime(2026, 2, 10, 9, tzinfo=UTC)
    store.load("emails", [*mails, *ending("2026-01-25")], at=now.replace(tzinfo=None))
    for n in range(READERS):
        to = f"reader{n}@example.com"
        asked = Subscription(to, "trends", {"kpi": ["reply_rate"]}, "en_GB", False, now)
        subscriptions.add(tmp_path, replace(asked, confirmed=True, after="2025-11"), now)
    box = tmp_path / inbox.FOLDER
    box.mkdir()
    for n in range(FILES):
        path = box / f"tickets-{n}.csv"
        path.write_text(f"ticket id;created at\n{n};2024-03-01\n", encoding="utf-8")
        os.utime(path, (time.time() - 60,) * 2)
    with post_office.office() as office, ExitStack() as stack:
        (tmp_path / mail.FILE_NAME).write_text(office.settings, encoding="utf-8")
        command = [sys.executable, "-c", SERVE, str(tmp_path)]
        pipe = subprocess.PIPE
        for _each in range(2):
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT)
            stack.enter_context(process)
            stack.callback(process.kill)
        until = time.monotonic() + 200
        while list(box.glob("*.csv")) or len(office.mails) < READERS:
            assert time.monotonic() < until
            time.sleep(0.1)
        time.sleep(1)  # for what would come once more
    assert len({each["To"] for each in office.mails}) == len(office.mails) == READERS
    reports = [json.loads(path.read_text()) for path in box.glob(f"loaded/*{inbox.REPORT}")]
    assert [report["status"] for report in reports] == ["published"] * FILES
    assert len(list(box.glob("loaded/*.csv"))) == FILES
    assert not (box / inbox.REFUSED).exists()
    assert store.one("ticket_volume")["value"] == FILES
    lines = store.warehouse.rows("select 1 from uploads where kind = 'tickets'")
    assert len(lines) == FILES


def test_what_something_else_changed_meanwhile_is_done_again(catalog: str, tmp_path: Path) -> None:
    """Other programs, such as one that packs the lake's files, hold no lock of ours."""
    one, other = (Warehouse.at(Lake(catalog, tmp_path, "conflict")) for _each in range(2))
    tries: list[int] = []

    def raise_version() -> int:
        with one.transaction() as cursor:
            cursor.execute("update meta set data_version = data_version + 1")
            tries.append(len(tries))
            if len(tries) < 3:
                with other.cursor() as foreign:
                    foreign.execute("update meta set data_version = data_version + 10")
        return one.version()

    assert one.retrying(raise_version) == 21
    assert len(tries) == 3


def test_a_reader_learns_of_a_new_version_and_does_not_ask_each_time(
    catalog: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = (Warehouse.at(Lake(catalog, tmp_path, "readers")) for _each in range(2))
    before, asked = reader.recent_version(), list[int]()
    exact = Warehouse.version
    monkeypatch.setattr(Warehouse, "version", lambda each: asked.append(1) or exact(each))
    with writer.transaction() as cursor:
        cursor.execute("update meta set data_version = data_version + 1")
    assert writer.recent_version() == before + 1  # one's own at once
    asked.clear()
    until = time.monotonic() + 2
    while reader.recent_version() == before:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert len(asked) <= 2


def test_each_table_has_had_a_row_also_where_that_was_broken_off(
    catalog: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without one, DuckLake has no statistics of it, and asks for them again and again."""
    lake, kinds = Lake(catalog, tmp_path, "rows"), all_datasets()
    with monkeypatch.context() as patch:
        patch.setattr(schema, "_made_of", lambda: 1 / 0)
        patch.setattr(schema, "is_older", lambda _connection: True)
        with pytest.raises(ZeroDivisionError):
            Warehouse.at(lake)
    warehouse = Warehouse.at(lake)
    for kind in kinds:
        assert warehouse.rows(f"select * from {schema.table(kind)}") == []
    asked = "select count(distinct t.table_name)::text from rows.ducklake_table as t"
    asked += " join rows.ducklake_table_stats using (table_id)"
    asked += f" where t.table_name in ({', '.join(map(repr, kinds))})"
    found = warehouse.rows(f"from postgres_query('{CATALOG}', {literal(asked)})")
    assert [*found[0].values()] == [str(len(kinds))]


def raise_version(warehouse: Warehouse) -> None:
    with warehouse.transaction() as cursor:
        cursor.execute("update meta set data_version = data_version + 1")


def test_what_is_remembered_is_of_the_version_that_it_was_read_of(
    catalog: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader reads what another wrote within the second in which it does not ask for that."""
    monkeypatch.setattr(connection, "SECONDS_KNOWN", 3600)
    reader, writer = (Warehouse.at(Lake(catalog, tmp_path, "remembered")) for _each in range(2))
    before = reader.recent_version()
    with reader.snapshot() as earlier:
        assert earlier.recent_version() == before
        raise_version(writer)
        assert reader.recent_version() == before  # as it was a moment ago
        assert reader.once(Warehouse.version) == before + 1
        assert earlier.once(Warehouse.version) == before
    assert reader.recent_version() == before + 1  # having read of it, it knows
    assert reader.once(Warehouse.version) == before + 1


def test_of_one_state_the_version_is_asked_once(
    catalog: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question of a page has a snapshot of its own: they do not all read the version."""
    reader, writer = (Warehouse.at(Lake(catalog, tmp_path, "states")) for _each in range(2))
    asked, exact = list[int](), Warehouse.version
    monkeypatch.setattr(Warehouse, "version", lambda each: asked.append(1) or exact(each))

    def seen() -> list[int]:
        found = []
        for _each in range(3):
            with reader.snapshot() as now:
                found.append(now.recent_version())
        return found

    before = seen()[0]
    assert (seen(), len(asked)) == ([before] * 3, 1)
    raise_version(writer)
    assert (seen(), len(asked)) == ([before + 1] * 3, 2)


def test_the_version_that_a_process_knows_never_falls(
    catalog: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two threads that ask, the one that began earlier is done later."""
    reader, writer = (Warehouse.at(Lake(catalog, tmp_path, "falls")) for _each in range(2))
    before, exact = reader.version(), Warehouse.version

    def slowly(warehouse: Warehouse) -> int:
        monkeypatch.setattr(Warehouse, "version", exact)
        found = warehouse.version()
        raise_version(writer)
        assert warehouse.recent_version() == before + 1
        return found

    monkeypatch.setattr(Warehouse, "version", slowly)
    assert reader.recent_version() == before
    assert reader.recent_version() == before + 1


@pytest.fixture
def mirrored(catalog: str, tmp_path: Path) -> tuple[Warehouse, Warehouse]:
    """One that keeps a copy of the lake, and one that writes to it."""
    reader, writer = (Warehouse.at(Lake(catalog, tmp_path, tmp_path.name)) for _each in range(2))
    reader.keep_mirror()
    return reader, writer


def load(warehouse: Warehouse, name: str) -> None:
    (path,) = (path for path in example.sample_files() if path.name.startswith(name))
    assert publish.load(warehouse, SETTINGS, path, Instructions(), MOMENT).status == "published"


@pytest.mark.parametrize("most", [mirror.MOST_ROWS, 300], ids=["whole", "in part"])
def test_a_mirror_answers_as_its_lake_does(
    both: tuple[Answers, Answers], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where those tables of more than 300 rows are read from the lake."""
    monkeypatch.setattr(mirror, "MOST_ROWS", most)
    mirrored = Warehouse.at(both[1].warehouse.place)
    mirrored.keep_mirror()
    assert equal(both[0], Answers(mirrored, SETTINGS))[1] > 1000
    views = "select count(*) as n from duckdb_views() where database_name = $of"
    (found,) = mirrored.rows(f"{views} and schema_name = 'main'", {"of": mirror.NAME})
    assert (found["n"] > 1) is (most == 300)


def test_a_mirror_follows_what_is_published(
    mirrored: tuple[Warehouse, Warehouse], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By others within two seconds, by its own process at once; only what changed is copied."""
    reader, writer = mirrored
    copied, exact = list[str](), mirror.Mirror._copy_table

    def copy(own: mirror.Mirror, cursor: Cursor, table: mirror.Table) -> None:
        copied.append(table[1])
        exact(own, cursor, table)

    monkeypatch.setattr(mirror.Mirror, "_copy_table", copy)
    count = f"select count(*) as n from {schema.rows('emails')}"
    assert reader.rows(count) == [{"n": 0}]
    assert {*all_datasets(), "meta", "uploads"} <= set(copied)

    copied.clear()
    load(writer, "emails")
    until = time.monotonic() + 2
    while not reader.rows(count)[0]["n"]:
        assert time.monotonic() < until
    assert {"emails", "meta", "uploads"} <= set(copied)
    assert not {"tickets", "surveys", "entities", "spellings"} & set(copied)
    equal(Answers(reader, SETTINGS), Answers(writer, SETTINGS))

    load(reader, "surveys")
    surveys = f"select count(*) as n from {schema.rows('surveys')}"
    assert reader.rows(surveys) == writer.rows(surveys) != [{"n": 0}]
    with writer.transaction() as cursor:
        assert schema.spell(cursor, {("brand", "Nord"): "North", ("brand", "Süd"): "South"})
    brands = f"select distinct brand from {schema.rows('surveys')} order by 1"
    until = time.monotonic() + 2
    while reader.rows(brands) != writer.rows(brands):
        assert time.monotonic() < until


def test_who_writes_is_told_nothing_of_a_moment_ago(
    mirrored: tuple[Warehouse, Warehouse], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a crash left is told from what is there: by what is there, not by a mirror of it."""
    monkeypatch.setattr(connection, "SECONDS_KNOWN", 3600)
    reader, writer = mirrored
    before = reader.recent_version()
    raise_version(writer)
    assert reader.version() == before
    with reader.writing():
        assert reader.version() == before + 1


def test_a_mirror_outlives_the_states_that_were_forgotten(
    mirrored: tuple[Warehouse, Warehouse], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which tables were changed since is not known then."""
    reader, writer = mirrored
    assert reader.rows("from uploads") == []
    monkeypatch.setattr(lake, "SOMEONE_READS", "0 seconds")
    for name in ("emails", "surveys"):
        load(writer, name)
        writer.pack()
    time.sleep(connection.SECONDS_KNOWN)
    assert len(reader.rows("from uploads")) == 2
    assert equal(Answers(reader, SETTINGS), Answers(writer, SETTINGS))[1] > 100


@pytest.mark.parametrize("most", [mirror.MOST_ROWS, 0], ids=["whole", "in part"])
def test_all_that_is_read_of_a_mirror_is_of_one_state(
    mirrored: tuple[Warehouse, Warehouse], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where some of it is read from the lake, and the copy has gone on meanwhile."""
    monkeypatch.setattr(mirror, "MOST_ROWS", most)
    reader, writer = mirrored
    asked = (f"select count(*) from {schema.rows('emails')}", "from uploads", "from meta")
    with reader.snapshot() as first, reader.snapshot() as seen:
        before = [first.rows(sql) for sql in asked]
        load(writer, "emails")
        time.sleep(connection.SECONDS_KNOWN)
        now = [reader.rows(sql) for sql in asked]
        assert all(one != other for one, other in zip(before, now, strict=True))
        assert [first.rows(sql) for sql in asked] == before
        late = [seen.rows(sql) for sql in asked]  # it began, and asks for the first time
    assert late in (before, now)


def test_of_a_mirror_too_a_part_is_what_it_is_of_the_lake(
    mirrored: tuple[Warehouse, Warehouse], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "MOST_ROWS", 50)
    load(mirrored[1], "tickets")
    only: Only = ((("team", ("Lille",)),),)
    found = []
    for warehouse in mirrored:
        with part.made(warehouse, only) as (seen, _path):
            found.append(seen.rows("from tickets"))
    assert found[0] == found[1]
    assert 0 < len(found[0]) < mirrored[1].rows("select count(*) as n from tickets")[0]["n"]


def test_a_table_that_has_grown_is_read_from_the_lake(
    mirrored: tuple[Warehouse, Warehouse], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "MOST_ROWS", 50)
    reader, writer = mirrored
    count = f"select count(*) as n from {schema.rows('emails')}"
    assert reader.rows(count) == [{"n": 0}]
    load(writer, "emails")
    time.sleep(connection.SECONDS_KNOWN)
    assert reader.rows(count) == writer.rows(count) != [{"n": 0}]
    held = "select 1 from duckdb_tables() where database_name = $of and table_name = 'emails'"
    assert reader.rows(held, {"of": mirror.NAME}) == []


@pytest.mark.parametrize(
    "said",
    [
        duckdb.Error('Failed to execute query "ROLLBACK": '),
        duckdb.InvalidInputException(
            "Invalid Input Error: Attempting to fetch from an unsuccessful query result\n"
            "Error: TransactionContext Error: Current transaction is aborted (please ROLLBACK)"
        ),
    ],
)
def test_an_end_of_postgres_without_a_word_is_the_lakes_fault(
    tmp_path: Path, said: duckdb.Error
) -> None:
    assert Lake("postgres:", tmp_path).is_at_fault(said)
    assert not Lake("postgres:", tmp_path).is_at_fault(duckdb.BinderException("No column day"))


def test_where_postgres_is_not_there_it_is_said(tmp_path: Path) -> None:
    lake = Lake("postgres:host=127.0.0.1 port=1 user=tests dbname=postgres", tmp_path)
    with pytest.raises(ServiceQualityError, match="port=1 user=tests") as caught:
        Warehouse.at(lake)
    assert "Connection refused" in str(caught.value)


@pytest.mark.parametrize("keeps", [False, True], ids=["", "mirror"])
def test_a_postgres_that_crashes_is_said_and_found_again(tmp_path: Path, keeps: bool) -> None:
    """Before and in the middle of a transaction; nothing changes, and no process ends with it."""
    with postgres.server() as server:
        warehouse = Warehouse.at(Lake(server.catalog, tmp_path))
        if keeps:
            warehouse.keep_mirror()
            assert warehouse.version() == 0
        raise_version = "update meta set data_version = data_version + 1"

        def crashes() -> None:
            with warehouse.transaction() as cursor:
                cursor.execute(raise_version)
                server.stop()

        with pytest.raises(ServiceQualityError, match="Nothing was changed"):
            crashes()
        for ask in (warehouse.version, lambda: warehouse.transaction().__enter__()):
            with pytest.raises(ServiceQualityError, match="cannot be reached"):
                ask()
        server.start()
        with pytest.raises(ServiceQualityError, match="index 0"), warehouse.cursor():
            # As the extension says of an answer that was broken off.
            raise duckdb.InternalException("Attempted to access index 0 within vector of size 0")
        assert warehouse.version() == 0
        with warehouse.transaction() as cursor:
            cursor.execute(raise_version)
        assert warehouse.version() == 1


def test_what_a_process_left_undone_the_next_one_to_publish_does(
    catalog: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two that run: one ends when its upload counts and is not marked as told yet."""
    monkeypatch.setattr(places, "of", lambda _home: Lake(catalog, tmp_path, "undone"))
    one, other = Store(tmp_path), Store(tmp_path)
    day = {"created_at": "2025-01-01 10:00:00"}

    def ends(*_words: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(folder, "note", ends)
        with pytest.raises(KeyboardInterrupt):
            one.load("tickets", [{"ticket_id": "a", **day}])
    assert (tmp_path / withdraw.UNDER_WAY).exists()
    other.load("tickets", [{"ticket_id": "b", **day}])
    assert not (tmp_path / withdraw.UNDER_WAY).exists()
    assert [line["status"] for line in damage.report(other.warehouse)] == [damage.OK] * 2
    assert other.one("ticket_volume")["value"] == 2


def test_small_files_become_few_and_nothing_else_changes(
    catalog: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve uploads, of which two are taken back; what was earlier is still told."""
    monkeypatch.setattr(places, "of", lambda _home: Lake(catalog, tmp_path, "packed"))
    store, day, number = Store(tmp_path), {"created_at": "2025-01-01 10:00:00"}, 100
    versions: list[int] = []
    for n in range(12):
        rows = [{"ticket_id": f"{n}-{k}", **day} for k in range(number)]
        last = store.load("tickets", rows)
        versions.append(store.warehouse.version())
    store.withdraw(last.upload_id or "")
    tickets = tmp_path / "lake" / "main" / "tickets"
    assert len(list(tickets.glob("*.parquet"))) >= 12

    first = store.warehouse.pack()
    assert (first["rewritten"] + first["joined"] >= 11, first["removed"]) == (True, 0)
    monkeypatch.setattr("service_quality.warehouse.lake.SOMEONE_READS", "0 seconds")
    again = store.warehouse.pack()
    assert again["removed"] >= 12
    assert again["states"] >= 13
    assert len(list(tickets.glob("*.parquet"))) <= 2
    for rows in (True, False):
        (volume,) = store.answers.kpi("ticket_volume", rows=rows)
        assert volume["value"] == 11 * number
    before = as_of.open(tmp_path, SETTINGS, versions[4], store.warehouse.version(), set())
    assert before.rows("select count(*) as n from tickets") == [{"n": 5 * number}]
    store.put_back(last.upload_id or "")
    assert store.one("ticket_volume")["value"] == 12 * number


def test_what_earlier_versions_wrote_to_postgresql_leaves_it_as_it_is_packed(
    catalog: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of small uploads; until then they are changed there, and what is new lies in files."""
    place = Lake(catalog, tmp_path, "small")
    monkeypatch.setattr(places, "of", lambda _home: place)
    with monkeypatch.context() as patch:
        patch.setattr(lake, "MOST_INLINED", 10)
        store = Store(tmp_path)
        for n in range(3):
            last = store.load("tickets", [{"ticket_id": n, "created_at": "2025-01-01 10:00:00"}])
        store.warehouse.close()
    store.reopen()
    store.withdraw(last.upload_id or "")
    for left in (2, 0):  # of the tickets that count
        with store.warehouse.cursor() as cursor:
            (name,) = cursor.execute(
                f"select i.table_name from {CATALOG}.small.ducklake_inlined_data_tables as i"
                f" join {CATALOG}.small.ducklake_table as t using (table_id)"
                " where t.table_name = 'tickets'"
            ).fetchall()[0]
            held = f"from {CATALOG}.small.{name} where end_snapshot is null"
            assert len(cursor.execute(held).fetchall()) == left
        moved = store.warehouse.pack()["moved"]
        assert (moved > 2) == (left > 0)
        assert store.one("ticket_volume")["value"] == 2
    store.put_back(last.upload_id or "")
    assert store.one("ticket_volume")["value"] == 3


@pytest.mark.parametrize("seed", range(3))
def test_small_uploads_that_are_folded_anew_are_what_they_were(
    catalog: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """One transaction writes few rows and many, and changes both."""
    monkeypatch.setattr(places, "of", lambda _home: Lake(catalog, tmp_path, f"anew_{seed}"))
    store, dice = Store(tmp_path), random.Random(seed)
    store.load("tickets", numbered(range(40), "first"))
    for n in range(6):
        source = dice.choice(["test", "test", "other"])
        store.load("tickets", numbered(dice.sample(range(60), 6), f"{n}"), source=source)
    before = store.stored("tickets")
    withdraw.rebuild(store.warehouse, store.settings)
    assert store.stored("tickets") == before


def numbered(ids: Iterable[int], team: str) -> list[dict[str, Any]]:
    day = datetime(2025, 1, 1)
    return [{"ticket_id": n, "created_at": day + timedelta(days=n), "team": team} for n in ids]


def test_a_file_is_not_packed(tmp_path: Path) -> None:
    with (
        closing(Warehouse.at(places.file(tmp_path))) as warehouse,
        pytest.raises(UsageError, match="needs no packing"),
    ):
        warehouse.pack()


def test_killed_at_random_moments(tmp_path: Path) -> None:
    """A process of two, the other, and PostgreSQL; `python -m tests.crash_lake` kills a hundred."""
    found = list(crash_lake.rounds(tmp_path, kills=3, seed=2))
    assert [each.victim for each in found] == [*crash_lake.WHO, crash_lake.POSTGRES]
    assert sum(each.told for each in found) > 0


def test_without_extensions_both_ways_to_them_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setattr("service_quality.warehouse.lake.EXTENSIONS", ("no_such_extension",))
    with pytest.raises(UsageError, match=r"service-quality\[lake\].*install_extension"):
        Warehouse.at(Lake("postgres:", tmp_path))


@pytest.mark.parametrize("setting", ["ducklake:sqlite:x", "postgres:host=x", "warehouse.duckdb"])
def test_a_setting_that_is_no_place_is_an_error(tmp_path: Path, setting: str) -> None:
    with pytest.raises(UsageError, match="is no warehouse"):
        places.named(setting, tmp_path)
