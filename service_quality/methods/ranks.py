"""Ranks entities by their scores in two years, and says who rose and who fell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Placed:
    """One entity's places: competition ranks from 1, ties share the best; None where absent.

    `rank` and `prior_rank` are among all entities of their year, the `_common` ones among those
    present in both. `places_lost` = rank_common − prior_rank_common: positive is a fall.
    """

    entity: str
    rank: int | None
    prior_rank: int | None
    rank_common: int | None
    prior_rank_common: int | None

    @property
    def places_lost(self) -> int | None:
        """Places lost among those present in both years; negative when places were won."""
        if self.rank_common is None or self.prior_rank_common is None:
            return None
        return self.rank_common - self.prior_rank_common


def competition_ranks(scores: Mapping[str, float | None], *, best_high: bool) -> dict[str, int]:
    """Return 1 + the number of strictly better entities; no score is worse than any score."""

    def badness(score: float | None) -> tuple[bool, float]:
        return score is None, 0.0 if score is None else (-score if best_high else score)

    ordered = sorted(scores, key=lambda entity: badness(scores[entity]))
    ranks: dict[str, int] = {}
    for place, entity in enumerate(ordered, start=1):
        previous = ordered[place - 2] if place > 1 else None
        tied = previous is not None and badness(scores[previous]) == badness(scores[entity])
        ranks[entity] = ranks[previous] if tied and previous is not None else place
    return ranks


def compare(
    scores: Mapping[str, float | None],
    prior: Mapping[str, float | None],
    *,
    best_high: bool,
    comparable: bool = True,
    apart: Collection[str] = (),
) -> list[Placed]:
    """Return every entity of this year with its places in both years, best first.

    `scores` and `prior` are already rounded to the shown precision, so that equal means equal.
    `comparable` is False after a change of method: then nothing is said about places lost. Those
    `apart` had a change of method of their own.
    """
    common = (set(scores) & set(prior)) - set(apart) if comparable else set()
    now = competition_ranks(scores, best_high=best_high)
    before = competition_ranks(prior, best_high=best_high)
    now_common = competition_ranks({e: scores[e] for e in common}, best_high=best_high)
    before_common = competition_ranks({e: prior[e] for e in common}, best_high=best_high)
    placed = [
        Placed(e, now[e], before.get(e), now_common.get(e), before_common.get(e)) for e in scores
    ]
    return sorted(placed, key=lambda p: (now[p.entity], p.entity))


@dataclass(frozen=True)
class Place:
    """A published place, from `first` to `last`: the same but for a band; None is an open end.

    `band` is the band as it was published, such as 101-150.
    """

    first: int
    last: int | None
    band: str | None = None


def least_lost(now: Place, prior: Place) -> int | None:
    """Return how many places were lost at least, negative for those won.

    It counts between the edges that are next to each other. The same band twice is none; two
    places that may be the same one say nothing.
    """
    if now == prior:
        return 0
    if prior.last is not None and now.first > prior.last:
        return now.first - prior.last
    if now.last is not None and now.last < prior.first:
        return now.last - prior.first
    return None


def is_whole(firsts: Mapping[str, int]) -> bool:
    """Whether places leave no gap, so that nobody of the field is missing between them."""
    ranks: Mapping[str, float] = {entity: float(first) for entity, first in firsts.items()}
    if len(firsts) < 2:
        return False
    dense = sorted(set(firsts.values())) == list(range(1, len(set(firsts.values())) + 1))
    return dense or competition_ranks(ranks, best_high=False) == firsts


def percentile(middle: float, size: int) -> float:
    """Return 100·(1 − (middle − ½) ÷ N) of the middle of the places held, 100 the best."""
    return 100 * (1 - (middle - 0.5) / size)


def with_percentiles(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return ranked rows with `percentile`; those that share a rank share the middle."""
    shared = Counter(row["rank"] for row in rows)
    return [
        {
            **row,
            "percentile": percentile(row["rank"] + (shared[row["rank"]] - 1) / 2, len(rows)),
        }
        for row in rows
    ]
