"""A point of Trends opens its rows: as many as it says, those that the reader may see."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_quality.base.access import Person, Role
from service_quality.ui.frame import signin
from tests.pages.conftest import stored
from tests.pages.reading import everything

LILLE = ((("team", ("Lille",)),),)
# 40 tickets a month of Lille, 10 of Nantes.
TICKETS = [
    {
        "ticket_id": f"{team}{month}-{n}",
        "created_at": f"2025-{month:02}-{n % 28 + 1:02} 10:00",
        "team": team,
    }
    for team, size in (("Lille", 40), ("Nantes", 10))
    for month in range(1, 10)
    for n in range(size)
]


@pytest.fixture(scope="module")
def two_teams(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored(tmp_path_factory.mktemp("teams"), "tickets", TICKETS)


def rows(at):
    (found,) = [table for table in at.dataframe if "ticket_id" in table.value]
    return found.value


@pytest.mark.usefixtures("opened")
def test_a_month_shows_its_rows_and_says_how_many(open_page, two_teams):
    at = open_page("trends", two_teams, kpi="ticket_volume", rows="2025-06")
    assert not at.exception
    assert "Jun 2025: the 50 rows behind “Tickets received”" in everything(at)
    assert len(rows(at)) == 50
    assert set(rows(at)["created_at"].dt.month) == {6}
    assert "contact_id" not in rows(at)
    labels = [button.label for button in at.get("download_button")]
    assert labels.count("Download as CSV") >= 2


def test_filters_narrow_the_rows_as_they_do_the_point(open_page, two_teams):
    at = open_page("trends", two_teams, kpi="ticket_volume", rows="2025-06", team="Nantes")
    assert set(rows(at)["team"]) == {"Nantes"}
    assert len(rows(at)) == 10


def test_a_viewer_of_one_team_sees_its_rows_alone(open_page, two_teams, monkeypatch):
    monkeypatch.setattr(signin, "me", lambda: Person("lea", Role.VIEWER, LILLE))
    at = open_page("trends", two_teams, kpi="ticket_volume", rows="2025-06")
    assert set(rows(at)["team"]) == {"Lille"}
    assert "the 40 rows" in everything(at)


def test_choosing_a_month_is_kept_in_the_address(open_page, two_teams):
    at = open_page("trends", two_teams, kpi="ticket_volume")
    assert not any("ticket_id" in table.value for table in at.dataframe)
    box = next(box for box in at.selectbox if box.label == "Rows of a month")
    at = box.select("2025-03").run()
    assert at.query_params["rows"] in ("2025-03", ["2025-03"])
    assert "Mar 2025: the 50 rows" in everything(at)


def test_promises_and_totals_say_what_a_row_of_theirs_is(open_page):
    at = open_page("trends", kpi="promise_kept", rows="2025-06")
    assert not at.exception
    assert "One row is one promise, due once" in everything(at)
    (table,) = [each.value for each in at.dataframe if "promise" in each.value]
    assert "We answer your message within a day." in set(table["promise"])
    at = open_page("trends", kpi="perfect_contact", rows="2025-06")
    assert "One row is one contact" in everything(at)
    at = open_page("trends", kpi="parcel_on_time", rows="2025-06")
    assert "its totals are all that is known" in everything(at)
    (table,) = [each.value for each in at.dataframe if "due" in each.value]
    text = "Jun 2025: the {n} cases of {rows} rows behind"
    sums = text.format(n=f"{table['due'].sum():,}", rows=len(table))
    assert sums in everything(at)
