"""Trends of a KPI: which months are judged, by which limits, against which promise."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.filters import Filters
from service_quality.measures.trends import Trend, trend_of
from tests.factories import Store

Row = dict[str, Any]
# Mean 10, moves of 2 in the mean: limits 4.68 and 15.32.
CALM = [9.0, 10.5, 13.0, 11.0, 8.5, 10.5, 9.5, 8.0, 9.0, 11.5, 8.5, 11.0]
LONG_AFTER = date(2030, 1, 31)


def months(*values: float | None) -> list[Row]:
    """Return rows by month from January 2024; an absent month where the value is None."""
    labels = [f"{2024 + i // 12}-{1 + i % 12:02}" for i in range(len(values))]
    return [{"month": m, "value": v} for m, v in zip(labels, values, strict=True) if v is not None]


def verdicts(trend: Trend) -> dict[str, str | None]:
    return {m.month: m.verdict for m in trend.months if m.verdict not in (None, "ordinary")}


def test_the_last_complete_month_is_judged_by_all_complete_months() -> None:
    rows = months(*CALM, 10, 20, 99)
    found = trend_of(rows, date(2025, 2, 28))
    last = found.last
    assert last is not None
    # Moves: 11 of 2 in the mean, then 1 and 10, which is screened: 23 / 12.
    mean = (120 + 30) / 14
    assert (last.month, last.value, last.mean) == ("2025-02", 20, pytest.approx(mean))
    assert last.upper == pytest.approx(mean + 2.66 * 23 / 12)
    assert (last.rule, last.verdict, found.variation) == ("outside", "improvement", "improvement")
    assert (found.too_short, found.judged_by) == (False, 14)
    # March is not over on its 30th.
    assert trend_of(rows, date(2025, 3, 30)) == found
    assert trend_of(rows, date(2025, 3, 31)).last != last


def test_what_is_shown_changes_no_verdict() -> None:
    found = trend_of(months(*CALM, 10, 20), LONG_AFTER)
    shown = found.shown(["2025-02", "2025-03"])
    assert [(m.month, m.verdict) for m in shown] == [("2025-02", "improvement")]
    assert shown == [found.last]


def test_months_without_data_are_gaps_and_the_trend_ends_with_its_data() -> None:
    rows = [*months(9, 11, None, 11, 9), {"month": "2024-06", "value": None}]
    found = trend_of(rows, LONG_AFTER)
    assert [m.value for m in found.months] == [9, 11, None, 11, 9]
    # Two moves of 2: those across the gap are none.
    assert found.months[0].upper == pytest.approx(10 + 2.66 * 2)
    assert (found.months[2].month, found.months[2].verdict) == ("2024-03", None)
    assert trend_of([{"month": "2024-06", "value": None}], LONG_AFTER).last is None


def test_under_thirteen_months_nothing_is_judged() -> None:
    found = trend_of(months(*CALM[:-1], 99), LONG_AFTER, target=1)
    assert (found.variation, found.assurance, found.too_short) == (None, None, True)
    assert found.judged_by == 12
    assert not verdicts(found)
    assert found.months[0].mean is not None
    assert trend_of([], LONG_AFTER) == Trend((), None, None, "too_short", 0)


def test_a_change_of_method_begins_another_segment_with_its_month() -> None:
    rows = months(*CALM, 9, *(v + 20 for v in CALM), 29, 40)
    found = trend_of(rows, LONG_AFTER, breaks=[date(2025, 2, 14)])
    assert [m.segment for m in found.months] == [0] * 13 + [1] * 14
    assert found.months[12].mean == pytest.approx(129 / 13)
    assert found.months[13].mean == pytest.approx((360 + 29 + 40) / 14)
    assert verdicts(found) == {"2026-03": "improvement"}
    assert found.judged_by == 14
    # Two months of another method yet are too few, though the first segment is judged still.
    later = trend_of(rows, LONG_AFTER, breaks=[date(2026, 2, 1)])
    assert (later.variation, later.too_short, later.judged_by) == (None, True, 2)
    assert [m.verdict is None for m in later.months] == [False] * 25 + [True] * 2
    # Changes before the first month, and after the last one, begin nothing.
    same = trend_of(rows, LONG_AFTER)
    assert trend_of(rows, LONG_AFTER, breaks=[date(2020, 5, 1), date(2029, 1, 1)]) == same


def test_a_promise_can_change_and_the_last_one_counts() -> None:
    steps = [
        {"start": date(2024, 1, 1), "end": date(2024, 6, 3), "target": 4.0},
        {"start": date(2024, 6, 1), "end": None, "target": 16.0},
    ]
    found = trend_of(months(*CALM, 9), LONG_AFTER, target=steps)
    assert [m.target for m in found.months] == [4] * 5 + [16] * 8
    assert found.assurance == "missed"
    assert trend_of(months(*CALM, 9), LONG_AFTER, target=4).assurance == "met"
    assert trend_of(months(*CALM, 9), LONG_AFTER, target=4, better="neither").assurance is None
    ended = trend_of(months(*CALM, 9), LONG_AFTER, target=steps[:1])
    assert (ended.months[-1].target, ended.assurance) == (None, None)


def test_durations_are_judged_by_their_median_and_lower_is_better() -> None:
    rows = [{"month": r["month"], "median": r["value"], "n": 35} for r in months(*CALM, 30)]
    found = trend_of(rows, LONG_AFTER, better="lower")
    assert found.variation == "concern"
    # A median that is not reached is a gap, not a number.
    rows[-1]["median"] = None
    assert trend_of(rows, LONG_AFTER, better="lower").judged_by == 12


def test_a_trend_is_one_series() -> None:
    with pytest.raises(ValueError, match="2024-01"):
        trend_of([*months(1), *months(2)], LONG_AFTER)


# Over a warehouse


def deliveries(good: list[int]) -> list[Row]:
    """Return forty orders a month from January 2024, so many of ten of them correct."""
    return [
        {
            "order_id": f"{i}-{n}",
            "promised_at": f"{2024 + i // 12}-{1 + i % 12:02}-10",
            "delivered_at": f"{2024 + i // 12}-{1 + i % 12:02}-27",
            "correct": "yes" if n < 4 * count else "no",
        }
        for i, count in enumerate(good)
        for n in range(40)
    ]


def test_answers_give_a_trend_with_its_promise_and_its_changes_of_method(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.load("deliveries", deliveries([7, 8, 6] * 4 + [7, 8]))
    found = store.answers.trend("delivered_correct")
    # The 27th of the last month does not complete it.
    assert [m.value for m in found.months] == [0.7, 0.8, 0.6] * 4 + [0.7]
    assert (found.variation, found.assurance) == ("ordinary", None)
    common = {"statement": "All of it.", "kpi": "delivered_correct"}
    promise = {**common, "promise_id": "whole", "valid_from": "2024-01-01", "target": "99%"}
    store.load("promises", [promise | {"valid_to": "2024-06-30"}], source="a")
    assert store.answers.trend("delivered_correct").assurance is None
    store.load("promises", [{**promise, "valid_from": "2024-07-01", "target": "30%"}], source="b")
    promised = store.answers.trend("delivered_correct")
    assert [m.target for m in promised.months] == [0.99] * 6 + [0.3] * 7
    # 0.7 ± 2.66 · 0.133
    assert promised.assurance == "met"
    # Another promise on the same figure: none of them is the promise.
    store.load("promises", [{**promise, "promise_id": "other"}], source="c")
    assert store.answers.trend("delivered_correct").assurance is None
    store.load("events", [{"date": "2024-03-10", "text": "Audit", "kind": "method_change"}])
    changed = store.answers.trend("delivered_correct", Filters(start=date(2025, 1, 1)))
    assert [m.segment for m in changed.months] == [0] * 2 + [1] * 11
    assert changed.too_short


def test_answers_give_the_trend_of_one_scale(tmp_path: Path) -> None:
    store = Store(tmp_path)
    answers = [
        {
            "response_id": f"{m}-{n}",
            "answered_at": f"2024-{m:02}-10",
            "csat": 5,
            "csat_scale": scale,
        }
        for m in (1, 2)
        for n, scale in enumerate(["1-5"] * 12 + ["1-10"] * 10)
    ]
    store.load("surveys", answers, constants={"observed_until": "2024-02-29"})
    assert [m.value for m in store.answers.trend("csat").months] == [1, 1]
    assert [m.value for m in store.answers.trend("csat", scale="1-10").months] == [0, 0]


def test_a_trend_says_nothing_of_a_period_that_its_last_month_is_not_in() -> None:
    found = trend_of(
        [
            {"month": f"{2024 + i // 12}-{i % 12 + 1:02d}", "value": 0.5 + i % 3 / 100}
            for i in range(13)
        ]
        + [{"month": "2025-02", "value": 0.9}],
        date(2025, 12, 31),
    )
    assert found.variation == "improvement"
    assert found.within(date(2025, 1, 1), date(2025, 12, 31)) is found
    earlier = found.within(date(2024, 1, 1), date(2024, 12, 31))
    assert (earlier.variation, earlier.assurance, earlier.p) == (None, None, 1.0)
    assert earlier.months == found.months
