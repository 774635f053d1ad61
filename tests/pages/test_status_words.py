"""A status that nobody knows is listed with its count, and what it means is said on the page."""

from __future__ import annotations

from pathlib import Path

from service_quality.base import settings
from service_quality.ui.frame.data import real
from tests.factories import Store

ROW = {"created_at": "2025-03-01 09:00", "solved_at": "2025-03-02 09:00"}


def test_what_a_status_means_is_said_on_the_page_and_changes_the_figures(
    open_page, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(tmp_path))
    rows = [
        {"ticket_id": 1, **ROW, "status": "closed"},
        {"ticket_id": 2, **ROW, "status": "With the lawyer"},
        {"ticket_id": 3, **ROW, "status": "With the lawyer"},
    ]
    store = Store(tmp_path)
    store.load("tickets", rows)
    store.warehouse.close()
    at = open_page("data", tmp_path)
    assert not at.exception
    box = next(box for box in at.selectbox if box.label == "with the lawyer (2)")
    assert box.value == ""
    box.select("open")
    next(button for button in at.button if button.label == "Save").click().run()
    assert not at.exception
    assert settings.load(tmp_path).status_words == {"with the lawyer": "open"}
    answers = real().answers
    assert answers.unknown_statuses() == []
    assert answers.kpi("backlog")[0]["value"] == 2
    again = open_page("data", tmp_path)
    assert next(box for box in again.selectbox if box.label == "with the lawyer").value == "open"


def test_a_file_is_asked_about_before_it_is_published(open_page, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(tmp_path))
    settings.change_status_words(tmp_path, {"parked": "open"})
    lines = [f"{n},{ROW['created_at']},{ROW['solved_at']},With the lawyer" for n in (1, 2)]
    text = "\n".join(["ticket_id,created_at,solved_at,status", *lines, ""])
    at = open_page("upload", tmp_path)
    at.get("file_uploader")[0].upload("tickets.csv", text.encode(), "text/csv").run()
    assert not at.exception
    box = next(box for box in at.selectbox if box.label == "with the lawyer (2)")
    box.select("ended")
    next(button for button in at.button if button.label == "Save").click().run()
    assert not at.exception
    assert settings.load(tmp_path).status_words == {"parked": "open", "with the lawyer": "ended"}
    # The rows are checked anew: nothing is left to be asked, and what it means is said.
    assert not [box for box in at.selectbox if "lawyer" in box.label]
    assert any("2 tickets were cancelled or rejected" in each.label for each in at.expander)
    for label in ("Continue", "Publish"):
        next(button for button in at.button if button.label == label).click().run()
    assert real().answers.unknown_statuses() == []
