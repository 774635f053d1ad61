"""Who reads while others upload: whole uploads only, and every answer of one moment."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from service_quality.measures import values
from service_quality.measures.rankings import ours
from tests.factories import Store

BRANDS = range(10)


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("data"))


def upload(store: Store, number: int) -> str:
    """Load one ticket a brand."""
    times = {"created_at": "2024-03-01", "first_reply_at": "2024-03-03"}
    rows = [{"ticket_id": f"{number}-{b}", **times, "brand": f"B{b}"} for b in BRANDS]
    return str(store.load("tickets", rows).upload_id)


def test_readers_never_see_half_an_upload(store: Store) -> None:
    done = threading.Event()
    seen: list[Any] = []

    def look() -> None:
        try:
            while not done.is_set():
                for kpi in ("first_reply_in_time", "first_reply_time"):
                    for rows in (True, False):
                        found = store.answers.kpi(kpi, ["brand"], rows=rows)
                        seen.append((len(found), {row["n"] for row in found}))
        except Exception as error:
            seen.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    upload(store, 0)
    upload(store, 1)
    done.set()
    reader.join(30)
    assert seen
    whole = [(0, set()), (len(BRANDS), {1}), (len(BRANDS), {2})]
    assert [state for state in seen if state not in whole] == []


def test_an_answer_that_takes_two_queries_is_of_one_moment(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    latest = upload(store, 0)
    later_query, withdrawn = values._of_waits, []

    def after_a_withdrawal(*arguments: Any) -> Any:
        if not withdrawn:
            withdrawn.append(store.withdraw(latest))
        return later_query(*arguments)

    monkeypatch.setattr(values, "_of_waits", after_a_withdrawal)
    found = store.answers.kpi("first_reply_time", ["brand"])
    assert [(row["n"], row["median"]) for row in found] == [(1, 2880)] * len(BRANDS)
    assert store.answers.kpi("first_reply_time", ["brand"]) == []


def test_both_years_of_a_ranking_are_of_one_moment(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"received_at": f"{year}-03-01", "quality_mark": 50, "brand": brand}
        for year in (2023, 2024)
        for brand in ("A", "B")
    ]
    latest = store.load("emails", rows).upload_id
    scores, looked = ours._scores, []

    def then_a_withdrawal(*arguments: Any) -> Any:
        found = scores(*arguments)
        if not looked:
            store.withdraw(latest)
        looked.append(arguments)
        return found

    monkeypatch.setattr(ours, "_scores", then_a_withdrawal)
    table = store.answers.ranking("reply_quality", 2024)
    assert [(row["entity"], row["n"], row["prior_n"]) for row in table.rows] == [
        ("A", 1, 1),
        ("B", 1, 1),
    ]
