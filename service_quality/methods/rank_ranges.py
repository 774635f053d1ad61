"""Plausible ranges of ranks, and how often chance alone makes a fall as large as one seen.

A shown rank can lie outside its own range: one of 65 that tie first. Ranges are per entity, not
for all at once. Ranks are never resampled from the data: such intervals are too narrow
(Mogstad, Romano, Shaikh & Wilhelm 2023).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from service_quality.methods.panel import Array, Panel

DRAWS = 4_000
SEED = 20_240_615
# What is held at once: draws times entities, of one block and of all ranks kept.
BLOCK, KEPT = 1_000_000, 40_000_000
# Columns looked at in one go, and how many twins' draws are put together: enough for any quantile.
COLUMNS, TWINS = 1_000, 50
# Chances are shown as "4 of 10": for large panels fewer redraws say that as well.
REDRAWN = 10_000_000


def ranges(
    panel: Panel, *, best_high: bool, views: Sequence[tuple[Array | None, float]] = ((None, 0.9),)
) -> list[tuple[Array, Array]]:
    """Return for each view the lowest and highest plausible rank of its entities, from 1.

    A view is the entities that are ranked, by their positions (None: all of the panel), and a
    level. All views look at the same draws, and the same panel gives the same ranges each time.
    """
    size = len(panel.n)
    everyone = np.arange(size)
    ranked = [everyone if of is None else of for of, _level in views]
    count = _count(size, KEPT)
    # Views of the same entities share what is kept of them.
    kept = {of.tobytes(): np.empty((count, len(of)), _smallest(len(of))) for of in ranked}
    start = 0
    for truth in _draws(panel, count):
        order = np.argsort(-truth if best_high else truth, axis=1)
        for of in {each.tobytes(): each for each in ranked}.values():
            _fill(kept[of.tobytes()][start : start + len(truth)], order, of, size)
        start += len(truth)
    return [
        _quantiles(kept[of.tobytes()], level, panel.twins[of])
        for of, (_of, level) in zip(ranked, views, strict=True)
    ]


def _smallest(size: int) -> type[np.unsignedinteger]:
    return np.uint16 if size < 2**16 else np.uint32


def _fill(ranks: Array, order: Array, of: Array, size: int) -> None:
    """Write the places among the entities `of`, given who comes in which order among all."""
    each = np.arange(1, len(of) + 1, dtype=ranks.dtype)
    if np.array_equal(of, np.arange(size)):
        for row, ordered in zip(ranks, order, strict=True):
            row[ordered] = each
        return
    place = np.full(size, -1)
    place[of] = np.arange(len(of))
    for row, ordered in zip(ranks, order, strict=True):
        columns = place[ordered]
        row[columns[columns >= 0]] = each


def chance_of_falls(
    panel: Panel, n: Array, ahead: Array, *, best_high: bool, digits: int, of: Array | None = None
) -> Array:
    """Return how often each entity would fall as far though nothing had changed for it.

    From its true value, which fits what it showed last year, new figures of this year's `n` cases
    are drawn, rounded to `digits` and set against this year's panel: they fall as far where they
    are worse than `ahead`, the rounded score of the last one now ahead of it. The arrays are those
    of the entities in `of`.
    """
    fell = [
        shown < ahead if best_high else shown > ahead
        for shown in _drawn_again(panel, n, of, digits, salt=1)
    ]
    return np.asarray(np.concatenate(fell).mean(axis=0))


def chance_of_some_fall(
    panel: Panel,
    n: Array,
    prior: Array,
    furthest: int,
    *,
    best_high: bool,
    digits: int,
    of: Array | None = None,
) -> float:
    """Return how often some entity would lose as many places though nothing had changed for any.

    New figures of this year's `n` cases are drawn for all in `of`, rounded to `digits`, ranked
    anew, and set against their places `prior` of last year: counted is how often the furthest
    fall among them is at least `furthest` places, one or more.
    """
    # At a place or below it are those worse than the one just before it: no ranks are needed.
    before = prior + furthest - 2  # by position, from 0
    can = before < len(prior)
    fell = []
    for shown in _drawn_again(panel, n, of, digits, salt=2):
        badness = -shown if best_high else shown
        ordered = np.sort(badness, axis=1)
        fell.append((badness[:, can] > ordered[:, before[can]]).any(axis=1))
    return float(np.concatenate(fell).mean())


def _drawn_again(
    panel: Panel, n: Array, of: Array | None, digits: int, *, salt: int
) -> Iterator[Array]:
    """Give the rounded figures that `n` cases each of those in `of` would show, by their truths."""
    chosen = np.arange(len(panel.n)) if of is None else of
    rng = np.random.default_rng([SEED, salt])
    cases = panel.n.copy()
    cases[chosen] = n
    for truth in _draws(panel, _count(len(panel.n), REDRAWN)):
        yield np.round(panel.again(rng, truth, cases)[:, chosen], digits)


def apart(first: tuple[Array, Array], second: tuple[Array, Array]) -> Array:
    """Return where two ranges of ranks do not overlap."""
    return np.asarray((first[1] < second[0]) | (second[1] < first[0]))


def _count(size: int, most: int) -> int:
    return int(max(min(DRAWS, most // size), 400))


def _draws(panel: Panel, count: int) -> Iterator[Array]:
    """Give the draws in blocks that fit into memory, the same ones at each call."""
    rng = np.random.default_rng(SEED)
    step = max(1, min(count, BLOCK // len(panel.n)))
    for start in range(0, count, step):
        yield panel.draw(rng, min(step, count - start))


def _quantiles(ranks: Array, level: float, twins: Array) -> tuple[Array, Array]:
    """Return the lower and upper quantile of each column, as ranks that were drawn.

    Those that showed the same share their draws: their ranges are the same, and steadier.
    """
    low, high = np.zeros((2, len(twins)), int)
    order = np.argsort(twins, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(twins[order])) + 1)
    alone = np.array([same[0] for same in groups if len(same) == 1], int)
    for start in range(0, len(alone), COLUMNS):
        some = alone[start : start + COLUMNS]
        low[some], high[some] = _ends(ranks[:, some], level)
    for same in groups:
        if len(same) > 1:
            low[same], high[same] = _ends(ranks[:, same[:TWINS]].reshape(-1, 1), level)
    return low, high


def _ends(ranks: Array, level: float) -> tuple[Array, Array]:
    count = len(ranks)
    low = max(round((1 - level) / 2 * count) - 1, 0)
    ranks.partition([low, count - 1 - low], axis=0)
    return ranks[low].astype(int), ranks[count - 1 - low].astype(int)
