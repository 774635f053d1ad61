"""Surveys: who would come again, the zone of tolerance, and how sure a figure is."""

from __future__ import annotations

from datetime import date

import pytest

from service_quality.definitions import kpis
from service_quality.findings import surveys
from service_quality.findings.signals import of_trend, signs
from service_quality.measures.intervals import certain
from service_quality.measures.trends import trend_of
from service_quality.ui import figures
from service_quality.ui.figures.axes import ACCENT, FALL, GREY

KPIS = kpis.catalogue()
CSAT, RETURN = KPIS["csat"], KPIS["would_return"]
GAP, INSIDE = KPIS["adequacy_gap"], KPIS["in_tolerance_rate"]


def _share(k, n, **more):
    row = {"value": k / n, "n": n, "numerator": k, "denominator": n, **more}
    return certain(CSAT, [row])[0]


def _point(point, k, n):
    return _share(k, n, scale="1-5", point=point)


@pytest.mark.parametrize(
    ("merely", "best", "apart", "words"),
    [
        # 30 of 50 against 45 of 50: z = 0.3 / sqrt(0.75 · 0.25 · 2/50) = 3.46
        ((30, 50), (45, 50), True, "Merely satisfied is not loyal: of those who gave 4, 60.0"),
        # 40 of 50 against 45 of 50: z = 0.1 / sqrt(0.85 · 0.15 · 2/50) = 1.40
        ((40, 50), (45, 50), False, "Of those who gave 4, 80.0"),
        # The other way round it is no news of the merely satisfied, however sure.
        ((45, 50), (30, 50), False, "Of those who gave 4, 90.0"),
    ],
)
def test_the_title_on_coming_again_says_what_the_test_says(merely, best, apart, words):
    rows = [_point(3, 5, 40), _point(4, *merely), _point(5, *best)]
    found = surveys.would_return(rows)
    assert found.apart is apart
    title = surveys.returning(found, "1-5")
    assert title.startswith(words)
    assert ("can be chance" in title) is not apart
    assert surveys.of_return(found, "1-5").sentence == title
    dots = figures.returning(RETURN, rows, found)["data"][0]
    # Best on top; the two points of the title are those with a colour.
    assert dots["marker"]["color"] == [ACCENT, FALL, GREY]
    assert dots["x"] == [best[0] / best[1], merely[0] / merely[1], 5 / 40]


def test_points_of_few_answers_are_not_compared_and_not_drawn():
    rows = [_point(3, 5, 40), _point(4, 30, 50), _point(5, 9, 9)]
    assert rows[2]["value"] is None
    found = surveys.would_return(rows)
    assert found is None
    assert surveys.returning(found, "1-5") == "Would buy again, by satisfaction, 1 to 5"
    assert surveys.of_return(found, "1-5") is None
    dots = figures.returning(RETURN, rows, found)["data"][0]
    assert len(dots["x"]) == 2
    assert set(dots["marker"]["color"]) == {GREY}
    assert surveys.hidden_groups(rows) == "1 figure is hidden: fewer than 10 answers."
    assert surveys.would_return(rows[:1]) is None


def test_small_cells_are_judged_by_the_exact_test():
    found = surveys.would_return([_point(4, 2, 12), _point(5, 10, 12)])
    assert surveys.of_return(found, "1-5").method == "boschloo"
    dots = figures.returning(RETURN, [_point(4, 2, 12), _point(5, 10, 12)], found)["data"][0]
    assert dots["marker"]["symbol"] == ["circle-open", "circle-open"]
    assert "indicative" in dots["hovertext"][0]


def _zone():
    rows = [_share(20, 100), _share(55, 100), _share(25, 100)]
    return surveys.zone(*rows), rows


