"""Keeps the parts of all KPIs summed by month and groupings, so that pages answer at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
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
from service_quality.measures.sums import Sums, alone, at_of, beside, is_alone, part_of, table_of
from service_quality.warehouse import schema
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Cursor, as_written, quoted, run

Shape: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]  # groupings and parts of the facts

FORM = "3"  # of the tables of sums; another sums everything anew
# What tells a KPI, in its own select or by its dataset's view, how far the data reach.
OBSERVED = ("observed_until", "waited_minutes")
# Which columns a KPI's facts have hangs on the text of its statement alone, and to ask for them
# costs as much as to sum a small month.
_shapes: dict[str, Shape] = {}
MOST_SHAPES = 1000
FEW = 5_000  # rows that are summed sooner than a way to sum them is thought of
SLACK = "interval 2 day"  # for what is told by day, or by a clock that is put back


@dataclass(frozen=True)
class Moved:
    """By how much the end of a source's observation moved; None: there was none before."""

    source: str
    before: datetime | None
    after: datetime | None


def refresh(
    cursor: Cursor,
    settings: Settings,
    kinds: Collection[str],
    months: Collection[date] | None = None,
    moved: Moved | None = None,
) -> None:
    """Sum again the KPIs of some datasets, all months or the touched ones.

    Where the end of observation moved, rows of other months may have become mature: those months
    are summed too. What stands on the promises is summed anew: they bind rows of several datasets,
    and one contact can have rows in many months.
    """
    if ENTITIES in kinds and merge_spellings(cursor):
        kinds, months = list(all_datasets()), None
    promised = bool(set(kinds) & kinds_of(cursor))
    concerned = {*kinds, PROMISES} if promised else {*kinds}
    rows = _rows(cursor, concerned)
    summed = schema.all_sums(cursor)
    for table, of in _tables().items():
        kind = of[0].dataset
        if kind not in concerned:
            continue
        if not rows[kind]:
            if table in summed:
                schema.drop_sums(cursor, table)
            continue
        # A measure that is summed by itself may read rows of other kinds, of which there are many.
        few = rows[kind] <= FEW and not is_alone(of[0])
        with as_written(cursor) if few else nullcontext():
            _sum(cursor, settings, table, of, months if table in summed else None, moved)


def _sum(
    cursor: Cursor,
    settings: Settings,
    table: str,
    of: Sequence[Kpi],
    months: Collection[date] | None,
    moved: Moved | None,
) -> None:
    """Sum the KPIs of one table again, all months or these and those that became mature."""
    kind, sums = of[0].dataset, _sums(cursor, of, settings)
    across = any(kpi.across_rows for kpi in of)
    if kind == PROMISES or across or months is None:
        _sum_all(cursor, table, sums)
        return
    touched: set[date | None] = set(months)
    observed = [kpi for kpi in of if depends_on_observation(kpi)]
    if moved:
        stated = [
            kpi for kpi in observed if kpi.matures and at_of(kpi) in all_datasets()[kind].by_name
        ]
        for kpi in stated:
            touched |= _matured_months(cursor, kpi, settings, moved)
        if others := [kpi for kpi in observed if kpi not in stated]:
            touched |= _stale_months(cursor, table, sums, others)
    if None in touched:  # of rows without a time
        _sum_all(cursor, table, sums)
    elif touched:
        _sum_months(cursor, table, sums, [month for month in touched if month])


def depends_on_observation(kpi: Kpi) -> bool:
    """Whether what a KPI says of a row depends on the end of observation.

    A duration only waits longer: its sums count who was answered, and do not change.
    """
    return kpi.measure != "duration" and any(name in kpi.sql for name in OBSERVED)


def bring_up_to_date(warehouse: Warehouse, settings: Settings) -> None:
    """Sum everything again where the definitions or the settings have changed since."""
    version = _version(settings)
    with warehouse.transaction() as cursor:
        if cursor.execute("select rollup_version from meta").fetchall()[0][0] == version:
            return
        for table in schema.all_sums(cursor):
            schema.drop_sums(cursor, table)
        refresh(cursor, settings, list(all_datasets()))
        cursor.execute(
            "update meta set rollup_version = $version, data_version = data_version + 1",
            {"version": version},
        )


def is_current(warehouse: Warehouse, settings: Settings) -> bool:
    """Whether the sums are those of these definitions and settings."""
    version = _version(settings)
    found = warehouse.rows("select 1 from meta where rollup_version = $v", {"v": version})
    return bool(found)


def shape(cursor: Cursor, composed: Composed) -> Shape:
    """Return the groupings and the parts that a KPI's facts have."""
    sql, parameters = composed.query("select * from facts limit 0")
    if sql not in _shapes:
        if len(_shapes) > MOST_SHAPES:
            _shapes.clear()
        found = cursor.execute(sql, parameters).description or ()
        names = [column[0] for column in found if column[0] != "day"]
        groupings = tuple(name for name in GROUPINGS if name in names)
        _shapes[sql] = groupings, tuple(name for name in names if name not in groupings)
    return _shapes[sql]


def facts(warehouse: Warehouse, kpi: Kpi) -> tuple[Composed, Shape] | None:
    """Return a KPI's facts out of its sums, with their shape; None where it has not been summed.

    One without rows has not, nor one whose file is new since the start.
    """
    found = shape_of_sums(warehouse, kpi)
    if found is None:
        return None
    own: dict[str, object] = {"member": kpi.member, "kind": kpi.dataset}
    sql = select(kpi, table_of(kpi), *found)
    return Composed((f"facts as not materialized ({sql})",), own), found


