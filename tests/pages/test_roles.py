"""What each role finds on the pages, and one who may see a single team's rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_quality.base.access import Person, Role
from service_quality.ui.frame import signin
from service_quality.uploads import example
from tests.pages.conftest import stored
from tests.pages.reading import everything

LILLE = ((("team", ("Lille",)),),)
TICKETS = [
    {"ticket_id": f"{team}{n}", "created_at": f"2025-0{1 + n % 6}-03 10:00", "team": team}
    for team in ("Lille", "Nantes")
    for n in range(60)
]


@pytest.fixture(scope="module")
def two_teams(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored(tmp_path_factory.mktemp("teams"), "tickets", TICKETS)


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("page", ["overview", "trends", "data"])
def test_a_viewer_of_one_team_meets_no_other(page, open_page, two_teams, monkeypatch):
    monkeypatch.setattr(signin, "me", lambda: Person("lea", Role.VIEWER, LILLE))
    query = {"by": "team"} if page == "trends" else {}
    at = open_page(page, two_teams, **query)
    assert not at.exception
    shown = everything(at) + str([box.options for box in (*at.selectbox, *at.multiselect)])
    shown += str([table.value.to_dict() for table in at.dataframe])
    assert "Nantes" not in shown
    if page == "data":
        assert "60" in shown
        assert "120" not in shown


@pytest.mark.parametrize("role", Role)
def test_what_may_be_done_with_an_upload(role, open_page, two_teams, monkeypatch):
    monkeypatch.setattr(signin, "me", lambda: Person("someone", role))
    at = open_page("data", two_teams)
    assert not at.exception
    publishes = role >= Role.PUBLISHER
    assert any(button.label == "Withdraw it" for button in at.button) == publishes
    assert ("Who did what" in everything(at)) == publishes
    at = open_page("upload", two_teams)
    assert bool(at.get("file_uploader")) == publishes
    assert bool(at.error) != publishes


@pytest.mark.parametrize("role", [Role.PUBLISHER, Role.ADMINISTRATOR])
def test_more_of_people_is_kept_by_an_administrator_alone(role, open_page, tmp_path, monkeypatch):
    example.leave(tmp_path)
    monkeypatch.setattr(signin, "me", lambda: Person("someone", role))
    at = open_page("upload", tmp_path)
    people = "".join(f"{n},2025-06-0{n} 10:00,c{n}@example.com\n" for n in range(1, 9))
    text = "ticket_id,created_at,contact_id\n" + people
    at.get("file_uploader")[0].upload("june.csv", text.encode(), "text/csv").run()
    assert not at.exception
    assert "Contact id (“contact_id”)" in everything(at)
    labels = {button.label for button in at.button}
    assert "Leave it out" in labels
    assert ("Keep it" in labels) == (role == Role.ADMINISTRATOR)
    assert ("for an administrator" in everything(at)) == (role == Role.PUBLISHER)


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("page", ["promises", "trends", "data"])
def test_forms_that_write_are_for_those_who_publish(page, role, open_page, two_teams, monkeypatch):
    monkeypatch.setattr(signin, "me", lambda: Person("someone", role))
    at = open_page(page, two_teams)
    forms = [button for button in at.button if (button.key or "").startswith("writing-")]
    assert bool(forms) == (role >= Role.PUBLISHER)
