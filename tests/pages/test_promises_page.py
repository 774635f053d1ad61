"""The Promises page: in the customer's words, with what was kept and what nothing covers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from service_quality.base import settings
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ui.frame.data import real
from service_quality.uploads import publish
from tests.pages.reading import everything, finding

DAY = "2025-03-{:02d} 10:00"
# Ten mails: eight answered within 24 hours, one later, one never; two with a mistake.
HOURS = [1, 2, 3, 4, 5, 6, 7, 8, 40, None]
PROMISES = (
    "promise_id,statement,statement_fr,kpi,within,at_most,target,valid_from\n"
    "reply,We answer within a day.,Nous répondons sous un jour.,reply_time,24,,90%,2025-01-01\n"
    "clean,Our letters are free of mistakes.,,spelling_errors,,0,75%,2025-01-01\n"
    "phone,We pick up the phone.,,totals_calls,,,95%,2025-01-01\n"
)


def load(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    warehouse = real().answers.warehouse
    moment = publish.Moment(datetime(2025, 6, 1), "tester")
    outcome = publish.load(warehouse, settings.load(folder), path, Instructions(), moment)
    assert outcome.status == "published", outcome.reason


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(tmp_path))
    rows = [
        f"m{n},{DAY.format(n + 1)},"
        + (
            ""
            if hours is None
            else f"2025-03-{n + 1 + (10 + hours) // 24:02d} {(10 + hours) % 24:02d}:00"
        )
        + f",{int(n in (0, 8))}"
        for n, hours in enumerate(HOURS)
    ]
    mails = "\n".join(["email_id,received_at,replied_at,spelling_errors", *rows])
    later = "\nz,2025-05-01 10:00,2025-05-01 11:00,0\n"
    load(tmp_path, "mails.csv", mails + later)
    return tmp_path


def test_without_promises_the_page_says_how_to_make_them(open_page, folder):
    at = open_page("promises", folder)
    assert not at.exception
    assert "No promise is loaded yet" in finding(at)
    assert "one row for each promise" in everything(at)
    assert "promise_id" not in everything(at)
    assert "Download a template" in {button.label for button in at.get("download_button")}


def test_each_promise_stands_in_the_customers_words_with_what_was_kept(open_page, folder):
    load(folder, "promises.csv", PROMISES)
    at = open_page("promises", folder, start="2025-03-01", end="2025-03-31")
    assert not at.exception
    shown = everything(at)
    assert "We answer within a day." in shown
    assert "80.0% kept" in shown  # 8 of 10
    assert "too few to say" in shown
    assert "77.8% kept" in shown  # 7 of the 9 that were answered
    assert "n = 10, indicative" in shown
    assert "“We pick up the phone”: " in shown
    # Perfect: the eight in time but the one with a mistake, 7 of 10.
    assert "70.0%" in finding(at)


def test_a_french_reader_sees_the_promise_in_french(open_page, folder):
    load(folder, "promises.csv", PROMISES)
    shown = everything(open_page("promises", folder, lang="fr"))
    assert "Nous répondons sous un jour." in shown
    assert "Our letters are free of mistakes." in shown  # given in one language only
