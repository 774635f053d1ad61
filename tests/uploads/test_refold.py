"""What a turned upload has a say in is folded anew, all else stays: as if all were folded anew."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_quality.definitions.datasets import dataset
from service_quality.uploads import folder, publish, refold, withdraw
from tests.factories import NOW, Store, words_for
from tests.uploads.test_withdraw import everything

DAY = datetime(2024, 3, 1, 9)
Rows = list[dict[str, Any]]


@pytest.fixture
def folded_all(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of which all rows were folded anew."""
    found, exact = list[str](), refold.all_of

    def all_of(cursor: Any, home: Path, of: Any, source: str | None = None) -> None:
        found.append(of.kind)
        exact(cursor, home, of, source)

    monkeypatch.setattr(refold, "all_of", all_of)
    return found


def tickets(dice: random.Random, ids: range, count: int) -> Rows:
    """Rows of several months, of which not all say the same; an id may come twice."""
    optional = dice.sample(["solved_at", "team", "updated_at", "first_reply_at"], 2)
    found = []
    for _row in range(count):
        number = dice.choice(ids)
        created = DAY + timedelta(days=7 * number)  # an id is of one time
        later = [None, *(created + timedelta(hours=hours) for hours in (1, 30, 800))]
        cells = {name: dice.choice(later) for name in optional if name != "team"}
        cells |= {"team": dice.choice([None, "a", "b"])} if "team" in optional else {}
        found.append({"ticket_id": number, "created_at": created} | cells)
    return found


@pytest.mark.parametrize("seed", range(2))
def test_each_turn_is_as_if_all_were_folded_anew(
    tmp_path: Path, seed: int, folded_all: list[str]
) -> None:
    dice, store = random.Random(seed), Store(tmp_path)
    every = [{"ticket_id": n, "created_at": DAY + timedelta(days=7 * n)} for n in range(40)]
    store.load("tickets", every)
    store.load("tickets", tickets(dice, range(9), 3), source="south")
    ids = [store.load("tickets", tickets(dice, range(50), 6)).upload_id for _each in range(5)]
    folded_all.clear()
    for _step in range(5):
        chosen = dice.choice(ids)
        states = {row["upload_id"]: row["status"] for row in store.answers.uploads()}
        turn = store.put_back if states[chosen] == "withdrawn" else store.withdraw
        turn(chosen)
        now = everything(store)
        assert not folded_all
        withdraw.rebuild(store.warehouse, store.settings)
        assert everything(store) == now
        folded_all.clear()


def test_the_newest_taken_back_puts_the_end_of_observation_back(
    tmp_path: Path, folded_all: list[str]
) -> None:
    """With it the rows that were old enough to be judged, in months that it has no row of."""
    store = Store(tmp_path)

    def judged() -> list[dict[str, Any]]:
        by_sums, by_rows = (
            store.answers.kpi("first_reply_in_time", ["month"], rows=rows) for rows in (False, True)
        )
        assert by_sums == by_rows
        return by_sums

    unanswered = {"first_reply_at": None}
    days = [DAY + timedelta(days=n) for n in range(30)]
    rows = [{"ticket_id": n, "created_at": day} | unanswered for n, day in enumerate(days)]
    store.load("tickets", rows)
    before = judged()
    late = {"ticket_id": 99, "created_at": DAY + timedelta(days=200)} | unanswered
    upload_id = store.load("tickets", [late]).upload_id
    assert [row["n"] for row in judged()] != [row["n"] for row in before]
    store.withdraw(upload_id)
    assert judged() == before
    assert not folded_all


def test_questions_of_one_response_are_rows_of_their_own(
    tmp_path: Path, folded_all: list[str]
) -> None:
    store, day = Store(tmp_path), {"answered_at": DAY}
    of_many = [{"response_id": n, "question": "stay", "csat": 5} | day for n in range(20)]
    store.load("surveys", of_many, constants={"csat_scale": "1-5"})
    before = store.stored("surveys")
    other = [{"response_id": n, "question": "call", "csat": 2} | day for n in range(3)]
    upload_id = store.load("surveys", other, constants={"csat_scale": "1-5"}).upload_id
    store.withdraw(upload_id)
    assert store.stored("surveys") == before
    store.put_back(upload_id)
    assert len(store.stored("surveys")) == 23
    assert not folded_all


@pytest.mark.parametrize("kind", ["tickets", "emails"])
def test_where_ids_do_not_tell_all_is_folded_anew(
    tmp_path: Path, kind: str, folded_all: list[str]
) -> None:
    """Rows without ids replace a period; and of most of the rows there is nothing to spare."""
    store, of = Store(tmp_path), dataset(kind)
    number = {"ticket_id": 1} if kind == "tickets" else {}
    store.load(kind, [number | {of.moment[0]: DAY}])
    before = store.stored(kind)
    upload_id = store.load(kind, [number | {of.moment[0]: DAY, "brand": "A"}]).upload_id
    store.withdraw(upload_id)
    assert store.stored(kind) == before
    assert folded_all == [kind]


def test_an_upload_that_is_damaged_can_be_taken_back(tmp_path: Path, folded_all: list[str]) -> None:
    store = Store(tmp_path)
    store.load("tickets", [{"ticket_id": n, "created_at": DAY} for n in range(20)])
    before = store.stored("tickets")
    row = {"ticket_id": 3, "created_at": DAY, "team": "a"}
    upload_id = store.load("tickets", [row]).upload_id
    (folder.folder_of(tmp_path, upload_id) / folder.ROWS_FILE).write_bytes(b"PAR1")
    store.withdraw(upload_id)
    assert store.stored("tickets") == before
    assert folded_all == ["tickets"]


def loaded_as(store: Store, path: Path, team: str) -> str:
    words = words_for("tickets", ("ticket_id", "created_at"), "test")
    words.mapping["team"] = team
    moment = publish.Moment(NOW, "tester")
    outcome = publish.load(store.warehouse, store.settings, path, words, moment)
    assert outcome.status == "published"
    return outcome.upload_id


def test_another_reading_of_a_file_takes_out_what_the_first_had_read(
    tmp_path: Path, folded_all: list[str]
) -> None:
    store = Store(tmp_path)
    store.load("tickets", [{"ticket_id": n, "created_at": DAY, "team": "a"} for n in range(20)])
    path = store.export([{"ticket_id": 3, "created_at": DAY, "team": "x", "squad": "y"}])
    first, second = (loaded_as(store, path, team) for team in ("team", "squad"))
    assert ("3", "y") in store.stored("tickets", "ticket_id", "team")
    states = {row["upload_id"]: row["status"] for row in store.answers.uploads()}
    assert [states[each] for each in (first, second)] == ["superseded", "published"]
    store.withdraw(second)
    assert ("3", "x") in store.stored("tickets", "ticket_id", "team")
    assert len(store.stored("tickets")) == 20
    assert not folded_all
