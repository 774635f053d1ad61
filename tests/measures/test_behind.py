"""The rows behind a figure: as many as its n says, of the KPI's own rows, without persons."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from service_quality.base import periods
from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters
from service_quality.measures.answers import Answers
from tests.factories import Store

MARCH = Filters(date(2025, 3, 1), date(2025, 3, 31))
TICKETS = [
    # Created, first reply, solved, team.
    ("a", "2025-03-01 09:00", "2025-03-01 10:00", "2025-03-02 10:00", "Lille"),
    ("b", "2025-03-05 09:00", None, None, "Lille"),
    ("c", "2025-02-10 09:00", "2025-02-11 09:00", "2025-03-31 23:00", "Nantes"),
    ("d", "2025-03-31 23:30", "2025-04-01 08:00", "2025-04-01 09:00", "Nantes"),
    ("e", "2025-05-20 09:00", "2025-05-20 10:00", "2025-05-21 10:00", "Nantes"),
]
SURVEYS = [
    {
        "response_id": f"{scale}{month}{i}",
        "answered_at": f"2025-{month:02}-{i + 1:02} 10:00",
        "csat": str(1 + i % 5),
        "csat_scale": scale,
    }
    for scale, month, n in (("1-5", 3, 12), ("1-7", 3, 11), ("1-5", 4, 4), ("1-5", 5, 20))
    for i in range(n)
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    store = Store(tmp_path_factory.mktemp("behind"))
    names = ("ticket_id", "created_at", "first_reply_at", "solved_at", "team")
    store.load("tickets", [dict(zip(names, row, strict=True)) for row in TICKETS])
    store.load("surveys", SURVEYS)
    return store.answers


def ids(answers: Answers, kpi: str, filters: Filters) -> list[str]:
    return [row["ticket_id"] for row in answers.behind(kpi, filters).rows]


def test_the_rows_of_a_month_are_those_it_counts(answers: Answers) -> None:
    assert ids(answers, "ticket_volume", MARCH) == ["a", "b", "d"]
    assert ids(answers, "first_reply_time", MARCH) == ["a", "b", "d"]
    # Reopened and the like are of solved tickets: b is none.
    assert ids(answers, "full_resolution_time", MARCH.only("team", ["Lille"])) == ["a", "b"]


def test_a_stock_has_what_had_come_and_not_gone(answers: Answers) -> None:
    # c was solved on the last of March, d came on it and went in April.
    assert ids(answers, "backlog", MARCH) == ["b", "d"]
    assert answers.kpi("backlog", filters=MARCH)[0]["value"] == 2


@pytest.mark.parametrize("kpi", ["ticket_volume", "first_reply_time", "backlog", "csat"])
def test_there_are_as_many_as_the_point_says(answers: Answers, kpi: str) -> None:
    scale = "1-5" if kpi == "csat" else None
    for point in answers.kpi(kpi, ["month"]):
        if scale not in (None, point.get("scale")):
            continue
        first = date.fromisoformat(f"{point['month']}-01")
        found = answers.behind(kpi, Filters(first, periods.last_day(first)), scale)
        assert found.n == point.get("n", point.get("value"))
        assert len(found.rows) in (found.n, 0)


def test_few_answers_to_a_survey_are_counted_and_not_shown(answers: Answers) -> None:
    april = Filters(date(2025, 4, 1), date(2025, 4, 30))
    found = answers.behind("csat", april, "1-5")
    assert (found.n, found.rows) == (4, [])


def test_no_more_than_were_asked_for_come_and_all_are_counted(answers: Answers) -> None:
    found = answers.behind("ticket_volume", MARCH, most=2)
    assert (found.n, len(found.rows)) == (3, 2)


def test_whose_a_row_is_is_not_told(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = [{"ticket_id": "a", "created_at": "2025-03-01 09:00", "contact_id": "7781"}]
    store.load("tickets", rows)
    found = store.answers.behind("ticket_volume", MARCH)
    assert found.n == 1
    assert "7781" not in str(found.rows)
    assert "contact_id" not in found.rows[0]
    store.warehouse.close()


def test_what_counts_no_rows_has_none(answers: Answers) -> None:
    for kpi in ("response_rate", "promise_kept", "perfect_contact"):
        with pytest.raises(UsageError):
            answers.behind(kpi, MARCH)
