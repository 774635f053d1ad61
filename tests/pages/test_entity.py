"""The page of one team, reached from its name: its figures, its promises, its report."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_quality.base.access import Person, Role
from service_quality.ui.frame import page, signin
from tests import papers
from tests.pages.conftest import stored
from tests.pages.reading import bodies, everything, finding, last_line, scorecard

LILLE = ((("team", ("Lille",)),),)
TICKETS = [
    {"ticket_id": f"{team}{n}", "created_at": f"2025-0{1 + n % 6}-03 10:00", "team": team}
    for team in ("Lille", "Nantes")
    for n in range(60 if team == "Lille" else 90)
]


@pytest.fixture(scope="module")
def two_teams(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored(tmp_path_factory.mktemp("teams"), "tickets", TICKETS)


def test_one_team_has_its_scorecard_its_places_its_promises_and_its_remarks(open_page):
    at = open_page("entity", who="team:Nantes")
    assert not at.exception
    assert not at.error
    assert finding(at).startswith("Nantes. ")
    lines = scorecard(at)
    assert lines["Tickets received"]["now"] == "644"
    assert lines["Tickets received"]["others"] == "of 2,800"
    assert "worse than" in lines["First reply in time"]["others"]
    assert "Nantes fell from 3rd to 4th of 4" in everything(at)
    assert "We answer your message within a day." in everything(at)
    assert "Nantes takes over the web shop's e-mails" in everything(at)
    assert last_line(at)
    table = next(body for body in bodies(at) if 'class="score"' in body)
    assert 'href="trends?team=Nantes&amp;kpi=first_reply_in_time"' in table
    link = next(body for body in bodies(at) if 'id="copy-link"' in body)
    assert "who=team%3ANantes" in link
    assert any(button.label == "Monthly report (PDF)" for button in at.button)


def test_the_page_obeys_period_and_other_filters(open_page, two_teams):
    at = open_page("entity", two_teams, who="team:Nantes", start="2025-02-01", end="2025-03-31")
    # 90 tickets over six months, 15 in each; of both teams 25.
    line = scorecard(at)["Tickets received"]
    assert line["now"] == "30"
    assert line["others"] == "of 50"


def test_it_is_not_in_the_navigation_but_a_name_leads_to_it(open_page):
    assert "pages/entity.py" not in [path for group in page.PAGES for path, _title in group]
    at = open_page("trends", kpi="first_reply_in_time", by="team")
    grid = next(body for body in bodies(at) if 'class="grid"' in body)
    assert 'data-inner href="entity?who=team%3ANantes"' in grid
    at = open_page("rankings", kpi="first_reply_in_time", by="team")
    box = next(box for box in at.selectbox if box.label == "Team: open the page of…")
    assert "Nantes" in box.options
    at = box.select("Nantes").run()
    assert finding(at).startswith("Nantes. ")


def test_a_viewer_of_one_team_gets_nothing_of_another(open_page, two_teams, monkeypatch):
    monkeypatch.setattr(signin, "me", lambda: Person("lea", Role.VIEWER, LILLE))
    at = open_page("entity", two_teams, who="team:Nantes")
    assert not at.exception
    assert finding(at).startswith("Lille. ")
    assert "“Nantes”, which the data here does not have" in at.warning[0].value
    shown = everything(at) + str([box.options for box in at.selectbox])
    assert "Nantes" not in shown
    assert "90" not in shown
    assert "150" not in shown


def test_without_names_it_says_what_is_missing(open_page, empty_folder):
    assert "names a brand, team, channel or topic" in finding(open_page("entity", empty_folder))


def test_the_title_of_the_browser_names_entry_and_finding(open_page, two_teams, monkeypatch):
    titles = []
    monkeypatch.setattr(page.st, "set_page_config", lambda **words: titles.append(words))
    open_page("entity", two_teams, who="team:Nantes")
    assert titles[-1]["page_title"].startswith("Team · Nantes. ")


def test_its_report_is_narrowed_to_it(open_page):
    at = open_page("entity", who="team:Nantes", start="2025-01-01", end="2025-10-31")
    at.button(key="make-report").click().run()
    assert not at.exception
    _shown, name, pdf = at.session_state["report-made"]
    assert name == "service-quality-2025-10-Nantes.pdf"
    printed = papers.text(pdf)
    for words in ("Team: Nantes", "October 2025", finding(at).removeprefix("Nantes. ")):
        assert papers.squashed(words) in printed, words
