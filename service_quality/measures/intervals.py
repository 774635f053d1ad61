"""Says of a KPI's values how sure they are: their 95% interval, and when n is too small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from service_quality.definitions.kpis import PUBLISHED, Kpi
from service_quality.methods import means, nps, rates
from service_quality.methods.change import Interval
from service_quality.warehouse.engine import Row

# Figures of fewer answers of customers are hidden: they would say what single people answered.
HIDDEN_UNDER = 10
# Figures of fewer cases are marked as indicative.
INDICATIVE_UNDER = 30
HIDDEN_KINDS = ("surveys",)
# What a hidden row still says is whose it is, on which scale, and of how many.
HIDDEN = ("value", "low", "high", "sd", "numerator", "promoters", "passives", "detractors")
# What a ranking's row says of its own sureness, where nothing is known.
UNKNOWN: Row = dict.fromkeys(
    (
        *("rank_low", "rank_high", "score_low", "score_high"),
        *("score_changed", "position_proven", "chance_of_fall", "phi"),
    )
)


def certain(kpi: Kpi, rows: Sequence[Row], *, reveal: bool = False) -> list[Row]:
    """Return a KPI's rows with `low`, `high` (95%), `indicative` and `suppressed`.

    low and high are in the unit of the value, None where the measure has no interval (counts and
    stocks are no samples), where one case gives none, or an end of it is not reached. Rows of
    surveys with fewer than 10 answers have None for every value unless `reveal` is set.
    """
    return [_with_flags(kpi, _with_interval(kpi, row), reveal=reveal) for row in rows]


def indicative(n: int | None) -> bool:
    """Whether a figure of n cases is no more than indicative."""
    return n is not None and n < INDICATIVE_UNDER


def suppressed(kpi: Kpi, n: int | None) -> bool:
    """Whether a figure of n answers is hidden unless someone asks for it."""
    return kpi.dataset in HIDDEN_KINDS and n is not None and n < HIDDEN_UNDER


def without_few(rows: Sequence[Row], group: Sequence[str]) -> list[Row]:
    """Return the rows of those groups, by their keys, that have at least 10 answers together."""
    answers: Counter[tuple[object, ...]] = Counter()
    for row in rows:
        answers[tuple(row[key] for key in group)] += row["n"]
    return [r for r in rows if answers[tuple(r[key] for key in group)] >= HIDDEN_UNDER]


def _with_interval(kpi: Kpi, row: Row) -> Row:
    if kpi.measure == "duration":
        return row
    found = _interval(kpi, row)
    if found is None:
        return {**row, "low": None, "high": None}
    # A few marks near 100 leave no room for a mean of more.
    least, most = kpi.least_and_most
    return {**row, "low": max(found.low, least), "high": min(found.high, most)}


def _interval(kpi: Kpi, row: Row) -> Interval | None:
    if kpi.id == PUBLISHED:
        return None
    if kpi.measure == "rate":
        return rates.wilson(row["numerator"], row["n"])
    if kpi.measure == "nps":
        return nps.interval(row["promoters"], row["passives"], row["detractors"])
    if kpi.measure == "mean":
        return means.interval(row["n"], row["value"], row["sd"])
    return None


def _with_flags(kpi: Kpi, row: Row, *, reveal: bool) -> Row:
    n = None if kpi.id == PUBLISHED else row.get("n")
    hidden = suppressed(kpi, n)
    flagged = {**row, "indicative": indicative(n), "suppressed": hidden}
    if hidden and not reveal:
        flagged |= {name: None for name in HIDDEN if name in row}
    return flagged
