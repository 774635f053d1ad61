"""Headers become columns: sums and differences, constants, no-answer codes, words, numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.errors import RefusedError, UsageError
from service_quality.definitions.datasets import dataset
from service_quality.ingest.columns.terms import terms
from service_quality.ingest.prepare import prepare
from service_quality.ingest.read.table import Table
from service_quality.ingest.recognise.instructions import Instructions
from tests import bare
from tests.factories import NOW, write_csv

KEPT = dataset("totals").column("kept")


def table(*headers: str) -> Table:
    return Table(Path("x.csv"), "x.csv", "csv", headers, ())


@pytest.mark.parametrize(
    ("header", "headers", "expected"),
    [
        ("a", ("a", "b"), "+0"),
        ("b-a", ("a", "b"), "+1 -0"),
        ("a + b", ("a", "b"), "+0 +1"),
        ("a-b", ("a-b", "a", "b"), "+0"),  # a header may hold a sign itself
        ("a-b-a", ("a-b", "a", "b"), "+0 -1"),
        ("on-time - late", ("on-time", "late"), "+0 -1"),
        ("A", ("a", "b"), "+0"),
        ("Été", ("ete",), "+0"),
        ("a − b", ("a", "b"), "+0 -1"),
    ],
)
def test_a_header_or_a_sum_or_difference_of_headers(
    header: str, headers: tuple[str, ...], expected: str
) -> None:
    found = terms(header, table(*headers), KEPT)
    assert " ".join(f"{term.sign}{term.at}" for term in found) == expected


@pytest.mark.parametrize("header", ["c", "a-c", "a-", "-a", "a b", ""])
def test_a_header_that_is_not_there_is_named_with_those_that_are(header: str) -> None:
    with pytest.raises(RefusedError, match=r"x\.csv has no column .* kept.*: a, b\."):
        terms(header, table("a", "b"), KEPT)


def test_only_numbers_are_added() -> None:
    with pytest.raises(RefusedError, match="has no column “a-b” for kpi"):
        terms("a-b", table("a", "b"), dataset("totals").column("kpi"))


def staged(folder: Path, kind: str, row: dict[str, Any], **words: Any) -> dict[str, Any]:
    """Return the one row as it was understood."""
    path = write_csv(folder / "export.csv", [row])
    with bare.memory(folder).cursor() as cursor:
        prepare(cursor, path, Instructions(kind=kind, source="s", **words), NOW, "Europe/Paris")
        result = cursor.execute("select * from staged")
        names = [column[0] for column in result.description or ()]
        (cells,) = result.fetchall()
    return dict(zip(names, cells, strict=True))


def marks(folder: Path, cells: Iterable[str], like: str) -> dict[str, float | None]:
    """Return what cells of one column are read as, in which most are written `like` this."""
    cells = list(cells)
    rows = [
        {"publisher": "P", "year": 2024, "brand": f"b{n}", "score": text}
        for n, text in enumerate((*cells, *[like] * 99))
    ]
    path = write_csv(folder / "export.csv", rows)
    with bare.memory(folder).cursor() as cursor:
        prepare(cursor, path, Instructions(kind="rankings"), NOW, "Europe/Paris")
        found = cursor.execute("select score from staged order by rowid").fetchall()
    return {cell: value for cell, (value,) in zip(cells, found, strict=False)}


def test_numbers_with_a_decimal_point(tmp_path: Path) -> None:
    expected = {
        "5": 5,
        "5.25": 5.25,
        "-5.5": -5.5,
        "+5": 5,
        "1e3": 1000,
        "1,234": 1234,
        "1,234.5": 1234.5,
        "£48,486.66": 48486.66,
        "97.4 %": 97.4,
        " 5 ": 5,
        "\u00a05": 5,
        "5,7": None,  # in a column that writes points this is no number
        "1,23,456": None,
        "inf": None,
        "nan": None,
        "1e400": None,
        "<=5": None,
        "=39": None,
        "1/2": None,
    }
    assert marks(tmp_path, expected, like="1.5") == expected


def test_numbers_with_a_decimal_comma(tmp_path: Path) -> None:
    expected = {
        "5": 5,
        "5,25": 5.25,
        "12 345,6": 12345.6,
        "12\u202f345,6": 12345.6,
        "12\u00a0345": 12345,
        "1.234,5": 1234.5,
        "1.234": 1234,
        "97,4 %": 97.4,
        "-5,5": -5.5,
        "5.7": None,  # in a column that writes commas this is not 57
        "12.34,5": None,
        "1,234,5": None,
    }
    assert marks(tmp_path, expected, like="1,5") == expected


def test_marks_out_of_a_whole_that_all_share(tmp_path: Path) -> None:
    expected = {"18,4/20": 18.4, "17 / 20": 17, "9,5/20": 9.5}
    assert marks(tmp_path, expected, like="12,5/20") == expected


TOTAL = {"month": "2024-03", "kpi": "Ponctualité TGV", "in": "12", "out": "3", "all": "20"}


def test_a_difference_is_taken_row_by_row(tmp_path: Path) -> None:
    row = staged(tmp_path, "totals", TOTAL, mapping={"kept": "in-out", "due": "all"})
    assert (row["kept"], row["due"], row["kpi"]) == (9, 20, "ponctualite_tgv")


def test_a_difference_with_an_empty_cell_is_unknown(tmp_path: Path) -> None:
    row = staged(
        tmp_path, "totals", {**TOTAL, "out": None}, mapping={"kept": "in-out", "due": "all"}
    )
    assert row["kept"] is None


TICKET = {"ticket_id": "1", "created_at": "2024-03-01", "status": "Résolu", "reopens": "0.0"}


@pytest.mark.parametrize(
    ("written", "status"),
    [("Résolu", "resolu"), ("CLOSED", "closed"), ("Fermé", "ferme"), ("En cours", "en cours")],
)
def test_a_status_is_kept_without_case_and_accents(
    tmp_path: Path, written: str, status: str
) -> None:
    assert staged(tmp_path, "tickets", {**TICKET, "status": written})["status"] == status


def test_no_answer_codes_count_as_empty_in_whatever_way_a_number_is_written(
    tmp_path: Path,
) -> None:
    row = staged(tmp_path, "tickets", TICKET, no_answer={"reopens": ("0",), "status": ("Résolu",)})
    assert (row["reopens"], row["status"]) == (None, None)
    assert staged(tmp_path, "tickets", TICKET, no_answer={"reopens": ("1",)})["reopens"] == 0


def test_constants_are_typed_like_cells(tmp_path: Path) -> None:
    constants = {"brand": "Séphanie", "agent_replies": "2", "solved_at": "2024-03-05"}
    row = staged(tmp_path, "tickets", TICKET, constants=constants)
    assert (row["brand"], row["agent_replies"]) == ("Séphanie", 2)
    assert row["solved_at"].isoformat() == "2024-03-05T00:00:00"


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("2024-03-31", datetime(2024, 4, 1)),  # a day was observed to its end
        ("2024-03-31 12:00", datetime(2024, 3, 31, 12)),
        ("9999-12-31", datetime(9999, 12, 31)),
    ],
)
def test_the_end_of_observation_can_be_stated(tmp_path: Path, text: str, until: datetime) -> None:
    path = write_csv(tmp_path / "export.csv", [TICKET])
    words = Instructions(kind="tickets", constants={"observed_until": text})
    with bare.memory(tmp_path).cursor() as cursor:
        report = prepare(cursor, path, words, NOW, "Europe/Paris")
    assert report.observed_until == until


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("agent_replies", "two", "a whole number"),
        ("agent_replies", "-1", "a whole number"),
        ("solved_at", "05/03/2024", "a date and time"),
        ("observed_until", "soon", "not a date"),
    ],
)
def test_a_constant_that_cannot_be_is_named(
    tmp_path: Path, column: str, text: str, said: str
) -> None:
    with pytest.raises(UsageError, match=f"{column}={text} is not .*{said.removeprefix('not ')}"):
        staged(tmp_path, "tickets", TICKET, constants={column: text})


def test_values_that_look_like_sql_are_text(tmp_path: Path) -> None:
    nasty = "'); drop table staged; --"
    row = staged(
        tmp_path,
        "tickets",
        {**TICKET, 'he"ad': nasty},
        mapping={"team": 'he"ad'},
        constants={"brand": nasty},
        no_answer={"status": (nasty,)},
    )
    assert (row["team"], row["brand"], row["status"]) == (nasty, nasty, "resolu")
