"""How much more monthly rates scatter than chance alone would let them."""

from __future__ import annotations

import numpy as np

from service_quality.methods.panel import Array

MONTHS = 12


def factors(kept: Array, due: Array, year: Array, season: Array) -> Array:
    """Return φ ≥ 1 for each entity, by which its months' own scatter widens what chance allows.

    `kept` and `due` have a row an entity and a column a month; a month without cases is 0 of 0.
    `year` and `season` number the columns: which year, which month of it. NaN for an entity with
    fewer than 12 months.

    φ is Pearson's χ² ÷ df (McCullagh & Nelder 1989, 4.5). A month is expected to have the
    entity's rate of that year, so that a real change between years is no scatter, plus the season:
    the mean difference from it of the same months of all years. df = months − years − (months of
    the year − 1). Where that leaves less than 11, as in a single year, the season is left in, and
    φ is if anything too large.
    """
    kept, due = np.asarray(kept, float), np.asarray(due, float)
    seen = due > 0
    months = seen.sum(axis=1)
    own, years = np.zeros_like(due), np.zeros(len(due))
    for each in np.unique(year):
        of = year == each
        total = due[:, of].sum(axis=1)
        years += total > 0
        own[:, of] = (kept[:, of].sum(axis=1) / np.maximum(total, 1))[:, None]
    shift, seasons = np.zeros_like(due), np.zeros(len(due))
    for each in np.unique(season):
        of = season == each
        total = due[:, of].sum(axis=1)
        seasons += total > 0
        beside = (kept - due * own)[:, of].sum(axis=1) / np.maximum(total, 1)
        shift[:, of] = beside[:, None]
    df = months - years - (seasons - 1)
    bare = df < MONTHS - 1
    shift[bare] = 0
    df = np.where(bare, months - years, df)
    expected = np.clip(own + shift, 1e-3, 1 - 1e-3)
    # Where nothing or everything was kept all year long, no month can scatter.
    informative = seen & (own > 0) & (own < 1)
    spread = np.where(informative, (kept - due * expected) ** 2, 0)
    pearson = (spread / np.where(informative, due * expected * (1 - expected), 1)).sum(axis=1)
    phi = np.maximum(1.0, pearson / np.maximum(df, 1))
    return np.where((months >= MONTHS) & (df >= 1), phi, np.nan)
