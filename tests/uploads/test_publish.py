"""Publishing is all or nothing: identity of files, what is kept, taking back, crashes, threads."""

from __future__ import annotations

import json
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from service_quality.base.errors import ServiceQualityError, UsageError
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.uploads import folder as stored
from service_quality.uploads import publish, register
from service_quality.uploads.outcome import Outcome
from service_quality.warehouse import places
from service_quality.warehouse.places import FILE_NAME
from tests.factories import NOW, SETTINGS, Store, words_for

Row = dict[str, Any]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data")


def ticket(number: int, **cells: Any) -> Row:
    return {"ticket_id": number, "created_at": "2024-03-01 10:00", **cells}


def counts(outcome: Outcome) -> dict[str, int]:
    return {name: count for name, count in outcome.counts.items() if count}


def statuses(store: Store) -> list[str]:
    return [row["status"] for row in store.answers.uploads()]


# The same bytes


def again(store: Store, path: Path, words: Instructions, **more: Any) -> Outcome:
    moment = publish.Moment(NOW, "tester")
    return publish.load(store.warehouse, SETTINGS, path, words, moment, **more)


def test_the_same_bytes_read_the_same_way_change_nothing(store: Store) -> None:
    path = store.export([ticket(1), ticket(2)])
    words = words_for("tickets", ("ticket_id", "created_at"), "test")
    first, version = again(store, path, words), store.warehouse.version()
    outcome = again(store, path, words, name="another name.csv")
    assert (outcome.status, outcome.upload_id) == ("unchanged", first.upload_id)
    assert counts(outcome) == {"unchanged": 2}
    assert store.warehouse.version() == version
    assert len(store.answers.uploads()) == 1


def test_another_mapping_supersedes_and_comes_back_when_withdrawn(store: Store) -> None:
    path = store.export([ticket(1, solved_at="2024-03-02", due_at="2024-03-09")])
    columns = ("ticket_id", "created_at", "solved_at")
    right = words_for("tickets", columns, "test")
    wrong = words_for("tickets", columns, "test")
    wrong.mapping["solved_at"] = "due_at"
    again(store, path, wrong)
    second = again(store, path, right)
    assert statuses(store) == ["superseded", "published"]
    assert store.stored("tickets", "solved_at") == [(datetime(2024, 3, 2),)]
    store.withdraw(second.upload_id)
    assert statuses(store) == ["published", "withdrawn"]
    assert store.stored("tickets", "solved_at") == [(datetime(2024, 3, 9),)]


def test_another_source_is_another_upload(store: Store) -> None:
    path = store.export([ticket(1)])
    for source in ("north", "south"):
        again(store, path, words_for("tickets", ("ticket_id", "created_at"), source))
    assert statuses(store) == ["published", "published"]
    assert store.one("ticket_volume")["value"] == 2


def test_two_questions_of_one_file_stand_side_by_side(store: Store) -> None:
    path = store.export([{"response_id": 1, "answered_at": "2024-03-01", "q1": 5, "q2": 1}])
    for question in ("q1", "q2"):
        mapping = {"response_id": "response_id", "answered_at": "answered_at", "csat": question}
        constants = {"csat_scale": "1-5", "question": question}
        again(store, path, Instructions("surveys", "s", mapping=mapping, constants=constants))
    assert statuses(store) == ["published", "published"]
    assert store.by("csat", "question") == {"q1": 1, "q2": 0}


@pytest.mark.parametrize("again_until", ["2024-03-31", "2024-04-30"])
def test_a_stated_end_of_observation_makes_no_other_export(store: Store, again_until: str) -> None:
    march = {"received_at": "2024-03-01", "brand": "A"}
    store.load("emails", [march], constants={"observed_until": "2024-03-31"})
    more = [march, {"received_at": "2024-03-05", "brand": "A"}]
    outcome = store.load("emails", more, constants={"observed_until": again_until})
    assert counts(outcome) == {"inserted": 2, "removed": 1}


# What is kept, and taking it back