def test_the_zone_of_tolerance_is_told_and_labelled_alike():
    found, (below, inside, above) = _zone()
    title = surveys.tolerance(found)
    assert title == (
        "20.0% got less than they would just accept, 55.0% what they accept,"
        " 25.0% more than they wish"
    )
    assert surveys.of_zone(INSIDE, found).sentence == title
    pairs = [
        (KPIS[name], [{"month": "2025-01", **row}])
        for name, row in (
            ("above_desired_rate", above),
            ("in_tolerance_rate", inside),
            ("below_minimum_rate", below),
        )
    ]
    figure = figures.tolerance(pairs, ["2025-01", "2025-02"], found)
    assert [bars["y"] for bars in figure["data"]] == [[0.25, None], [0.55, None], [0.2, None]]
    labels = {note["text"] for note in figure["layout"]["annotations"]}
    assert labels == {
        "above the desired<br>25.0%",
        "in the zone<br>55.0%",
        "below the minimum<br>20.0%",
    }


def test_no_zone_where_a_part_is_hidden_or_unknown():
    _found, (below, inside, _above) = _zone()
    assert surveys.zone(below, inside, None) is None
    assert surveys.zone(below, inside, _share(2, 9)) is None
    assert surveys.tolerance(None) == "What customers got, against what they expect"
    assert surveys.of_zone(INSIDE, None) is None


@pytest.mark.parametrize(
    ("minimum", "desired", "words"),
    [
        (0.81, -1.05, "0.81 points above the minimum, 1.05 below what they wish"),
        (0.81, 0.2, "0.81 points above the minimum, and no less than they wish"),
        (0.81, None, "0.81 points above the minimum"),
        (-0.3, -2.0, "0.30 points below the minimum"),
    ],
)
def test_the_gaps_are_told_with_their_direction(minimum, desired, words):
    rows = [None if v is None else {"value": v} for v in (minimum, desired)]
    assert surveys.gaps(*rows, GAP) == f"On average {words}"
    assert "Perceived" in surveys.gaps(None, None, GAP)


def test_a_figure_says_what_it_rests_on():
    row = _share(10, 20) | {"response": 0.353}
    assert surveys.rests_on(CSAT, row) == (
        "29.9% – 70.1% · n = 20 · indicative · 35.3% of the invited answered"
    )
    assert surveys.rests_on(CSAT, _share(9, 9)) == "n = 9 · hidden: fewer than 10 answers"
    assert surveys.sureness(_share(50, 100)) == ""
    assert surveys.answered(None) == ""
    assert surveys.survey_scope("in 2025", "") == "In 2025."
    assert surveys.survey_scope("in 2025", "35% answered") == "In 2025; 35% answered."


def test_a_month_of_few_answers_is_a_gap_in_the_line():
    rows = [
        {"month": "2025-01", **_share(30, 60)},
        {"month": "2025-02", **_share(4, 9)},
        {"month": "2025-03", **_share(12, 24)},
    ]
    (line,) = figures.with_interval([(CSAT, rows)], ["2025-01", "2025-02", "2025-03"])["data"]
    assert line["y"] == [0.5, None, 0.5]
    assert line["error_y"]["array"][0] == pytest.approx(rows[0]["high"] - 0.5)
    assert line["error_y"]["array"][1] == 0
    assert line["marker"]["symbol"][::2] == ["circle", "circle-open"]
    assert "hidden" in line["hovertext"][1]
    assert "44.4" not in line["hovertext"][1]
    assert "n = 24 · indicative" in line["hovertext"][2]


SHOWN = [f"2024-{month:02d}" for month in range(1, 13)] + ["2025-01", "2025-02"]


