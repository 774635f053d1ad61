"""Satisfaction: sections only where there are data, response rate and few answers beside all."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from service_quality.base import language, settings
from service_quality.base.filters import from_query
from service_quality.findings import surveys
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ui.frame.data import begin, real
from service_quality.uploads import publish
from tests.pages.reading import bodies, everything, finding, scorecard

YEAR, _dropped = from_query({"from": ["2025-01-01"], "to": ["2025-12-31"]})


def _charts(at):
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


def _loaded(folder: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str]) -> Path:
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(folder))
    file = folder / "answers.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    moment = publish.Moment(datetime(2025, 6, 1, 9), "")
    answers = real().answers
    outcome = publish.load(answers.warehouse, settings.load(folder), file, Instructions(), moment)
    assert outcome.status == "published", outcome
    return folder


def test_the_example_has_every_section_with_the_response_rate_beside(open_page):
    at = open_page("satisfaction")
    assert not at.exception
    answers = begin().answers
    rate = language.rate(answers.kpi("response_rate", filters=YEAR)[0]["value"])
    shown = everything(at)
    assert f"In 2025; {rate} of the invited answered." in shown
    # who was contacted again ends a month earlier: those of December are not old enough
    assert shown.count(f"{rate} answered") >= 5
    found = surveys.would_return(answers.would_return_by_point(YEAR))
    assert surveys.returning(found, "1-5") in shown
    whole = {k: answers.kpi(k, filters=YEAR)[0] for k in ("below_minimum_rate",)}
    less = language.rate(whole["below_minimum_rate"]["value"])
    assert f"{less} got less than they would just accept" in shown
    assert "points above the minimum" in shown
    labels = set(scorecard(at))
    assert {"Found it easy", "Would buy again", "Dissatisfied, contacted again"} <= labels
    assert any("method changed" in json.dumps(chart) for chart in _charts(at))


def test_by_a_dimension_one_measure_is_shown_with_its_intervals(open_page):
    at = open_page("satisfaction", kpi="ces", by="team")
    assert not at.exception
    dots = _charts(at)[-1]["data"][0]
    assert min(dots["error_x"]["array"]) > 0
    assert "Found it easy · Team" in everything(at)
    assert all("of the invited answered" in words for words in dots["hovertext"])


def test_charts_name_their_bands_their_intervals_and_their_marks(open_page):
    at = open_page("satisfaction")
    legends = [body for body in bodies(at) if 'class="legend"' in body]
    assert len(legends) == 3
    assert all("95% interval" in body and "usual range: " in body for body in legends)
    assert legends[0].count("usual range: ") == 2
    assert "worse, not chance" in legends[0]


def test_a_file_of_one_question_has_no_empty_sections(open_page, tmp_path, monkeypatch):
    lines = ["answered_at,csat,csat_scale"]
    lines += [f"2025-04-{day:02d} 10:00,{4 + day % 2},1-5" for day in range(1, 21)]
    at = open_page("satisfaction", _loaded(tmp_path, monkeypatch, lines))
    assert not at.exception
    shown = everything(at)
    assert "100.0% are satisfied, 50.0% very satisfied" in finding(at)
    for words in ("buy again, by", "expect", "Would recommend", "of the invited", "Cut by"):
        assert words not in shown
    assert "n = 20 · indicative" in json.dumps(_charts(at)[0], ensure_ascii=False)
    assert {line["verdict"] for line in scorecard(at).values()} == {"too few"}


def test_a_survey_without_a_score_opens_with_what_it_asked(open_page, tmp_path, monkeypatch):
    lines = ["answered_at,ces", *(f"2025-04-{day:02d} 10:00,{day % 7 + 1}" for day in range(1, 31))]
    at = open_page("satisfaction", _loaded(tmp_path, monkeypatch, lines))
    assert not at.exception
    # 5, 6 and 7 come on the days 4, 5, 6, 11, 12, 13, 18, 19, 20, 25, 26 and 27: 12 of 30.
    assert finding(at) == "40.0% found it easy in April 2025."


def test_answers_that_feed_no_measure_are_not_called_missing(open_page, tmp_path, monkeypatch):
    lines = ["answered_at,csat", *(f"2025-04-{day:02d} 10:00,{day % 5 + 1}" for day in range(1, 9))]
    at = open_page("satisfaction", _loaded(tmp_path, monkeypatch, lines))
    assert not at.exception
    assert finding(at).endswith("feed no measure here: no mark with its scale.")


def test_few_answers_are_hidden_in_every_chart_and_said_so(open_page, tmp_path, monkeypatch):
    lines = ["answered_at,csat,csat_scale,team"]
    teams = ["A"] * 12 + ["B"] * 12 + ["C"] * 7
    lines += [f"2025-04-{1 + i % 28:02d} 10:00,{5 - i % 3},1-5,{t}" for i, t in enumerate(teams)]
    at = open_page("satisfaction", _loaded(tmp_path, monkeypatch, lines), by="team")
    assert not at.exception
    dots = _charts(at)[-1]["data"][0]
    assert len(dots["x"]) == 2
    assert "1 figure is hidden: fewer than 10 answers." in everything(at)
