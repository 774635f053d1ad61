"""What the ticket KPIs count, by hand: maturity, targets, unknown times, the backlog."""

import pytest

from tests.cli.driving import LONG_AFTER, CommandLine


def ticket(number: int, created: str, **cells: object) -> dict[str, object]:
    return {"ticket_id": f"T{number}", "created_at": created, **cells}


# --- ticket_volume


def test_volume_counts_tickets_by_month_created(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [
            ticket(1, "2023-12-31 23:59:59"),
            ticket(2, "2024-01-01 00:00:00"),
            ticket(3, "2024-01-31 23:59:59"),
            ticket(4, "2024-04-02 09:00:00"),
        ],
    )
    # Four tickets do not tell an empty month from one that nobody exported.
    assert sq.by("ticket_volume", "month") == {"2023-12": 1, "2024-01": 2, "2024-04": 1}
    assert sq.by("ticket_volume", "quarter") == {"2023-Q4": 1, "2024-Q1": 2, "2024-Q2": 1}
    assert sq.by("ticket_volume", "year") == {2023: 1, 2024: 3}
    assert sq.one("ticket_volume") == {"value": 4}


def test_a_month_without_tickets_is_zero_where_there_are_enough_to_know(sq: CommandLine) -> None:
    days = [f"2024-{month:02d}-{day:02d} 09:00" for month in (1, 2, 4) for day in range(1, 11)]
    sq.load_rows("tickets", [ticket(number, day) for number, day in enumerate(days)])
    assert sq.by("ticket_volume", "month") == {
        "2024-01": 10,
        "2024-02": 10,
        "2024-03": 0,
        "2024-04": 10,
    }


# --- what applies


def test_an_absent_column_is_not_an_empty_cell(sq: CommandLine) -> None:
    sq.load_rows("tickets", [ticket(1, "2024-03-01 00:00"), ticket(2, "2024-03-01 00:00")])
    for kpi in (
        "first_reply_time first_reply_in_time full_resolution_time resolved_in_time "
        "one_touch_rate reopen_rate backlog"
    ).split():
        assert sq.kpi(kpi) == [], kpi
    assert sq.one("ticket_volume") == {"value": 2}


def test_sources_that_lack_a_column_do_not_apply(sq: CommandLine) -> None:
    rows = [ticket(n, "2024-03-01 00:00") for n in range(5)]
    sq.load_rows("tickets", rows, source="bare", observed_until=LONG_AFTER)
    replies = ["2024-03-01 00:30", None]
    sq.load_rows(
        "tickets",
        [ticket(n, "2024-03-01 00:00", first_reply_at=reply) for n, reply in enumerate(replies)],
        observed_until=LONG_AFTER,
    )
    assert sq.one("first_reply_time") == {"median": 30, "p90": None, "n": 2, "answered": 1}
    assert sq.one("first_reply_in_time")["n"] == 2
    assert sq.by("ticket_volume", "source") == {"bare": 5, "test": 2}


def test_the_end_of_observation_is_that_of_the_tickets_own_source(sq: CommandLine) -> None:
    early = [ticket(1, "2024-03-01 00:00", first_reply_at=None)]
    sq.load_rows("tickets", early, source="early")
    late = [ticket(1, "2024-09-01 00:00", first_reply_at=None)]
    sq.load_rows("tickets", late, source="late")
    # each source ends with its own newest time: neither ticket has been waiting for a day
    assert sq.kpi("first_reply_in_time") == []


# --- within the promise


def test_first_reply_in_time_counts_mature_tickets_only(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [
            ticket(1, "2024-03-01 00:00", first_reply_at="2024-03-01 23:59"),  # in time
            ticket(2, "2024-03-01 00:00", first_reply_at="2024-03-02 00:01"),  # late
            ticket(3, "2024-03-02 00:00", first_reply_at=None),  # unanswered
            ticket(4, "2024-03-09 12:00", first_reply_at=None),  # due exactly at the end: mature
            ticket(5, "2024-03-09 12:01", first_reply_at="2024-03-09 12:02"),  # fast but immature
            ticket(6, "2024-03-10 12:00", first_reply_at=None),  # the end of observation
        ],
    )
    assert sq.one("first_reply_in_time") == {
        "value": pytest.approx(1 / 4),
        "n": 4,
        "numerator": 1,
        "denominator": 4,
    }


def test_resolved_in_time(sq: CommandLine) -> None:
    due = "2024-03-05 12:00"
    sq.load_rows(
        "tickets",
        [
            ticket(1, "2024-03-01", due_at=due, solved_at="2024-03-05 12:00", status="solved"),
            ticket(2, "2024-03-01", due_at=due, solved_at="2024-03-05 12:01", status="solved"),
            ticket(3, "2024-03-01", due_at=due, solved_at=None, status="open"),  # missed
            ticket(4, "2024-03-01", due_at=None, solved_at="2024-03-02", status="solved"),
            ticket(5, "2024-03-01", due_at=None, solved_at=None, status="open"),
            ticket(6, "2024-03-01", due_at=due, solved_at=None, status="closed"),  # time unknown
            ticket(7, "2024-03-09", due_at="2024-03-20", solved_at="2024-03-10", status="solved"),
            ticket(8, "2024-03-09", due_at="2024-03-20", solved_at=None, status="open"),
        ],
    )
    # 1 kept of tickets 1, 2, 3; 4 and 5 have no target, 7 and 8 are not yet due
    assert sq.one("resolved_in_time") == {
        "value": pytest.approx(1 / 3),
        "n": 3,
        "numerator": 1,
        "denominator": 3,
    }


