"""Which rows count, and from when to when: statuses, clocks, days, persons, newest answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.driving import CommandLine

SOLVED = {"solved_at": "2024-03-02 09:00"}


def ticket(number: int, **cells: Any) -> dict[str, Any]:
    return {"ticket_id": number, "created_at": "2024-03-01 09:00", **cells}


def issues(result: dict[str, Any]) -> dict[str, int]:
    return {issue["rule"]: issue["rows"] for issue in result["issues"]}


@pytest.mark.parametrize(
    ("word", "rule", "volume", "answered", "backlog"),
    [
        ("Réouvert", "open_with_closing_time", 1, 0, 1),
        ("En attente", "open_with_closing_time", 1, 0, 1),
        ("In Bearbeitung", "open_with_closing_time", 1, 0, 1),
        ("Abgelehnt", "ended_without_solution", 1, 0, 0),
        ("ANNULÉ", "ended_without_solution", 1, 0, 0),
        ("won’t-do", "ended_without_solution", 1, 0, 0),
        ("Closed - Cancelled", "ended_without_solution", 1, 0, 0),
        ("Resolved – Rejected", "ended_without_solution", 1, 0, 0),
        ("Clos\u00a0: refusé", "ended_without_solution", 1, 0, 0),
        ("Closed — Merged", "no_contact", 0, 0, 0),
        ("Closed > Duplicate", "no_contact", 0, 0, 0),
        ("Done | Spam", "no_contact", 0, 0, 0),
        ("Doublon", "no_contact", 0, 0, 0),
        ("Closed (Duplicate)", "no_contact", 0, 0, 0),
        ("samengevoegd", "no_contact", 0, 0, 0),
        ("Merged into T9", "no_contact", 0, 0, 0),
        ("Cancelled by requester", "ended_without_solution", 1, 0, 0),
        ("Reopened by customer", "open_with_closing_time", 1, 0, 1),
        ("Solucionado", None, 1, 1, 0),
        ("chiuso", None, 1, 1, 0),
        ("somewhere", "unknown_status", 1, 1, 0),
    ],
)
def test_the_status_comes_before_the_times(
    sq: CommandLine, word: str, rule: str | None, volume: int, answered: int, backlog: int
) -> None:
    anchor = ticket(9, created_at="2024-03-05 10:00", status="closed", solved_at="2024-03-05 10:00")
    result = sq.load_rows("tickets", [ticket(1, status=word, **SOLVED), anchor])
    assert issues(result) == ({rule: 1} if rule else {})
    assert sq.one("ticket_volume")["value"] == volume + 1
    assert sq.one("full_resolution_time")["answered"] == answered + 1
    assert sq.one("backlog")["value"] == backlog


def test_a_cancelled_ticket_is_in_the_backlog_until_it_was_last_updated(sq: CommandLine) -> None:
    rows = [
        ticket(1, status="cancelled", updated_at="2024-04-10 09:00", solved_at=None),
        ticket(2, status="cancelled", updated_at=None, solved_at=None),
    ]
    sq.load_rows("tickets", rows, observed_until="2024-04-30")
    found = {row["month"]: row["value"] for row in sq.kpi("backlog", "--by", "month")}
    assert (found["2024-03"], found.get("2024-04", 0)) == (1, 0)


def test_an_impossible_closing_is_time_unknown(sq: CommandLine) -> None:
    rows = [
        ticket(1, solved_at="2024-02-01 09:00"),
        ticket(2, solved_at="someday"),
        ticket(3, solved_at=None),
        ticket(4, **SOLVED),
    ]
    result = sq.load_rows("tickets", rows)
    assert result["rows_rejected"] == 0
    assert {i["rule"]: i["emptied"] for i in result["issues"]} == {
        "solved_before_created": True,
        "not_a_date": True,
    }
    assert sq.one("ticket_volume") == {"value": 4}
    assert sq.one("backlog") == {"value": 1}
    row = sq.one("full_resolution_time")
    assert (row["n"], row["answered"]) == (2, 1)


def test_an_unknown_reply_is_no_missing_reply(sq: CommandLine) -> None:
    rows = [
        {"email_id": 1, "received_at": "2024-03-01 09:00", "replied_at": "2024-03-01 10:00"},
        {"email_id": 2, "received_at": "2024-03-01 09:00", "replied_at": "2024-02-01 10:00"},
        {"email_id": 3, "received_at": "2024-03-01 09:00", "replied_at": None},
    ]
    sq.load_rows("emails", rows, observed_until="2024-06-01")
    assert (sq.one("reply_rate")["numerator"], sq.one("reply_rate")["n"]) == (1, 2)


def test_waits_are_right_when_the_clocks_are_put_back(sq: CommandLine) -> None:
    sq.data.mkdir(exist_ok=True)
    (sq.data / "settings.toml").write_text('timezone = "Europe/Paris"\n', encoding="utf-8")
    rows = [
        ticket(
            1, created_at="2024-10-27T02:40:00+02:00", first_reply_at="2024-10-27T02:10:00+01:00"
        ),
        ticket(
            2, created_at="2024-10-26T12:00:00+02:00", first_reply_at="2024-10-27T11:30:00+01:00"
        ),
        ticket(
            3, created_at="2024-06-01T12:00:00+02:00", first_reply_at="2024-06-01T13:00:00+02:00"
        ),
    ]
    result = sq.load_rows("tickets", rows, observed_until="2024-12-31")
    assert (result["rows_rejected"], result["issues"]) == (0, [])
    found = {r["month"]: r for r in sq.kpi("first_reply_time", "--by", "month")}
    assert (found["2024-10"]["median"], found["2024-10"]["p90"]) == (30, 1470)
    in_time = {r["month"]: r for r in sq.kpi("first_reply_in_time", "--by", "month")}
    assert (in_time["2024-10"]["numerator"], in_time["2024-10"]["n"]) == (1, 2)


@pytest.mark.parametrize("zone", ["Europe/London", "Europe/Lisbon", "Europe/Dublin"])
def test_an_hour_that_comes_twice_is_known_where_winter_has_no_offset(
    sq: CommandLine, zone: str
) -> None:
    sq.data.mkdir(exist_ok=True)
    (sq.data / "settings.toml").write_text(f'timezone = "{zone}"\n', encoding="utf-8")
    wait = {"created_at": "2024-10-27T01:50+01:00", "first_reply_at": "2024-10-27T01:10+00:00"}
    result = sq.load_rows("tickets", [ticket(1, **wait)], observed_until="2024-12-31")
    assert (result["rows_rejected"], result["issues"]) == (0, [])
    assert sq.one("first_reply_time")["median"] == 20


def test_days_without_times_are_as_old_as_their_ends(sq: CommandLine) -> None:
    """Data that end with 31 March: of 1 March 30 days have passed, of 2 March 29 and a part."""
    days = ("2024-03-01", "2024-03-02", "2024-03-31")
    mails = [{"email_id": n, "received_at": day, "replied_at": None} for n, day in enumerate(days)]
    sq.load_rows("emails", mails)
    assert (sq.one("reply_rate")["numerator"], sq.one("reply_rate")["n"]) == (0, 1)
    answers = [
        {"response_id": n, "answered_at": day, "csat": 1, "recontacted_at": None}
        for n, day in enumerate(("2024-03-24", "2024-03-25", "2024-03-31"))
    ]
    sq.load_rows("surveys", answers, csat_scale="1-5")
    assert sq.one("recovery_rate")["n"] == 1


@pytest.mark.parametrize("last", ["2024-12-31", "2024-12-31 23:59:59"])
def test_a_stock_has_no_period_after_the_last_day_that_was_seen(sq: CommandLine, last: str) -> None:
    created = [ticket(1, created_at="2024-11-05", solved_at=None)]
    sq.load_rows("tickets", [*created, ticket(2, created_at=last, solved_at=None)])
    assert [row["month"] for row in sq.kpi("backlog", "--by", "month")] == ["2024-11", "2024-12"]
    assert sq.kpi("backlog", "--by", "year") == [{"year": 2024, "value": 2}]


def test_replies_given_as_days_say_nothing_of_hours(sq: CommandLine) -> None:
    rows = [
        {"email_id": 1, "received_at": "2024-03-01", "replied_at": "2024-03-02"},
        {"email_id": 2, "received_at": "2024-03-01", "replied_at": "2024-03-04"},
        {"email_id": 3, "received_at": "2024-03-01", "replied_at": None},
    ]
    sq.load_rows("emails", rows, observed_until="2024-06-01")
    assert sq.kpi("reply_in_time") == []
    assert sq.one("reply_rate")["n"] == 3
    assert sq.one("reply_time")["median"] == 3 * 1440


def test_a_due_date_lasts_to_the_end_of_its_day_and_a_due_time_does_not(sq: CommandLine) -> None:
    rows = [
        ticket(1, due_at="2024-03-04", solved_at="2024-03-04 18:00"),
        ticket(2, due_at="2024-03-04 12:00", solved_at="2024-03-04 18:00"),
    ]
    sq.load_rows("tickets", rows, observed_until="2024-06-01")
    row = sq.one("resolved_in_time")
    assert (row["numerator"], row["n"]) == (1, 2)


def test_a_reminder_is_no_second_person(sq: CommandLine) -> None:
    def asked(number: int, who: str, day: str, answered: str | None) -> dict[str, Any]:
        return {
            **{"response_id": number, "contact_id": who, "invited_at": day},
            **{"answered_at": answered, "csat": 5 if answered else None, "csat_scale": "1-5"},
        }

    rows = [
        asked(1, "anna", "2024-01-20 09:00", None),
        asked(2, "ben", "2024-01-20 09:00", "2024-01-21 09:00"),
    ]
    sq.load_rows("surveys", rows)
    later = [asked(3, "anna", "2024-02-10 09:00", "2024-02-11 09:00")]
    result = sq.load_rows("surveys", later)
    assert issues(result) == {"invited": 1}
    row = sq.one("response_rate")
    assert (row["numerator"], row["n"]) == (2, 2)


def test_the_newest_answer_wins_whatever_the_order_of_rows(sq: CommandLine) -> None:
    def answer(at: str, csat: int) -> dict[str, Any]:
        return {"response_id": 1, "answered_at": at, "csat": csat, "csat_scale": "1-5"}

    sq.load_rows("surveys", [answer("2024-03-20 10:00", 1), answer("2024-03-02 10:00", 5)])
    assert (sq.one("csat")["numerator"], sq.one("csat")["n"]) == (0, 1)


def test_rows_of_another_mailbox_are_asked_for_by_name(sq: CommandLine) -> None:
    def mails(brand: str) -> list[dict[str, Any]]:
        return [
            {"received_at": f"2024-03-{day:02} 09:00", "replied_at": None, "brand": brand}
            for day in range(1, 5)
        ]

    sq.load_rows("emails", mails("North"))
    result = sq.load_rows("emails", mails("South"), code=1)
    assert result["status"] == "refused"
    assert "North" in result["reason"]
    assert sq.load_rows("emails", mails("South"), "--replace")["removed"] == 4


@pytest.mark.parametrize("command", ["load", "check"])
def test_a_status_that_is_not_known_is_named_with_its_rows(sq: CommandLine, command: str) -> None:
    rows = "1,2024-03-01,Parked\n2,2024-03-02,parked\n3,2024-03-03,Elsewhere\n4,2024-03-04,Open\n"
    file = sq.file(f"ticket_id,created_at,status\n{rows}", "t.csv")
    ran = sq.run(command, file, "--kind", "tickets", "--source", "s")
    assert "Statuses that are not known" in ran.err
    assert "“parked” (2), “elsewhere” (1)." in ran.err
