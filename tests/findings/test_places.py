"""Verdicts carry their method and the numbers that went in; the control shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from service_quality.base import language
from service_quality.definitions import kpis
from service_quality.findings import certainty, funnels, places, ranking_rows, replies
from service_quality.findings.how import METHODS
from service_quality.findings.verdict import Verdict
from service_quality.measures.rankings import funnel
from service_quality.measures.rankings.ours import Ranking
from service_quality.ui import figures
from tests.pages.conftest import OpenPage, empty_folder, example_folder, open_page
from tests.pages.reading import everything

__all__ = ["empty_folder", "example_folder", "open_page"]

KPIS = kpis.catalogue()
RATE, WAIT, NPS = KPIS["reply_rate"], KPIS["reply_time"], KPIS["nps"]
S = language.SPACE


def test_every_method_says_how_it_works_what_it_leaves_open_and_whose_it_is():
    for key, method in METHODS.items():
        assert key == method.id
        assert all((method.title, method.works, method.not_said, method.source)), key
        assert len(method.works.split()) < 75, f"{key}: a manager reads two or three sentences"


def test_a_verdict_has_one_of_the_methods():
    assert Verdict("So it is.", "xmr").how is METHODS["xmr"]
    with pytest.raises(ValueError, match="known: xmr, wilson"):
        Verdict("So it is.", "guess")


def test_waits_tell_how_many_are_still_counted_as_waiting():
    row = {"n": 10, "answered": 8, "median": 90, "p90": None, "low": 45, "high": None}
    verdict = replies.of_waits(WAIT, row)
    assert verdict.sentence == replies.replies(WAIT, row)
    numbers = dict(verdict.numbers)
    assert list(numbers.values()) == [
        "10",
        "8",
        "2",
        "20.0%",
        f"1{S}h{S}30",
        f"45{S}min – not reached",
        "not reached",
    ]


def test_a_value_is_judged_by_the_interval_of_its_measure():
    row = {"value": 0.8, "low": 0.49, "high": 0.943, "n": 10, "numerator": 8}
    verdict = certainty.of_value(RATE, row)
    assert verdict.method == "wilson"
    assert verdict.sentence == "E-mails answered: 80.0%, plausibly 49.0% to 94.3%."
    assert dict(verdict.numbers)["95% interval"] == "49.0% – 94.3%"
    of_nps = {"value": 20.0, "low": -10, "high": 48, "n": 40, "promoters": 16}
    assert certainty.of_value(NPS, of_nps).method == "nps"
    assert certainty.of_value(RATE, row | {"low": None}) is None
    assert certainty.of_value(RATE, {"value": None, "low": None}) is None


def _ranking(**changes) -> Ranking:
    row = {
        **{"entity": "A", "rank": 3, "prior_rank": 1, "rank_common": 3, "prior_rank_common": 1},
        **{"places_lost": 2, "score": 0.7, "prior_score": 0.9, "n": 5, "prior_n": 6},
        **{"rank_low": 1, "rank_high": 4, "score_low": 0.4, "score_high": 0.9},
        **{"score_changed": False, "position_proven": False, "chance_of_fall": 0.38, "phi": None},
    }
    days = (date(2025, 1, 1), date(2025, 12, 31)), (date(2024, 1, 1), date(2024, 12, 31))
    found = Ranking("reply_rate", 2025, "brand", 4, *days, [row | changes], [], [])
    return replace(found, reliability=0.42, n_for_reliable=28)


def test_a_range_of_one_place_is_said_as_one_place():
    (first, *_others) = places.of_place(_ranking(rank_low=3, rank_high=3), RATE, "A")
    assert first.sentence == "A: shown at place 3 of 4; plausible true place 3."
    assert dict(first.numbers)["places in nine draws of ten"] == "3"


def test_a_place_is_judged_by_range_score_and_chance():
    verdicts = places.judged_ranking(_ranking(), RATE, "A")
    assert [v.method for v in verdicts] == [
        *("rank_range", "false_discovery", "rank_range", "chance_of_fall", "reliability")
    ]
    sentences = [v.sentence for v in verdicts]
    assert sentences == [
        "A: shown at place 3 of 4; plausible true place 1 to 4.",
        "That the score changed at all is not proven.",
        "That its place changed is not proven: the plausible places of both years overlap.",
        "If nothing had changed, a fall this large would happen 4 years in 10.",
        "Reliability 0.42 of 1; 28 e-mails each would make it 0.8.",
    ]
    assert dict(verdicts[1].numbers) == {
        "score": "70.0%",
        "95% interval": "40.0% – 90.0%",
        "score a year before": "90.0%",
        "cases": "5",
        "cases a year before": "6",
    }


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.001, "less than 1 year in 100"),
        (0.013, "1 year in 100"),
        (0.09, "9 years in 100"),
        (0.1, "1 year in 10"),
        (0.94, "9 years in 10"),
        (0.97, "nearly every year"),
    ],
)
def test_a_chance_is_said_in_years(chance, words):
    sentences = [v.sentence for v in places.of_place(_ranking(chance_of_fall=chance), RATE, "A")]
    assert sentences[-1] == f"If nothing had changed, a fall this large would happen {words}."


def test_what_is_not_known_is_no_verdict():
    unknown = dict.fromkeys(("rank_low", "score_changed", "position_proven", "chance_of_fall"))
    assert places.of_place(_ranking(**unknown), RATE, "A") == []
    assert places.of_place(_ranking(), RATE, "B") == []
    assert places.of_ranking(replace(_ranking(), reliability=None), RATE) is None


def test_a_change_of_place_that_is_proven_is_said_so():
    sentences = places.is_it_real(_ranking(position_proven=True), RATE, "A")
    assert "Its change of place is proven" in sentences
    assert "not proven: the plausible places" not in sentences


def test_an_unreliable_ranking_says_so_with_what_would_mend_it():
    assert places.unreliable(_ranking(), RATE) == (
        "Read these places with care: reliability 0.42 of 1. To tell the entries apart it takes"
        " 28 e-mails each."
    )
    assert places.unreliable(replace(_ranking(), reliability=0.8), RATE) == ""
    nothing = replace(_ranking(), reliability=0.0, n_for_reliable=None)
    assert places.unreliable(nothing, RATE).startswith("These places are chance")


def test_the_range_that_is_drawn_is_the_one_that_is_told():
    found = _ranking()
    (row,) = ranking_rows.with_range(found, "A")
    bar, dot = figures.ranges([row], found.of, RATE, "A")["data"]
    assert bar["x"] == [1, 4]
    assert dot["x"] == [3]
    assert "plausible true place 1 to 4" in places.is_it_real(found, RATE, "A")
    assert ranking_rows.ranges_title([row]).endswith("A could be at any place from 1 to 4")
    assert ranking_rows.with_range(_ranking(rank_low=None), "A") == []


def test_who_lies_outside_the_funnel_is_counted_and_marked():
    rows = [
        {"entity": f"B{i}", "n": 400, "score": 0.8, "indicative": False, "suppressed": False}
        for i in range(30)
    ]
    rows[0] = {**rows[0], "entity": "<b>low</b>", "score": 0.4}
    rows = [{**row, "score": row["score"] + 0.001 * i} for i, row in enumerate(rows)]
    found = funnel.of(RATE, rows, "brand")
    assert funnels.funnel_title(found).startswith(
        "Of 30 entries, worse than chance allows: 1; better: 0"
    )
    figure = figures.funnel(found, RATE)
    (worse,) = [trace for trace in figure["data"] if trace.get("name") == "worse"]
    assert worse["y"] == [0.4]
    assert "&lt;b&gt;low" in worse["hovertext"][0]
    assert [row["said"] for row in funnels.funnel_rows(found)][:2] == [
        "outside the outer limits",
        None,
    ]


@pytest.mark.parametrize(
    ("page", "query", "words"),
    [
        ("replies", {}, ("Kaplan & Meier 1958", "still waiting then, counted as waiting")),
        ("trends", {"kpi": "csat"}, ("Wilson 1927", "difference")),
        ("satisfaction", {}, ("Rocks 2016", "detractors")),
        ("rankings", {"kpi": "mystery_index"}, ("Goldstein", "places in nine draws of ten")),
        ("definitions", {"q": "funnel"}, ("Spiegelhalter 2005", "How we judge")),
    ],
)
def test_a_page_opens_how_we_know(open_page: OpenPage, page, query, words):
    at = open_page(page, **query)
    assert not at.exception
    shown = everything(at)
    for text in words:
        assert text in shown
    if page != "definitions":
        assert {block.proto.popover.label for block in at.get("popover")} >= {"How do we know?"}


def test_a_search_that_only_a_method_answers_is_answered(open_page: OpenPage):
    shown = everything(open_page("definitions", q="kitagawa"))
    assert "Components of a Difference Between Two Rates" in shown
    assert "Boschloo" not in shown
