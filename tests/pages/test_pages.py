"""Every page with data, without data, and with a filter that leaves nothing."""

import re

import plotly.graph_objects as go
import pytest

from service_quality.base import language
from service_quality.base.filters import from_query
from service_quality.ui.figures.drawn import Drawn
from service_quality.ui.frame.data import begin
from tests.pages.conftest import PAGES
from tests.pages.reading import bodies, everything, finding, last_line, scorecard

KPI_PAGES = ("overview", "rankings", "trends", "replies", "satisfaction")


@pytest.fixture
def checked_figures(monkeypatch):
    """Have plotly check each value of each figure that is drawn."""
    plain = Drawn.to_dict
    monkeypatch.setattr(Drawn, "to_dict", lambda figure: go.Figure(plain(figure)).to_dict())


@pytest.mark.usefixtures("checked_figures")
@pytest.mark.parametrize("page", PAGES)
def test_a_page_with_data_opens_with_its_finding_and_ends_with_what_it_does_not_say(
    page, open_page
):
    at = open_page(page)
    assert not at.exception
    assert not at.error
    assert finding(at)
    assert last_line(at)
    assert "Example data" in everything(at)
    assert "data to 31 December 2025, 9 uploads" in everything(at)
    assert any('id="copy-link"' in body for body in bodies(at))


@pytest.mark.parametrize("page", KPI_PAGES)
def test_a_page_without_data_says_what_is_missing_and_offers_the_way(page, open_page, empty_folder):
    at = open_page(page, empty_folder)
    assert not at.exception
    assert not at.error
    assert finding(at)
    assert "Example data" not in everything(at)
    assert any(link.label == "Upload a file" for link in at.main.get("page_link"))


@pytest.mark.parametrize("page", ["upload", "data", "definitions"])
def test_the_other_pages_stand_without_data_too(page, open_page, empty_folder):
    at = open_page(page, empty_folder)
    assert not at.exception
    assert finding(at)


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("overview", {"start": "2031-01-01", "end": "2031-12-31"}),
        ("rankings", {"kpi": "mystery_index", "team": "Lille"}),
        ("trends", {"start": "2031-01-01", "end": "2031-12-31"}),
        ("trends", {"kpi": "reply_rate", "team": "Lille"}),
        ("replies", {"start": "2031-01-01", "end": "2031-12-31"}),
        ("replies", {"kpi": "reply_time", "topic": ""}),
        ("satisfaction", {"start": "2031-01-01", "end": "2031-12-31"}),
        ("definitions", {"q": "no such words at all"}),
    ],
)
def test_a_filter_that_leaves_nothing_offers_to_clear_it(page, query, open_page):
    at = open_page(page, **query)
    assert not at.exception
    assert not at.error
    assert finding(at)
    assert "clear-here" in [button.key for button in at.button]


@pytest.mark.parametrize("page", PAGES)
def test_a_stale_link_is_dropped_with_a_word(page, open_page):
    nonsense = dict.fromkeys(
        ("kpi", "by", "year", "min_n", "focus", "start", "end", "brand", "team", "upload"), "<b>x"
    )
    at = open_page(page, **nonsense)
    assert not at.exception
    assert not at.error
    assert finding(at)
    if page not in ("upload", "definitions"):
        assert at.warning


def test_overview_shows_the_values_that_the_command_line_gives(open_page):
    at = open_page("overview")
    shown = {name: line["now"] for name, line in scorecard(at).items()}
    answers = begin().answers
    filters, _dropped = from_query({"from": ["2025-01-01"], "to": ["2025-12-31"]})
    rate = answers.kpi("reply_rate", filters=filters)[0]["value"]
    assert shown["E-mails answered"] == language.rate(rate)
    median = answers.kpi("reply_time", filters=filters)[0]["median"]
    assert shown["Time to reply"] == language.duration(median)
    nps = answers.kpi("nps", filters=filters)[0]["value"]
    assert shown["Net Promoter Score"] == language.nps(nps)


def test_overview_speaks_of_a_comparison_only_where_there_is_a_year_before(open_page):
    first = everything(open_page("overview", start="2023-01-01", end="2023-12-31"))
    second = everything(open_page("overview", start="2025-01-01", end="2025-06-30"))
    assert "on 2022" in first
    assert not any("▲" in text or "▼" in text for text in first.split("\n"))
    assert "on Jan–Jun 2024" in second
    assert any(text.startswith("▼") for text in second.split("\n"))


def test_a_line_of_the_scorecard_leads_to_its_trend_and_its_definition(open_page):
    at = open_page("overview", brand="Séphanie")
    table = next(body for body in bodies(at) if 'class="score"' in body)
    assert 'data-inner href="trends?brand=S%C3%A9phanie&amp;kpi=reply_rate"' in table
    assert 'data-inner href="definitions?brand=S%C3%A9phanie&amp;q=E-mails+answered"' in table


def test_rankings_tells_the_fall_of_the_focus_brand(open_page):
    at = open_page("rankings", kpi="mystery_index", year="2025", min_n="1")
    assert "Séphanie fell from 1st to 30th of 256" in finding(at)
    at = open_page("rankings", kpi="mystery_index", year="2025", min_n="6")
    assert "clear-here" in [button.key for button in at.button]


def test_trends_cut_by_a_dimension_draws_one_small_line_for_each_value_worst_first(open_page):
    at = open_page("trends", kpi="first_reply_in_time", by="team")
    grid = next(body for body in bodies(at) if 'class="grid"' in body)
    assert grid.count("<figure") == 4
    assert grid.index("Nantes") < grid.index("Lille")


def test_the_example_is_hidden_for_this_reader_alone_and_comes_back(open_page, tmp_path):
    at = open_page("overview", tmp_path)
    assert "Example data" in everything(at)
    next(button for button in at.button if button.label == "Hide the example").click().run()
    assert not at.exception
    assert "Example data" not in everything(at)
    assert "The example data are hidden in this browser." in everything(at)
    assert "load a first file" in finding(at)
    assert "Example data" in everything(open_page("overview", tmp_path))
    next(button for button in at.button if button.label == "Show the example").click().run()
    assert "Example data" in everything(at)


def test_choosing_a_measure_writes_its_id_into_the_address(open_page):
    at = open_page("trends")
    box = next(box for box in at.selectbox if box.label == "Measure")
    box.select("nps").run()
    assert at.query_params["kpi"] in ("nps", ["nps"])
    assert "Net Promoter Score" in finding(at)


def test_a_definition_that_was_asked_for_stands_open(open_page):
    def opened(wanted: str) -> list[str]:
        shown = "".join(bodies(open_page("definitions", q=wanted)))
        return re.findall(r"<details open><summary>(.*?)</summary>", shown)

    assert opened("E-mails answered") == ["E-mails answered"]  # "… in time" is found too
    assert opened("signal") == ["Control chart (XmR)"]
    assert opened("") == []
