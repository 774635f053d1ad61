"""A page on paper, as the browser prints it: whole charts with their names, whole tables."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import papers
from tests.browser.conftest import NewPage

# The names in a chart, as they stand on the screen.
NAMES = """() => [...document.querySelectorAll(".js-plotly-plot .annotation-text")]
  .map(text => text.textContent)"""


def _printed(page: Page) -> str:
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    return papers.text(page.pdf(format="A4"))


@pytest.mark.parametrize("width", [1280, 390])
def test_a_ranking_is_printed_with_all_its_rows_and_the_names_in_its_chart(
    new_page: NewPage, width: int
) -> None:
    page = new_page("rankings", width=width)
    printed = _printed(page)
    rows = page.locator("table.paper tbody tr")
    assert rows.count() > 200
    for at in (0, 100, rows.count() - 1):
        name = rows.nth(at).locator("td.words").nth(1).text_content()
        assert papers.squashed(name) in printed
    for name in page.evaluate(NAMES):
        assert papers.squashed(name) in printed
    assert papers.squashed("Copy link") not in printed
    assert papers.squashed("Definitions") not in printed


def test_a_french_ranking_takes_a_line_a_row(new_page: NewPage) -> None:
    page = new_page("rankings", locale="fr-FR")
    page.emulate_media(media="print")
    height = "rows => Math.max(...rows.map(row => row.clientHeight))"
    size = "row => parseFloat(getComputedStyle(row).fontSize)"
    rows = page.locator("table.paper tbody tr")
    assert rows.evaluate_all(height) < 2 * rows.first.evaluate(size) + 8


def test_charts_that_stand_side_by_side_do_so_on_paper(new_page: NewPage) -> None:
    page = new_page("satisfaction", width=1440)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})  # of A4 within its margins
    boxes = [chart.bounding_box() or {} for chart in page.locator(".stPlotlyChart").all()[:2]]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]


def test_the_scorecard_is_printed_as_a_table_on_one_page(new_page: NewPage) -> None:
    page = new_page("", width=390)
    expect(page.locator("table.score")).to_be_visible()
    pdf = page.pdf(format="A4")
    assert papers.squashed("24 months, usual range shaded") in papers.text(pdf)
    assert papers.pages(pdf) == 1


def test_definitions_are_printed_open(new_page: NewPage) -> None:
    page = new_page("definitions")
    entries = page.locator(".closed details")
    expect(entries.first).to_be_visible()
    printed = papers.text(page.pdf(format="A4"))
    assert entries.count() > 30
    for entry in entries.all():
        assert papers.squashed(entry.locator("p").first.text_content()) in printed
