"""Pictures of a ranking: lines and labels stand where the places are, and say them in words."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from service_quality.definitions import kpis
from service_quality.findings.paper import standings, typeset
from service_quality.measures.rankings.funnel import of
from service_quality.measures.rankings.ours import Ranking

RATE = kpis.catalogue()["reply_rate"]
YEARS = ((date(2025, 1, 1), date(2025, 12, 31)), (date(2024, 1, 1), date(2024, 12, 31)))


def row(name: str, was: int | None, now: int, **more: Any) -> dict[str, Any]:
    lost = None if was is None else now - was
    places = {"rank": now, "rank_common": now, "prior_rank": was, "prior_rank_common": was}
    return {"entity": name, "places_lost": lost, **places, **more}


def ranking(*rows: dict[str, Any]) -> Ranking:
    return Ranking("reply_rate", 2025, "brand", len(rows), *YEARS, list(rows), [], [])


def test_lines_stand_at_their_places_and_a_newcomer_has_none() -> None:
    found = ranking(row("A", 3, 1), row("B", 1, 2), row("C", 2, 3), row("New", None, 4))
    drawn = standings.slope(found, "A")
    assert [(*line["places"], line["tone"]) for line in drawn["lines"]] == [
        (0.0, 0.5, "fall"),
        (0.5, 1.0, "fall"),
        (1.0, 0.0, "ours"),
    ]
    assert [label["words"] for label in drawn["right"]] == ["1  A", "2  B", "3  C"]
    assert [label["words"] for label in drawn["left"]] == ["1", "2", "3"]
    assert drawn["alt"].endswith("A: place 3 → 1; B: place 1 → 2; C: place 2 → 3")


def test_of_many_the_ten_largest_falls_and_ours_are_named() -> None:
    # B0 falls from 1 to 40, all others rise by one; B20 is ours.
    rows = [row("B0", 1, 40), *(row(f"B{i}", i + 1, i) for i in range(1, 40))]
    drawn = standings.slope(ranking(*rows), "B20")
    assert [label["words"] for label in drawn["right"]] == ["20  B20", "40  B0"]
    assert sum(line["tone"] == "rest" for line in drawn["lines"]) == 38


def test_labels_never_touch() -> None:
    rows = [row(f"B{i}", 1, 1 + i // 2) for i in range(12)]
    drawn = standings.slope(ranking(*rows))
    at = [label["at"] for label in drawn["right"]]
    gaps = [b - a for a, b in pairwise(at)]
    assert min(gaps) * drawn["height"] >= standings.LINE - 1e-9
    assert max(at) <= 1


def test_a_funnel_has_its_cases_on_a_scale_of_ratios_and_no_limit_beyond_its_axis() -> None:
    # B is ours; C lies far below the others, of 1,000 cases.
    rows = [
        {"entity": name, "score": kept / n, "n": n, "suppressed": False, "indicative": n < 30}
        for name, kept, n in (("A", 7, 10), ("B", 60, 100), ("C", 400, 1000), ("D", 793, 1000))
    ]
    drawn = standings.funnel(of(RATE, rows, "brand"), RATE, "B")
    points = {point["y"]: (point["x"], point["tone"]) for point in drawn["points"]}
    assert points[0.6][1] == "ours"
    # As far from 10 to 100 as from 100 to 1,000.
    assert points[0.6][0] - points[0.7][0] == pytest.approx(points[0.4][0] - points[0.6][0])
    assert [name["words"] for name in drawn["names"]] == ["A", "B", "C", "D"]
    assert all(v is None or drawn["axis"]["low"] <= v for v in limits_of(drawn))
    content = {"lang": "en", "title": "T", "below": "2025", "chart": drawn}
    assert typeset.picture(content, "svg").startswith(b"<svg")


def limits_of(drawn: dict[str, Any]) -> list[float | None]:
    return [value for limit in drawn["limits"] for _at, value in limit["points"]]


@pytest.mark.parametrize("form", ["png", "svg"])
def test_they_can_be_set(form: typeset.Form) -> None:
    found = ranking(row("A", 3, 1), row("B", 1, 2), row("C", 2, 3))
    range_of = {"place": "1", "plausible": "1–3", "rank_low": 1, "rank_high": 3}
    for chart in (standings.slope(found), standings.ranges([row("A", 3, 1, **range_of)], 3)):
        content = {"lang": "en", "title": "T", "below": "2025", "chart": chart}
        assert len(typeset.picture(content, form)) > 1000
