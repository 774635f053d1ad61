"""How often noise alone gets a verdict: `python -m tests.simulate [worlds]` prints the table.

Series of each kind that a page shows, 24 months long and nothing but noise: how often does the
last month get a verdict of more than ordinary movement, how often is a real change found, in how
many worlds does Overview's sentence claim anything, and does a fall said to happen 1 time in 10
happen 1 time in 10? Everything is drawn from one seed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import log, sqrt
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from service_quality.definitions import kpis
from service_quality.findings import headline
from service_quality.findings.comparisons import compare
from service_quality.findings.headline import Tile
from service_quality.measures.trends import Trend
from service_quality.methods import rates
from service_quality.methods.judgeable import Judged, judge
from service_quality.methods.panel import fit_scores, fit_shares
from service_quality.methods.rank_ranges import chance_of_some_fall

Array: TypeAlias = npt.NDArray[Any]
Dice: TypeAlias = np.random.Generator
Series: TypeAlias = Callable[[Dice, int], Array]
SEED, MONTHS = 20_261_127, 24
SD = 5.0
RATE = kpis.catalogue()["reply_rate"]


def share(p: float, n: int, *, varying: bool = False) -> Series:
    """Return shares of n cases a month, or of about n."""

    def draw(dice: Dice, months: int) -> Array:
        cases = np.maximum(dice.poisson(n, months), 1) if varying else np.full(months, n)
        return dice.binomial(cases, p) / cases

    return draw


def count(mean: float) -> Series:
    """Return cases a month."""
    return lambda dice, months: dice.poisson(mean, months).astype(float)


def normal(dice: Dice, months: int) -> Array:
    """Return months that are independent of each other."""
    return dice.normal(50, SD, months)


def medians(n: int, hours: float, middle: float = 24.0) -> Series:
    """Return medians of n waits a month, each rounded to so many hours."""

    def draw(dice: Dice, months: int) -> Array:
        waits = np.exp(dice.normal(log(middle), 1, (months, n)))
        return np.median(np.maximum(np.rint(waits / hours), 1) * hours, axis=1)

    return draw


def promised(n: int) -> Series:
    """Return medians of n waits that are said as 4, 8, 24 or 48 hours."""
    hours, parts = [4.0, 8.0, 24.0, 48.0], [0.2, 0.25, 0.35, 0.2]
    return lambda dice, months: np.median(dice.choice(hours, (months, n), p=parts), axis=1)


def carried(part: float) -> Series:
    """Return months of which a part carries over to the next."""

    def draw(dice: Dice, months: int) -> Array:
        found = dice.normal(size=months)
        for month in range(1, months):
            found[month] = part * found[month - 1] + sqrt(1 - part**2) * found[month]
        return 50 + SD * found

    return draw


def stale(part: float) -> Series:
    """Return months that with this chance only repeat the one before."""

    def draw(dice: Dice, months: int) -> Array:
        found = normal(dice, months)
        for month in range(1, months):
            found[month] = found[month - 1] if dice.random() < part else found[month]
        return found

    return draw


def yearly(height: float) -> Series:
    """Return months with a wave a year."""

    def draw(dice: Dice, months: int) -> Array:
        year = (np.arange(months) + dice.integers(12)) / 12
        return normal(dice, months) + height * np.sin(2 * np.pi * year)

    return draw


def peak(height: float) -> Series:
    """Return months of which each twelfth, the last one too, stands out."""
    return lambda dice, months: (
        normal(dice, months) + height * ((months - np.arange(months)) % 12 == 1)
    )


def marks(n: int) -> Series:
    """Return means of n marks from 1 to 5."""
    parts = [0.05, 0.05, 0.1, 0.3, 0.5]
    return lambda dice, months: dice.choice(5, (months, n), p=parts).mean(axis=1) + 1


KINDS: dict[str, Series] = {
    "independent months": normal,
    **{
        f"share {p} of {n}": share(p, n)
        for p in (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
        for n in (20, 30, 100, 500)
    },
    **{f"share {p} of about 100": share(p, 100, varying=True) for p in (0.8, 0.95, 0.99, 0.999)},
    **{f"count of {mean}": count(mean) for mean in (0.1, 0.3, 0.5, 1, 2, 5, 20, 50)},
    **{f"median of {n} waits in hours": medians(n, 1) for n in (5, 11, 30, 100)},
    **{f"median of {n} waits in days": medians(n, 24, 60) for n in (5, 30, 100)},
    **{f"median of {n} round waits": promised(n) for n in (5, 11, 30, 100)},
    **{f"mean of {n} marks": marks(n) for n in (10, 100)},
    **{f"{part:.0%} carries over": carried(part) for part in (0.2, 0.3, 0.5, 0.7, 0.8)},
    **{f"{part:.0%} only repeat": stale(part) for part in (0.1, 0.2, 0.4, 0.6)},
    **{f"season of {height / SD:g} SD": yearly(height) for height in (2.5, 5, 10, 20)},
    **{f"each December {height / SD:g} SD": peak(height) for height in (5, 10, 15, 30)},
}


def judged(series: Array) -> Judged:
    """Return the verdict on a series by month."""
    return judge(series.tolist(), months=range(len(series)))


def is_signal(found: Judged) -> bool:
    """Return whether a verdict is more than ordinary movement."""
    return found.variation not in (None, "ordinary")


def false_signals(kind: str, worlds: int, seed: int = SEED) -> tuple[float, float, float]:
    """Return the share of series with a signal at the last month, of those judged, and of plain.

    Plain is the control chart without a look at whether it may judge.
    """
    dice = np.random.default_rng([seed, *kind.encode()])
    found = [judged(KINDS[kind](dice, MONTHS)) for _world in range(worlds)]
    plain = sum(each.chart.points[-1].rule is not None for each in found)
    if any(each.reason == "few_values" for each in found):
        dice = np.random.default_rng([seed, *kind.encode()])
        plain = sum(_plain(KINDS[kind](dice, MONTHS)) for _world in range(worlds))
    return (
        sum(map(is_signal, found)) / worlds,
        sum(each.variation is not None for each in found) / worlds,
        plain / worlds,
    )


def _plain(series: Array) -> bool:
    from service_quality.methods.spc import chart

    return chart(series.tolist()).points[-1].rule is not None


def shifts_found(worlds: int, before: int = MONTHS, seed: int = SEED) -> tuple[float, float]:
    """Return how often 2 SD are found within 7 months, and how often the plain chart finds them."""
    dice = np.random.default_rng([seed, before])
    ours = plain = 0
    for _world in range(worlds):
        series = normal(dice, before + 7)
        series[before:] += 2 * SD
        ends = [series[:end] for end in range(before + 1, before + 8)]
        found = [judged(end) for end in ends]
        ours += any(each.variation == "improvement" for each in found)
        plain += any(each.chart.variation == "improvement" for each in found)
    return ours / worlds, plain / worlds


# What Overview shows: thirteen tiles, as of a service desk with mails and a survey.
TILES = (
    *(share(0.8, 60), share(0.92, 100), share(0.98, 200), share(0.6, 40), share(0.9, 40)),
    *(medians(40, 1), medians(100, 1), count(30), count(4), marks(40)),
    *(share(0.75, 80), share(0.45, 80), carried(0.2)),
)


def headlines(worlds: int, *, charts: bool, seed: int = SEED) -> float:
    """Return in which share of pure-noise worlds Overview's sentence claims that anything moved.

    Without charts each tile is a share of two years of nothing but noise.
    """
    dice = np.random.default_rng([seed, charts])
    quiet = compare(RATE, {"value": 0.8, "n": 90}, {"value": 0.7, "n": 90})
    claims = 0
    for _world in range(worlds):
        if charts:
            found = [judged(kind(dice, MONTHS)) for kind in TILES]
            trends = [Trend((), f.variation, None, f.reason, MONTHS, f.p) for f in found]
            tiles = [Tile(quiet, trend) for trend in trends]
        else:
            tiles = [_year_before(dice) for _tile in TILES]
        sentence = headline.headline(tiles)
        claims += "none moved" not in sentence
    return claims / worlds


def _year_before(dice: Dice) -> Tile:
    n = int(dice.integers(30, 400))
    before, now = dice.binomial(n, dice.uniform(0.5, 0.98), 2) if n else (0, 0)
    change = rates.change(int(before), n, int(now), n)
    rows = [{"value": k / n, "n": n} for k in (now, before)]
    p = None if change is None else change.p
    return Tile(compare(RATE, *rows), Trend((), None, None, "too_short", 3), p)


def furthest_falls(worlds: int, *, rate: bool, seed: int = SEED) -> dict[float, float]:
    """Return how often the furthest fall was said to happen at most so often by chance.

    Nothing changed between the two years; the figure is right where both are about equal.
    """
    dice = np.random.default_rng([seed, rate])
    said = np.array([_furthest(dice, rate=rate) for _world in range(worlds)])
    return {level: float(np.mean(said <= level)) for level in (0.05, 0.1, 0.2, 0.5)}


def _furthest(dice: Dice, *, rate: bool) -> float:
    size = int(dice.integers(20, 60))
    n = dice.integers(15, 60, size).astype(float)
    if rate:
        truth = dice.beta(8, 3, size)
        years = [dice.binomial(n.astype(int), truth) / n for _year in range(2)]
        panel = fit_shares(years[0] * n, n)
    else:
        truth = dice.normal(70, 6, size)
        years = [dice.normal(truth, 20 / np.sqrt(n)) for _year in range(2)]
        panel = fit_scores(years[0], 20 / np.sqrt(n), n)
    assert panel is not None
    years = [np.round(year, 3 if rate else 1) for year in years]
    ranks = [rankdata(-year, "min").astype(int) for year in years]
    furthest = int((ranks[1] - ranks[0]).max())
    digits = 3 if rate else 1
    return chance_of_some_fall(panel, n, ranks[0], furthest, best_high=True, digits=digits)


def table(worlds: int) -> str:
    """Return the table of all kinds as text."""
    lines = [f"{'noise, ' + str(MONTHS) + ' months':32} {'false':>7} {'judged':>7} {'plain':>7}"]
    for kind in KINDS:
        false, had, plain = false_signals(kind, worlds)
        lines.append(f"{kind:32} {false:7.1%} {had:7.1%} {plain:7.1%}")
    for before in (24, 36, 48):
        ours, plain = shifts_found(worlds, before)
        label = f"2 SD found in 7 months, after {before}"
        lines.append(f"{label:40} {ours:7.1%}, the plain chart {plain:.1%}")
    for charts in (True, False):
        label = f"Overview claims, {'with' if charts else 'without'} charts"
        lines.append(f"{label:40} {headlines(worlds, charts=charts):7.1%}")
    for rate in (True, False):
        found = furthest_falls(max(worlds // 4, 40), rate=rate)
        said = ", ".join(f"{level:.0%} in {share:.1%}" for level, share in found.items())
        lines.append(f"furthest fall of {'shares' if rate else 'scores'} said to be {said}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
