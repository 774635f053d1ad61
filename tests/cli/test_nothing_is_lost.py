"""What was acknowledged survives a lost log, an old warehouse, a visitor, and the next start."""

from __future__ import annotations

import json
import logging
import multiprocessing
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from service_quality.cli import serving
from service_quality.ui.frame import data
from service_quality.uploads import as_of
from service_quality.uploads import folder as stored
from service_quality.warehouse import temporary
from service_quality.warehouse.places import FILE_NAME
from tests.cli.driving import CommandLine
from tests.factories import SETTINGS, Store

DAY = datetime(2024, 3, 1, 9)
WAL = f"{FILE_NAME}.wal"
pytestmark = pytest.mark.slow  # many worlds, or many kinds of damage

LOAD = """
import os, sys
from pathlib import Path
from tests.factories import Store

rows = [{"ticket_id": 2, "created_at": "2024-04-01"}]
store = Store(Path(sys.argv[1]))
print(store.load("tickets", rows).upload_id, flush=True)
os._exit(0)  # as if killed: no checkpoint
"""


def ticket(number: int) -> list[dict[str, Any]]:
    return [{"ticket_id": number, "created_at": DAY}]


def published(folder: Path, number: int = 1) -> str:
    """Publish one ticket and close the warehouse."""
    store = Store(folder)
    upload = store.load("tickets", ticket(number)).upload_id
    store.warehouse.close()
    assert upload
    return upload


@contextmanager
def lost_again(folder: Path) -> Iterator[Store]:
    """Give the warehouse to change, and put yesterday's in its place afterwards."""
    shutil.copy(folder / FILE_NAME, folder / "yesterday")
    store = Store(folder)
    yield store
    store.warehouse.close()
    shutil.copy(folder / "yesterday", folder / FILE_NAME)


