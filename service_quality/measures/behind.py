"""The rows behind a figure: those that its n counts, and no others.

They are stored rows, where a measure counts these one by one. What counts persons, contacts or
promises shows a line for each of them, and what is summed from totals shows the totals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.filters import Filters
from service_quality.base.language import N_
from service_quality.base.settings import Settings
from service_quality.definitions import queries
from service_quality.definitions.datasets import dataset
from service_quality.definitions.datasets.base import Column
from service_quality.definitions.kpis import Kpi
from service_quality.definitions.promise_rules import PROMISES
from service_quality.measures.compose import tagged, where
from service_quality.measures.intervals import HIDDEN_UNDER, suppressed
from service_quality.measures.promises import verdicts
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
    "stock": "(left_at is null or left_at::date > $until)",
}
# What a line has that is no stored row: its moment, then what of these its measure says.
MOMENT, MONTH = Column("at", "time", N_("Day")), Column("at", "month", N_("Month"))
OWN = (
    Column("promise", "text", N_("Promise")),
    Column("value", "yes_no", N_("Value")),
    Column("due", "integer", N_("Times due")),
    Column("kept", "integer", N_("Times kept")),
)


@dataclass(frozen=True)
class Point:
    """Whose rows are asked for: a KPI in a period, of one scale of a survey; the first by day."""

    kpi: Kpi
    filters: Filters
    scale: str | None = None
    most: int | None = None


@dataclass(frozen=True)
class Behind:
    """Rows behind a figure: how many cases and rows there are, the first of them, their columns.

    A row is a case, but for those that are sums themselves: these have more cases, or none.
    `hidden` of the rows are not told: too few answered.
    """

    n: int
    of_all: int
    rows: list[Row]
    columns: tuple[Column, ...]
    hidden: int = 0


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


def has_rows(kpi: Kpi) -> bool:
    """Return whether there is anything to show behind a KPI's figures."""
    return is_of_rows(kpi) or kpi.parts in ("rate", "ratio", "mean", "nps")


def columns_of(kpi: Kpi) -> tuple[Column, ...]:
    """Return the columns of stored rows that are shown."""
    return tuple(c for c in dataset(kpi.dataset).stored if c.name != CONTACT and not c.beside)


def behind(warehouse: Warehouse, settings: Settings, point: Point) -> Behind:
    """Return the rows that a KPI's n counts at a point.

    Of a survey none where so few answered that its figure is hidden.
    """
    return (_stored_rows if is_of_rows(point.kpi) else _lines)(warehouse, settings, point)


def _lines(warehouse: Warehouse, settings: Settings, point: Point) -> Behind:
    """Return what a KPI says of persons, contacts, promises or totals, one by one."""
    kpi = point.kpi
    with warehouse.cursor() as cursor:
        composed = verdicts.composed(cursor, kpi, settings)
    clause, chosen = where(point.filters, ("source", *DIMENSIONS))
    counted = COUNTED.get(kpi.parts, "true") + (" and scale = $scale" if point.scale else "")
    lines = "judged" if kpi.dataset == PROMISES else "kpi_rows"
    composed = composed.and_then(
        "dated", f"select *, {AT}::date as day from {lines} where {counted}"
    )
    cases = "due" if kpi.parts == "ratio" else "1"
    answer = verdicts.ANSWER if verdicts.ANSWER in kpi.sql else "false"
    sql, given = composed.query(
        f"select * replace ({AT}::timestamp as {AT}), count(*) over () as of_all,"
        f" sum({cases}) over () as cases, count(*) filter ({answer}) over () as answers"
        f" from dated {clause}"
        f" order by {AT}, source, {', '.join(DIMENSIONS)}{' limit $most' if point.most else ''}",
        **chosen,
        scale=point.scale,
        most=point.most,
    )
    rows = warehouse.rows(sql, given)
    counts = rows[0] if rows else dict.fromkeys(("cases", "of_all", "answers"), 0)
    n, of_all, hidden = (int(counts[name]) for name in ("cases", "of_all", "answers"))
    # What few people answered is told no sooner than in figures of surveys.
    if suppressed(kpi, n):
        hidden = n
    hidden = hidden if hidden < HIDDEN_UNDER else 0
    names = [column for column in dataset(kpi.dataset).stored if column.name in DIMENSIONS]
    own = [column for column in OWN if rows and column.name in rows[0]]
    if kpi.parts != "rate":  # a value that is a number
        own = [replace(c, kind="number") if c.name == "value" else c for c in own]
    shown = [row for row in rows if not (hidden and row.get(verdicts.ANSWER, True))]
    moment = MONTH if "month" in dataset(kpi.dataset).moment else MOMENT
    return Behind(n, of_all, shown, (moment, *names, *own), hidden)


def _stored_rows(warehouse: Warehouse, settings: Settings, point: Point) -> Behind:
    kpi, filters, scale = point.kpi, point.filters, point.scale
    kpi_rows, given = tagged(kpi, settings)
    if kpi.measure == "stock":
        given["until"] = filters.end
        filters = filters.between(None, filters.end)
    clause, chosen = where(filters, ("source", *DIMENSIONS))
    given |= chosen | {"scale": scale, "most": point.most}
    columns = columns_of(kpi)
    listed = ", ".join(f"t.{column.name}" for column in columns)
    sql = (
        "with counted as (select * replace (source.source as source), source.row_no as place,"
        f" cast({DAY.get(kpi.measure, AT)} as date) as day from ({kpi_rows})"
        f" where {COUNTED[kpi.measure]}{' and scale = $scale' if scale is not None else ''})"
        f" select {listed}, t.source, count(*) over () as of_all"
        f" from (select place, day from counted {clause}) as c"
        f" inner join {schema.table(kpi.dataset)} as t on c.place = {schema.place('t.')}"
        f" order by c.day, c.place{' limit $most' if point.most else ''}"
    )
    names = set(queries.PARAMETER.findall(sql))
    rows = warehouse.rows(sql, {name: value for name, value in given.items() if name in names})
    n = int(rows[0]["of_all"]) if rows else 0
    few = suppressed(kpi, n)
    return Behind(n, n, [] if few else rows, columns, n if few else 0)
