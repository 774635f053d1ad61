"""Says how sure a ranking is: plausible ranks, changes that are real, and what chance would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log1p, sqrt
from typing import Any

import numpy as np

from service_quality.definitions.kpis import Kpi
from service_quality.measures.changes import change, counts, log_error
from service_quality.measures.intervals import UNKNOWN
from service_quality.methods import nps, rates
from service_quality.methods.false_discovery import discoveries
from service_quality.methods.panel import Array, Panel, fit_scores, fit_shares, pooled_errors
from service_quality.methods.rank_ranges import (
    apart,
    chance_of_falls,
    chance_of_some_fall,
    ranges,
)
from service_quality.warehouse.engine import Row

# Ranges of ranks are shown at 90%; two of 97.5% that do not overlap prove a change of position.
SHOWN, PROVEN = 0.9, 0.975
Rows = Mapping[str, Row]
Phi = Mapping[str, float]


def sure(
    kpi: Kpi, ranked: Sequence[Row], now: Rows, prior: Rows, phi: Phi
) -> tuple[list[Row], dict[str, Any]]:
    """Return a ranking's rows with how sure they are, and the same of the ranking as a whole.

    `now` and `prior` are the KPI's rows of both years by entity, with their intervals; `phi` the
    overdispersion of those that have enough months. What cannot be known is None.
    """
    found = {
        e: {**UNKNOWN, **_score(kpi, now[e], phi.get(e))} for e in (row["entity"] for row in ranked)
    }
    common = [r for r in ranked if r["places_lost"] is not None]
    _changes(kpi, common, now, prior, phi, found)
    names = [row["entity"] for row in ranked]
    panel, members = _panel(kpi, names, now, phi)
    if panel is None:
        return [row | found[row["entity"]] for row in ranked], _whole(None, phi, members)
    # The same entities in the same order, so that a year's draws are ranked once for all views.
    order = dict.fromkeys([*(row["entity"] for row in common), *prior])
    before, earlier = _panel(kpi, list(order), prior, phi)
    fitted = set(members) & set(earlier)
    both = [r for r in common if r["entity"] in fitted]
    here, there = (_positions([r["entity"] for r in both], p) for p in (members, earlier))
    high = kpi.better == "higher"
    shown, common_now = ranges(panel, best_high=high, views=((None, SHOWN), (here, PROVEN)))
    for entity, low, up in zip(members, *shown, strict=True):
        found[entity] |= {"rank_low": int(low), "rank_high": int(up)}
    some = None
    if before is not None and both:
        (common_then,) = ranges(before, best_high=high, views=((there, PROVEN),))
        for row, proven in zip(both, apart(common_now, common_then), strict=True):
            found[row["entity"]]["position_proven"] = bool(proven)
        fell = np.array([row["places_lost"] > 0 for row in both])
        falls = [row for row in both if row["places_lost"] > 0]
        chances = _chances(kpi, falls, common, before, there[fell], now)
        for row, chance in zip(falls, chances, strict=True):
            found[row["entity"]]["chance_of_fall"] = float(chance)
        some = _some_fall(kpi, both, before, there, now)
    return [row | found[row["entity"]] for row in ranked], _whole(panel, phi, members, some)


def _score(kpi: Kpi, row: Row, own: float | None) -> Row:
    low, high = row.get("low"), row.get("high")
    if own and kpi.measure == "rate":
        low, high = rates.wilson(row["numerator"], row["n"], phi=own) or (None, None)
    return {"score_low": low, "score_high": high, "phi": own}


def _changes(
    kpi: Kpi, common: Sequence[Row], now: Rows, prior: Rows, phi: Phi, found: dict[str, Row]
) -> None:
    tested = {}
    for row in common:
        entity = row["entity"]
        each = change(kpi, now[entity], prior[entity], phi.get(entity, 1.0))
        if each is not None and each.p is not None:
            tested[entity] = each.p
    if tested:
        for entity, changed in zip(tested, discoveries([*tested.values()]), strict=True):
            found[entity]["score_changed"] = changed


def _panel(kpi: Kpi, names: Sequence[str], rows: Rows, phi: Phi) -> tuple[Panel | None, list[str]]:
    """Return the panel that could be fitted, and the entities in it, in order."""
    if kpi.measure == "rate":
        k, n = (np.array([rows[e][part] for e in names], float) for part in ("numerator", "n"))
        of = np.array([phi.get(e, 1.0) for e in names])
        return (fit_shares(k, n, of) if names else None), list(names)
    members = [e for e in names if _figure(kpi, rows[e]) is not None]
    if len(members) < 2:
        return None, members
    n = np.array([rows[e]["n"] for e in members], float)
    x = np.array([_figure(kpi, rows[e]) for e in members], float)
    errors = _errors(kpi, [rows[e] for e in members], n)
    return (None if errors is None else fit_scores(x, errors, n)), members


def _figure(kpi: Kpi, row: Row) -> float | None:
    """Return the score as it is fitted: waits by their logarithm, which is nearly normal."""
    if kpi.measure == "duration":
        return None if row["median"] is None else log1p(row["median"])
    value: float | None = row["value"]
    return value


def _errors(kpi: Kpi, rows: Sequence[Row], n: Array) -> Array | None:
    if kpi.measure == "nps":
        return np.array([nps.adjusted(*counts(row))[1] for row in rows])
    if kpi.measure == "mean":
        return pooled_errors(n, np.array([row.get("sd") or 0.0 for row in rows]))
    known = [log_error(row) for row in rows]
    of_one = [e * sqrt(cases) for e, cases in zip(known, n, strict=True) if e]
    if not of_one:
        return None
    usual = float(np.median(of_one))
    return np.array([e or usual / sqrt(cases) for e, cases in zip(known, n, strict=True)])


def _chances(
    kpi: Kpi, falls: Sequence[Row], common: Sequence[Row], before: Panel, there: Array, now: Rows
) -> Array:
    digits = _digits(kpi)
    inner = [_figure(kpi, now[row["entity"]]) for row in common]
    ordered = np.sort([np.round(x, digits) for x in inner if x is not None])
    high = kpi.better == "higher"
    ordered = ordered[::-1] if high else ordered
    return chance_of_falls(
        before,
        np.array([now[row["entity"]]["n"] for row in falls], float),
        # Who fell has someone ahead: rank − 1 of them.
        ordered[[row["rank_common"] - 2 for row in falls]],
        best_high=high,
        digits=digits,
        of=there,
    )


def _some_fall(
    kpi: Kpi, both: Sequence[Row], before: Panel, there: Array, now: Rows
) -> float | None:
    """Return how often some entity would fall as far as the furthest did; None where none fell."""
    furthest = max(row["places_lost"] for row in both)
    if furthest <= 0:
        return None
    return chance_of_some_fall(
        before,
        np.array([now[row["entity"]]["n"] for row in both], float),
        np.array([row["prior_rank_common"] for row in both]),
        furthest,
        best_high=kpi.better == "higher",
        digits=_digits(kpi),
        of=there,
    )


def _digits(kpi: Kpi) -> int:
    # Waits are drawn as logarithms, which are not what is shown and hardly ever tie.
    return 9 if kpi.measure == "duration" else kpi.score_digits


def _whole(
    panel: Panel | None, phi: Phi, members: Sequence[str], some: float | None = None
) -> dict[str, Any]:
    own = [phi[e] for e in members if e in phi]
    return {
        "reliability": None if panel is None else panel.reliability,
        "n_for_reliable": None if panel is None else panel.n_for_reliable,
        "phi": float(np.median(own)) if own else None,
        "chance_of_some_fall": some,
    }


def _positions(entities: Sequence[str], members: Sequence[str]) -> Array:
    place = {entity: i for i, entity in enumerate(members)}
    return np.array([place[entity] for entity in entities], int)
