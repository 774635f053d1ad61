"""Noise alone hardly ever gets a verdict: a small run of `tests.simulate`, with the same seed.

Of 150 series a share of 5% shows up as 14 or more in 1 run of 50; the bounds leave that room.
"""

from __future__ import annotations

import pytest

from service_quality.methods import rank_ranges
from tests import simulate

pytestmark = pytest.mark.slow

WORLDS = 150
ROOM = 0.087
# One of each way in which noise can look like a signal; `python -m tests.simulate` has them all.
KINDS = (
    *("independent months", "share 0.95 of 30", "share 0.995 of 30", "share 0.999 of 100"),
    *("count of 0.1", "count of 2", "median of 5 waits in hours", "median of 100 round waits"),
    *(
        "30% carries over",
        "70% carries over",
        "40% only repeat",
        "season of 2 SD",
        "each December 3 SD",
    ),
)


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_of_24_months_of_noise_is_seldom_a_signal(kind: str) -> None:
    false, _judged, _plain = simulate.false_signals(kind, WORLDS)
    assert false <= ROOM


def test_where_the_plain_chart_calls_noise_a_signal_nothing_is_judged() -> None:
    _false, judged, plain = simulate.false_signals("share 0.995 of 30", 60)
    assert plain > 0.4
    assert judged == 0


def test_a_real_change_is_found_about_as_often_as_by_the_plain_chart() -> None:
    ours, plain = simulate.shifts_found(100, before=36)
    assert ours >= 0.85
    assert ours >= plain - 0.05


@pytest.mark.parametrize("charts", [True, False])
def test_overview_seldom_claims_anything_where_nothing_moved(charts: bool) -> None:
    assert simulate.headlines(60, charts=charts) <= 0.12


def test_a_furthest_fall_said_to_happen_one_time_in_ten_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rank_ranges, "DRAWS", 400)
    said = simulate.furthest_falls(40, rate=True)
    assert said[0.1] <= 0.22
    assert 0.2 <= said[0.5] <= 0.75
