"""Rows that break a rule are set aside, counted by rule, and the rest is published."""

from typing import Any

import pytest

from tests.cli.driving import CommandLine

GOOD = [{"ticket_id": f"G{n}", "created_at": "2024-03-01 00:00"} for n in range(4)]


def only_issue(result: dict[str, Any]) -> dict[str, Any]:
    (issue,) = result["issues"]
    assert set(issue) >= {"column", "rule", "rows", "first_rows", "example", "remedy"}
    assert issue["rule"]
    assert issue["remedy"]
    return issue


@pytest.mark.parametrize("bad", ["yesterday", "2024-13-45", "2024-02-30", "", "12"])
def test_a_bad_or_missing_creation_time(sq: CommandLine, bad: str) -> None:
    result = sq.load_rows("tickets", [GOOD[0], {"ticket_id": "B", "created_at": bad}, GOOD[1]])
    assert (result["rows_read"], result["rows_accepted"], result["rows_rejected"]) == (3, 2, 1)
    issue = only_issue(result)
    assert (issue["column"], issue["rows"], issue["first_rows"]) == ("created_at", 1, [2])
    assert bad in str(issue["example"] or "")
    assert sq.one("ticket_volume") == {"value": 2}


def test_a_bad_solved_time_does_not_make_the_ticket_open(sq: CommandLine) -> None:
    rows = [
        {**GOOD[0], "solved_at": "2024-03-02 00:00"},
        {**GOOD[1], "solved_at": "next week"},
    ]
    result = sq.load_rows("tickets", rows)
    assert only_issue(result)["column"] == "solved_at"
    assert sq.one("full_resolution_time")["n"] == 1


def test_a_missing_id(sq: CommandLine) -> None:
    result = sq.load_rows("tickets", [*GOOD, {"ticket_id": "", "created_at": "2024-03-01"}])
    issue = only_issue(result)
    assert (issue["column"], issue["first_rows"]) == ("ticket_id", [5])


def test_solved_before_created(sq: CommandLine) -> None:
    rows = [
        {**GOOD[0], "solved_at": "2024-02-29 23:59"},
        {**GOOD[1], "solved_at": "2024-03-01 00:00"},  # at once: no error
        {**GOOD[2], "solved_at": None},
    ]
    result = sq.load_rows("tickets", rows)
    issue = only_issue(result)
    assert (issue["rows"], issue["first_rows"], issue["emptied"]) == (1, [1], True)
    assert sq.one("ticket_volume") == {"value": 3}


def test_first_reply_before_created(sq: CommandLine) -> None:
    rows = [
        {**GOOD[0], "first_reply_at": "2024-02-29 23:59"},
        {**GOOD[1], "first_reply_at": "2024-03-01 00:00"},
    ]
    assert only_issue(sq.load_rows("tickets", rows))["first_rows"] == [1]


def test_replied_before_received(sq: CommandLine) -> None:
    rows = [
        {"email_id": 1, "received_at": "2024-03-01 10:00", "replied_at": "2024-03-01 09:59"},
        {"email_id": 2, "received_at": "2024-03-01 10:00", "replied_at": "2024-03-01 10:00"},
    ]
    result = sq.load_rows("emails", rows)
    issue = only_issue(result)
    assert (issue["rows"], issue["first_rows"]) == (1, [1])


@pytest.mark.parametrize("column", ["created_at", "solved_at", "first_reply_at", "updated_at"])
def test_events_after_the_upload(sq: CommandLine, column: str) -> None:
    rows = [{column: "2024-03-02", **GOOD[0]}, {**GOOD[1], column: "2999-01-01 00:00"}]
    issue = only_issue(sq.load_rows("tickets", rows))
    assert (issue["column"], issue["rows"], issue["first_rows"]) == (column, 1, [2])


def test_a_target_may_lie_in_the_future(sq: CommandLine) -> None:
    rows = [{**GOOD[0], "due_at": "2999-01-01 00:00"}]
    assert sq.load_rows("tickets", rows)["issues"] == []


