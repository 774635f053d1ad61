"""Says how figures changed between two periods, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from math import expm1, log1p, sqrt
from typing import TypeAlias

import numpy as np

from service_quality.base.filters import Filters
from service_quality.definitions.kpis import Kpi
from service_quality.measures.intervals import suppressed
from service_quality.methods import means, nps, overdispersion, rates
from service_quality.methods.change import Change, normal_change, z_of
from service_quality.methods.false_discovery import discoveries
from service_quality.warehouse.engine import Row

MONTHS = overdispersion.MONTHS
Group: TypeAlias = tuple[str | None, ...]
Figures: TypeAlias = Callable[[tuple[str, ...], Filters], list[Row]]  # a KPI's, by keys
NO_CHANGE: Row = dict.fromkeys(("delta", "low", "high", "p", "changed"))


def changes(
    kpi: Kpi,
    by: tuple[str, ...],
    filters: Filters,
    before: Filters,
    figures: Figures,
    *,
    reveal: bool = False,
) -> list[Row]:
    """Return how a KPI changed from `before` to `filters`, a row a group; see `Answers.changes`."""
    now, prior = (figures(by, f) for f in (filters, before))
    named = [*by, *(["scale"] if now and "scale" in now[0] else [])]
    earlier = {_group(row, named): row for row in prior}
    phi = overdispersions(kpi, by, filters, figures)
    found = [
        _changed(kpi, row, earlier.get(_group(row, named)), phi.get(_group(row, by)), reveal)
        | {name: row[name] for name in named}
        for row in now
    ]
    tested = [row for row in found if row["p"] is not None]
    if tested:
        holds = discoveries([row["p"] for row in tested])
        for row, each in zip(tested, holds, strict=True):
            row["changed"] = each
    return found


def overdispersions(
    kpi: Kpi, by: tuple[str, ...], filters: Filters, figures: Figures
) -> dict[Group, float]:
    """Return φ of each group of a rate that has 12 months, up to the end of the filters' period.

    The months' own scatter is that of up to three years: a season shows only in several.
    """
    if kpi.measure != "rate" or filters.end is None:
        return {}
    monthly = figures((*by, "month"), scattering(filters))
    if len({row.get("scale") for row in monthly}) > 1:
        return {}  # another scale is another series: name one
    return phi_of(monthly, by)


def scattering(filters: Filters) -> Filters:
    """Return the months whose own scatter tells the overdispersion at the end of a period."""
    end = filters.end
    return filters if end is None else filters.between(date(end.year - 2, 1, 1), end)


def phi_of(rows: Sequence[Row], by: Sequence[str]) -> dict[Group, float]:
    """Return the overdispersion of each group that has 12 months, from a rate's monthly rows.

    A group is the values of the keys `by`, whose rows also have `month`, `numerator` and `n`.
    """
    groups = [tuple(row[key] for key in by) for row in rows]
    entities = list(dict.fromkeys(groups))
    months = sorted({row["month"] for row in rows})
    line = {entity: i for i, entity in enumerate(entities)}
    column = {month: i for i, month in enumerate(months)}
    kept, due = (np.zeros((len(entities), len(months))) for _each in range(2))
    for row, group in zip(rows, groups, strict=True):
        at = line[group], column[row["month"]]
        kept[at], due[at] = row["numerator"], row["n"]
    years = np.array([int(month[:4]) for month in months])
    seasons = np.array([int(month[5:]) for month in months])
    phi = overdispersion.factors(kept, due, years, seasons)
    return {e: float(f) for e, f in zip(entities, phi, strict=True) if not np.isnan(f)}


def change(kpi: Kpi, now: Row, prior: Row, phi: float = 1.0) -> Change | None:
    """Return how a KPI changed between two of its rows; None where nothing can be compared.

    Shares: Newcombe's interval, score or exact test. NPS: adjusted Wald. Means: Welch. Medians of
    durations: a normal test of their logarithms, the ends given in minutes.
    """
    if kpi.measure == "rate":
        return rates.change(prior["numerator"], prior["n"], now["numerator"], now["n"], phi=phi)
    if kpi.measure == "nps":
        first, second = (counts(row) for row in (prior, now))
        return nps.change(first, second)
    if kpi.measure == "mean" and "sd" in now:
        first_mean, second_mean = ((r["n"], r["value"], r["sd"]) for r in (prior, now))
        return means.change(first_mean, second_mean)
    if kpi.measure == "duration" and None not in (now["median"], prior["median"]):
        return _change_of_medians(now, prior)
    return None


def _change_of_medians(now: Row, prior: Row) -> Change:
    delta = now["median"] - prior["median"]
    errors = [log_error(row) for row in (prior, now)]
    if errors[0] is None or errors[1] is None:
        return Change(delta, None, None, None)
    logs = log1p(now["median"]) - log1p(prior["median"])
    tested = normal_change(logs, sqrt(errors[0] ** 2 + errors[1] ** 2))
    if tested.low is None or tested.high is None:
        return Change(delta, None, None, None)
    low, high = (
        expm1(log1p(prior["median"]) + end) - prior["median"] for end in (tested.low, tested.high)
    )
    return Change(delta, low, high, tested.p)


def log_error(row: Row) -> float | None:
    """Return the standard error of log(1 + median), from the ends of its interval."""
    low, middle, high = row.get("low"), row["median"], row.get("high")
    if middle is None or low is None:
        return None
    # An upper end that was not reached leaves the lower side to tell.
    half = log1p(middle) - log1p(low) if high is None else (log1p(high) - log1p(low)) / 2
    return half / z_of(0.95) if half > 0 else None


def _changed(kpi: Kpi, now: Row, prior: Row | None, phi: float | None, reveal: bool) -> Row:
    """Return a group's change, both n, and phi; nothing of figures that are hidden."""
    sizes: Row = {
        "n": now.get("n"),
        "prior_n": None if prior is None else prior.get("n"),
        "phi": phi,
    }
    hidden = not reveal and any(suppressed(kpi, n) for n in (sizes["n"], sizes["prior_n"]))
    found = None if prior is None or hidden else change(kpi, now, prior, phi or 1.0)
    if found is None:
        return NO_CHANGE | sizes
    shown = {"delta": found.delta, "low": found.low, "high": found.high, "p": found.p}
    return {**shown, "changed": None, **sizes}


def _group(row: Row, by: Sequence[str]) -> Group:
    return tuple(row[key] for key in by)


def counts(row: Row) -> tuple[int, int, int]:
    """Return promoters, passives and detractors."""
    return row["promoters"], row["passives"], row["detractors"]
