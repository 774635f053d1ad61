"""What a stored row means hangs on names, not on the order in which a module lists its columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from service_quality.definitions import datasets
from service_quality.definitions.datasets.base import Column, Dataset
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.places import FILE_NAME
from tests.factories import Store

DAY, LATER = "2024-03-01 09:00", "2024-03-01 11:00"
ROWS: dict[str, tuple[dict[str, Any], str]] = {
    "tickets": (
        {"ticket_id": 1, "created_at": DAY, "solved_at": LATER, "team": "a"},
        "full_resolution_time",
    ),
    "emails": ({"email_id": 1, "received_at": DAY, "replied_at": LATER, "team": "a"}, "reply_time"),
    "surveys": (
        {"response_id": 1, "answered_at": DAY, "csat": 5, "csat_scale": "1-5", "team": "a"},
        "csat",
    ),
    "deliveries": (
        {"order_id": 1, "promised_at": DAY, "delivered_at": LATER, "team": "a"},
        "delivered_in_time",
    ),
}
NEW = Column("handed_on_at", "time", "Handed on")
NEW_DIMENSION = Column("region", "text", "Region")


def _behind_the_first(of: Dataset) -> Dataset:
    return replace(of, columns=(of.columns[0], NEW, *of.columns[1:]))


def _before_the_dimensions(of: Dataset) -> Dataset:
    at = list(of.by_name).index("brand")
    return replace(of, columns=(*of.columns[:at], NEW_DIMENSION, *of.columns[at:]))


def _backwards(of: Dataset) -> Dataset:
    return replace(of, columns=tuple(reversed(of.columns)))


def _asked(store: Store, kpi: str) -> list[Any]:
    return [
        store.answers.kpi(kpi, by, rows=rows, reveal=True)
        for by in ([], ["month"], ["team"])
        for rows in (False, True)
    ]


@pytest.mark.parametrize("change", [_behind_the_first, _before_the_dimensions, _backwards])
@pytest.mark.parametrize("kind", ROWS)
def test_a_column_in_another_place_changes_no_figure(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    change: Callable[[Dataset], Dataset],
) -> None:
    row, kpi = ROWS[kind]
    store = Store(tmp_path)
    store.load(kind, [row])
    before = _asked(store, kpi)
    assert before[0][0]["n"] == 1
    module = import_module(f"service_quality.definitions.datasets.{kind}")
    monkeypatch.setattr(module, "DATASET", change(module.DATASET))
    datasets.all_datasets.cache_clear()
    try:
        store.reopen()
        assert _asked(store, kpi) == before
        again = next(iter(row)), 2
        store.load(kind, [row | dict([again])])
        assert store.one(kpi)["n"] == 2
    finally:
        monkeypatch.undo()
        datasets.all_datasets.cache_clear()


def test_rows_that_an_older_version_stored_by_place_are_folded_anew(tmp_path: Path) -> None:
    store = Store(tmp_path)
    row, kpi = ROWS["tickets"]
    store.load("tickets", [row])
    before = store.one(kpi)
    with store.warehouse.cursor() as cursor:
        cursor.execute("drop table column_bits")
        cursor.execute("alter table meta drop column made_of")
        cursor.execute("update tickets set mapped = 1")
    store.warehouse.close()
    Warehouse.open(tmp_path / FILE_NAME).close()  # killed before the rows were folded anew
    assert Store(tmp_path).one(kpi) == before


def test_readers_get_the_bits_of_a_warehouse_that_had_one_macro_for_all(tmp_path: Path) -> None:
    store = Store(tmp_path)
    row, kpi = ROWS["tickets"]
    store.load("tickets", [row])
    before = store.one(kpi)
    with store.warehouse.cursor() as cursor:
        cursor.execute("drop macro tickets_bit")
        cursor.execute("alter table meta drop column made_of")
    store.warehouse.close()
    read = Warehouse.open(tmp_path / FILE_NAME, read_only=True)
    with read.cursor() as cursor:
        assert cursor.execute("select tickets_bit('ticket_id') > 0").fetchall() == [(True,)]
    read.close()
    assert Store(tmp_path).one(kpi) == before
