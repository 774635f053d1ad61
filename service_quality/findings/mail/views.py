"""What a page says at the end of a month: its finding, and whether anything in it is not chance.

The verdicts are those of the page itself, over the same measures together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service_quality.base import filters as filtering
from service_quality.base import language, periods
from service_quality.base.filters import NARROWED, Filters
from service_quality.base.language import N_, _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import (
    comparisons,
    headline,
    overview,
    promised,
    questions,
    replies,
    satisfaction,
    scorecard,
    signals,
    surveys,
)
from service_quality.findings import promises as kept_words
from service_quality.findings.asking import ask
from service_quality.findings.headline import Tile
from service_quality.findings.mail.subscriptions import Query
from service_quality.findings.scorecard import MOVED, Line
from service_quality.measures import reach
from service_quality.measures.answers import Answers

OVERVIEW = "overview"
KPI, SCALE = "kpi", "scale"
# Of what a page's link spells out: the period moves with the months, and data are not pinned.
KEPT = (*NARROWED, KPI, SCALE, "by", "focus")


@dataclass(frozen=True)
class Found:
    """A page at the end of a month: its sentence, the line below it, the three to look at."""

    sentence: str
    below: str
    lines: Sequence[Line]

    @property
    def moved(self) -> bool:
        """Whether anything moved by more than chance, by the page's own verdicts."""
        return any(line.verdict == MOVED for line in self.lines)

    @property
    def alert(self) -> str:
        """The sentence on what is not chance, as Overview's headline says it."""
        return headline.headline([line.tile for line in self.lines])

    @property
    def look(self) -> list[tuple[str, str]]:
        """What to look at and why; of one measure the sentence says it all."""
        several = self.lines if len(self.lines) > 1 else ()
        return [(line.kpi.title, why) for line, why in scorecard.to_look_at(several)]


@dataclass(frozen=True)
class View:
    """A page that can be had by mail: its title, its measures, and what it finds in a period.

    `period` is the one that the page opens with, up to the end of a month.
    """

    title: str
    measures: Callable[[Query], list[Kpi]]
    period: Callable[[date], tuple[date, date]]
    found: Callable[[list[Kpi], Filters], Found | None]


def kept(state: Query) -> dict[str, list[str]]:
    """Return what a subscription keeps of a page's choices."""
    return {name: list(values) for name, values in state.items() if name in KEPT and any(values)}


def where(query: Query) -> Filters:
    """Return what a page is narrowed to; the period is that of the month."""
    return filtering.from_query(query)[0].between(None, None)


def named(page: str, query: Query) -> str:
    """Return the page with what it is narrowed to: `Trends: Backlog · Team: Nantes`."""
    title, measures = _(VIEWS[page].title), VIEWS[page].measures(query)
    if query.get(KPI) and len(measures) == 1:  # the page is about the one that was chosen
        title = _("{label}: ").format(label=title) + measures[0].title
    narrow = questions.narrowed_to(where(query).where)
    return f"{title} · {narrow}" if narrow else title


def complete(page: str, query: Query) -> str:
    """Return the last month that is complete for a page, such as `2025-12`; empty without any.

    All sources of its measures have to complete it, but for those that ended long ago; and one of
    its measures can be judged in it.
    """
    kpis, narrow = VIEWS[page].measures(query), where(query)
    ends = [end for kpi in kpis if (end := _judged(kpi, narrow))]
    if not ends:
        return ""
    until = max(ends)
    oldest = f"{periods.months_back(until, reach.AWAITED_MONTHS):%Y-%m}"
    rows = [row for kpi in kpis for row in ask(Answers.awaited, kpi.id, narrow)]
    months = [str(row["last_complete_month"]) for row in rows]
    return min([f"{until:%Y-%m}", *(month for month in months if month >= oldest)])


def awaited(page: str, query: Query) -> str:
    """Return which sources the next month of a page waits for; nothing where for none."""
    return questions.awaited_sources(VIEWS[page].measures(query), where(query))


