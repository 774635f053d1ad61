"""Random uploads in a row: the state follows a plain model, and undoing gives what was before."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_quality.definitions.datasets import dataset
from service_quality.uploads import refold
from tests.factories import Store

DAY = datetime(2024, 3, 1)
Cells = dict[str, Any]


def random_tickets(dice: random.Random) -> list[Cells]:
    optional = dice.sample(["updated_at", "team", "solved_at", "status"], dice.randint(1, 4))
    times = [None, *(DAY + timedelta(days=n) for n in range(1, 6))]
    cells: dict[str, list[Any]] = {
        "updated_at": times,
        "solved_at": times,
        "team": [None, "a", "b"],
        "status": ["open", "solved", None],
    }
    return [
        {"ticket_id": str(dice.randint(1, 8)), "created_at": DAY}
        | {name: dice.choice(cells[name]) for name in optional}
        for _row in range(dice.randint(1, 9))
    ]


def fold_tickets(state: dict[str, Cells], rows: list[Cells]) -> dict[str, Cells]:
    """Return the state after an upload, said as plainly as can be."""
    coming: dict[str, Cells] = {}
    for row in rows:
        before = coming.get(row["ticket_id"])
        if before is None or not _older(row, before):
            coming[row["ticket_id"]] = row
    after = dict(state)
    for number, row in coming.items():
        if not _older(row, state.get(number, {})):
            after[number] = {**state.get(number, {}), **row}
    return after


def _older(row: Cells, than: Cells) -> bool:
    if "updated_at" in row:
        times = row["updated_at"], than.get("updated_at")
    else:  # the newest event that the upload could tell of
        events = [name for name in ("created_at", "solved_at") if name in row]
        of_each = [[r[name] for name in events if r.get(name)] for r in (row, than)]
        times = tuple(max(found, default=None) for found in of_each)
    return None not in times and times[0] < times[1]


NAMES = ("ticket_id", "updated_at", "team", "solved_at", "status")


def of_model(state: dict[str, Cells]) -> list[tuple[Any, ...]]:
    return sorted((tuple(row.get(name) for name in NAMES) for row in state.values()), key=repr)


def everything(store: Store, kind: str) -> list[tuple[Any, ...]]:
    columns = [c.name for c in dataset(kind).stored]
    return store.stored(kind, "source", "mapped", *columns)


@pytest.mark.parametrize("seed", range(3))
def test_tickets_follow_the_model_and_undo_to_what_was(tmp_path: Path, seed: int) -> None:
    dice, store = random.Random(seed), Store(tmp_path)
    states: list[dict[str, Cells]] = [{}]
    stored, ids = [everything(store, "tickets")], []
    for _upload in range(5):
        rows = random_tickets(dice)
        states.append(fold_tickets(states[-1], rows))
        ids.append(store.load("tickets", rows).upload_id)
        stored.append(everything(store, "tickets"))
        assert store.stored("tickets", *NAMES) == of_model(states[-1])
    _rebuild(store, "tickets")
    assert everything(store, "tickets") == stored[-1]
    while ids:
        store.withdraw(ids.pop())
        stored.pop()
        assert everything(store, "tickets") == stored[-1]


@pytest.mark.parametrize("seed", range(2))
def test_emails_without_ids_follow_the_model_and_undo(tmp_path: Path, seed: int) -> None:
    dice, store = random.Random(seed), Store(tmp_path)
    state: list[tuple[int, str]] = []
    stored, ids = [everything(store, "emails")], []
    for number in range(4):
        days = sorted(dice.choices(range(1, 29), k=dice.randint(1, 8)))
        state = [kept for kept in state if not days[0] <= kept[0] <= days[-1]]
        state += [(day, f"upload {number}") for day in days]
        rows = [{"received_at": DAY.replace(day=d), "brand": f"upload {number}"} for d in days]
        ids.append(store.load("emails", rows, replace=True).upload_id)
        stored.append(everything(store, "emails"))
        found = [(at.day, brand) for at, brand in store.stored("emails", "received_at", "brand")]
        assert sorted(found) == sorted(state)
    _rebuild(store, "emails")
    assert everything(store, "emails") == stored[-1]
    while ids:
        store.withdraw(ids.pop())
        stored.pop()
        assert everything(store, "emails") == stored[-1]


def _rebuild(store: Store, kind: str) -> None:
    with store.warehouse.transaction() as cursor:
        refold.all_of(cursor, store.folder, dataset(kind))
