"""A page by mail: who is offered it, what they leave behind, and what Data says of it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service_quality.base import access
from service_quality.base.access import Person, Role
from service_quality.findings.mail import pages, subscriptions
from service_quality.findings.views import VIEWS
from service_quality.ui.frame import signin
from service_quality.ui.frame.data import begin
from tests.factories import Store
from tests.pages.reading import everything, finding, scorecard

TICKETS = [
    {
        "ticket_id": f"{team}{n}",
        "created_at": f"2025-0{1 + n % 6}-{1 + n // 6:02d} 10:00",
        "team": team,
        "status": "solved",
        "reopens": n % 2,
    }
    for team in ("Lille", "Nantes")
    for n in range(168)
]
SERVER = 'host = "localhost"\nport = 9\nencryption = "none"\nsender = "q@example.com"\n'
LEA = Person("lea@example.com", Role.VIEWER, ((("team", ("Lille",)),),), "lea@example.com")
CLAIMS = {"email": "lea@example.com", "groups": ["leads"]}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = Store(tmp_path_factory.mktemp("by-mail"))
    store.load("tickets", TICKETS)
    store.warehouse.close()
    return store.folder


@pytest.fixture
def folder(loaded: Path, tmp_path: Path) -> Path:
    """A data folder with a mail server."""
    home = Path(shutil.copytree(loaded, tmp_path / "data"))
    (home / "mail.toml").write_text(SERVER)
    (home / "settings.toml").write_text('app_address = "https://q.example.org"\n')
    return home


@pytest.fixture
def lea(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Someone who sees the rows of Lille alone has signed in."""
    text = '[proxy]\naddresses = ["127.0.0.1"]\nuser = "X-User"\n[roles]\nviewer = ["*"]\n'
    (folder / access.FILE_NAME).write_text(text)
    monkeypatch.setattr(signin, "me", lambda: LEA)
    monkeypatch.setattr(signin, "remembered", lambda: CLAIMS)
    monkeypatch.setattr(signin, "enter", lambda: True)


@pytest.mark.parametrize("page", VIEWS)
def test_a_mail_says_what_its_page_says(page, open_page):
    open_page("overview")
    begin()
    month = pages.complete(page, {})
    made, query = pages.found(page, {}, month), pages.shown(page, {}, month)
    assert made
    at = open_page(page, **query)
    assert finding(at) == made.sentence
    # Deliveries end in November, and a month that waits for them is not complete.
    assert month == ("2025-11" if page in ("overview", "promises", "entity") else "2025-12")
    if page in ("overview", "satisfaction", "entity"):
        words = [line["verdict"] for line in scorecard(at).values()]
        assert [line.word for line in made.lines] == words
        assert made.moved == any("not chance" in word for word in words)


def test_what_is_kept_of_a_ranking_and_of_one_entry(open_page, folder, lea):
    # 168 solved tickets of each team: 30 is the least n shown first.
    for more in ({}, {"min_n": "50"}):
        at = open_page("rankings", folder, kpi="reopen_rate", by="team", **more)
        at.button(key="by-mail-send").click().run()
    open_page("entity", folder, who="team:Lille").button(key="by-mail-send").click().run()
    kept = [(each.page, each.query) for each in subscriptions.read(folder)]
    ranked = {"kpi": ["reopen_rate"], "by": ["team"]}
    assert kept == [
        ("rankings", ranked),
        ("rankings", ranked | {"min_n": ["50"]}),
        ("entity", {"who": ["team:Lille"]}),
    ]


def _offered(at) -> bool:
    assert not at.exception
    return any(button.key == "by-mail-send" for button in at.button)


def test_nothing_is_offered_without_a_server_or_an_address_or_with_invented_data(open_page, folder):
    assert not _offered(open_page("overview"))
    assert _offered(open_page("overview", folder))
    assert not _offered(open_page("definitions", folder))
    (folder / "settings.toml").unlink()
    assert not _offered(open_page("overview", folder))
    assert "not known" in str([each.value for each in open_page("data", folder).warning])
    (folder / "mail.toml").write_text("host = ")
    assert not _offered(open_page("overview", folder))
    assert "mail.toml" in str([each.value for each in open_page("data", folder).warning])
    (folder / "mail.toml").unlink()
    assert not _offered(open_page("overview", folder))
    assert "By mail" not in everything(open_page("data", folder))


def test_an_address_that_nobody_signed_in_with_has_to_be_confirmed(open_page, folder):
    at = open_page("overview", folder, team="Nantes")
    at.text_input(key="by-mail-to").set_value("lea@example.com")
    at.radio(key="by-mail-when").set_value("signal")
    at.button(key="by-mail-send").click().run()
    assert "lea@" in at.success[0].value
    (asked,) = subscriptions.read(folder)
    assert (asked.to, asked.page, asked.query) == (
        "lea@example.com",
        "overview",
        {"team": ["Nantes"]},
    )
    assert (asked.confirmed, asked.signals, asked.claims) == (False, True, None)
    # All of May was loaded, of June nothing after the 28th: May can be read here and now.
    assert asked.after == "2025-05"


