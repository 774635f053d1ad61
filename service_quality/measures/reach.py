"""How far each KPI reaches: its last complete and mature month, by source.

Everything that compares or judges asks here for the month it may speak of, and for the days of
sources that end earlier, so that like is compared with like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from service_quality.base import periods
from service_quality.base.filters import NARROWED, Filters, Own
from service_quality.base.settings import Settings
from service_quality.definitions.kpis import Kpi
from service_quality.definitions.promise_rules import PROMISES
from service_quality.measures import observed, rollup
from service_quality.measures.compose import NEVER, Composed, compose, where
from service_quality.measures.observed import sources
from service_quality.measures.promises.verdicts import coverage, kinds_of, measured
from service_quality.measures.sums import table_of
from service_quality.measures.values import facts_of
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row

# A month is mature once so many of its cases are old enough to be judged: with a promise of 24 h
# the last day of a month may still wait, with one of 30 days the month does.
MATURE = 0.9
# How far back a month that can be judged is looked for: it nearly always is one of the last.
BACK_MONTHS = (2, 13)
# A source that ends so many months before another one is awaited; beyond that it has ended.
AWAITED_MONTHS = 3
LEAST_MONTHS = 3


@dataclass(frozen=True)
class Span:
    """The months of one source's rows that a KPI counts; every day is the last of its month.

    `first` is the first day of its first month, None where that is not known; `complete` the end
    of its last complete month, `judged` that of the last complete and mature one, `filled` that
    of the last month with a case.
    """

    source: str | None
    first: date | None
    complete: date
    judged: date
    filled: date

    @property
    def until(self) -> date:
        """The end of the last complete and mature month with a case: later ones are awaited."""
        return min(self.judged, self.filled)

    @property
    def reached(self) -> date:
        """As `judged`; before a first month is complete, the one that has begun has to do."""
        begun = self.first is not None and self.judged < self.first
        return self.filled if begun else self.judged


def spans(
    warehouse: Warehouse,
    settings: Settings,
    kpi: Kpi,
    filters: Filters,
    *,
    rows: bool = False,
    counted: Sequence[Row] | None = None,
) -> list[Span]:
    """Return the span of each source that has cases of a KPI within these filters.

    The period of the filters is not looked at. A month before the first can be an end: nothing
    is complete then. `rows` reads the rows themselves instead of their monthly sums; `counted`
    are its cases where they are known, see `cases`.
    """
    every = Filters(where=filters.where)
    if kpi.dataset == PROMISES:
        return _of_promises(warehouse, settings, kpi, every, rows=rows)
    known = {r["source"]: r for r in sources(warehouse) if r["dataset"] == kpi.dataset}
    facts, groupings, _parts = facts_of(warehouse, settings, kpi, rows=rows)
    if counted is None:
        counted = _counts(warehouse, kpi, facts, groupings, every)
    found = []
    for source in dict.fromkeys(row["source"] for row in counted):
        if source in known:
            months = {r["month"]: r["n"] for r in counted if r["source"] == source}
            found.append(_span(known[source], months))
    return _mature(warehouse, settings, kpi, every, groupings, counted, found)


def cases(warehouse: Warehouse, of: Sequence[Kpi], filters: Filters) -> dict[str, list[Row]]:
    """Return n by source and month of several KPIs, by id, from one statement over their sums."""
    facts, counts = [], []
    found: dict[str, list[Row]] = {}
    parameters: dict[str, object] = {}
    for i, kpi in enumerate(of):
        shape = rollup.shape_of_sums(warehouse, kpi)
        if shape is None or kpi.dataset == PROMISES:
            continue
        found[kpi.id] = []
        select = rollup.select(kpi, table_of(kpi), *shape, f"member_{i}")
        facts.append(f"facts_{i} as not materialized ({select})")
        counted, given = _count(kpi, f"facts_{i}", shape[0], Filters(where=filters.where))
        counts.append(f"select '{kpi.id}' as of_kpi, * from ({counted})")
        parameters |= given | {f"member_{i}": kpi.member}
    if not counts:
        return found
    sql, bound = Composed(tuple(facts), {}).query(" union all ".join(counts), **parameters)
    for row in warehouse.rows(sql, bound):
        if row["month"] is not None:
            found[row["of_kpi"]].append(row)
    return {i: sorted(rows, key=_by_source) for i, rows in found.items()}


def _by_source(row: Row) -> tuple[bool, str, date]:
    return row["source"] is None, row["source"] or "", row["month"]


def until(found: Iterable[Span]) -> date | None:
    """Return the end of the last month that all sources can be judged by; None without any.

    A source that ended long before the others is not waited for.
    """
    ends = [span.until for span in found]
    if not ends:
        return None
    oldest = periods.months_back(max(ends), AWAITED_MONTHS)
    return min(end for end in ends if end >= oldest)


def awaited(warehouse: Warehouse, kpi: Kpi, found: Iterable[Span]) -> list[Row]:
    """Return those of a KPI's sources that end before the furthest source of any data.

    One that ended as another took over is not awaited. Keys: source, dataset and
    last_complete_month ("2025-12").
    """
    every = sources(warehouse)
    if kpi.dataset == PROMISES:
        return observed.awaited(every, warehouse.once(_kinds))
    found = list(found)
    of = {span.source for span in found} - {old.source for old, _new in migrations(found)}
    return [row for row in observed.awaited(every, [kpi.dataset]) if row["source"] in of]


def own_days(found: Sequence[Span], start: date, end: date, *, left: bool = True) -> Own:
    """Return the days of those sources that reach only over a part of a period.

    Compared with the same days of the year before, each is then compared with itself. One that
    ends where another takes over is left whole. A source that began within the year before
    counts from the same month on. One without a month in the period has left: it is in the year
    before alone, or with `left=False` in neither.
    """
    followed = {a.source for a, b in migrations(found)} | {b.source for a, b in migrations(found)}
    own = []
    for span in found:
        first, last = start, min(span.reached, end)
        if span.first and span.first > periods.months_back(start, 12):
            first = max(start, periods.months_back(span.first, -12))
        if first > last:
            first = start
        partial = (first, last) != (start, end) and (start <= last or not left)
        if partial and span.source is not None and span.source not in followed:
            own.append((span.source, first, last))
    return tuple(own)


def migrations(found: Sequence[Span]) -> list[tuple[Span, Span]]:
    """Return the sources that end as another begins, each with the one that takes over."""
    pairs = []
    for old in found:
        ended = periods.first_day(old.filled)
        if old.first is None or old.first > periods.months_back(ended, LEAST_MONTHS - 1):
            continue  # a month or two under a name of their own are no system
        near = {periods.months_back(ended, back) for back in (-2, -1, 0, 1)}
        for new in found:
            later = new.filled > old.filled and new.complete > old.complete
            if new is not old and later and new.first in near:
                pairs.append((old, new))
                break
    return pairs


def _counts(
    warehouse: Warehouse, kpi: Kpi, facts: Composed, groupings: Sequence[str], filters: Filters
) -> list[Row]:
    """Return n by source and month of the cases that count; source is None where no row says."""
    counted, given = _count(kpi, "facts", groupings, filters)
    rows = warehouse.rows(*facts.query(f"{counted} order by all", **given))
    return [row for row in rows if row["month"] is not None]


def _count(
    kpi: Kpi, facts: str, groupings: Sequence[str], filters: Filters
) -> tuple[str, dict[str, object]]:
    """Return the select of n by source and month, and its parameters."""
    part = " + ".join(rollup.counting(kpi))
    source = "source" if "source" in groupings else "null::varchar"
    clause, parameters = where(filters, groupings)
    select = (
        f"select {source} as source, date_trunc('month', day)::date as month,"
        f" sum({part})::bigint as n from {facts} {clause} group by all having sum({part}) > 0"
    )
    return select, parameters


def _span(known: Row, months: dict[date, int]) -> Span:
    end = known["complete_until"]
    first = known["first"] and periods.first_day(known["first"])
    return Span(known["source"], first, end, end, periods.last_day(max(months)))


def _mature(
    warehouse: Warehouse,
    settings: Settings,
    kpi: Kpi,
    filters: Filters,
    groupings: Sequence[str],
    counted: Sequence[Row],
    found: list[Span],
) -> list[Span]:
    """Take back the end of each span to the last month whose cases are old enough."""
    if not found or not rollup.depends_on_observation(kpi) or kpi.measure == "stock":
        return found
    now, oldest = _by_month(counted), min(span.complete for span in found)
    for back in BACK_MONTHS:
        since = periods.months_back(oldest, back)
        later = compose(kpi, settings, '"at" >= $since', NEVER)
        later = replace(later, parameters=later.parameters | {"since": since})
        ever = _by_month(_counts(warehouse, kpi, later, groupings, filters))
        ends = [_judged(span, since, now, ever) for span in found]
        if min(ends) >= since:
            break
    return [replace(span, judged=end) for span, end in zip(found, ends, strict=True)]


def _by_month(counted: Sequence[Row]) -> dict[tuple[str | None, date], int]:
    return {(row["source"], row["month"]): row["n"] for row in counted}


def _judged(
    span: Span,
    since: date,
    now: Mapping[tuple[str | None, date], int],
    ever: Mapping[tuple[str | None, date], int],
) -> date:
    """Return the end of the last month whose cases are old enough; before `since` without any."""
    month = periods.first_day(span.complete)
    while month >= since:
        key = (span.source, month)
        if now.get(key, 0) >= MATURE * ever.get(key, 0):
            break
        month = periods.months_back(month, 1)
    return periods.last_day(month)


def _of_promises(
    warehouse: Warehouse, settings: Settings, kpi: Kpi, filters: Filters, *, rows: bool
) -> list[Span]:
    """Return one span: what becomes of promises is known as far as all that measures them."""
    line = next((r for r in warehouse.once(coverage) if r["dataset"] == PROMISES), None)
    facts, groupings, _parts = facts_of(warehouse, settings, kpi, rows=rows)
    months = [row["month"] for row in _counts(warehouse, kpi, facts, groupings, filters)]
    if line is None or not months:
        return []
    measures = warehouse.once(_measured).values()
    narrowed = tuple((name, chosen) for name, chosen in filters.where if name in NARROWED)
    ends = [
        until(spans(warehouse, settings, each, Filters(where=narrowed), rows=True))
        for each in measures
    ]
    complete = line["complete_until"]
    judged = min([complete, *(end for end in ends if end is not None)])
    return [Span(None, min(months), complete, judged, periods.last_day(max(months)))]


def _kinds(warehouse: Warehouse) -> set[str]:
    with warehouse.cursor() as cursor:
        return kinds_of(cursor)


def _measured(warehouse: Warehouse) -> dict[str, Kpi]:
    with warehouse.cursor() as cursor:
        return measured(cursor)
