"""Composes a KPI's query: stored rows → dataset view → the KPI's select → parts that add up."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.definitions import queries
from service_quality.definitions.datasets import dataset
from service_quality.definitions.kpis import Kpi

GROUPINGS = (
    "source",
    "question",
    "scale",
    "publisher",
    "category",
    "kpi",
    "promise",
    "brand",
    "team",
    "channel",
    "topic",
)
PERIODS = {
    "year": "year(day)",
    "quarter": "(year(day) || '-Q' || quarter(day))",
    "month": "strftime(day, '%Y-%m')",
}
OBSERVED = "o.observed_until"  # as far as the row's own source was
HAS = re.compile(r"\bhas_([a-z_]+)\b")


@dataclass(frozen=True)
class Composed:
    """The common table expressions of a KPI, in order, and the parameters they name.

    They end in `kpi_rows`, the KPI's own select over the rows it applies to, and `facts`: per
    row a `day`, the groupings, and parts that can be summed.
    """

    ctes: tuple[str, ...]
    parameters: dict[str, object]

    def query(self, select: str, **parameters: object) -> tuple[str, dict[str, Any]]:
        """Return the SQL of a select over the expressions, and all parameters it names."""
        sql = f"with {', '.join(self.ctes)} {select}"
        given = self.parameters | parameters
        return sql, {name: given[name] for name in queries.PARAMETER.findall(sql) if name in given}

    def and_then(self, name: str, sql: str, **parameters: object) -> Composed:
        """Return the composition with one more expression."""
        return Composed((*self.ctes, f"{name} as ({sql})"), self.parameters | parameters)


def compose(kpi: Kpi, settings: Settings, only: str = "", observed: str = OBSERVED) -> Composed:
    """Return the expressions from the stored rows of a KPI's dataset to its facts.

    With `only`, a condition on the KPI's rows, those of a part of them; `observed` is how far they
    were observed. QueryFileError where the KPI file names a parameter that settings do not give.
    """
    own = kpi.query.bind({**settings.query_parameters()})
    view = queries.load(f"datasets/{kpi.dataset}").sql
    conditions = [only] if only else []
    if kpi.member:
        conditions.append(f"{kpi.family} = $member")
        own["member"] = kpi.member
    rows = f"select * from ({kpi.sql})"
    if conditions:
        rows += f" where {' and '.join(conditions)}"
    return Composed(
        (
            f"stored as not materialized ({_stored(kpi, view, observed=observed)})",
            f"{kpi.dataset} as not materialized ({view})",
            f"kpi_rows as not materialized ({rows})",
            f"facts as not materialized ({queries.load(f'measures/{kpi.parts}.parts').sql})",
        ),
        own | {"kind": kpi.dataset},
    )


def tagged(kpi: Kpi, settings: Settings) -> tuple[str, dict[str, object]]:
    """Return the SQL of a KPI's rows that say whose they are, and its parameters.

    It rides in `source`, which every KPI hands through as it is: there it is a struct of source,
    contact, row_no and observed_until.
    """
    own = kpi.query.bind({**settings.query_parameters()})
    view = queries.load(f"datasets/{kpi.dataset}").sql
    tag = (
        " replace (struct_pack(source := t.source, contact := t.contact_id, row_no := t.rowid,"
        " observed_until := o.observed_until) as source)"
    )
    stored = _stored(kpi, view, tag).replace("$kind", f"'{kpi.dataset}'")
    return f"with stored as ({stored}), {kpi.dataset} as ({view}) select * from ({kpi.sql})", own


def _stored(kpi: Kpi, view: str, tag: str = "", observed: str = OBSERVED) -> str:
    """Return the stored rows whose uploads mapped what the KPI needs.

    An absent column is not an empty cell: a row that lacks a needed column does not apply.
    `has_x` tells the dataset's view and the KPI whether column x was mapped.
    """
    of = dataset(kpi.dataset)
    asked = sorted(set(HAS.findall(view)) | set(HAS.findall(kpi.sql)))
    flags = "".join(f", (t.mapped & {of.mask([name])}) <> 0 as has_{name}" for name in asked)
    needs = " and ".join(f"(t.mapped & {of.mask(need)}) <> 0" for need in kpi.needs)
    return (
        f"select t.*{tag}, {observed} as observed_until{flags} from main.{of.kind} as t"
        " left join main.observation as o on t.source = o.source and o.kind = $kind"
        f" where {needs}"
    )


def lacking(kpi: Kpi, filters: Filters) -> tuple[str, dict[str, object]]:
    """Return the SQL that counts, as n, the rows whose uploads lacked what the KPI needs.

    Filters by what such rows do not have either, such as a scale, leave them in: on no scale
    could the KPI be computed.
    """
    of = dataset(kpi.dataset)
    columns = {"source", *(column.name for column in of.kept)} & set(GROUPINGS)
    kept = tuple((name, chosen) for name, chosen in filters.where if name in columns)
    clause, parameters = where(replace(filters, where=kept), sorted(columns))
    moment = f"coalesce({', '.join(of.moment)})"
    day = f"make_date({moment}, 1, 1)" if of.moment == ("year",) else f"{moment}::date"
    needs = " and ".join(f"(mapped & {of.mask(need)}) <> 0" for need in kpi.needs)
    rows = f"select *, {day} as day from main.{of.kind} where not ({needs})"
    return f"select count(*) as n from ({rows}) {clause}", parameters


def keys(names: Sequence[str], groupings: Collection[str]) -> str:
    """Return the select list of keys, each followed by a comma; a grouping it lacks is null."""
    return "".join(
        f"{PERIODS.get(name) or (name if name in groupings else 'null')} as {name}, "
        for name in names
    )


def group(names: Sequence[str]) -> str:
    """Return one value for a group of keys: a struct, or 0 where there are none."""
    return f"struct_pack({', '.join(f'{n} := {n}' for n in names)})" if names else "0"


def where(filters: Filters, groupings: Collection[str]) -> tuple[str, dict[str, object]]:
    """Return the where clause of filters over facts, and its parameters.

    UsageError where the KPI's rows do not have the dimension.
    """
    parts: list[str] = []
    parameters: dict[str, object] = {}
    if filters.start:
        parts.append("day >= $from_day")
        parameters["from_day"] = filters.start
    if filters.end:
        parts.append("day <= $to_day")
        parameters["to_day"] = filters.end
    for name, values in filters.where:
        if name not in groupings:
            raise UsageError(
                _("This KPI has no {dimension}; it has: {known}.").format(
                    dimension=name, known=", ".join(groupings)
                )
            )
        choices = [f"{name} is null"] if None in values else []
        for i, value in enumerate(v for v in values if v is not None):
            parameters[f"where_{name}_{i}"] = value
            choices.append(f"{name} = $where_{name}_{i}")
        parts.append(f"({' or '.join(choices)})")
    for i, (source, first, last) in enumerate(filters.own if "source" in groupings else ()):
        named = {f"own_{i}": source, f"own_{i}_from": first, f"own_{i}_to": last}
        parts.append(
            f"(source is distinct from $own_{i} or day between $own_{i}_from and $own_{i}_to)"
        )
        parameters |= named
    return (f"where {' and '.join(parts)}" if parts else ""), parameters
