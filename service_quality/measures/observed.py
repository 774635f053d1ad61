"""Which months each source of a dataset completes: the one place that decides it.

A month is complete once no day is left of it on which the source usually has events: a firm that
is closed at weekends has a whole January on Friday the 30th.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from service_quality.base import periods
from service_quality.definitions.datasets import dataset
from service_quality.warehouse import schema
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row

WEEKS = 13  # what is usual is read from the latest weeks
USUAL = 0.1  # a weekday is usual with an event on this share of such days
EVERY_DAY = frozenset(range(7))


def sources(warehouse: Warehouse) -> list[Row]:
    """Return each source of each dataset, and how far it was observed.

    Keys: dataset, source, rows, first and last (days of its rows), observed_until, and
    complete_until: the last day of its last complete month. Registers are no observation.
    """
    return warehouse.once(_sources)


def _sources(warehouse: Warehouse) -> list[Row]:
    found = warehouse.report("sources")
    kinds = dict.fromkeys(row["dataset"] for row in found)
    days = {kind: _event_days(warehouse, kind) for kind in kinds}
    return [
        row | {"complete_until": _complete(row, days[row["dataset"]].get(row["source"], ()))}
        for row in found
    ]


def _complete(row: Row, events: Collection[date]) -> date:
    until = row["observed_until"]
    return complete_until(until, usual_weekdays(events, row["first"], last_day_seen(until)))


def last_day_seen(observed_until: datetime) -> date:
    """Return the last day that was observed; at midnight that is the day before."""
    day = observed_until.date()
    return day - timedelta(days=1) if observed_until.time() == time() else day


def complete_until(observed_until: datetime, usual: Collection[int] = EVERY_DAY) -> date:
    """Return the last day of the last complete month: no usual weekday is left of it."""
    day = last_day_seen(observed_until)
    end = periods.last_day(day)
    left = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    if any(each.weekday() in usual for each in left):
        return periods.first_day(day) - timedelta(days=1)
    return end


def usual_weekdays(events: Collection[date], first: date | None, last: date) -> Collection[int]:
    """Return the weekdays (0 is Monday) on which a source usually has events.

    `events` are days with at least one, `first` and `last` the days between which it was
    observed; the last 13 weeks count. So few events that no weekday is usual can come any day.
    """
    start = last - timedelta(weeks=WEEKS) + timedelta(days=1)
    start = max(start, first or start)
    span = [start + timedelta(days=n) for n in range((last - start).days + 1)]
    there = Counter(day.weekday() for day in span)
    busy = Counter(day.weekday() for day in set(events) if start <= day <= last)
    return {day for day, n in busy.items() if n >= USUAL * there[day]} or EVERY_DAY


def furthest(rows: Sequence[Row]) -> date | None:
    """Return the end of the last month that any source with months completes."""
    ends = [r["complete_until"] for r in rows if "year" not in dataset(r["dataset"]).moment]
    return max(ends, default=None)


def filled_until(rows: Sequence[Row]) -> date | None:
    """Return the end of the last month that any source completes and has rows of."""
    return furthest(
        [
            row | {"complete_until": min(row["complete_until"], periods.last_day(row["last"]))}
            for row in rows
        ]
    )


def awaited(rows: Sequence[Row], datasets: Collection[str]) -> list[Row]:
    """Return the sources of some datasets that end before the furthest source of any.

    Keys: source, dataset and last_complete_month ("2025-12").
    """
    until = furthest(rows)
    return [
        {
            "source": row["source"],
            "dataset": row["dataset"],
            "last_complete_month": f"{row['complete_until']:%Y-%m}",
        }
        for row in rows
        if row["dataset"] in datasets and until is not None and row["complete_until"] < until
    ]


def _event_days(warehouse: Warehouse, kind: str) -> dict[str, set[date]]:
    """Return by source the days of the last weeks on which something happened."""
    of = dataset(kind)
    if "year" in of.moment or "month" in of.moment:
        return {}
    stored = {column.name for column in of.stored}
    times = [name for name in of.events if name in stored]
    if not times:
        return {}
    sql = " union ".join(
        f"select t.source, cast(t.{name} as date) as day from {schema.table(kind)} as t"
        f" inner join {schema.table('observation')} as o on o.kind = $kind and o.source = t.source"
        f" where t.{name} > o.observed_until - to_days($days) and t.{name} <= o.observed_until"
        for name in times
    )
    found: dict[str, set[date]] = {}
    for row in warehouse.rows(sql, {"kind": kind, "days": WEEKS * 7 + 1}):
        found.setdefault(row["source"], set()).add(row["day"])
    return found
