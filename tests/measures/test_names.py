"""The register of names: spellings of one entity are one in all figures, whoever wrote it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.filters import Filters, from_query
from service_quality.measures import names
from service_quality.measures.narrowed import narrowed
from service_quality.uploads import register, written
from tests.factories import NOW, Store

Row = dict[str, Any]


def ticket(number: int, team: str | None, **more: Any) -> Row:
    return {"ticket_id": number, "created_at": f"2024-03-0{number} 10:00", "team": team, **more}


TEAMS = ["Nord", "NORD", "Sud", "nord ", None, "Sud"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(tmp_path)
    found.load("tickets", [ticket(n, team) for n, team in enumerate(TEAMS, 1)])
    return found


def named(value: str, dimension: str = "team", **cells: Any) -> Row:
    return {"dimension": dimension, "value": value, **cells}


def counted(store: Store) -> dict[str | None, int]:
    """Return tickets by team; rows and rollup must agree."""
    rows = store.answers.kpi("ticket_volume", ["team"], rows=True)
    assert rows == store.answers.kpi("ticket_volume", ["team"])
    return {row["team"]: row["value"] for row in rows}


def test_spellings_are_one_entity_in_figures_and_choices(store: Store) -> None:
    assert counted(store) == {"Nord": 1, "NORD": 1, "nord": 1, "Sud": 2, None: 1}
    outcome = store.load("entities", [named("NORD", same_as="Nord"), named("nord", same_as="Nord")])
    assert counted(store) == {"Nord": 3, "Sud": 2, None: 1}
    assert store.answers.dimension_values("team") == ["Nord", "Sud", None]
    nord = Filters(where=(("team", ("Nord",)),))
    assert store.one("ticket_volume", filters=nord)["value"] == 3
    # Whoever asks for one of its spellings, as links of before do, asks for the entity.
    for spelled in (("NORD",), ("nord", "Nord")):
        asked = store.answers.within_groups(Filters(where=(("team", spelled),)))
        assert asked == nord
    known = {"team": store.answers.dimension_values("team")}
    of_link = from_query({"team": ["NORD", "Ost"]}, known, store.answers.spellings())
    assert of_link[0] == nord
    assert len(of_link[1]) == 1
    store.withdraw(outcome.upload_id or "")
    assert counted(store) == {"Nord": 1, "NORD": 1, "nord": 1, "Sud": 2, None: 1}


def test_rows_loaded_later_are_merged_too_and_a_rebuild_says_the_same(store: Store) -> None:
    store.load("entities", [named("NORD", same_as="Nord")])
    store.load("tickets", [ticket(7, "NORD")])
    assert counted(store)["Nord"] == 3
    store.warehouse.close()
    for path in store.folder.glob("*.duckdb*"):
        path.unlink()
    store.reopen()
    assert counted(store)["Nord"] == 3


def test_a_dimension_has_its_own_spellings(store: Store) -> None:
    store.load("tickets", [ticket(8, "Nord", brand="NORD")])
    store.load("entities", [named("NORD", "brand", same_as="Nord")])
    assert counted(store)["NORD"] == 1
    assert store.answers.dimension_values("brand") == [None, "Nord"]


def test_chains_are_followed_and_circles_end(store: Store) -> None:
    store.load("entities", [named("nord", same_as="NORD"), named("NORD", same_as="Sud")])
    assert counted(store) == {"Nord": 1, "Sud": 4, None: 1}
    store.load("entities", [named("Sud", same_as="nord")])
    assert counted(store) == {"NORD": 4, "Nord": 1, None: 1}


def test_totals_of_two_spellings_add_up(tmp_path: Path) -> None:
    store = Store(tmp_path)
    row = {"month": "2024-03", "kpi": "calls", "due": 10, "kept": 9}
    store.load("totals", [row | {"team": "Nord"}, row | {"team": "NORD", "kept": 4}])
    store.load("entities", [named("NORD", same_as="Nord")])
    (found,) = store.answers.kpi("calls", ["team"])
    assert (found["team"], found["numerator"], found["n"]) == ("Nord", 13, 20)


def test_a_measure_of_totals_is_called_as_the_file_loaded_last_writes_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    row = {"month": "2024-03", "due": 4, "kept": 3}
    store.load("totals", [row], constants={"kpi": "TGV a l'heure"})
    assert store.answers.find("tgv_a_l_heure").title == "TGV a l'heure"
    more = [row | {"kpi": "appels_décrochés"}, row | {"kpi": "TGV à l’heure", "month": "2024-04"}]
    store.load("totals", more)
    assert store.answers.find("tgv_a_l_heure").title == "TGV à l’heure"
    assert store.answers.find("appels_decroches").title == "Appels décrochés"
    assert store.one("tgv_a_l_heure")["n"] == 8


def test_promises_and_remarks_bind_all_spellings(store: Store) -> None:
    store.load("tickets", [ticket(9, "Nord", first_reply_at="2024-03-09 11:00")])
    promise = {"promise_id": "fast", "statement": "Fast.", "kpi": "first_reply_time", "within": 4}
    store.load("promises", [promise | {"valid_from": "2024-03-09", "team": "NORD"}])
    assert store.answers.promises()[0]["due"] == 0
    store.load("events", [{"date": "2024-03-02", "text": "Moved", "team": "NORD"}])
    store.load("entities", [named("NORD", same_as="Nord")])
    assert store.answers.promises()[0]["team"] == "Nord"
    nord = Filters(where=(("team", ("Nord",)),))
    assert [e["text"] for e in store.answers.events("ticket_volume", nord)] == ["Moved"]


def test_published_places_of_two_spellings_are_one_brand(tmp_path: Path) -> None:
    store = Store(tmp_path)
    place = {"publisher": "P", "year": 2023, "brand": "SEPHORE", "score": 80, "rank": 1}
    later = place | {"year": 2024, "brand": "Séphore", "rank": 3}
    store.load("rankings", [place, later])
    store.load("entities", [named("SEPHORE", "brand", same_as="Séphore")])
    ranking = store.answers.ranking("published_score", 2024, publisher="P")
    assert [(r["entity"], r["rank"], r["prior_rank"]) for r in ranking.rows] == [("Séphore", 3, 1)]


def test_the_latest_change_of_a_name_counts(store: Store) -> None:
    store.load("entities", [named("Nord", label="The North")])
    moment = register.Moment(NOW + timedelta(minutes=1), "Ada")
    row = named("Nord", label="North", label_fr="Le Nord", in_group="inland")
    written.write(store.warehouse, store.settings, "entities", [row], moment, "Nord")
    store.load("entities", [named("Nord", label="The North"), named("Sud", label="South")])
    assert {r["value"]: r["label"] for r in store.answers.names()} == {
        "Nord": "North",
        "Sud": "South",
    }


def test_whoever_sees_one_team_learns_no_other_names(store: Store) -> None:
    rows = [named("Nord", label="North"), named("Sud", label="South")]
    store.load("entities", [*rows, named("S", "brand", label="Stores")])
    seen = narrowed(store.answers, ((("team", ("Nord",)),),))
    assert {row["value"] for row in seen.names()} == {"Nord", "S"}
    assert seen.dimension_values("team") == ["Nord"]


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"dimension": "planet"}, "unknown_dimension"),
        ({"same_as": "Nord"}, "same_as_itself"),
        ({"value": None}, "missing"),
    ],
)
def test_a_wrong_name_is_set_aside(store: Store, cells: Row, rule: str) -> None:
    outcome = store.try_load("entities", [named("Nord", label="N") | cells, named("Sud")])
    assert [issue.rule for issue in outcome.issues if issue.rejects] == [rule]
    assert outcome.rows_accepted == 1


def test_alike_are_values_that_differ_in_case_accents_or_spaces() -> None:
    values = ["Séphore", "SEPHORE", "Sé phore", "Sephora", "Nord"]
    assert list(names.alike(values)) == [("SEPHORE", "Séphore"), ("Sé phore", "Séphore")]
    assert list(names.alike(["Nord"], ["NORD", "Est", "est"])) == [("NORD", "Nord"), ("est", "Est")]


# Groups: three teams in house, one outsourced, one in no group


GROUPS = [
    named("A", in_group="in-house"),
    named("B", in_group="in-house"),
    named("C", in_group="outsourced"),
]
REPLIES = {"A": (9, 1), "B": (4, 6), "C": (5, 5), "D": (10, 0)}  # in time, late


@pytest.fixture
def grouped(tmp_path: Path) -> Store:
    """A warehouse of ten e-mails a team, answered in two hours or in thirty."""
    store = Store(tmp_path)
    rows = [
        {
            "email_id": f"{team}{year}{n}",
            "received_at": f"{year}-03-{n + 1:02d} 10:00",
            "replied_at": f"{year}-03-{n + 1:02d} 12:00"
            if n < fast
            else f"{year}-03-{n + 2:02d} 16:00",
            "team": team,
        }
        for year in (2023, 2024)
        for team, (fast, slow) in REPLIES.items()
        for n in range(fast + slow)
    ]
    last = {"email_id": "z", "received_at": "2024-04-30 10:00", "replied_at": "2024-04-30 11:00"}
    rows.append(last)
    store.load("emails", rows)
    store.load("entities", GROUPS)
    return store


IN_2024 = Filters(date(2024, 1, 1), date(2024, 3, 31))


def test_a_measure_is_cut_by_groups_sums_first(grouped: Store) -> None:
    rows = grouped.answers.kpi("reply_in_time", ["team_group"], IN_2024, rows=True)
    assert rows == grouped.answers.kpi("reply_in_time", ["team_group"], IN_2024)
    assert {r["team_group"]: (r["numerator"], r["n"]) for r in rows} == {
        "in-house": (13, 20),
        "outsourced": (5, 10),
        None: (10, 10),
    }


def test_waits_counts_and_stocks_are_cut_by_groups_too(grouped: Store) -> None:
    waits = grouped.by("reply_time", "team_group", "median", filters=IN_2024)
    assert waits == {"in-house": 120.0, "outsourced": 120.0, None: 120.0}
    grouped.load("tickets", [ticket(n, team, solved_at=None) for n, team in enumerate("AABC", 1)])
    assert grouped.by("ticket_volume", "team_group") == {"in-house": 3, "outsourced": 1}
    assert grouped.by("backlog", "team_group") == {"in-house": 3, "outsourced": 1}
    months = grouped.answers.kpi("ticket_volume", ["team_group", "month"])
    assert {(r["team_group"], r["month"]): r["value"] for r in months} == {
        ("in-house", "2024-03"): 3,
        ("outsourced", "2024-03"): 1,
    }


def test_a_group_narrows_to_its_values_and_to_those_chosen_beside_it(grouped: Store) -> None:
    def within(*where: tuple[str, tuple[str | None, ...]]) -> dict[Any, int]:
        filters = grouped.answers.within_groups(Filters(where=where))
        return grouped.by("reply_in_time", "team", "n", filters=filters)

    assert within(("team_group", ("in-house",))) == {"A": 20, "B": 20}
    assert within(("team_group", ("in-house",)), ("team", ("B", "C"))) == {"B": 20}
    assert within(("team_group", (None,))) == {"D": 20}  # the last mail is a day too young
    assert within(("team_group", ("nowhere",))) == {}


def test_a_ranking_within_a_group_and_one_of_groups(grouped: Store) -> None:
    inside = grouped.answers.within_groups(Filters(where=(("team_group", ("in-house",)),)))
    ranking = grouped.answers.ranking("reply_in_time", 2024, "team", inside)
    assert [(r["rank"], r["entity"], r["score"]) for r in ranking.rows] == [
        (1, "A", 0.9),
        (2, "B", 0.4),
    ]
    assert ranking.of == 2
    groups = grouped.answers.ranking("reply_in_time", 2024, "team_group")
    assert [(r["rank"], r["entity"], r["n"]) for r in groups.rows] == [
        (1, "in-house", 20),
        (2, "outsourced", 10),
    ]
