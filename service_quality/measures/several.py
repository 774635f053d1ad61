"""Works out several figures out of the sums by month in few statements, as a page asks for them.

To plan a statement takes DuckDB longer than to run it, and a table of sums is read once for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.filters import Filters, Where
from service_quality.base.settings import Settings
from service_quality.definitions import queries
from service_quality.definitions.kpis import Kpi
from service_quality.measures import rollup
from service_quality.measures.compose import Composed, compose, keys, where
from service_quality.measures.sums import part_of, table_of
from service_quality.measures.values import (
    LISTS,
    Sorted,
    finished,
    has_empty,
    observed_months,
    quantiles_of,
    sorted_waits,
    sums_of,
    whole_months,
    with_empty,
)
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row, quoted

MEASURES = ("rate", "mean", "nps", "duration", "count")  # a stock is of all months before
KEYS = ("month", *DIMENSIONS, "source")


@dataclass(frozen=True)
class Asked:
    """The values of a KPI by keys, with what its sums have: groupings and parts."""

    kpi: Kpi
    by: tuple[str, ...]
    filters: Filters
    groupings: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """The keys of its rows: scales are never summed."""
        return (*self.by, *(["scale"] if "scale" in self.groupings else []))


@dataclass
class Picked:
    """The part of one table of sums that all of them are read from: keys, and columns to sum."""

    table: str
    chosen: Where
    groupings: tuple[str, ...]
    keys: set[str] = field(default_factory=set)
    columns: dict[str, None] = field(default_factory=dict)

    def expression(self, name: str) -> tuple[str, dict[str, object]]:
        """Return the common table expression, and its parameters."""
        clause, parameters = _numbered(where(Filters(where=self.chosen), self.groupings), name)
        sums = [f"sum({column}) as {column}" for column in map(quoted, self.columns)]
        columns = ", ".join(["day", *sorted(self.keys), *sums])
        select = f"select {columns} from {self.table} {clause} group by all"
        return f"{name} as materialized ({select})", parameters


def several(
    warehouse: Warehouse, settings: Settings, asked: Sequence[Asked]
) -> list[tuple[Asked, list[Row]]]:
    """Return the rows of those that can be asked together, each as `values` returns them."""
    found = []
    of_parts: dict[str, list[Asked]] = {}
    for each in asked:
        shape = rollup.shape_of_sums(warehouse, each.kpi) if _can(each) else None
        if shape:
            known = replace(each, groupings=shape[0], parts=shape[1])
            of_parts.setdefault(each.kpi.parts, []).append(known)
    for together in of_parts.values():
        rows = _rows(warehouse, together)
        of_waits: list[dict[tuple[object, ...], Row]] = [{} for _each in together]
        if together[0].kpi.measure == "duration":
            of_waits = _quantiles(warehouse, settings, together)
        for each, of, waits in zip(together, rows, of_waits, strict=True):
            found.append((each, finished(each.kpi, each.named, of, waits)))
    return _with_empty(warehouse, found)


def _with_empty(
    warehouse: Warehouse, found: list[tuple[Asked, list[Row]]]
) -> list[tuple[Asked, list[Row]]]:
    """Return rows with the periods that count as 0; which were observed is asked once for all."""
    observed: dict[object, list[tuple[Row, date, date]]] = {}
    whole = []
    for each, rows in found:
        facts = rollup.facts(warehouse, each.kpi) if has_empty(each.kpi, each.by) else None
        if facts:
            composed, (groupings, _parts) = facts
            of = each.kpi.id, frozenset(each.by) - {"month"}, each.filters.where
            if of not in observed:
                observed[of] = observed_months(
                    warehouse, each.kpi, composed, groupings, each.by, each.filters.where
                )
            rows = with_empty(each.by, each.filters, rows, observed[of])
        whole.append((each, rows))
    return whole


def _can(asked: Asked) -> bool:
    known = asked.kpi.measure in MEASURES and set(asked.by) <= set(KEYS)
    return known and whole_months(asked.filters)


def _rows(warehouse: Warehouse, asked: Sequence[Asked]) -> list[list[Row]]:
    """Return the rows of KPIs of one measure, from one statement over what is picked of sums."""
    every = _every_key(asked)
    picked: dict[tuple[str, Where], Picked] = {}
    facts, sums = [], []
    parameters: dict[str, object] = {}
    for i, each in enumerate(asked):
        kpi, of = each.kpi, (table_of(each.kpi), each.filters.where)
        pick = picked.setdefault(of, Picked(*of, each.groupings))
        pick.keys |= {*every, "source", kpi.family} & {*each.groupings, kpi.family} - {""}
        pick.columns |= dict.fromkeys(part_of(kpi, part) for part in each.parts)
        kept = tuple(name for name in each.groupings if name in pick.keys)
        name = f"picked_{list(picked).index(of)}"
        member = f"member_{i}"
        select = rollup.select(kpi, name, kept, each.parts, member)
        facts.append(f"facts_{i} as not materialized ({select})")
        clause, given = _period(each, i)
        parameters |= given | {member: kpi.member}
        labels = _labels(each, every)
        sums.append(
            f"select {i} as asked, {labels}{sums_of(kpi, each.parts)} from facts_{i} {clause}"
            " group by all"
        )
    ctes = []
    for i, pick in enumerate(picked.values()):
        expression, given = pick.expression(f"picked_{i}")
        ctes.append(expression)
        parameters |= given
    result = queries.load(f"measures/{asked[0].kpi.parts}.result").sql
    composed = Composed((*ctes, *facts), {}).and_then("sums", " union all ".join(sums))
    sql, bound = composed.and_then("result", result).query("select * from result", **parameters)
    found: list[list[Row]] = [[] for _each in asked]
    for row in warehouse.rows(sql, bound):
        i = row.pop("asked")
        left = {name for name in every if name not in asked[i].named}
        found[i].append({name: value for name, value in row.items() if name not in left})
    return [_in_order(rows, each.named) for rows, each in zip(found, asked, strict=True)]


def _quantiles(
    warehouse: Warehouse, settings: Settings, asked: Sequence[Asked]
) -> list[dict[tuple[object, ...], Row]]:
    """Return the quantiles of each by its keys: the rows of a KPI are read once for all."""
    found: list[dict[tuple[object, ...], Row]] = [{} for _each in asked]
    alike: dict[tuple[str, Where], list[int]] = {}
    for i, each in enumerate(asked):
        alike.setdefault((each.kpi.id, each.filters.where), []).append(i)
    for places in alike.values():
        of = _of_waits(warehouse, settings, [asked[i] for i in places])
        for place, rows in zip(places, of, strict=True):
            found[place] = rows
    return found


def _of_waits(
    warehouse: Warehouse, settings: Settings, asked: Sequence[Asked]
) -> list[dict[tuple[object, ...], Row]]:
    """Return the quantiles of one KPI in one selection, by the keys of each that is asked.

    The rows are read once, by month and each set of keys: a period is some of the months.
    """
    first = asked[0]
    clause, parameters = where(Filters(where=first.filters.where), first.groupings)
    starts = [each.filters.start for each in asked]
    if None not in starts:  # spares reading the rows of earlier years
        clause += f'{" and" if clause else "where"} "at" >= $since'
        parameters["since"] = min(start for start in starts if start)
    sets = list(dict.fromkeys(_cut(each) for each in asked))
    every = list(dict.fromkeys(name for names in sets for name in names))
    columns = f"date_trunc('month', \"at\")::date as day, {keys(every, first.groupings)}"
    composed = (
        compose(first.kpi, settings)
        .and_then("chosen", f"select * from kpi_rows {clause}")
        .and_then("waited", f"select {columns}minutes, answered from chosen")
    )
    # Which of the sets a row is of: a bit for each key that is not in it.
    ids = {_id(names, every): names for names in sets}
    which = f"grouping_id({', '.join(['day', *every])})"
    g = "".join(f", {name} := {name}" for name in ["day", *every])
    by = ", ".join(f"({', '.join(['day', *names])})" for names in sets)
    sql, bound = composed.query(
        f"select struct_pack(cut := {which}{g}) as g, {LISTS} from waited"
        f" where minutes is not null group by grouping sets ({by})",
        **parameters,
    )
    waits: list[dict[tuple[object, ...], list[Sorted]]] = [{} for _each in asked]
    for of, lists in sorted_waits(warehouse, sql, bound):
        for each, found in zip(asked, waits, strict=True):
            if ids[of["cut"]] == _cut(each) and _within(of, each.filters):
                found.setdefault(_label(of, each.named), []).append(lists)
    return [{label: quantiles_of(of) for label, of in found.items()} for found in waits]


def _cut(asked: Asked) -> tuple[str, ...]:
    """Return what the rows of each month are cut by: keys, and sources that have own days."""
    own = ["source"] if asked.filters.own and "source" in asked.groupings else []
    return tuple(dict.fromkeys([*(name for name in asked.named if name != "month"), *own]))


def _id(names: Sequence[str], every: Sequence[str]) -> int:
    return sum(1 << i for i, name in enumerate(reversed(every)) if name not in names)


def _within(of: Row, filters: Filters) -> bool:
    """Whether a month lies in a period, and within its source's own days."""
    day: date = of["day"]
    spans = [(filters.start or day, filters.end or day)]
    spans += [(first, last) for source, first, last in filters.own if source == of.get("source")]
    return all(first <= day <= last for first, last in spans)


