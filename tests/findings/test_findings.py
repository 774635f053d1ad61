"""Findings say what the numbers say, in the right direction, and nothing of chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from service_quality.definitions import kpis
from service_quality.findings import comparisons, coverage, ranking_rows, rankings, replies, waiting
from service_quality.measures.rankings.ours import Ranking

KPIS = kpis.catalogue()
RATE, WAIT, SPELLING = KPIS["reply_rate"], KPIS["reply_time"], KPIS["spelling_errors"]
VOLUME, CSAT, TOP = KPIS["ticket_volume"], KPIS["csat"], KPIS["csat_top1"]


def _compare(kpi, now, before, n=40, period=""):
    key = "median" if kpi.measure == "duration" else "value"
    return comparisons.compare(kpi, {key: now, "n": n}, {key: before, "n": n}, period)


@pytest.mark.parametrize(
    ("kpi", "now", "before", "verdict"),
    [
        (RATE, 0.7, 0.6, "better"),
        (RATE, 0.6, 0.7, "worse"),
        (RATE, 0.70001, 0.70002, "same"),
        (WAIT, 600, 900, "better"),
        (SPELLING, 2.0, 1.0, "worse"),
        (VOLUME, 10, 5, "higher"),
        (RATE, None, 0.5, "unknown"),
    ],
)
def test_the_verdict_follows_the_direction_that_is_better(kpi, now, before, verdict):
    assert _compare(kpi, now, before).verdict == verdict


def test_few_cases_are_shown_and_never_headlined():
    few = _compare(RATE, 0.25, 0.68, n=29, period="Jan 2026")
    assert few.verdict == "few"
    assert "no more than indicative" in comparisons.trend(few, "Jan 2026")


def test_with_nothing_to_compare_with_the_sentence_gives_the_level():
    alone = [_compare(RATE, 0.5, None, n=3), _compare(RATE, 0.778, None, period="Oct 2025")]
    level = "{value} of e-mails were answered {when}."
    alone[1] = replace(alone[1], when="in October 2025", level=level)
    said = "77.8% of e-mails were answered in October 2025."
    assert comparisons.level(alone) == said
    # A measure without a sentence of its own is named.
    assert comparisons.of_level(replace(alone[1], level="")) == (
        "E-mails answered: 77.8% in October 2025."
    )
    assert comparisons.of_level(replace(alone[1], n=3)) == (
        f"{said} Those are 3 cases: no more than indicative."
    )
    # How often a promise was kept says more than a mean, whichever comes first.
    index = _compare(KPIS["mystery_index"], 50.1, None, n=90, period="Oct 2025")
    assert comparisons.level([index, alone[1]]) == said


def test_only_what_ends_before_the_months_shown_is_awaited():
    rows = [
        {"source": "default", "dataset": kind, "last_complete_month": month}
        for kind, month in (("tickets", "2025-12"), ("deliveries", "2025-11"))
    ]
    assert coverage.awaited_sources(rows, date(2025, 12, 31)) == (
        "Deliveries: to Nov 2025, then not loaded yet."
    )


def test_rows_that_are_not_counted_are_said_by_their_reason():
    found = {"young": 12, "silent": 0, "lacking": 1}
    assert comparisons.not_counted(RATE, found) == (
        "not counted: 12 (not old enough yet), 1 (their file lacks a column)"
    )
    targets = {"young": 0, "silent": 3, "lacking": 0}
    assert comparisons.not_counted(KPIS["resolved_in_time"], targets) == (
        "not counted: 3 (no target, cancelled, or solved at an unknown time)"
    )
    assert "3 (the measure does not apply)" in comparisons.not_counted(RATE, targets)
    assert comparisons.not_counted(RATE, dict.fromkeys(found, 0)) == ""


def test_a_median_that_was_not_reached_is_said_so():
    found = comparisons.compare(WAIT, {"median": None, "n": 8, "answered": 3}, None)
    assert "fewer than half" in comparisons.trend(found, "2025")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            {"median": 340, "p90": 4320, "n": 100, "answered": 95},
            ["5\u00a0h\u00a040", "5.0%"],
        ),
        (
            {"median": 340, "p90": None, "n": 100, "answered": 80},
            ["5\u00a0h\u00a040", "20.0%"],
        ),
        ({"median": None, "p90": None, "n": 10, "answered": 4}, ["60.0%", "Fewer than half"]),
    ],
)
def test_the_unanswered_stay_in_the_sentence_on_waits(row, words):
    sentence = replies.replies(WAIT, row)
    assert all(word in sentence for word in words)


def test_satisfied_is_told_apart_from_very_satisfied():
    sentence = comparisons.satisfaction([_compare(CSAT, 0.78, 0.78), _compare(TOP, 0.31, 0.35)])
    assert sentence == ("78.0% are satisfied: 31.0% very satisfied, 47.0% no more than satisfied.")
    # What is shown adds up: 16.746 less 5.454 would be 11.292.
    odd = comparisons.satisfaction([_compare(CSAT, 0.16746, 0.1), _compare(TOP, 0.05454, 0.1)])
    assert odd.startswith("16.7% are satisfied: 5.5% very satisfied, 11.2% no")
    assert comparisons.satisfaction([])


def _ranking(rows, **more):
    year = (date(2025, 1, 1), date(2025, 12, 31))
    before = (date(2024, 1, 1), date(2024, 12, 31))
    return Ranking(
        "reply_rate", 2025, "brand", len(rows), year, before, rows, *more.values() or ([], [])
    )


def _row(entity, rank, was):
    lost = None if was is None else rank - was
    return {
        "entity": entity,
        "rank": rank,
        "prior_rank": was,
        "rank_common": rank if was is not None else None,
        "prior_rank_common": was,
        "places_lost": lost,
    }


def test_a_ranking_tells_the_largest_fall_and_where_we_stand():
    found = _ranking([_row("A", 1, 3), _row("Ours", 2, 1), _row("C", 4, 2)])
    assert rankings.ranking(found, RATE, "Ours") == (
        "Ours fell from 1st to 2nd of 3 on “E-mails answered”, 2024 to 2025. "
        "C fell furthest, from 2nd to 4th."
    )
    assert rankings.ranking(found, RATE, "C") == (
        "C fell furthest: from 2nd to 4th on “E-mails answered”, 2024 to 2025."
    )
    assert rankings.ranking(found, RATE, "A").startswith("A rose from 3rd to 1st of 3 on")
    for proven, said in ((False, "may be chance"), (True, "is more than chance")):
        found.rows[1]["position_proven"] = proven
        sentence = f"on “E-mails answered”, 2024 to 2025. That {said}. C fell furthest"
        assert sentence in rankings.ranking(found, RATE, "Ours")
    new = _ranking([_row("A", 1, 1), _row("Ours", 2, None)])
    assert rankings.ranking(new, RATE, "Ours").endswith("Ours is at place 2 of 2.")
    kept = _ranking([_row("A", 1, 2), _row("B", 2, 1), _row("Ours", 3, 3)])
    assert rankings.ranking(kept, RATE, "Ours").startswith("Ours kept place 3 of 3 on")
    nobody = _ranking([_row("A", 1, 1), _row("B", 2, 2)])
    assert "No one lost a place" in rankings.ranking(nobody, RATE)
    first = _ranking([_row("A", 1, None)])
    assert "no places of 2024" in rankings.ranking(first, RATE)
    assert "Nothing could be ranked" in rankings.ranking(_ranking([]), RATE)


def test_nobody_leads_a_place_that_is_shared():
    tie = _ranking([_row("A", 1, None), _row("B", 1, None), _row("C", 3, None)])
    assert rankings.ranking(tie, RATE).startswith("2 share the first place on “E-mails answered”")
    still = _ranking([_row("A", 1, 1), _row("B", 1, 1), _row("C", 3, 3)])
    assert rankings.ranking(still, RATE) == (
        "No one lost a place from 2024 to 2025."
        " 2 share the first place on “E-mails answered” in 2025."
    )
    part = _ranking([_row("A", 5, None), _row("B", 40, None)])
    assert "A has the best place of those listed" in rankings.ranking(part, RATE)
    assert "leads" not in rankings.ranking(part, RATE)


def test_places_are_those_of_the_table_and_what_was_lost_is_said_where_it_differs():
    fell = _row("A", 79, 1) | {"rank_common": 73, "places_lost": 72}
    found = _ranking([_row("B", 1, 2), fell])
    assert rankings.ranking(found, RATE) == (
        "A fell furthest: from 1st to 79th on “E-mails answered”, 2024 to 2025."
    )
    moved = "Places moved among those ranked in both years: "
    assert rankings.of_both_years(found) == f"{moved}A ▼ 72."
    ours = _row("Ours", 4, 9) | {"rank_common": 4, "prior_rank_common": 8, "places_lost": -4}
    assert rankings.of_both_years(_ranking([ours, fell]), "Ours") == f"{moved}Ours ▲ 4, A ▼ 72."
    assert rankings.of_both_years(_ranking([_row("B", 1, 2), _row("A", 2, 1)])) == ""


def test_places_that_say_another_direction_than_the_fall_are_explained_at_once():
    # Two new ones took places before A, and three are gone that were before it.
    fell = _row("A", 4, 5) | {"rank_common": 3, "prior_rank_common": 2, "places_lost": 1}
    assert rankings.ranking(_ranking([_row("B", 1, 2), fell]), RATE) == (
        "A fell furthest: from 5th to 4th (1 place lost among those ranked in both years) on"
        " “E-mails answered”, 2024 to 2025."
    )


def test_the_measure_and_the_years_are_said_once():
    rows = [_row("Ours", 3, 2), _row("B", 9, 1), _row("C", 10, 2)]
    assert rankings.ranking(_ranking(rows), RATE, "Ours").endswith(
        "B and 1 other fell furthest, by 8 places each."
    )


def test_a_band_is_said_as_it_was_published():
    band = {"rank_band": "101-150", "prior_rank_band": None, "rank_common": None}
    nord = _row("Nord", 101, 98) | band | {"prior_rank_common": None}
    found = _ranking([_row("B", 1, 1), nord, _row("D", 1, 1) | {"rank_band": "Top 10"}])
    assert rankings.ranking(found, RATE, "Nord") == (
        "Nord fell furthest: from place 98 to 101-150 (at least 3 places) on"
        " “E-mails answered”, 2024 to 2025."
    )
    rows = ranking_rows.shown(found)
    assert [row["place"] for row in rows] == ["1", "101-150", "Top 10"]
    assert [row["shared"] for row in rows] == [None, "101-150", "Top 10"]


def test_those_of_few_answers_have_no_place_in_any_sentence():
    few = _row("Few", None, None) | {"suppressed": True, "n": 3}
    found = _ranking([_row("A", 1, 1), few])
    assert "Few" not in rankings.ranking(found, CSAT)
    assert "fewer than 10 answers" in rankings.ranking(found, CSAT, "Few")
    assert "fewer than 10 answers" in rankings.ranking(_ranking([few]), CSAT)
    assert ranking_rows.shown(found)[1]["note"] == "fewer than 10 answers: not shown"


def test_those_who_fell_alike_are_counted():
    alone = _ranking([_row("A", 1, 1), _row("B", 2, 2)])
    assert rankings.ranking(alone, RATE).endswith("A leads on “E-mails answered” in 2025.")
    fell = _ranking([_row("A", 1, 3), _row("B", 2, 1), _row("C", 3, 2)])
    assert rankings.ranking(fell, RATE) == (
        "B and 1 other fell furthest, by 1 place each, on “E-mails answered”, 2024 to 2025."
    )
    assert rankings.ranking(fell, RATE, "C").startswith("C and 1 other fell furthest")
    shared = _ranking([_row("A", 1, 2), _row("B", 2, 1), _row("C", 2, 1)])
    assert "by 1 place each" in rankings.ranking(shared, RATE)


def test_one_entity_alone_has_no_place_but_a_score():
    row = _row("A", 1, 1) | {"score": 1 / 6, "prior_score": 2 / 3}
    assert rankings.ranking(_ranking([row]), RATE) == (
        "A is the only one ranked: 66.7% in 2024, 16.7% in 2025 on “E-mails answered”."
    )


def test_shared_places_carry_a_sign_and_absent_ones_a_dash():
    rows = ranking_rows.shown(_ranking([_row("A", 1, 2), _row("B", 1, None), _row(None, 3, 1)]))
    assert [row["place"] for row in rows] == ["1=", "1=", "3"]
    assert [row["prior_place"] for row in rows] == ["2", "–", "1"]
    assert [row["shared"] for row in rows] == ["shared by 2", "shared by 2", None]
    assert rows[2]["entity"] == "(none)"


def test_those_who_came_and_went_are_named_and_the_rest_counted():
    found = _ranking([_row("A", 1, 2)], entered=[f"N{i}" for i in range(14)], left=["Gone"])
    words = rankings.came_and_went(found)
    assert "New in 2025: N0" in words
    assert "and 2 more" in words
    assert "No longer present: Gone." in words


def test_a_scale_is_told_best_first_whichever_end_is_best():
    points = [1.0, 2.0, 3.0]
    # Nobody gave the worst point.
    kinder = comparisons.scale_groups(CSAT, "1-5", [2, 4, 5])
    assert [name for name, _points in kinder] == ["5, best", "4", "2"]
    best_high = comparisons.scale_groups(CSAT, "1-3", points)
    best_low = comparisons.scale_groups(CSAT, "1-3:1", points)
    assert best_high[0] == ("3, best", (3.0,))
    assert best_low[0] == ("1, best", (1.0,))
    nps = comparisons.scale_groups(KPIS["nps"], "0-10", [0, 6, 7, 8, 9, 10])
    assert [inside for _name, inside in nps] == [(10, 9), (8, 7), (6, 0)]


def test_the_worst_come_first_and_those_without_a_value_last():
    rows = [{"team": t, "value": v} for t, v in (("a", 0.9), ("b", None), ("c", 0.2))]
    assert [row["team"] for row in comparisons.worst_first(RATE, rows)] == ["c", "a", "b"]


def test_a_half_that_was_not_reached_is_the_worst_wait():
    waits = (("a", 60, 9), ("b", None, 8), ("c", None, 0), ("d", 600, 7))
    rows = [{"team": team, "median": wait, "n": n} for team, wait, n in waits]
    ordered = comparisons.worst_first(WAIT, rows)
    assert [row["team"] for row in ordered] == ["b", "d", "a", "c"]
    title = comparisons.spread(WAIT, ordered, "team", "Team")
    assert title == "Team: from not reached (b) to 1\u00a0h (a)"


def test_tickets_are_solved_not_answered():
    kpi = KPIS["full_resolution_time"]
    row = {"median": 60, "p90": 120, "n": 10, "answered": 9, "within": {1440: 0.9}}
    sentences = [replies.replies(kpi, row | gone) for gone in ({}, {"p90": None})]
    sentences += [replies.replies(kpi, row | {"median": None}), replies.ladder(kpi, row)]
    sentences += [label for label, _value, _old in replies.waits(kpi, row, None)]
    sentences += [waiting.curve(kpi, waiting.Gap(60, *both)) for both in ((0.1, 0.2), (0.2, 0.1))]
    assert all("solved" in sentence for sentence in sentences)
    assert not any("answer" in sentence for sentence in sentences)
    assert "answered" in replies.replies(WAIT, row)


def test_months_and_entries_that_are_all_alike_have_no_highest_and_no_lowest():
    rows = [{"month": f"2025-0{i}", "value": 0.8, "brand": "ABC"[i - 1], "n": 50} for i in (1, 2)]
    assert comparisons.extremes(RATE, rows, ["2025-01", "2025-02"]) == (
        "E-mails answered: 80.0% in each month"
    )
    assert comparisons.spread(RATE, rows, "brand", "Brand") == "Brand: 80.0% each"