def test_an_upload_keeps_its_mapped_stored_columns_its_words_and_its_report(store: Store) -> None:
    rows = [ticket(1, team="T", priority="high"), ticket(2, team="T", priority="low")]
    outcome = store.load("tickets", rows)
    folder = store.folder / stored.FOLDER / outcome.upload_id
    frame = pl.read_parquet(folder / stored.ROWS_FILE)
    assert set(frame.columns) == {"record", "notes", "ticket_id", "created_at", "team"}
    assert frame["record"].to_list() == [1, 2]
    manifest = json.loads((folder / stored.MANIFEST_FILE).read_text(encoding="utf-8"))
    assert manifest["columns"] == ["ticket_id", "created_at", "team"]
    assert manifest["outcome"]["rows_accepted"] == 2
    assert Instructions.from_json(manifest["words"]).mapping["team"] == "team"


def test_any_upload_can_be_withdrawn_and_put_back_where_it_was(store: Store) -> None:
    first = store.load("tickets", [ticket(1, team="a"), ticket(2, team="a")]).upload_id
    store.load("tickets", [ticket(2, team="b"), ticket(3, team="b")])
    both = store.stored("tickets"), store.answers.kpi("ticket_volume", ["month"])
    store.withdraw(first)
    assert statuses(store) == ["withdrawn", "published"]
    assert store.stored("tickets", "ticket_id", "team") == [("2", "b"), ("3", "b")]
    assert store.one("ticket_volume")["value"] == 2
    with pytest.raises(UsageError, match="was withdrawn before"):
        store.withdraw(first)
    assert store.put_back(first)["status"] == "published"
    assert (store.stored("tickets"), store.answers.kpi("ticket_volume", ["month"])) == both
    with pytest.raises(UsageError, match="is not withdrawn"):
        store.put_back(first)


def test_there_is_no_such_upload(store: Store) -> None:
    with pytest.raises(UsageError, match="no upload nobody"):
        store.withdraw("nobody")


def test_withdrawing_the_middle_of_three_readings_of_one_file(store: Store) -> None:
    path = store.export([ticket(1, solved_at="2024-03-02", due_at="2024-03-09")])
    columns = ("ticket_id", "created_at", "solved_at")
    ids = []
    for header in ("due_at", "created_at", "solved_at"):
        words = words_for("tickets", columns, "test")
        words.mapping["solved_at"] = header
        ids.append(again(store, path, words).upload_id)
    assert statuses(store) == ["superseded", "superseded", "published"]
    store.withdraw(ids[1])
    assert statuses(store) == ["superseded", "withdrawn", "published"]
    store.withdraw(ids[2])
    assert statuses(store) == ["published", "withdrawn", "withdrawn"]
    assert store.stored("tickets", "solved_at") == [(datetime(2024, 3, 9),)]
    store.put_back(ids[1])
    assert statuses(store) == ["superseded", "published", "withdrawn"]
    assert store.stored("tickets", "solved_at") == [(datetime(2024, 3, 1, 10),)]


def test_withdrawing_restores_the_rollup_the_rejects_and_the_end_of_observation(
    store: Store,
) -> None:
    store.load("tickets", [ticket(1, first_reply_at="2024-03-09 10:00")])
    before = store.answers.kpi("first_reply_in_time", ["month"])
    assert [(row["month"], row["numerator"], row["n"]) for row in before] == [("2024-03", 0, 1)]
    late = {"ticket_id": 2, "created_at": "2024-06-01", "first_reply_at": "2024-06-02 10:00"}
    upload = store.load("tickets", [late]).upload_id
    assert len(store.answers.kpi("first_reply_in_time", ["month"])) == 2
    store.withdraw(upload)
    assert store.answers.kpi("first_reply_in_time", ["month"]) == before
    (coverage,) = store.answers.coverage()
    assert coverage["observed_until"] == datetime(2024, 3, 9, 10)
    assert (coverage["first"], coverage["rows"]) == (date(2024, 3, 1), 1)