def _label(of: Row, named: Sequence[str]) -> tuple[object, ...]:
    return tuple(f"{of['day']:%Y-%m}" if name == "month" else of[name] for name in named)


def _period(asked: Asked, number: int) -> tuple[str, dict[str, object]]:
    """Return the where clause of a period and its sources' own days."""
    filters = replace(asked.filters, where=())
    return _numbered(where(filters, asked.groupings), str(number))


def _numbered(clause: tuple[str, dict[str, object]], number: str) -> tuple[str, dict[str, object]]:
    """Return a clause and its parameters under names that no other clause has."""
    sql, parameters = clause
    named = queries.PARAMETER.sub(rf"$\1_{number}", sql)
    return named, {f"{name}_{number}": value for name, value in parameters.items()}


def _every_key(asked: Sequence[Asked]) -> list[str]:
    return list(dict.fromkeys(name for each in asked for name in each.named))


def _labels(asked: Asked, every: Sequence[str]) -> str:
    """Return the select list of all keys: one that is not asked for is null."""
    return "".join(
        keys([name], asked.groupings) if name in asked.named else f"null::varchar as {name}, "
        for name in every
    )


def _in_order(rows: list[Row], named: Sequence[str]) -> list[Row]:
    return sorted(rows, key=lambda row: [(row[name] is None, row[name]) for name in named])
