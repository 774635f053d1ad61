"""The monthly report from the page: the same sentence and figures, and a name that says which."""

from __future__ import annotations

from datetime import date

import pytest

from service_quality.base import language
from service_quality.base.filters import Filters
from service_quality.findings.paper import content, typeset
from service_quality.ui.frame.data import begin
from service_quality.ui.parts import charts
from tests import papers
from tests.pages.reading import bodies, finding, scorecard, texts_of_html


def _made(at):
    at.button(key="make-report").click().run()
    assert not at.exception
    _shown, name, pdf = at.session_state["report-made"]
    return name, pdf


@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_the_report_says_what_the_page_says(open_page, spoken):
    at = open_page("overview", lang=spoken)
    begin()
    with language.using(spoken):
        made = content.report(Filters(), content.Issue(date(2026, 1, 20)))
        pdf = typeset.pdf(made.content)
    printed = papers.text(pdf)
    assert papers.squashed(finding(at)) in printed
    lines = scorecard(at)
    assert len(lines) > 10
    for title, line in lines.items():
        for words in (title, *(line[cell] for cell in ("now", "change", "verdict", "n"))):
            assert papers.squashed(words) in printed, (title, words)
    looked = next(body for body in bodies(at) if 'class="look"' in body)
    reasons = texts_of_html(looked)[:6]
    assert all(papers.squashed(words) in printed for words in reasons), reasons
    assert all(papers.fonts(pdf).values())
    assert papers.can_be_read_aloud(pdf)


def test_the_button_makes_it_and_offers_it_and_invented_data_are_said_to_be(open_page):
    at = open_page("overview", team="Nantes", start="2025-01-01", end="2025-10-31")
    name, pdf = _made(at)
    printed = papers.text(pdf)
    assert name == "service-quality-2025-10-Nantes.pdf"
    assert any(name in button.label for button in at.get("download_button"))
    for words in ("October 2025", "Team: Nantes", "invented brands", finding(at)):
        assert papers.squashed(words) in printed, words
    assert not papers.links(pdf)
    # Of other filters, this one is not offered.
    at.query_params["team"] = "Lille"
    at.run()
    assert not any(name in button.label for button in at.get("download_button"))


def test_who_may_see_some_rows_alone_is_given_a_report_that_says_so(open_page):
    open_page("overview")
    begin()
    only = ((("team", ("Nantes", "Lille")),), (("brand", ("Séphanie",)),))
    issue = content.Issue(date(2026, 1, 20), only=only)
    made = content.report(Filters(), issue)
    assert made.content["whom"] == "Only Team: Nantes, Lille / Brand: Séphanie"


@pytest.mark.usefixtures("opened")
def test_charts_are_offered_as_pictures(open_page):
    labels = [button.label for button in open_page("trends").get("download_button")]
    assert labels[-2:] == ["Chart as PNG", "Chart as SVG"]


@pytest.mark.usefixtures("opened")
def test_a_picture_says_the_cases_of_the_months_that_it_shows(open_page, monkeypatch):
    told = []
    monkeypatch.setattr(charts, "pictures", lambda _chart, _title, scope, _name: told.append(scope))
    at = open_page("trends", kpi="reply_time", start="2025-03-01", end="2025-04-30")
    table = at.dataframe[0].value
    n = table[table["month"].isin(["2025-03", "2025-04"])]["n"].sum()
    assert told == [f"Mar–Apr 2025 · n = {n}"]
