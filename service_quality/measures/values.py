"""Computes a KPI's values by its keys, from the rows or from the monthly rollup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from service_quality.base import periods as months
from service_quality.base.dimensions import GROUPS
from service_quality.base.filters import Filters, Where
from service_quality.base.language import N_
from service_quality.base.settings import Settings
from service_quality.definitions import queries
from service_quality.definitions.kpis import Kpi
from service_quality.definitions.pieces import BOUNDS
from service_quality.measures import rollup
from service_quality.measures.compose import (
    PERIODS,
    Composed,
    compose,
    group,
    keys,
    where,
    with_groups,
)
from service_quality.measures.intervals import indicative
from service_quality.measures.observed import sources
from service_quality.measures.promises import verdicts
from service_quality.warehouse import schema
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row

if TYPE_CHECKING:
    from service_quality.methods.panel import Array

# Waits that ended with an answer, and those that go on: numpy makes the curve of Kaplan & Meier of
# them. DuckDB's windows take four times as long, and to count equal waits first helps nobody whose
# times have seconds.
LISTS = (
    "coalesce(list(minutes) filter (answered), []) as replied,"
    " coalesce(list(minutes) filter (answered is not true), []) as going_on"
)
Sorted: TypeAlias = "tuple[Array, Array]"


def values(
    warehouse: Warehouse,
    settings: Settings,
    kpi: Kpi,
    by: Sequence[str],
    filters: Filters,
    *,
    rows: bool,
) -> list[Row]:
    """Return one row a group, sorted by the keys, nulls last; see `Answers.kpi`."""
    facts, groupings, parts = facts_of(
        warehouse, settings, kpi, rows=rows or not whole_months(filters)
    )
    groups = [name for name in by if GROUPS.get(name) in groupings]
    if groups:
        facts, groupings = with_groups(facts, "facts", groups), (*groupings, *groups)
    if kpi.measure == "stock":
        return _stock(warehouse, facts, groupings, by, filters)
    # Scales are never summed: another scale is another series.
    named = [*by, *(["scale"] if "scale" in groupings else [])]
    clause, parameters = where(filters, groupings)
    composed = facts.and_then(
        "sums",
        f"select {keys(named, groupings)}{sums_of(kpi, parts)} from facts {clause} group by all",
    ).and_then("result", queries.load(f"measures/{kpi.parts}.result").sql)
    sql, parameters = composed.query(f"select * from result {_order(named)}", **parameters)
    found = warehouse.rows(sql, parameters)
    waits: dict[tuple[object, ...], Row] = {}
    if kpi.measure == "duration" and found:
        of_rows = compose(kpi, settings)
        of_rows = with_groups(of_rows, "kpi_rows", groups) if groups else of_rows
        waits = _of_waits(warehouse, of_rows, groupings, named, filters)
    found = finished(kpi, named, found, waits)
    if has_empty(kpi, by):
        observed = observed_months(warehouse, kpi, facts, groupings, by, filters.where)
        found = with_empty(by, filters, found, observed)
    return found


def has_empty(kpi: Kpi, by: Sequence[str]) -> bool:
    """Whether a period without a row counts as 0."""
    return kpi.measure == "count" and (not by or bool(set(by) & set(PERIODS)))


def observed_months(
    warehouse: Warehouse,
    kpi: Kpi,
    facts: Composed,
    groupings: Sequence[str],
    by: Sequence[str],
    chosen: Where,
) -> list[tuple[Row, date, date]]:
    """Return the first month of each group and source, and the last one that the source completes.

    A source of a few cases does not tell a month without any from one that nobody exported.
    """
    grouped = [name for name in by if name not in PERIODS]
    clause, parameters = where(Filters(where=chosen), groupings)
    sql, parameters = facts.query(
        f"select {group(grouped)} as g, source as of_source, min(day) filter (n > 0) as first"
        f" from facts {clause} group by all having sum(n) > 0",
        **parameters,
    )
    sizes, of_all = facts.query("select source, sum(n) as n from facts group by all")
    enough = {row["source"] for row in warehouse.rows(sizes, of_all) if not indicative(row["n"])}
    ends = {
        row["source"]: row["complete_until"]
        for row in sources(warehouse)
        if row["dataset"] == kpi.dataset and row["source"] in enough
    }
    return [
        (row["g"] if grouped else {}, row["first"], ends[row["of_source"]])
        for row in warehouse.rows(sql, parameters)
        if row["first"] and ends.get(row["of_source"])
    ]


def with_empty(
    by: Sequence[str],
    filters: Filters,
    found: list[Row],
    observed: Sequence[tuple[Row, date, date]],
) -> list[Row]:
    """Add a count of 0 for each period that was observed and has no row."""
    known = {tuple(row[name] for name in by) for row in found}
    empty: dict[tuple[object, ...], Row] = {}
    for group_of, first, last in observed:
        for month in months.between(first, last):
            if _meets(month, filters):
                labels = group_of | {name: _label(name, month) for name in by if name in PERIODS}
                key = tuple(labels[name] for name in by)
                empty.setdefault(key, {name: labels[name] for name in by} | {"value": 0})
    added = [row for key, row in empty.items() if key not in known]
    return sorted(found + added, key=lambda row: [_nulls_last(row[name]) for name in by])


def _meets(month: date, filters: Filters) -> bool:
    """Whether any day of a month lies in the period of the filters."""
    return (filters.start is None or months.last_day(month) >= filters.start) and (
        filters.end is None or month <= filters.end
    )


def _label(period: str, month: date) -> int | str:
    """Return what a period that a month lies in is called, as the SQL of `PERIODS` has it."""
    if period == "year":
        return month.year
    quarter = f"{month:%Y}-Q{(month.month + 2) // 3}"
    return quarter if period == "quarter" else f"{month:%Y-%m}"


def _nulls_last(value: object) -> tuple[bool, object]:
    return value is None, value


def facts_of(
    warehouse: Warehouse, settings: Settings, kpi: Kpi, *, rows: bool
) -> tuple[Composed, tuple[str, ...], tuple[str, ...]]:
    """Return a KPI's facts, from the rows or from the rollup, with their groupings and parts."""
    summed = None if rows else rollup.facts(warehouse, kpi)
    if summed:
        composed, found = summed
        return composed, *found
    with warehouse.cursor() as cursor:
        composed = verdicts.composed(cursor, kpi, settings)
        return composed, *rollup.shape(cursor, composed)


