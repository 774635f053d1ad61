"""What changed since last month: the verdict of then beside that of now, and the places."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from service_quality.base import periods
from service_quality.base.filters import Filters
from service_quality.findings import asking, overview, questions, since
from tests.factories import Store

# Of 40 mails a month so many were answered, over and over; June 2025 is the last.
USUAL = (33, 35, 32, 36, 34, 31, 37)
MONTHS = periods.between(date(2024, 1, 1), date(2025, 6, 1))


def mails(last: int, of_nantes: int = 0) -> list[dict[str, str]]:
    """Mails of two teams; `last` of 40 answered in the last month, fewer of Nantes' then."""
    rows = []
    for at, month in enumerate(MONTHS):
        kept = last if month == MONTHS[-1] else USUAL[at % len(USUAL)]
        for i in range(40):
            team = "Lille" if i % 2 else "Nantes"
            missed = of_nantes and team == "Nantes" and month == MONTHS[-1]
            rows.append(
                {
                    "email_id": f"{month}-{i}",
                    "received_at": f"{month:%Y-%m}-{i % 28 + 1:02} 09:00",
                    "replied": "yes" if i < kept and not missed else "no",
                    "team": team,
                }
            )
    # So that June is complete, and the mails of it are.
    rows.append({**rows[-1], "email_id": "end", "received_at": "2025-06-30 23:00"})
    return rows


@pytest.fixture
def told(tmp_path: Path, request: pytest.FixtureRequest) -> since.Since:
    store = Store(tmp_path)
    store.load("emails", mails(*request.param))
    with asking.asking(store.answers):
        tiles = overview.tiles(questions.kpis())
        found = overview.overview(tiles, Filters(date(2025, 1, 1), date(2025, 6, 30)))
        assert found is not None
        answer = since.since(found)
    store.warehouse.close()
    return answer


@pytest.mark.parametrize("told", [(12,)], indirect=True)
def test_a_month_that_falls_out_of_the_usual_changes_the_verdict(told: since.Since) -> None:
    assert (told.before, told.now) == ("2025-05", "2025-06")
    (line,) = [line for line in told.verdicts if line.startswith("E-mails answered:")]
    assert line.endswith("→ worse, not chance")
    row = next(row for row in told.rows if row["kpi"] == "reply_rate")
    # May is the 17th month: 32 of 40. Of June's 41 mails 12 were answered.
    assert (row["before"], row["now"]) == ("80.0%", "29.3%")


@pytest.mark.parametrize("told", [(34,)], indirect=True)
def test_a_month_as_usual_changes_nothing_and_that_is_said(told: since.Since) -> None:
    assert told.verdicts == []
    assert since.sentences(told)[-1:] in (
        ["No verdict and no place changed."],
        [told.places],
    )


@pytest.mark.parametrize("told", [(34, 20)], indirect=True)
def test_a_team_that_lost_its_place_is_named_without_a_claim(told: since.Since) -> None:
    assert "“E-mails answered” by team, which chance may have changed" in told.places
    assert "Nantes 1\u00a0→\u00a02" in told.places
    assert "Lille 2\u00a0→\u00a01" in told.places


def test_the_year_so_far_that_had_not_begun_is_the_last_one() -> None:
    january = Filters(date(2025, 1, 1), date(2025, 1, 31))
    last = date(2024, 12, 31)
    assert overview.a_month_before(january, last) == (Filters(date(2024, 1, 1), last), last)
    march = Filters(date(2025, 3, 1), date(2025, 3, 31))
    last = date(2025, 2, 28)
    assert overview.a_month_before(march, last) == (Filters(date(2025, 2, 1), last), last)
