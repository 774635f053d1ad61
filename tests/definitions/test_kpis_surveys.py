"""What the KPIs of surveys, totals and published rankings say of one row; and a KPI's texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.settings import Settings
from service_quality.definitions import kpis
from service_quality.warehouse.schema import table_columns
from tests import bare

AT = datetime(2024, 3, 1, 10)


def answers(
    folder: Path, kpi: str, column: str, scales: dict[str | None, str]
) -> dict[str | None, list[bool | float | None]]:
    """Return a KPI's values of the answers written behind each scale, in their order."""
    warehouse = bare.memory(folder)
    rows = {
        f"{scale} {n}": {"answered_at": AT, column: float(answer), f"{column}_scale": scale}
        for scale, written in scales.items()
        for n, answer in enumerate(written.split())
    }
    bare.fill(warehouse, "surveys", rows)
    found = bare.values_of(warehouse, kpi)
    return {
        scale: [found[f"{scale} {n}"] for n in range(len(written.split()))]
        for scale, written in scales.items()
    }


@pytest.mark.parametrize(
    ("scale", "written", "two_best", "best"),
    [
        ("1-5", "1 2 3 4 5", "...TT", "....T"),
        ("0-10", "0 6 8 9 10", "...TT", "....T"),
        ("1-7", "5 6 7", ".TT", "..T"),
        ("1-5:1", "1 2 3 5", "TT..", "T..."),
        ("1-4", "1 3 4", "   ", "..T"),  # under five points there is a best point only
        ("0-4", "0 2 3 4", "..TT", "...T"),  # five points, 0 among them
        (None, "5", " ", " "),  # a scale that nobody stated
    ],
)
def test_best_points_of_a_scale(
    tmp_path: Path, scale: str | None, written: str, two_best: str, best: str
) -> None:
    meaning = {"T": True, ".": False, " ": None}
    for kpi, expected in (("csat", two_best), ("csat_top1", best)):
        found = answers(tmp_path / kpi, kpi, "csat", {scale: written})
        assert found == {scale: [meaning[sign] for sign in expected]}


def test_nps_takes_scales_to_ten_only(tmp_path: Path) -> None:
    written: dict[str | None, str] = {"0-10": "0 10", "1-10": "10", None: "7", "1-5": "5"}
    assert answers(tmp_path, "nps", "nps", written) == {
        "0-10": [0, 10],
        "1-10": [10],
        None: [7],  # 0–10 is the scale of the question
        "1-5": [None],
    }


def test_a_scale_is_a_series_of_its_own(tmp_path: Path) -> None:
    warehouse = bare.memory(tmp_path)
    rows = {
        scale: {"answered_at": AT, "csat": 5.0, "csat_scale": scale} for scale in ("1-5", "1-7")
    }
    bare.fill(warehouse, "surveys", rows)
    found = {case: row["scale"] for case, row in bare.kpi_rows(warehouse, "csat").items()}
    assert found == {"1-5": "1-5", "1-7": "1-7"}


def test_response_rate_is_by_invitation(tmp_path: Path) -> None:
    warehouse = bare.memory(tmp_path)
    later = datetime(2024, 4, 9)
    rows = {
        "answered": {"invited_at": AT, "answered_at": later},
        "silent": {"invited_at": AT},
        "never invited": {"answered_at": later},
    }
    bare.fill(warehouse, "surveys", rows)
    found = bare.kpi_rows(warehouse, "response_rate")
    assert {case: (row["at"], row["value"]) for case, row in found.items()} == {
        "answered": (AT, True),
        "silent": (AT, False),
    }


def test_an_unanswered_invitation_is_dated_by_the_invitation(tmp_path: Path) -> None:
    warehouse = bare.memory(tmp_path)
    rows: dict[str, dict[str, Any]] = {
        "both": {"invited_at": AT, "answered_at": datetime(2024, 4, 9), "nps": 9.0},
        "silent": {"invited_at": AT},
    }
    bare.fill(warehouse, "surveys", rows)
    found = bare.kpi_rows(warehouse, "nps")
    assert {case: row["at"] for case, row in found.items()} == {
        "both": datetime(2024, 4, 9),
        "silent": AT,
    }


def test_a_ticket_counts_once_whatever_it_lacks(tmp_path: Path) -> None:
    warehouse = bare.memory(tmp_path)
    bare.fill(warehouse, "tickets", {"x": {"ticket_id": "1", "created_at": AT}})
    assert bare.values_of(warehouse, "ticket_volume") == {"x": 1}


def test_totals_and_scores_are_taken_as_they_are(tmp_path: Path) -> None:
    warehouse = bare.memory(tmp_path)
    total = {"kpi": "on_time", "month": date(2024, 3, 1), "due": 4, "kept": 3}
    bare.fill(warehouse, "totals", {"x": total})
    row = bare.kpi_rows(warehouse, "totals")["x"]
    assert (row["kpi"], row["at"], row["due"], row["kept"]) == ("on_time", date(2024, 3, 1), 4, 3)
    place = {"publisher": "P", "category": "Bank", "year": 2024, "brand": "A", "score": 61.5}
    bare.fill(warehouse, "rankings", {"x": place})
    row = bare.kpi_rows(warehouse, "published_score")["x"]
    assert (row["at"], row["value"], row["publisher"]) == (date(2024, 1, 1), 61.5, "P")


def test_texts_are_filled_with_settings_and_keep_what_they_do_not_know() -> None:
    promise = kpis.catalogue()["reply_in_time"].promise
    assert kpis.fill(promise, Settings(reply_promise_hours=8).query_parameters()) == (
        "A reply within 8 hours"
    )
    assert kpis.fill("within {other} of {a}", {"a": 1}) == "within {other} of 1"


@pytest.mark.parametrize(
    ("shown", "digits"), [("0.1 %", 3), ("0 %", 2), ("0", 0), ("0.1", 1), ("0.01", 2)]
)
def test_score_digits_are_those_of_the_shown_value(shown: str, digits: int) -> None:
    kpi = replace(kpis.catalogue()["reply_rate"], format=shown, decimals=kpis.FORMATS[shown])
    assert kpi.score_digits == digits


def test_only_scores_with_a_better_end_can_be_ranked() -> None:
    cannot = {kpi.id for kpi in kpis.catalogue().values() if not kpi.can_rank}
    assert cannot == {"ticket_volume", "backlog", "in_tolerance_rate"}


def test_a_family_gives_each_of_its_values_a_kpi() -> None:
    family = kpis.catalogue()["totals"]
    member = family.member_of_family("lifts_out_of_order", "", "lower", {})
    assert (member.id, member.title, member.better, member.member) == (
        "lifts_out_of_order",
        "Lifts out of order",
        "lower",
        "lifts_out_of_order",
    )
    assert family.member_of_family("x", "", None, {}).better == "higher"


def test_the_hash_of_the_definitions_follows_the_settings() -> None:
    before = kpis.definitions_hash(Settings().query_parameters())
    assert kpis.definitions_hash(Settings().query_parameters()) == before
    assert kpis.definitions_hash(Settings(reply_promise_hours=23).query_parameters()) != before


def test_a_table_has_the_kept_columns_of_its_dataset_and_no_other() -> None:
    from service_quality.definitions.datasets import dataset

    assert set(table_columns(dataset("rankings"))) == {
        *("source", "publisher", "year", "score", "rank", "method", "category", "field_size"),
        *("rank_band", "rank_last"),
        *("brand", "team", "channel", "topic", "upload_id", "mapped", "notes"),
    }
    assert "priority" not in table_columns(dataset("tickets"))
