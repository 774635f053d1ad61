"""Measures beside each other: to each a verdict in a manager's words, and the three to look at.

What moved and what did not is decided over all of them together, as in the headline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service_quality.base import language
from service_quality.base.language import N_, _
from service_quality.findings.comparisons import written, written_change
from service_quality.findings.headline import Tile, proven
from service_quality.findings.signals import NO_VERDICT, possible
from service_quality.measures.intervals import indicative
from service_quality.methods.judgeable import TOO_SHORT

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi

MOST_TO_LOOK_AT = 3
MOVED, MAYBE, USUAL, EARLY, FEW = "moved", "maybe", "usual", "early", "few"
WORDS = {
    MAYBE: N_("may be chance"),
    USUAL: N_("as usual"),
    EARLY: N_("too early to say"),
    FEW: N_("too few"),
}
SIDES = {
    "better": N_("better, not chance"),
    "worse": N_("worse, not chance"),
    "higher": N_("higher, not chance"),
    "lower": N_("lower, not chance"),
}
OPPOSITE = {"better": "worse", "worse": "better", "higher": "lower", "lower": "higher"}
ARROWS = {True: "▲", False: "▼"}


@dataclass(frozen=True)
class Line:
    """One measure of the scorecard, and its verdict: moved, maybe, usual, early or few."""

    tile: Tile
    verdict: str

    @property
    def kpi(self) -> Kpi:
        """The measure."""
        return self.tile.comparison.kpi

    @property
    def side(self) -> str:
        """Where it moved, if by more than chance: better, worse, higher or lower."""
        return self.tile.side if self.verdict == MOVED else ""

    @property
    def word(self) -> str:
        """The verdict in words."""
        return _(SIDES[self.side] if self.verdict == MOVED else WORDS[self.verdict])

    @property
    def tone(self) -> str:
        """What its word is coloured by: the side it moved to, else the verdict."""
        return self.side or self.verdict

    @property
    def note(self) -> str:
        """Why there is no verdict yet; or what it is held against, where the change denies it."""
        if self.verdict == EARLY:
            return _(NO_VERDICT[self.tile.trend.why or TOO_SHORT])
        denied = OPPOSITE.get(self.side) == self.tile.comparison.verdict
        return _("against all months and not the year before") if denied else ""

    @property
    def change(self) -> str:
        """The change on a year before with its arrow; empty where there is none to compare with."""
        found = self.tile.comparison
        if found.change is None:
            return ""
        if written(found.kpi, found.value) == written(found.kpi, found.before):
            return "="
        size = written_change(found.kpi, abs(found.change)).lstrip("+")
        return f"{ARROWS[found.change > 0]} {size}"

    @property
    def target(self) -> float | None:
        """What was promised: the target that binds, else that a promise holds for everyone."""
        kpi, last = self.kpi, self.tile.trend.last
        if kpi.measure != "rate":
            return None
        if last is not None and last.target is not None:
            return last.target
        return 1.0 if kpi.promise else None

    @property
    def usual(self) -> tuple[float | None, float | None]:
        """The limits within which the last month lies as usual; None where it is not judged."""
        kpi, last = self.kpi, self.tile.trend.last
        if last is None or not self.tile.judged:
            return None, None
        return possible(kpi, last.lower), possible(kpi, last.upper)


def lines(tiles: Sequence[Tile]) -> list[Line]:
    """Return a line for each measure, in their order."""
    moved = proven(tiles)
    return [Line(tile, _verdict(tile, moved)) for tile in tiles]


def _verdict(tile: Tile, moved: Sequence[Tile]) -> str:
    found, trend = tile.comparison, tile.trend
    few = found.verdict == "few" or indicative(found.n)
    # Few cases in the last month still leave the whole period to be held against a year before.
    month_alone = tile.judged or tile.chance is None
    if (few and not tile.judged) or (trend.too_few and month_alone):
        return FEW
    if tile in moved and tile.side in SIDES:
        return MOVED
    if tile.judged:
        return MAYBE if trend.is_signal else USUAL
    return MAYBE if tile.chance is not None and tile.side in SIDES else EARLY


def counted(found: Sequence[Line]) -> str:
    """Return the line that counts what moved, and how often chance alone would show any."""
    judged = [line for line in found if line.tile.chance is not None]
    if len(judged) < 2:  # of one, the sentence says it all
        return ""
    text = _(
        "{moved} of {n} measures moved by more than chance; by chance alone, fewer than one page in"
        " twenty would show one."
    )
    moved = sum(line.verdict == MOVED for line in judged)
    if not moved:  # which the sentence above it says
        return ""
    return text.format(moved=language.number(moved), n=language.number(len(judged)))


def to_look_at(found: Sequence[Line]) -> list[tuple[Line, str]]:
    """Return up to three measures to look at and why: worse, then far from promised, then moved."""
    urgent = [(order, line) for line in found if (order := _urgency(line))]
    urgent.sort(key=lambda each: each[0])
    first = [line for _order, line in urgent[:MOST_TO_LOOK_AT]]
    return [(line, _moved(line) if line.side else _missed(line)) for line in first]


def _urgency(line: Line) -> tuple[float, float, float] | None:
    """Return what measures to look at are sorted by; None of one that is as it should be."""
    chance = line.tile.chance
    surest = (1.0 if chance is None else chance, -line.tile.comparison.weight)
    if line.side == "worse":
        return 0, *surest
    if line.tile.trend.assurance == "missed":
        return 1, -_short_of(line), 0
    return (3 if line.side == "better" else 2, *surest) if line.side else None


def _short_of(line: Line) -> float:
    last = line.tile.trend.last
    if last is None or last.target is None or last.value is None:
        return 0.0
    return abs(last.target - last.value)


def _missed(line: Line) -> str:
    """Return by how much a promise is missed, month after month."""
    kpi, last = line.kpi, line.tile.trend.last
    if last is None:
        return ""
    return _("promised {target}; {value} in {month}").format(
        target=written(kpi, last.target),
        value=written(kpi, last.value),
        month=language.month(last.month),
    )


def _moved(line: Line) -> str:
    """Return what the last month is, and what would be usual; or a year before."""
    found, last = line.tile.comparison, line.tile.trend.last
    kpi = found.kpi
    if not line.tile.judged or last is None:
        return _("{value}, a year before {before}").format(
            value=written(kpi, found.value), before=written(kpi, found.before)
        )
    words = {
        "value": written(kpi, last.value),
        "month": language.month(last.month),
        "mean": written(kpi, last.mean),
    }
    low, high = line.usual
    if last.rule == "outside" and low is not None and high is not None:
        text = _("{value} in {month}, usual {low} to {high}")
        return text.format(**words, low=written(kpi, low), high=written(kpi, high))
    above = last.value is not None and last.mean is not None and last.value > last.mean
    texts = {
        "shift": _("{value} in {month}; seven months below {mean}"),
        "trend": _("{value} in {month}, after seven months in one direction"),
    }
    if above:
        texts["shift"] = _("{value} in {month}; seven months above {mean}")
    return texts.get(last.rule or "", _("{value} in {month}, {mean} on average")).format(**words)
