"""Answers on different scales are different series: one is shown, the others are offered."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from service_quality.base import settings
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ui.frame.data import real
from service_quality.uploads import publish
from tests.pages.reading import everything, finding

ANSWERS = [("4", "1-5"), ("5", "1-5"), ("1", "1-5")] * 4 + [("10", "0-10")] * 10
FEW = [("4", "1-5")] * 9


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(tmp_path))
    answers = getattr(request, "param", ANSWERS)
    rows = [f"2025-03-{i:02d} 10:00,{mark},{scale}" for i, (mark, scale) in enumerate(answers, 1)]
    file = tmp_path / "answers.csv"
    file.write_text("\n".join(["answered_at,csat,csat_scale", *rows]), encoding="utf-8")
    moment = publish.Moment(datetime(2025, 4, 1, 9), "")
    warehouse = real().answers.warehouse
    outcome = publish.load(warehouse, settings.load(tmp_path), file, Instructions(), moment)
    assert outcome.status == "published"
    return tmp_path


@pytest.mark.parametrize("page", ["trends", "satisfaction"])
def test_the_scale_most_answered_is_shown_and_the_other_one_click_away(page, open_page, loaded):
    at = open_page(page, loaded, kpi="csat")
    assert not at.exception
    assert "66.7%" in finding(at)
    box = next(box for box in at.selectbox if box.label == "Scale")
    box.select("0-10").run()
    assert not at.exception
    assert "100.0%" in finding(at)
    assert "0 to 10" in everything(at)


@pytest.mark.parametrize("loaded", [FEW], indirect=True)
@pytest.mark.parametrize("page", ["trends", "satisfaction"])
def test_nine_answers_are_hidden_and_it_says_so(page, open_page, loaded):
    at = open_page(page, loaded, kpi="csat")
    assert not at.exception
    assert "Fewer than 10 people answered" in finding(at)
    assert "100.0" not in everything(at)
