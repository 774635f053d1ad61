"""The Data page lists what was loaded and takes an upload back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from service_quality.base import settings
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ui.frame.data import real
from service_quality.uploads import publish
from tests.pages.reading import everything, finding

EMAILS = "received_at,replied_at,brand\n2025-03-03 10:00,2025-03-03 12:00,A\n2025-03-04 10:00,,B\n"


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(tmp_path))
    file = tmp_path / "march.csv"
    file.write_text(EMAILS + "nonsense,,C\n", encoding="utf-8")
    moment = publish.Moment(datetime(2025, 4, 1, 9), "Ada *L*")
    warehouse = real().answers.warehouse
    outcome = publish.load(warehouse, settings.load(tmp_path), file, Instructions(), moment)
    assert outcome.status == "published"
    return tmp_path


def _table(at, column):
    return next(table.value for table in at.dataframe if column in table.value)


def test_uploads_and_rows_set_aside_are_listed(open_page, loaded):
    at = open_page("data", loaded)
    assert not at.exception
    assert "1 file is counted; the latest is march.csv" in finding(at)
    assert "Example data" not in everything(at)
    uploads = _table(at, "uploaded_by")
    assert list(uploads["uploaded_by"]) == ["Ada *L*"]
    assert list(uploads["rows_rejected"]) == [1]
    rejected = _table(at, "cell")
    assert list(rejected["cell"]) == ["nonsense"]
    assert list(rejected["record"]) == [3]
    assert [of.split(", ") for of in _table(at, "of")["of"]] == [["march.csv", "E-mails"]]


def press(at, label):
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception


def test_an_upload_is_taken_back_and_put_back(open_page, loaded):
    at = open_page("data", loaded)
    press(at, "Withdraw it")
    assert "withdrawn" in finding(at)
    press(at, "Put it back")
    assert "1 file is counted" in finding(at)
    press(at, "Withdraw it")
    at = open_page("overview", loaded)
    assert "Example data" not in everything(at)
    assert "nothing to show yet" in finding(at)


@pytest.mark.parametrize("page", ["overview", "trends", "replies", "rankings"])
def test_a_month_that_has_only_begun_is_shown_while_there_is_no_other(page, open_page, loaded):
    at = open_page(page, loaded)
    assert not at.exception
    assert "selection" not in finding(at)


def test_two_mails_of_which_one_is_unanswered(open_page, loaded):
    at = open_page("replies", loaded, start="2025-03-01", end="2025-03-31")
    assert not at.exception
    assert "50.0% have none" in finding(at)
