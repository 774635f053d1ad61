"""Months on lines: a gap in the data stays a gap in the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service_quality.findings.comparisons import value_of, written

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi

Row = Mapping[str, Any]


def year_before(month: str) -> str:
    """Return `2024-10` for `2025-10`: calendars are compared, never positions."""
    return f"{int(month[:4]) - 1}{month[4:]}"


def by_month(kpi: Kpi, rows: Sequence[Row]) -> dict[str, float | None]:
    """Return the value of each month of rows cut by month."""
    return {row["month"]: value_of(kpi, row) for row in rows}


def line(
    kpi: Kpi,
    values: Sequence[float | None],
    names: Sequence[str],
    colour: str,
    width: float,
) -> dict[str, Any]:
    """Return a line of values whose points say their `names` and values when pointed at."""
    hover = [f"{n}: {written(kpi, v)}" for n, v in zip(names, values, strict=True)]
    return marked(values, hover, colour, width)


def marked(
    values: Sequence[float | None], hover: Sequence[str], colour: str, width: float
) -> dict[str, Any]:
    """Return a line of values, one a place from 0 on, whose points say `hover`."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(range(len(values))),
        "y": list(values),
        "connectgaps": False,
        "line": {"color": colour, "width": width},
        # A month between two gaps has no line: the dot keeps it visible.
        "marker": {"size": width + 2.5, "color": colour},
        "hoverinfo": "text",
        "hovertext": list(hover),
        "showlegend": False,
        "cliponaxis": False,
    }


def any_value(kpi: Kpi, rows: Sequence[Row], shown: Sequence[str]) -> bool:
    """Return whether any of the shown months has a value."""
    values = by_month(kpi, rows)
    return any(values.get(month) is not None for month in shown)


def series(
    kpi: Kpi, rows: Sequence[Row], dimension: str, shown: Sequence[str]
) -> dict[str | None, list[float | None]]:
    """Return each dimension value's values over the shown months, of rows cut by both."""
    found = {(row[dimension], row["month"]): value_of(kpi, row) for row in rows}
    names = dict.fromkeys(row[dimension] for row in rows)
    return {name: [found.get((name, month)) for month in shown] for name in names}


def merged(
    pairs: Sequence[tuple[Kpi, Sequence[Row]]], shown: Sequence[str]
) -> list[dict[str, Any]]:
    """Return one row by month with a column for each KPI (its id), for the table of a chart.

    What stands beside the first one, its n and how sure it is, stands beside all.
    """
    maps = [(kpi.id, by_month(kpi, rows)) for kpi, rows in pairs]
    first = {row["month"]: row for _kpi, rows in pairs[:1] for row in rows}
    beside = ("n", "response", "note")
    return [
        {"month": month, **{name: values.get(month) for name, values in maps}}
        | {name: first[month].get(name) if month in first else None for name in beside}
        for month in shown
    ]
