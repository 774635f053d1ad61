"""What the e-mail KPIs count, by hand: the customers who never got an answer stay in."""

import pytest

from tests.cli.driving import LONG_AFTER, CommandLine, rate


def mail(number: int, received: str, replied: str | None, **cells: object) -> dict[str, object]:
    return {"email_id": f"M{number}", "received_at": received, "replied_at": replied, **cells}


def test_reply_rate_within_thirty_days(sq: CommandLine) -> None:
    sq.load_rows(
        "emails",
        [
            mail(1, "2024-01-01 00:00", "2024-01-01 08:00"),
            mail(2, "2024-01-01 00:00", "2024-01-30 08:00"),
            mail(3, "2024-01-01 00:00", "2024-02-02 00:00"),  # 32 days: too late
            mail(4, "2024-01-01 00:00", None),
            mail(5, "2024-02-20 00:00", "2024-02-20 01:00"),  # answered, not yet 30 days old
            mail(6, "2024-03-01 00:00", None),  # the end of observation
        ],
    )
    assert sq.one("reply_rate") == rate(2, 4)


def test_an_acknowledgement_is_not_a_reply(sq: CommandLine) -> None:
    sq.load_rows(
        "emails",
        [
            mail(1, "2024-01-01 00:00", None, acknowledged_at="2024-01-01 00:01"),
            mail(2, "2024-01-01 00:00", "2024-01-01 05:00", acknowledged_at=None),
        ],
        observed_until=LONG_AFTER,
    )
    assert sq.one("reply_rate") == rate(1, 2)
    assert sq.one("reply_in_time") == rate(1, 2)
    assert sq.one("reply_time") == {"median": 300, "p90": None, "n": 2, "answered": 1}


def test_an_acknowledgement_moves_the_end_of_observation(sq: CommandLine) -> None:
    sq.load_rows("emails", [mail(1, "2024-01-01 00:00", None, acknowledged_at="2024-03-01 00:00")])
    assert sq.one("reply_rate") == rate(0, 1)


def test_replies_belong_to_the_month_received(sq: CommandLine) -> None:
    sq.load_rows(
        "emails",
        [
            mail(1, "2024-01-31 23:00", "2024-02-01 08:00"),
            mail(2, "2024-02-05 09:00", None),
        ],
        observed_until=LONG_AFTER,
    )
    assert sq.by("reply_rate", "month") == {"2024-01": 1, "2024-02": 0}


def test_reply_in_time_counts_mature_mails_only(sq: CommandLine) -> None:
    sq.load_rows(
        "emails",
        [
            mail(1, "2024-03-01 00:00", "2024-03-01 02:00"),
            mail(2, "2024-03-01 00:00", "2024-03-02 00:01"),
            mail(3, "2024-03-01 00:00", None),
            mail(4, "2024-03-09 13:00", "2024-03-09 13:05"),  # fast, but within the last day
            mail(5, "2024-03-10 12:00", None),  # the end of observation
        ],
    )
    assert sq.one("reply_in_time") == rate(1, 3)


def test_a_yes_or_no_without_times_is_final(sq: CommandLine) -> None:
    answers = ["yes", "yes", "no", "yes"]
    rows = [
        {"email_id": n, "received_at": "2024-03-01", "replied": answer}
        for n, answer in enumerate(answers)
    ]
    sq.load_rows("emails", rows)
    # no maturity: the data end on the day the mails were sent
    assert sq.one("reply_rate") == rate(3, 4)
    assert sq.kpi("reply_in_time") == []
    assert sq.kpi("reply_time") == []


def test_without_any_reply_column_nothing_is_said_of_replies(sq: CommandLine) -> None:
    rows = [{"email_id": n, "received_at": "2024-03-01", "topic": "wave"} for n in range(3)]
    sq.load_rows("emails", rows, observed_until=LONG_AFTER)
    for (
        kpi
    ) in "reply_rate reply_in_time reply_time reply_quality spelling_errors mystery_index".split():
        assert sq.kpi(kpi) == [], kpi
        assert sq.kpi(kpi, "--by", "topic") == [], kpi


def test_quality_and_spelling_are_means_over_replies(sq: CommandLine) -> None:
    sq.load_rows(
        "emails",
        [
            mail(1, "2024-03-01", "2024-03-02", quality_mark="80", spelling_errors=0),
            mail(2, "2024-03-01", "2024-03-02", quality_mark="65.5", spelling_errors=3),
            mail(3, "2024-03-01", "2024-03-02", quality_mark=None, spelling_errors=None),
            mail(4, "2024-03-01", None, quality_mark=None, spelling_errors=None),
        ],
        observed_until=LONG_AFTER,
    )
    assert sq.one("reply_quality") == {
        "value": pytest.approx(72.75),
        "n": 2,
        "numerator": pytest.approx(145.5),
    }
    assert sq.one("spelling_errors") == {
        "value": pytest.approx(1.5),
        "n": 2,
        "numerator": pytest.approx(3),
    }


def test_means_are_of_mails_not_of_means(sq: CommandLine) -> None:
    rows = [mail(n, "2024-01-10", "2024-01-11", quality_mark=60) for n in range(3)]
    rows.append(mail(3, "2024-02-10", "2024-02-11", quality_mark=100))
    sq.load_rows("emails", rows, observed_until=LONG_AFTER)
    assert sq.by("reply_quality", "month") == {"2024-01": 60, "2024-02": 100}
    assert sq.by("reply_quality", "year") == {2024: 70}


def mystery(number: int, replied: str | None, quality: object, welcome: object) -> dict:
    return mail(
        number,
        "2024-03-01 00:00",
        replied,
        mystery="yes",
        quality_mark=quality,
        welcome_mark=welcome,
    )


@pytest.mark.parametrize(
    ("replied", "quality", "welcome", "index"),
    [
        ("2024-03-01 00:30", 100, 100, 100),  # up to an hour: full marks for delay
        ("2024-03-01 01:00", 80, 50, 82),  # 40 + 32 + 10
        ("2024-03-02 00:30", 80, 50, 62),  # 24.5 h: half way from 1 h to 48 h, 20 + 32 + 10
        ("2024-03-03 00:00", 80, 50, 42),  # 48 h: nothing for delay
        ("2024-03-09 00:00", 0, 100, 20),  # later still
    ],
)
def test_mystery_index_of_one_reply(
    sq: CommandLine, replied: str, quality: int, welcome: int, index: float
) -> None:
    sq.load_rows("emails", [mystery(1, replied, quality, welcome)], observed_until=LONG_AFTER)
    row = sq.one("mystery_index")
    assert row["n"] == 1
    assert row["value"] == pytest.approx(index, abs=1e-6)


def test_mystery_index_counts_silence_as_zero_and_skips_missing_marks(sq: CommandLine) -> None:
    sq.load_rows(
        "emails",
        [
            mystery(1, "2024-03-01 01:00", 100, 100),  # 100
            mystery(2, "2024-03-01 01:00", 50, 100),  # 40 + 20 + 20 = 80
            mystery(3, None, None, None),  # unanswered: 0
            mystery(4, "2024-03-01 01:00", 90, None),  # no welcome mark: does not apply
            mystery(5, "2024-03-01 01:00", None, 90),
        ],
        observed_until=LONG_AFTER,
    )
    row = sq.one("mystery_index")
    assert row["n"] == 3
    assert row["numerator"] == pytest.approx(180)
    assert row["value"] == pytest.approx(60)
