"""Falls and recoveries of a monthly series: by hand, and against the vectors."""

from __future__ import annotations

import pytest

from service_quality.methods.stairs import stairs
from tests import vectors


def test_down_by_the_lift_and_up_by_the_stairs() -> None:
    # Peak 80 in the third month, 50 two months later, 80 again four months after that.
    found = stairs([70, 75, 80, 60, 50, 60, 65, 70, 80, 78])
    assert found.peaks == (70, 75, 80, 80, 80, 80, 80, 80, 80, 80)
    assert found.below == (0, 0, 0, -20, -30, -20, -15, -10, 0, -2)
    last = found.last
    assert last is not None
    assert (last.peak_at, last.lowest_at, last.recovered) == (2, 4, 8)
    assert (last.peak, last.lowest, last.depth) == (80, 50, 30)
    assert (last.months_down, last.months_up) == (2, 4)
    now = found.current
    assert now is not None
    assert (now.peak_at, now.depth, now.months_down, now.months_up) == (8, 2, 1, None)
    assert (found.months_since, found.to_regain) == (0, 2)


def test_a_fall_that_lasts() -> None:
    found = stairs([90, 70, 60, 65, 64])
    now = found.current
    assert now is not None
    assert (now.depth, now.months_down, found.months_since, found.to_regain) == (30, 2, 2, 26)
    assert found.last is None


def test_the_peak_is_the_latest_month_that_reached_it() -> None:
    found = stairs([80, 80, 70])
    assert found.current is not None
    assert (found.current.peak_at, found.current.months_down) == (1, 1)


def test_where_lower_is_better_a_fall_goes_up() -> None:
    found = stairs([10, 8, 14, 12], better="lower")
    assert found.peaks == (10, 8, 8, 8)
    assert found.below == (0, 0, -6, -4)
    assert found.current is not None
    assert (found.current.peak, found.current.lowest, found.current.depth) == (8, 14, 6)


def test_months_without_a_value_pass_all_the_same() -> None:
    found = stairs([None, 80, None, 70, float("nan"), None, 80])
    assert found.peaks == (None, 80, 80, 80, 80, 80, 80)
    assert found.below == (None, 0, None, -10, None, None, 0)
    assert found.current is None
    assert found.last is not None
    assert (found.last.months_down, found.last.months_up) == (2, 3)


def test_nothing_and_only_better() -> None:
    assert (stairs([]).current, stairs([]).to_regain) == (None, 0)
    assert (stairs([1, 2, 3]).current, stairs([1, 2, 3]).last) == (None, None)


def test_it_agrees_with_the_vectors() -> None:
    rows = vectors.rows("weakest_link/drawdown.csv")
    found = stairs([float(row["score"]) for row in rows])
    assert found.peaks == tuple(float(row["running_peak"]) for row in rows)
    assert found.below == pytest.approx([float(row["drawdown"]) for row in rows])
    assert [b < 0 for b in found.below if b is not None] == [r["underwater"] == "1" for r in rows]
    assert found.last is not None
    # From 80 in the 17th month to 61, back at 81 in the 20th; the fall before it took one month
    # down and ten up.
    assert (found.last.months_down, found.last.months_up) == (1, 2)
    before = stairs([float(row["score"]) for row in rows[:17]]).last
    assert before is not None
    assert (before.depth, before.months_down, before.months_up) == (27, 1, 10)
