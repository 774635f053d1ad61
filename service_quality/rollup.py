"""Keeps, for each KPI, its parts summed by month and groupings, so that pages answer at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from service_quality import kpis, queries
from service_quality.kpi_sql import GROUPINGS, Composed
from service_quality.kpis import Kpi
from service_quality.promise_sql import composed as composed_of
from service_quality.promise_sql import kinds_of
from service_quality.promised import PROMISES
from service_quality.settings import Settings
from service_quality.warehouse import Cursor


def refresh(
    cursor: Cursor,
    settings: Settings,
    kinds: Collection[str],
    months: Collection[date] | None = None,
    observation_moved: bool = True,
) -> None:
    """Sum again the KPIs of some datasets, all months or the touched ones.

    A KPI that asks for the end of observation is summed anew whenever that moved: rows of any
    month may have become mature. So is what stands on the promises: they bind rows of several
    datasets, and one contact can have rows in many months.
    """
    promised = bool(set(kinds) & kinds_of(cursor))
    for kpi in kpis.catalogue().values():
        of_promises = kpi.dataset == PROMISES
        if not (promised if of_promises else kpi.dataset in kinds):
            continue
        anew = of_promises or (observation_moved and depends_on_observation(kpi))
        _refresh_one(cursor, kpi, settings, None if anew else months)


def depends_on_observation(kpi: Kpi) -> bool:
    """Whether what a KPI says of a row depends on the end of observation.

    A duration only waits longer: its sums count who was answered, and do not change.
    """
    texts = (kpi.sql, queries.load(f"datasets/{kpi.dataset}").sql)
    return kpi.measure != "duration" and any("observed_until" in text for text in texts)


def bring_up_to_date(cursor: Cursor, settings: Settings, kinds: Collection[str]) -> bool:
    """Sum everything again where the definitions or the settings have changed since."""
    version = kpis.definitions_hash(settings.query_parameters())
    if cursor.execute("select rollup_version from meta").fetchall()[0][0] == version:
        return False
    stale = cursor.execute(
        "select table_name from information_schema.tables where table_schema = 'rollup'"
    ).fetchall()
    for (name,) in stale:
        cursor.execute(f'drop table rollup."{name}"')
    refresh(cursor, settings, kinds)
    cursor.execute(
        "update meta set rollup_version = $version, data_version = data_version + 1",
        {"version": version},
    )
    return True


def shape(cursor: Cursor, composed: Composed) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the groupings and the parts that a KPI's facts have."""
    sql, parameters = composed.query("select * from facts limit 0")
    names = [column[0] for column in cursor.execute(sql, parameters).description or ()]
    groupings = tuple(name for name in GROUPINGS if name in names)
    return groupings, tuple(n for n in names if n not in groupings and n != "day")


def _refresh_one(
    cursor: Cursor,
    kpi: Kpi,
    settings: Settings,
    months: Collection[date] | None,
) -> None:
    composed = composed_of(cursor, kpi, settings)
    groupings, parts = shape(cursor, composed)
    sums = ", ".join(f"sum({p}) as {p}" for p in parts)
    select = (
        f"select date_trunc('month', day)::date as day, {', '.join(groupings)}, {sums}"
        " from facts {where} group by all"
    )
    table = table_of(kpi)
    if months is None or not _has(cursor, kpi):
        sql, parameters = composed.query(select.format(where=""))
        cursor.execute(f"create or replace table {table} as {sql}", parameters)
    elif months:
        chosen = {"months": sorted(months)}
        cursor.execute(f"delete from {table} where day in (select unnest($months::date[]))", chosen)
        # The plain range comes first: it drops most rows for the price of two comparisons.
        within = (
            "where day >= $first and day < $last + interval 1 month"
            " and date_trunc('month', day)::date in (select unnest($months::date[]))"
        )
        span = {"first": min(months), "last": max(months)}
        sql, parameters = composed.query(select.format(where=within), **chosen, **span)
        cursor.execute(f"insert into {table} by name {sql}", parameters)


def _has(cursor: Cursor, kpi: Kpi) -> bool:
    """Whether a KPI has been summed; one whose file is new since the start has not."""
    found = cursor.execute(
        "select 1 from duckdb_tables() where schema_name = 'rollup' and table_name = $name",
        {"name": _name(kpi)},
    )
    return bool(found.fetchall())


def table_of(kpi: Kpi) -> str:
    """Return the rollup table of a KPI; a family shares one."""
    return f'rollup."{_name(kpi)}"'


def _name(kpi: Kpi) -> str:
    return kpi.query.name.rpartition("/")[2]
