"""How much more monthly rates scatter than chance alone would let them."""

from __future__ import annotations

import numpy as np

from service_quality.methods.panel import Array

MONTHS = 12


def factor(kept: Array, due: Array, year: Array, season: Array) -> float | None:
    """Return φ ≥ 1, by which the months' own scatter makes the sampling variance larger.

    `kept` and `due` have a row an entity and a column a month; a month without cases is 0 of 0.
    `year` and `season` number the columns: which year, which month of it. Entities with fewer
    than 12 months are left out; None where no entity is left, or no degree of freedom.

    φ is Pearson's χ² ÷ df (McCullagh & Nelder 1989, 4.5), pooled over all entities. A month is
    expected to have its entity's rate of that year, so that a real change between the years is no
    scatter, plus what its month of the year differs from the mean in all of them together: that is
    the season. df = months with cases − entities × years − (months of the year − 1). Where the
    season cannot be told from the years, as in a single series of one year, it is left in.
    """
    kept, due = np.asarray(kept, float), np.asarray(due, float)
    enough = (due > 0).sum(axis=1) >= MONTHS
    kept, due = kept[enough], due[enough]
    if not len(due):
        return None
    own = np.zeros_like(due)
    levels = 0
    for each in np.unique(year):
        months = year == each
        total = due[:, months].sum(axis=1)
        levels += int((total > 0).sum())
        rate = kept[:, months].sum(axis=1) / np.maximum(total, 1)
        own[:, months] = rate[:, None]
    seasons = np.unique(season)
    shift, effects = np.zeros_like(due), 0
    cells = int((due > 0).sum())
    if cells - levels - (len(seasons) - 1) >= MONTHS - 1:
        effects = len(seasons) - 1
        for each in seasons:
            months = season == each
            shift[:, months] = (kept - due * own)[:, months].sum() / max(due[:, months].sum(), 1)
    df = cells - levels - effects
    expected = np.clip(own + shift, 1e-3, 1 - 1e-3)
    # A rate of 0 or 1 all year long does not scatter; its months say nothing.
    told = (due > 0) & (own > 0) & (own < 1)
    if df < 1:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        pearson = (kept - due * expected) ** 2 / (due * expected * (1 - expected))
    return float(max(1.0, pearson[told].sum() / df))