def test_a_withdrawn_file_can_be_loaded_again(store: Store) -> None:
    store.withdraw(store.load("tickets", [ticket(1)]).upload_id)
    assert counts(store.load("tickets", [ticket(1)])) == {"inserted": 1}


# Refused, checked, crashed


def state(store: Store) -> tuple[Any, ...]:
    folders = sorted(p.name for p in (store.folder / stored.FOLDER).glob("*"))
    rollup = store.answers.kpi("ticket_volume", ["month"])
    return store.warehouse.version(), store.stored("tickets"), statuses(store), folders, rollup


def test_a_check_counts_like_a_load_and_leaves_nothing(store: Store) -> None:
    store.load("tickets", [ticket(1, team="a"), ticket(2, team="a")])
    before = state(store)
    rows = [ticket(1, team="b"), ticket(2, team="a"), ticket(3), ticket(3, team="c")]
    checked = store.try_load("tickets", rows, dry_run=True)
    assert (checked.status, checked.upload_id) == ("checked", None)
    assert counts(checked) == {"inserted": 1, "updated": 1, "unchanged": 1, "superseded": 1}
    assert state(store) == before
    assert counts(store.load("tickets", rows)) == counts(checked)


def test_a_file_of_bad_rows_only_is_refused_and_leaves_nothing(store: Store) -> None:
    store.load("tickets", [ticket(1)])
    before = state(store)
    outcome = store.try_load("tickets", [ticket(2) | {"created_at": "never"}])
    assert (outcome.status, outcome.rows_rejected) == ("refused", 1)
    assert state(store) == before


@pytest.mark.parametrize(
    ("room", "step"),
    [(stored, "begin"), (stored, "finish"), (register, "record"), (register, "raise_version")],
)
def test_a_failure_at_any_step_undoes_all(
    store: Store, monkeypatch: pytest.MonkeyPatch, room: ModuleType, step: str
) -> None:
    store.load("tickets", [ticket(1)])
    before = state(store)
    done = getattr(room, step)

    def fails(*arguments: Any) -> None:
        done(*arguments)
        raise MemoryError(step)

    monkeypatch.setattr(room, step, fails)
    with pytest.raises(MemoryError):
        store.load("tickets", [ticket(2)])
    monkeypatch.undo()
    assert state(store) == before
    assert store.load("tickets", [ticket(2)]).status == "published"


def test_rows_of_a_large_file_are_staged_packed_to_the_same_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        ticket("a1", first_reply_at="2024-03-01", solved_at="2024-03-02 09:00", topic="Bill"),
        ticket("a2", first_reply_at="soon", solved_at="2024-02-01 09:00", topic="Parcel"),
        ticket("a3", created_at="31/02/2024", topic="Bill"),
        ticket("a1", solved_at="2024-03-03 09:00", topic="Bill"),
    ]
    found = []
    for large in (publish.LARGE, -1):
        monkeypatch.setattr(publish, "LARGE", large)
        store = Store(tmp_path / f"data{large}")
        outcome = store.try_load("tickets", [*rows * 50, ticket("b1", topic="me@example.com")])
        kept = store.stored(
            "tickets", "ticket_id", "created_at", "first_reply_at", "notes", "topic"
        )
        issues = [(issue.column, issue.rule, issue.rows) for issue in outcome.issues]
        found.append((kept, counts(outcome), issues, outcome.rows_rejected))
        assert not [*store.folder.rglob("staging*")]
        known = store.warehouse.rows("select database_name as name from duckdb_databases()")
        assert not [row["name"] for row in known if row["name"].startswith("staging")]
    assert found[0] == found[1]
    kept, _counts, _issues, rejected = found[0]
    assert [row[-1] for row in kept if row[0] == "b1"] == ["…"]
    assert rejected == 50


