"""The links of mails: they need a key and no sign-in, and only their button does anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from service_quality.findings.mail import subscriptions
from service_quality.findings.mail.subscriptions import FILE_NAME, Subscription
from service_quality.ui.frame import letterbox

TO = "lea@example.com"


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """What a stranger opens links with."""
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(tmp_path))
    return TestClient(Starlette(routes=letterbox.routes()), follow_redirects=False)


def asked(folder: Path, **words: Any) -> Subscription:
    given: dict[str, Any] = {"page": "overview", "query": {}, "language": "en_GB"}
    now = datetime.now(UTC)
    more = {"to": TO, "signals": False, "made": now, "confirmed": True}
    return subscriptions.add(folder, Subscription(**{**given, **more, **words}), now)


def test_to_open_the_link_changes_nothing_and_the_button_ends_it(
    browser: TestClient, tmp_path: Path
) -> None:
    mine, other = asked(tmp_path), asked(tmp_path, to="mia@example.com")
    opened = browser.get(f"/mail/stop/{mine.key}")
    assert opened.status_code == 200
    assert "No more of these mails?" in opened.text
    assert '<form method="post">' in opened.text
    assert TO not in opened.text
    assert subscriptions.read(tmp_path) == [mine, other]
    done = browser.post(f"/mail/stop/{mine.key}")
    assert "no more of these mails are sent" in done.text
    assert subscriptions.read(tmp_path) == [other]
    # Again, and after that: nothing breaks, and a mail program is content.
    assert browser.post(f"/mail/stop/{mine.key}").status_code == 200
    assert browser.get(f"/mail/stop/{mine.key}").status_code == 404


def test_a_mail_program_ends_it_by_one_request(browser: TestClient, tmp_path: Path) -> None:
    mine = asked(tmp_path)
    one_click = {"List-Unsubscribe": "One-Click"}
    assert browser.post(f"/mail/stop/{mine.key}", data=one_click).status_code == 200
    assert subscriptions.read(tmp_path) == []


def test_who_reads_the_mail_confirms_it(browser: TestClient, tmp_path: Path) -> None:
    mine = asked(tmp_path, confirmed=False, language="fr_FR")
    opened = browser.get(f"/mail/confirm/{mine.key}", headers={"accept-language": "en-GB,en"})
    assert '<html lang="fr">' in opened.text
    assert "Recevoir cette page par e-mail" in opened.text
    assert not subscriptions.read(tmp_path)[0].confirmed
    browser.post(f"/mail/confirm/{mine.key}")
    assert subscriptions.read(tmp_path)[0].confirmed


def test_a_link_that_is_too_old_or_unknown_does_nothing(
    browser: TestClient, tmp_path: Path
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=3, minutes=1)
    mine = asked(tmp_path, confirmed=False, made=long_ago)
    for link in (f"confirm/{mine.key}", "stop/unknown", f"other/{mine.key}"):
        for send in (browser.get, browser.post):
            answered = send(f"/mail/{link}")
            assert answered.status_code in (200, 404), link
    assert not subscriptions.read(tmp_path)[0].confirmed


def test_a_stranger_reads_their_own_language(browser: TestClient) -> None:
    answered = browser.get("/mail/stop/unknown", headers={"accept-language": "fr-CA,fr;q=0.9"})
    assert "n’est plus valable" in answered.text


def test_a_damaged_file_is_no_page_of_errors(browser: TestClient, tmp_path: Path) -> None:
    mine = asked(tmp_path)
    (tmp_path / FILE_NAME).write_text("{")
    answered = browser.get(f"/mail/stop/{mine.key}")
    assert answered.status_code == 503
    assert str(tmp_path) not in answered.text
