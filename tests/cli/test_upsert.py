"""Rows with ids: the newest version wins, and what an upload did not map stays as it was."""

from typing import Any

import pytest

from tests.cli.driving import LONG_AFTER, CommandLine


def ticket(number: int, updated: str | None = None, **cells: object) -> dict[str, object]:
    row: dict[str, object] = {"ticket_id": number, "created_at": "2024-03-01 00:00", **cells}
    return row if updated is None else {**row, "updated_at": updated}


def counts(result: dict[str, Any]) -> dict[str, int]:
    names = ("inserted", "updated", "unchanged", "superseded", "removed")
    accepted = sum(result[name] for name in names[:-1])
    assert result["rows_accepted"] == accepted
    assert result["rows_read"] == accepted + result["rows_rejected"]
    return {name: result[name] for name in names if result[name]}


def test_the_newest_update_wins_whatever_the_order_in_the_file(sq: CommandLine) -> None:
    result = sq.load_rows(
        "tickets",
        [
            ticket(1, "2024-03-05", team="new"),
            ticket(1, "2024-03-02", team="old"),
            ticket(1, "2024-03-04", team="older"),
        ],
    )
    assert counts(result) == {"inserted": 1, "superseded": 2}
    assert sq.by("ticket_volume", "team") == {"new": 1}


def test_of_equal_updates_the_later_row_wins(sq: CommandLine) -> None:
    rows = [ticket(1, "2024-03-05", team="first"), ticket(1, "2024-03-05", team="second")]
    assert counts(sq.load_rows("tickets", rows)) == {"inserted": 1, "superseded": 1}
    assert sq.by("ticket_volume", "team") == {"second": 1}


def test_without_update_times_the_later_row_wins(sq: CommandLine) -> None:
    rows = [ticket(1, team="first"), ticket(2, team="other"), ticket(1, team="second")]
    assert counts(sq.load_rows("tickets", rows)) == {"inserted": 2, "superseded": 1}
    assert sq.by("ticket_volume", "team") == {"other": 1, "second": 1}


def test_a_later_upload_updates(sq: CommandLine) -> None:
    sq.load_rows("tickets", [ticket(1, "2024-03-02", team="a"), ticket(2, "2024-03-02", team="a")])
    result = sq.load_rows(
        "tickets", [ticket(1, "2024-03-09", team="b"), ticket(3, "2024-03-09", team="b")]
    )
    assert counts(result) == {"inserted": 1, "updated": 1}
    assert sq.by("ticket_volume", "team") == {"a": 1, "b": 2}


def test_a_later_upload_of_an_older_version_changes_nothing(sq: CommandLine) -> None:
    sq.load_rows("tickets", [ticket(1, "2024-03-09", team="new")])
    result = sq.load_rows("tickets", [ticket(1, "2024-03-02", team="old")])
    assert counts(result) == {"superseded": 1}
    assert sq.by("ticket_volume", "team") == {"new": 1}


def test_of_equal_updates_the_later_upload_wins(sq: CommandLine) -> None:
    sq.load_rows("tickets", [ticket(1, "2024-03-09", team="first")])
    assert counts(sq.load_rows("tickets", [ticket(1, "2024-03-09", team="second")])) == {
        "updated": 1
    }
    assert sq.by("ticket_volume", "team") == {"second": 1}


def test_without_an_update_time_the_later_upload_wins(sq: CommandLine) -> None:
    sq.load_rows("tickets", [ticket(1, "2024-03-09", team="first")])
    assert counts(sq.load_rows("tickets", [ticket(1, team="second")])) == {"updated": 1}
    assert sq.by("ticket_volume", "team") == {"second": 1}


def test_the_same_rows_in_other_bytes_are_unchanged(sq: CommandLine) -> None:
    rows = [ticket(n, team="a") for n in range(4)]
    sq.load_rows("tickets", rows)
    result = sq.load_rows("tickets", list(reversed(rows)))
    assert result["status"] == "published"
    assert counts(result) == {"unchanged": 4}


def test_columns_that_were_not_mapped_keep_their_values(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [ticket(1, "2024-03-02", team="north", solved_at="2024-03-01 10:00")],
        observed_until=LONG_AFTER,
    )
    result = sq.load_rows(
        "tickets", [ticket(1, "2024-03-09", channel="mail")], observed_until=LONG_AFTER
    )
    assert counts(result) == {"updated": 1}
    assert sq.kpi("full_resolution_time", "--by", "team", "--by", "channel") == [
        {"team": "north", "channel": "mail", "median": 600, "p90": 600, "n": 1, "answered": 1}
    ]


def test_mapped_and_empty_overwrites(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [ticket(1, "2024-03-02", team="north", solved_at="2024-03-01 10:00")],
        observed_until=LONG_AFTER,
    )
    sq.load_rows(
        "tickets",
        [ticket(1, "2024-03-09", team=None, solved_at=None)],
        observed_until=LONG_AFTER,
    )
    assert sq.kpi("full_resolution_time", "--by", "team") == [
        {"team": None, "median": None, "p90": None, "n": 1, "answered": 0}
    ]


