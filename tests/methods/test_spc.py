"""The XmR chart: limits, rules and verdicts by hand, against the vectors, and on pure noise."""

from __future__ import annotations

import random
from typing import Any

import pytest

from service_quality.methods.spc import Chart, chart
from tests import vectors

# Mean 10, each move 2: limits 10 ± 5.32, near them beyond 10 ± 3.55.
CALM = [9.0, 11.0] * 6


def after_calm(*values: float | None, better: str = "higher") -> list[str | None]:
    """Return the rules that points break within limits frozen from a calm year."""
    found = chart([*CALM, *values], better=better, fix_after=12)
    assert (found.points[-1].lower, found.points[-1].upper) == pytest.approx((4.68, 15.32))
    return [point.rule for point in found.points]


def broken(*values: float | None) -> dict[int, str]:
    """Return the rules broken by those points, by their place behind the calm year."""
    return {i - 12: rule for i, rule in enumerate(after_calm(*values)) if rule}


# Limits


def test_limits_are_the_mean_and_2_66_mean_moves() -> None:
    # Mean 5; moves of 2, 2, 1 and 1, in the mean 1.5.
    for point in chart([4, 6, 4, 5, 6]).points:
        assert (point.lower, point.mean, point.upper) == pytest.approx((1.01, 5, 8.99))


def test_a_move_out_of_the_ordinary_is_screened_once() -> None:
    # 18 moves of 1 and two of 9: in the mean 1.8, and 9 is over 3.267 · 1.8 = 5.88.
    values = [*[0, 1] * 5, 10, *[1, 0] * 5]
    assert chart(values).points[0].upper == pytest.approx(20 / 21 + 2.66)
    assert chart(values, screen=False).points[0].upper == pytest.approx(20 / 21 + 2.66 * 1.8)
    # 12 moves of 1, one of 4 and one of 20: in the mean 36 / 14, so that only 20 is over
    # 3.267 times that. Of those kept, 16 / 13 in the mean, 4 would be out as well: it stays.
    values = [*[0, 1] * 3, 0, 4, *[3, 4] * 3, 24]
    assert chart(values).points[0].upper == pytest.approx(sum(values) / 15 + 2.66 * 16 / 13)


def test_the_limits_of_a_constant_series_are_its_mean() -> None:
    for value in (5.0, 0.1, 1 / 3):
        found = chart([value] * 15, target=value + 1)
        assert {(p.lower, p.mean, p.upper, p.rule) for p in found.points} == {
            (value, value, value, None)
        }
        assert (found.variation, found.assurance) == ("ordinary", "missed")


def test_limits_can_be_frozen_from_the_first_points() -> None:
    found = chart([*CALM, 30, 31, 30], fix_after=12)
    assert {p.mean for p in found.points} == {10}
    assert [p.rule for p in found.points[12:]] == ["outside"] * 3


def test_one_value_has_no_limits_and_none_has_no_mean() -> None:
    (only,) = chart([9]).points
    assert (only.mean, only.lower, only.upper, only.rule) == (9, None, None, None)
    (gap,) = chart([None]).points
    assert (gap.mean, gap.verdict) == (None, "ordinary")
    assert chart([]) == Chart((), None, None, True)


# Rules, in their order


def test_outside_is_strictly_beyond_a_limit() -> None:
    upper = chart(CALM, fix_after=12).points[0].upper
    assert upper is not None
    assert broken(upper, 9, upper + 0.001) == {2: "outside"}


def test_a_trend_is_seven_points_that_rise_or_fall_at_each_step() -> None:
    # The last calm value is 11, so that the fall to 7 starts none; far from the limits.
    assert broken(7, 8, 9, 10, 10.5, 11, 12) == dict.fromkeys(range(7), "trend")
    assert broken(7, 8, 9, 10, 10.5, 11) == {}
    assert broken(7, 8, 9, 9, 10, 10.5, 11, 12) == {}


