"""An earlier data version opens as it was, whatever was published or withdrawn since."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.errors import UsageError
from service_quality.measures.answers import Answers
from service_quality.uploads import as_of
from tests.factories import Store
from tests.uploads.test_withdraw import a_history, everything

pytestmark = pytest.mark.slow  # histories, made and read again and again


def at_version(store: Store, version: int) -> Answers:
    newest = store.warehouse.version()
    return Answers(as_of.open(store.folder, store.settings, version, newest), store.settings)


def figures(answers: Answers) -> list[Any]:
    return [
        answers.kpi(kpi, by, rows=rows)
        for kpi in ("ticket_volume", "full_resolution_time", "reply_time", "reply_rate")
        for by in ([], ["month"], ["brand"])
        for rows in (False, True)
    ]


def tickets(*days: str) -> list[dict[str, Any]]:
    return [{"ticket_id": day, "created_at": f"{day} 09:00"} for day in days]


def test_every_version_of_a_history_is_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path)
    seen: dict[int, list[Any]] = {}
    for seed in range(2):
        a_history(store, seed)
        seen[store.warehouse.version()] = figures(store.answers)
    now = everything(store)
    for version, before in seen.items():
        assert figures(at_version(store, version)) == before
    assert everything(store) == now


def test_what_was_withdrawn_later_counts_what_came_later_does_not(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = store.load("tickets", tickets("2024-03-01", "2024-03-02")).upload_id
    then = store.warehouse.version()
    store.load("tickets", tickets("2024-04-01"))
    both = store.warehouse.version()
    store.withdraw(first)
    volumes = [
        at_version(store, version).kpi("ticket_volume")[0]["value"]
        for version in (then, both, store.warehouse.version())
    ]
    assert volumes == [2, 3, 1]
    store.put_back(first)
    assert at_version(store, both + 1).kpi("ticket_volume")[0]["value"] == 1


def test_a_changed_setting_is_heeded(tmp_path: Path) -> None:
    store = Store(tmp_path)
    row = {"created_at": "2024-03-01 09:00", "first_reply_at": "2024-03-02 03:00"}
    store.load("tickets", [{"ticket_id": 1, **row}, {"ticket_id": 2, "created_at": "2024-03-20"}])
    then = store.warehouse.version()
    assert at_version(store, then).kpi("first_reply_in_time")[0]["numerator"] == 1
    store.settings = replace(store.settings, first_reply_promise_hours=4)
    assert at_version(store, then).kpi("first_reply_in_time")[0]["numerator"] == 0


def test_only_so_many_files_are_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for day in range(1, as_of.MOST_FILES + 3):
        store.load("tickets", tickets(f"2024-03-{day:02d}"))
    newest = store.warehouse.version()
    for earlier in range(day):
        assert at_version(store, newest - earlier).kpi("ticket_volume")[0]["value"] == day - earlier
    assert len(list((tmp_path / as_of.FOLDER).iterdir())) == as_of.MOST_FILES


@pytest.mark.parametrize("version", [-1, 0, 3, 10**9])
def test_a_version_that_never_was(tmp_path: Path, version: int) -> None:
    store = Store(tmp_path)
    store.load("tickets", tickets("2024-03-01"))
    with pytest.raises(UsageError, match="newest is 2"):
        at_version(store, version)
