"""Every page of figures as one question: its measures, the period it opens with, what it finds.

After a publish and in mails a page says what it says itself: its subject's module makes both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from service_quality.base import periods
from service_quality.base.filters import Filters
from service_quality.base.language import N_
from service_quality.definitions.kpis import Kpi
from service_quality.findings import (
    comparisons,
    entities,
    extent,
    headline,
    overview,
    promised,
    questions,
    replies,
    satisfaction,
    scorecard,
    signals,
    standing,
)
from service_quality.findings.asking import ask
from service_quality.findings.headline import Tile
from service_quality.findings.scorecard import MOVED, Line
from service_quality.measures.answers import Answers

Query = Mapping[str, Sequence[str]]
KPI, SCALE, WHO = "kpi", "scale", "who"
# Of what a page's link spells out: the period moves with the months, and data are not pinned.
CHOICES = (KPI, SCALE, "by", "focus")


@dataclass(frozen=True)
class Found:
    """What a page says first: its sentence, the line below it, and what they rest on.

    `empty` where it only says what is missing. `tiles` are its measures as they are judged
    together, made when asked for; `proven` of whom more than chance is said, with the sentence.
    """

    sentence: str
    below: str = ""
    empty: bool = False
    tiles: Callable[[], Sequence[Tile]] = tuple
    proven: Sequence[tuple[str, str]] = ()

    @cached_property
    def lines(self) -> list[Line]:
        """Its measures, each with its verdict."""
        return scorecard.lines(self.tiles())

    @property
    def moved(self) -> bool:
        """Whether anything moved by more than chance, by the page's own verdicts."""
        return bool(self.proven) or any(line.verdict == MOVED for line in self.lines)

    @property
    def alert(self) -> str:
        """The sentence on what is not chance, as Overview's headline says it."""
        if self.proven:
            return self.proven[0][1]
        return headline.headline([line.tile for line in self.lines])

    @property
    def look(self) -> list[tuple[str, str]]:
        """What to look at and why; of one the sentence says it all."""
        if len(self.proven) > 1:
            return list(self.proven[: scorecard.MOST_TO_LOOK_AT])
        several = self.lines if len(self.lines) > 1 else ()
        return [(line.kpi.title, why) for line, why in scorecard.to_look_at(several)]


@dataclass(frozen=True)
class View:
    """A page of figures: its title, its measures by what its link chooses, and what it finds.

    `period` is the one that it opens with, up to the end of a month; `choices` are the parameters
    of its link, beside filters and period, that say what it is about.
    """

    title: str
    measures: Callable[[Query], list[Kpi]]
    period: Callable[[date], tuple[date, date]]
    found: Callable[[Query, list[Kpi], Filters], Found | None]
    choices: Sequence[str] = CHOICES


def opening(page: str, query: Query) -> Found | None:
    """Return what a page says over the period that it opens with; None where it has no value."""
    view = VIEWS[page]
    kpis = view.measures(query)
    period = view.period(extent.reaches(*kpis)) if kpis else (None, None)
    return view.found(query, kpis, Filters(*period))


def who(query: Query) -> str:
    """Return whose page "One by one" is: the first there is, unless one was chosen."""
    return next(iter(query.get(WHO, ())), next(iter(entities.known()), ""))


def _overview(_query: Query, tiles: list[Kpi], filters: Filters) -> Found | None:
    whole = overview.overview(tiles, filters) if tiles else None
    if whole is None:
        return None
    return Found(whole.sentence, whole.below, tiles=lambda: _tiles(whole.lines))


def _entity(query: Query, tiles: list[Kpi], filters: Filters) -> Found | None:
    of, name = entities.parted(who(query))
    part = filters.only(of, [name])
    whole = overview.overview(tiles, part) if tiles else None
    if whole is None:
        return None
    below = entities.below(whole, part, entities.against(whole, of, name))
    sentence = entities.of_one(of, name, whole.sentence)
    return Found(sentence, below, tiles=lambda: _tiles(whole.lines))