def test_where_two_trends_meet_the_later_one_counts() -> None:
    rise, fall = [7.5, 8, 9, 10, 11, 12, 13], [12, 11, 10, 9, 8, 7.0]
    found = chart([*CALM, *rise, *fall], better="neither", fix_after=12)
    assert [p.verdict for p in found.points[12:]] == ["high"] * 6 + ["low"] * 7


def test_two_of_three_near_one_limit_with_all_three_on_its_side() -> None:
    assert broken(14, 11, 14) == {0: "two_of_three", 2: "two_of_three"}
    assert broken(9, 14, 14) == {}, "one of the three is on the other side"
    assert broken(10.5, 14, 14) == {1: "two_of_three", 2: "two_of_three"}
    assert broken(6, 9, 6) == {0: "two_of_three", 2: "two_of_three"}
    assert broken(14, 6, 14) == {}
    assert broken(14, 11, 11, 14) == {}
    assert broken(16, 11, 14) == {0: "outside"}, "outside is not near"


def test_a_shift_is_seven_points_on_one_side_of_the_mean() -> None:
    # The last calm value, 11, is the first of them.
    assert broken(12, 11, 12, 11, 12, 11) == dict.fromkeys(range(-1, 6), "shift")
    assert broken(12, 11, 12, 11, 12) == {}
    assert broken(12, 11, 12, 10, 12, 11, 12) == {}, "a point on the mean ends a run"


def test_the_first_rule_that_fits_is_named() -> None:
    # Rising and all above; the last one is beyond the limit as well.
    found = broken(10.5, 11, 12, 13, 14, 15, 16)
    # 11 before them is above the mean too, and begins no rise.
    assert found == {-1: "shift"} | dict.fromkeys(range(6), "trend") | {6: "outside"}


def test_a_gap_ends_every_run() -> None:
    assert broken(7, 8, 9, None, 10, 10.5, 11, 12) == {}
    assert broken(12, 11, 12, None, 12, 11, 12) == {}
    assert broken(14, None, 14) == {}
    # Two moves are lost with it: the mean of the others stays 2.
    found = chart([9, 11, 9, 11, float("nan"), 9, 11, 9, 11, 9, 11, 9, 11, 9, 11])
    assert found.points[0].upper == pytest.approx(10 + 2.66 * 2)
    assert (found.points[4].value, found.points[4].verdict) == (None, "ordinary")


# Verdicts


@pytest.mark.parametrize(
    ("better", "up", "down"),
    [
        ("higher", "improvement", "concern"),
        ("lower", "concern", "improvement"),
        ("neither", "high", "low"),
    ],
)
def test_what_is_better_turns_the_verdict(better: str, up: str, down: str) -> None:
    assert chart([*CALM, 20], better=better).variation == up
    assert chart([*CALM, 0], better=better).variation == down
    assert chart([*CALM, 10], better=better).variation == "ordinary"
    assert chart([*CALM, 20, None], better=better).variation == up, "of the last value there is"


@pytest.mark.parametrize(
    ("target", "better", "expected"),
    [
        (4, "higher", "met"),
        (4, "lower", "missed"),
        (16, "higher", "missed"),
        (16, "lower", "met"),
        (10, "higher", "hit_or_miss"),
        (4, "neither", None),
        (None, "higher", None),
    ],
)
def test_assurance_is_the_target_against_the_limits(
    target: float | None, better: str, expected: str | None
) -> None:
    assert chart([*CALM, 9], better=better, target=target).assurance == expected


def test_a_change_of_method_starts_limits_and_runs_anew() -> None:
    values = [*CALM, *(v + 20 for v in CALM), 29.0]
    found = chart(values, target=20, starts=[12])
    assert [p.mean for p in found.points] == pytest.approx([10] * 12 + [389 / 13] * 13)
    assert not any(p.rule for p in found.points)
    assert [p.short for p in found.points] == [True] * 12 + [False] * 13
    assert (found.assurance, found.too_short) == ("met", False)
    assert chart(values).points[-1].verdict == "improvement"
    assert chart(values, starts=[13]).too_short


