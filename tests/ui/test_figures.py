"""Figures are plain, gaps stay gaps, bars start at zero, and data is never markup."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from service_quality.base import periods
from service_quality.definitions import kpis
from service_quality.measures.trends import trend_of
from service_quality.ui import figures
from service_quality.ui.figures.axes import ACCENT, FALL, GREY, nice_ticks, spread
from service_quality.ui.figures.sparklines import runs

KPIS = kpis.catalogue()
RATE, WAIT, NPS = KPIS["reply_rate"], KPIS["reply_time"], KPIS["nps"]
NASTY = '<b>x</b><a href="javascript:alert(1)">'


def _months(kpi, rows, shown, promise=""):
    return figures.control(kpi, rows, shown, trend_of([], date(2025, 12, 31)), promise)


def _row(month, value, n=10):
    return {"month": month, "value": value, "n": n}


def test_every_month_of_a_period_is_on_the_axis():
    months = periods.months(date(2024, 11, 1), date(2025, 2, 28))
    assert months == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert periods.months(date(2025, 2, 1), date(2025, 1, 1)) == []
    assert figures.year_before("2025-02") == "2024-02"


def test_a_gap_in_the_data_is_a_gap_in_the_line():
    shown = ["2025-01", "2025-02", "2025-03"]
    figure = _months(RATE, [_row("2025-01", 0.5), _row("2025-03", 0.75)], shown)
    (line,) = figure["data"]
    assert line["y"] == [0.5, None, 0.75]
    assert line["connectgaps"] is False


def test_the_ghost_is_the_same_month_a_year_before_not_twelve_rows_back():
    rows = [_row("2023-12", 0.1), _row("2024-02", 0.4), _row("2025-02", 0.6)]
    ghost, now = _months(RATE, rows, ["2025-01", "2025-02"])["data"]
    assert ghost["y"] == [None, 0.4]
    assert now["y"] == [None, 0.6]
    assert (ghost["line"]["color"], now["line"]["color"]) == (GREY, ACCENT)


def test_a_point_knows_its_month_and_one_of_last_year_its_own():
    rows = [_row("2024-10", 0.4), _row("2025-10", 0.5), _row("2025-11", 0.6)]
    drawn = _months(RATE, rows, ["2025-10", "2025-11"])["data"]
    months = {tuple(line["y"]): line["customdata"] for line in drawn if "customdata" in line}
    assert months[0.4, None] == ["2024-10", "2024-11"]
    assert months[0.5, 0.6] == ["2025-10", "2025-11"]


def test_no_line_is_drawn_across_a_change_of_method():
    rows = [
        _row(f"{year}-{month:02}", year / 10_000) for year in (2024, 2025) for month in (1, 2, 3)
    ]
    events = [
        {"month": date(2024, 2, 1), "kind": "method_change"},
        {"month": date(2025, 3, 1), "kind": "method_change"},
        {"month": date(2025, 2, 1), "kind": "note"},
    ]
    shown = ["2025-01", "2025-02", "2025-03"]
    found = trend_of([], date(2025, 12, 31))
    figure = figures.control(RATE, rows, shown, found, events=events)
    # January 2024 was before the first change, March 2025 is after the second one.
    assert figure["data"][0]["y"] == [None, 0.2024, None]
    assert [line["y"] for line in figure["data"][1:]] == [
        [0.2025, 0.2025, None],
        [None, None, 0.2025],
    ]
    names = {note["text"].split("<br>")[0]: note["x"] for note in figure["layout"]["annotations"]}
    assert names == {"a year before": 1, "now": 2}


def test_a_promise_is_a_line_in_words():
    figure = _months(RATE, [_row("2025-01", 0.5)], ["2025-01"], "Within <24> hours")
    assert figure["layout"]["shapes"][0]["y0"] == 1.0
    assert "Within &lt;24&gt; hours" in [n["text"] for n in figure["layout"]["annotations"]]
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < 0.5
    assert high >= 1.0


@pytest.mark.parametrize(
    ("low", "high", "measure"),
    [
        (0.0, 0.0, "rate"),
        (0.61, 0.68, "rate"),
        (3.2, 97.0, "mean"),
        (5, 5, "mean"),
        (1e-9, 2e-9, "mean"),
        (0, 1e12, "count"),
        (-100, 100, "nps"),
        (3, 45000, "duration"),
        (60, 61, "duration"),
    ],
)
def test_ticks_are_few_and_cover_the_values(low, high, measure):
    ticks = nice_ticks(low, high, measure)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= 8


def test_bars_start_at_zero_and_say_their_share():
    row = {"within": {60: 0.1, 1440: 0.5}, "n": 10, "answered": 6}
    before = {"within": {60: 0.2}, "n": 5, "answered": 5}
    figure = figures.ladder(row, before, "no answer yet")
    bars, marks = figure["data"]
    assert figure["layout"]["xaxis"]["range"][0] == 0
    assert bars["x"] == [0.1, 0.5, 0.4]
    assert bars["marker"]["color"][-1] == FALL
    assert marks["x"] == [0.2]
    assert any("50.0" in text for text in figure["layout"]["yaxis"]["ticktext"])


def test_the_best_answers_are_at_the_bottom_of_the_stack():
    rows = [{"month": "2025-01", "point": p, "n": n} for p, n in ((1, 1), (4, 3), (5, 4))]
    groups = [("5", (5,)), ("4", (4,)), ("1", (1,))]
    figure = figures.distribution(rows, ["2025-01", "2025-02"], groups)
    assert [trace["y"] for trace in figure["data"]] == [[0.5, None], [0.375, None], [0.125, None]]
    assert figure["layout"]["yaxis"]["range"] == [0, 1]
    assert figure["data"][0]["hovertext"][0].endswith("<br>n = 8 · indicative")


def test_a_wait_that_goes_on_beyond_the_edge_is_drawn_to_it():
    rows = [
        {"team": "a", "median": None, "n": 40, "low": 300, "high": None},
        {"team": "b", "median": 120, "n": 40, "low": 60, "high": None},
        {"team": "c", "median": 60, "n": 40, "low": 30, "high": 90},
    ]
    figure = figures.dots(WAIT, rows, "team")
    (dots,) = figure["data"]
    _first, edge = figure["layout"]["xaxis"]["range"]
    assert dots["x"] == [edge, 120, 60]
    assert dots["error_x"]["array"] == [0, edge - 120, 30]
    assert dots["error_x"]["arrayminus"] == [edge - 300, 60, 30]
    assert dots["marker"]["symbol"] == ["triangle-right", "circle", "circle"]
    assert dots["text"][0] == "not reached"
    assert dots["textposition"][0] == "top left"


def _placed(entity, was, rank):
    return {
        "entity": entity,
        "prior_rank": was,
        "rank": rank,
        "prior_rank_common": was,
        "rank_common": rank,
        "places_lost": rank - was,
        "score": 1.0,
        "prior_score": 2.0,
        "n": 5,
        "prior_n": 5,
    }


def test_the_slope_colours_the_largest_falls_and_ours_and_leaves_out_newcomers():
    rows = [_placed("Ours", 1, 2), _placed("Fell", 2, 4), _placed("Rose", 4, 1)]
    rows.append(_placed("New", 3, 3) | {"places_lost": None})
    figure = figures.slope(rows, "brand", (2024, 2025), RATE, "Ours", falls=1)
    colours = {t["hovertext"][0].split("<br>")[0]: t["line"]["color"] for t in figure["data"]}
    assert colours == {"Ours": ACCENT, "Fell": FALL, "Rose": GREY}


def test_names_from_users_are_text_in_every_figure():
    rows = [_placed(NASTY, 1, 2), _placed("Other", 2, 1)]
    by_brand = [{"brand": NASTY, "value": 0.5, "n": 3}, {"brand": None, "value": 0.7, "n": 3}]
    kpi = replace(RATE, own_title=NASTY)
    for figure in (
        figures.slope(rows, "brand", (2024, 2025), kpi, NASTY),
        figures.dots(kpi, by_brand, "brand"),
        figures.with_interval([(kpi, [_row("2025-01", 0.5)])] * 2, ["2025-01"]),
        _months(kpi, [_row("2025-01", 0.5)], ["2025-01"], NASTY),
    ):
        written = json.dumps(figure)
        assert "<b>" not in written
        assert "<a " not in written


def test_labels_make_room_for_each_other_and_stay_inside():
    places = [
        n["y"]
        for n in spread([(9.5, "a"), (9.6, "b"), (1, "c")], 1, x=1, anchor="left", highest=10)
    ]
    assert places == [1, 9, 10]


def test_a_sparkline_keeps_gaps_and_reads_its_words_out():
    image = figures.sparkline([1.0, None, 2.0, 3.0], 'a "name" <b>')
    assert 'alt="a &quot;name&quot; &lt;b&gt;"' in image
    assert image.count("%3Cpath") == 1
    assert figures.sparkline([], "nothing")
    assert runs([(0, 0), None, None, (1, 1), (2, 2)]) == [[(0, 0)], [(1, 1), (2, 2)]]


def test_figures_without_values_do_not_fail():
    assert _months(NPS, [], ["2025-01"])["data"]
    assert figures.dots(WAIT, [], "brand")["data"]
    assert figures.slope([], "brand", (2024, 2025), RATE)["data"] == []
    assert figures.with_interval([], ["2025-01"])["data"] == []


def test_months_that_are_not_there_have_one_frame_a_run():
    states = ("loaded", "missing", "loaded", "awaited", "awaited")
    rows = [
        {
            "dataset": "tickets",
            "source": "zendesk",
            "month": date(2025, month, 1),
            "rows": 9 if state == "loaded" else 0,
            "usual": 9,
            "state": state,
        }
        for month, state in enumerate(states, 1)
    ]
    # May, the newest, is the uppermost line.
    frames = [
        (shape["y0"], shape["y1"]) for shape in figures.months_loaded(rows)["layout"]["shapes"]
    ]
    assert frames == [(-0.42, 1.42), (2.58, 3.42)]
