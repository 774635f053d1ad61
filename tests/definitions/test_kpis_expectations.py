"""What the KPIs of effort, expectations, return and recovery say, of one row and of many."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.settings import Settings
from tests import bare, vectors
from tests.factories import Store

AT = datetime(2024, 3, 1, 10)


def values(folder: Path, kpi: str, cases: dict[str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    warehouse = bare.memory(folder)
    rows = {case: {"answered_at": AT, **cells} for case, cells in cases.items()}
    bare.fill(warehouse, "surveys", rows, **more)
    return bare.values_of(warehouse, kpi)


def test_effort_counts_five_to_seven(tmp_path: Path) -> None:
    cases = {str(point): {"ces": float(point)} for point in (1, 4, 5, 7)} | {"none": {}}
    found = values(tmp_path, "ces", cases)
    assert found == {"1": False, "4": False, "5": True, "7": True, "none": None}


EXPECTED: dict[str, dict[str, Any]] = {
    "below": {"minimum": 5.0, "desired": 8.0, "perceived": 3.0, "gap_scale": "1-9"},
    "at the minimum": {"minimum": 5.0, "desired": 8.0, "perceived": 5.0, "gap_scale": "1-9"},
    "at the desired": {"minimum": 5.0, "desired": 8.0, "perceived": 8.0, "gap_scale": "1-9"},
    "above": {"minimum": 5.0, "desired": 8.0, "perceived": 9.0, "gap_scale": "1-9"},
    "one is best": {"minimum": 3.0, "desired": 2.0, "perceived": 1.0, "gap_scale": "1-5:1"},
    "no scale": {"minimum": 5.0, "desired": 8.0, "perceived": 4.0},
    "no minimum": {"desired": 8.0, "perceived": 7.0, "gap_scale": "1-9"},
    "no answer": {"minimum": 5.0, "desired": 8.0, "gap_scale": "1-9"},
}


@pytest.mark.parametrize(
    ("kpi", "expected"),
    [
        ("adequacy_gap", [-2, 0, 3, 4, 2, -1, None, None]),
        ("superiority_gap", [-5, -3, 0, 1, 1, -4, -1, None]),
        ("below_minimum_rate", [True, False, False, False, False, True, None, None]),
        ("in_tolerance_rate", [False, True, True, False, False, False, None, None]),
        ("above_desired_rate", [False, False, False, True, True, False, False, None]),
    ],
)
def test_gaps_and_the_zone_between_them(tmp_path: Path, kpi: str, expected: list[Any]) -> None:
    assert values(tmp_path, kpi, EXPECTED) == dict(zip(EXPECTED, expected, strict=True))


def test_expected_stands_in_for_desired_where_a_file_has_no_desired(tmp_path: Path) -> None:
    cases = {"x": {"expected": 6.0, "perceived": 4.0, "gap_scale": "1-7"}}
    columns = {"answered_at", "expected", "perceived", "gap_scale"}
    assert values(tmp_path, "superiority_gap", cases, mapped=columns) == {"x": -2}
    # With a column of the desired, an empty cell is no wish at all.
    columns |= {"desired"}
    assert values(tmp_path, "superiority_gap", cases, mapped=columns) == {"x": None}


def test_gaps_on_two_scales_are_two_series(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = [
        {"response_id": n, "answered_at": "2024-03-01", "gap_scale": scale, **levels}
        for n, scale, levels in (
            ("1", "1-9", {"minimum": 5, "perceived": 4}),
            ("2", "1-9", {"minimum": 5, "perceived": 7}),
            ("3", "1-5", {"minimum": 2, "perceived": 4}),
        )
    ]
    store.load("surveys", rows)
    found = store.answers.kpi("adequacy_gap", rows=True, reveal=True)
    assert [(row["scale"], row["value"], row["n"]) for row in found] == [
        ("1-5", 2, 1),
        ("1-9", 0.5, 2),
    ]
    wrong = [{"response_id": "4", "answered_at": "2024-03-02", "gap_scale": "1-5", "minimum": 6}]
    outcome = store.try_load("surveys", wrong)
    assert [i.rule for i in outcome.issues if i.rejects] == ["off_the_scale"]


def test_the_reference_respondents(tmp_path: Path) -> None:
    """Sixty answers of 1 to 9 and what the definitions make of them, row by row and as a whole."""
    respondents = vectors.rows("gaps/libqual_respondents.csv")
    rows = vectors.rows("gaps/libqual_expected.csv")
    means = {row["measure"]: float(row["mean"]) for row in rows}
    store = Store(tmp_path)
    store.load(
        "surveys",
        [
            {"response_id": row["respondent"], "answered_at": "2024-03-01"}
            | {name: row[name] for name in ("minimum", "desired", "perceived")}
            for row in respondents
        ],
        constants={"gap_scale": "1-9"},
    )
    for kpi, measure in {
        "adequacy_gap": "adequacy",
        "superiority_gap": "superiority",
        "below_minimum_rate": "share_below_minimum",
        "in_tolerance_rate": "share_in_zone_of_tolerance",
        "above_desired_rate": "share_above_desired",
    }.items():
        row = store.one(kpi)
        assert row["value"] == pytest.approx(means[measure], abs=1e-12), kpi
        assert (row["n"], row["scale"]) == (60, "1-9")


def test_who_is_dissatisfied_and_contacted_again(tmp_path: Path) -> None:
    def answer(csat: float, scale: str, recontacted: datetime | None) -> dict[str, Any]:
        return {"csat": csat, "csat_scale": scale, "recontacted_at": recontacted}

    in_time, late = datetime(2024, 3, 8, 10), datetime(2024, 3, 8, 11)
    cases = {
        "worst, to the minute": answer(1, "1-5", in_time),
        "second worst, an hour late": answer(2, "1-5", late),
        "worst, never": answer(1, "1-5", None),
        "middling": answer(3, "1-5", in_time),
        "of four, second worst": answer(2, "1-4", None),
        "of four, worst": answer(1, "1-4", None),
        "one is best: five": answer(5, "1-5:1", in_time),
        "one is best: one": answer(1, "1-5:1", in_time),
        "zero to ten": answer(1, "0-10", None),
        "no scale": {"csat": 1.0},
        "not yet due": answer(1, "1-5", datetime(2024, 3, 10)) | {"answered_at": late},
    }
    found = values(tmp_path, "recovery_rate", cases, observed_until=datetime(2024, 3, 10))
    assert found == {
        "worst, to the minute": True,
        "second worst, an hour late": False,
        "worst, never": False,
        "middling": None,
        "of four, second worst": None,
        "of four, worst": False,
        "one is best: five": True,
        "one is best: one": None,
        "zero to ten": False,
        "no scale": None,
        "not yet due": None,
    }


def test_the_days_until_contacted_again_are_a_setting(tmp_path: Path) -> None:
    warehouse = bare.memory(tmp_path)
    answer = {"answered_at": AT, "csat": 1.0, "csat_scale": "1-5"}
    contacted = {"recontacted_at": datetime(2024, 3, 4, 9)}
    bare.fill(warehouse, "surveys", {"x": answer | contacted}, observed_until=datetime(2024, 3, 10))
    assert bare.values_of(warehouse, "recovery_rate", Settings(recovery_days=2)) == {"x": False}
    assert bare.values_of(warehouse, "recovery_rate", Settings(recovery_days=3)) == {"x": True}


RETURNS = (
    # csat of 5, would return
    (1, "no"),
    (1, "Never"),
    (4, "oui"),
    (4, "Probably not"),
    (5, "yes"),
    (5, "Sans doute"),
    (5, "Oui, certainement"),
    (5, None),
    (None, "yes"),
)


def test_would_return_and_by_satisfaction_point(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = [
        {"response_id": n, "answered_at": "2024-03-01", "csat": csat, "would_return": word}
        for n, (csat, word) in enumerate(RETURNS)
    ]
    store.load("surveys", rows, constants={"csat_scale": "1-5"})
    row = store.one("would_return")
    assert (row["value"], row["n"], row["numerator"]) == (5 / 8, 8, 5)
    assert {row["value"] for row in store.answers.would_return_by_point()} == {None}  # too few
    by_point = store.answers.would_return_by_point(reveal=True)
    assert [(r["scale"], r["point"], r["value"], r["n"]) for r in by_point] == [
        ("1-5", 1, 0, 2),
        ("1-5", 4, 0.5, 2),
        ("1-5", 5, 1, 3),
    ]


def test_points_come_worst_first_also_where_one_is_the_best(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = [
        {"response_id": n, "answered_at": "2024-03-01", "csat": n, "would_return": "yes"}
        for n in (1, 2, 5)
    ]
    store.load("surveys", rows, constants={"csat_scale": "5-1"})
    assert [row["point"] for row in store.answers.would_return_by_point()] == [5, 2, 1]


def test_a_word_that_is_neither_yes_nor_no_is_set_aside(tmp_path: Path) -> None:
    rows = [
        {"response_id": 1, "answered_at": "2024-03-01", "would_return": "yes"},
        {"response_id": 2, "answered_at": "2024-03-01", "would_return": "perhaps"},
    ]
    outcome = Store(tmp_path).try_load("surveys", rows)
    (issue,) = outcome.issues
    assert (issue.column, issue.rule, issue.rows) == (
        "would_return",
        "not_yes_or_no",
        1,
    )


def test_rows_whose_upload_lacked_a_column_are_said_not_to_apply(tmp_path: Path) -> None:
    store = Store(tmp_path)
    at = {"answered_at": "2024-03-01"}
    store.load("surveys", [{"response_id": n, **at, "ces": n} for n in (1, 7)])
    store.load("surveys", [{"response_id": 3, **at, "ces": None}, {"response_id": 4, **at}])
    store.load("surveys", [{"response_id": n, **at, "would_return": "yes"} for n in (5, 6, 8)])
    # The cell is empty in both rows of the second file, three rows never had the column.
    assert store.answers.not_counted("ces") == {"young": 0, "silent": 2, "lacking": 3}
    assert store.one("ces")["n"] == 2