def whole_months(filters: Filters) -> bool:
    """Whether the period starts and ends with a month, so that the rollup can answer."""
    starts = filters.start is None or filters.start.day == 1
    ends = filters.end is None or filters.end == months.last_day(filters.end)
    return starts and ends


def sums_of(kpi: Kpi, parts: Sequence[str]) -> str:
    """Return the select list of a KPI's parts, summed."""
    # A mean's parts are decimals, whose sums do not depend on the order of the rows.
    whole = "" if kpi.parts == "mean" else "::bigint"
    return ", ".join(f"sum({part}){whole} as {part}" for part in parts)


def finished(
    kpi: Kpi, named: Sequence[str], found: list[Row], waits: Mapping[tuple[object, ...], Row]
) -> list[Row]:
    """Return rows with what sums do not tell: the quantiles of waits, and the flags of scores."""
    if kpi.measure == "duration":
        return [_waits(row, waits[tuple(row[name] for name in named)]) for row in found]
    return [_flagged(row) for row in found] if kpi.measure == "nps" else found


def _order(named: Sequence[str]) -> str:
    return f"order by {', '.join(f'{name} nulls last' for name in named)}" if named else ""


def quantiles(
    warehouse: Warehouse, waits: Composed, parameters: Mapping[str, object]
) -> dict[Any, Row]:
    """Return median, p90 and the median's interval by the values of g, from an expression `waits`.

    It has g, minutes and answered; whoever still waits counts as in Kaplan & Meier 1958. None
    where not so many were answered.
    """
    sql, bound = waits.query(f"select g, {LISTS} from waits group by g", **parameters)
    return {
        tuple(g.values()) if isinstance(g, dict) else (): quantiles_of([lists])
        for g, lists in sorted_waits(warehouse, sql, bound)
    }


def sorted_waits(
    warehouse: Warehouse, sql: str, parameters: Mapping[str, object]
) -> Iterator[tuple[Any, Sorted]]:
    """Give the groups g of a query, each with its `LISTS`, sorted."""
    import numpy as np  # only who asks for waits waits for it

    for g, *lists in zip(*warehouse.arrays(sql, parameters).values(), strict=True):
        replied, going_on = map(np.sort, lists)
        yield g, (replied, going_on)


def quantiles_of(waits: Sequence[Sorted]) -> Row:
    """Return median, p90 and the median's interval of some waits together; see `quantiles`."""
    import numpy as np

    from service_quality.methods.waits import of_sorted

    replied, going_on = (np.concatenate(each) for each in zip(*waits, strict=True))
    known = of_sorted(replied, going_on)
    low, high = known.interval(0.5)
    quantiles = {"median": known.quantile(0.5), "p90": known.quantile(0.9)}
    return {**quantiles, "low": low, "high": high}


