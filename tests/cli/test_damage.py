"""Damage of a kept upload is found and named; nothing changes, and the rest stays usable."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.errors import DamagedError
from service_quality.uploads import folder as stored
from service_quality.uploads import withdraw
from service_quality.warehouse.places import FILE_NAME
from tests.cli.driving import CommandLine
from tests.damage import DAMAGES, flip
from tests.factories import Store

pytestmark = pytest.mark.slow  # many worlds, or many kinds of damage

DAY = datetime(2024, 3, 1, 9)


def ticket(number: int) -> list[dict[str, Any]]:
    return [{"ticket_id": number, "created_at": DAY}]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Three uploads, of which the first has a row set aside."""
    home = tmp_path_factory.mktemp("three")
    store = Store(home)
    bad = [*ticket(1), {"ticket_id": 9, "created_at": None}]
    ids = [store.try_load("tickets", r).upload_id for r in (bad, ticket(2), ticket(3))]
    store.warehouse.close()
    return home, ids


@pytest.fixture
def three(sq: CommandLine, made: tuple[Path, list[str]]) -> list[str]:
    shutil.copytree(made[0], sq.data)
    return made[1]


def state(sq: CommandLine) -> list[Any]:
    return [sq.uploads(), sq.kpi("ticket_volume", "--by", "month")]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        (stored.ROWS_FILE, "flipped"),
        (stored.REJECTS_FILE, "removed"),
        (stored.MANIFEST_FILE, "cut"),
        (stored.MANIFEST_FILE, "emptied"),
    ],
)
def test_a_damaged_file_is_named_by_every_command_that_reads_it(
    sq: CommandLine, three: list[str], name: str, damage: str
) -> None:
    before = state(sq)
    path = stored.folder_of(sq.data, three[0]) / name
    DAMAGES[damage](path)
    verified = sq.run("verify", "--json")
    assert verified.code == 1
    assert str(path) in verified.err
    assert [row["status"] for row in verified.json] == ["damaged", "ok", "ok"]
    for command in (["rebuild"], ["withdraw", three[1]], ["kpi", "ticket_volume", "--as-of", "2"]):
        ran = sq.run(*command)
        assert (ran.code, str(path) in ran.err) == (1, True), ran.err
    assert state(sq) == before


def test_damaged_marks_are_named(sq: CommandLine, three: list[str]) -> None:
    path = stored.folder_of(sq.data, three[0]) / stored.MARKS_FILE
    before = state(sq)
    DAMAGES["cut"](path)
    for command in (["verify"], ["rebuild"], ["withdraw", three[0]]):
        ran = sq.run(*command)
        assert (ran.code, str(path) in ran.err) == (1, True), ran.err
    assert state(sq) == before


def test_changed_words_of_manifest_and_marks_are_found(sq: CommandLine, three: list[str]) -> None:
    folder = stored.folder_of(sq.data, three[0])
    for name, word, other in (
        (stored.MANIFEST_FILE, "tickets", "ticketz"),
        (stored.MARKS_FILE, "acknowledged", "withdrawn"),
    ):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(word, other), encoding="utf-8")
        assert str(path) in sq.run("verify").err
        path.write_text(text, encoding="utf-8")
    assert sq.run("verify").code == 0


def test_the_rows_of_another_upload_are_found(sq: CommandLine, three: list[str]) -> None:
    first, second, _third = (stored.folder_of(sq.data, each) for each in three)
    shutil.copy(second / stored.ROWS_FILE, first / stored.ROWS_FILE)
    assert [row["status"] for row in sq.run("verify", "--json").json] == ["damaged", "ok", "ok"]
    shutil.rmtree(first)
    shutil.copytree(second, first)
    assert [row["status"] for row in sq.run("verify", "--json").json] == ["damaged", "ok", "ok"]


def test_a_missing_folder_is_named(sq: CommandLine, three: list[str]) -> None:
    before = state(sq)
    folder = stored.folder_of(sq.data, three[1])
    shutil.rmtree(folder)
    verified = sq.run("verify", "--json")
    assert verified.code == 1
    missing = [row for row in verified.json if row["status"] == "missing"]
    assert [row["upload_id"] for row in missing] == [three[1]]
    for command in (["rebuild"], ["withdraw", three[0]], ["kpi", "ticket_volume", "--as-of", "3"]):
        ran = sq.run(*command)
        assert (ran.code, str(folder) in ran.err) == (1, True), ran.err
    assert state(sq) == before


def test_what_cannot_be_restored_is_withdrawn_and_the_rest_goes_on(
    sq: CommandLine, three: list[str]
) -> None:
    shutil.rmtree(stored.folder_of(sq.data, three[1]))
    assert sq.run("withdraw", three[1]).code == 0
    assert sq.run("rebuild").code == 0
    assert sq.run("verify").code == 0
    assert [row["upload_id"] for row in sq.uploads()] == [three[0], three[2]]


def test_a_lost_warehouse_is_made_anew_of_what_is_whole(sq: CommandLine, three: list[str]) -> None:
    (sq.data / FILE_NAME).unlink()
    flip(stored.folder_of(sq.data, three[1]) / stored.ROWS_FILE)
    assert [row["upload_id"] for row in sq.uploads()] == [three[0], three[2]]
    aside = sq.data / stored.SET_ASIDE / three[1]
    assert aside.is_dir()
    verified = sq.run("verify")
    assert (verified.code, str(aside) in verified.err) == (1, True)


def test_uploads_of_older_versions_are_read_and_counted(tmp_path: Path) -> None:
    store = Store(tmp_path)
    ids = [store.load("tickets", ticket(n)).upload_id for n in (1, 2)]
    for each in ids:
        path = stored.folder_of(tmp_path, each) / stored.MANIFEST_FILE
        manifest = json.loads(path.read_text(encoding="utf-8"))
        del manifest[stored.FILES], manifest[stored.CHECKSUM]
        path.write_text(json.dumps(manifest), encoding="utf-8")
    withdraw.rebuild(store.warehouse, store.settings)
    rows = stored.folder_of(tmp_path, ids[0]) / stored.ROWS_FILE
    whole = rows.read_bytes()
    rows.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DamagedError, match=str(rows)):
        withdraw.rebuild(store.warehouse, store.settings)
    with store.warehouse.cursor() as cursor:
        cursor.execute(
            f"copy (from '{tmp_path}/uploads/{ids[1]}/rows.parquet' limit 0) to '{rows}'"
        )
    with pytest.raises(DamagedError, match=str(rows)):
        withdraw.rebuild(store.warehouse, store.settings)


def test_all_is_well(sq: CommandLine, three: list[str]) -> None:
    ran = sq.run("verify", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert [set(row) for row in ran.json] == [{"upload_id", "file", "status", "reason"}] * 3
    assert [row["upload_id"] for row in ran.json] == three
