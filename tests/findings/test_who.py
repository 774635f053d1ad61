"""Who is weakest: named where the tests say so, and only as far as they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import stdev

import pytest

from service_quality.base.filters import Filters
from service_quality.findings import asking, overview, questions
from service_quality.findings.who import Who, who
from service_quality.measures.answers import Answers
from service_quality.measures.apart import together
from tests.factories import Store

YEAR = Filters(date(2025, 1, 1), date(2025, 5, 31))


def mails(answered: Mapping[str, int], n: int = 20) -> list[dict[str, str]]:
    """Mails of teams over six months, `n` a month, of which so many were answered."""
    return [
        {
            "email_id": f"{team}-{month}-{i}",
            "received_at": f"2025-{month:02}-{i % 28 + 1:02} 09:00",
            "replied": "yes" if i < kept else "no",
            "team": team,
        }
        for team, kept in answered.items()
        for month in range(1, 7)
        for i in range(n)
    ]


@contextmanager
def asked(folder: Path, answered: Mapping[str, int], n: int = 20) -> Iterator[Answers]:
    store = Store(folder)
    store.load("emails", mails(answered, n))
    with asking.asking(store.answers):
        yield store.answers
    store.warehouse.close()


def found(folder: Path, answered: Mapping[str, int], n: int = 20) -> Who | None:
    with asked(folder, answered, n):
        return who(questions.kpis()["reply_rate"], YEAR)


def test_one_team_far_below_all_others_is_weakest(tmp_path: Path) -> None:
    # 40 of 100 against 90 and 85 of 100.
    weakest = found(tmp_path, {"Lille": 18, "Nantes": 8, "Lyon": 17})
    assert weakest is not None
    assert (weakest.name, weakest.alone) == ("Nantes", True)
    assert (weakest.value, weakest.others) == (0.4, 0.875)
    assert weakest.sentence == "Nantes is weakest."


def test_of_two_that_cannot_be_told_apart_neither_is_called_weakest(tmp_path: Path) -> None:
    # 40 and 45 of 100 against 95: both are below the others, which of them is last is chance.
    weakest = found(tmp_path, {"Lille": 19, "Nantes": 8, "Lyon": 9, "Metz": 19})
    assert weakest is not None
    assert weakest.sentence == "Nantes does worse than the others."


@pytest.mark.parametrize(
    ("answered", "n"),
    [
        ({"Lille": 16, "Nantes": 15, "Lyon": 16}, 20),  # 75 of 100 against 80
        ({"Lille": 5, "Nantes": 0, "Lyon": 5}, 5),  # 0 of 25: too few to speak of
        ({"Nantes": 8}, 20),  # with nobody beside it
    ],
)
def test_nobody_is_named_where_nothing_is_proven(tmp_path: Path, answered, n) -> None:
    assert found(tmp_path, answered, n) is None


def test_the_headline_says_who_and_the_line_below_has_the_figures(tmp_path: Path) -> None:
    store = Store(tmp_path)
    before = [
        {**row, "received_at": row["received_at"].replace("2025", "2024"), "replied": "yes"}
        | {"email_id": f"old-{row['email_id']}"}
        for row in mails({"Lille": 0, "Nantes": 0})
    ]
    store.load("emails", [*before, *mails({"Lille": 18, "Nantes": 8})])
    with asking.asking(store.answers):
        told = overview.overview(overview.tiles(questions.kpis()), YEAR)
        assert told is not None
        assert "worse than a year before" in told.sentence
        assert told.sentence.endswith("and not by chance. Nantes is weakest.")
        assert "Nantes: 40.0%, the others 90.0%" in told.below
    store.warehouse.close()


def test_several_rows_together_are_their_sums_divided_once(tmp_path: Path) -> None:
    marks = ([60.0, 70.0, 95.0], [20.0, 90.0], [50.0])
    with asked(tmp_path, {"Lille": 18}) as answers:
        kpi = answers.find("reply_quality")
    rows = [
        {"n": len(m), "numerator": sum(m), "value": sum(m) / len(m)}
        | {"sd": stdev(m) if len(m) > 1 else None}
        for m in marks
    ]
    every = [mark for each in marks for mark in each]
    whole = together(kpi, rows)
    assert whole["n"] == 6
    assert whole["value"] == pytest.approx(sum(every) / 6)
    assert whole["sd"] == pytest.approx(stdev(every))
