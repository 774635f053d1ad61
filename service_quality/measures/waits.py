"""How long people wait: curves, hours of the week, and acknowledgements that are no reply.

All of it is counted by the database; what leaves here has the size of a picture, not of the data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.filters import Filters
from service_quality.base.settings import Settings
from service_quality.definitions import queries
from service_quality.definitions.kpis import Kpi
from service_quality.definitions.pieces import BOUNDS
from service_quality.measures.compose import Composed, compose, group, where
from service_quality.measures.intervals import INDICATIVE_UNDER, indicative
from service_quality.measures.values import quantiles
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row

if TYPE_CHECKING:
    from service_quality.methods.waits import Waits

GROUPINGS = (*DIMENSIONS, "source")
DATED = 'select *, cast("at" as date) as day from kpi_rows where minutes is not null'
RECEIVED = "select *, cast(received_at as date) as day from emails"
# Blocks that divide a day, in hours.
BLOCKS = (1, 2, 3, 4, 6, 8, 12, 24)
MOST_STEPS = 200


def curves(
    warehouse: Warehouse, settings: Settings, kpi: Kpi, by: Sequence[str], filters: Filters
) -> list[Row]:
    """Return the share answered within t, one row a group; see `Answers.waits`."""
    from service_quality.methods import waits  # numpy: only who draws a curve waits for it

    chosen, parameters = _chosen(kpi, settings, DATED, filters, f"*, {group(by)} as g")
    found: dict[tuple[object, ...], list[Row]] = {}
    for row in _rows(warehouse, chosen, "waits/curve", parameters):
        found.setdefault(tuple(row["g"].values()) if by else (), []).append(row)
    result = []
    for name, rows in found.items():
        lasted, answered, n = ([row[part] for row in rows] for part in ("lasted", "answered", "n"))
        curve = waits.curve(lasted, answered, counts=n)
        if curve is not None:
            result.append({**dict(zip(by, name, strict=True)), **_drawn(curve)})
    return result


def by_hour(warehouse: Warehouse, settings: Settings, kpi: Kpi, filters: Filters) -> Row:
    """Return when customers write, and how long they then wait; see `Answers.waits_by_hour`."""
    chosen, parameters = _chosen(kpi, settings, DATED, filters)
    arrivals = _rows(warehouse, chosen, "waits/arrivals", parameters)
    hours = _block(arrivals)
    waits = chosen.and_then("waits", queries.load("waits/blocks").sql, hours=hours)
    found = quantiles(warehouse, waits, parameters)
    counts: Counter[tuple[int, int]] = Counter()
    for row in arrivals:
        counts[row["weekday"], row["hour"] // hours * hours] += row["n"]
    blocks = [
        {"weekday": day, "hour": hour, "n": n, "median": found[day, hour]["median"]}
        | {"indicative": indicative(n)}
        for (day, hour), n in sorted(counts.items())
    ]
    return {"arrivals": arrivals, "blocks": blocks, "hours": hours}


def acknowledged(warehouse: Warehouse, settings: Settings, kpi: Kpi, filters: Filters) -> Row:
    """Return how many e-mails a machine acknowledged; see `Answers.acknowledged`."""
    chosen, parameters = _chosen(kpi, settings, RECEIVED, filters)
    return _rows(warehouse, chosen, "waits/acknowledged", parameters)[0]


def _chosen(
    kpi: Kpi, settings: Settings, rows: str, filters: Filters, columns: str = "*"
) -> tuple[Composed, dict[str, object]]:
    """Return a KPI's expressions up to `chosen`, the rows of a selection, with its parameters."""
    clause, parameters = where(filters, GROUPINGS)
    composed = compose(kpi, settings).and_then("dated", rows)
    return composed.and_then("chosen", f"select {columns} from dated {clause}"), parameters


def _rows(
    warehouse: Warehouse, composed: Composed, name: str, parameters: dict[str, object]
) -> list[Row]:
    found = composed.and_then("found", queries.load(name).sql)
    sql, bound = found.query("select * from found", **parameters)
    return warehouse.rows(sql, bound)


def _block(arrivals: Sequence[Row]) -> int:
    """Return the fewest hours a block must have so that its usual wait is more than indicative."""
    for hours in BLOCKS:
        counts: Counter[tuple[int, int]] = Counter()
        for row in arrivals:
            counts[row["weekday"], row["hour"] // hours] += row["n"]
        if counts and median(counts.values()) >= INDICATIVE_UNDER:
            return hours
    return BLOCKS[-1]


def _drawn(curve: Waits) -> Row:
    """Return a curve as plain values, with no more steps than a picture can show."""
    shown = curve.thinned(MOST_STEPS)
    ends: dict[str, Any] = {
        name: [None if end != end else float(end) for end in getattr(shown, name)]
        for name in ("low", "high")
    }
    return {
        "n": curve.n,
        "answered": curve.replies,
        "indicative": indicative(curve.n),
        "times": [float(t) for t in shown.times],
        "shares": [float(share) for share in shown.answered],
        **ends,
        "within": {bound: curve.within(bound) for bound in BOUNDS},
    }
