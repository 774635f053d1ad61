"""Measures of a totals file under the names that the register gives them, in either language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from service_quality.base import language
from service_quality.base.filters import Filters
from service_quality.findings import asking, names, promised, questions, rankings, weakest, wording
from service_quality.findings.paper import standings
from service_quality.measures.names import measure_id
from tests.factories import Store

# 150 of 200 calls were answered in the first quarter, 30 of 60 letters.
TOTALS = [
    {"kpi": kpi, "month": f"2025-0{month}", "due": due, "kept": kept}
    for kpi, due, kept in (("Calls answered", 100, 75), ("letters", 30, 15))
    for month in (1, 2)
]
PROMISES = [
    {
        "promise_id": kpi,
        "statement": f"We keep {kpi}.",
        "kpi": kpi,
        "target": "70%",
        "valid_from": "2025-01-01",
    }
    for kpi in ("totals_calls_answered", "totals_faxes")
]
NAMES = [
    # As the file writes it, and as a promise does: one measure, the later row counts.
    {"dimension": "kpi", "value": "Calls Answered", "label": "Phone", "label_fr": "Téléphone"},
    {"dimension": "mesure", "value": "totals_faxes", "label": "Faxes sent"},
]
YEAR = Filters(date(2025, 1, 1), date(2025, 2, 28))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(tmp_path)
    found.load("totals", TOTALS)
    found.load("promises", PROMISES)
    found.load("entities", NAMES)
    yield found
    found.warehouse.close()


@contextmanager
def reading(store: Store, locale: str = "en") -> Iterator[None]:
    with language.using(locale), asking.asking(store.answers):
        yield


def titles() -> dict[str, str]:
    return wording.titles(questions.kpis(groups=["totals"]))


def test_a_measure_is_called_as_the_register_has_it(store: Store) -> None:
    named = {"dimension": "indicateur", "value": "totals_calls_answered", "label": "Calls taken"}
    with reading(store):
        assert titles() == {"calls_answered": "Phone", "letters": "Letters"}
    outcome = store.load("entities", [{**named, "label_fr": "Appels décrochés"}])
    with reading(store):
        assert titles()["calls_answered"] == "Calls taken"
    with reading(store, "fr"):
        assert titles()["calls_answered"] == "Appels décrochés"
    store.withdraw(outcome.upload_id or "")
    with reading(store):
        assert titles()["calls_answered"] == "Phone"


def test_answers_that_are_kept_say_it_in_the_language_of_who_asks(store: Store) -> None:
    with asking.asking(store.answers):
        found = []
        for tag in ("en", "fr", "en"):
            with language.using(tag):
                found.append(titles()["calls_answered"])
    assert found == ["Phone", "Téléphone", "Phone"]


def test_its_finding_and_its_promise_say_the_name(store: Store) -> None:
    with reading(store, "fr"):
        kpi = questions.kpis()["calls_answered"]
        assert kpi.id == "calls_answered"
        assert questions.compare(kpi, YEAR).value == 0.75
        called = {kept.promise: kept.measured_by for kept in promised.each(YEAR)}
    # Of faxes no file has counted any yet: the name is known all the same, in one language.
    assert called == {"totals_calls_answered": "Téléphone", "totals_faxes": "Faxes sent"}
    with reading(store):
        assert weakest.measure("totals_lost_calls", {}) == "lost calls"


def test_a_brand_of_the_same_letters_keeps_its_own_name(store: Store) -> None:
    store.load("totals", [{**TOTALS[0], "brand": "calls_answered"}], "another")
    with reading(store):
        assert names.shown("calls_answered", "brand") == "calls_answered"


@pytest.mark.parametrize(
    ("text", "kpi"),
    [
        ("Calls answered", "calls_answered"),
        ("totals_AE4", "ae4"),
        ("Ponctualité TGV ", "ponctualite_tgv"),
    ],
)
def test_a_measure_is_known_however_it_is_written(store: Store, text: str, kpi: str) -> None:
    store.load("entities", [{"dimension": "kpi", "value": text, "label": "X"}])
    assert measure_id(text) == kpi
    assert kpi in {row["value"] for row in store.answers.names() if row["label"] == "X"}


def test_a_ranking_names_whom_it_ranks_where_another_dimension_has_the_same_value(
    store: Store,
) -> None:
    sizes = {"2024": {"7": 90, "8": 50}, "2025": {"7": 40, "8": 60}}
    totals = [
        {"kpi": "letters", "month": f"{year}-03", "due": 100, "kept": kept, "team": team}
        for year, kept_of in sizes.items()
        for team, kept in kept_of.items()
    ]
    store.load("totals", totals, source="teams")
    store.load("totals", [{**totals[0], "team": None, "brand": "7"}], source="brands")
    labels = [("team", "7", "Night shift"), ("team", "8", "Day shift"), ("brand", "7", "Seven")]
    store.load(
        "entities", [dict(zip(("dimension", "value", "label"), x, strict=True)) for x in labels]
    )
    with reading(store):
        found = store.answers.ranking("letters", 2025, "team", min_n=30)
        sentence = rankings.ranking(found, questions.kpis()["letters"], "7")
        drawn = standings.slope(found, "7")
    # 90% and 50% became 40% and 60%.
    assert "Night shift fell furthest: from 1st to 2nd" in sentence
    assert "Night shift: place 1 → 2" in drawn["alt"]
    assert "Seven" not in sentence