def _judged(kpi: Kpi, narrow: Filters) -> date | None:
    """Return the end of the last month that a measure is judged by; one just begun is none."""
    end, begun = reach.until(questions.spans(kpi, narrow)), questions.begun(kpi, narrow)
    return end if end is None or begun is None or end >= begun else None


def found(page: str, query: Query, month: str) -> Found | None:
    """Return what a page says at the end of a month; None where it has no value."""
    kpis = VIEWS[page].measures(query)
    return VIEWS[page].found(kpis, where(query).between(*_period(page, month))) if kpis else None


def shown(page: str, query: Query, month: str) -> dict[str, list[str]]:
    """Return the parameters of a link to the page at the end of a month."""
    start, end = _period(page, month)
    chosen = {name: list(values) for name, values in query.items()}
    return {**chosen, "from": [start.isoformat()], "to": [end.isoformat()]}


def _period(page: str, month: str) -> tuple[date, date]:
    return VIEWS[page].period(periods.last_day(language.as_month(month)))


def _overview(tiles: list[Kpi], filters: Filters) -> Found | None:
    whole = overview.overview(tiles, filters)
    return Found(whole.sentence, whole.below, whole.lines) if whole else None


def _trend(kpis: list[Kpi], filters: Filters) -> Found | None:
    (kpi,) = kpis
    part = questions.within_data(kpi, questions.headline(filters))
    tile = _tile(kpi, filters, part)
    if tile.comparison.value is None and not tile.comparison.n:
        return None
    changed = questions.changed_method(kpi, part)
    below = comparisons.beside(tile.comparison, questions.period(part), changed)
    return Found(signals.spoken(tile), below, scorecard.lines([tile]))


def _replies(kpis: list[Kpi], filters: Filters) -> Found | None:
    (kpi,) = kpis
    part = questions.within_data(kpi, filters)
    row = questions.row_of(kpi, part)
    if not row or not row["n"]:
        return None
    below = replies.replies_scope(kpi, row, questions.period(part))
    lines = scorecard.lines([_tile(kpi, filters, part)])
    return Found(replies.replies(kpi, row), below, lines)


def _satisfaction(kpis: list[Kpi], filters: Filters) -> Found | None:
    part, known = satisfaction.part_of({kpi.id: kpi for kpi in kpis}, filters)
    if not any(comparison.value is not None for comparison in known.values()):
        return None
    spoken = comparisons.satisfaction_of(known)
    when = next((comparison.when for comparison in spoken), "")
    below = surveys.survey_scope(when, questions.answered(part))
    scored = [known[name].kpi for name in satisfaction.SCORECARD if name in known]
    tiles = [_tile(kpi, filters, questions.within_data(kpi, part)) for kpi in scored]
    return Found(comparisons.satisfaction(spoken), below, scorecard.lines(tiles))


def _promises(kpis: list[Kpi], filters: Filters) -> Found | None:
    (kpi,) = kpis
    now = promised.promised(filters)
    if not any(kept.value is not None for kept in now.found):
        return None
    below = f"{questions.period(now.part)} · {kept_words.promises_counted(now.found)}"
    return Found(now.sentence, below, scorecard.lines([_tile(kpi, filters, now.part)]))


def _tile(kpi: Kpi, filters: Filters, part: Filters) -> Tile:
    comparison = questions.compare(kpi, part)
    return questions.how_sure(comparison, questions.trend(kpi, filters), part)


def _chosen(known: Mapping[str, Kpi], query: Query) -> list[Kpi]:
    """Return the measure that a page was on; the one that it opens with unless one was chosen."""
    wanted = next(iter(query.get(KPI, ())), next(iter(known), ""))
    return [known[wanted]] if wanted in known else []


def _kept_promises(_query: Query) -> list[Kpi]:
    known = promised.period() and ask(Answers.promises)
    return [ask(Answers.find, promised.KEPT)] if known else []


VIEWS = {
    OVERVIEW: View(
        N_("Overview"),
        lambda _query: overview.tiles(questions.kpis()),
        periods.year_to,
        _overview,
    ),
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
}
