"""Answers about the register of promises: kept or not, the weak link, what is not covered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.filters import Filters
from service_quality.base.settings import Settings
from service_quality.definitions import queries
from service_quality.definitions.datasets.events import METHOD_CHANGE
from service_quality.definitions.kpis import Kpi
from service_quality.definitions.promise_rules import TOTALS, contact_kinds, measurable
from service_quality.measures.compose import Composed, group, keys, where
from service_quality.measures.events import concerning
from service_quality.measures.promises.verdicts import measured, verdicts
from service_quality.measures.trends import trend_of
from service_quality.warehouse import schema
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row

NEVER = date(9999, 12, 31)
OF_CONTACTS = ("source", *DIMENSIONS)


def register(warehouse: Warehouse) -> list[Row]:
    """Return every version of every promise, by promise and first day."""
    sql, _parameters = verdicts({}, Settings("UTC")).query(
        "select promise_id as promise, * exclude (promise_id, mapped, notes, upload_id, row_no)"
        f" from promises order by promise, first_day, {', '.join(DIMENSIONS)}"
    )
    found = warehouse.rows(sql)
    return [
        {**row, "last_day": None if row["last_day"] == NEVER else row["last_day"]} for row in found
    ]


def promises(warehouse: Warehouse, kept: Sequence[Row], filters: Filters) -> list[Row]:
    """Return one row a promise, with what was promised last and how it was kept.

    `kept` are the rows of the KPI promise_kept by promise. Keys: promise, statement,
    statement_fr, kpi, within (hours), at_least, at_most, target (0–1), first_day, last_day, note,
    the dimensions it binds, `versions` (all of them, oldest first), and due, kept, value (0–1,
    None: nothing was due), its 95% interval low and high, indicative, met (None without a value
    or a target).
    """
    by_promise = {row["promise"]: row for row in kept}
    versions: dict[str, list[Row]] = {}
    for row in register(warehouse):
        versions.setdefault(row["promise"], []).append(row)
    found = []
    for name, rows in versions.items():
        begun = [row for row in rows if filters.end is None or row["first_day"] <= filters.end]
        last = max(begun or rows[:1], key=lambda row: row["first_day"])
        result = by_promise.get(name, {})
        value, target = result.get("value"), last["target"]
        met = None if value is None or target is None else value >= target
        counts = {"due": result.get("n", 0), "kept": result.get("numerator", 0)}
        sure = {"low": result.get("low"), "high": result.get("high")}
        sure["indicative"] = bool(result.get("indicative"))
        found.append({**last, "versions": rows, **counts, "value": value, **sure, "met": met})
    return found


def by_month(
    warehouse: Warehouse, kpi: Kpi, kept: Sequence[Row], filters: Filters, complete_until: date
) -> dict[str, Row]:
    """Return the months of each promise, by promise: `trend` (see `trends.Trend`) and `events`.

    `kpi` is promise_kept and `kept` its rows by promise and month, of all months. The target is
    what was promised that month, as steps; an event of the promise's own measure counts as well.
    """
    rows, events, known = register(warehouse), warehouse.report("events"), measurable()
    found = {}
    for name in dict.fromkeys(row["promise"] for row in rows):
        versions = [row for row in rows if row["promise"] == name]
        bound = _bound_to(versions, filters)
        named = [*_measures(versions, known), (kpi.id, kpi.dataset)]
        of_promise = concerning(events, named, bound)
        trend = trend_of(
            [row for row in kept if row["promise"] == name],
            complete_until,
            better=kpi.better,
            target=targets(versions, kpi, bound),
            breaks=[event["day"] for event in of_promise if event["kind"] == METHOD_CHANGE],
        )
        found[name] = {"trend": trend, "events": of_promise}
    return found


def _bound_to(versions: Sequence[Row], filters: Filters) -> Filters:
    """Return filters that name the promise, and whom it binds where that is one and the same."""
    where = dict(filters.where) | {"promise": (versions[0]["promise"],)}
    for dimension in DIMENSIONS:
        names = {row[dimension] for row in versions}
        if len(names) == 1 and None not in names:
            where[dimension] = tuple(names)
    return Filters(where=tuple(where.items()))


def _measures(versions: Sequence[Row], known: dict[str, Kpi]) -> list[tuple[str, str]]:
    """Return the ids of what measures a promise, each with its dataset."""
    names = {row["kpi"] for row in versions}
    totals = [(n.removeprefix(TOTALS), "totals") for n in names if n.startswith(TOTALS)]
    return totals + [(name, known[name].dataset) for name in names if name in known]


def weakest_links(
    warehouse: Warehouse, settings: Settings, by: Sequence[str], filters: Filters
) -> list[Row]:
    """Return each promise's part in the contacts that failed, the weakest link first.

    The keys `by` (periods, dimensions, source), then promise, value (contacts lost to it ÷
    contacts: these add up to the failure rate), share_of_failures (they add up to 1), n
    (contacts), numerator, due, failed and alone (contacts in which it was due, broken, and
    broken alone), perfect_rate, perfect_if_kept: the rate if this one promise were always kept.
    """
    clause, parameters = where(filters, OF_CONTACTS)
    composed = (
        _verdicts(warehouse, settings)
        .and_then("dated", 'select *, "at"::date as day from contacts')
        .and_then("keyed", f"select {keys(by, OF_CONTACTS)}contact, is_perfect from dated {clause}")
        .and_then("chosen", f"select {group(by)} as g, contact, is_perfect from keyed")
        .and_then("links", queries.load("promises/weakest_links").sql)
    )
    named = "".join(f"g.{name} as {name}, " for name in by)
    order = "".join(f"{name} nulls last, " for name in by)
    sql, parameters = composed.query(
        f"select {named}* exclude (g) from links order by {order}value desc, promise", **parameters
    )
    return warehouse.rows(sql, parameters)


def not_covered(warehouse: Warehouse, settings: Settings) -> dict[str, list[Row]]:
    """Return what no promise covers, and the promises that nothing measures.

    `datasets`: dataset and rows, where no promise was due in any of them; `topics`: topic and
    rows, likewise; `promises`: promise, statement, kpi and reason: `unknown` (no such measure),
    `no_rows` (no file has its columns) or `nothing_due` (none binds, or none is due yet).
    """
    due = _verdicts(warehouse, settings).query(
        "select promise, kind, topic, sum(due) as n from verdicts group by all"
    )
    found = warehouse.rows(*due)
    kinds = {row["kind"] for row in found}
    topics = {row["topic"] for row in found}
    datasets = []
    for kind in (*contact_kinds(), "totals"):
        (rows,) = warehouse.rows(f"select count(*) as rows from {schema.table(kind)}")
        if rows["rows"] and kind not in kinds:
            datasets.append({"dataset": kind, **rows})
    every = " union all ".join(f"select topic from {schema.rows(kind)}" for kind in contact_kinds())
    of_topics = warehouse.rows(
        f"select topic, count(*) as rows from ({every}) where topic is not null"
        " group by topic order by rows desc, topic"
    )
    kept = {row["promise"] for row in found if row["n"]}
    silent = {row["promise"]: row for row in register(warehouse) if row["promise"] not in kept}
    return {
        "datasets": datasets,
        "topics": [row for row in of_topics if row["topic"] not in topics],
        "promises": [
            {**{name: row[name] for name in ("promise", "statement", "statement_fr", "kpi")}}
            | {"reason": _why_nothing(warehouse, row["kpi"])}
            for row in silent.values()
        ],
    }


def targets(versions: Sequence[Row], kpi: Kpi, filters: Filters) -> list[Row]:
    """Return what was promised of a KPI, as steps of whole months, oldest first.

    `versions` are those of `register`.

    Keys: promise, statement, statement_fr, start (first day of its first month), end (last day,
    None: still valid), target on the KPI's own scale (minutes of a duration, the bound of a mean,
    0–1 of a rate) and share, the share promised. A promise to one brand counts where the filters
    name that brand alone.
    """
    chosen = filters.values("promise")
    steps = []
    for row in versions:
        of_kpi = row["kpi"] == kpi.id or row["kpi"] == f"{TOTALS}{kpi.id}"
        if kpi.id == "promise_kept":
            of_kpi = (row["promise"],) == chosen
        if of_kpi and all(row[d] is None or filters.values(d) == (row[d],) for d in DIMENSIONS):
            same = {name: row[name] for name in ("promise", "statement", "statement_fr")}
            start, share = row["first_day"].replace(day=1), row["target"]
            steps.append(
                same
                | {"start": start, "end": row["last_day"]}
                | {"target": _on_the_scale_of(kpi, row), "share": share}
            )
    return sorted(steps, key=lambda step: (step["start"], step["promise"]))


def _on_the_scale_of(kpi: Kpi, row: Row) -> float | None:
    if kpi.measure == "duration":
        return None if row["within"] is None else float(60 * row["within"])
    if kpi.measure in ("mean", "nps"):
        bound = row["at_most"] if row["at_least"] is None else row["at_least"]
        return None if bound is None else float(bound)
    return None if row["target"] is None else float(row["target"])


def _verdicts(warehouse: Warehouse, settings: Settings) -> Composed:
    with warehouse.cursor() as cursor:
        return verdicts(measured(cursor), settings)


def _why_nothing(warehouse: Warehouse, name: str) -> str:
    known = measurable()
    if name.startswith(TOTALS):
        total = {"kpi": name.removeprefix(TOTALS)}
        rows = warehouse.rows("select count(*) as n from totals where kpi = $kpi", total)
    elif name in known:
        of = contact_kinds()[known[name].dataset]
        mapped = " and ".join(f"(mapped & {of.mask(need)}) <> 0" for need in known[name].needs)
        stored = schema.table(of.kind)
        rows = warehouse.rows(f"select count(*) as n from {stored} where {mapped}")
    else:
        return "unknown"
    return "nothing_due" if rows[0]["n"] else "no_rows"
