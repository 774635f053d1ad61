"""The words of seven languages for months, days and units come from Babel and are unambiguous."""

from __future__ import annotations

import pytest

from service_quality.ingest.columns import vocabulary


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("june", 6),
        ("juin", 6),
        ("juillet", 7),
        ("juil", 7),
        ("marz", 3),
        ("maerz", 3),
        ("mrz", 3),
        ("ago", 8),
        ("giugno", 6),
        ("dezembro", 12),
        ("augustus", 8),
        ("mrt", 3),
        ("septemb", 9),
    ],
)
def test_a_month_is_known_by_its_name_whole_or_short(name: str, number: int) -> None:
    assert vocabulary.months()[name] == number


def test_what_could_be_two_months_is_none() -> None:
    assert not {"jui", "ju", "j"} & vocabulary.months().keys()


def test_no_unit_has_the_name_of_another() -> None:
    names = [name for unit in vocabulary.units().values() for name in unit]
    assert len(names) == len(set(names))
    assert {"std", "horas", "uur", "ore", "heures"} <= set(vocabulary.units()["hours"])