def test_under_thirteen_values_it_is_too_short_to_judge() -> None:
    assert chart([*CALM, None]).too_short
    assert not chart([*CALM, 9]).too_short


# The vectors, and noise

BETTER = {"increase": "higher", "decrease": "lower", "neutral": "neither"}
ASSURANCE = {
    "": None,
    "consistent_pass": "met",
    "consistent_fail": "missed",
    "inconsistent": "hit_or_miss",
}


def _rule(label: str) -> str | None:
    names = {"CL": "outside", "Tr": "trend", "2 ": "two_of_three", "7 ": "shift"}
    if label == "Common Cause":
        return None
    if label in ("Above UCL", "Below LCL"):
        return names["CL"]
    return names["Tr"] if "Trend" in label else names[label[:2]]


def _verdict(label: str) -> str:
    return {"common_cause": "ordinary"}.get(label, label.rpartition("_")[2])


def _number(text: str) -> Any:
    return pytest.approx(float(text), rel=1e-9, abs=1e-9) if text else None


@pytest.mark.parametrize("part", ["synthetic", "real_ae"])
def test_charts_agree_with_nhsrplotthedots(part: str) -> None:
    """But for constant series: the package has no limits for them, ours are the mean."""
    rows = vectors.cases(f"spc_xmr/spc_points_{part}.csv", "case_id")
    cases = [c for c in vectors.rows(f"spc_xmr/spc_cases_{part}.csv") if not c["error"]]
    assert len(cases) > 50
    for case in cases:
        name, expected = case["case_id"], rows[case["case_id"]]
        dates = [row["date"] for row in expected]
        found = chart(
            [float(row["value"]) if row["value"] else None for row in expected],
            better=BETTER[case["improvement_direction"]],
            target=float(case["target"]) if case["target"] else None,
            screen=case["screen_outliers"].lower() == "true",
            fix_after=int(case["fix_after_n_points"] or 0) or None,
            starts=[dates.index(day) for day in case["rebase_dates"].split(";") if day],
        )
        for row, point in zip(expected, found.points, strict=True):
            labels = _rule(row["special_cause_type"]), _verdict(row["point_type"])
            assert (point.rule, point.verdict) == labels, (name, row["seq"])
            assert point.mean == _number(row["mean"]), name
            assert point.short == (row["short_group_warning"] == "1"), name
            if not name.startswith("const"):
                limits = _number(row["lpl"]), _number(row["upl"])
                assert (point.lower, point.upper) == limits, name
        assert found.variation == _verdict(case["last_point_type"]), name
        if not name.startswith("const"):
            assert found.assurance == ASSURANCE[case["assurance_type"]], name


def test_how_often_noise_alone_raises_an_alarm() -> None:
    """Independent normal values, 24 months: the last one is a signal in 1 to 2.5 charts of 100.

    Some month of the 24 is one in 15 to 23 of 100: who looks at every mark will find one.
    """
    dice = random.Random(20240501)
    last = some = 0
    charts = 3000
    for _ in range(charts):
        rules = [p.rule for p in chart([dice.gauss(50, 5) for _ in range(24)]).points]
        last += rules[-1] is not None
        some += any(rules)
    assert 0.010 <= last / charts <= 0.025
    assert 0.15 <= some / charts <= 0.23


def test_a_real_change_is_found() -> None:
    """A step of two standard deviations is found within twelve months in 9 of 10 series."""
    dice = random.Random(7)
    found = 0
    for _ in range(300):
        values = [dice.gauss(50 + 10 * (i >= 24), 5) for i in range(36)]
        found += any(p.verdict == "improvement" for p in chart(values).points[24:])
    assert 0.87 <= found / 300 <= 0.97
