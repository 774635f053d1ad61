"""How sure a figure is, as the command line prints it."""

from typing import Any

import pytest

from tests.cli.driving import LONG_AFTER, CommandLine

SURE = {
    *("rank_low", "rank_high", "score_low", "score_high", "percentile"),
    *("score_changed", "position_proven", "chance_of_fall", "indicative", "suppressed"),
}


def rows_of(sq: CommandLine, *argv: str) -> list[dict[str, Any]]:
    ran = sq.run("kpi", *argv, "--json")
    assert ran.code == 0, ran.err
    return list(ran.json["rows"])


def test_nine_answers_are_hidden_unless_asked_for(sq: CommandLine) -> None:
    cells = {"answered_at": "2024-03-01"}
    given = [{"response_id": n, "csat": 5 if n < 3 else 1, **cells} for n in range(9)]
    sq.load_rows("surveys", given, csat_scale="1-5")
    (row,) = rows_of(sq, "csat")
    assert [row[name] for name in ("value", "low", "high", "numerator")] == [None] * 4
    assert (row["n"], row["indicative"], row["suppressed"]) == (9, True, True)
    (row,) = rows_of(sq, "csat", "--all")
    assert row["value"] == pytest.approx(1 / 3)
    # Wilson, 3 of 9
    assert (row["low"], row["high"]) == pytest.approx((0.12058, 0.64580), abs=1e-5)
    assert "–" in sq.run("kpi", "csat").out


def test_a_ranking_says_how_sure_it_is(sq: CommandLine) -> None:
    kept = {2023: {"A": 5, "B": 3, "C": 0}, 2024: {"A": 2, "B": 4, "C": 1}}
    rows = [
        {"month": f"{year}-06", "brand": brand, "due": 5, "kept": count}
        for year, counts in kept.items()
        for brand, count in counts.items()
    ]
    sq.load_rows("totals", rows, kpi="on_time", observed_until=LONG_AFTER)
    answer = sq.ranking("on_time", 2024)
    assert {"reliability", "n_for_reliable", "phi"} <= set(answer)
    assert all(set(row) >= SURE for row in answer["rows"])
    by = {row["entity"]: row for row in answer["rows"]}
    # A fell from first to second behind B: 5 of 5, then 2 of 5.
    assert by["A"]["places_lost"] == 1
    assert 0 < by["A"]["chance_of_fall"] < 1
    assert (by["A"]["score_changed"], by["A"]["position_proven"]) == (False, False)
    assert by["B"]["chance_of_fall"] is None
    assert by["A"]["rank_low"] <= 2 <= by["A"]["rank_high"]
    assert sq.ranking("on_time", 2024, "--all") == answer
    assert all(row["indicative"] and not row["suppressed"] for row in answer["rows"])


def test_a_ranking_hides_who_has_nine_answers(sq: CommandLine) -> None:
    sizes = {(2023, "A"): 12, (2023, "B"): 12, (2023, "C"): 12, (2023, "D"): 9}
    sizes |= {(2024, "A"): 12, (2024, "B"): 9, (2024, "D"): 12, (2024, "E"): 3}
    good = {"A": 6, "B": 9, "C": 3, "D": 9, "E": 3}
    given = [
        {
            "response_id": f"{year}{brand}{n}",
            "answered_at": f"{year}-03-01",
            "brand": brand,
            "csat": 5 if n < good[brand] else 1,
        }
        for (year, brand), size in sizes.items()
        for n in range(size)
    ]
    sq.load_rows("surveys", given, csat_scale="1-5", observed_until=LONG_AFTER)
    answer = sq.ranking("csat", 2024)
    rows = answer["rows"]
    assert [row["entity"] for row in rows] == ["D", "A", "B", "E"]
    assert answer["of"] == 2
    figures = ("rank", "prior_rank", "score", "prior_score", "score_low", "percentile")
    for row in rows[2:]:
        assert [row[name] for name in (*figures, "places_lost", "rank_low")] == [None] * 8
        assert (row["suppressed"], row["indicative"]) == (True, True)
    assert [row["n"] for row in rows] == [12, 12, 9, 3]
    # Nine answers of the year before are hidden too, and D is not new for that.
    assert (rows[0]["prior_score"], rows[0]["prior_rank"], rows[0]["prior_n"]) == (None, None, 9)
    assert (answer["entered"], answer["left"]) == (["E"], ["C"])
    shown = sq.ranking("csat", 2024, "--all")
    assert [(row["entity"], row["rank"]) for row in shown["rows"]] == [
        *(("B", 1), ("E", 1), ("D", 3), ("A", 4)),
    ]
