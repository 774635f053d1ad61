"""Composes a KPI's query: stored rows → dataset view → the KPI's select → parts that add up."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service_quality.base.dimensions import DIMENSIONS, GROUPS
from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.definitions import queries, statuses
from service_quality.definitions.datasets import Dataset, dataset
from service_quality.definitions.kpis import Kpi
from service_quality.warehouse import schema

GROUPINGS = (
    *("source", "question", "scale", "publisher", "category", "kpi", "promise"),
    *DIMENSIONS,
)
PERIODS = {
    "year": "year(day)",
    "quarter": "(year(day) || '-Q' || quarter(day))",
    "month": "strftime(day, '%Y-%m')",
}
HAS = re.compile(r"\bhas_([a-z_]+)\b")
NOTED = re.compile(r"\b([a-z_]+)_is_(day|unknown|ended|no_contact)\b")
INSTANT = re.compile(r"\b([a-z_]+)_instant\b")
OBSERVED = "observed_until"
AS_FAR = f"o.{OBSERVED}"  # as the row's own source was
NEVER = "timestamp '9999-01-01'"  # as if every row were old enough
# Compared one by one, the rows of all other values are not even read. So many or more take longer
# to compare than to read all.
MOST_COMPARED = 30


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


def compose(kpi: Kpi, settings: Settings, only: str = "", observed: str = AS_FAR) -> Composed:
    """Return the expressions from the stored rows of a KPI's dataset to its facts.

    With `only`, a condition on the KPI's rows, those of a part of them; `observed` is how far they
    were observed. QueryFileError where the KPI file names a parameter that settings do not give.

    Of `delivered_correct` they are, and `tests/test_statements.py` has them whole:

        stored as (select t.*, o.observed_until … from … as t left join … where
            (t.mapped & deliveries_bit('correct')) <> 0 …),
        deliveries as (select *, … as promised_until from stored),
        kpi_rows as (select promised_at as at, source, …, correct as value from deliveries),
        facts as (select …, cast("at" as date) as day, … as n, … as numerator from kpi_rows)
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
            f"stored as not materialized ({_stored([kpi], view, observed=observed)})",
            f"{kpi.dataset} as not materialized ({view})",
            f"kpi_rows as not materialized ({rows})",
            f"facts as not materialized ({queries.load(f'measures/{kpi.parts}.parts').sql})",
        ),
        own | _of_view(kpi, settings),
    )


def tagged(kpi: Kpi, settings: Settings) -> tuple[str, dict[str, object]]:
    """Return the SQL of a KPI's rows that say whose they are, and its parameters.

    It rides in `source`, which every KPI hands through as it is: there it is a struct of source,
    contact and row_no. For a duration it has `waited` too, the minutes from its start to the end of
    observation, and `in_days`, whether it ends with a day that says nothing of hours: then these
    are whole days.
    """
    own = kpi.query.bind({**settings.query_parameters()})
    own |= {name: value for name, value in _of_view(kpi, settings).items() if name != "kind"}
    of = dataset(kpi.dataset)
    view = queries.load(f"datasets/{kpi.dataset}").sql
    fields = "source := t.source, contact := t.contact_id, row_no := t.row_no"
    if kpi.measure == "duration":
        needed = [name for need in kpi.needs for name in need]
        times = [name for name in needed if of.column(name).kind == "time"] or [*of.moment]
        start = next((name for name in of.moment if name in times), times[0])
        ends = [name for name in times if name != start] or [start]
        days = " or ".join(_noted(name, "day", "t.") for name in ends)
        whole = f"1440 * date_diff('day', t.{start}, {AS_FAR})"
        minutes = f"({AS_FAR}_instant - {_instant(start)}) / 6e7"
        waited = f"case when {days} then {whole} else {minutes} end"
        fields += f", waited := {waited}, in_days := {days}"
    tag = f" replace (struct_pack({fields}) as source)"
    stored = _stored([kpi], view, tag).replace("$kind", f"'{kpi.dataset}'")
    return f"with stored as ({stored}), {kpi.dataset} as ({view}) select * from ({kpi.sql})", own


