"""Each value of a dimension against all the others together: how far apart, and is it chance?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate
from math import sqrt

from service_quality.base.filters import Filters
from service_quality.base.settings import Settings
from service_quality.definitions.kpis import Kpi
from service_quality.measures.changes import change, overdispersions
from service_quality.measures.values import values
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row

TESTED = ("rate", "mean", "nps")  # whose sums tell all: the others are the whole without the one
SUMS = ("n", "numerator", "promoters", "passives", "detractors")


def apart(
    warehouse: Warehouse, settings: Settings, kpi: Kpi, by: str, filters: Filters, scale: str | None
) -> list[Row]:
    """Return the rows of a dimension's values, the worst first; see `Answers.apart`."""
    figures = partial(values, warehouse, settings, kpi, rows=False)
    rows = [
        row
        for row in figures((by,), filters)
        if row.get("scale") == scale and row["value"] is not None
    ]
    if kpi.measure not in TESTED or kpi.better == "neither" or len(rows) < 2:
        return []
    rows.sort(key=lambda row: row["value"], reverse=kpi.better == "lower")
    phi = {} if scale else overdispersions(kpi, (by,), filters, figures)
    found = []
    for row, behind, rest in zip(rows, [*rows[1:], None], _others(kpi, rows), strict=True):
        own = phi.get((row[by],), 1.0)
        tested, next_best = (
            change(kpi, row, other, own) if other else None for other in (rest, behind)
        )
        found.append(
            {
                by: row[by],
                "value": row["value"],
                "n": row["n"],
                "others": rest["value"],
                "n_others": rest["n"],
                "p": tested.p if tested else None,
                "p_next": next_best.p if next_best else None,
            }
        )
    return found


def _others(kpi: Kpi, rows: Sequence[Row]) -> Iterator[Row]:
    """Give for each of several rows all the others as one: those before it with those behind."""
    before = [*accumulate(rows, lambda a, b: together(kpi, [a, b]))]
    behind = [*accumulate(reversed(rows), lambda a, b: together(kpi, [a, b]))][::-1]
    for parts in zip([None, *before[:-1]], [*behind[1:], None], strict=True):
        yield together(kpi, [part for part in parts if part])


def together(kpi: Kpi, rows: Sequence[Row]) -> Row:
    """Return several rows of a KPI as one: sums first, then divided."""
    found: Row = {name: sum(row[name] for row in rows) for name in SUMS if name in rows[0]}
    n = found["n"]
    if kpi.measure == "mean":
        mean = float(found["numerator"]) / n
        within = sum(
            (row["n"] - 1) * (row["sd"] or 0.0) ** 2 + row["n"] * (row["value"] - mean) ** 2
            for row in rows
        )
        found["sd"] = sqrt(within / (n - 1)) if n > 1 else None
    points = 100 if kpi.measure == "nps" else 1
    return found | {"value": points * float(found["numerator"]) / n}
