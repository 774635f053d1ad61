"""What there is of a KPI: the years that have data, and how many values each dimension has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.settings import Settings
from service_quality.definitions.kpis import Kpi
from service_quality.measures import rollup
from service_quality.measures.sums import part_of, table_of
from service_quality.measures.values import facts_of
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row, quoted


@dataclass(frozen=True)
class Extent:
    """The years in which a KPI counts rows, oldest first; by dimension how many values it has.

    Of values, 2 stands for several.
    """

    years: tuple[int, ...]
    spread: dict[str, int]


def extent(warehouse: Warehouse, settings: Settings, kpi: Kpi) -> Extent:
    """Return what there is of a KPI."""
    facts, groupings, _parts = facts_of(warehouse, settings, kpi, rows=False)
    selected = _selected(kpi, groupings, "")
    sql, bound = facts.query(f"select year(day) as year, {selected} from facts group by all")
    return _of_rows(warehouse.rows(sql, bound), groupings, "")


def extents(warehouse: Warehouse, of: Sequence[Kpi]) -> dict[str, Extent]:
    """Return what there is of several KPIs, by id; of those that have sums.

    A table of sums is read once for all that it holds.
    """
    tables: dict[tuple[str, str], dict[Kpi, tuple[str, ...]]] = {}
    for kpi in of:
        if shape := rollup.shape_of_sums(warehouse, kpi):
            tables.setdefault((table_of(kpi), kpi.family), {})[kpi] = shape[0]
    found = {}
    for (table, family), held in tables.items():
        # The KPIs of a family have one select.
        of_kpis = {_selected(kpi, names, part_of(kpi, "")) for kpi, names in held.items()}
        member = f"{family} as member" if family else "'' as member"
        selected = ", ".join([member, *sorted(of_kpis)])
        rows = warehouse.rows(f"select year(day) as year, {selected} from {table} group by all")
        for kpi, names in held.items():
            own = [row for row in rows if row["member"] == kpi.member]
            found[kpi.id] = _of_rows(own, names, part_of(kpi, ""))
    return found


def _selected(kpi: Kpi, groupings: Sequence[str], own: str) -> str:
    """Return what is selected of a KPI's facts in a year; its names begin with `own`.

        max("csat.n") as "csat.counts", min(brand) filter ("csat.n" > 0) as "csat.least brand",
        max(brand) filter ("csat.n" > 0) as "csat.most brand", …

    Two ends tell whether there are several values; to count them takes ten times as long.
    """
    counting = " + ".join(quoted(f"{own}{part}") for part in rollup.counting(kpi))
    selected = {"counts": f"max({counting})"} | {
        f"{end} {name}": f"{sql}({name}) filter ({counting} > 0)"
        for name in _dimensions(groupings)
        for end, sql in (("least", "min"), ("most", "max"))
    }
    return ", ".join(f"{sql} as {quoted(f'{own}{name}')}" for name, sql in selected.items())


def _of_rows(rows: Sequence[Row], groupings: Sequence[str], own: str) -> Extent:
    counting = [row for row in rows if (row[f"{own}counts"] or 0) > 0]
    years = {row["year"] for row in counting} - {None}
    ends = {
        name: {row[f"{own}{end} {name}"] for row in counting for end in ("least", "most")} - {None}
        for name in _dimensions(groupings)
    }
    spread = {name: min(len(values), 2) for name, values in ends.items()}
    return Extent(tuple(sorted(years)), spread)


def _dimensions(groupings: Sequence[str]) -> list[str]:
    return [name for name in DIMENSIONS if name in groupings]