def together(kpis: Sequence[Kpi], settings: Settings, also: Mapping[str, str]) -> Composed:
    """Return the stored rows of some KPIs of one dataset, and its view, for all of them.

    They say of each row which needs it meets: `"has csat, csat_scale"`, see `met`; `also` are
    more expressions of a stored row `t`, by their names.
    """
    kind = kpis[0].dataset
    view = queries.load(f"datasets/{kind}").sql
    parameters = _of_view(kpis[0], settings)
    for kpi in kpis:
        parameters |= kpi.query.bind({**settings.query_parameters()})
    return Composed(
        (
            f"stored as not materialized ({_stored(kpis, view, tell=also)})",
            f"{kind} as not materialized ({view})",
        ),
        parameters,
    )


def _stored(
    kpis: Sequence[Kpi],
    view: str,
    tag: str = "",
    observed: str = AS_FAR,
    *,
    tell: Mapping[str, str] | None = None,
) -> str:
    """Return the stored rows whose uploads mapped what a KPI needs, or one of several.

    With `tell` it is all rows, which say what they meet, and those expressions by their names. An
    absent column is not an empty cell: a row that lacks a needed column does not apply, nor does
    one whose cell there is unknown, unless the view asks for that itself. The view and the KPI may
    ask of column x for `has_x`, whether it was mapped, `x_is_day`, a date without a time,
    `x_is_unknown`, a cell that could not be, other notes beside it such as `x_is_ended`, and
    `x_instant`, microseconds that know how the clocks of the data's time zone are changed.
    """
    of, texts = dataset(kpis[0].dataset), " ".join([view, *(kpi.sql for kpi in kpis)])
    applies = {met(kpi): _applies(kpi, view, "t.") for kpi in kpis}
    flagged = sorted(set(HAS.findall(texts)))
    flags = [f"{_mapped(of, [name], 't.')} as has_{name}" for name in flagged]
    for name, note in sorted(set(NOTED.findall(texts))):
        flags.append(f"{_noted(name, note, 't.')} as {name}_is_{note}")
    instants = sorted(set(INSTANT.findall(texts)) - {OBSERVED})
    flags += [f"{_instant(name)} as {name}_instant" for name in instants]
    timed = instants or "clock." in tag
    clock = f" cross join ({queries.load('measures/clock').sql}) as clock" if timed else ""
    if tell is not None:
        told = applies | dict(tell)
        flags += [f"{expression} as {name}" for name, expression in told.items()]
    ends = f"select source, observed_until, {_clock(OBSERVED)} as observed_until_instant"
    # The instant of the usual end is worked out once a source, not once a row.
    instant = f"{AS_FAR}_instant" if observed == AS_FAR else _clock(observed)
    return (
        f"select t.*{tag}, {observed} as observed_until, {instant} as observed_until_instant"
        f"{''.join(f', {flag}' for flag in flags)} from {schema.rows(of.kind)} as t"
        f"{clock} left join ({ends} from {schema.table('observation')} where kind = $kind) as o"
        f" on t.source = o.source{f' where {applies[met(kpis[0])]}' if tell is None else ''}"
    )


def met(kpi: Kpi) -> str:
    """Return the column that tells, of several KPIs' rows, those that have all that one needs."""
    return f'"has {", ".join(" | ".join(need) for need in kpi.needs)}"'


def _of_view(kpi: Kpi, settings: Settings) -> dict[str, object]:
    """Return the parameters that a dataset's view and its stored rows may name."""
    view = queries.load(f"datasets/{kpi.dataset}")
    given = {"kind": kpi.dataset, "timezone": settings.timezone, **statuses.parameters(settings)}
    return {"kind": kpi.dataset, "timezone": settings.timezone} | view.bind(given)


