"""Working days: weekends and public holidays of the country, and volumes for each of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters
from service_quality.base.settings import Settings
from service_quality.measures.workdays import working_days
from tests.factories import Store

MAY = date(2024, 5, 1)


@pytest.mark.parametrize(
    ("country", "subdivision", "days"),
    [
        (None, None, 23),
        # 1, 8, 9 and 20 May 2024, a Wednesday, a Wednesday, a Thursday and a Monday
        ("FR", None, 19),
        # Bavaria: 1, 9, 20 and 30 May; the whole of Germany without the last
        ("DE", "BY", 19),
        ("DE", None, 20),
    ],
)
def test_may_of_2024(country: str | None, subdivision: str | None, days: int) -> None:
    assert working_days(MAY, date(2024, 5, 31), country, subdivision) == {MAY: days}


def test_part_of_a_month_and_the_next(tmp_path: Path) -> None:
    found = working_days(date(2024, 5, 30), date(2024, 6, 3), "FR")
    assert found == {MAY: 2, date(2024, 6, 1): 1}


def test_a_country_that_nobody_knows_is_an_error_that_says_so() -> None:
    with pytest.raises(UsageError, match=r"country.*XX"):
        working_days(MAY, MAY, "XX")


def test_volume_by_working_day(tmp_path: Path) -> None:
    store = Store(tmp_path, Settings(timezone="Europe/Paris", country="FR"))
    days = [f"2024-04-{day:02}" for day in range(1, 22)] + [f"2024-05-{d:02}" for d in range(1, 20)]
    tickets = [{"ticket_id": n, "created_at": f"{day} 10:00"} for n, day in enumerate(days)]
    store.load("tickets", tickets)
    # April had 21 working days (Easter Monday was the 1st); observation ends on 19 May, after 10:
    # 2, 3, 6, 7, 10, 13, 14, 15, 16, 17 May.
    assert store.answers.volume_per_working_day() == [
        {"month": "2024-04", "value": 21, "working_days": 21, "per_working_day": 1.0},
        {"month": "2024-05", "value": 19, "working_days": 10, "per_working_day": 1.9},
    ]
    april = Filters(date(2024, 4, 1), date(2024, 4, 30))
    assert len(store.answers.volume_per_working_day(filters=april)) == 1


def test_only_counts_are_shared_out_among_days(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="backlog"):
        Store(tmp_path).answers.volume_per_working_day("backlog")
