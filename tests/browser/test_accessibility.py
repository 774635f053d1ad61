"""axe-core over every page, light and dark, on a screen and on a phone, which each page fits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, StartApp
from tests.browser.driving import App, settle
from tests.factories import Store

PAGES = (
    *("", "rankings", "trends", "replies", "satisfaction", "promises"),
    *("upload", "data", "definitions", "entity?who=team:Nantes"),
)
AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
SCREEN, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 812}
# What is Streamlit's own and cannot be mended here: rule, the part it is about, and why it stays.
STREAMLIT = {
    ("presentation-role-conflict", "stFileUploaderDropzone"): (
        "The area for files has the role of an ornament, a name and a tabindex of -1. The button"
        " within it does all that the area does, and has a name of its own."
    ),
    ("target-size", 'role="spinbutton"'): (
        "Day, month and year of a date field are narrower than a finger. The keyboard reaches each,"
        " and a press opens the calendar, where days are large."
    ),
}
TRIES = 25
Faults = list[list[Any]]
# axe leaves this rule of WCAG 2.2 (AA) out unless it is asked for.
RUN = """async (only) => (await axe.run(document, {
  preload: false, resultTypes: ["violations"], rules: {"target-size": {enabled: true}},
  ...(only ? {runOnly: only} : {}),
})).violations.flatMap(v => v.nodes.map(n => [v.id, n.html, n.failureSummary]))"""
# What the other colours of a page that was looked through can change.
COLOURS = ["color-contrast", "link-in-text-block"]
# axe reads the colour of a text from `color`; the words in a chart have theirs from `fill`.
FAINT = """() => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => numbers(colour).slice(0, 3).map(x => x / 255)
    .map(x => x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4)
    .reduce((sum, x, i) => sum + x * [.2126, .7152, .0722][i], .05);
  const ground = light(getComputedStyle(document.querySelector(".stApp")).backgroundColor);
  return [...document.querySelectorAll(".js-plotly-plot :is(.xtick, .ytick, .annotation) text")]
    .map(text => [text.textContent, light(getComputedStyle(text).fill)])
    .filter(([, ink]) => Math.max(ink, ground) / Math.min(ink, ground) < 4.5);
}"""
STICKS_OUT = """width => [...document.querySelectorAll('[data-testid=stMain] *')]
  .filter(e => !e.closest('[data-testid=stDataFrame], .js-plotly-plot'))
  .filter(e => e.getBoundingClientRect().right > width + 2).map(e => e.outerHTML.slice(0, 99))
  .concat(document.documentElement.scrollWidth > width ? ["the page scrolls sideways"] : [])"""


def _ready(page: Page) -> None:
    expect(page.locator("h1.finding")).to_have_count(1)
    settle(page)
    # A colour half-way to another has no contrast to judge.
    page.add_style_tag(content="*, *::before, *::after {transition: none !important;}")
    page.evaluate(AXE)


def _ours(found: Faults) -> Faults:
    return [
        [rule, element, why]
        for rule, element, why in found
        if not any(rule == known and part in element for known, part in STREAMLIT)
    ]


def _lasting(page: Page, only: list[str] | None) -> Faults:
    """Return what stays: a chart is drawn anew some time after the theme has changed."""
    faults: Faults = []
    for _again in range(TRIES):
        page.wait_for_timeout(300)
        faults = _ours(page.evaluate(RUN, only)) + page.evaluate(FAINT)
        if not faults:
            break
    return faults


def _in_both_colours(page: Page, first: str, second: str) -> Iterator[Any]:
    """Look through a page in one colour scheme, then at the colours of the other one.

    A chart that Streamlit draws for a new width just then puts the colours of before back, and
    keeps them until they change again: what is left is looked for after they did.
    """
    for scheme, other, only in ((first, second, None), (second, first, COLOURS)):
        page.emulate_media(color_scheme=scheme)
        faults = _lasting(page, only)
        if faults:
            page.emulate_media(color_scheme=other)
            settle(page)
            page.emulate_media(color_scheme=scheme)
            faults = _lasting(page, only)
        if faults:
            yield scheme, faults


def test_each_page_fits_a_phone_and_none_has_a_barrier_of_ours(app: App, new_page: NewPage) -> None:
    page, found = new_page(PAGES[0], **PHONE, color_scheme="dark"), {}
    for path in PAGES:
        if path != PAGES[0]:
            page.emulate_media(color_scheme="dark")
            page.set_viewport_size(PHONE)
            page.goto(f"{app.url}/{path}")
        _ready(page)
        if wide := page.evaluate(STICKS_OUT, PHONE["width"]):
            found[path or "overview", "too wide"] = wide
        for size, schemes in ((PHONE, ("dark", "light")), (SCREEN, ("light", "dark"))):
            page.set_viewport_size(size)
            for scheme, faults in _in_both_colours(page, *schemes):
                found[path or "overview", scheme, size["width"]] = faults
    assert not found


def test_what_opens_on_a_page_has_no_barrier_either(new_page: NewPage) -> None:
    page = new_page("satisfaction", **SCREEN)
    _ready(page)
    for name, inside in (("How do we know?", "table"), ("Table and download", "button")):
        page.get_by_role("button", name=name).first.click()
        settle(page)
        expect(page.get_by_test_id("stPopoverBody").locator(inside).first).to_be_visible()
        assert not list(_in_both_colours(page, "light", "dark")), name
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def test_who_goes_by_keyboard_sees_where_the_menu_stands(new_page: NewPage) -> None:
    page = new_page("definitions", **SCREEN)
    _ready(page)
    active = "document.activeElement"
    stops = {}
    for _tab in range(12):
        page.keyboard.press("Tab")
        name = page.evaluate(f"{active}.textContent.trim()")
        stops[name] = page.evaluate(f"getComputedStyle({active}).outlineStyle")
    # The page that one is on has the ground of a focus already.
    assert (stops["Definitions"], stops["Overview"]) == ("solid", "solid")


def test_a_barrier_is_seen(new_page: NewPage) -> None:
    page = new_page("upload")
    _ready(page)
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<h4>x</h4>')")
    assert [rule for rule, _element, _why in _ours(page.evaluate(RUN))] == ["heading-order"]


MAIL = 'host = "localhost"\nport = 9\nencryption = "none"\nsender = "q@example.com"\n'
# What is opened together on a page.
FORMS = (
    ("promises", ("New promise", "Change, end or withdraw a promise")),
    ("promises", ("By mail",)),
    ("data", ("New remark", "Change or withdraw a remark", "Name a value")),
    ("trends?kpi=ticket_volume", ("Remark",)),
)


@pytest.fixture
def writable(start_app: StartApp, tmp_path: Path) -> App:
    """An app on data of its own, which forms may write to, with a mail server."""
    store = Store(tmp_path)
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 5) for day in range(1, 29, 3)]
    times = [{"created_at": f"{day} 10:00", "first_reply_at": f"{day} 11:00"} for day in days]
    store.load("tickets", [{"ticket_id": n, "team": "Nord"} | row for n, row in enumerate(times)])
    promise = {"promise_id": "fast", "statement": "We answer fast.", "kpi": "first_reply_time"}
    store.load("promises", [promise | {"within": 4, "valid_from": "2025-01-01"}])
    store.load("events", [{"date": "2025-03-02", "text": "Strike"}])
    store.warehouse.close()
    (tmp_path / "mail.toml").write_text(MAIL)
    (tmp_path / "settings.toml").write_text('app_address = "https://q.example.org"\n')
    return start_app(tmp_path, example=False)


def test_no_form_that_is_opened_has_a_barrier(writable: App, new_page: NewPage) -> None:
    found = {}
    for path, forms in FORMS:
        page = new_page(f"{writable.url}/{path}", **SCREEN)
        _ready(page)
        for name in forms:
            page.locator("summary, button").filter(has_text=name).first.click()
            settle(page)
        opened = page.locator("[data-testid=stPopoverBody], details[open]")
        expect(opened.filter(has=page.locator("button"))).to_have_count(len(forms))
        for size, schemes in ((SCREEN, ("light", "dark")), (PHONE, ("dark", "light"))):
            page.set_viewport_size(size)
            for scheme, faults in _in_both_colours(page, *schemes):
                found[forms, scheme, size["width"]] = faults
        page.close()
    assert not found
