"""The state is a fold of the uploads: taken back, put back, built anew from the folder alone."""

from __future__ import annotations

import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.errors import ServiceQualityError
from service_quality.uploads import folder as stored
from service_quality.uploads import withdraw
from tests.factories import Store

pytestmark = pytest.mark.slow  # histories, made and read again and again

DAY = datetime(2024, 3, 1, 9)


def some_rows(dice: random.Random, kind: str) -> list[dict[str, Any]]:
    if kind == "tickets":
        return [
            {
                "ticket_id": dice.randint(1, 9),
                "created_at": DAY,
                "solved_at": dice.choice([None, DAY + timedelta(days=dice.randint(0, 60))]),
                "team": dice.choice([None, "a", "b"]),
            }
            for _row in range(dice.randint(1, 6))
        ]
    return [
        {
            "received_at": DAY + timedelta(days=day),
            "replied_at": dice.choice([None, DAY + timedelta(days=day, hours=dice.randint(1, 50))]),
            "brand": dice.choice("AB"),
        }
        for day in range(dice.randint(1, 5))
    ]


def everything(store: Store) -> dict[str, Any]:
    """Return all that can be asked: lines, rows, rejects, figures by both routes."""
    answers = store.answers
    return {
        "uploads": [{k: v for k, v in row.items() if k != "outcome"} for row in answers.uploads()],
        "rejects": store.stored("rejects"),
        "tickets": store.stored("tickets"),
        "emails": store.stored("emails"),
        "sums": {
            kpi: [answers.kpi(kpi, by, rows=rows) for by in (["month"], ["team"], ["brand"])]
            for kpi in ("ticket_volume", "full_resolution_time", "reply_time", "reply_rate")
            for rows in (False, True)
        },
    }


def a_history(store: Store, seed: int) -> None:
    """Load, withdraw and put back at random."""
    dice = random.Random(seed)
    ids: list[str] = []
    for _step in range(7):
        kind = dice.choice(["tickets", "emails"])
        rows = some_rows(dice, kind)
        source = dice.choice(["north", "south"])
        ids.append(store.load(kind, rows, source=source, replace=True).upload_id)
        if dice.random() < 0.6:
            chosen = dice.choice(ids)
            states = {row["upload_id"]: row["status"] for row in store.answers.uploads()}
            turn = store.put_back if states[chosen] == "withdrawn" else store.withdraw
            turn(chosen)


@pytest.mark.parametrize("seed", range(2))
def test_the_kept_uploads_alone_make_the_same_warehouse(tmp_path: Path, seed: int) -> None:
    store = Store(tmp_path)
    a_history(store, seed)
    before, version = everything(store), store.warehouse.version()
    withdraw.rebuild(store.warehouse, store.settings)
    assert everything(store) == before
    assert store.warehouse.version() > version
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(tmp_path / stored.FOLDER, elsewhere / stored.FOLDER)
    assert everything(Store(elsewhere)) == before


def test_rows_set_aside_come_back_too(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = [
        {"ticket_id": 1, "created_at": "2024-03-01"},
        {"ticket_id": 2, "created_at": "never"},
    ]
    assert store.try_load("tickets", rows).rows_rejected == 1
    before = everything(store)
    assert before["rejects"]
    withdraw.rebuild(store.warehouse, store.settings)
    assert everything(store) == before


def test_withdrawing_is_as_if_it_had_never_been(tmp_path: Path) -> None:
    with_it, without = Store(tmp_path / "with"), Store(tmp_path / "without")
    dice = random.Random(5)
    loads = [("tickets", some_rows(dice, "tickets")) for _load in range(4)]
    ids = [with_it.load(kind, rows).upload_id for kind, rows in loads]
    for kind, rows in loads[:1] + loads[2:]:
        without.load(kind, rows)
    with_it.withdraw(ids[1])
    columns = ("ticket_id", "created_at", "solved_at", "team", "source")
    assert with_it.stored("tickets", *columns) == without.stored("tickets", *columns)
    assert everything(with_it)["sums"] == everything(without)["sums"]


def test_a_copy_of_the_folder_is_a_backup(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    a_history(store, 9)
    before = everything(store)
    shutil.copytree(tmp_path / "data" / stored.FOLDER, tmp_path / "copy" / stored.FOLDER)
    assert everything(Store(tmp_path / "copy")) == before


def test_a_withdrawal_that_was_not_marked_is_marked_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    upload = store.load("tickets", [{"ticket_id": 1, "created_at": DAY}]).upload_id

    def killed(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stored, "mark", killed)
    with pytest.raises(KeyboardInterrupt):
        store.withdraw(upload)
    monkeypatch.undo()
    folder = stored.folder_of(tmp_path, upload)
    assert not stored.read(folder).withdrawn()
    store.reopen()
    assert stored.read(folder).withdrawn()
    assert [row["status"] for row in store.answers.uploads()] == ["withdrawn"]


def test_a_withdrawal_that_cannot_be_marked_is_said_and_marked_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    upload = store.load("tickets", [{"ticket_id": 1, "created_at": DAY}]).upload_id

    def full(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stored, "mark", full)
    with pytest.raises(ServiceQualityError, match=r"was done, but .* No space left on device"):
        store.withdraw(upload)
    monkeypatch.undo()
    store.reopen()
    assert stored.read(stored.folder_of(tmp_path, upload)).withdrawn()


def test_a_damaged_manifest_is_named_and_changes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.load("tickets", [{"ticket_id": 1, "created_at": DAY}])
    second = store.load("tickets", [{"ticket_id": 2, "created_at": DAY}]).upload_id
    before = everything(store)
    (stored.folder_of(tmp_path, second) / stored.MANIFEST_FILE).write_text("{")
    with pytest.raises(ServiceQualityError, match=second):
        withdraw.rebuild(store.warehouse, store.settings)
    assert everything(store) == before
    store.reopen()
    assert everything(store) == before
