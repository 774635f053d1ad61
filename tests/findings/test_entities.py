"""One team beside the others: what sets it apart is tested, what adds up is told of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from service_quality.base import language
from service_quality.base.filters import Filters
from service_quality.findings import asking, entities, overview, questions
from service_quality.measures.answers import Answers
from tests.factories import Store

# Of each team's mails: how many of 20 a month were answered.
ANSWERED = {"Lille": 18, "Nantes": 8, "Lyon": 17}
MAILS = [
    {
        "email_id": f"{team}-{month}-{i}",
        "received_at": f"2025-{month:02}-{i % 28 + 1:02} 09:00",
        "replied": "yes" if i < answered else "no",
        "team": team,
    }
    for team, answered in ANSWERED.items()
    for month in range(1, 7)
    for i in range(20)
]
# Nine mails of a team that had no others.
FEW = [{**row, "email_id": f"few{i}", "team": "Metz"} for i, row in enumerate(MAILS[:9])]
YEAR = Filters(date(2025, 1, 1), date(2025, 6, 30))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    store = Store(tmp_path_factory.mktemp("entities"))
    store.load("emails", [*MAILS, *FEW])
    store.load(
        "events",
        [
            {"date": "2025-03-02", "text": "Nantes moves", "team": "Nantes"},
            {"date": "2025-04-02", "text": "Strike", "team": None},
            {"date": "2025-05-02", "text": "Lyon moves", "team": "Lyon"},
        ],
    )
    with asking.asking(store.answers):
        yield store.answers
    store.warehouse.close()


def of(team: str) -> entities.Against:
    found = overview.overview(overview.tiles(questions.kpis()), YEAR.only("team", [team]))
    assert found is not None
    return entities.against(found, "team", team)["reply_rate"]


def test_a_team_that_answers_less_is_worse_than_the_others_together(asked: Answers) -> None:
    # June is not over. The others: 18 and 17 of 20, five months long, and 9 of 9: 184 of 209.
    others = language.rate(184 / 209)
    assert of("Nantes") == entities.Against(others, "worse")
    assert of("Nantes").words == f"worse than {others}"


def test_a_difference_that_chance_may_make_has_no_side(asked: Answers) -> None:
    # Metz answered 9 of 9, the others 215 of 300: of nine cases nothing is said.
    assert of("Metz") == entities.Against(language.rate(215 / 300))


def test_what_sets_one_apart_is_counted(asked: Answers) -> None:
    beside = {"a": entities.Against("1", "worse"), "b": entities.Against("2")}
    assert entities.counted(beside).startswith("1 measure sets it apart")
    assert entities.counted({"b": beside["b"]}).startswith("no measure")
    assert entities.counted({"c": entities.Against("")}) == ""


def test_every_value_that_rows_name_has_a_page(asked: Answers) -> None:
    assert set(entities.known()) == {f"team:{name}" for name in (*ANSWERED, "Metz")}
    assert entities.known()["team:Nantes"] == "Team: Nantes"
    assert entities.parted("team:Nantes: north") == ("team", "Nantes: north")


def test_a_place_is_told_of_those_with_enough_cases(asked: Answers) -> None:
    kpi = questions.kpis()["reply_rate"]
    found = entities.places(kpi, "team", "Nantes", YEAR)
    (row,) = found.rows
    # Of e-mails five are enough: Metz, with nine of nine, is the first of four.
    assert (row["rank"], row["of"], row["n"]) == (4, 4, 100)
    assert "Nantes is at place 4 of 4" in found.sentence
    assert entities.places(kpi, "team", "Nowhere", YEAR).rows == []


def test_remarks_are_those_on_the_team_and_on_everyone(asked: Answers) -> None:
    kpis = list(questions.kpis().values())
    found = entities.remarks(kpis, Filters().only("team", ["Nantes"]))
    assert [event["text"] for event in found] == ["Nantes moves", "Strike"]
    assert found[0]["day"] in (date(2025, 3, 2), datetime(2025, 3, 2))
