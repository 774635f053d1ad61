"""What is said of promises: kept or not, the weak link, the lift and the stairs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service_quality.base import language
from service_quality.findings import promises, weakest
from service_quality.findings.promises import Kept
from service_quality.measures.trends import Trend, trend_of

Row = dict[str, Any]
REPLY = "We answer within a day."
LABELS = {"brand": "Brand", "team": "Team"}


def version(target: float | None = 0.9, **more: Any) -> Row:
    days = {"first_day": date(2025, 1, 1), "last_day": None}
    return {**days, "brand": None, "team": None, "target": target, **more}


def row(kept: int, due: int, **more: Any) -> Row:
    """A promise's row; the interval is given, not computed: its width is tested elsewhere."""
    value = kept / due if due else None
    versions = more.pop("versions", [version()])
    common = {"promise": "reply", "statement": REPLY, "statement_fr": None, "kpi": "reply_time"}
    limits = {"within": 24, "at_least": None, "at_most": None, "target": 0.9}
    days = {"first_day": date(2025, 1, 1), "last_day": None, "indicative": due < 30}
    low, high = (None, None) if value is None else (max(value - 0.05, 0), min(value + 0.05, 1))
    sure = {"low": low, "high": high}
    counted = {"value": value, "due": due, "kept": kept, "versions": versions}
    return {**common, **limits, **days, **sure, **counted, **more}


def judged(found: Row, **reasons: str) -> Kept:
    return promises.kept(found, reasons, LABELS, {"reply_time": "First reply time"})


@pytest.mark.parametrize(
    ("kept", "due", "more", "verdict"),
    [
        (90, 100, {}, "close"),  # to the point
        (89, 100, {}, "close"),
        (80, 100, {}, "not_kept"),
        (99, 100, {}, "kept"),
        (0, 0, {}, "nothing_due"),
        (50, 100, {"target": None}, "no_target"),
        (4, 4, {"low": 0.51, "high": 1.0}, "close"),
        (2, 20, {}, "few"),
        (99, 100, {"target": 1.0, "versions": [version(1.0)]}, "not_kept"),
        (100, 100, {"target": 1.0, "versions": [version(1.0)]}, "kept"),
        (4, 4, {"target": 1.0, "versions": [version(1.0)]}, "few"),
    ],
)
def test_a_promise_is_kept_or_not_where_the_interval_leaves_the_target(
    kept: int, due: int, more: Row, verdict: str
) -> None:
    found = judged(row(kept, due, **more))
    assert found.verdict == verdict
    assert ("chance may decide" in promises.target_line(found)) == (verdict == "close")
    assert promises.kept_mark(verdict) == {"kept": "✓", "not_kept": "✕"}.get(
        verdict, "≈" if verdict in ("close", "few") else "○"
    )


def test_a_promise_that_nothing_measures_says_why() -> None:
    assert judged(row(0, 0), reply="unknown").verdict == "unknown"
    assert judged(row(0, 0), reply="no_rows").verdict == "no_rows"
    assert promises.kept_line(judged(row(0, 0))) == ""
    assert promises.of_kept(judged(row(0, 0))) is None


def test_two_targets_in_force_at_once_are_no_single_target() -> None:
    both = [version(0.9, brand="North"), version(0.8, brand="South")]
    found = judged(row(85, 100, versions=both))
    assert (found.target, found.verdict) == (None, "no_target")
    assert found.binds == "Brand: North and South"
    assert judged(row(85, 100, versions=both[:1])).binds == "the brand North"
    once = [version(0.8, last_day=date(2024, 12, 31), first_day=date(2024, 1, 1)), version(0.9)]
    assert judged(row(85, 100, versions=once)).target == 0.9


def test_every_verdict_has_its_word_and_its_numbers() -> None:
    found = judged(row(24, 25))
    assert promises.kept_line(found) == (
        "96.0% kept, plausibly 91.0% to 100.0% (n = 25, indicative)"
    )
    assert found.measured_by == "First reply time, within 24 h"
    verdict = promises.of_kept(found)
    assert verdict is not None
    assert verdict.sentence == "“We answer within a day”: too few to say."
    assert dict(verdict.numbers)["times it was due"] == "25"
    counted = promises.promises_counted([found, judged(row(1, 2)), judged(row(0, 0))])
    assert counted == ("3 promises: 2 too close or too few to say, 1 not to be judged.")


def link(failed: int, alone: int, n: int = 100, perfect: float = 0.44) -> Row:
    counts = {"failed": failed, "alone": alone, "n": n, "perfect_rate": perfect}
    return {"promise": "reply", "share_of_failures": 0.6, **counts} | {
        "perfect_if_kept": perfect + alone / n
    }