def test_a_target_is_no_end_of_observation(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [ticket(1, "2024-03-01 00:00", due_at="2024-05-01 00:00", solved_at=None)],
    )
    assert sq.kpi("resolved_in_time") == []


def test_a_file_may_state_the_end_of_observation(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [ticket(1, "2024-03-01 00:00", due_at="2024-05-01 00:00", solved_at=None)],
        observed_until="2024-06-01",
    )
    assert sq.one("resolved_in_time")["denominator"] == 1


# --- shares of the solved


def solved(number: int, **cells: object) -> dict[str, object]:
    return ticket(number, "2024-03-01", solved_at="2024-03-02", status="solved", **cells)


def test_one_touch_is_exactly_one_agent_reply(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [
            solved(1, agent_replies=1),
            solved(2, agent_replies=1),
            solved(3, agent_replies=0),  # solved, but not with one touch
            solved(4, agent_replies=2),
            {**solved(5, agent_replies=1), "solved_at": None, "status": "open"},
        ],
    )
    assert sq.one("one_touch_rate") == {
        "value": pytest.approx(0.5),
        "n": 4,
        "numerator": 2,
        "denominator": 4,
    }


def test_a_ticket_reopened_often_counts_once(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [
            solved(1, reopens=0),
            solved(2, reopens=3),
            solved(3, reopens=1),
            solved(4, reopens=0),
            {**solved(5, reopens=2), "solved_at": None, "status": "open"},  # not solved
        ],
    )
    assert sq.one("reopen_rate") == {
        "value": pytest.approx(0.5),
        "n": 4,
        "numerator": 2,
        "denominator": 4,
    }


# --- backlog


def test_backlog_at_the_end_of_each_period(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [
            ticket(1, "2024-01-10", solved_at="2024-01-20", status="solved"),
            ticket(2, "2024-01-15", solved_at="2024-02-10", status="solved"),
            ticket(3, "2024-01-31 23:00", solved_at="2024-03-05", status="closed"),
            ticket(4, "2024-02-20", solved_at=None, status="open"),
            ticket(5, "2024-02-21", solved_at=None, status="closed"),  # unknown: never open
            ticket(6, "2024-03-30", solved_at=None, status="new"),
        ],
    )
    assert sq.by("backlog", "month") == {"2024-01": 2, "2024-02": 2, "2024-03": 2}
    assert sq.one("backlog") == {"value": 2}
    assert sq.one("backlog", "--to", "2024-02-09") == {"value": 2}  # tickets 2 and 3
    assert sq.one("backlog", "--to", "2024-02-10") == {"value": 1}  # 2 was solved that day


def test_backlog_by_dimension(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [
            ticket(1, "2024-01-10", solved_at=None, team="north"),
            ticket(2, "2024-01-10", solved_at=None, team="south"),
            ticket(3, "2024-01-11", solved_at=None, team="south"),
            ticket(4, "2024-01-12", solved_at="2024-01-20", team="north"),
        ],
    )
    assert sq.by("backlog", "team") == {"north": 1, "south": 2}


def test_a_backlog_has_no_months_in_which_nobody_looked(sq: CommandLine) -> None:
    old = [
        ticket(1, "2023-01-10", solved_at=None, team="north"),
        ticket(2, "2023-02-10", solved_at="2023-02-11", team="north"),
    ]
    new = [
        ticket(1, "2023-05-04", solved_at=None, team="south"),
        ticket(2, "2023-06-05", solved_at="2023-06-06", team="south"),
    ]
    sq.load_rows("tickets", old, source="old")
    sq.load_rows("tickets", new, source="new")
    # Between two systems nothing was observed; what the old one left open stays open.
    assert sq.by("backlog", "month") == {"2023-01": 1, "2023-02": 1, "2023-05": 2, "2023-06": 2}
    by_team = sq.kpi("backlog", "--by", "team", "--by", "month")
    assert [(row["team"], row["month"], row["value"]) for row in by_team] == [
        ("north", "2023-01", 1),
        ("north", "2023-02", 1),
        ("south", "2023-05", 1),
        ("south", "2023-06", 1),
    ]
    assert [row["month"] for row in sq.kpi("backlog", "--by", "month", "--from", "2023-03-01")] == [
        "2023-05",
        "2023-06",
    ]
    assert sq.one("backlog") == {"value": 2}


def test_rows_that_are_not_counted_are_said_beside_the_table(sq: CommandLine) -> None:
    created = {"created_at": "2024-03-01 09:00", "solved_at": None}
    rows = [
        {"ticket_id": 1, **created, "due_at": "2024-03-02 10:00"},
        {"ticket_id": 2, **created, "due_at": "2024-03-20 10:00"},
        {"ticket_id": 3, **created | {"solved_at": "2024-03-10 09:00"}, "due_at": None},
    ]
    sq.load_rows("tickets", rows)
    said = sq.run("kpi", "resolved_in_time").err
    assert "not counted: 1 (not old enough yet), 1 (no target" in said
    assert sq.run("kpi", "resolved_in_time", "--json").err == ""
