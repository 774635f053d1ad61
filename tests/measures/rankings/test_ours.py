"""Rankings of a year against the year before: rounding, ties, gaps, part years, published ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters
from service_quality.base.settings import Settings
from service_quality.measures.answers import Answers
from service_quality.measures.observed import complete_until
from service_quality.measures.rankings.ours import Ranking, year_periods
from service_quality.warehouse.connection import Warehouse
from tests import bare

YEAR_END = datetime(2025, 1, 1)


def store(
    folder: Path, kind: str, rows: list[dict[str, Any]], until: datetime = YEAR_END
) -> Warehouse:
    warehouse = bare.memory(folder)
    bare.observe(warehouse, kind, {"test": until})
    mask = bare.mask(warehouse, kind)
    common = {"source": "test", "upload_id": "u", "mapped": mask}
    bare.insert(warehouse, kind, [{**common, **row} for row in rows])
    return warehouse


def marks(scores: Mapping[tuple[int, str], list[float]], month: int = 6) -> list[dict[str, Any]]:
    """Replies with quality marks, by year and brand."""
    return [
        {"received_at": at, "replied_at": at, "quality_mark": mark, "brand": brand}
        for (year, brand), given in scores.items()
        for at in [datetime(year, month, 1)]
        for mark in given
    ]


def rank(warehouse: Warehouse, kpi: str, year: int = 2024, **more: Any) -> Ranking:
    return Answers(warehouse, Settings()).ranking(kpi, year, rows=True, **more)


def column(ranking: Ranking, name: str) -> dict[str, Any]:
    return {row["entity"]: row[name] for row in ranking.rows}


def test_entrants_leavers_and_common_ranks(tmp_path: Path) -> None:
    scores = {(2023, "Gone"): [95.0], (2023, "A"): [90.0], (2023, "B"): [80.0]}
    scores |= {(2024, "New"): [99.0], (2024, "B"): [70.0, 74.0], (2024, "A"): [60.0]}
    table = rank(store(tmp_path, "emails", marks(scores)), "reply_quality")
    assert [row["entity"] for row in table.rows] == ["New", "B", "A"]
    assert (table.of, table.entered, table.left) == (3, ["New"], ["Gone"])
    assert (
        table.rows[1].items()
        >= {
            "rank": 2,
            "prior_rank": 3,
            "rank_common": 1,
            "prior_rank_common": 2,
            "places_lost": -1,
            "entity": "B",
            "score": 72.0,
            "prior_score": 80.0,
            "n": 2,
            "prior_n": 1,
            "percentile": 50.0,
            "indicative": True,
            "suppressed": False,
        }.items()
    )


def test_scores_that_look_equal_are_equal(tmp_path: Path) -> None:
    scores = {(2024, "A"): [80.04], (2024, "B"): [80.0], (2024, "C"): [80.06]}
    table = rank(store(tmp_path, "emails", marks(scores)), "reply_quality")
    assert column(table, "rank") == {"C": 1, "A": 2, "B": 2}
    assert column(table, "score")["A"] == 80.04  # shown in full to who asks for it


def test_rates_are_rounded_as_their_percentages_are_shown(tmp_path: Path) -> None:
    # 66.67% and 66.70% of answers: 0.667 both
    def answers(brand: str, kept: int, due: int) -> dict[str, Any]:
        return {"month": date(2024, 1, 1), "kpi": "k", "due": due, "kept": kept, "brand": brand}

    rows = [answers("A", 2, 3), answers("B", 667, 1000), answers("C", 668, 1000)]
    assert column(rank(store(tmp_path, "totals", rows), "k"), "rank") == {"C": 1, "A": 2, "B": 2}


def test_the_fewest_mistakes_come_first(tmp_path: Path) -> None:
    rows = [
        {"received_at": datetime(2024, 1, 1), "replied_at": datetime(2024, 1, 1), **cells}
        for cells in (
            {"brand": "A", "spelling_errors": 3},
            {"brand": "B", "spelling_errors": 0},
        )
    ]
    table = rank(store(tmp_path, "emails", rows), "spelling_errors")
    assert column(table, "rank") == {"B": 1, "A": 2}


def test_a_median_that_was_not_reached_is_last(tmp_path: Path) -> None:
    at = datetime(2024, 1, 1)
    rows = [
        {"received_at": at, "replied_at": replied, "brand": brand}
        for brand, replied in (("A", None), ("B", datetime(2024, 1, 9)), ("C", at))
    ]
    table = rank(store(tmp_path, "emails", rows), "reply_time")
    assert column(table, "rank") == {"C": 1, "B": 2, "A": 3}
    assert column(table, "score") == {"C": 0, "B": 8 * 24 * 60, "A": None}


def test_who_has_too_few_is_in_no_ranking_of_that_year(tmp_path: Path) -> None:
    scores = {(2023, "A"): [90.0], (2023, "B"): [80.0, 80.0], (2023, "C"): [70.0, 70.0]}
    scores |= {(2024, brand): [50.0 + n, 50.0 + n] for n, brand in enumerate("ABC")}
    warehouse = store(tmp_path, "emails", marks(scores))
    table = rank(warehouse, "reply_quality", min_n=2)
    assert column(table, "rank") == {"C": 1, "B": 2, "A": 3}
    assert column(table, "prior_rank") == {"C": 2, "B": 1, "A": None}
    assert column(table, "places_lost") == {"C": -1, "B": 1, "A": None}
    assert rank(warehouse, "reply_quality", min_n=3).rows == []


def test_a_missing_year_is_a_gap(tmp_path: Path) -> None:
    scores = {(2022, "A"): [90.0], (2022, "B"): [80.0], (2024, "A"): [50.0]}
    warehouse = store(tmp_path, "emails", marks(scores))
    table = rank(warehouse, "reply_quality")
    assert [(r["prior_rank"], r["places_lost"]) for r in table.rows] == [(None, None)]
    assert (table.entered, table.left) == ([], [])
    empty = rank(warehouse, "reply_quality", 2023)
    assert (empty.rows, empty.entered, empty.left, empty.of) == ([], [], [], 0)


def test_rows_without_the_dimension_are_in_no_ranking(tmp_path: Path) -> None:
    rows = marks({(2024, "A"): [50.0], (2024, "x"): [99.0]})
    rows[1]["brand"] = None
    table = rank(store(tmp_path, "emails", rows), "reply_quality")
    assert (table.of, column(table, "rank")) == (1, {"A": 1})


def test_a_part_year_is_compared_with_the_same_months(tmp_path: Path) -> None:
    rows = marks({(2023, "A"): [90.0], (2023, "B"): [10.0], (2024, "A"): [50.0]}, month=3)
    rows += marks({(2023, "A"): [0.0], (2023, "B"): [100.0]}, month=11)
    rows += marks({(2024, "B"): [60.0]}, month=3)
    rows += marks({(2024, "A"): [100.0]}, month=4)  # April has only begun
    warehouse = store(tmp_path, "emails", rows, until=datetime(2024, 4, 12))
    table = rank(warehouse, "reply_quality")
    assert table.period == (date(2024, 1, 1), date(2024, 3, 31))
    assert table.prior_period == (date(2023, 1, 1), date(2023, 3, 31))
    assert column(table, "score") == {"B": 60, "A": 50}
    assert column(table, "prior_score") == {"B": 10, "A": 90}


@pytest.mark.parametrize(
    ("observed", "last"),
    [
        (datetime(2024, 3, 31, 0, 0, 1), date(2024, 3, 31)),
        (datetime(2024, 4, 1), date(2024, 3, 31)),
        (datetime(2024, 3, 30, 23, 59), date(2024, 2, 29)),
        (datetime(2024, 3, 31), date(2024, 2, 29)),
        (datetime(2025, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_month_is_complete_once_its_last_day_was_seen(observed: datetime, last: date) -> None:
    assert complete_until(observed) == last


@pytest.mark.parametrize(
    ("until", "seen", "end", "before"),
    [
        (None, None, date(2024, 12, 31), date(2023, 12, 31)),
        (date(2025, 5, 31), date(2025, 6, 1), date(2024, 12, 31), date(2023, 12, 31)),
        (date(2024, 12, 31), date(2024, 12, 31), date(2024, 12, 31), date(2023, 12, 31)),
        (date(2024, 2, 29), date(2024, 3, 12), date(2024, 2, 29), date(2023, 2, 28)),
        (date(2023, 12, 31), date(2024, 1, 20), date(2024, 1, 20), date(2023, 1, 20)),
        (date(2023, 4, 30), date(2023, 5, 1), date(2024, 1, 1), date(2023, 1, 1)),
    ],
)
def test_the_days_of_a_year_that_may_be_compared(
    until: date | None, seen: date | None, end: date, before: date
) -> None:
    now, prior = year_periods(2024, until, seen)
    assert now == (date(2024, 1, 1), end)
    assert prior == (date(2023, 1, 1), before)


def test_scales_are_not_ranked_together(tmp_path: Path) -> None:
    rows = [
        {"answered_at": datetime(2024, 1, 1), "csat": 5.0, "csat_scale": scale, "brand": scale}
        for scale in ("1-5", "1-7")
    ]
    warehouse = store(tmp_path, "surveys", rows)
    with pytest.raises(UsageError, match="1-5, 1-7"):
        rank(warehouse, "csat")
    only = Filters(where=(("scale", ("1-7",)),))
    table = rank(warehouse, "csat", filters=only, reveal=True)
    assert column(table, "score") == {"1-7": 0}


@pytest.mark.parametrize("kpi", ["ticket_volume", "backlog"])
def test_what_has_no_better_end_is_not_ranked(tmp_path: Path, kpi: str) -> None:
    with pytest.raises(UsageError, match=kpi):
        rank(bare.memory(tmp_path), kpi)


# Published rankings


def places(folder: Path, *rows: tuple[Any, ...]) -> Warehouse:
    names = ("publisher", "year", "brand", "rank", "score", "method", "category", "field_size")
    return store(folder, "rankings", [dict(zip(names, row, strict=False)) for row in rows])


def test_the_published_rank_counts_and_the_score_where_it_is_absent(tmp_path: Path) -> None:
    warehouse = places(
        tmp_path,
        ("P", 2023, "A", 1, 90.0),
        ("P", 2023, "B", 2, 80.0),
        ("P", 2024, "A", 7, 60.0, None, None, 31),
        ("P", 2024, "B", 7, 60.1, None, None, 31),  # a tie, the publisher says
        ("P", 2024, "C", None, 99.0, None, None, 31),
    )
    table = rank(warehouse, "published_score")
    assert table.of == 31
    assert column(table, "rank") == {"C": 1, "A": 7, "B": 7}
    assert column(table, "places_lost") == {"C": None, "A": 0, "B": -1}
    assert (table.entered, table.left) == (["C"], [])


@pytest.mark.parametrize(("method", "lost"), [("2023", 1), ("2024", None), (None, 1)])
def test_another_method_breaks_the_line(
    tmp_path: Path, method: str | None, lost: int | None
) -> None:
    warehouse = places(
        tmp_path,
        *(("P", 2023, brand, n, None, "2023") for n, brand in enumerate("AB", start=1)),
        *(("P", 2024, brand, n, None, method) for n, brand in enumerate("BA", start=1)),
    )
    assert column(rank(warehouse, "published_score"), "places_lost")["A"] == lost


def test_several_publishers_must_be_told_apart(tmp_path: Path) -> None:
    warehouse = places(
        tmp_path,
        ("P", 2024, "A", 1, None, None, "Bank"),
        ("P", 2024, "A", 5, None, None, "Rail"),
        ("Q", 2024, "A", 9),
    )
    with pytest.raises(UsageError, match=r"P / Bank; P / Rail; Q"):
        rank(warehouse, "published_score", publisher="P")
    ranks = [
        column(rank(warehouse, "published_score", **chosen), "rank")["A"]
        for chosen in ({"publisher": "Q"}, {"publisher": "P", "category": "Rail"})
    ]
    assert ranks == [9, 5]