def test_the_weak_link_says_what_keeping_it_would_bring() -> None:
    links = weakest.weak_links([link(30, 15)], {"reply": REPLY})
    assert weakest.weakest(links) == (
        "If “We answer within a day” were always kept, perfect contacts would go from 44% to 59%."
    )
    alone = weakest.weak_links([link(30, 0)], {"reply": REPLY})
    assert "no contact more would be perfect" in weakest.weakest(alone)
    assert weakest.weak_links([link(0, 0)], {}) == []
    assert weakest.of_weakest([]) is None


def test_two_shares_that_read_the_same_are_told_apart() -> None:
    links = weakest.weak_links([link(3, 1, n=1000)], {"reply": REPLY})
    assert "from 44.0% to 44.1%" in weakest.weakest(links)


def test_the_page_opens_with_the_weak_link_else_with_the_promise_kept_least() -> None:
    links = weakest.weak_links([link(30, 15)], {"reply": REPLY})
    perfect = {"value": 0.44, "n": 100, "indicative": False}
    kept = [judged(row(24, 25)), judged(row(1, 2, promise="b", statement="We call back."))]
    assert promises.promises(kept, links, perfect) == (
        "“We answer within a day” alone explains 60% of the failures;"
        " 44.0% of contacts were perfect."
    )
    few = {"value": 0.44, "n": 25, "indicative": True}
    assert "only 25 contacts were perfect: no more than indicative" in promises.promises(
        kept, links, few
    )
    assert promises.promises(kept, [], None) == (
        "“We call back”: kept 50.0% of only 2 times it was due, indicative."
    )
    all_kept = [judged(row(2, 2))]
    assert promises.promises(all_kept, [], None) == "Every promise was kept each time it was due."
    assert "nothing was due" in promises.promises([judged(row(0, 0))], [], None)


def trend(*values: float) -> Trend:
    months = [
        {"month": f"2025-{at:02d}", "value": value, "n": 100} for at, value in enumerate(values, 1)
    ]
    return trend_of(months, date(2025, 12, 31))


def test_the_lift_and_the_stairs_are_counted_in_months_and_points() -> None:
    # Best 0.90 in February, lowest 0.60 in March, back in June; then down to 0.80 since July.
    text = weakest.climb(trend(0.8, 0.9, 0.6, 0.7, 0.8, 0.9, 0.8, 0.85))
    assert text == (
        "A fall of 10.0 points in 1 month, from 90.0% in Jun 2025 to 80.0% in Jul 2025;"
        " 1 month on, 5.0 points are still to regain."
        " The last way back, to 90.0%, took 3 months."
    )
    assert weakest.climb(trend(0.8, 0.9)) == (
        "The last month stands at the best so far: nothing is lost."
        " It has not fallen in these months."
    )
    assert "One month is no stair" in weakest.climb(trend(0.8))
    assert weakest.of_climb(trend(0.8, 0.9)) is None


def test_the_numbers_of_the_lift_are_those_of_its_sentence() -> None:
    verdict = weakest.of_climb(trend(0.9, 0.6))
    assert verdict is not None
    assert "30.0 points in 1 month" in verdict.sentence
    assert dict(verdict.numbers)["depth"] == "30.0 points"


def test_a_french_reader_gets_the_promise_and_the_sentence_in_french() -> None:
    with language.using("fr"):
        kept = judged(row(1, 2, statement_fr="Nous répondons sous un jour."))
        text = promises.promises([kept], [], None)
    assert kept.words == "Nous répondons sous un jour."
    assert "Nous répondons sous un jour" in text
    assert "is kept least" not in text


def test_promises_that_are_kept_alike_share_the_last_place() -> None:
    second = judged(row(80, 100, promise="b", statement="We call back."))
    both = [judged(row(80, 100)), second]
    assert promises.promises(both, [], None) == (
        "2 promises are kept least, each 80.0% of the times it was due."
    )
    assert promises.promises(both[:1], [], None) == (
        "“We answer within a day” was kept 80.0% of the times it was due."
    )


def test_of_many_topics_without_a_promise_the_largest_are_named_and_the_rest_counted() -> None:
    topics = [{"topic": f"t{n}", "rows": 100 - n} for n in range(12)]
    sentences = weakest.not_covered({"datasets": [], "topics": topics}, {}, "Topic")
    assert len(sentences) == 11
    assert sentences[9] == "Topic “t9”: no promise covers any of its 91 contacts."
    assert sentences[10] == "2 others: no promise covers any of their 179 contacts."
