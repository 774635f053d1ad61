"""Keeps, for each KPI, its parts summed by month and groupings, so that pages answer at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TypeAlias

from service_quality.base.settings import Settings
from service_quality.definitions import kpis
from service_quality.definitions.datasets import all_datasets
from service_quality.definitions.datasets.entities import ENTITIES
from service_quality.definitions.kpis import Kpi
from service_quality.definitions.promise_rules import PROMISES
from service_quality.measures.compose import GROUPINGS, Composed
from service_quality.measures.names import merge_spellings
from service_quality.measures.promises.verdicts import composed as composed_of
from service_quality.measures.promises.verdicts import kinds_of
from service_quality.warehouse import schema
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Cursor

Shape: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]  # groupings and parts of the facts

# What tells a KPI, in its own select or by its dataset's view, how far the data reach.
OBSERVED = ("observed_until", "waited_minutes")
# Which columns a KPI's facts have hangs on the text of its statement alone, and to ask for them
# costs as much as to sum a small month.
_shapes: dict[str, Shape] = {}
MOST_SHAPES = 1000

# Of the rows' own times: rows of other years are not even read then.
IN_RANGE = "({at} >= $first and {at} < $last + interval 1 month)"


def refresh(
    cursor: Cursor,
    settings: Settings,
    kinds: Collection[str],
    months: Collection[date] | None = None,
    observation_moved: bool = True,
) -> None:
    """Sum again the KPIs of some datasets, all months or the touched ones.

    Where the end of observation moved, rows of any month may have become mature: the months of a
    KPI that asks for it are looked through. What stands on the promises is summed anew: they bind
    rows of several datasets, and one contact can have rows in many months.
    """
    if ENTITIES in kinds and merge_spellings(cursor):
        kinds, months = list(all_datasets()), None
    promised = bool(set(kinds) & kinds_of(cursor))
    filled = {kind for kind in all_datasets() if _has_rows(cursor, kind)}
    summed = all_summed(cursor)
    for kpi in kpis.catalogue().values():
        of_promises = kpi.dataset == PROMISES
        if not (promised if of_promises else kpi.dataset in kinds):
            continue
        if kpi.dataset not in filled:
            cursor.execute(f"drop table if exists {table_of(kpi)}")
            continue
        composed = composed_of(cursor, kpi, settings)
        if of_promises or kpi.across_rows or months is None or table_of(kpi) not in summed:
            _sum_all(cursor, kpi, composed)
            continue
        touched: set[date | None] = set(months)
        if observation_moved and depends_on_observation(kpi):
            touched |= _stale_months(cursor, kpi, composed)
        if None in touched:  # of rows without a time
            _sum_all(cursor, kpi, composed)
        elif touched:
            within = composed_of(cursor, kpi, settings, _in_range(kpi))
            _sum_months(cursor, kpi, within, [month for month in touched if month])


def depends_on_observation(kpi: Kpi) -> bool:
    """Whether what a KPI says of a row depends on the end of observation.

    A duration only waits longer: its sums count who was answered, and do not change.
    """
    return kpi.measure != "duration" and any(name in kpi.sql for name in OBSERVED)


def bring_up_to_date(cursor: Cursor, settings: Settings, kinds: Collection[str]) -> bool:
    """Sum everything again where the definitions or the settings have changed since."""
    version = kpis.definitions_hash(settings.definitions())
    if cursor.execute("select rollup_version from meta").fetchall()[0][0] == version:
        return False
    for table in all_summed(cursor):
        cursor.execute(f"drop table {table}")
    refresh(cursor, settings, kinds)
    cursor.execute(
        "update meta set rollup_version = $version, data_version = data_version + 1",
        {"version": version},
    )
    return True


def is_current(warehouse: Warehouse, settings: Settings) -> bool:
    """Whether the sums are those of these definitions and settings."""
    version = kpis.definitions_hash(settings.definitions())
    found = warehouse.rows("select 1 from meta where rollup_version = $v", {"v": version})
    return bool(found)


def shape(cursor: Cursor, composed: Composed) -> Shape:
    """Return the groupings and the parts that a KPI's facts have."""
    sql, parameters = composed.query("select * from facts limit 0")
    if sql in _shapes:
        return _shapes[sql]
    names = [column[0] for column in cursor.execute(sql, parameters).description or ()]
    groupings = tuple(name for name in GROUPINGS if name in names)
    found = groupings, tuple(n for n in names if n not in groupings and n != "day")
    if not schema.reads_sums(sql):
        if len(_shapes) > MOST_SHAPES:
            _shapes.clear()
        _shapes[sql] = found
    return found


