"""Which series a control chart may judge: too few values, a season, months that carry over."""

from __future__ import annotations

import random

import pytest

from service_quality.methods.judgeable import judge, repeats, season
from service_quality.methods.spc import chart

dice = random.Random(1)
NOISE = [50 + dice.gauss(0, 5) for _month in range(36)]
YEARS = range(36)


def test_one_value_in_four_of_ten_leaves_nothing_to_judge_by() -> None:
    def series(often: int) -> list[float | None]:
        rest = iter(range(25))
        return [1.0 if i % 25 < often else 2.0 + next(rest) / 10 for i in range(25)]

    assert judge(series(9)).reason != "few_values"
    found = judge(series(10))
    assert (found.reason, found.variation) == ("few_values", None)
    assert {(point.rule, point.verdict) for point in found.chart.points} == {(None, "ordinary")}
    assert found.chart.points[0].upper == chart(series(10)).points[0].upper, "limits stay"


@pytest.mark.parametrize(
    "values",
    [
        [1.0] * 12 + [0.97] + [1.0] * 11,
        [0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 1, 0],
        [24.0, 8.0, 24.0, 24.0, 48.0, 24.0, 8.0, 24.0, 24.0, 24.0, 8.0, 24.0, 8.0],
        [0.1 + 0.2, 0.3] * 8,
        [5.0] * 20,
    ],
    ids=["all but one", "rare", "round waits", "the last digit of a division", "constant"],
)
def test_series_of_hardly_any_spread_get_no_verdict(values: list[float | None]) -> None:
    assert judge(values).reason == "few_values"


def test_each_segment_is_looked_at_by_itself() -> None:
    found = judge([*[1.0] * 14, *NOISE[:20]], starts=[14])
    assert found.why == ("few_values",) * 14 + (None,) * 20
    assert judge([*NOISE[:20], *[1.0] * 14], starts=[20]).reason == "few_values"


def test_a_season_is_not_judged_where_the_months_are_known() -> None:
    peaks = [v + (40 if month % 12 == 11 else 0) for month, v in enumerate(NOISE)]
    assert season(peaks, YEARS) > 0.5
    assert season(NOISE, YEARS) < 0.5
    assert judge(peaks, months=YEARS).reason == "season"
    # The months of another series by day: a season is not looked for.
    assert judge(peaks).variation in ("improvement", None)
    assert season(peaks[:20], range(20)) == 0, "under two years no season can be seen"


def test_a_last_month_that_stands_out_each_year_is_no_signal() -> None:
    ends = [v + (18 if month % 12 == 11 else 0) for month, v in enumerate(NOISE[:24])]
    assert judge(ends, months=range(24)).variation in (None, "ordinary")
    once = [*NOISE[:23], 90.0]
    assert judge(once, months=range(24)).variation == "improvement"


def test_months_that_carry_over_to_the_next_make_no_signal_of_a_slow_wave() -> None:
    found = []
    for _wave in range(150):
        wave = [dice.gauss(0, 1)]
        for _month in range(23):
            wave.append(0.7 * wave[-1] + 0.71 * dice.gauss(0, 1))
        found.append(judge(wave))
    plain = sum(each.chart.points[-1].rule is not None for each in found)
    kept = sum(each.variation not in (None, "ordinary") for each in found)
    assert kept < plain / 2
    assert "carries_over" in {each.reason for each in found}


def test_values_that_are_only_taken_over_from_the_month_before_are_found() -> None:
    stale = [v for v in NOISE[:12] for _twice in range(2)]
    assert repeats(stale)
    assert judge(stale).reason == "carries_over"
    assert not repeats([round(v / 5) for v in NOISE]), "round values meet by chance"


def test_a_gap_ends_the_last_run_and_the_last_value_is_the_one_judged() -> None:
    found = judge([*NOISE[:20], None, 90.0, None])
    assert (found.variation, found.reason) == ("improvement", None)
    assert judge([]).reason == "too_short"
    assert judge([None] * 20).reason == "too_short"


def test_how_often_chance_shows_as_much_falls_with_the_size_of_the_signal() -> None:
    small, large = (judge([*NOISE[:24], value]) for value in (72.0, 95.0))
    assert small.variation == large.variation == "improvement"
    assert large.p < small.p < 0.01
    assert judge(NOISE).p == 1