@pytest.mark.parametrize(("column", "bad"), [("quality_mark", "101"), ("welcome_mark", "-1")])
def test_marks_lie_between_0_and_100(sq: CommandLine, column: str, bad: str) -> None:
    rows = [
        {"email_id": n, "received_at": "2024-03-01", "replied_at": "2024-03-02", column: mark}
        for n, mark in enumerate(["0", "100", bad])
    ]
    issue = only_issue(sq.load_rows("emails", rows))
    assert (issue["column"], issue["first_rows"]) == (column, [3])


def test_a_number_that_is_none(sq: CommandLine) -> None:
    rows = [{**GOOD[0], "reopens": "0"}, {**GOOD[1], "reopens": "many"}]
    issue = only_issue(sq.load_rows("tickets", rows))
    assert (issue["column"], issue["first_rows"]) == ("reopens", [2])


def test_half_a_reopening_is_not_rounded(sq: CommandLine) -> None:
    rows = [{**GOOD[0], "reopens": "0"}, {**GOOD[1], "reopens": "0.6"}]
    assert only_issue(sq.load_rows("tickets", rows))["first_rows"] == [2]


def test_the_first_five_rows_are_named_and_all_are_counted(sq: CommandLine) -> None:
    bad = [{"ticket_id": f"B{n}", "created_at": "soon"} for n in range(9)]
    result = sq.load_rows("tickets", [GOOD[0], *bad, *GOOD[1:]])
    issue = only_issue(result)
    assert (issue["rows"], issue["first_rows"]) == (9, [2, 3, 4, 5, 6])
    assert (result["rows_accepted"], result["rows_rejected"]) == (4, 9)


def test_a_row_with_two_errors_is_one_row(sq: CommandLine) -> None:
    rows = [
        {**GOOD[0], "solved_at": None, "reopens": 0},
        {"ticket_id": "B", "created_at": "soon", "solved_at": "later", "reopens": "many"},
    ]
    result = sq.load_rows("tickets", rows)
    assert (result["rows_accepted"], result["rows_rejected"]) == (1, 1)
    assert {issue["rows"] for issue in result["issues"]} == {1}


def test_records_are_numbered_not_lines(sq: CommandLine) -> None:
    path = sq.file('ticket_id,created_at,team\n1,2024-03-01,"a\nb\nc"\n2,soon,d\n')
    result = sq.load(path, *sq.words("tickets", ["ticket_id", "created_at", "team"], "test"))
    assert only_issue(result)["first_rows"] == [2]


def test_rejected_rows_do_not_move_the_end_of_observation(sq: CommandLine) -> None:
    rows = [
        {"email_id": 1, "received_at": "2024-03-01 00:00", "replied_at": None},
        {"email_id": 2, "received_at": "soon", "replied_at": "2024-08-01 00:00"},
    ]
    sq.load_rows("emails", rows)
    assert sq.kpi("reply_in_time") == []


def test_when_every_row_is_bad_the_file_is_refused(sq: CommandLine) -> None:
    rows = [{"ticket_id": n, "created_at": "soon"} for n in range(3)]
    result = sq.load_rows("tickets", rows, code=1)
    assert result["status"] == "refused"
    assert result["reason"]
    assert (result["rows_read"], result["rows_accepted"], result["rows_rejected"]) == (3, 0, 3)
    assert [issue["rows"] for issue in result["issues"]] == [3]
    assert sq.uploads() == []


def test_dates_of_1970_and_1899_are_not_taken_for_dates(sq: CommandLine) -> None:
    days = ["1970-01-01", "1899-12-31", "2024-03-01"]
    rows = [{"ticket_id": n, "created_at": day} for n, day in enumerate(days)]
    result = sq.load_rows("tickets", rows)
    assert (result["rows_accepted"], result["rows_rejected"]) == (1, 2)
    assert sq.by("ticket_volume", "year") == {2024: 1}