def _rankings(query: Query, _kpis: list[Kpi], filters: Filters) -> Found | None:
    choice = standing.of_query(query)
    now = standing.standing(choice, filters) if choice else None
    return None if now is None else Found(now.sentence, now.below, proven=now.proven)


def _trend(_query: Query, kpis: list[Kpi], filters: Filters) -> Found | None:
    if not kpis:
        return None
    (kpi,) = kpis
    part = extent.within_data(kpi, extent.headline(filters))
    tile = _tile(kpi, filters, part)
    if tile.comparison.value is None and not tile.comparison.n:
        return None
    changed = extent.changed_method(kpi, part)
    below = comparisons.beside(tile.comparison, extent.period(part), changed)
    return Found(signals.spoken(tile), below, tiles=lambda: [tile])


def _replies(_query: Query, kpis: list[Kpi], filters: Filters) -> Found | None:
    if not kpis:
        return None
    (kpi,) = kpis
    part = extent.within_data(kpi, filters)
    row = questions.row_of(kpi, part)
    if not row or not row["n"]:
        return None
    below = replies.replies_scope(kpi, row, extent.period(part))
    return Found(replies.replies(kpi, row), below, tiles=lambda: [_tile(kpi, filters, part)])


def _satisfaction(_query: Query, kpis: list[Kpi], filters: Filters) -> Found | None:
    part, known = satisfaction.part_of({kpi.id: kpi for kpi in kpis}, filters)
    if not any(comparison.value is not None for comparison in known.values()):
        return None
    scored = [known[name].kpi for name in satisfaction.SCORECARD if name in known]
    return Found(
        *satisfaction.finding(part, known),
        tiles=lambda: [_tile(kpi, filters, extent.within_data(kpi, part)) for kpi in scored],
    )


def _promises(_query: Query, kpis: list[Kpi], filters: Filters) -> Found | None:
    now = promised.promised(filters)
    missing = not any(kept.value is not None for kept in now.found)
    return Found(
        now.sentence,
        now.below,
        missing,
        tiles=lambda: [_tile(kpi, filters, now.part) for kpi in kpis],
    )


def _tile(kpi: Kpi, filters: Filters, part: Filters) -> Tile:
    comparison = questions.compare(kpi, part)
    return questions.how_sure(comparison, questions.trend(kpi, filters), part)


def _tiles(lines: Sequence[Line]) -> list[Tile]:
    return [line.tile for line in lines]


def _chosen(known: Mapping[str, Kpi], query: Query) -> list[Kpi]:
    """Return the measure that a page was on; the one that it opens with unless one was chosen."""
    wanted = next(iter(query.get(KPI, ())), next(iter(known), ""))
    return [known[wanted]] if wanted in known else []


def _ranked(query: Query) -> list[Kpi]:
    choice = standing.of_query(query)
    return [choice.kpi] if choice else []


def _kept_promises(_query: Query) -> list[Kpi]:
    known = promised.period() and ask(Answers.promises)
    return [ask(Answers.find, promised.KEPT)] if known else []


def _scorecard(_query: Query) -> list[Kpi]:
    return overview.tiles(questions.kpis())


VIEWS = {
    "overview": View(N_("Overview"), _scorecard, periods.year_to, _overview),
    "rankings": View(N_("Rankings"), _ranked, periods.year_to, _rankings, standing.CHOICES),
    "trends": View(
        N_("Trends"),
        lambda query: _chosen(questions.kpis(), query),
        periods.last_months,
        _trend,
    ),
    "replies": View(
        N_("Replies"),
        lambda query: _chosen(questions.kpis(*replies.WAITS), query),
        periods.year_to,
        _replies,
    ),
    "satisfaction": View(
        N_("Satisfaction"),
        lambda _query: list(questions.kpis(*satisfaction.SURVEYS).values()),
        periods.last_months,
        _satisfaction,
    ),
    "promises": View(N_("Promises"), _kept_promises, periods.last_months, _promises),
    "entity": View(
        N_("One by one"),
        lambda query: _scorecard(query) if who(query) else [],
        periods.year_to,
        _entity,
        (WHO,),
    ),
}