def test_a_full_disk_is_said_while_rows_are_staged_packed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.load("tickets", [ticket(1)])
    path = store.export(ticket(n, team=f"team {n * 7919 % 3000}") for n in range(2, 60_000))
    words = words_for("tickets", ["ticket_id", "created_at", "team"], "test")
    monkeypatch.setattr(publish, "LARGE", -1)
    moment = publish.Moment(NOW, "tester")
    with full_disk(300_000), pytest.raises(ServiceQualityError, match="Free some space"):
        publish.load(store.warehouse, SETTINGS, path, words, moment)
    assert publish.load(store.warehouse, SETTINGS, path, words, moment).rows_accepted == 59_998


def test_leftovers_of_a_crash_are_removed_at_the_next_start(store: Store) -> None:
    upload = store.load("tickets", [ticket(1)]).upload_id
    leftover = store.folder / stored.FOLDER / "20240101-000000-abcdef.making"
    leftover.mkdir()
    (leftover / stored.ROWS_FILE).write_bytes(b"PAR1")
    store.reopen()
    assert not leftover.exists()
    assert [p.name for p in (store.folder / stored.FOLDER).iterdir()] == [upload]
    assert store.one("ticket_volume")["value"] == 1


# Several at once


def test_two_threads_uploading_at_once_both_land(store: Store) -> None:
    ready = threading.Barrier(2)
    outcomes: list[Outcome] = []

    def upload(number: int) -> None:
        rows = [ticket(100 * number + n, team=f"team {number}") for n in range(50)]
        ready.wait(5)
        outcomes.append(store.load("tickets", rows))

    threads = [threading.Thread(target=upload, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [counts(o) for o in outcomes] == [{"inserted": 50}] * 2
    assert store.by("ticket_volume", "team") == {"team 0": 50, "team 1": 50}
    assert store.answers.kpi("ticket_volume")[0]["value"] == 100


@contextmanager
def full_disk(largest: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes: to a program that looks as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    ("teams", "failed"), [(3_000, "Failed to commit"), (10**9, "Failed to create checkpoint")]
)
def test_a_full_disk_at_the_commit_is_said_and_changes_nothing(
    store: Store, teams: int, failed: str
) -> None:
    store.load("tickets", [ticket(1)])
    store.reopen()  # which writes all into the warehouse's own file
    path = store.export(ticket(n, team=f"team {n * 7919 % teams}") for n in range(2, 60_000))
    words = words_for("tickets", ["ticket_id", "created_at", "team"], "test")

    def load() -> Outcome:
        return publish.load(store.warehouse, SETTINGS, path, words, publish.Moment(NOW, "tester"))

    # That file may stay as large as it is, and what is to be kept is smaller.
    largest = (store.folder / FILE_NAME).stat().st_size
    with full_disk(largest), pytest.raises(ServiceQualityError, match=failed) as said:
        load()
    assert f"{store.folder} cannot be written to" in str(said.value)
    assert "Nothing was changed" in str(said.value)
    # The same program goes on: with what was there, and once there is room again, with all of it.
    assert store.one("ticket_volume")["value"] == 1
    assert len(list((store.folder / stored.FOLDER).iterdir())) == 1
    assert load().inserted == 59_998
    assert store.one("ticket_volume")["value"] == 59_999
    store.reopen()
    assert store.one("ticket_volume")["value"] == 59_999


def test_on_a_full_disk_a_warehouse_opens_to_be_read(store: Store) -> None:
    store.load("tickets", [ticket(1)])
    store.warehouse.close()
    with full_disk(0):
        store.reopen()
        assert store.one("ticket_volume")["value"] == 1


def test_a_full_disk_at_the_start_of_a_newer_version_is_said(store: Store) -> None:
    store.load("tickets", [ticket(1)])
    with store.warehouse.cursor() as cursor:
        cursor.execute("alter table meta drop column made_of")
    store.warehouse.close()
    with full_disk(0), pytest.raises(ServiceQualityError, match="Nothing was changed"):
        publish.open_warehouse(places.of(store.folder), SETTINGS)
    store.warehouse = publish.open_warehouse(places.of(store.folder), SETTINGS)
    assert store.one("ticket_volume")["value"] == 1
