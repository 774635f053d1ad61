"""Where the ticks of an axis stand, and what stands at them: on the screen and on paper alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service_quality.base import language

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi

MOST_TICKS = 6
QUARTERS = ((1, 4, 7, 10), (1, 7), (1,))


@dataclass(frozen=True)
class Axis:
    """An axis from `low` to `high`, with ticks in the unit of its values and their words."""

    ticks: list[float]
    words: list[str]
    low: float
    high: float


def of_values(kpi: Kpi, values: Sequence[float | None]) -> Axis | None:
    """Return an axis in the KPI's unit, with round ticks around the values; None without any."""
    known = [v for v in values if v is not None]
    if not known:
        return None
    ticks = nice_ticks(min(known), max(known), kpi.measure)
    decimals = kpi.decimals if max(known) - min(known) < 5 else 0
    if kpi.measure == "rate":
        decimals = 0 if ticks[1] - ticks[0] >= 0.01 else 1
    low, high = min(known + ticks), max(known + ticks)
    pad = (high - low) * 0.04
    words = [language.value(kpi.measure, t, decimals) for t in ticks]
    return Axis(ticks, words, low - pad, high + pad)


def of_months(shown: Sequence[str]) -> list[int]:
    """Return the places of the months that are named: all, or quarters, half-years or years."""
    ticks = list(range(len(shown)))
    for first_months in QUARTERS:
        if len(ticks) <= MOST_TICKS:
            break
        ticks = [i for i, month in enumerate(shown) if int(month[5:]) in first_months]
    return ticks[:: -(-len(ticks) // MOST_TICKS) or 1]


def nice_ticks(low: float, high: float, measure: str) -> list[float]:
    """Return 3 to 7 round values that span `low` to `high`; round minutes for durations."""
    span = (high - low) or abs(high) or 1.0
    if measure == "duration":
        steps = [1, 5, 15, 30, 60, 120, 240, 480, 1440, 2880, 7200, 14400, 43200]
        step = float(next((s for s in steps if span / s <= 5), 86400))
    else:
        power = 10.0 ** (len(str(int(span))) - 1 if span >= 1 else _exponent(span))
        step = next(s * power for s in (0.2, 0.5, 1, 2, 5, 10) if span / (s * power) <= 5)
    first, last = int(low // step), int(-(-high // step))
    return [round(i * step, 10) for i in range(first, max(last, first + 1) + 1)]


def _exponent(span: float) -> int:
    exponent = 0
    while span < 10.0**exponent:
        exponent -= 1
    return exponent


def moved_apart(places: Sequence[float], gap: float, highest: float) -> list[float]:
    """Return sorted places moved apart just enough for labels not to cover each other.

    None is pushed beyond `highest`: those before it make room instead.
    """
    found: list[float] = []
    for at in places:
        found.append(max(at, found[-1] + gap) if found else at)
    limit = highest
    for i in range(len(found) - 1, -1, -1):
        found[i] = min(found[i], limit)
        limit = found[i] - gap
    return found
