"""Rows that are in no figure are counted by the reason for it."""

from __future__ import annotations

from pathlib import Path

from service_quality.base.filters import Filters
from tests.factories import Store

AT = "2024-03-01 09:00"


def ticket(number: int, **more: object) -> dict[str, object]:
    return {"ticket_id": number, "created_at": AT, "solved_at": None, "due_at": None, **more}


TICKETS = [
    ticket(1, solved_at="2024-03-02 09:00", due_at="2024-03-02 10:00"),  # in time
    ticket(2, due_at="2024-03-02 10:00"),  # missed: open past its target
    ticket(3, due_at="2024-03-20 10:00"),  # not old enough yet
    ticket(4, due_at="2024-03-21 10:00"),
    ticket(5, solved_at="2024-03-10 09:00"),  # no target
]


def test_each_reason_has_its_own_count(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.load("tickets", TICKETS, source="a")
    bare = {"ticket_id": 9, "created_at": AT, "solved_at": "2024-03-05 09:00"}
    store.load("tickets", [bare], source="b")  # never had a column of targets
    assert store.one("resolved_in_time")["n"] == 2
    found = store.answers.not_counted("resolved_in_time")
    assert found == {"young": 2, "silent": 1, "lacking": 1}
    of_a = store.answers.not_counted("resolved_in_time", Filters().only("source", ["a"]))
    assert of_a == {"young": 2, "silent": 1, "lacking": 0}
    assert store.answers.not_counted("backlog") == {"young": 0, "silent": 0, "lacking": 0}