def _applies(kpi: Kpi, view: str, row: str = "") -> str:
    """Return the condition on stored rows that have all that a KPI needs."""
    of = dataset(kpi.dataset)
    treated = {name for name, note in NOTED.findall(view) if note == "unknown"}
    return " and ".join(_mapped(of, need, row, treated) for need in kpi.needs)


def _mapped(
    of: Dataset, names: Sequence[str], row: str, treated: Collection[str] = frozenset()
) -> str:
    """Return the condition that one of the columns was mapped, and is known in this row."""
    unknown = {n: "false" if n in treated else _noted(n, "unknown", row) for n in names}
    known = [f"(({row}mapped & {of.mask([n])}) <> 0 and not {unknown[n]})" for n in names]
    # Nearly no row has notes: those are asked last.
    some = f"({row}mapped & {of.mask(names)}) <> 0"
    return f"({some} and ({row}notes is null or {' or '.join(known)}))"


def _noted(name: str, note: str, row: str = "") -> str:
    return f"coalesce(contains({row}notes, ' {name}:{note} '), false)"


def _clock(time: str) -> str:
    return f"epoch_us(timezone($timezone, {time}))"


def _instant(name: str) -> str:
    """Return a stored time as an instant; of an hour shown twice the later one, unless noted.

    That is its local time less what the clocks are ahead in its fortnight, see `clock.sql`.
    """
    early, time = _noted(name, "early", "t."), f"epoch_us(t.{name})"
    fortnight = f"greatest({time} - 1261094400000000, 0) // 1209600000000"
    instant = f"coalesce({time} - clock.ahead[{fortnight}], {_clock(f't.{name}')})"
    return f"{instant} - case when {early} then 3600000000 else 0 end"


def with_groups(composed: Composed, name: str, wanted: Collection[str]) -> Composed:
    """Return the composition whose expression `name` also has these groups, as columns."""
    at = next(i for i, cte in enumerate(composed.ctes) if cte.startswith(f"{name} as "))
    register = queries.load("reports/entities").sql
    columns = "".join(f", of_{each}.in_group as {each}" for each in wanted)
    joins = "".join(
        f" left join (select value, in_group from ({register}) where dimension ="
        f" '{GROUPS[each]}') as of_{each} on f.{GROUPS[each]} = of_{each}.value"
        for each in wanted
    )
    alone = f"{name}_alone{composed.ctes[at].removeprefix(name)}"
    grouped = f"{name} as not materialized (select f.*{columns} from {name}_alone as f{joins})"
    ctes = (*composed.ctes[:at], alone, grouped, *composed.ctes[at + 1 :])
    return Composed(ctes, composed.parameters)


def lacking(kpi: Kpi, filters: Filters) -> tuple[str, dict[str, object]]:
    """Return the SQL that counts, as n, the rows whose uploads lacked what the KPI needs.

    Filters by what such rows do not have either, such as a scale, leave them in: on no scale
    could the KPI be computed.
    """
    of = dataset(kpi.dataset)
    columns = {"source", *(column.name for column in of.stored)} & set(GROUPINGS)
    kept = tuple((name, chosen) for name, chosen in filters.where if name in columns)
    clause, parameters = where(replace(filters, where=kept), sorted(columns))
    moment = f"coalesce({', '.join(of.moment)})"
    day = f"make_date({moment}, 1, 1)" if of.moment == ("year",) else f"{moment}::date"
    needs = _applies(kpi, queries.load(f"datasets/{kpi.dataset}").sql)
    rows = f"select *, {day} as day from {schema.rows(of.kind)} where not ({needs})"
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
        known = [value for value in values if value is not None]
        if len(known) > MOST_COMPARED:
            parameters[f"where_{name}"] = known
            choices.append(f"{name} in (select unnest($where_{name}::varchar[]))")
        else:
            for i, value in enumerate(known):
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
