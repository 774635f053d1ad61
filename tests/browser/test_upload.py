"""Upload in a browser: Back, reload, another page; what the browser remembers; a phone's menu."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, StartApp
from tests.browser.driving import App, settle

PHONE = {"width": 390, "height": 844}
TICKETS = "ticket id,created at,status\n" + "".join(
    f"{n},2025-03-0{n} 10:00,parked\n" for n in range(1, 9)
)


def _drop(page: Page, folder: Path, text: str) -> None:
    file = folder / "tickets.csv"
    file.write_text(text, encoding="utf-8")
    page.set_input_files("input[type=file]", file)
    settle(page)


def test_back_opens_the_step_before_and_a_reload_says_what_is_gone(
    new_page: NewPage, tmp_path: Path
) -> None:
    page = new_page("upload")
    _drop(page, tmp_path, TICKETS)
    found = page.get_by_role("heading", name="4 · What was found")
    change = page.get_by_role("heading", name="5 · What will change")
    expect(found).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(change).to_be_visible()
    page.go_back()
    expect(found).to_be_visible()
    page.go_forward()
    expect(change).to_be_visible()
    # Another page and back: the file and what was decided are still there.
    page.get_by_role("link", name="Definitions").click()
    page.wait_for_url("**/definitions")
    settle(page)
    page.go_back()
    expect(change).to_be_visible()
    page.reload()
    expect(page.get_by_text("drop yours again")).to_be_visible()


def test_what_columns_mean_is_chosen_with_the_keyboard(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page("upload")
    _drop(page, tmp_path, "ref,when,note\n1,2025-03-01,a\n2,2025-03-02,b\n")
    page.get_by_text("Yes, the rows are").click()
    settle(page)
    page.get_by_role("button", name="Continue").click()
    box = page.get_by_role("combobox", name="What “ref” means")
    box.focus()
    page.keyboard.type("Topic")
    page.keyboard.press("Enter")
    settle(page)
    expect(page.get_by_text("Which column is “Ticket id”?")).to_be_visible()
    expect(page.get_by_text("Yes, “when” is Created")).to_be_visible()


def test_the_language_is_remembered_by_new_pages_tabs_and_visits(new_page: NewPage) -> None:
    page = new_page("definitions")
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("link", name="Vue d’ensemble")).to_be_visible()
    settle(page)  # the cookie is written after the menu
    page.reload()
    expect(page.get_by_role("link", name="Vue d’ensemble")).to_be_visible()
    assert "lang=" not in page.url
    tab = page.context.new_page()
    tab.goto(page.url)
    settle(tab)
    expect(tab.get_by_role("link", name="Vue d’ensemble")).to_be_visible()
    # Another reader's browser speaks for itself.
    expect(new_page("definitions").get_by_role("link", name="Overview")).to_be_visible()


def test_after_the_language_was_switched_all_that_can_be_chosen_still_can(
    new_page: NewPage,
) -> None:
    page = new_page("trends?kpi=first_reply_in_time&by=team", locale="fr-FR")
    page.get_by_role("button", name="English").click()
    box = page.get_by_role("combobox", name="Measure")
    expect(box).to_have_value("First reply in time")
    settle(page)
    box.click()
    page.get_by_role("option", name="Backlog").click()
    page.wait_for_url(re.compile("kpi=backlog&by=team$"))
    settle(page)
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("combobox", name="Indicateur")).to_have_value("Encours")


def test_the_example_is_hidden_in_one_browser_and_comes_back(
    new_page: NewPage, start_app: StartApp, tmp_path: Path
) -> None:
    app: App = start_app(tmp_path)
    page = new_page(f"{app.url}/upload")
    page.get_by_role("button", name="Hide the example").click()
    expect(page.get_by_text("hidden in this browser")).to_be_visible()
    settle(page)
    page.reload()
    expect(page.get_by_text("hidden in this browser")).to_be_visible()
    expect(new_page(f"{app.url}/upload").get_by_text("Example data:")).to_be_visible()
    page.get_by_role("button", name="Show the example").click()
    expect(page.get_by_text("Example data:")).to_be_visible()


def test_on_a_phone_the_menu_closes_and_filters_stand_above_the_finding(new_page: NewPage) -> None:
    page = new_page("trends?brand=S%C3%A9phanie", **PHONE)
    chip = page.get_by_role("button", name="Brand: Séphanie")
    expect(chip).to_be_visible()
    filters = page.locator("#open-filters")
    filters.click()
    link = page.get_by_test_id("stSidebar").get_by_role("link", name="Replies")
    expect(link).to_be_in_viewport()
    link.click()
    page.wait_for_url("**/replies?*")
    settle(page)
    expect(link).not_to_be_in_viewport()
    chip.click()
    expect(chip).to_have_count(0)
    expect(page).not_to_have_url(re.compile("brand"))
    wide = new_page("trends?brand=S%C3%A9phanie")
    expect(wide.locator("#open-filters")).to_be_hidden()
