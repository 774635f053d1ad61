"""The stored rows behind a figure: those that its n counts, and no others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.filters import Filters
from service_quality.base.settings import Settings
from service_quality.definitions import queries
from service_quality.definitions.datasets import dataset
from service_quality.definitions.datasets.base import Column
from service_quality.definitions.kpis import Kpi
from service_quality.measures.compose import tagged, where
from service_quality.measures.intervals import suppressed
from service_quality.warehouse import schema
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row

CONTACT = "contact_id"  # whose row it is stays behind
# The day that dates a row of a KPI, and what of its rows is counted.
AT, DAY = '"at"', {"stock": "entered_at"}
COUNTED = {
    "rate": "value is not null",
    "mean": "value is not null",
    "nps": "value is not null",
    "count": "value > 0",
    "duration": "minutes is not null",
    # What had entered by the end of the period, and not left.
    "stock": "(left_at is null or left_at >= $after)",
}


@dataclass(frozen=True)
class Behind:
    """Rows behind a figure: how many there are, the first of them, and their columns."""

    n: int
    rows: list[Row]
    columns: tuple[Column, ...]


def is_of_rows(kpi: Kpi) -> bool:
    """Return whether a KPI counts stored rows one by one: sums, persons and promises are none."""
    stored = {column.name for column in dataset(kpi.dataset).stored}
    return (
        CONTACT in stored
        and not kpi.across_rows
        and not kpi.family
        and kpi.parts == kpi.measure
        and kpi.measure in COUNTED
    )


def columns_of(kpi: Kpi) -> tuple[Column, ...]:
    """Return the columns of stored rows that are shown."""
    return tuple(c for c in dataset(kpi.dataset).stored if c.name != CONTACT)


def behind(
    warehouse: Warehouse,
    settings: Settings,
    kpi: Kpi,
    filters: Filters,
    scale: str | None,
    most: int | None,
) -> Behind:
    """Return the rows that a KPI's n counts in a period, the first `most` of them by day.

    Of a survey those of one `scale`, and none where so few answered that its figure is hidden.
    """
    kpi_rows, given = tagged(kpi, settings)
    if kpi.measure == "stock":
        given["after"] = filters.end + timedelta(days=1) if filters.end else None
        filters = filters.between(None, filters.end)
    clause, chosen = where(filters, ("source", *DIMENSIONS))
    given |= chosen | {"scale": scale, "most": most}
    columns = columns_of(kpi)
    listed = ", ".join(f"t.{column.name}" for column in columns)
    sql = (
        "with counted as (select * replace (source.source as source), source.row_no as place,"
        f" cast({DAY.get(kpi.measure, AT)} as date) as day from ({kpi_rows})"
        f" where {COUNTED[kpi.measure]}{' and scale = $scale' if scale is not None else ''})"
        f" select {listed}, t.source, count(*) over () as of_all"
        f" from (select place, day from counted {clause}) as c"
        f" inner join {schema.table(kpi.dataset)} as t on c.place = {schema.place('t.')}"
        f" order by c.day, c.place{' limit $most' if most else ''}"
    )
    names = set(queries.PARAMETER.findall(sql))
    rows = warehouse.rows(sql, {name: value for name, value in given.items() if name in names})
    n = int(rows[0]["of_all"]) if rows else 0
    return Behind(n, [] if suppressed(kpi, n) else rows, columns)
