"""Someone who may see one team's rows: every answer is as if no others had been loaded."""

from __future__ import annotations

import pytest

from service_quality.base.filters import Filters
from service_quality.measures.answers import Answers
from service_quality.measures.narrowed import narrowed
from service_quality.uploads import as_of
from tests.factories import Store

LILLE = ((("team", ("Lille",)),),)
BOTH = ((("team", ("Lille",)),), (("team", ("Nantes",)), ("brand", ("Nord",))))
TICKETS = [
    {
        "ticket_id": f"{team}{n}",
        "created_at": f"2025-0{1 + n % 3}-03 10:00",
        "first_reply_at": f"2025-0{1 + n % 3}-03 {reply}:00",
        "team": team,
        "brand": "Nord" if n < 8 else "Sud",
        "contact_id": f"c{n}",
    }
    for team, reply in (("Lille", 12), ("Nantes", 20), (None, 22))
    for n in range(12)
]
PROMISES = [
    {"promise_id": each, "statement": each, "kpi": "first_reply_time", "within": 4, "team": team}
    | {"valid_from": "2025-01-01"}
    for each, team in (("all", None), ("lille", "Lille"), ("nantes", "Nantes"))
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("store"))
    late = {"ticket_id": "bad", "created_at": "2031-01-01 10:00", "team": "Nantes"}
    assert store.try_load("tickets", [*TICKETS, late]).inserted == 36
    store.load("promises", PROMISES)
    return store


def values(answers: Answers, *by: str, rows: bool = False) -> dict[object, object]:
    found = answers.kpi("first_reply_time", by, rows=rows)
    return {tuple(row[key] for key in by): (row["n"], row["median"]) for row in found}


def test_figures_are_of_the_rows_that_may_be_seen(store: Store) -> None:
    answers = narrowed(store.answers, LILLE)
    assert answers.kpi("ticket_volume")[0]["value"] == 12
    for rows in (False, True):  # the sums, and the rows themselves
        assert values(answers, "team", rows=rows) == {("Lille",): (12, 120)}
    assert answers.dimension_values("team") == ["Lille"]
    nantes = Filters(where=(("team", ("Nantes",)),))
    assert answers.kpi("ticket_volume", filters=nantes) in ([], [{"value": 0}])


def test_rules_add_up_and_each_holds_in_all_its_dimensions(store: Store) -> None:
    answers = narrowed(store.answers, BOTH)
    found = {
        (r["team"], r["brand"]): r["value"] for r in answers.kpi("ticket_volume", ["team", "brand"])
    }
    assert found == {("Lille", "Nord"): 8, ("Lille", "Sud"): 4, ("Nantes", "Nord"): 8}


def test_lists_say_nothing_of_other_rows(store: Store) -> None:
    answers = narrowed(store.answers, LILLE)
    upload, _register = answers.uploads()
    assert (upload["rows_accepted"], upload["rows_rejected"], upload["outcome"]) == (12, 0, "{}")
    assert answers.rejects(upload["upload_id"]) == []
    assert len(store.answers.rejects(upload["upload_id"])) == 1
    assert [row["rows"] for row in answers.coverage()] == [12, 2]
    assert {row["rows"] for row in answers.months_loaded()} == {4}
    assert answers.warehouse.version() == store.warehouse.version()


def test_promises_to_others_are_not_told(store: Store) -> None:
    found = narrowed(store.answers, LILLE).promises()
    assert {row["promise"]: (row["due"], row["kept"]) for row in found} == {
        "all": (12, 12),
        "lille": (12, 12),
    }


def test_nobody_s_rows_are_no_rows(store: Store) -> None:
    answers = narrowed(store.answers, ((("team", ("Brest",)),),))
    assert answers.kpi("ticket_volume") in ([], [{"value": 0}])
    assert [upload["kind"] for upload in answers.uploads()] == ["promises"]
    assert answers.available() == []


def test_an_earlier_version_holds_to_it_too_and_nothing_is_left_on_disk(store: Store) -> None:
    newest = store.warehouse.version()
    then = as_of.open(store.folder, store.settings, newest - 1, newest)
    answers = narrowed(Answers(then, store.settings), LILLE)
    assert values(answers, "team") == {("Lille",): (12, 120)}
    assert answers.promises() == []  # they were loaded later
    assert not list(store.folder.rglob("part-*"))
