"""Charts for paper: gaps stay gaps, the numbers are in words too, and any name can be set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from service_quality.definitions import kpis
from service_quality.findings.asking import asking
from service_quality.findings.paper import charts, typeset
from service_quality.measures.trends import Month, Trend
from tests.factories import Store

RATE = kpis.catalogue()["reply_rate"]


def _trend(values: dict[str, float | None]) -> Trend:
    months = [Month(m, v, None, None, None, None, None, None, 0, 100) for m, v in values.items()]
    return Trend(tuple(months), None, None, "too_short", len(months))


def test_a_gap_stays_a_gap_and_the_year_before_is_that_of_the_calendar() -> None:
    trend = _trend({"2024-02": 0.25, "2025-01": 0.5, "2025-03": 0.75})
    chart = charts.by_month(RATE, trend, ["2025-01", "2025-02", "2025-03"])
    assert chart is not None
    assert chart["now"] == [0.5, None, 0.75]
    assert chart["before"] == [None, 0.25, None]
    assert chart["title"] == "Highest in Mar 2025 (75.0%), lowest in Jan 2025 (50.0%)"
    assert chart["alt"].endswith("Jan 2025: 50.0%; Mar 2025: 75.0%")
    # What is promised to everyone is promised each month.
    assert chart["targets"] == [1.0, 1.0, 1.0]


def test_a_change_of_method_breaks_the_line_and_has_no_year_before() -> None:
    trend = _trend({"2024-01": 0.1, "2024-02": 0.2, "2025-01": 0.5, "2025-02": 0.6})
    later = [replace(m, segment=int(m.month >= "2025-02")) for m in trend.months]
    chart = charts.by_month(RATE, replace(trend, months=tuple(later)), ["2025-01", "2025-02"])
    assert chart is not None
    assert chart["pieces"] == [[0.5, None], [None, 0.6]]
    assert chart["before"] == [0.1, None]


def test_without_any_month_there_is_no_chart() -> None:
    assert charts.by_month(RATE, _trend({"2024-02": 0.25}), ["2025-01"]) is None


def test_the_worst_come_first_and_those_left_out_are_counted(tmp_path: Path) -> None:
    rows = [
        {"brand": f"B{i}", "value": i / 10, "low": None, "high": None, "n": 40} for i in range(9)
    ]
    with asking(Store(tmp_path).answers):
        chart = charts.dots(RATE, [*rows[::-1], {**rows[0], "brand": "x" * 99}], "brand", 12)
    names = [row["name"] for row in chart["rows"]]
    assert sorted(names[:2]) == ["B0", "x" * 59 + "…"]
    assert names[2:] == ["B1", "B2", "B3", "B4", "B5"]
    assert chart["note"] == "The worst 7 of 12 are drawn, of those with enough cases."


def test_a_character_without_a_glyph_is_a_box() -> None:
    assert typeset.legible("Séphore – 24\u202fh\nœ") == "Séphore – 24\u202fh\nœ"
    assert typeset.legible("a\ufdd0b\x07") == "a□b□"


@pytest.mark.parametrize(("form", "start"), [("png", b"\x89PNG"), ("svg", b"<svg")])
def test_a_chart_is_a_picture_by_itself(form: typeset.Form, start: bytes) -> None:
    chart = charts.by_month(RATE, _trend({"2025-01": 0.5, "2025-02": 0.6}), ["2025-01", "2025-02"])
    content = {"lang": "fr", "title": "#import <b> $x$", "below": "2025", "chart": chart}
    assert typeset.picture(content, form).startswith(start)
