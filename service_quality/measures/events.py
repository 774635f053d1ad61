"""Reads the register of events: which remarks and changes of method concern a figure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.filters import Filters
from service_quality.definitions.datasets.events import METHOD_CHANGE
from service_quality.definitions.kpis import Kpi
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row


def register(warehouse: Warehouse) -> list[Row]:
    """Return every event, oldest first."""
    return warehouse.report("events")


def events_of(events: Sequence[Row], kpi: Kpi, filters: Filters) -> list[Row]:
    """Return those of the register's events that concern a KPI within these filters.

    Keys: day, month (its first day), text, kind (note or method_change), and the dimensions. An
    event concerns what it names; one bound to a brand concerns only figures of that brand.
    """
    return [
        {**event, "month": event["day"].replace(day=1)}
        for event in _of_kpi(events, kpi)
        if _within(event, filters)
        and (filters.start is None or event["day"] >= filters.start)
        and (filters.end is None or event["day"] <= filters.end)
    ]


def followed(kpi: Kpi, old: str | None, new: str | None, day: date | None) -> Row:
    """Return the event of one source's end as another begins, as the register has events."""
    about: Row = {"day": day, "text": f"{old} → {new}", "kind": METHOD_CHANGE}
    return about | {"kpi": kpi.id, "dataset": kpi.dataset} | dict.fromkeys(DIMENSIONS)


def concerning(
    events: Sequence[Row], named: Collection[tuple[str, str]], filters: Filters
) -> list[Row]:
    """Return those of the register's events that concern any of `named`, as `events_of` does.

    `named` are ids of measures, each with its dataset. The period of the filters is not looked at.
    """
    ids = {None, *(name for name, _kind in named)}
    kinds = {None, *(kind for _name, kind in named)}
    return [
        {**event, "month": event["day"].replace(day=1)}
        for event in events
        if event["kpi"] in ids and event["dataset"] in kinds and _within(event, filters)
    ]


def changes_of_method(
    warehouse: Warehouse, kpi: Kpi, filters: Filters, by: str, after: date, until: date
) -> tuple[list[Row], dict[str, Row]]:
    """Return the changes of method after one day and until another, and those of one entity.

    The first are for the whole of `by`, oldest first; the second for one of its values.
    """
    changes = [
        event
        for event in _of_kpi(register(warehouse), kpi)
        if event["kind"] == METHOD_CHANGE and after < event["day"] <= until
    ]
    others = Filters(where=tuple((n, chosen) for n, chosen in filters.where if n != by))
    # No event is bound to a group.
    named = [e for e in changes if e.get(by) is not None]
    apart = {e[by]: e for e in named if _within({**e, by: None}, others)}
    return [e for e in changes if e.get(by) is None and _within(e, others)], apart


def _of_kpi(events: Sequence[Row], kpi: Kpi) -> list[Row]:
    return [
        event
        for event in events
        if event["kpi"] in (None, kpi.id) and event["dataset"] in (None, kpi.dataset)
    ]


def _within(event: Row, filters: Filters) -> bool:
    return all(event[d] is None or event[d] in filters.values(d) for d in DIMENSIONS)
