"""What a survey's values let suspect is proposed or said, never done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from service_quality.ingest.prepare import Prepared, prepare
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.warehouse.engine import Cursor
from tests import bare
from tests.factories import NOW, write_csv


@pytest.fixture
def cursor(tmp_path: Path) -> Iterator[Cursor]:
    with bare.memory(tmp_path).cursor() as cursor:
        yield cursor


def survey(cursor: Cursor, folder: Path, marks: Sequence[object], **constants: str) -> Prepared:
    """Prepare one answer a day from the first of January 2024 on."""
    rows = [
        {"answered_at": f"2024-{1 + n // 28:02d}-{1 + n % 28:02d}", "csat": mark}
        for n, mark in enumerate(marks)
    ]
    path = write_csv(folder / "survey.csv", rows)
    return prepare(cursor, path, Instructions(kind="surveys", constants=constants), NOW, "UTC")


def proposed(found: Prepared) -> dict[str, str | None]:
    return {d.topic: d.say for d in found.decisions if d.proposed}


@pytest.mark.parametrize(
    ("marks", "scale"),
    [
        ((1, 5, 3, 4), "1-5"),
        ((2, 7, 6), "1-7"),
        ((1, 10, 8), "1-10"),
        ((0, 10, 8), "0-10"),
        ((55, 97.4), "0-100"),
    ],
)
def test_a_scale_that_nobody_stated_is_proposed(
    cursor: Cursor, tmp_path: Path, marks: Sequence[object], scale: str
) -> None:
    found = survey(cursor, tmp_path, marks)
    assert proposed(found) == {"scale": f"--set csat_scale={scale}"}
    assert "csat_scale" not in found.instructions.constants


def test_codes_off_the_stated_scale_are_proposed(cursor: Cursor, tmp_path: Path) -> None:
    found = survey(cursor, tmp_path, (1, 5, 0, 6, 4), csat_scale="1-5")
    assert proposed(found) == {"no_answer": "--no-answer csat=0,6"}
    assert [(i.rule, i.rows) for i in found.issues] == [("off_the_scale", 2)]


def test_a_code_far_off_is_proposed_without_a_scale(cursor: Cursor, tmp_path: Path) -> None:
    found = survey(cursor, tmp_path, (1, 5, 99, 4, 3))
    assert proposed(found) == {
        "no_answer": "--no-answer csat=99",
        "scale": "--set csat_scale=1-5",
    }
    assert found.rejected == 0


def test_marks_that_fit_a_stated_scale_propose_nothing(cursor: Cursor, tmp_path: Path) -> None:
    assert proposed(survey(cursor, tmp_path, (1, 5, 4), csat_scale="1-5")) == {}


def test_a_column_that_changes_its_scale_is_flagged_with_its_month(
    cursor: Cursor, tmp_path: Path
) -> None:
    found = survey(cursor, tmp_path, [5] * 28 + [4] * 28 + [9] * 28, csat_scale="1-10")
    (mixed,) = [i for i in found.issues if i.rule == "mixed_scales"]
    assert (mixed.column, mixed.rows, mixed.rejects) == ("csat", 28, False)
    assert "Mar 2024" in mixed.expected


def test_a_single_high_month_is_no_other_scale(cursor: Cursor, tmp_path: Path) -> None:
    found = survey(cursor, tmp_path, [5] * 28 + [9] * 28 + [4] * 28, csat_scale="1-10")
    assert not [i for i in found.issues if i.rule == "mixed_scales"]
