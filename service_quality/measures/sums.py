"""Composes the sums by month of all KPIs whose rows have the same keys, beside each other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial, reduce

from service_quality.base.settings import Settings
from service_quality.definitions import queries
from service_quality.definitions.datasets import dataset
from service_quality.definitions.kpis import Kpi
from service_quality.definitions.promise_rules import PROMISES
from service_quality.definitions.selects import Select, all_plain, names, plain, put
from service_quality.measures.compose import GROUPINGS, Composed, met, together
from service_quality.warehouse import schema
from service_quality.warehouse.engine import quoted

MOST_KPIS = 500
# What an expression of a row chooses one of.
CHOSEN = re.compile(r"\b(?:then|else) (.+?) (?=(?:when|else|end)\b)")
SLACK = "interval 2 day"  # a view may take a day for its end
# What is 1 or 0, as the parts of measures are written.
WHETHER = re.compile(r"cast\((.+ is not null|coalesce\(.+, false\)) as integer\)")


@dataclass
class Branch:
    """What is summed by one time of the rows: columns of `rows`, by what they are called."""

    at: str
    rows: str
    parts: dict[str, str] = field(default_factory=dict)
    only: set[str] = field(default_factory=set)  # which rows, by each KPI
    times: tuple[str, ...] = ()  # the stored ones of which `at` is one, where it is a choice


@dataclass(frozen=True)
class Sums:
    """What one table of sums is made of: expressions, keys, and a branch for each time."""

    composed: Composed
    keys: tuple[str, ...]
    branches: tuple[Branch, ...]

    @property
    def parts(self) -> list[str]:
        """What is summed."""
        return [part for branch in self.branches for part in branch.parts]

    @property
    def columns(self) -> list[str]:
        """What the table has."""
        return ["day", *self.keys, *self.parts]

    def select(
        self,
        keys: Collection[str] | None = None,
        of: Collection[str] | None = None,
        *,
        months: bool = False,
    ) -> str:
        """Return the select of the sums by month and keys; of certain parts, or in $months alone.

            select date_trunc('month', at_0)::date as day, source, brand, …,
                sum(…) as "csat.n", … from kpi_rows group by all

        Sums by two times of the rows, as a stock has them, are joined by their keys.
        """
        own = self.keys if keys is None else tuple(keys)
        selects = [self._of(branch, own, of, months=months) for branch in self.branches]
        return reduce(partial(_beside, ("day", *own)), filter(None, selects))[0]

    def _of(
        self, branch: Branch, keys: Sequence[str], of: Collection[str] | None, *, months: bool
    ) -> tuple[str, list[str]] | None:
        """Return the select of one time's sums, and their names; None where it has none of them."""
        parts = {n: part for n, part in branch.parts.items() if of is None or n in of}
        if not parts:
            return None
        sums = [f"{_total(part)} as {quoted(name)}" for name, part in parts.items()]
        month = f"date_trunc('month', {branch.at})::date"
        every = not branch.only or "" in branch.only
        where = [] if every else [f"({' or '.join(sorted(branch.only))})"]
        if months:
            if branch.times:  # asked before a row is joined with what the choice depends on
                where.append(f"latest_{branch.at} >= $first - {SLACK}")
                where.append(f"earliest_{branch.at} < $last + interval 1 month + {SLACK}")
            # Of the rows' own times: rows of other years are not even read then.
            where.append(f"{branch.at} >= $first and {branch.at} < $last + interval 1 month")
            where.append(f"{month} in (select unnest($months::date[]))")
        clause = f" where {' and '.join(where)}" if where else ""
        columns = ", ".join([f"{month} as day", *keys, *sums])
        return f"select {columns} from {branch.rows}{clause} group by all", list(parts)


def _total(part: str) -> str:
    """Return the SQL of a part's sum.

    Of what is 1 or 0 the ones are counted: that takes half the memory, as there are many groups.
    """
    whether = WHETHER.fullmatch(part)
    if whether and " as " not in whether[1]:
        return f"cast(count(case when {whether[1]} then 1 end) as integer)"
    return f"sum({part})"


def _beside(
    keys: Sequence[str], one: tuple[str, list[str]], other: tuple[str, list[str]]
) -> tuple[str, list[str]]:
    """Return the sums by two times of the rows, by the same keys, as one select."""
    columns = [f"coalesce(one.{key}, other.{key}) as {key}" for key in keys]
    parts = [*one[1], *other[1]]
    columns += [f"coalesce({quoted(part)}, 0) as {quoted(part)}" for part in parts]
    same = " and ".join(f"one.{key} is not distinct from other.{key}" for key in keys)
    joined = f"({one[0]}) as one full join ({other[0]}) as other on {same}"
    return f"select {', '.join(columns)} from {joined}", parts


@lru_cache(maxsize=MOST_KPIS)
def table_of(kpi: Kpi) -> str:
    """Return the table of a KPI's sums: with all KPIs of its dataset whose rows have the same keys.

    One whose select is not plain has a table of its own; a family is one KPI here.
    """
    select = _plain(kpi)
    if select is None:
        return schema.sums(name_of(kpi))
    own = [_as(name, of) for name, of in _keys(kpi, select).items()]
    return schema.sums(f"{kpi.dataset} by {', '.join(own)}")