def _calm(middle, size):
    """Return 14 months that go up and down by about so much, no two of them alike."""
    return [middle + (size + 0.001 * (i // 2 - 3)) * (-1) ** i for i in range(14)]


def _trend(values, breaks=()):
    rows = [{"month": month, "value": v} for month, v in zip(SHOWN, values, strict=True)]
    return rows, trend_of(rows, date(2025, 2, 28), breaks=breaks)


def test_what_the_sentence_calls_a_signal_is_what_the_line_marks():
    # Mean 7.5 / 14 = 0.536, usual step (12 · 0.1 + 0.4) / 13 = 0.123: the upper limit is 0.863.
    rows, trend = _trend([*_calm(0.5, 0.05)[:13], 0.95])
    verdict = of_trend(CSAT, trend)
    assert verdict.sentence.startswith("Satisfied (two best points) got better, and not by chance")
    assert "a month outside the limits" in dict(verdict.numbers)["the last month"]
    assert signs(trend) == ["◆ better, not chance"]
    *band, line = figures.with_interval([(CSAT, rows)], SHOWN, {CSAT.id: trend})["data"]
    signals = [m.month for m in trend.months if m.rule]
    marked = [
        SHOWN[i] for i, s in zip(line["x"], line["marker"]["symbol"], strict=True) if s == "diamond"
    ]
    assert marked == signals == ["2025-02"]
    assert "signal: a month outside the limits" in line["hovertext"][-1]
    assert band[1]["y"] == [m.upper for m in trend.months]
    assert band[1]["y"][-1] == pytest.approx(0.863, abs=5e-3)


def test_ordinary_movement_and_too_few_months_are_said_so():
    rows, ordinary = _trend(_calm(0.5, 0.02))
    assert signs(ordinary) == ["○ as usual"]
    assert "diamond" not in str(figures.with_interval([(CSAT, rows)], SHOWN, {CSAT.id: ordinary}))
    rows, short = _trend([0.5] * 7 + [0.6] * 7, breaks=[date(2024, 8, 1)])
    assert signs(short) == ["too short to judge"]
    assert len(dict(of_trend(CSAT, short).numbers)) == 2
    assert of_trend(CSAT, trend_of([], date(2025, 1, 31))) is None


@pytest.mark.parametrize(
    ("target", "words"),
    # Mean 0.5, usual step 0.04: the limits are 0.394 and 0.606.
    [(0.3, "reliably met"), (0.7, "reliably missed"), (0.5, "some months only"), (None, "")],
)
def test_the_promise_is_set_against_the_limits(target, words):
    rows = [{"month": m, "value": v} for m, v in zip(SHOWN, _calm(0.5, 0.02), strict=True)]
    _variation, *found = signs(trend_of(rows, date(2025, 2, 28), target=target))
    assert words in "".join(found)
    assert bool(words) is bool(found)


def test_a_change_of_method_begins_the_line_of_that_measure_anew():
    values = [1.0 + 0.1 * (-1) ** i for i in range(14)]
    rows, trend = _trend(values, breaks=[date(2024, 3, 9)])
    pairs = [(GAP, rows), (KPIS["superiority_gap"], rows)]
    _rows, whole = _trend(values)
    trends = {"adequacy_gap": trend, "superiority_gap": whole}
    figure = figures.with_interval(pairs, SHOWN, trends, "as wished")
    lines = [trace["x"] for trace in figure["data"] if trace["mode"] == "lines+markers"]
    assert lines == [[0, 1], list(range(2, 14)), list(range(14))]
    upright = [shape for shape in figure["layout"]["shapes"] if shape.get("yref") == "paper"]
    assert [shape["x0"] for shape in upright] == [1.5]
    words = [note["text"] for note in figure["layout"]["annotations"]]
    assert "method changed" in words
    assert "as wished" in words
    assert figures.with_interval([], SHOWN)["data"] == []


def test_dots_show_intervals_and_mark_few_cases():
    rows = [_share(10, 20, team="A"), _share(60, 80, team="B"), _share(9, 9, team="C")]
    dots = figures.dots(CSAT, rows, "team")["data"][0]
    assert dots["x"] == [0.5, 0.75]
    assert dots["error_x"]["array"][0] == pytest.approx(0.701 - 0.5, abs=1e-3)
    assert dots["error_x"]["arrayminus"][0] == pytest.approx(0.5 - 0.299, abs=1e-3)
    assert dots["text"] == ["50.0%, indicative", "75.0%"]
    assert dots["marker"]["symbol"] == ["circle-open", "circle"]


def test_the_table_of_two_scores_has_their_n_beside_them():
    rows = [{"month": "2025-01", **_share(4, 9), "note": "hidden", "response": 0.4}]
    (row, gone) = figures.merged([(CSAT, rows), (KPIS["csat_top1"], [])], ["2025-01", "2025-02"])
    assert row == {
        "month": "2025-01",
        **{"csat": None, "csat_top1": None, "n": 9, "response": 0.4, "note": "hidden"},
    }
    assert gone["n"] is None
