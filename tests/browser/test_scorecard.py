"""Overview on a screen of 1440 × 900: thirteen measures without scrolling, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage

ABOVE = """() => [...document.querySelectorAll("table.score tbody tr:not(.group)")]
  .filter(row => row.getBoundingClientRect().bottom <= innerHeight).length"""


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_thirteen_measures_stand_on_one_screen(new_page: NewPage, locale: str) -> None:
    page = new_page("", locale=locale, width=1440, height=900)
    expect(page.locator("table.score")).to_be_visible()
    assert page.evaluate(ABOVE) >= 13
