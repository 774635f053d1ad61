"""Which month a source completes, how far a KPI reaches, and what is compared with what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.filters import Filters
from service_quality.measures import reach
from service_quality.measures.observed import complete_until, usual_weekdays
from tests.factories import Store

LATER = datetime(2027, 1, 1)
WORKING = range(5)


def days(first: date, last: date, weekdays: Iterable[int] = range(7)) -> list[date]:
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in every if day.weekday() in set(weekdays)]


def tickets(on: Iterable[date], team: str = "A", hour: int = 9) -> list[dict[str, Any]]:
    """One ticket a day, replied to after an hour and solved after two."""
    return [
        {
            "ticket_id": f"{team}{day}",
            "created_at": f"{day} {hour:02}:00",
            "first_reply_at": f"{day} {hour + 1:02}:00",
            "solved_at": f"{day} {hour + 2:02}:00",
            "team": team,
        }
        for day in on
    ]


def loaded(folder: Path, **sources: list[dict[str, Any]]) -> Store:
    store = Store(folder)
    for source, rows in sources.items():
        store.load("tickets", rows, source=source, at=LATER)
    return store


@pytest.mark.parametrize(
    ("extra", "usual"),
    [
        ([], {0, 1, 2, 3, 4}),
        ([date(2025, 12, 6)], {0, 1, 2, 3, 4}),  # one Saturday of 13
        ([date(2025, 12, 6), date(2026, 1, 10)], {0, 1, 2, 3, 4, 5}),
        ([date(2025, 10, 4), date(2025, 10, 11)], {0, 1, 2, 3, 4}),  # too long ago
    ],
)
def test_a_weekday_is_usual_with_an_event_on_a_tenth_of_such_days(
    extra: list[date], usual: set[int]
) -> None:
    last = date(2026, 1, 30)
    events = [*days(date(2025, 1, 1), last, WORKING), *extra]
    assert usual_weekdays(events, date(2025, 1, 1), last) == usual


def test_a_first_week_is_usual_and_a_rare_event_can_come_any_day() -> None:
    week = days(date(2026, 1, 5), date(2026, 1, 9))
    assert usual_weekdays(week, week[0], week[-1]) == set(WORKING)
    assert usual_weekdays([date(2025, 11, 3)], date(2024, 1, 1), date(2026, 1, 9)) == set(range(7))


@pytest.mark.parametrize(
    ("seen", "usual", "end"),
    [
        (datetime(2026, 1, 30, 17), WORKING, date(2026, 1, 31)),
        (datetime(2026, 1, 30, 17), range(6), date(2025, 12, 31)),
        (datetime(2026, 1, 30), WORKING, date(2025, 12, 31)),  # midnight: Thursday was seen
        (datetime(2026, 1, 26, 9), {0}, date(2026, 1, 31)),
        (datetime(2026, 2, 1), range(7), date(2026, 1, 31)),
    ],
)
def test_no_usual_day_may_be_left_of_a_month(
    seen: datetime, usual: Iterable[int], end: date
) -> None:
    assert complete_until(seen, set(usual)) == end


def test_a_month_without_rows_counts_zero_where_it_was_observed(tmp_path: Path) -> None:
    busy = days(date(2025, 1, 1), date(2025, 6, 30))
    gone = [day for day in busy if day.month not in (3, 4)]
    store = loaded(tmp_path, s=tickets(gone) + tickets(days(date(2025, 2, 1), busy[-1]), "B"))
    team_a = Filters(where=(("team", ("A",)),))
    counted = store.by("ticket_volume", "month", filters=team_a)
    assert counted == {
        **{"2025-01": 31, "2025-02": 28, "2025-03": 0, "2025-04": 0},
        **{"2025-05": 31, "2025-06": 30},
    }
    march = Filters(date(2025, 3, 1), date(2025, 3, 31), team_a.where)
    assert store.one("ticket_volume", filters=march)["value"] == 0
    assert store.by("ticket_volume", "quarter", filters=team_a)["2025-Q1"] == 59
    # before its first ticket a team is not there, and a rate has a gap
    by_team = store.answers.kpi("ticket_volume", ["month", "team"], rows=True)
    january = [(r["team"], r["value"]) for r in by_team if r["month"] == "2025-01"]
    assert january == [("A", 31)]
    assert ("A", 0) in [(r["team"], r["value"]) for r in by_team if r["month"] == "2025-03"]
    assert "2025-03" not in store.by("first_reply_in_time", "month", filters=team_a)
    beyond = Filters(date(2025, 7, 1), date(2025, 7, 31))
    assert store.answers.kpi("ticket_volume", ["month"], beyond, rows=True) == []


def test_a_month_is_spoken_of_once_its_cases_are_old_enough(tmp_path: Path) -> None:
    store = Store(tmp_path)
    mails = [
        {"received_at": f"{day} 08:00", "replied_at": f"{day} 20:00"}
        for day in days(date(2025, 10, 1), date(2026, 1, 31))
    ]
    store.load("emails", mails, at=LATER)
    ends = {
        kpi: reach.until(store.answers.spans(kpi, rows=True))
        for kpi in ("reply_rate", "reply_in_time", "reply_time")
    }
    assert ends == {
        "reply_rate": date(2025, 12, 31),  # of January only the first day is 30 days old
        "reply_in_time": date(2026, 1, 31),  # all but its last day
        "reply_time": date(2026, 1, 31),  # who waits is in the curve
    }
    assert store.answers.trend("reply_rate").months[-1].month == "2025-12"


@pytest.mark.parametrize(
    ("promised", "ends"),
    [
        (10, date(2025, 11, 30)),  # of December the first 21 days are due
        (100, date(2025, 8, 31)),  # of September the first 22
        (500, date(2024, 10, 31)),  # none of the 14 months that are looked at
    ],
)
def test_a_month_whose_cases_are_old_enough_can_be_long_ago(
    promised: int, ends: date, tmp_path: Path
) -> None:
    store = Store(tmp_path)
    rows = [
        ticket | {"due_at": f"{day + timedelta(promised)} 11:00"}
        for day in days(date(2024, 1, 1), date(2025, 12, 31))
        for ticket in tickets([day])
    ]
    store.load("tickets", rows, at=datetime(2026, 1, 1))
    (span,) = store.answers.spans("resolved_in_time", rows=True)
    assert span.judged == ends


def test_a_source_that_ends_earlier_is_compared_with_itself(tmp_path: Path) -> None:
    early = tickets(days(date(2024, 1, 1), date(2025, 2, 28)), "A")
    late = tickets(days(date(2024, 1, 1), date(2025, 6, 30)), "B")
    both = tickets(days(date(2024, 1, 1), date(2025, 6, 30)), "C")
    also = [
        row | {"ticket_id": f"x{row['ticket_id']}"} for row in both if row["created_at"] < "2025-03"
    ]
    store = loaded(tmp_path, one=early + also, two=late + both)
    found = store.answers.ranking("full_resolution_time", 2025, "team", rows=True)
    sizes = {row["entity"]: (row["n"], row["prior_n"]) for row in found.rows}
    assert sizes == {"A": (59, 60), "B": (181, 182), "C": (59 + 181, 60 + 182)}
    awaited = {"source": "one", "dataset": "tickets", "last_complete_month": "2025-02"}
    assert list(found.awaited) == [awaited]
    assert store.answers.awaited("ticket_volume", rows=True) == [awaited]
    only = Filters(where=(("source", ("one",)),))
    alone = store.answers.ranking("full_resolution_time", 2025, "team", only, rows=True)
    assert alone.period == (date(2025, 1, 1), date(2025, 2, 28))


def test_who_takes_over_from_another_system_is_compared_over_the_whole_year(tmp_path: Path) -> None:
    old = tickets(days(date(2024, 1, 1), date(2025, 3, 31)))
    new = tickets(days(date(2025, 4, 1), date(2025, 12, 31)))
    store = loaded(tmp_path, old=old, new=new)
    (row,) = store.answers.ranking("full_resolution_time", 2025, "team", rows=True).rows
    assert (row["n"], row["prior_n"]) == (365, 366)
    pairs = reach.migrations(store.answers.spans("ticket_volume", rows=True))
    assert [(a.source, b.source) for a, b in pairs] == [("old", "new")]
    assert store.answers.awaited("ticket_volume", rows=True) == []  # no more of the old one comes
    (change,) = store.answers.breaks("ticket_volume")
    assert (change["day"], change["text"]) == (date(2025, 4, 1), "old → new")
    assert store.answers.trend("ticket_volume").months[-1].segment == 1


def test_all_that_still_come_are_waited_for_and_who_has_ended_is_not(tmp_path: Path) -> None:
    begin = date(2024, 1, 1)
    store = loaded(
        tmp_path,
        ended=tickets(days(begin, date(2025, 3, 31)), "A"),
        late=tickets(days(begin, date(2025, 11, 30)), "B"),
        first=tickets(days(begin, date(2025, 12, 31)), "C"),
    )
    spans = store.answers.spans("ticket_volume")
    assert reach.until(spans) == date(2025, 11, 30)
    assert store.answers.trend("ticket_volume").months[-1].value == 60
    start, end = date(2025, 1, 1), date(2025, 11, 30)
    assert reach.own_days(spans, start, end) == (("ended", start, date(2025, 3, 31)),)
    later = date(2025, 6, 1)
    assert reach.own_days(spans, later, end) == ()
    assert reach.own_days(spans, later, end, left=False) == (("ended", later, date(2025, 3, 31)),)
