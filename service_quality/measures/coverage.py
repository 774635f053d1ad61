"""Which months of each source are loaded, which are missing, and which look odd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from statistics import median

from service_quality.base import periods
from service_quality.definitions.datasets import Dataset, all_datasets
from service_quality.measures.observed import sources
from service_quality.warehouse import schema
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row

USUAL_MONTHS = 12  # what is usual is read from the latest months
RECENT_MONTHS = 3  # a source that had rows in so many months in a row comes every month
ENOUGH = 30  # rows, under which nothing is compared
FEW, MANY = 0.5, 2.0  # a month of fewer, or more, rows than so many times the usual looks odd


def month_of(of: Dataset, columns: Sequence[str] | None = None) -> str:
    """Return the SQL of the month that a row belongs to; a ranking's is its year's first.

    With `columns` of a row that has these alone.
    """
    if "year" in of.moment:
        return "make_date(year, 1, 1)"
    known = [name for name in of.moment if columns is None or name in columns]
    return f"date_trunc('month', coalesce({', '.join(known)}))::date"


def usual_rows(rows: Mapping[date, int], month: date) -> float | None:
    """Return how many rows a month usually has, by the latest others; None of too few months."""
    others = [rows[m] for m in sorted(rows) if m != month][-USUAL_MONTHS:]
    return median(others) if len(others) >= RECENT_MONTHS else None


def by_month(warehouse: Warehouse) -> list[Row]:
    """Return each month of each source: dataset, source, month, rows, usual and state.

    The state is loaded, few or many (against the usual), missing (others of the source lie on
    both sides, or it was observed over this one), part (not observed to its end) or awaited (the
    source comes every month, and others are further). Registers and yearly rankings have no months.
    """
    found = [
        _series(warehouse, of)
        for of in all_datasets().values()
        if not of.register and "year" not in of.moment
    ]
    series = {key: rows for each in found for key, rows in each.items()}
    observed = {
        (row["dataset"], row["source"]): row["complete_until"] for row in sources(warehouse)
    }
    furthest = max(
        (periods.first_day(observed[key]) for key in series if key in observed), default=None
    )
    return [
        {"dataset": key[0], "source": key[1], **line}
        for key, rows in series.items()
        for line in _months(rows, observed.get(key), furthest)
    ]


def _series(warehouse: Warehouse, of: Dataset) -> dict[tuple[str, str], dict[date, int]]:
    month = month_of(of)
    stored = schema.table(of.kind)
    sql = f"select source, {month} as month, count(*) as rows from {stored} group by all"
    found: dict[tuple[str, str], dict[date, int]] = {}
    for row in warehouse.rows(f"from ({sql}) where month is not null order by source, month"):
        found.setdefault((of.kind, row["source"]), {})[row["month"]] = row["rows"]
    return found


def _months(
    rows: Mapping[date, int], complete: date | None, furthest: date | None
) -> Iterator[Row]:
    first, last = min(rows), max(rows)
    for month in periods.between(first, last):
        n, usual = rows.get(month, 0), usual_rows(rows, month)
        over = complete is not None and month <= complete
        yield {"month": month, "rows": n, "usual": usual, "state": _state(n, usual, over)}
    regular = all(periods.months_back(last, back) in rows for back in range(RECENT_MONTHS))
    if regular and furthest is not None:
        for month in periods.between(last, furthest)[1:]:
            # Observed to its end by what happened to earlier rows: it has none, and is not awaited.
            state = "missing" if complete is not None and month <= complete else "awaited"
            yield {"month": month, "rows": 0, "usual": usual_rows(rows, month), "state": state}


def _state(n: int, usual: float | None, over: bool) -> str:
    if not n:
        return "missing"
    if not over:
        return "part"
    if usual is None or max(n, usual) < ENOUGH:
        return "loaded"
    return "few" if n < FEW * usual else "many" if n > MANY * usual else "loaded"
