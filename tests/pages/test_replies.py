"""Replies: the curve, the ladder, acknowledgements apart, and the hours of the week."""

from __future__ import annotations

import json

import pytest

from service_quality.base import language
from service_quality.base.filters import from_query
from service_quality.ui.frame.data import begin
from tests.pages.reading import everything, finding

YEAR, _dropped = from_query({"from": ["2025-01-01"], "to": ["2025-12-31"]})


def _charts(at):
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


def test_the_curve_marks_the_half_that_the_page_opens_with(open_page):
    at = open_page("replies", kpi="first_reply_time")
    assert not at.exception
    row = begin().answers.kpi("first_reply_time", filters=YEAR)[0]
    assert language.duration(row["median"]) in finding(at)
    marks = [t for t in _charts(at)[0]["data"] if t.get("mode") == "markers+text"]
    assert marks[0]["x"] == [row["median"], row["p90"]]
    assert [metric.value for metric in at.metric][:2] == [
        language.duration(row["median"]),
        language.duration(row["p90"]),
    ]
    assert "2025" in everything(at)
    assert "2024" in everything(at)
    assert len(_charts(at)[0]["data"][0]["x"]) <= 202


def test_by_a_dimension_there_is_a_curve_for_each_of_its_values(open_page):
    at = open_page("replies", kpi="first_reply_time", by="team")
    assert not at.exception
    lines = [t for t in _charts(at)[0]["data"] if t["mode"] == "lines"]
    assert len(lines) == 4
    assert len({line["line"]["dash"] for line in lines}) == 4
    shown = everything(at)
    for team in ("Lille", "Nantes"):
        assert f"{team} (n = " in shown


def test_brands_are_a_handful_of_curves(open_page):
    at = open_page("replies", kpi="reply_time", by="brand")
    assert not at.exception
    assert len([t for t in _charts(at)[0]["data"] if t["mode"] == "lines"]) == 5
    assert "indicative" in everything(at)
    assert "The 5 most frequent of 256 are drawn." in everything(at)


def test_acknowledgements_are_said_of_emails_alone(open_page):
    row = begin_answers(open_page)
    words = f"{language.number(row['acknowledged'])} of {language.number(row['n'])} e-mails"
    assert words in everything(open_page("replies", kpi="reply_time"))
    assert "automatic" not in everything(open_page("replies", kpi="first_reply_time"))


def begin_answers(open_page):
    open_page("replies", kpi="reply_time")
    return begin().answers.acknowledged(YEAR)


@pytest.mark.parametrize("kpi", ["reply_time", "first_reply_time", "full_resolution_time"])
def test_the_hours_of_the_week_are_two_pictures_with_values_in_the_hover(open_page, kpi):
    at = open_page("replies", kpi=kpi)
    heats = [c["data"][0] for c in _charts(at) if c["data"][0]["type"] == "heatmap"]
    assert len(heats) == 2
    total = sum(n for line in heats[0]["z"] for n in line if n)
    assert total == begin().answers.kpi(kpi, filters=YEAR)[0]["n"]
    hover = [words for line in heats[1]["hovertext"] for words in line if words]
    assert all("half within" in words and "(n = " in words for words in hover)