def _sum_all(cursor: Cursor, kpi: Kpi, composed: Composed) -> None:
    sql, parameters = composed.query(_sums())
    cursor.execute(f"create or replace table {table_of(kpi)} as {sql}", parameters)


def _sum_months(cursor: Cursor, kpi: Kpi, composed: Composed, months: Collection[date]) -> None:
    chosen = {"months": sorted(months)}
    in_months = "in (select unnest($months::date[]))"
    cursor.execute(f"delete from {table_of(kpi)} where day {in_months}", chosen)
    span = {"first": min(months), "last": max(months)}
    where = f"where day >= $first and date_trunc('month', day)::date {in_months}"
    sql, parameters = composed.query(_sums(where), **chosen, **span)
    cursor.execute(f"insert into {table_of(kpi)} by name {sql}", parameters)


def _in_range(kpi: Kpi) -> str:
    """Return the condition on a KPI's rows that leaves all that a span of months is summed of."""
    times = ("entered_at", "left_at") if kpi.measure == "stock" else ('"at"',)
    return f"({' or '.join(IN_RANGE.format(at=at) for at in times)})"


def _sums(where: str = "") -> str:
    """Return the select of the sums by month and groupings; whatever else there is are parts."""
    by_month = f"select * replace (date_trunc('month', day)::date as day) from facts {where}"
    keys = f"list_contains({['day', *GROUPINGS]}, c)"
    return (
        f"select columns(lambda c: {keys}), sum(columns(lambda c: not {keys}))"
        f" from ({by_month}) group by all"
    )


def _stale_months(cursor: Cursor, kpi: Kpi, composed: Composed) -> set[date | None]:
    """Return the months whose sums are no longer those of the rows.

    Cheaper than to sum all months anew, for no dimension tells the rows apart.
    """
    kept = Composed((f"facts as (from {table_of(kpi)})",), {})
    _groupings, parts = shape(cursor, kept)
    sums = ", ".join(f"sum({part}) as {part}" for part in parts)
    of_month = f"select date_trunc('month', day)::date as day, {sums} from {{table}} group by 1"
    differ = " or ".join(f"now.{part} is distinct from kept.{part}" for part in parts)
    sql, parameters = composed.query(
        f"select coalesce(now.day, kept.day) from ({of_month.format(table='facts')}) as now"
        f" full join ({of_month.format(table=table_of(kpi))}) as kept"
        f" on now.day is not distinct from kept.day where {differ}"
    )
    return {month for (month,) in cursor.execute(sql, parameters).fetchall()}


def is_summed(cursor: Cursor, kpi: Kpi) -> bool:
    """Whether a KPI has been summed.

    One without rows has not, nor one whose file is new since the start.
    """
    return table_of(kpi) in all_summed(cursor)


def all_summed(cursor: Cursor) -> set[str]:
    """Return the rollup tables that there are."""
    return schema.all_sums(cursor)


def _has_rows(cursor: Cursor, kind: str) -> bool:
    return bool(cursor.execute(f"select 1 from {schema.table(kind)} limit 1").fetchall())


def table_of(kpi: Kpi) -> str:
    """Return the rollup table of a KPI; a family shares one."""
    return schema.sums(kpi.query.name.rpartition("/")[2])
