"""The sentence over several measures at once: it claims no more than chance leaves standing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings.comparisons import (
    Comparison,
    level,
    of_level,
    promised,
    written,
    written_change,
)
from service_quality.methods.false_discovery import discoveries

if TYPE_CHECKING:
    from service_quality.measures.trends import Month, Trend

SIDES = {"improvement": "better", "concern": "worse", "high": "higher", "low": "lower"}


@dataclass(frozen=True)
class Tile:
    """A measure among several: against a year before, its months, and how sure the change is.

    `p` is that of the test of its change on a year before, None where there is none.
    """

    comparison: Comparison
    trend: Trend
    p: float | None = None

    @property
    def judged(self) -> bool:
        """Whether its months can tell signal from noise; else the year before has to."""
        return self.trend.variation is not None

    @property
    def chance(self) -> float | None:
        """How often chance alone would show as much; None where nothing can be said."""
        return self.trend.p if self.judged else self.p

    @property
    def side(self) -> str:
        """Where it moved: better, worse, higher, lower; else it did not, or nobody knows."""
        return SIDES.get(self.trend.variation or "", "" if self.judged else self.comparison.verdict)


def headline(tiles: Sequence[Tile]) -> str:
    """Return the sentence on the measures shown; empty where nothing can be said of any.

    It names what holds when all are looked at together (Benjamini & Hochberg), the surest first.
    """
    judged = [tile for tile in tiles if tile.chance is not None]
    if not judged:
        unproven = any(tile.comparison.change for tile in tiles)
        return _("That anything shown here changed is not proven.") if unproven else ""
    first = _first(judged)
    worse, better = first["worse"], first["better"]
    if worse and better:
        text = _("{worse} got worse and {better} better, neither by chance.")
        return text.format(worse=_title(worse), better=_title(better))
    if named := spoken_of(judged):
        return _alone(named)
    known = [tile.comparison for tile in judged if tile.comparison.value is not None]
    if len(judged) > 1:
        text = _("Of the {n} measures that can be judged, none moved by more than chance.")
        said = text.format(n=language.number(len(judged)))
    elif known:
        said = _("That did not move by more than chance.")
    else:
        said = _("{kpi} did not move by more than chance.").format(kpi=_title(judged[0]))
    return f"{level(known)} {said}" if known else said


def spoken_of(tiles: Sequence[Tile]) -> Tile | None:
    """Return the measure that the sentence speaks of first: what got worse, else what moved."""
    first = _first(tiles)
    return next(
        (first[side] for side in ("worse", "better", "higher", "lower") if first[side]), None
    )


def _first(tiles: Sequence[Tile]) -> dict[str, Tile | None]:
    """Return the surest of the measures that moved to each side."""
    moved = proven(tiles)
    return {side: next((t for t in moved if t.side == side), None) for side in SIDES.values()}


def proven(tiles: Sequence[Tile]) -> list[Tile]:
    """Return what moved by more than chance when all are looked at together, the surest first."""
    chances = [(tile, tile.chance) for tile in tiles if tile.chance is not None]
    holds = discoveries([chance for _tile, chance in chances])
    found = [each for each, sure in zip(chances, holds, strict=True) if sure]
    found.sort(key=lambda each: (each[1], -each[0].comparison.weight))
    return [tile for tile, _chance in found]


def _alone(tile: Tile) -> str:
    """Return the sentence on the one measure that moved."""
    months = {
        "better": _("{kpi} got better: {value} in {month}{usual}, and not by chance."),
        "worse": _("{kpi} got worse: {value} in {month}{usual}, and not by chance."),
        "higher": _("{kpi} is unusually high: {value} in {month}{usual}, and not by chance."),
        "lower": _("{kpi} is unusually low: {value} in {month}{usual}, and not by chance."),
    }
    changes = {
        "better": _("{kpi} got better than a year before ({change}), and not by chance."),
        "worse": _("{kpi} got worse than a year before ({change}), and not by chance."),
        "higher": _("{kpi} is higher than a year before ({change}), and not by chance."),
        "lower": _("{kpi} is lower than a year before ({change}), and not by chance."),
    }
    levels = {
        "better": _("{level}: better than a year before ({change}), and not by chance."),
        "worse": _("{level}: worse than a year before ({change}), and not by chance."),
        "higher": _("{level}: more than a year before ({change}), and not by chance."),
        "lower": _("{level}: less than a year before ({change}), and not by chance."),
    }
    found, last = tile.comparison, tile.trend.last
    if not tile.judged or last is None:
        change = written_change(found.kpi, found.change)
        if found.level and found.value is not None:
            return levels[tile.side].format(level=of_level(found).rstrip("."), change=change)
        return changes[tile.side].format(kpi=_title(tile), change=change)
    return months[tile.side].format(
        kpi=_title(tile),
        value=written(found.kpi, last.value),
        month=language.month(last.month),
        usual=_usual(tile, last),
    )


def _usual(tile: Tile, last: Month) -> str:
    """Return what is usual, where the month lies on the side that the signal names; the promise.

    The last of seven months in one direction may still lie on the other side of the mean.
    """
    kpi = tile.comparison.kpi
    text = _(", {target} promised")
    promise = "" if last.target is None else text.format(target=promised(last.target))
    if last.value is None or last.mean is None:
        return promise
    up = (tile.side == "better") == (kpi.better == "higher")
    up = {"higher": True, "lower": False}.get(tile.side, up)
    beyond = last.value > last.mean if up else last.value < last.mean
    text = _(", {mean} on average")
    return (text.format(mean=written(kpi, last.mean)) if beyond else "") + promise


def _title(tile: Tile) -> str:
    return tile.comparison.kpi.title
