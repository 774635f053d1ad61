"""Zendesk's ticket export: minutes against hours, tickets that come back, columns of one's own."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

HEADER = (
    "Summation column,Id,Requester,Requester id,Requester external id,Requester email,Requester domain,"
    "Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,Created at,Updated at,"
    "Assigned at,Organization,Due date,Initially assigned at,Solved at,Resolution time,"
    "Satisfaction Score,Group stations,Assignee stations,Reopens,Replies,First reply time in minutes,"
    "First reply time in minutes within business hours,Full resolution time in minutes,"
    "Full resolution time in minutes within business hours,Product [list]\n"
)


def ticket(
    id: str,
    created: str,
    updated: str,
    solved: str = "",
    hours: str = "",
    first: tuple[str, str] = ("", ""),
    status: str = "Closed",
) -> str:
    return (
        f"1,{id},Ann,901,,ann@example.com,example.com,Ann,Bo,Lille,Hello,tag,{status},Normal,Mail,"
        f"Question,{created},{updated},{created},-,,{created},{solved},{hours},Offered,1,1,0,2,"
        f"{first[0]},{first[1]},,,Shoes\n"
    )


MARCH = (
    HEADER
    + ticket("101", "2024-03-04 09:00", "2024-03-05 10:00", "2024-03-05 09:00", "24", ("90", "30"))
    + ticket("102", "2024-03-29 17:30", "2024-03-29 17:30", status="Open")
)
# The export goes by the last update: 102 comes back, solved.
APRIL = HEADER + ticket(
    "102", "2024-03-29 17:30", "2024-04-02 11:00", "2024-04-02 11:00", "89", ("2040", "300")
)


def test_the_first_reply_is_so_many_calendar_minutes_after_the_creation(exports: Exports) -> None:
    outcome = exports.loaded(MARCH)
    assert (outcome.format, outcome.rows_accepted, outcome.issues) == ("zendesk", 2, ())
    assert outcome.why[0].startswith("Zendesk, because it has: Summation column, Requester id")
    assert exports.rows("tickets", "ticket_id", "first_reply_at", "solved_at") == [
        ("101", "2024-03-04 10:30:00", "2024-03-05 09:00:00"),
        ("102", None, None),
    ]
    # 90 minutes, not the 30 of business hours; 24 hours, not 24 minutes.
    assert exports.one("first_reply_time")["median"] == 90
    assert exports.one("full_resolution_time")["median"] == 24 * 60


def test_a_ticket_that_comes_back_is_updated(exports: Exports) -> None:
    exports.loaded(MARCH)
    outcome = exports.loaded(APRIL)
    assert (outcome.inserted, outcome.updated) == (0, 1)
    # 17:30 on 29 March + 34 hours, one of which the clocks of 31 March skip.
    assert exports.rows("tickets", "ticket_id", "first_reply_at", "solved_at")[1] == (
        "102",
        "2024-03-31 04:30:00",
        "2024-04-02 11:00:00",
    )
    # An older export that comes late changes nothing.
    assert exports.loaded(MARCH.replace("Hello", "Hallo")).superseded == 1


def test_hours_are_read_as_hours_where_nothing_else_says_when_it_was_solved(
    exports: Exports,
) -> None:
    text = MARCH.replace("Solved at,", "Note,").replace("Full resolution time in minutes", "x y")
    exports.loaded(text)
    assert exports.rows("tickets", "ticket_id", "solved_at")[0] == ("101", "2024-03-05 09:00:00")


def test_dates_with_dashes_are_day_first(exports: Exports) -> None:
    text = HEADER + ticket("7", "29-03-2024 09:00", "30-03-2024 10:00", first=("5", "5"))
    exports.loaded(text)
    assert exports.rows("tickets", "first_reply_at") == [("2024-03-29 09:05:00",)]


def test_damaged_ids_are_refused_and_told_how_to_keep_them(exports: Exports) -> None:
    text = HEADER + ticket("1.03006E+13", "2024-03-04 09:00", "2024-03-05 10:00")
    outcome = exports.text(text)
    assert outcome.status == "refused"
    assert "1.03006E+13" in outcome.reason
    assert "with that column as text" in outcome.reason


def test_a_row_shifted_by_a_comma_is_set_aside(exports: Exports) -> None:
    good = ticket("1", "2024-03-04 09:00", "2024-03-05 10:00")
    shifted = ticket("2", "2024-03-04 09:00", "2024-03-05 10:00").replace("Hello", "Hello, you")
    outcome = exports.loaded(HEADER + good + shifted)
    assert (outcome.rows_accepted, outcome.rows_rejected) == (1, 1)


def test_columns_in_another_order_and_case_are_the_same(exports: Exports) -> None:
    lines = [line.split(",") for line in MARCH.splitlines()]
    turned = "\n".join(",".join(reversed(line)) for line in lines)
    head, rest = turned.split("\n", 1)
    outcome = exports.loaded("\ufeff" + head.upper() + "\n" + rest + "\n")
    assert outcome.format == "zendesk"
    assert exports.one("first_reply_time")["n"] == 2
