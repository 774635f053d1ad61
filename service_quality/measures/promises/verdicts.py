"""Composes what became of each promise: a verdict a row, contacts, and KPIs over both."""

from __future__ import annotations

from datetime import date

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.settings import Settings
from service_quality.definitions import queries
from service_quality.definitions.kpis import Kpi
from service_quality.definitions.promise_rules import PROMISES, TOTALS, measurable
from service_quality.measures.compose import Composed, compose, tagged
from service_quality.measures.observed import sources
from service_quality.warehouse import schema
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Cursor, Row

# How a row of each measure keeps a promise `p`; null is not due, or could not apply. Days without
# times tell whether days were kept, and no hours; a promise of days lasts to the end of the last.
KEPT = {
    "rate": "r.value",
    "duration": (
        "case when r.minutes is null then null"
        " when r.source.in_days and (p.within <= 24 or p.within % 24 <> 0) then null"
        " when r.source.waited >= (p.within + if(r.source.in_days, 24, 0)) * 60"
        " then r.answered and r.minutes <= p.within * 60 end"
    ),
    "mean": "coalesce(r.value >= p.at_least, r.value <= p.at_most)",
    "nps": "coalesce(r.value >= p.at_least, r.value <= p.at_most)",
}
ANSWER = "is_answer"  # whether it says what someone answered to a survey: no part of any figure
NO_VERDICT = (
    "select null::varchar as promise, null::varchar as kind, null::varchar as contact,"
    " null::varchar as source, null::timestamp as at, 0::bigint as due, 0::bigint as kept"
    " where false"
)


def composed(cursor: Cursor, kpi: Kpi, settings: Settings, only: str = "") -> Composed:
    """Return a KPI's expressions; those over the promises need to know what these name.

    With `only` as `compose` has it; what became of promises is always of all rows.
    """
    if kpi.dataset != PROMISES:
        return compose(kpi, settings, only)
    parts = queries.load(f"measures/{kpi.parts}.parts").sql
    return (
        verdicts(measured(cursor), settings)
        .and_then("judged", kpi.sql)
        .and_then("kpi_rows", f"select columns(lambda c: c <> '{ANSWER}') from judged")
        .and_then("facts", parts, kind=PROMISES)
    )


def measured(cursor: Cursor) -> dict[str, Kpi]:
    """Return what the registered promises name and the files can tell, by name."""
    names = _named(cursor)
    known = measurable() if names else {}
    return {name: known[name] for name in names if name in known}


def kinds_of(cursor: Cursor) -> set[str]:
    """Return the datasets whose rows can change what became of a promise."""
    totals = {"totals" for name in _named(cursor) if name.startswith(TOTALS)}
    return {PROMISES, *totals, *(kpi.dataset for kpi in measured(cursor).values())}


def _named(cursor: Cursor) -> list[str]:
    """Return the KPIs and columns that the registered promises name."""
    sql = f"select distinct kpi from {schema.table(PROMISES)} where kpi is not null order by 1"
    return [name for (name,) in cursor.execute(sql).fetchall()]


def coverage(warehouse: Warehouse) -> list[Row]:
    """Return the report of that name, with a line for what is measured of the promises.

    Each also has `complete_until`, the last day of the last month that any of its sources
    completes. Promises are observed as far as the least observed of the datasets that measure them.
    """
    ends: dict[str, date] = {}
    for row in sources(warehouse):
        ends[row["dataset"]] = max(row["complete_until"], ends.get(row["dataset"], date.min))
    found = [row | {"complete_until": ends[row["dataset"]]} for row in warehouse.report("coverage")]
    with warehouse.cursor() as cursor:
        kinds = kinds_of(cursor)
    counted = verdicts({}, Settings("UTC")).query(f"select count(*) as rows from {PROMISES}")
    (register,) = warehouse.rows(*counted)
    of = [row for row in found if row["dataset"] in kinds]
    if not of:
        return found
    reach = {
        "first": min(row["first"] for row in of),
        "last": max(row["last"] for row in of),
        "observed_until": min(row["observed_until"] for row in of),
        "complete_until": min(row["complete_until"] for row in of),
    }
    return [*found, {"dataset": PROMISES, **register, **reach}]


def verdicts(names: dict[str, Kpi], settings: Settings) -> Composed:
    """Return the expressions `promises`, `verdicts`, `contacts` and `breaches`.

    A verdict is one row of one file under one promise that was due in it: promise, kind,
    contact, source, at, the dimensions, and due and kept, which are 1 and 0 or 1 except for the
    sums of a totals file. Without a contact id a row is a contact of its own.
    """
    parameters: dict[str, object] = {}
    pieces = [NO_VERDICT, queries.load("promises/totals").sql + _binds("t")]
    for name, kpi in names.items():
        rows, own = tagged(kpi, settings)
        parameters |= own
        pieces.append(_verdicts_of(name, kpi, rows))
    register = queries.load(f"datasets/{PROMISES}").sql
    return Composed(
        (
            f"stored as (select t.*, u.position from {schema.rows(PROMISES)} as t"
            " left join uploads as u on t.upload_id = u.upload_id)",
            f"promises as ({register})",
            f"verdicts as ({' union all by name '.join(pieces)})",
            f"contacts as not materialized ({queries.load('promises/contacts').sql})",
            f"breaches as not materialized ({queries.load('promises/breaches').sql})",
        ),
        parameters,
    )


def _verdicts_of(name: str, kpi: Kpi, rows: str) -> str:
    kept = KEPT[kpi.measure]
    if kpi.measure == "rate" and kpi.better == "lower":
        kept = f"not {kept}"
    dimensions = ", ".join(f"r.{name}" for name in DIMENSIONS)
    return (
        f"select p.promise_id as promise, '{kpi.dataset}' as kind,"
        f" coalesce('c ' || r.source.contact, '{kpi.dataset} ' || r.source.row_no) as contact,"
        f" r.source.source as source, r.at, {dimensions},"
        f" 1::bigint as due, ({kept})::bigint as kept"
        f" from ({rows}) as r inner join promises as p on p.kpi = '{name}'"
        f" and r.at::date between p.first_day and p.last_day{_binds('r')}"
        f" where ({kept}) is not null"
    )


def _binds(rows: str) -> str:
    """Return the condition that a promise `p` binds those whose rows they are, to be appended."""
    return "".join(f" and (p.{d} is null or p.{d} = {rows}.{d})" for d in DIMENSIONS)
