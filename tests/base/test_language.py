"""Periods within a sentence, the first of a month, and the plural of numbers with decimals."""

from __future__ import annotations

from datetime import date

import pytest

from service_quality.base import language


@pytest.mark.parametrize(
    ("start", "end", "english", "french"),
    [
        (date(2025, 10, 1), date(2025, 10, 31), "in October 2025", "en octobre 2025"),
        (date(2025, 1, 1), date(2025, 12, 31), "in 2025", "en 2025"),
        (
            *(date(2025, 1, 1), date(2025, 11, 30)),
            *("from January to November 2025", "de janvier à novembre 2025"),
        ),
        (
            *(date(2024, 10, 1), date(2025, 8, 31)),
            *("from October 2024 to August 2025", "d’octobre 2024 à août 2025"),
        ),
    ],
)
def test_a_period_reads_as_a_part_of_its_sentence(
    start: date, end: date, english: str, french: str
) -> None:
    assert language.during(start, end) == english
    with language.using("fr"):
        assert language.during(start, end) == french


@pytest.mark.parametrize(
    ("reader", "form"),
    [
        ("en-GB", "DD/MM/YYYY"),
        ("en-US", "MM/DD/YYYY"),
        ("fr-FR", "DD/MM/YYYY"),
        ("fr-CA", "YYYY-MM-DD"),
        ("de", "DD/MM/YYYY"),
    ],
)
def test_a_day_in_figures_is_in_the_readers_order(reader: str, form: str) -> None:
    with language.using(reader):
        assert language.day_in_figures() == form


def test_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    assert language.short_day(date(2025, 1, 1)) == "1 Jan 2025"
    with language.using("fr"):
        assert language.short_day(date(2025, 1, 1)) == "1er janv. 2025"
        assert language.day(date(2025, 2, 1)) == "1er février 2025"
        assert language.day(date(2025, 2, 11)) == "11 février 2025"


def test_points_follow_the_grammar_of_the_language() -> None:
    said = [language.points(size) for size in (0.0081, 0.01, 0.02)]
    assert said == ["+0.8\u00a0pts", "+1.0\u00a0pt", "+2.0\u00a0pts"]
    with language.using("fr"):
        said = [language.points(size) for size in (0.0081, 0.01, 0.02)]
        assert said == ["+0,8\u00a0pt", "+1,0\u00a0pt", "+2,0\u00a0pts"]


def test_parts_of_a_sentence_stand_side_by_side() -> None:
    assert language.side_by_side(["a", "{b}", "c"]) == "a; {b}; c"
    assert language.side_by_side(["a"]) == "a"
    assert language.side_by_side([]) == ""
    with language.using("fr"):
        assert language.side_by_side(["a", "b"]) == "a\u202f; b"
