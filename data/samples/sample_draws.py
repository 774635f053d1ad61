"""Draws that the invented exports share: days, office hours, even shares and counts."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import NormalDist
from typing import Any

Row = dict[str, Any]
NORMAL = NormalDist()
START = datetime(2023, 1, 1)


def years_since(at: datetime) -> float:
    """Return the years since the data's first day."""
    return (at - START) / timedelta(days=365.25)


def clamp(value: float, low: float, high: float) -> float:
    """Return the value, or the bound it oversteps."""
    return min(max(value, low), high)


def stratified(rng: Random, n: int) -> list[float]:
    """Return n evenly spaced shares of 0–1 in random order: each row varies, the total does not."""
    return rng.sample([(i + 0.5) / n for i in range(n)], n)


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """Return whole numbers in proportion to the weights that add up to the total."""
    edges = [0.0]
    for weight in weights:
        edges.append(edges[-1] + weight)
    cuts = [round(total * edge / edges[-1]) for edge in edges]
    return [high - low for low, high in pairwise(cuts)]


def poisson(rng: Random, mean: float) -> int:
    """Return a Poisson count (Knuth's method, fit for small means)."""
    count, product = 0, rng.random()
    while product > math.exp(-mean):
        count, product = count + 1, product * rng.random()
    return count


def some_day(
    rng: Random,
    first: datetime,
    days: int,
    hours: tuple[int, int] = (7, 22),
    weekend: float = 0.5,
) -> datetime:
    """Return a time within the days from `first`, between two hours, rarer at the weekend."""
    while True:
        day = first + timedelta(days=rng.randrange(days))
        if day.weekday() < 5 or rng.random() < weekend:
            break
    opening, closing = hours
    hour = rng.triangular(opening, closing, opening + (closing - opening) * 0.4)
    # Whole seconds, and never the last one: a time must not slip past the closing hour.
    return day + timedelta(seconds=min(int(hour * 3600), closing * 3600 - 1))


def in_office(rng: Random, at: datetime) -> datetime:
    """Return the time at which a person is there to do it: from 8 to 20 h, never on a Sunday."""
    at = at.replace(microsecond=0)
    opening = at.replace(hour=8, minute=0, second=0)
    if at.hour >= 20:
        opening += timedelta(days=1)
    if opening.weekday() == 6:
        opening += timedelta(days=1)
    # What came in while nobody was there is done within an hour and a half of opening.
    return at if at >= opening else opening + timedelta(seconds=rng.randrange(5400))
