"""Dates and numbers as exports write them: decided for each column, never guessed per cell."""

import pytest

from tests.cli.driving import LONG_AFTER, CommandLine


def load_days(sq: CommandLine, days: list[str], *more: str) -> dict:
    rows = [{"ticket_id": n, "created_at": day} for n, day in enumerate(days)]
    return sq.load_rows("tickets", rows, *more)


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-05",
        "2024-03-05 10:00",
        "2024-03-05 10:00:00",
        "2024-03-05T10:00:00",
        "2024-03-05 10:00:00.250",
        "2024/03/05 10:00:00",
    ],
)
def test_dates_from_year_to_day(sq: CommandLine, written: str) -> None:
    assert load_days(sq, [written])["rows_accepted"] == 1
    assert sq.by("ticket_volume", "month") == {"2024-03": 1}


@pytest.mark.parametrize(
    ("deciding", "volume"),
    [("25/04/2024", {"2024-04": 2}), ("04/25/2024", {"2024-03": 1, "2024-04": 1})],
)
def test_the_column_decides_whether_the_day_comes_first(
    sq: CommandLine, deciding: str, volume: dict[str, int]
) -> None:
    load_days(sq, ["03/04/2024", deciding])
    assert sq.by("ticket_volume", "month") == volume


@pytest.mark.parametrize(
    ("written", "with_time"),
    [("25.04.2024", "03.04.2024 14:05"), ("25-04-2024", "03-04-2024 14:05:59")],
)
def test_day_first_with_dots_and_dashes(sq: CommandLine, written: str, with_time: str) -> None:
    assert load_days(sq, [written, with_time])["rows_accepted"] == 2
    assert sq.by("ticket_volume", "month") == {"2024-04": 2}


def test_days_without_leading_zeros(sq: CommandLine) -> None:
    load_days(sq, ["29/2/2016 01:16", "1/3/2016 9:05"])
    assert sq.by("ticket_volume", "month") == {"2016-02": 1, "2016-03": 1}


def test_two_columns_may_differ_in_their_order(sq: CommandLine) -> None:
    rows = [
        {"ticket_id": 1, "created_at": "03/04/2024 00:00", "solved_at": "04/05/2024 00:00"},
        {"ticket_id": 2, "created_at": "25/04/2024 00:00", "solved_at": "04/26/2024 00:00"},
    ]
    sq.load_rows("tickets", rows, observed_until=LONG_AFTER)
    # 3 April to 5 April; 25 April to 26 April
    row = sq.one("full_resolution_time")
    assert (row["median"], row["p90"]) == (1440, 2880)


@pytest.mark.parametrize(
    ("written", "months"),
    [("%d/%m/%Y", {"2024-04": 1}), ("%m/%d/%Y", {"2024-03": 1})],
)
def test_a_person_decides_what_the_column_cannot(
    sq: CommandLine, written: str, months: dict[str, int]
) -> None:
    load_days(sq, ["03/04/2024"], "--dates", f"created_at={written}")
    assert sq.by("ticket_volume", "month") == months


def test_am_and_pm(sq: CommandLine) -> None:
    rows = [
        {"email_id": 1, "received_at": "4/25/2024 9:20 AM", "replied_at": "4/25/2024 1:20 PM"},
        {"email_id": 2, "received_at": "4/25/2024 12:10 AM", "replied_at": "4/25/2024 12:10 PM"},
    ]
    sq.load_rows("emails", rows, observed_until=LONG_AFTER)
    row = sq.one("reply_time")
    assert (row["median"], row["p90"]) == (240, 720)


def test_offsets_are_one_and_the_same_clock(sq: CommandLine) -> None:
    rows = [
        {
            "email_id": 1,
            "received_at": "2024-02-01T10:00:00Z",
            "replied_at": "2024-02-01T12:30:00+01:00",
        }
    ]
    sq.load_rows("emails", rows, observed_until=LONG_AFTER)
    assert sq.one("reply_time")["median"] == 90


def test_decimal_commas(sq: CommandLine) -> None:
    rows = [
        {"received_at": "2024-03-01", "replied_at": "2024-03-02", "quality_mark": mark}
        for mark in ("82,5", "90", "67,75")
    ]
    path = sq.csv(rows, delimiter=";")
    sq.load(path, *sq.words("emails", rows[0], "test"))
    assert sq.one("reply_quality")["numerator"] == pytest.approx(240.25)


