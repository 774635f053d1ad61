"""Asking for a KPI: keys, order, filters and words without sense, whatever the KPI."""

import pytest

from tests.cli.driving import LONG_AFTER, CommandLine

ROWS = [
    # day received, replied within the hour, brand, channel, topic
    ("2023-12-31 23:59:59", True, "B", "mail", "price"),
    ("2024-01-01 00:00:00", True, "A", "mail", "price"),
    ("2024-01-31 23:59:59", False, "A", "form", None),
    ("2024-02-01 00:00:00", True, "B", "form", "delay"),
    ("2024-02-10 12:00:00", False, None, "mail", "delay"),
    ("2024-11-05 12:00:00", True, "a", None, None),
]


@pytest.fixture
def mails(sq: CommandLine) -> CommandLine:
    rows = [
        {
            "email_id": n,
            "received_at": day,
            "replied_at": day if replied else None,
            "brand": brand,
            "channel": channel,
            "topic": topic,
        }
        for n, (day, replied, brand, channel, topic) in enumerate(ROWS)
    ]
    sq.load_rows("emails", rows, observed_until=LONG_AFTER)
    return sq


def n(rows: list[dict], *keys: str) -> list[tuple]:
    return [(*(row[key] for key in keys), row["n"]) for row in rows]


def test_the_answer_names_the_kpi(mails: CommandLine) -> None:
    answer = mails.run("kpi", "reply_rate", "--json").json
    assert (answer["kpi"], answer["measure"]) == ("reply_rate", "rate")
    assert answer["unit"]
    assert mails.run("kpi", "reply_time", "--json").json["measure"] == "duration"


def test_without_by_there_is_one_row(mails: CommandLine) -> None:
    assert mails.kpi("reply_rate") == [
        {"value": pytest.approx(4 / 6), "n": 6, "numerator": 4, "denominator": 6}
    ]


def test_years_quarters_and_months(mails: CommandLine) -> None:
    assert n(mails.kpi("reply_rate", "--by", "year"), "year") == [(2023, 1), (2024, 5)]
    assert n(mails.kpi("reply_rate", "--by", "quarter"), "quarter") == [
        ("2023-Q4", 1),
        ("2024-Q1", 4),
        ("2024-Q4", 1),
    ]
    assert n(mails.kpi("reply_rate", "--by", "month"), "month") == [
        ("2023-12", 1),
        ("2024-01", 2),
        ("2024-02", 2),
        ("2024-11", 1),
    ]


def test_rows_follow_the_order_of_the_flags_nulls_last(mails: CommandLine) -> None:
    rows = mails.kpi("reply_rate", "--by", "year", "--by", "brand")
    assert [list(row)[:2] for row in rows] == [["year", "brand"]] * len(rows)
    assert n(rows, "year", "brand") == [
        (2023, "B", 1),
        (2024, "A", 2),
        (2024, "B", 1),
        (2024, "a", 1),
        (2024, None, 1),
    ]
    turned = mails.kpi("reply_rate", "--by", "brand", "--by", "year")
    assert n(turned, "brand", "year") == [
        ("A", 2024, 2),
        ("B", 2023, 1),
        ("B", 2024, 1),
        ("a", 2024, 1),
        (None, 2024, 1),
    ]


def test_by_source(mails: CommandLine) -> None:
    assert mails.by("reply_rate", "source", field="n") == {"test": 6}


def test_from_and_to_are_both_included(mails: CommandLine) -> None:
    def count(*argv: str) -> int:
        return sum(row["n"] for row in mails.kpi("reply_rate", *argv))

    assert count("--from", "2024-01-01", "--to", "2024-01-31") == 2
    assert count("--from", "2024-01-01") == 5
    assert count("--to", "2023-12-31") == 1
    assert count("--from", "2024-02-10", "--to", "2024-02-10") == 1
    assert count("--from", "2024-02-11", "--to", "2024-02-11") == 0
    assert count("--from", "0001-01-01", "--to", "9999-12-31") == 6  # the ends of the calendar


def test_where(mails: CommandLine) -> None:
    def count(*where: str) -> int:
        words = [word for condition in where for word in ("--where", condition)]
        return sum(row["n"] for row in mails.kpi("reply_rate", *words))

    assert count("brand=A") == 2
    assert count("brand=A", "brand=B") == 4  # one dimension twice: or
    assert count("brand=A", "channel=mail") == 1  # two dimensions: and
    assert count("brand=A", "brand=B", "channel=mail", "topic=price") == 2
    assert count("topic=") == 2  # no value at all
    assert count("topic=", "topic=delay") == 4
    assert count("brand=nobody") == 0


def test_where_and_by_of_the_same_dimension(mails: CommandLine) -> None:
    rows = mails.kpi("reply_rate", "--by", "brand", "--where", "brand=", "--where", "brand=B")
    assert n(rows, "brand") == [("B", 2), (None, 1)]


def test_no_data_is_an_empty_list(sq: CommandLine) -> None:
    ran = sq.run("kpi", "reply_rate", "--json")
    assert ran.code == 0
    assert (ran.json["kpi"], ran.json["rows"]) == ("reply_rate", [])
    for kpi in ("ticket_volume", "backlog", "reply_time", "nps", "mystery_index"):
        assert sq.kpi(kpi, "--by", "month") == [], kpi


def test_a_filter_that_leaves_nothing_is_an_empty_list(mails: CommandLine) -> None:
    assert mails.kpi("reply_rate", "--by", "month", "--where", "brand=nobody") == []
    assert mails.kpi("reply_time", "--by", "month", "--from", "2030-01-01") == []


def test_a_person_can_read_the_answer(mails: CommandLine) -> None:
    ran = mails.run("kpi", "reply_rate", "--by", "month")
    assert ran.code == 0
    assert "2024-01" in ran.out
    assert not ran.out.lstrip().startswith("{")


@pytest.mark.parametrize(
    "words",
    [
        ["no_such_kpi"],
        [""],
        ["REPLY RATE; drop table emails"],
        ["reply_rate", "--by", "planet"],
        ["reply_rate", "--by", "received_at"],
        ["reply_rate", "--where", "planet=x"],
        ["reply_rate", "--where", "brand"],
        ["reply_rate", "--from", "yesterday"],
        ["reply_rate", "--from", "2024-02-30"],
        ["reply_rate", "--to", "31/12/2024"],
        ["reply_rate", "--no-such-flag"],
        [],
    ],
)
def test_words_without_sense_are_a_usage_error(mails: CommandLine, words: list[str]) -> None:
    ran = mails.run("kpi", *words, "--json")
    assert ran.code == 2
    assert ran.err
    assert ran.out == ""


def test_a_wrong_kpi_is_told_what_there_is(sq: CommandLine) -> None:
    assert "reply_rate" in sq.run("kpi", "replyrate").err


def test_every_number_is_a_number_or_null(mails: CommandLine) -> None:
    ran = mails.run("kpi", "reply_time", "--by", "month", "--json")
    assert "NaN" not in ran.out
    assert "Infinity" not in ran.out
    february = mails.kpi("reply_time", "--by", "month")[2]
    assert february == {"month": "2024-02", "median": 0, "p90": None, "n": 2, "answered": 1}


def test_zero_is_a_value(sq: CommandLine) -> None:
    rows = [{"email_id": 1, "received_at": "2024-03-01", "replied": "no"}]
    sq.load_rows("emails", rows)
    assert sq.one("reply_rate") == {"value": 0, "n": 1, "numerator": 0, "denominator": 1}
