"""Turns a ranking by a rate into a funnel: each entity's share against its n, within limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service_quality.definitions.kpis import Kpi
from service_quality.methods import funnel
from service_quality.methods.panel import Array
from service_quality.warehouse.engine import Row

LEVELS = {"95": 0.95, "998": 0.998}
POINTS = 100


@dataclass(frozen=True)
class Funnel:
    """A funnel: the overall share `target`, the points, and the limits to draw.

    `points` have entity, n, score and `outside`: None, or the widest overdispersed limit that the
    score lies beyond, "95" or "998", with `better` telling on which side. `curve` has, from the
    smallest n to the largest, n and low_95, high_95, low_998, high_998, and the same with
    overdispersion as od_low_95 and so on; all 0–1. `by` is the dimension of the entities.
    """

    target: float
    phi: float
    tau2: float
    points: list[Row]
    curve: list[Row]
    by: str


def of(kpi: Kpi, ranked: Sequence[Row], by: str) -> Funnel | None:
    """Return the funnel of a ranking's rows; None where the KPI is no rate, or nobody is ranked."""
    ranked = [row for row in ranked if row["score"] is not None]
    if kpi.measure != "rate" or not ranked:
        return None
    n = np.array([row["n"] for row in ranked], float)
    score = np.array([row["score"] for row in ranked], float)
    limits = funnel.fit(score * n, n)
    if limits is None:
        return None
    outside: list[str | None] = [None] * len(ranked)
    for name, level in LEVELS.items():
        low, high = limits.at(n, level, overdispersed=True)
        for i in np.flatnonzero((score < low) | (score > high)):
            outside[i] = name
    points = [
        {
            **{name: row[name] for name in ("entity", "n", "score", "indicative", "suppressed")},
            "outside": beyond,
            "better": (row["score"] > limits.target) == (kpi.better == "higher"),
        }
        for row, beyond in zip(ranked, outside, strict=True)
    ]
    return Funnel(limits.target, limits.phi, limits.tau2, points, _curve(limits, n), by)


def _curve(limits: funnel.Limits, n: Array) -> list[Row]:
    """Return the limits along n, closer together where n is small and they bend."""
    at = np.unique(np.rint(np.geomspace(n.min(), n.max(), POINTS)))
    columns = {"n": at}
    for name, level in LEVELS.items():
        for kind, wide in (("", False), ("od_", True)):
            low, high = limits.at(at, level, overdispersed=wide)
            columns |= {f"{kind}low_{name}": low, f"{kind}high_{name}": high}
    return [
        {name: float(value) for name, value in zip(columns, values, strict=True)}
        for values in zip(*columns.values(), strict=True)
    ]
