"""The years of a KPI and the values of its dimensions, asked for one and for several at once."""

from pathlib import Path

import pytest

from service_quality.measures.answers import Answers
from tests.factories import Store

# Whoever did not answer counts in the response rate alone.
SURVEYS = (
    {"invited_at": "2023-03-01", "csat": "4", "team": "Ada", "channel": "web"},
    {"invited_at": "2024-03-01", "csat": "", "team": "Zoe", "channel": "web"},
    {"invited_at": "2025-03-01", "csat": "5", "team": "Ada", "channel": "web"},
    {"invited_at": "2025-04-01", "csat": "5", "team": "", "channel": "web"},
)
TOTALS = (("2024-01", "Calls"), ("2025-01", "Calls"), ("2025-01", "Chats"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path)
    answered = [row["invited_at"] if row["csat"] else "" for row in SURVEYS]
    rows = [
        {"response_id": n, "csat_scale": "1-5", "answered_at": at} | row
        for n, (row, at) in enumerate(zip(SURVEYS, answered, strict=True))
    ]
    store.load("surveys", rows)
    totals = [{"month": month, "kpi": kpi, "brand": kpi} for month, kpi in TOTALS]
    store.load("totals", [row | {"due": 10, "kept": 5} for row in totals])
    return store


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize(
    ("kpi", "years", "spread"),
    [
        ("csat", [2023, 2025], {"brand": 0, "team": 1, "channel": 1, "topic": 0}),
        ("response_rate", [2023, 2024, 2025], {"brand": 0, "team": 2, "channel": 1, "topic": 0}),
        ("calls", [2024, 2025], {"brand": 1, "team": 0, "channel": 0, "topic": 0}),
        ("chats", [2025], {"brand": 1, "team": 0, "channel": 0, "topic": 0}),
        ("ticket_volume", [], {"brand": 0, "team": 0, "channel": 0, "topic": 0}),
    ],
)
def test_years_and_values_are_those_of_the_rows_that_count(
    store: Store, kpi: str, years: list[int], spread: dict[str, int], ahead: bool
) -> None:
    answers = Answers(store.warehouse, store.settings)
    if ahead:
        answers.extents_ahead(list(answers.kpis()))
    assert (answers.years(kpi), answers.spread(kpi)) == (years, spread)


def test_a_stock_has_the_years_in_which_anything_entered_or_left(tmp_path: Path) -> None:
    store = Store(tmp_path)
    row = {"ticket_id": 1, "created_at": "2023-12-01", "solved_at": "2025-01-02", "team": "Ada"}
    store.load("tickets", [row])
    assert store.answers.years("backlog") == [2023, 2025]
    assert store.answers.spread("backlog")["team"] == 1
