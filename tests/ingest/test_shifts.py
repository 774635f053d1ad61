"""Replies in another zone than the other times: shifted where one shift mends all, else asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.factories import Store

CREATED = [datetime(2025, 3, day, 9, 10 * day) for day in (3, 4, 5)]
WAITS = (20, 40, 130)  # minutes to the first reply
TO_SOLVE = (30, 45, 150)


def tickets(hours: float, to_solve: tuple[int, ...] = TO_SOLVE) -> list[dict[str, str]]:
    """Tickets whose first replies are written so many hours off."""
    rows = zip(CREATED, WAITS, to_solve, strict=True)
    return [
        {
            "ticket_id": f"T{at.day}",
            "created_at": str(at),
            "first_reply_at": str(at + timedelta(hours=hours, minutes=wait, seconds=35)),
            "solved_at": str(at + timedelta(minutes=solved)),
        }
        for at, wait, solved in rows
    ]


@pytest.mark.parametrize("hours", [5, -6, 5.5])
def test_one_shift_that_mends_all_is_made_and_said(tmp_path: Path, hours: float) -> None:
    store = Store(tmp_path)
    outcome = store.load("tickets", tickets(hours))
    (said,) = [d for d in outcome.decisions if "shifted" in d.what]
    assert (said.column, said.say) == ("first_reply_at", "--dates first_reply_at=local")
    assert round(store.one("first_reply_time")["median"]) == 41
    assert not [i for i in outcome.issues if i.rule == "out_of_order"]


def test_where_several_would_a_person_is_asked_and_the_answer_works(tmp_path: Path) -> None:
    long = (600, 700, 800)
    store = Store(tmp_path)
    refused = store.try_load("tickets", tickets(13, long))
    assert refused.status == "refused"
    assert "--dates first_reply_at=-13h" in refused.answers
    store.load("tickets", tickets(13, long), dates={"first_reply_at": "-13h"})
    assert round(store.one("first_reply_time")["median"]) == 41


def test_as_it_stands_where_a_person_says_so(tmp_path: Path) -> None:
    store = Store(tmp_path)
    outcome = store.load("tickets", tickets(5), dates={"first_reply_at": "local"})
    (notice,) = [i for i in outcome.issues if i.rule == "out_of_order"]
    assert (notice.column, notice.rows, notice.rejects) == ("first_reply_at", 3, False)
    assert notice.expected == "First reply before Solved"


def test_a_solution_that_is_a_day_tells_nothing_of_hours(tmp_path: Path) -> None:
    rows = [row | {"solved_at": row["solved_at"][:10]} for row in tickets(0)]
    rows = [row | {"first_reply_at": row["created_at"][:10] + " 15:00"} for row in rows]
    rows = [row | {"created_at": row["created_at"][:10]} for row in rows]
    outcome = Store(tmp_path).load("tickets", rows)
    assert not [d for d in outcome.decisions if "shifted" in d.what]
    assert not [i for i in outcome.issues if i.rule == "out_of_order"]
