"""How one upload changes a table: newest versions, replaced periods, ids of other rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.errors import ConfirmationNeededError, RefusedError
from service_quality.definitions.datasets import dataset
from service_quality.uploads import fold
from service_quality.warehouse.engine import Cursor
from tests import bare
from tests.factories import Store

DAY = datetime(2024, 3, 1)
Cells = dict[str, Any]


@pytest.fixture
def cursor(tmp_path: Path) -> Iterator[Cursor]:
    with bare.memory(tmp_path).cursor() as cursor:
        yield cursor


def upload(cursor: Cursor, kind: str, rows: list[Cells], **more: Any) -> fold.Applied:
    """Fold rows whose keys are the mapped columns; the first row is record 1."""
    of = dataset(kind)
    columns = tuple(c.name for c in of.stored if any(c.name in row for row in rows))
    types = {c.name: {"time": "timestamp"}.get(c.kind, "varchar") for c in of.columns}
    cells = ", ".join(f"{name} {types[name]}" for name in columns)
    cursor.execute(f"create or replace temp table incoming (record bigint, {cells}, notes varchar)")
    for record, row in enumerate(rows, start=1):
        marks = ", ".join("?" * (len(columns) + 2))
        values = [record, *(row.get(name) for name in columns), row.get("notes")]
        cursor.execute(f"insert into incoming values ({marks})", values)
    about = {"upload_id": "u", "source": "s", "header_hash": "h", "replace": False} | more
    return fold.apply(cursor, of, fold.Upload(columns=columns, **about))


def ticket(number: int, updated: int | None, **cells: Any) -> Cells:
    at = None if updated is None else DAY + timedelta(days=updated)
    return {"ticket_id": str(number), "created_at": DAY, "updated_at": at, **cells}


def teams(cursor: Cursor) -> dict[str, str | None]:
    return dict(cursor.execute("select ticket_id, team from main.tickets").fetchall())


@pytest.mark.parametrize(
    ("updates", "winner"),
    [
        ([5, 3, 4], 0),
        ([3, 5, 5], 2),
        ([5, None], 1),  # without a time, the later row
        ([None, 5], 1),
        ([9, None, 5], 2),  # the 5 only meets what has no time
        ([None, 9, 5], 1),
    ],
)
def test_of_one_id_in_a_file_one_row_wins(
    cursor: Cursor, updates: list[int | None], winner: int
) -> None:
    rows = [ticket(1, at, team=f"row {n}") for n, at in enumerate(updates)]
    applied = upload(cursor, "tickets", rows)
    assert (applied.inserted, applied.superseded) == (1, len(rows) - 1)
    assert teams(cursor) == {"1": f"row {winner}"}


@pytest.mark.parametrize(
    ("stored", "coming", "fate"),
    [
        (5, 4, "superseded"),
        (5, 5, "updated"),
        (5, 6, "updated"),
        (5, None, "updated"),
        (None, 1, "updated"),
    ],
)
def test_a_later_upload_wins_unless_it_is_older(
    cursor: Cursor, stored: int | None, coming: int | None, fate: str
) -> None:
    upload(cursor, "tickets", [ticket(1, stored, team="old")])
    applied = upload(cursor, "tickets", [ticket(1, coming, team="new")])
    assert getattr(applied, fate) == 1
    assert teams(cursor) == {"1": "old" if fate == "superseded" else "new"}


def test_the_same_rows_again_are_unchanged_and_touch_no_month(cursor: Cursor) -> None:
    rows = [ticket(1, 5, team="a"), ticket(2, None, team=None)]
    upload(cursor, "tickets", rows)
    assert upload(cursor, "tickets", rows) == fold.Applied(unchanged=2, months=())


def test_columns_that_were_not_mapped_stay_and_mapped_empty_cells_overwrite(
    cursor: Cursor,
) -> None:
    upload(cursor, "tickets", [ticket(1, 1, team="a", brand="B", status="open")])
    upload(cursor, "tickets", [{"ticket_id": "1", "created_at": DAY, "team": None}])
    found = cursor.execute("select team, brand, status, updated_at from main.tickets").fetchall()
    assert found == [(None, "B", "open", DAY + timedelta(days=1))]


def test_a_row_remembers_all_columns_that_were_ever_mapped(cursor: Cursor) -> None:
    upload(cursor, "tickets", [ticket(1, 1, team="a")])
    upload(cursor, "tickets", [{"ticket_id": "1", "created_at": DAY, "solved_at": None}])
    expected = dataset("tickets").mask(
        ["ticket_id", "created_at", "updated_at", "team", "solved_at"]
    )
    found = cursor.execute(f"select mapped = {expected} from main.tickets").fetchall()
    assert found == [(True,)]


def test_sources_have_their_own_ids(cursor: Cursor) -> None:
    upload(cursor, "tickets", [ticket(1, 1, team="a")])
    assert upload(cursor, "tickets", [ticket(1, 1, team="b")], source="other").inserted == 1


def test_months_touched_are_those_of_the_row_before_and_after(cursor: Cursor) -> None:
    may, june = datetime(2024, 5, 9), datetime(2024, 6, 9)
    upload(cursor, "tickets", [ticket(1, 1, solved_at=may), ticket(2, 1, solved_at=june)])
    applied = upload(cursor, "tickets", [ticket(1, 2, solved_at=None), ticket(2, 1)])
    months = {month.month for month in applied.months or ()}
    assert months >= {3, 5}  # created and updated in March, solved in May before
    assert 6 in months  # the second lost its solved time: it was mapped, and empty


@pytest.mark.parametrize(("others", "fits"), [(1, True), (2, False)])
def test_more_than_one_id_in_a_hundred_with_another_time_is_refused(
    cursor: Cursor, others: int, fits: bool
) -> None:
    rows = [ticket(n, None) for n in range(100)]
    upload(cursor, "tickets", rows)
    moved = [{**row, "created_at": DAY + timedelta(days=n < others)} for n, row in enumerate(rows)]
    if fits:
        assert upload(cursor, "tickets", moved).updated == others
    else:
        with pytest.raises(RefusedError, match=r"2 of the 100 ids .*another source"):
            upload(cursor, "tickets", moved)


def test_totals_are_keyed_by_kpi_month_and_all_dimensions(cursor: Cursor) -> None:
    def total(kept: int, **cells: Any) -> Cells:
        return {"kpi": "k", "month": "2024-03-01", "due": 9, "kept": kept, **cells}

    upload(cursor, "totals", [total(1, brand="A", team=None), total(2, brand=None, team=None)])
    applied = upload(
        cursor, "totals", [total(3, brand="A", team=None), total(4, brand="A", team="T")]
    )
    assert (applied.updated, applied.inserted) == (1, 1)
    found = cursor.execute("select brand, team, kept from main.totals order by kept").fetchall()
    assert found == [(None, None, 2), ("A", None, 3), ("A", "T", 4)]


def test_fewer_rows_without_ids_replace_more_only_when_confirmed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    emails = [{"received_at": f"2024-03-{d:02d}", "brand": "A"} for d in (1, 1, 15, 20)]
    store.load("emails", emails)
    fewer = [{"received_at": d, "brand": "B"} for d in ("2024-03-01", "2024-03-15")]
    outcome = store.try_load("emails", fewer)
    assert (outcome.status, outcome.confirm) == ("refused", True)
    assert "3 rows from 2024-03-01" in outcome.reason
    assert store.load("emails", fewer, replace=True).removed == 3
    days = [(at.day, brand) for at, brand in store.stored("emails", "received_at", "brand")]
    assert days == [(1, "B"), (15, "B"), (20, "A")]


def test_the_confirmation_is_an_error_of_its_own() -> None:
    assert issubclass(ConfirmationNeededError, RefusedError)
