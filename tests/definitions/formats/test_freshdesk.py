"""Freshdesk: `HH:MM:SS` under "in hrs", letters in any case."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

HEADER = (
    "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created Time,{due},Resolved time,"
    "Closed Time,Last updated time,{first},Time tracked,First response time (in hrs),"
    "Resolution time (in hrs),Agent interactions,Customer interactions,Resolution status,"
    "First response status,Tags,Survey results,Association type,Shop,Full name,Email\n"
)
DATED = HEADER.format(due="Due by Time", first="Initial response time")


def ticket(id: str, first_at: str = "", first: str = "", solved: str = "", took: str = "") -> str:
    return (
        f"{id},Hello,Closed,Low,Email,Question,Bo,Lille,2024-03-04 09:00:00,2024-03-06 09:00:00,"
        f"{solved},{solved},2024-03-06 10:00:00,{first_at},00:10:00,{first},{took},2,1,Within SLA,"
        "Within SLA,,,,Nord,Ann,ann@example.com\n"
    )


def test_the_moment_of_the_first_reply_is_used_where_it_stands(exports: Exports) -> None:
    outcome = exports.loaded(
        DATED
        + ticket("1", "2024-03-04 11:30:00", "02:30:00", "2024-03-05 09:00:00", "24:00:00")
        + ticket("2")
    )
    told = [issue.rule for issue in outcome.issues]
    assert (outcome.format, told) == ("freshdesk", ["solved_time_unknown"])
    assert exports.rows("tickets", "ticket_id", "first_reply_at", "agent_replies", "channel") == [
        ("1", "2024-03-04 11:30:00", 2, "Email"),
        ("2", None, 2, "Email"),
    ]


def test_hours_minutes_and_seconds_stand_under_in_hrs(exports: Exports) -> None:
    exports.loaded(DATED + ticket("1", first="02:30:15", took="49:00:00") + ticket("2"))
    assert exports.rows("tickets", "ticket_id", "first_reply_at") == [
        ("1", "2024-03-04 11:30:15"),
        ("2", None),
    ]
    # Two days and an hour after the creation.
    assert exports.rows("tickets", "ticket_id", "solved_at")[0] == ("1", "2024-03-06 10:00:00")
    assert exports.one("first_reply_time")["n"] == 2


def test_letters_in_another_case_are_the_same_export(exports: Exports) -> None:
    header = DATED.replace("Agent interactions", "Agent Interactions").lower()
    outcome = exports.loaded(header + ticket("1", first="01:00:00"))
    assert outcome.format == "freshdesk"
    assert exports.rows("tickets", "first_reply_at") == [("2024-03-04 10:00:00",)]
