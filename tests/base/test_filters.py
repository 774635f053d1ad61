"""Filters survive the way to a URL and back, and drop what the data does not have."""

from datetime import date

import pytest

from service_quality.base import language
from service_quality.base.filters import Filters, from_query, number_in, one_of, to_query

FULL = Filters(
    date(2025, 1, 1),
    date(2025, 10, 31),
    (("brand", ("Acme & Co = 1", "Zed")), ("team", (None, "Nord"))),
)


def test_round_trip_keeps_every_filter_and_the_empty_value():
    assert from_query(to_query(FULL)) == (FULL, [])
    assert to_query(FULL)["team"] == ["", "Nord"]


@pytest.mark.parametrize(
    "text", ["", "nonsense", "2025-13-01", "0001-01-01", "9999-12-31", "01/02/2025"]
)
def test_an_impossible_day_is_dropped_with_a_word(text):
    filters, dropped = from_query({"from": [text]})
    assert filters == Filters()
    assert len(dropped) == 1


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02-05", date(2024, 2, 5), date(2024, 2, 5)),
    ],
)
def test_a_month_or_a_year_that_was_typed_is_meant_whole(text: str, first: date, last: date):
    assert from_query({"from": [text], "to": [text]}) == (Filters(first, last), [])


def test_a_period_backwards_is_dropped_whole():
    filters, dropped = from_query({"from": ["2025-05-01"], "to": ["2024-05-01"]})
    assert not filters
    assert len(dropped) == 1


def test_a_stale_value_is_dropped_and_named_and_the_rest_stays():
    filters, dropped = from_query({"brand": ["Zed", "Gone"]}, {"brand": ["Zed", None]})
    assert filters.values("brand") == ("Zed",)
    assert "Gone" in dropped[0]


def test_choices_and_numbers_of_a_link():
    assert one_of({"by": ["team"]}, "by", ["brand", "team"], "brand") == ("team", [])
    assert one_of({}, "by", ["brand"], "brand") == ("brand", [])
    assert one_of({"by": ["x"]}, "by", ["brand"], "brand")[1]
    assert number_in({"min_n": ["5"]}, "min_n", 1, 100, 1) == (5, [])
    for text in ("-1", "x", "²", "1e3", "101", "9" * 40):
        value, dropped = number_in({"min_n": [text]}, "min_n", 1, 100, 1)
        assert (value, len(dropped)) == (1, 1)


def test_the_year_before_keeps_month_ends():
    before = Filters(date(2024, 2, 1), date(2024, 2, 29)).year_before()
    assert (before.start, before.end) == (date(2023, 2, 1), date(2023, 2, 28))
    after = Filters(date(2025, 2, 1), date(2025, 2, 28)).year_before()
    assert after.end == date(2024, 2, 29)
    assert Filters(end=date.max).year_before().end == date(9998, 12, 31)


@pytest.mark.parametrize(
    ("tag", "shown"), [("en-US", "68.2%"), ("fr-FR", "68,2\u00a0%"), ("xx", "68.2%")]
)
def test_numbers_follow_the_reader(tag, shown):
    with language.using(tag):
        assert language.rate(0.6823) == shown


def test_numbers_as_written():
    assert language.duration(340) == "5\u00a0h\u00a040"
    assert language.duration(45) == "45\u00a0min"
    assert language.duration(76 * 60) == "3\u00a0d\u00a04\u00a0h"
    assert language.duration(None) == "–"
    assert language.points(-0.129) == "−12.9\u00a0pts"
    assert language.points(-0.0001) == "0.0\u00a0pts"
    assert language.nps(32.4) == "+32"
    assert language.number(1280) == "1,280"


@pytest.mark.parametrize(
    ("place", "english", "french"),
    [(1, "1st", "1er"), (2, "2nd", "2e"), (11, "11th", "11e"), (23, "23rd", "23e")],
)
def test_a_place_is_written_as_an_ordinal(place: int, english: str, french: str) -> None:
    assert language.ordinal(place) == english
    with language.using("fr-FR"):
        assert language.ordinal(place) == french
