"""The sentence over several measures: what it names holds when all are looked at together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from service_quality.definitions import kpis
from service_quality.findings import headline
from service_quality.findings.comparisons import Comparison, compare
from service_quality.findings.headline import Tile
from service_quality.measures.trends import Month, Trend, trend_of

KPIS = kpis.catalogue()
RATE, WAIT, VOLUME = (KPIS[name] for name in ("reply_rate", "reply_time", "ticket_volume"))
SHORT = Trend((), None, None, "too_short", 3)
SAME = compare(RATE, {"value": 0.8, "n": 90}, {"value": 0.8, "n": 90})
WORSE = compare(RATE, {"value": 0.6, "n": 90}, {"value": 0.8, "n": 90})
QUICKER = compare(WAIT, {"median": 60.0, "n": 90}, {"median": 90.0, "n": 90})


def judged(variation: str, p: float = 1.0) -> Trend:
    return Trend((), variation, None, None, 24, p)


def test_a_signal_is_named_only_beyond_what_chance_shows_among_so_many() -> None:
    quiet = [Tile(SAME, judged("ordinary"))] * 12
    strong, weak = (Tile(WORSE, judged("concern", p)) for p in (0.001, 0.01))
    worse = "E-mails answered got worse than a year before (−20.0\u00a0pts), and not by chance."
    assert headline.headline([strong, *quiet]) == worse
    assert headline.headline([weak, *quiet]) == (
        "E-mails answered: 60.0%."
        " Of the 13 measures that can be judged, none moved by more than chance."
    )
    assert headline.headline([weak]) == worse
    # The second of two strong ones may be a little weaker, as Benjamini and Hochberg have it.
    both = [strong, Tile(QUICKER, judged("improvement", 0.006)), *quiet[:11]]
    assert headline.headline(both) == (
        "E-mails answered got worse and Time to reply better, neither by chance."
    )


@pytest.mark.parametrize(
    ("kpi", "variation", "said"),
    [
        (RATE, "concern", "got worse: 50.0% in Jan 2026, 60.0% on average, and"),
        # Seven months of falling that end above the mean: what is usual would contradict.
        (RATE, "improvement", "got better: 50.0% in Jan 2026, and"),
        (VOLUME, "high", "unusually high: 0 in Jan 2026, and"),
        (VOLUME, "low", "unusually low: 0 in Jan 2026, 1 on average, and"),
    ],
)
def test_a_signal_is_said_with_its_month_its_value_and_what_is_usual(kpi, variation, said) -> None:
    last = Month("2026-01", 0.5, 0.6, 0.4, 0.8, "trend", variation, None, 0, 90)
    found = Tile(
        compare(kpi, {"value": 0.5, "n": 90}, None),
        Trend((last,), variation, None, None, 24, 0.001),
    )
    assert said in headline.headline([found])


def test_where_nothing_moved_the_sentence_begins_with_a_level() -> None:
    stated = replace(SAME, level="{value} of e-mails were answered {when}.")
    assert headline.headline(
        [Tile(WORSE, judged("ordinary")), Tile(stated, judged("ordinary"))]
    ) == (
        "80.0% of e-mails were answered."
        " Of the 2 measures that can be judged, none moved by more than chance."
    )


def test_without_months_to_judge_by_a_change_is_named_only_where_its_test_proves_it() -> None:
    assert headline.headline([Tile(WORSE, SHORT, 0.001), Tile(SAME, SHORT, 0.9)]) == (
        "E-mails answered got worse than a year before (−20.0\u00a0pts), and not by chance."
    )
    assert "none moved" in headline.headline([Tile(WORSE, SHORT, 0.2), Tile(QUICKER, SHORT, 0.3)])
    untested = compare(VOLUME, {"value": 90.0}, {"value": 50.0})
    assert headline.headline([Tile(untested, SHORT)]) == (
        "That anything shown here changed is not proven."
    )
    alone = compare(RATE, {"value": 0.6, "n": 9}, None)
    assert headline.headline([Tile(alone, SHORT)]) == ""


def test_a_test_against_the_year_before_does_not_stand_in_for_a_quiet_chart() -> None:
    assert headline.headline([Tile(WORSE, judged("ordinary"), 0.0001)]) == (
        "E-mails answered: 60.0%. That did not move by more than chance."
    )


def test_the_chance_of_a_trend_is_that_of_its_last_month() -> None:
    steady = [0.80, 0.82, 0.79, 0.81, 0.80, 0.82, 0.79, 0.81, 0.80, 0.83, 0.78, 0.81, 0.80]
    months = [
        {"month": f"{2024 + i // 12}-{i % 12 + 1:02d}", "value": v}
        for i, v in enumerate([*steady, 0.6])
    ]
    found = trend_of(months, date(2025, 12, 31))
    assert found.variation == "concern"
    assert found.p < 1e-6
    assert trend_of(months[:-1], date(2025, 12, 31)).p == 1


def test_what_is_worse_and_what_is_better_are_never_denied_by_the_sentence() -> None:
    """No "nothing got better" above a line that counts some that did."""
    found: list[Comparison] = [WORSE, QUICKER]
    text = headline.headline([Tile(found[0], judged("concern", 0.001)), Tile(found[1], SHORT, 0.9)])
    assert "nothing" not in text


def test_a_change_is_said_with_the_level_where_the_measure_has_a_sentence_for_it() -> None:
    level = "{value} of e-mails were answered {when}."
    found = replace(WORSE, level=level, when="in 2025")
    assert headline.headline([Tile(found, SHORT, 0.001)]) == (
        "60.0% of e-mails were answered in 2025: worse than a year before (−20.0\u00a0pts),"
        " and not by chance."
    )
