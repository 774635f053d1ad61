"""The grid of months: what is loaded, missing, odd, not over and not loaded yet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from service_quality.findings import coverage
from service_quality.ui import figures
from tests.factories import Store


def tickets(source: str, months: dict[str, int], *, until: str = "") -> list[dict[str, object]]:
    """Return so many tickets a month; `until` is when the last one was solved."""
    rows: list[dict[str, object]] = [
        {"ticket_id": f"{source}-{month}-{n}", "created_at": f"{month}-02", "solved_at": None}
        for month, count in months.items()
        for n in range(count)
    ]
    if until:
        rows[-1]["solved_at"] = until
    return rows


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def states(store: Store, source: str) -> dict[str, tuple[int, str]]:
    return {
        f"{row['month']:%Y-%m}": (row["rows"], row["state"])
        for row in store.answers.months_loaded()
        if row["source"] == source
    }


def test_each_state(store: Store) -> None:
    months = {"2024-01": 40, "2024-02": 42, "2024-04": 19, "2024-05": 44, "2024-06": 90}
    store.load("tickets", tickets("fr", months | {"2024-07": 5}), source="fr")
    assert states(store, "fr") == {
        "2024-01": (40, "loaded"),
        "2024-02": (42, "loaded"),
        "2024-03": (0, "missing"),
        "2024-04": (19, "few"),  # the others' median is 42
        "2024-05": (44, "loaded"),
        "2024-06": (90, "many"),  # the others' median is 40
        "2024-07": (5, "part"),  # observed to the 2nd
    }


def test_small_numbers_and_few_months_are_not_compared(store: Store) -> None:
    store.load(
        "tickets",
        tickets("a", {"2024-01": 29, "2024-02": 29, "2024-03": 2}, until="2024-04-01"),
        source="a",
    )
    assert {state for _n, state in states(store, "a").values()} == {"loaded"}
    rows = tickets("b", {"2024-01": 90, "2024-02": 90, "2024-03": 1}, until="2024-04-01")
    store.load("tickets", rows, source="b")
    # Of each month only two others are known: too few to say what is usual.
    assert [state for n, state in states(store, "b").values() if n] == ["loaded"] * 3


def test_who_comes_every_month_is_awaited_as_far_as_others_are(store: Store) -> None:
    each = {f"2024-{month:02d}": 10 for month in range(1, 5)}
    store.load("tickets", tickets("fr", each, until="2024-06-10"), source="fr")
    store.load(
        "tickets", tickets("de", dict.fromkeys(list(each)[:3], 10), until="2024-04-01"), source="de"
    )
    store.load("tickets", tickets("once", {"2024-01": 10}, until="2024-02-01"), source="once")
    assert states(store, "de") == {
        **dict.fromkeys(list(each)[:3], (10, "loaded")),
        "2024-04": (0, "awaited"),
        "2024-05": (0, "awaited"),
    }
    assert states(store, "once") == {"2024-01": (10, "loaded")}


def test_a_month_that_was_observed_to_its_end_has_no_rows_and_is_not_awaited(store: Store) -> None:
    each = {f"2024-{month:02d}": 10 for month in range(1, 4)}
    rows = tickets("fr", {**each, "2024-04": 10, "2024-05": 10}, until="2024-06-01")
    store.load("tickets", rows, source="fr")
    store.load("tickets", tickets("de", each, until="2024-05-01"), source="de")
    assert states(store, "de") == {
        **dict.fromkeys(each, (10, "loaded")),
        "2024-04": (0, "missing"),  # a ticket was solved on the first of May
        "2024-05": (0, "awaited"),
    }
    sentences = coverage.odd_months(store.answers.months_loaded())
    assert sentences == [
        "Support tickets, de: no rows of Apr 2024.",
        "Support tickets, de: May 2024 not loaded yet.",
    ]


def test_what_was_withdrawn_is_not_there(store: Store) -> None:
    upload = store.load("tickets", tickets("fr", {"2024-01": 3}), source="fr").upload_id
    store.withdraw(upload)
    assert store.answers.months_loaded() == []


def test_registers_and_rankings_have_no_months(store: Store) -> None:
    store.load("events", [{"date": "2024-01-05", "text": "new form"}])
    store.load("rankings", [{"publisher": "P", "year": 2024, "brand": "A", "score": 1}])
    assert store.answers.months_loaded() == []


def test_the_words_and_the_grid_say_the_same(store: Store) -> None:
    months = {"2024-01": 40, "2024-02": 42, "2024-04": 19, "2024-05": 44}
    rows = tickets("<b>fr", months, until="2024-06-03")
    store.load("tickets", rows, source="<b>fr")
    found = store.answers.months_loaded()
    assert coverage.coverage_title(found) == "2 months are missing or look odd."
    twice = [*found, *({**row, "source": "de"} for row in found)]
    assert coverage.coverage_title(twice) == coverage.coverage_title(found)
    assert coverage.odd_months(found) == [
        "Support tickets, <b>fr: no rows of Mar 2024.",
        "Support tickets, <b>fr: few rows in Apr 2024.",
    ]
    drawn = figures.months_loaded(found)
    (heat,) = drawn["data"]
    assert [line[0] for line in heat["text"]] == ["44", "19 ▼", "–", "42", "40"]
    assert [shape["y0"] for shape in drawn["layout"]["shapes"]] == [pytest.approx(1.58)]
    assert "<b>" not in str(heat["hovertext"]) + str(drawn["layout"]["xaxis"]["ticktext"])
    calm = [row for row in found if row["state"] == "loaded"]
    assert coverage.odd_months(calm) == []
    assert "none looks odd" in coverage.coverage_title(calm)
    assert found[0]["month"] == date(2024, 1, 1)


def test_a_name_of_several_lines_has_room_above_the_grid(store: Store) -> None:
    rows = [{"ticket_id": 1, "created_at": "2024-01-05"}]
    store.load("tickets", rows, source="a source with a name of its own")
    layout = figures.months_loaded(store.answers.months_loaded())["layout"]
    (name,) = layout["xaxis"]["ticktext"]
    lines = name.count("<br>") + 1
    assert lines >= 4
    assert layout["margin"]["t"] >= 15 * lines  # letters of 12 pixels, with their line's spacing