@pytest.mark.parametrize("text", ["", "nobody", "lea@example.com, mia@example.com"])
def test_what_is_no_address_is_said(open_page, folder, text):
    at = open_page("overview", folder)
    at.text_input(key="by-mail-to").set_value(text)
    at.button(key="by-mail-send").click().run()
    assert len(at.error) == 1
    assert subscriptions.read(folder) == []


def test_other_domains_are_refused_by_name(open_page, folder):
    (folder / "mail.toml").write_text(SERVER + 'domains = ["example.org"]\n')
    at = open_page("overview", folder)
    at.text_input(key="by-mail-to").set_value("lea@example.com")
    at.button(key="by-mail-send").click().run()
    assert "example.org" in at.error[0].value
    assert subscriptions.read(folder) == []


def test_who_signed_in_gets_it_at_once_and_sees_that_and_ends_it(open_page, folder, lea):
    at = open_page("trends", folder, kpi="ticket_volume")
    assert not [each for each in at.text_input if each.key == "by-mail-to"]
    at.button(key="by-mail-send").click().run()
    (asked,) = subscriptions.read(folder)
    assert (asked.to, asked.confirmed, asked.claims) == ("lea@example.com", True, CLAIMS)
    assert asked.query == {"kpi": ["ticket_volume"]}
    assert "lea@example.com gets this page: every month" in everything(at)
    # Of another view there is none yet.
    assert _offered(open_page("overview", folder))
    at = open_page("trends", folder, kpi="ticket_volume")
    at.button(key="by-mail-end").click().run()
    assert subscriptions.read(folder) == []


def test_what_the_sign_in_says_now_takes_the_place_of_what_it_said(open_page, folder, lea):
    now = datetime.now(UTC)
    old = {"email": "lea@example.com", "groups": ["others"]}
    words = {"page": "trends", "query": {}, "language": "en_GB", "signals": False, "made": now}
    asked = subscriptions.Subscription(to=LEA.email, claims=old, confirmed=True, **words)
    subscriptions.add(folder, asked, now)
    open_page("overview", folder)
    assert [each.claims for each in subscriptions.read(folder)] == [CLAIMS]


def test_a_viewer_enters_no_channel_and_an_administrator_one_of_the_hosts_named(
    open_page, folder, lea, monkeypatch
):
    (folder / "mail.toml").write_text(SERVER + 'channels = ["hooks.example.com"]\n')
    assert "by-mail-url" not in [each.key for each in open_page("overview", folder).text_input]
    ada = Person("ada@example.com", Role.ADMINISTRATOR, (), "ada@example.com")
    monkeypatch.setattr(signin, "me", lambda: ada)
    for url, kept in (("https://evil.example.com/x", 0), ("https://hooks.example.com/x", 1)):
        at = open_page("overview", folder)
        at.text_input(key="by-mail-url").set_value(url)
        at.button(key="by-mail-channel-send").click().run()
        assert not at.exception
        assert bool(at.error) == (not kept)
        assert len(subscriptions.read(folder)) == kept
    (asked,) = subscriptions.read(folder)
    assert (asked.channel, asked.confirmed) == (True, True)


def test_data_says_who_gets_what_and_why_not_and_an_administrator_ends_it(open_page, folder):
    now = datetime(2026, 2, 10, 9, tzinfo=UTC)
    words = {"page": "overview", "query": {"team": ["Lille"]}, "language": "fr_FR"}
    asked = subscriptions.Subscription(
        to="lea@example.com", signals=False, made=now, confirmed=True, **words
    )
    text, down = "{host}, port {port}, cannot be reached: {reason}.", {"host": "h", "port": "25"}
    tried = asked.tried("2026-01", subscriptions.FAILED, now, text, {**down, "reason": "refused"})
    subscriptions.add(folder, tried, now)
    at = open_page("data", folder)
    assert not at.exception
    shown = str([table.value.to_dict() for table in at.dataframe])
    for words in ("le…@example.com", "Overview · Team: Lille", "Jan 2026: failed", "10:05"):
        assert words in shown, words
    assert "h, port 25, cannot be reached: refused." in shown
    assert "lea@example.com" not in shown
    assert "le…@example.com: h, port 25" in everything(at)
    at.button(key="by-mail-end-chosen").click().run()
    assert subscriptions.read(folder) == []


def test_a_damaged_file_stops_no_page(open_page, folder):
    (folder / subscriptions.FILE_NAME).write_text("{")
    assert _offered(open_page("overview", folder))
    at = open_page("data", folder)
    assert not at.exception
    assert subscriptions.FILE_NAME in str([each.value for each in at.warning])