def loaded_and_killed(folder: Path) -> str:
    """Publish a second upload in a process that ends with its log unwritten to the file."""
    command = [sys.executable, "-c", LOAD, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


DAMAGES: dict[str, Callable[[Path], object]] = {
    "removed": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "cut": cut,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_upload_whose_log_is_gone_is_folded_in_again(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    first = published(tmp_path)
    second = loaded_and_killed(tmp_path)
    DAMAGES[damage](tmp_path / WAL)
    with caplog.at_level(logging.WARNING):
        store = Store(tmp_path)
    assert {row["upload_id"] for row in store.answers.uploads()} == {first, second}
    assert store.stored("tickets", "ticket_id") == [("1",), ("2",)]
    assert second in caplog.text


def test_yesterday_s_warehouse_beside_today_s_uploads_becomes_today_s(tmp_path: Path) -> None:
    first = published(tmp_path)
    with lost_again(tmp_path) as store:
        second = store.load("tickets", ticket(2)).upload_id
        store.withdraw(first)
    store = Store(tmp_path)
    status = {row["upload_id"]: row["status"] for row in store.answers.uploads()}
    assert status == {first: "withdrawn", second: "published"}
    assert store.stored("tickets", "ticket_id") == [("2",)]


def test_a_withdrawal_that_yesterday_s_warehouse_does_not_know_stands(tmp_path: Path) -> None:
    upload = published(tmp_path)
    with lost_again(tmp_path) as store:
        store.withdraw(upload)
    assert not Store(tmp_path).stored("tickets")


def test_what_nobody_was_told_of_is_set_aside_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    upload = published(tmp_path)
    (tmp_path / FILE_NAME).unlink()
    (stored.folder_of(tmp_path, upload) / stored.MARKS_FILE).unlink()
    with caplog.at_level(logging.WARNING):
        store = Store(tmp_path)
    assert not store.answers.uploads()
    aside = tmp_path / stored.SET_ASIDE / upload
    assert (aside / stored.ROWS_FILE).exists()
    assert str(aside) in caplog.text


def test_an_upload_of_a_version_that_wrote_no_acknowledgement_counts(tmp_path: Path) -> None:
    upload = published(tmp_path)
    (tmp_path / FILE_NAME).unlink()
    folder = stored.folder_of(tmp_path, upload)
    (folder / stored.MARKS_FILE).unlink()
    manifest = folder / stored.MANIFEST_FILE
    said = json.loads(manifest.read_text(encoding="utf-8"))
    del said["product"], said[stored.FILES], said[stored.CHECKSUM]
    manifest.write_text(json.dumps(said), encoding="utf-8")
    assert [row["upload_id"] for row in Store(tmp_path).answers.uploads()] == [upload]


def test_a_warehouse_whose_kept_uploads_are_gone_is_not_made_anew_without_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = published(tmp_path)
    with lost_again(tmp_path) as store:
        second = store.load("tickets", ticket(2)).upload_id
    shutil.rmtree(stored.folder_of(tmp_path, first))
    with caplog.at_level(logging.WARNING):
        store = Store(tmp_path)
    assert store.stored("tickets", "ticket_id") == [("1",)]
    assert stored.folder_of(tmp_path, second).exists()
    assert first in caplog.text
    assert second in caplog.text


def test_an_upload_that_was_stopped_after_it_was_done_keeps_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    transaction = type(store.warehouse).transaction

    class Stopped:
        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def __enter__(self) -> Any:
            return self.inner.__enter__()

        def __exit__(self, *error: Any) -> None:
            self.inner.__exit__(*error)
            raise KeyboardInterrupt

    monkeypatch.setattr(
        type(store.warehouse),
        "transaction",
        lambda self, cursor=None: Stopped(transaction(self, cursor)),
    )
    with pytest.raises(KeyboardInterrupt):
        store.load("tickets", ticket(1))
    monkeypatch.undo()
    store.reopen()
    (upload,) = store.answers.uploads()
    assert stored.read(stored.folder_of(tmp_path, upload["upload_id"])).acknowledged


@pytest.mark.parametrize("command", [["kpi", "ticket_volume"], ["uploads"]])
def test_the_command_line_makes_a_lost_warehouse_anew_to_answer(
    sq: CommandLine, command: list[str]
) -> None:
    store = Store(sq.data)
    upload = store.load("tickets", ticket(1)).upload_id
    store.warehouse.close()
    (sq.data / FILE_NAME).unlink()
    ran = sq.run(*command, "--json")
    assert ran.code == 0
    found = ran.json if command == ["uploads"] else ran.json["rows"]
    assert [row.get("upload_id", row.get("value")) for row in found] in ([upload], [1])


def test_a_visitor_who_clears_the_caches_opens_nothing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(tmp_path))
    try:
        first = data.real().answers.warehouse
        dropped = temporary.own(tmp_path) / "dropped"
        dropped.write_text("a file that someone just dropped")
        threads = threading.active_count()
        st.cache_resource.clear()
        st.cache_data.clear()
        assert data.real().answers.warehouse is first
        assert threading.active_count() == threads
        assert dropped.exists()
    finally:
        serving.let_go()


def _hold(home: Path, ready: Any, ended: Any) -> None:
    (temporary.own(home) / "rows").write_text("in use")
    ready.set()
    ended.wait(60)


def test_tidying_leaves_what_a_living_program_holds(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, ended = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path, ready, ended))
    other.start()
    assert ready.wait(60)
    (held,) = (tmp_path / temporary.FOLDER).glob("*/rows")
    temporary.clear(tmp_path)
    assert held.exists()
    other.kill()
    other.join()
    temporary.clear(tmp_path)
    assert not held.exists()


def test_what_was_being_made_of_an_earlier_version_is_tidied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    store.load("tickets", ticket(1))
    (tmp_path / as_of.FOLDER).mkdir()
    older = tmp_path / as_of.FOLDER / f"1-abc{stored.MAKING}"
    older.write_bytes(b"left by a kill of an older version")
    as_of.open(tmp_path, SETTINGS, 1, store.warehouse.version()).close()
    assert not older.exists()
    assert not list(temporary.own(tmp_path).glob("*.duckdb*"))


def test_temporary_files_have_a_folder_that_goes_with_the_program(tmp_path: Path) -> None:
    code = (
        "import sys, tempfile; from pathlib import Path;"
        "from service_quality.warehouse import temporary;"
        "temporary.use(Path(sys.argv[1])); print(tempfile.mkdtemp())"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert Path(made).is_relative_to(tmp_path / temporary.FOLDER)
    assert not Path(made).exists()
    assert tempfile.gettempdir()
