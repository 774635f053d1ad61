"""Sentences, signs and marks on a chart come from one verdict; what moved a total adds up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service_quality.base import language
from service_quality.definitions import kpis
from service_quality.findings import mixes, signals
from service_quality.measures.trends import Trend, trend_of
from service_quality.ui import figures
from service_quality.ui.figures.axes import ACCENT, FALL
from service_quality.ui.figures.control import SIGNALS

KPIS = kpis.catalogue()
RATE, WAIT = KPIS["reply_rate"], KPIS["reply_time"]
S = language.SPACE
LAST = date(2025, 12, 31)
STEADY = [0.80, 0.82, 0.79, 0.81, 0.80, 0.82, 0.79, 0.81, 0.80, 0.82, 0.79, 0.81, 0.80]


def months(values: list[float | None], first: int = 2024) -> list[dict[str, Any]]:
    return [
        {"month": f"{first + at // 12}-{at % 12 + 1:02d}", "value": value, "n": 100}
        for at, value in enumerate(values)
        if value is not None
    ]


def trend(values: list[float | None], **more: Any) -> Trend:
    return trend_of(months(values), LAST, **more)


def shown(values: list[float | None]) -> list[str]:
    return [row["month"] for row in months([v if v is not None else 0.0 for v in values])]


CASES = {
    "concern": ([*STEADY, 0.60], "got worse, and not by chance: a month outside the limits"),
    "improvement": ([*STEADY, 0.99], "got better, and not by chance: a month outside the limits"),
    "ordinary": ([*STEADY, 0.80], ", as usual"),
    None: (STEADY[:9], "9 months are too short to tell signal from noise"),
}


@pytest.mark.parametrize("verdict", CASES)
def test_sentence_sign_and_mark_say_the_same(verdict: str | None) -> None:
    values, words = CASES[verdict]
    found = trend(values)
    assert found.variation == verdict
    assert words in signals.signal(RATE, found)
    (sign,) = signals.signs(found)
    marks = {
        trace["name"]: trace
        for trace in figures.control(RATE, months(values), shown(values), found)["data"]
        if trace.get("name") in SIGNALS
    }
    if verdict in ("concern", "improvement"):
        assert sign == f"◆ {'worse' if verdict == 'concern' else 'better'}, not chance"
        assert marks[verdict]["x"] == [len(values) - 1]
        assert marks[verdict]["marker"]["color"] == {"concern": FALL}.get(verdict, ACCENT)
        assert "a month outside the limits" in marks[verdict]["hovertext"][0]
    else:
        assert not marks
        assert sign == {"ordinary": "○ as usual"}.get(verdict, "too short to judge")


def test_a_lower_wait_is_an_improvement() -> None:
    rows = [{"month": r["month"], "median": 100 * r["value"]} for r in months([*STEADY, 0.60])]
    found = trend_of(rows, LAST, better="lower")
    assert signals.signal(WAIT, found).startswith("Time to reply got better")


def test_the_target_against_the_limits_has_a_sign_of_its_own() -> None:
    for target, word in (
        (0.5, "reliably met"),
        (0.99, "reliably missed"),
        (0.8, "some months only"),
    ):
        assert word in signals.signs(trend([*STEADY, 0.80], target=target))[1]


def test_the_band_is_drawn_for_each_segment_and_not_where_nothing_can_be_judged() -> None:
    values = [*STEADY, *[v - 0.3 for v in STEADY]]
    found = trend_of(months(values, 2023), LAST, breaks=[date(2024, 2, 1)])
    rows = months(values, 2023)
    data = figures.control(RATE, rows, [row["month"] for row in rows], found)["data"]
    uppers = [trace["y"][0] for trace in data if trace.get("name") == "upper"]
    assert len(uppers) == 2
    assert uppers[0] - uppers[1] == pytest.approx(0.3)
    short = figures.control(RATE, months(STEADY[:5]), shown(STEADY[:5]), trend(STEADY[:5]))
    assert not [trace for trace in short["data"] if trace.get("name") == "upper"]


def test_events_are_thin_lines_and_a_change_of_method_stands_before_its_month() -> None:
    values = [*STEADY]
    events = [
        {"month": date(2024, 3, 1), "kind": "note"},
        {"month": date(2024, 5, 1), "kind": "method_change"},
        {"month": date(2020, 5, 1), "kind": "note"},
    ]
    figure = figures.control(RATE, months(values), shown(values), trend(values), events=events)
    lines = [(s["x0"], s["line"]["dash"]) for s in figure["layout"]["shapes"]]
    assert lines == [(2, "dot"), (3.5, "solid")]


def test_targets_are_drawn_as_steps() -> None:
    steps = [
        {"start": date(2024, 1, 1), "end": None, "target": 0.7},
        {"start": date(2024, 7, 1), "end": None, "target": 0.9},
    ]
    found = trend(STEADY, target=steps)
    data = figures.control(RATE, months(STEADY), shown(STEADY), found)["data"]
    (target,) = [trace for trace in data if trace.get("name") == "target"]
    assert target["y"] == [0.7] * 6 + [0.9] * 7
    assert target["line"]["shape"] == "hv"


def test_a_series_without_a_verdict_says_why_in_sentence_and_sign() -> None:
    full = [*[1.0] * 12, 0.97, *[1.0] * 11]
    found = trend(full)
    assert (found.variation, found.why) == (None, "few_values")
    assert not any(month.rule or month.verdict for month in found.months)
    assert "too few different values" in signals.signal(RATE, found)
    assert signals.signs(found) == ["too few different values to judge"]
    bands = figures.control(RATE, months(full), shown(full), found)["data"]
    assert not [trace for trace in bands if trace.get("name") == "upper"]
    rows = signals.signal_rows(RATE, months(full), found)
    assert {row["said"] for row in rows} == {None}


def cut(*parts: tuple[str, int, float]) -> list[dict[str, Any]]:
    return [{"team": name, "n": n, "value": value} for name, n, value in parts]


def test_every_part_better_and_the_total_worse_is_said_so() -> None:
    # Before: 50 of a at 0.9 and 50 of b at 0.5, 0.70 in all. Now 10 and 90: 0.91 and 0.52, 0.559.
    before, now = cut(("a", 50, 0.9), ("b", 50, 0.5)), cut(("a", 10, 0.91), ("b", 90, 0.52))
    found = mixes.moved(RATE, now, before, "team", "Team")
    assert found is not None
    # within: 0.01 × 0.3 + 0.02 × 0.7 = 0.017; mix: the rest of −0.141.
    assert found.mix.within == pytest.approx(0.017)
    assert found.mix.mix == pytest.approx(-0.158)
    assert mixes.mix(found) == (
        "In every part (Team) it got better; the total got worse (−14.1\u00a0pts) because weight"
        " moved to weaker ones (−15.8\u00a0pts)."
    )
    assert mixes.moves_the_total(found)
    rows = mixes.mix_rows(found)
    assert rows[1]["start"] + rows[1]["change"] == pytest.approx(rows[2]["change"])
    bars = figures.waterfall(RATE, rows)["data"][0]
    assert bars["base"] == [0.0, pytest.approx(0.017), 0.0]
    assert bars["marker"]["color"] == [ACCENT, FALL, FALL]


def test_weights_that_stay_move_nothing() -> None:
    before, now = cut(("a", 50, 0.9), ("b", 50, 0.5)), cut(("a", 20, 0.8), ("b", 20, 0.5))
    found = mixes.moved(RATE, now, before, "team", "Team")
    assert found is not None
    assert not mixes.moves_the_total(found)
    assert "mostly within the parts" in mixes.mix(found)


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (cut(("a", 5, 0.5)), cut(("a", 5, 0.6))),
        (cut(), cut(("a", 5, 0.6), ("b", 5, 0.6))),
        (cut(("a", 5, 0.5), ("b", 5, 0.4)), cut()),
    ],
    ids=["one part", "nothing now", "nothing before"],
)
def test_there_is_nothing_to_split(now: Any, before: Any) -> None:
    assert mixes.moved(RATE, now, before, "team", "Team") is None
    assert mixes.moved(WAIT, cut(("a", 5, 1), ("b", 5, 1)), before, "team", "Team") is None


# Stairs and lift


def test_the_fall_is_told_with_its_depth_and_the_last_way_back() -> None:
    values = [0.90, 0.80, 0.85, 0.91, 0.70, 0.75, *[0.8] * 8]
    found = trend(values)
    assert signals.stairs_and_lift(RATE, found) == (
        "At its worst, 1 month after its best (91.0% in Apr 2024), it was 21.0\u00a0pts away;"
        " the recovery before that took 2 months."
    )
    assert signals.stairs_and_lift(RATE, trend([*STEADY, 0.99])) == "It stands at its best so far."
    assert signals.stairs_and_lift(RATE, trend(STEADY[:5])) == ""


def test_where_less_is_better_the_worst_is_not_called_lowest() -> None:
    # Best of 60 minutes in February, then up to 300 five months later.
    values = [90.0, 60, 120, 100, 200, 180, 300, *[250.0] * 7]
    found = trend(values)
    assert signals.stairs_and_lift(WAIT, found) == (
        f"At its worst, 5 months after its best (1{S}h in Feb 2024), it was 4{S}h away."
    )
    with language.using("fr"):
        assert signals.stairs_and_lift(WAIT, found) == (
            f"Au pire moment, 5 mois après son meilleur niveau (1{S}h en févr. 2024), l’écart était"
            f" de 4{S}h."
        )


def test_a_count_per_working_day_names_its_busiest_month() -> None:
    rows = [
        {"month": "2025-01", "value": 42, "working_days": 21, "per_working_day": 2.0},
        {"month": "2025-02", "value": 60, "working_days": 20, "per_working_day": 3.0},
        {"month": "2025-03", "value": 0, "working_days": 0, "per_working_day": None},
    ]
    title = signals.per_working_day(KPIS["ticket_volume"], rows)
    assert "most in Feb 2025 (3.0), fewest in Jan 2025 (2.0)" in title
    bars = figures.per_working_day(rows, ["2025-01", "2025-02", "2025-03"])["data"][0]
    assert bars["y"] == [2.0, 3.0, None]


def test_limits_are_said_and_drawn_within_what_a_share_can_be() -> None:
    values = [0.99, 0.93, 0.97, 0.91, 0.98, 0.94, 0.96, 0.9, 0.995, 0.95, 0.97, 0.92, 0.98, 0.96]
    found = trend(values)
    assert found.last is not None
    assert found.last.upper is not None
    assert found.last.upper > 1
    verdict = signals.of_trend(RATE, found)
    assert verdict is not None
    assert dict(verdict.numbers)["limits"].endswith("to 100.0%")
    assert signals.signal_rows(RATE, months(values), found)[-1]["upper"] == 1
    data = figures.control(RATE, months(values), shown(values), found)["data"]
    assert {y for trace in data if trace.get("name") == "upper" for y in trace["y"]} == {1.0}