def test_the_same_id_of_another_source_is_another_ticket(sq: CommandLine) -> None:
    sq.load_rows("tickets", [ticket(1)], source="zendesk-fr")
    assert counts(sq.load_rows("tickets", [ticket(1)], source="zendesk-be")) == {"inserted": 1}
    assert sq.by("ticket_volume", "source") == {"zendesk-be": 1, "zendesk-fr": 1}


def test_emails_with_ids_are_updated(sq: CommandLine) -> None:
    def mail(replied: str | None) -> list[dict[str, object]]:
        return [{"email_id": "M", "received_at": "2024-03-01", "replied_at": replied}]

    sq.load_rows("emails", mail(None), observed_until=LONG_AFTER)
    assert sq.one("reply_rate")["value"] == 0
    result = sq.load_rows("emails", mail("2024-03-04"), observed_until=LONG_AFTER)
    assert counts(result) == {"updated": 1}
    assert (sq.one("reply_rate")["value"], sq.one("reply_rate")["n"]) == (1, 1)


def many(changed: int) -> list[dict[str, object]]:
    days = ["2024-07-07" if n < changed else "2024-03-01" for n in range(200)]
    return [{"ticket_id": n, "created_at": day} for n, day in enumerate(days)]


def test_ids_that_come_back_with_other_creation_times_are_refused(sq: CommandLine) -> None:
    sq.load_rows("tickets", many(0))
    result = sq.load_rows("tickets", many(3), code=1)  # 3 of 200: more than 1%
    assert result["status"] == "refused"
    assert "source" in result["reason"]
    assert sq.by("ticket_volume", "month") == {"2024-03": 200}
    assert len(sq.uploads()) == 1
    assert sq.load_rows("tickets", many(3), source="other")["inserted"] == 200


def test_one_percent_of_ids_may_be_corrected(sq: CommandLine) -> None:
    sq.load_rows("tickets", many(0))
    result = sq.load_rows("tickets", many(2))  # 2 of 200: not more than 1%
    assert counts(result) == {"updated": 2, "unchanged": 198}
    months = sq.by("ticket_volume", "month")  # those between were observed, and are empty
    assert {month: n for month, n in months.items() if n} == {"2024-03": 198, "2024-07": 2}


def test_only_ids_that_come_back_are_compared(sq: CommandLine) -> None:
    sq.load_rows("tickets", many(0)[:2])
    result = sq.load_rows("tickets", many(2), code=1)  # both known ids changed, 198 are new
    assert result["status"] == "refused"


@pytest.mark.parametrize(
    ("kind", "key", "moment"),
    [("emails", "email_id", "received_at"), ("surveys", "response_id", "answered_at")],
)
def test_other_kinds_are_guarded_too(sq: CommandLine, kind: str, key: str, moment: str) -> None:
    def rows(day: str) -> list[dict[str, object]]:
        return [{key: n, moment: day} for n in range(5)]

    sq.load_rows(kind, rows("2024-03-01"))
    result = sq.load_rows(kind, rows("2024-05-01"), code=1)
    assert result["status"] == "refused"
    assert "source" in result["reason"]


def with_seconds(hour: int = 9, seconds: str = ":31") -> list[dict[str, object]]:
    return [
        {
            "ticket_id": day,
            "created_at": f"2024-03-{day} {hour:02d}:{day}{seconds}",
            "solved_at": f"2024-03-{day} {hour + 5:02d}:{day}{seconds}",
        }
        for day in range(10, 30)
    ]


def test_a_spreadsheet_that_cut_off_the_seconds_brings_no_other_rows(sq: CommandLine) -> None:
    sq.load_rows("tickets", with_seconds())
    assert counts(sq.load_rows("tickets", with_seconds(seconds=""))) == {"superseded": 20}
    # The other way round they are the same rows, known better.
    sq.load_rows("tickets", with_seconds(seconds=""), source="minutes")
    assert counts(sq.load_rows("tickets", with_seconds(), source="minutes")) == {"updated": 20}


def test_other_seconds_are_other_rows(sq: CommandLine) -> None:
    sq.load_rows("tickets", with_seconds())
    result = sq.load_rows("tickets", with_seconds(seconds=":32"), code=1)
    assert "another source" in result["reason"]
    assert "moved" not in result["reason"]


def test_times_of_another_zone_are_told_and_what_is_advised_works(sq: CommandLine) -> None:
    sq.data.mkdir()
    (sq.data / "settings.toml").write_text('timezone = "Europe/Paris"\n')
    sq.load_rows("tickets", with_seconds())
    utc = with_seconds(hour=8)
    reason = sq.load_rows("tickets", utc, code=1)["reason"]
    advice = "--dates created_at=UTC --dates solved_at=UTC"
    assert advice in reason
    assert counts(sq.load_rows("tickets", utc, *advice.split())) == {"unchanged": 20}