def shape_of_sums(warehouse: Warehouse, kpi: Kpi) -> Shape | None:
    """Return the groupings and the parts that a KPI's sums have; None as `facts` does."""
    columns = warehouse.once(_summed).get(table_of(kpi), [])
    own = part_of(kpi, "")
    parts = tuple(name.removeprefix(own) for name in columns if name.startswith(own))
    return (tuple(name for name in GROUPINGS if name in columns), parts) if parts else None


def select(
    kpi: Kpi, table: str, groupings: Sequence[str], parts: Sequence[str], member: str = "member"
) -> str:
    """Return the select of a KPI's facts from a table of sums, by these groupings."""
    asked = [*groupings, *(f"{quoted(part_of(kpi, part))} as {part}" for part in parts)]
    where = " or ".join(f"{quoted(part_of(kpi, part))} <> 0" for part in counting(kpi))
    of_member = f" and {kpi.family} = ${member}" if kpi.member else ""
    return f"select day, {', '.join(asked)} from {table} where ({where}){of_member}"


def _summed(warehouse: Warehouse) -> dict[str, list[str]]:
    with warehouse.cursor() as cursor:
        return schema.all_sums(cursor)


def counted(cursor: Cursor, of: Iterable[Kpi]) -> str:
    """Return the SQL of the ids of those KPIs of which a row counts; empty where none is summed."""
    summed = schema.all_sums(cursor)
    selects = {}
    for kpi in of:
        table, part = table_of(kpi), part_of(kpi, counting(kpi)[0])
        if part in summed.get(table, ()):
            select = f"from {table} where {quoted(part)} > 0"
            own = f"select '{kpi.id}' as id {select} limit 1"
            selects[part] = f"select distinct {kpi.family} as id {select}" if kpi.family else own
    return " union all ".join(f"({select})" for select in selects.values())


def counting(kpi: Kpi) -> tuple[str, ...]:
    """Return the parts of which one is not 0 where any row counts."""
    return ("entered", "gone") if kpi.measure == "stock" else ("n",)


def _version(settings: Settings) -> str:
    return f"{FORM} {kpis.definitions_hash(settings.definitions())}"


def _tables() -> dict[str, list[Kpi]]:
    """Return the KPIs that are summed beside each other, by their table."""
    found: dict[str, list[Kpi]] = {}
    for kpi in kpis.catalogue().values():
        found.setdefault(table_of(kpi), []).append(kpi)
    return found


def _sums(cursor: Cursor, of: Sequence[Kpi], settings: Settings) -> Sums:
    if not is_alone(of[0]):
        return beside(of, settings)
    composed = composed_of(cursor, of[0], settings)
    return alone(of[0], composed, *shape(cursor, composed))


def _sum_all(cursor: Cursor, table: str, sums: Sums) -> None:
    sql, parameters = sums.composed.query(sums.select())
    schema.make_sums(cursor, table, sums.columns, sql, parameters)


def _sum_months(cursor: Cursor, table: str, sums: Sums, months: Collection[date]) -> None:
    chosen = {"months": sorted(months)}
    cursor.execute(f"delete from {table} where day in (select unnest($months::date[]))", chosen)
    span = {"first": min(months), "last": max(months)}
    sql, parameters = sums.composed.query(sums.select(months=True), **chosen, **span)
    run(cursor, f"insert into {table} by name {sql}", parameters)


def _matured_months(cursor: Cursor, kpi: Kpi, settings: Settings, moved: Moved) -> set[date | None]:
    """Return the months of the rows that became old enough to be judged as observation moved.

    Rows of other times are not even read.
    """
    stated = kpis.MATURES.fullmatch(kpi.matures)
    assert stated, kpi.id
    column, setting, unit = stated.groups()
    wait = settings.query_parameters()[setting] * (24 if unit == "days" else 1) if setting else 0
    found = cursor.execute(
        f"select distinct date_trunc('month', {at_of(kpi)})::date from {schema.table(kpi.dataset)}"
        f" where source = $source and {at_of(kpi)} is not null and {column}"
        f" between coalesce($before::timestamp, '-infinity') - to_hours($hours) - {SLACK}"
        f" and $after::timestamp - to_hours($hours) + {SLACK}",
        {"source": moved.source, "before": moved.before, "after": moved.after, "hours": wait},
    )
    return {month for (month,) in found.fetchall()}


def _stale_months(cursor: Cursor, table: str, sums: Sums, of: Collection[Kpi]) -> set[date | None]:
    """Return the months whose sums of certain KPIs are no longer those of the rows.

    Cheaper than to sum all months anew, for no dimension tells the rows apart.
    """
    parts = [part for part in sums.parts if part.startswith(tuple(part_of(k, "") for k in of))]
    columns = [quoted(part) for part in parts]
    kept = ", ".join(f"sum({column}) as {column}" for column in columns)
    differ = " or ".join(f"coalesce(now.{c}, 0) <> coalesce(kept.{c}, 0)" for c in columns)
    sql, parameters = sums.composed.query(
        f"select coalesce(now.day, kept.day) from ({sums.select((), parts)}) as now"
        f" full join (select day, {kept} from {table} group by day) as kept"
        f" on now.day is not distinct from kept.day where {differ}"
    )
    return {month for (month,) in run(cursor, sql, parameters).fetchall()}


def _rows(cursor: Cursor, kinds: Iterable[str]) -> dict[str, int]:
    """Return how many rows the kinds have: asked at once, in a third of the time."""
    asked = [f"select '{kind}', count(*) from {schema.table(kind)}" for kind in kinds]
    return dict(cursor.execute(" union all ".join(asked)).fetchall() if asked else [])