def _of_waits(
    warehouse: Warehouse,
    of_rows: Composed,
    groupings: Sequence[str],
    named: Sequence[str],
    filters: Filters,
) -> dict[tuple[object, ...], Row]:
    """Return the quantiles of all waits by the keys; they cannot be had from sums."""
    clause, parameters = where(filters, groupings)
    # Asked of the time itself, the period spares reading the rows of other years.
    within = ' and "at" >= $from_day' if filters.start else ""
    within += ' and "at" < $to_day + interval 1 day' if filters.end else ""
    composed = of_rows.and_then(
        "dated",
        f'select *, cast("at" as date) as day from kpi_rows where minutes is not null{within}',
    ).and_then("grouped", f"select {keys(named, groupings)}minutes, answered from dated {clause}")
    waits = composed.and_then(
        "waits", f"select {group(named)} as g, minutes, answered from grouped"
    )
    return quantiles(warehouse, waits, parameters)


def _flagged(row: Row) -> Row:
    """Say of a score on a scale without 0 that it stands alone."""
    flag = {"flag": N_("not comparable with 0–10")} if row.get("scale", "0-10") != "0-10" else {}
    return row | flag


def _waits(row: Row, quantiles: Row) -> Row:
    """Return a group's row: quantiles, counts, and the share of all answered within bounds."""
    within = {bound: row[f"within_{bound}"] / row["n"] for bound in BOUNDS}
    kept = {name: v for name, v in row.items() if not name.startswith("within_")}
    return {**kept, **quantiles, "within": within}


def _stock(
    warehouse: Warehouse,
    facts: Composed,
    groupings: Sequence[str],
    by: Sequence[str],
    filters: Filters,
) -> list[Row]:
    """Return what was in stock at the end of each period, or of the whole.

    What entered before the period still counts; the start only limits the periods shown. Those in
    which no source of a group was observed are absent: of a gap between two systems, or of what
    became of an old one's tickets, nothing is known.
    """
    periods = [name for name in by if name in PERIODS]
    grouped = [name for name in by if name not in PERIODS]
    clause, parameters = where(Filters(end=filters.end, where=filters.where), groupings)
    # A day without a time is observed to its end, which is not a moment of the next one.
    last = "coalesce((max(o.observed_until) - interval 1 microsecond)::date, max(day))"
    parameters |= {"to_day": filters.end, "from_day": filters.start or date(1, 1, 1)}
    # The finest of the periods asked for decides; a coarser one beside it is its own label.
    finest = max(periods, key=list(PERIODS).index, default="")
    step = f"date_trunc('{finest}', day)::date" if finest else "date '1970-01-01'"
    period = (
        f"unnest(generate_series(date_trunc('{finest}', first), until, interval 1 {finest}))::date"
        if finest
        else step
    )
    composed = (
        facts.and_then(
            "seen",
            "select f.source, min(day) as first, least(greatest(max(day),"
            f" {last}), coalesce($to_day::date, 'infinity')) as until from facts as f left join"
            f" {schema.table('observation')} as o on o.kind = $kind and o.source = f.source"
            " group by f.source",
        )
        .and_then(
            "chosen",
            f"select {keys(grouped, groupings)}source as of_source, day, entered, gone"
            f" from facts {clause}",
        )
        .and_then(
            "changes",
            f"select {group(grouped)} as g, {step} as period, sum(entered) as entered,"
            " sum(gone) as gone from chosen group by all having count(*) > 0",
        )
        .and_then(
            "periods",
            f"select distinct g, {period} as period from (select distinct {group(grouped)} as g,"
            " of_source from chosen) inner join seen on of_source is not distinct from source",
        )
        .and_then("result", queries.load("measures/stock.result").sql)
    )
    labels = keys(periods, ())
    names = "".join(f"g.{name} as {name}, " for name in grouped)
    outer = (
        f"select {', '.join(by)}{', ' if by else ''}value from (select {labels}{names}day,"
        " value::bigint as value from (select *, period as day from result))"
    )
    if finest:
        # Of a period that begins after all that was seen nothing is known, nor of its year.
        outer += f" where day >= date_trunc('{finest}', $from_day::date)"
        outer += " and (select max(until) from seen) >= $from_day::date"
    sql, parameters = composed.query(f"{outer} {_order(by)}", **parameters)
    return warehouse.rows(sql, parameters)


def at_ends(months: Sequence[Row], by: Sequence[str], filters: Filters) -> list[Row]:
    """Return what was in stock at the ends of a period's months, or at its end, out of all months.

    Of one selection a page asks for several ends: they cost one statement.
    """
    first, last = (day and f"{day:%Y-%m}" for day in (filters.start, filters.end))
    until = [row for row in months if last is None or row["month"] <= last]
    if by:
        return [row for row in until if first is None or row["month"] >= first]
    return [{"value": row["value"]} for row in until[-1:]]
