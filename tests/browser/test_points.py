"""What a chart leads to: the rows of a point that is clicked, the page of a name."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.driving import settle


def test_a_point_opens_its_rows_and_a_name_its_page(new_page: NewPage) -> None:
    page = new_page("trends?kpi=ticket_volume&by=team", height=1400)
    line = page.locator(".js-plotly-plot").first.locator("path.point")
    box = line.last.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"rows=2025-12"))
    # As many tickets as the point of December says.
    expect(
        page.get_by_role("heading", name=re.compile("^Dec 2025: the 2\\d\\d rows"))
    ).to_be_visible()
    page.locator(".grid a", has_text="Nantes").click()
    expect(page.locator("h1.finding")).to_have_text(re.compile(r"^Nantes\. "))
    settle(page)
    expect(page).to_have_title(re.compile(r"^Team · Nantes\. "))
