"""What a manager does with the app, in a real browser: load, look, share, go back."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service_quality.warehouse import running
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.places import FILE_NAME
from tests.browser.conftest import NewPage, StartApp
from tests.browser.driving import ROOT, settle

SAMPLES = ROOT / "data" / "samples"


def _wait_until(holds: Callable[[], bool]) -> None:
    for _second in range(60):
        if holds():
            return
        time.sleep(1)
    pytest.fail("waited in vain")


def _finding(page: Page) -> str:
    # A first start builds the example data.
    expect(page.locator("h1.finding")).to_have_count(1)
    return page.locator("h1.finding").inner_text()


def _choose(page: Page, label: str, option: str) -> None:
    # Typing narrows a long list, of which only the part in view exists.
    before = page.url
    page.get_by_role("combobox", name=label).fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    # On a busy machine the script starts late; what it chose is in the address once it has run.
    page.wait_for_url(lambda url: url != before)
    settle(page)


def _table(page: Page, button: str = "Download as CSV") -> str:
    """Return the page's last table, the ranking itself, as it downloads."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).last.click()
    return download.value.path().read_text(encoding="utf-8-sig")


def _service_quality(data: Path, *words: str) -> dict[str, object] | list[dict[str, object]]:
    environment = {**os.environ, "SERVICE_QUALITY_DATA": str(data)}
    command = [str(Path(sys.executable).with_name("service-quality")), *words, "--json"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    found: dict[str, object] | list[dict[str, object]] = json.loads(run.stdout)
    return found


def test_upload_publish_rank_and_share(
    start_app: StartApp, new_page: NewPage, tmp_path: Path
) -> None:
    app = start_app(tmp_path)
    page = new_page(f"{app.url}/upload", permissions=["clipboard-read", "clipboard-write"])
    expect(page.get_by_text("Example data")).to_be_visible()
    page.set_input_files("input[type=file]", SAMPLES / "emails.csv")
    settle(page)
    expect(page.get_by_text("3,840 rows are ready.")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    settle(page)
    expect(page.get_by_text("Published: 3,840 new rows")).to_be_visible()

    page.get_by_role("link", name="Rankings").first.click()
    settle(page)
    expect(page.get_by_text("Example data")).to_have_count(0)
    _choose(page, "Measure", "E-mails answered")
    _choose(page, "Measure", "Mystery-mail index")
    _choose(page, "Focus brand", "Séphanie")
    assert "Séphanie fell from 1st to 28th of 248" in _finding(page)

    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.locator("#page-link").input_value()
    assert "kpi=mystery_index" in link
    assert "Mystery" not in link

    colleague = new_page(link, locale="en-GB")
    assert _finding(colleague) == _finding(page)
    assert _table(colleague) == _table(page)

    # A link carries no language: each reader gets the same numbers in their own.
    numbers = re.compile(r"\d+")
    in_french = new_page(link, locale="fr-FR")
    assert "Séphanie a reculé du 1er au 28e rang sur 248" in _finding(in_french)
    assert numbers.findall(_table(in_french, "Télécharger en CSV")) == numbers.findall(_table(page))


def test_the_link_can_be_copied_over_plain_http_too(page: Page) -> None:
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    chosen = "document.activeElement.id === 'page-link' && document.activeElement.selectionEnd > 0"
    assert page.evaluate(chosen)


def test_a_wrong_file_gets_its_message(new_page: NewPage, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    stranger = tmp_path / "recipes.csv"
    stranger.write_text("dish,flour\ncake,200\n", encoding="utf-8")
    page = new_page("upload")
    page.set_input_files("input[type=file]", [picture, stranger])
    settle(page)
    expect(page.get_by_text("picture.png is a PNG file, not a table.")).to_be_visible()
    page.get_by_test_id("stRadioGroup").get_by_text("recipes.csv").click()
    expect(page.get_by_text("Nothing in this file says what its rows are")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)


def test_back_and_forward_walk_through_the_choices(new_page: NewPage) -> None:
    page = new_page("rankings?kpi=reopen_rate")  # of four names, not of hundreds
    first = _finding(page)
    _choose(page, "Measure", "Resolved in time")
    second = _finding(page)
    _choose(page, "Year", "2024")
    third = _finding(page)
    assert len({first, second, third}) == 3
    for step, expected in (
        (page.go_back, second),
        (page.go_back, first),
        (page.go_forward, second),
        (page.go_forward, third),
    ):
        step()
        settle(page)
        expect(page.locator("h1.finding")).to_have_text(expected)
    expect(page.get_by_role("combobox", name="Year")).to_have_value("2024")


def test_a_link_into_a_fresh_app_opens_its_page_with_the_navigation(
    start_app: StartApp, new_page: NewPage, tmp_path: Path
) -> None:
    app = start_app(tmp_path, example=False)
    page = new_page(f"{app.url}/trends?kpi=nps&brand=Nobody")
    assert "Net Promoter Score" in _finding(page)
    expect(page.get_by_text("The link asks for “Nobody”")).to_be_visible()
    expect(page.get_by_role("link", name="Definitions")).to_be_visible()


def test_the_page_and_the_command_line_give_the_same_numbers(
    start_app: StartApp, new_page: NewPage, tmp_path: Path
) -> None:
    # The command line goes first: one process at a time holds a warehouse.
    _service_quality(tmp_path, "load", *(str(p) for p in SAMPLES.glob("emails.csv")))
    asked = _service_quality(
        tmp_path, "kpi", "reply_in_time", "--from", "2025-01-01", "--to", "2025-12-31"
    )
    ranking = _service_quality(tmp_path, "ranking", "mystery_index", "--year", "2025")
    assert isinstance(asked, dict)
    assert isinstance(ranking, dict)
    app = start_app(tmp_path)
    page = new_page(f"{app.url}/?from=2025-01-01&to=2025-12-31")
    share = f"{100 * asked['rows'][0]['value']:.1f}%"
    assert share in page.locator("table.score td.now").all_inner_texts()
    page = new_page(f"{app.url}/rankings?kpi=mystery_index&year=2025&min_n=1&focus=S%C3%A9phanie")
    rows = ranking["rows"]
    ours = next(row for row in rows if row["entity"] == "Séphanie")
    assert f"to {ours['rank_common']}th of {ranking['of']}" in _finding(page)


def test_a_line_of_the_scorecard_opens_its_trend_and_back_without_loading_anew(
    new_page: NewPage,
) -> None:
    page = new_page("?brand=S%C3%A9phanie")
    page.evaluate("window.here = true")
    page.get_by_role("link", name="E-mails answered in time", exact=True).first.click()
    page.wait_for_url("**/trends?*")
    settle(page)
    assert "brand=S%C3%A9phanie" in page.url
    assert "kpi=reply_in_time" in page.url
    assert _finding(page).startswith("E-mails answered in time")
    expect(page).to_have_title(re.compile(r"^Trends · E-mails answered in time"))
    page.go_back()
    expect(page.locator("table.score")).to_be_visible()
    assert page.evaluate("window.here")


def test_the_command_line_works_while_the_app_runs(
    start_app: StartApp, new_page: NewPage, tmp_path: Path
) -> None:
    app = start_app(tmp_path)
    page = new_page(f"{app.url}/data")
    emails = str(SAMPLES / "emails.csv")
    (loaded,) = _service_quality(tmp_path, "load", emails)
    assert loaded["inserted"] == 3840
    page.reload()
    settle(page)
    expect(page.get_by_text("emails.csv")).not_to_have_count(0)
    _service_quality(tmp_path, "withdraw", loaded["upload_id"])
    page.reload()
    settle(page)
    expect(page.get_by_role("button", name="Put this upload back")).to_be_visible()


def test_the_app_waits_until_another_program_lets_go_of_the_warehouse(
    start_app: StartApp, tmp_path: Path
) -> None:
    other = Warehouse.open(tmp_path / FILE_NAME)
    app = start_app(tmp_path)
    _wait_until(lambda: f"(PID {os.getpid()})" in app.log.read_text(encoding="utf-8"))
    other.close()
    _wait_until((tmp_path / running.FILE_NAME).exists)
    assert running.ask(tmp_path, {"argv": ["uploads"], "here": "", "by": ""})


def test_a_pinned_link_stays_as_it_was(
    start_app: StartApp, new_page: NewPage, tmp_path: Path
) -> None:
    _service_quality(tmp_path, "load", str(SAMPLES / "emails.csv"))
    app = start_app(tmp_path)
    view = f"{app.url}/trends?kpi=reply_rate"
    page = new_page(view, permissions=["clipboard-read", "clipboard-write"])
    then = _finding(page)
    page.get_by_role("button", name="Pinned link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    pinned = page.evaluate("navigator.clipboard.readText()")

    lines = (SAMPLES / "emails.csv").read_text(encoding="utf-8").splitlines()
    fewer = tmp_path / "fewer.csv"
    fewer.write_text("\n".join(lines[: len(lines) // 2]), encoding="utf-8")
    (before,) = _service_quality(tmp_path, "uploads")
    _service_quality(tmp_path, "withdraw", str(before["upload_id"]))
    _service_quality(tmp_path, "load", str(fewer))
    today = _finding(new_page(view))
    assert today != then

    colleague = new_page(pinned)
    assert _finding(colleague) == then
    expect(colleague.get_by_text("later uploads are not in them")).to_be_visible()
    colleague.get_by_role("link", name="Trends").first.click()
    colleague.wait_for_url("**/trends?*asof=*")
    settle(colleague)
    colleague.get_by_role("button", name="Show the newest data").click()
    expect(colleague).not_to_have_url(re.compile("asof="))
    expect(colleague.get_by_text("later uploads are not in them")).to_have_count(0)

    stranger = new_page(f"{view}&asof=999.aaaaaa.bbbbbb")
    expect(stranger.get_by_text("There is no version 999")).to_be_visible()
    assert _finding(stranger) == today


def test_the_app_takes_what_lies_in_the_inbox_before_anyone_visits(
    start_app: StartApp, new_page: NewPage, tmp_path: Path
) -> None:
    app = start_app(tmp_path)
    box = tmp_path / "inbox"
    box.mkdir()
    copy = box / ".emails.csv"
    copy.write_bytes((SAMPLES / "emails.csv").read_bytes())
    os.utime(copy, (0, 0))
    copy.rename(box / "emails.csv")
    report = box / "loaded" / "emails.csv.report.json"
    _wait_until(report.with_name("emails.csv").exists)
    assert json.loads(report.read_text(encoding="utf-8"))["inserted"] == 3840
    page = new_page(f"{app.url}/data")
    expect(page.get_by_text("emails.csv")).not_to_have_count(0)
