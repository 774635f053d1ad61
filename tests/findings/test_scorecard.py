"""The scorecard: a verdict for each measure, decided over all of them, and what to look at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service_quality.definitions import kpis
from service_quality.findings import scorecard
from service_quality.findings.comparisons import compare
from service_quality.findings.headline import Tile
from service_quality.measures.trends import Month, Trend

KPIS = kpis.catalogue()
RATE, WAIT, VOLUME = (KPIS[name] for name in ("reply_rate", "reply_time", "ticket_volume"))
SHORT = Trend((), None, None, "too_short", 3)
LAST = Month("2026-01", 0.5, 0.6, 0.55, 0.65, "outside", "concern", 0.9, 0, 90)
SAME = compare(RATE, {"value": 0.8, "n": 90}, {"value": 0.8, "n": 90}, "2025")
WORSE = compare(RATE, {"value": 0.6, "n": 90}, {"value": 0.8, "n": 90}, "2025")
SLOWER = compare(WAIT, {"median": 90.0, "n": 90}, {"median": 60.0, "n": 90}, "2025")
FEW = compare(RATE, {"value": 0.6, "n": 12}, {"value": 0.8, "n": 90}, "2025")


def trend(variation: str | None, p: float = 1.0, **changes: object) -> Trend:
    last = replace(LAST, verdict=variation, **changes)
    return Trend((last,), variation, None, None, 24, p)


QUIET = [Tile(SAME, trend("ordinary", rule=None))] * 12


def words(*tiles: Tile) -> list[str]:
    return [line.word for line in scorecard.lines([*tiles, *QUIET])[: len(tiles)]]


def test_a_signal_that_chance_shows_among_so_many_is_not_called_more() -> None:
    strong, weak = (Tile(WORSE, trend("concern", p)) for p in (0.001, 0.01))
    assert words(strong, weak) == ["worse, not chance", "may be chance"]
    assert words(*QUIET[:1]) == ["as usual"]
    # By itself it would hold.
    assert [line.word for line in scorecard.lines([weak])] == ["worse, not chance"]


def test_too_few_and_too_early_are_no_verdict() -> None:
    assert words(Tile(FEW, SHORT, 0.001)) == ["too few"]
    assert words(Tile(WORSE, trend("concern", 0.001, n=29))) == ["too few"]
    # A last month of few cases leaves the whole period, which has 90 in both years.
    assert words(Tile(WORSE, trend(None, n=29), 0.001)) == ["worse, not chance"]
    assert words(Tile(WORSE, trend(None, n=29))) == ["too few"]
    (line,) = scorecard.lines([Tile(WORSE, SHORT)])
    assert (line.word, line.note) == ("too early to say", "too short to judge")
    season = Trend((LAST,), None, None, "season", 24)
    assert scorecard.lines([Tile(WORSE, season)])[0].note == "months not judged: it has a season"


def test_what_moved_is_counted_among_several_only() -> None:
    one = Tile(WORSE, trend("ordinary", 0.4, rule=None))
    assert scorecard.counted(scorecard.lines([one])) == ""
    assert scorecard.counted(scorecard.lines([one, one])) == ""  # the sentence above says it
    moved = Tile(WORSE, trend("concern", 0.001))
    assert scorecard.counted(scorecard.lines([moved, one])).startswith("1 of 2 measures moved")


def test_values_that_are_written_alike_have_not_changed() -> None:
    few = compare(RATE, {"value": 0.9996, "n": 6}, {"value": 0.9999, "n": 6}, "2025")
    assert scorecard.lines([Tile(few, SHORT)])[0].change == "="


def test_without_months_to_judge_by_the_test_on_a_year_before_has_to_do() -> None:
    assert words(Tile(WORSE, SHORT, 0.001), Tile(WORSE, SHORT, 0.2)) == [
        "worse, not chance",
        "may be chance",
    ]


def test_a_verdict_that_the_year_before_seems_to_deny_says_what_it_is_held_against() -> None:
    better = Tile(WORSE, trend("improvement", 0.001))
    assert scorecard.lines([better])[0].note == "against all months and not the year before"
    assert scorecard.lines([Tile(WORSE, trend("concern", 0.001))])[0].note == ""


@pytest.mark.parametrize(
    ("found", "said"),
    [(WORSE, "▼ 20.0\u00a0pts"), (SLOWER, "▲ 30\u00a0min"), (SAME, "=")],
)
def test_a_change_has_an_arrow_where_it_went_and_no_sign(found, said) -> None:
    assert scorecard.lines([Tile(found, SHORT)])[0].change == said
    alone = compare(RATE, {"value": 0.6, "n": 90}, None)
    assert scorecard.lines([Tile(alone, SHORT)])[0].change == ""


def test_the_promise_is_the_target_that_binds_or_holds_for_everyone() -> None:
    targets = [
        scorecard.lines([Tile(found, months)])[0].target
        for found, months in (
            (WORSE, trend("ordinary")),
            (WORSE, trend("ordinary", target=None)),
            (SLOWER, trend("ordinary")),
            (compare(KPIS["csat"], {"value": 0.6, "n": 90}, None), SHORT),
        )
    ]
    assert targets == [0.9, 1.0, None, None]


def test_what_is_usual_stays_within_what_can_be() -> None:
    wide = Tile(WORSE, trend("ordinary", lower=-0.1, upper=1.2))
    assert scorecard.lines([wide])[0].usual == (0.0, 1.0)
    assert scorecard.lines([Tile(WORSE, SHORT)])[0].usual == (None, None)


def test_the_worse_are_looked_at_first_then_broken_promises_then_the_better() -> None:
    better = compare(WAIT, {"median": 60.0, "n": 90}, {"median": 90.0, "n": 90}, "2025")
    missed = replace(trend("ordinary", rule=None), assurance="missed")
    found = scorecard.lines(
        [
            Tile(better, trend("improvement", 0.0001, value=60.0, mean=80.0, rule="shift")),
            Tile(compare(KPIS["reply_in_time"], {"value": 0.5, "n": 90}, None), missed),
            *QUIET,
            Tile(compare(VOLUME, {"value": 9.0}, {"value": 5.0}), SHORT),
            Tile(WORSE, trend("concern", 0.001)),
        ]
    )
    looked = [(line.tile.comparison.kpi.id, why) for line, why in scorecard.to_look_at(found)]
    assert looked == [
        ("reply_rate", "50.0% in Jan 2026, usual 55.0% to 65.0%"),
        ("reply_in_time", "promised 90.0%; 50.0% in Jan 2026"),
        ("reply_time", "1\u00a0h in Jan 2026; seven months below 1\u00a0h\u00a020"),
    ]
    assert scorecard.to_look_at(scorecard.lines(QUIET)) == []


def test_the_line_counts_what_moved_among_what_can_be_judged() -> None:
    found = scorecard.lines([Tile(WORSE, trend("concern", 0.001)), Tile(SAME, SHORT), *QUIET])
    assert scorecard.counted(found).startswith("1 of 13 measures moved by more than chance;")
    assert scorecard.counted(scorecard.lines([Tile(SAME, SHORT)])) == ""
