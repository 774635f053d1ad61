"""Two sources of one kind: any of them by itself, and what a page says of how far it reaches."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from service_quality.base import language
from tests.factories import Store
from tests.pages.reading import bodies, everything, finding

LATER = datetime(2026, 3, 1)


def tickets(name: str, first: date, last: date, minutes: int) -> list[dict[str, object]]:
    """Two tickets a day, replied to after so many minutes."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [
        {
            "ticket_id": f"{name}{day}{hour}",
            "created_at": f"{day} {hour:02}:00",
            "first_reply_at": f"{datetime(day.year, day.month, day.day, hour) + wait}",
            "solved_at": f"{datetime(day.year, day.month, day.day, hour) + wait}",
        }
        for day in days
        for hour, wait in ((8, timedelta(minutes=minutes)), (10, timedelta(minutes=minutes)))
    ]


@pytest.fixture(scope="module")
def two_sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    store = Store(folder)
    first = date(2024, 1, 1)
    store.load("tickets", tickets("a", first, date(2026, 1, 31), 60), source="paris", at=LATER)
    store.load("tickets", tickets("b", first, date(2025, 12, 31), 180), source="lyon", at=LATER)
    answers = [
        {"response_id": f"{day}{i}", "answered_at": f"{day} 09:00", "csat": 5, "csat_scale": "1-5"}
        for day in (date(2025, 11, 1) + timedelta(days=n) for n in range(61))
        for i in range(2)
    ]
    store.load("surveys", answers, source="desk", at=LATER)
    store.warehouse.close()
    return folder


def offered(at) -> list[str]:
    found = [box for box in at.sidebar.multiselect if box.label == "Source"]
    return list(found[0].options) if found else []


def test_a_source_is_offered_where_the_page_shows_more_than_one(open_page, two_sources):
    assert set(offered(open_page("overview", two_sources))) == {"paris", "lyon", "desk"}
    assert set(offered(open_page("trends", two_sources, kpi="ticket_volume"))) == {"paris", "lyon"}
    assert offered(open_page("satisfaction", two_sources)) == []


def test_the_figures_of_one_source_are_its_own(open_page, two_sources):
    query = {"kpi": "first_reply_time", "start": "2025-01-01", "end": "2025-12-31"}
    for source, hours in (("paris", 1), ("lyon", 3)):
        at = open_page("replies", two_sources, source=source, **query)
        assert not at.exception
        assert f"Half are answered within {language.duration(60 * hours)}" in finding(at)
        assert "n = 730," in everything(at)


def test_a_page_says_how_far_its_own_data_reach(open_page, two_sources):
    every = everything(open_page("trends", two_sources, kpi="ticket_volume"))
    assert "data to 31 January 2026" in every
    assert "Support tickets, lyon: to Dec 2025, then not loaded yet." in every
    lyon = everything(open_page("trends", two_sources, kpi="ticket_volume", source="lyon"))
    assert "data to 31 December 2025" in lyon
    assert "data to 31 December 2025" in everything(open_page("satisfaction", two_sources))


def test_data_says_of_each_source_how_far_it_is_complete(open_page, two_sources):
    tables = [table.value for table in open_page("data", two_sources).dataframe]
    reach = next(table for table in tables if "complete_until" in table)
    assert list(zip(reach["dataset"], reach["rows"], reach["complete_until"], strict=True)) == [
        ("Survey answers, desk", 122, "31 Dec 2025"),
        ("Support tickets, lyon", 1462, "31 Dec 2025"),
        ("Support tickets, paris", 1524, "31 Jan 2026"),
    ]


def test_the_address_keeps_the_source_and_an_unknown_one_is_dropped_with_a_word(
    open_page, two_sources
):
    at = open_page("overview", two_sources, source="lyon")
    assert any("source=lyon" in body for body in bodies(at) if "page-link" in body)
    at = open_page("overview", two_sources, source="nowhere")
    assert at.warning
    assert not at.exception


def test_every_page_says_which_of_its_sources_is_awaited(open_page, two_sources):
    surveys = ", desk: to Dec 2025, then not loaded yet."
    assert surveys in everything(open_page("satisfaction", two_sources))
    replies = everything(open_page("replies", two_sources))
    assert "Support tickets, lyon: to Dec 2025, then not loaded yet." in replies
    assert surveys not in replies