def name_of(kpi: Kpi) -> str:
    """Return what a KPI's sums are called: a family shares them."""
    return kpi.query.name.rpartition("/")[2]


def part_of(kpi: Kpi, part: str) -> str:
    """Return the column of a part of a KPI's facts in its table of sums."""
    return f"{name_of(kpi)}.{part}"


def alone(kpi: Kpi, composed: Composed, keys: Sequence[str], parts: Iterable[str]) -> Sums:
    """Return the sums of a KPI whose select is not plain."""
    of_facts = {part_of(kpi, part): part for part in parts}
    return Sums(composed, tuple(keys), (Branch("day", "facts", of_facts),))


def at_of(kpi: Kpi) -> str:
    """Return the SQL of the time by which a KPI's rows are summed; empty where it is not plain."""
    select = _plain(kpi)
    return select.columns["at"] if select and "at" in select.columns else ""


def is_alone(kpi: Kpi) -> bool:
    """Whether a KPI's sums are made by themselves."""
    return _plain(kpi) is None


def beside(kpis: Sequence[Kpi], settings: Settings) -> Sums:
    """Return the sums of KPIs that share a table: the rows are read once for each time of theirs.

    Of `delivered_correct` alone they are, and `tests/test_statements.py` has them whole:

        stored as (select t.*, …, … as "has promised_at, correct" from …),
        deliveries as (select …),
        kpi_rows as not materialized (select source, …, promised_at as at_0,
            case when "has promised_at, correct" then correct end as "delivered_correct.value"
            from deliveries where "has promised_at, correct")
    """
    keys: dict[str, str] = {}
    inputs: dict[str, str] = {}
    branches: dict[str, Branch] = {}
    for kpi in kpis:
        select = _plain(kpi)
        assert select, kpi.id
        keys |= _keys(kpi, select)
        values = {n: quoted(part_of(kpi, n)) for n in select.columns}
        guard = met(kpi) + (f" and ({select.where})" if select.where else "")
        used: set[str] = set()
        for parts in _parts(kpi):
            (at,) = names(parts.columns["day"]) & set(select.columns)
            of = select.columns[at]
            new = Branch(f"at_{len(branches)}", "kpi_rows", times=_times(of, kpi.dataset))
            branch = branches.setdefault(of, new)
            for part, expression in parts.columns.items():
                inputs_of = names(expression) & set(select.columns)
                if part != "day" and inputs_of:  # 0 adds nothing
                    branch.parts[part_of(kpi, part)] = put(expression, values)
                    used |= inputs_of
            branch.only.add(put(parts.where, values))
        for name in select.columns:
            if name in used:
                inputs[values[name]] = f"case when {guard} then {select.columns[name]} end"
    columns = [_as(name, of) for name, of in keys.items()]
    columns += [f"{at} as {branch.at}" for at, branch in branches.items()]
    ends = {
        f"{end}_{branch.at}": f"{of}(t.{', t.'.join(branch.times)})"
        for branch in branches.values()
        if branch.times
        for end, of in (("latest", "greatest"), ("earliest", "least"))
    }
    columns += ends
    columns += [f"{of} as {name}" for name, of in inputs.items()]
    where = " or ".join(dict.fromkeys(met(kpi) for kpi in kpis))
    rows = f"select {', '.join(columns)} from {kpis[0].dataset} where {where}"
    stored = together(kpis, settings, ends)
    ctes = (*stored.ctes, f"kpi_rows as not materialized ({rows})")
    return Sums(Composed(ctes, stored.parameters), tuple(keys), tuple(branches.values()))


def _as(name: str, expression: str) -> str:
    return name if name == expression else f"{expression} as {name}"


@lru_cache(maxsize=MOST_KPIS)
def _plain(kpi: Kpi) -> Select | None:
    """Return a KPI's select as expressions of its dataset's rows; None where it is not plain."""
    select = None if kpi.across_rows or kpi.dataset == PROMISES else plain(kpi.sql)
    if select is None or select.rows != kpi.dataset or select.is_ambiguous:
        return None
    return select if set(_keys(kpi, select)) <= set(GROUPINGS) else None


def _times(at: str, kind: str) -> tuple[str, ...]:
    """Return the stored times that an expression chooses one of; none where it is not that plain.

    Of `case when is_ended then updated_at else solved_at end` they are those two. A view may leave
    such a time out, or take it to the end of its day.
    """
    is_choice = at.startswith("case ") and at.endswith(" end") and at.count("case ") == 1
    found = CHOSEN.findall(at) if is_choice else []
    times = {column.name for column in dataset(kind).stored if column.kind == "time"}
    return tuple(found) if set(found) <= times else ()


def _parts(kpi: Kpi) -> list[Select]:
    return all_plain(queries.load(f"measures/{kpi.parts}.parts").sql)


def _keys(kpi: Kpi, select: Select) -> dict[str, str]:
    """Return the columns that are no input of the measure's parts."""
    inputs = names(_parts(kpi)[0].first)
    given = {name: of for name, of in select.columns.items() if name not in inputs}
    return dict(sorted(given.items(), key=lambda key: (*GROUPINGS, key[0]).index(key[0])))