def test_decimal_points(sq: CommandLine) -> None:
    rows = [
        {"received_at": "2024-03-01", "replied_at": "2024-03-02", "quality_mark": mark}
        for mark in ("82.5", "90", "67.75")
    ]
    sq.load_rows("emails", rows)
    assert sq.one("reply_quality")["numerator"] == pytest.approx(240.25)


def test_spaces_around_values_do_not_matter(sq: CommandLine) -> None:
    path = sq.file("id,day,team\n 1 , 2024-03-01 , north \n2,2024-03-02,north\n")
    sq.load(
        path,
        *("--kind", "tickets", "--source", "s", "--map", "ticket_id=id"),
        *("--map", "created_at=day", "--map", "team=team"),
    )
    assert sq.by("ticket_volume", "team") == {"north": 2}


@pytest.mark.parametrize("codes", [["team=Unassigned,?"], ["team=Unassigned", "team=?"]])
def test_no_answer_codes_of_a_dimension(sq: CommandLine, codes: list[str]) -> None:
    teams = ["north", "Unassigned", "?"]
    rows = [{"ticket_id": n, "created_at": "2024-03-01", "team": t} for n, t in enumerate(teams)]
    sq.load_rows("tickets", rows, *[word for code in codes for word in ("--no-answer", code)])
    assert sq.by("ticket_volume", "team") == {"north": 1, None: 2}


def test_no_answer_codes_of_a_time(sq: CommandLine) -> None:
    solved = ["2024-03-01 10:00", "not yet"]
    rows = [
        {"ticket_id": n, "created_at": "2024-03-01 00:00", "solved_at": s}
        for n, s in enumerate(solved)
    ]
    result = sq.load_rows(
        "tickets", rows, "--no-answer", "solved_at=not yet", observed_until=LONG_AFTER
    )
    assert result["rows_rejected"] == 0
    row = sq.one("full_resolution_time")
    assert (row["n"], row["answered"]) == (2, 1)


def test_a_header_may_be_named_in_another_case(sq: CommandLine) -> None:
    path = sq.file("ticket_id,opened_at\n1,2024-03-01\n")
    sq.load(path, "--kind", "tickets", "--map", "created_at=Opened At")
    assert sq.by("ticket_volume", "month") == {"2024-03": 1}


def test_a_wait_in_a_stated_unit_leads_from_the_creation_to_the_reply(sq: CommandLine) -> None:
    file = sq.file("ticket_id,created_at,pause\n1,2024-03-01 10:00,90\n")
    words = ("--kind", "tickets", "--map", "first_reply_at=created_at + pause")
    asked = sq.load(file, *words, code=1)
    assert "--unit first_reply_at=hours" in asked["reason"]
    sq.load(file, *words, "--unit", "first_reply_at=minutes")
    assert sq.one("first_reply_time")["median"] == 90


def test_a_year_beyond_the_calendar_is_no_date(sq: CommandLine) -> None:
    outcome = sq.load(
        sq.file("ticket_id,created_at,solved_at\n1,2024-03-01,99999-01-01\n2,2024-03-01,\n")
    )
    (issue,) = outcome["issues"]
    assert (issue["column"], issue["rule"], issue["first_rows"]) == ("solved_at", "not_a_date", [1])
    assert issue["example"] == "99999-01-01"


def test_a_column_is_mapped_by_the_text_of_any_of_its_header_rows(sq: CommandLine) -> None:
    text = (
        "RecordedDate,Q1\n"
        "Recorded Date,How satisfied were you?\n"
        '"{""ImportId"":""recordedDate""}","{""ImportId"":""QID1""}"\n'
        "2024-03-01 10:00:00,5\n2024-03-02 10:00:00,2\n"
    )
    words = ("--kind", "surveys", "--set", "csat_scale=1-5", "--map", "answered_at=recordeddate")
    outcome = sq.load(sq.file(text), *words, "--map", "csat=how satisfied were you")
    assert (outcome["status"], outcome["rows_accepted"]) == ("published", 2)
    assert sq.one("csat", "--all")["numerator"] == 1
