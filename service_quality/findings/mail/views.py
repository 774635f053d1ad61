"""What a page says at the end of a month: its finding, and whether anything in it is not chance.

The verdicts are those of the page itself, over the same measures together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from service_quality.base import filters as filtering
from service_quality.base import periods
from service_quality.base.filters import NARROWED, Filters
from service_quality.base.language import N_, _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import comparisons, overview, questions, scorecard, signals
from service_quality.findings.asking import ask
from service_quality.findings.mail.subscriptions import Query
from service_quality.findings.scorecard import MOVED, Line
from service_quality.measures import reach
from service_quality.measures.answers import Answers

OVERVIEW, TRENDS = "overview", "trends"
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
    def look(self) -> list[tuple[str, str]]:
        """What to look at and why; of one measure the sentence says it all."""
        several = self.lines if len(self.lines) > 1 else ()
        return [(_(line.kpi.title), why) for line, why in scorecard.to_look_at(several)]


@dataclass(frozen=True)
class View:
    """A page that can be had by mail: its title, its measures, and what it finds in a month."""

    title: str
    measures: Callable[[Query], list[Kpi]]
    found: Callable[[list[Kpi], Filters, date], Found | None]


def kept(state: Query) -> dict[str, list[str]]:
    """Return what a subscription keeps of a page's choices."""
    return {name: list(values) for name, values in state.items() if name in KEPT and any(values)}


def where(query: Query) -> Filters:
    """Return what a page is narrowed to; the period is that of the month."""
    return filtering.from_query(query)[0].between(None, None)


def named(page: str, query: Query) -> str:
    """Return the page with what it is narrowed to: `Trends: Backlog · Team: Nantes`."""
    kpi = questions.kpis().get(next(iter(query.get(KPI, ())), ""))
    title = _(VIEWS[page].title)
    if page != OVERVIEW and kpi:
        title = _("{label}: ").format(label=title) + _(kpi.title)
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


def _judged(kpi: Kpi, narrow: Filters) -> date | None:
    """Return the end of the last month that a measure is judged by; one just begun is none."""
    end, begun = reach.until(questions.spans(kpi, narrow)), questions.begun(kpi, narrow)
    return end if end is None or begun is None or end >= begun else None


def found(page: str, query: Query, month: str) -> Found | None:
    """Return what a page says at the end of a month; None where it has no value."""
    view, end = VIEWS[page], periods.last_day(date.fromisoformat(f"{month}-01"))
    kpis = view.measures(query)
    return view.found(kpis, where(query), end) if kpis else None


def shown(page: str, query: Query, month: str) -> dict[str, list[str]]:
    """Return the parameters of a link to the page at the end of a month."""
    end = periods.last_day(date.fromisoformat(f"{month}-01"))
    start, end = periods.year_to(end) if page == OVERVIEW else periods.last_months(end)
    chosen = {name: list(values) for name, values in query.items()}
    return {**chosen, "from": [start.isoformat()], "to": [end.isoformat()]}


def _overview(tiles: list[Kpi], narrow: Filters, end: date) -> Found | None:
    whole = overview.overview(tiles, narrow.between(*periods.year_to(end)))
    return Found(whole.sentence, whole.below, whole.lines) if whole else None


def _trend(kpis: list[Kpi], narrow: Filters, end: date) -> Found | None:
    (kpi,) = kpis
    filters = narrow.between(*periods.last_months(end))
    part = questions.within_data(kpi, questions.headline(filters))
    comparison = questions.compare(kpi, part)
    if comparison.value is None and not comparison.n:
        return None
    tile = questions.how_sure(comparison, questions.trend(kpi, filters), part)
    changed = questions.changed_method(kpi, part)
    below = comparisons.beside(comparison, questions.period(part), changed)
    return Found(signals.spoken(tile), below, scorecard.lines([tile]))


def _chosen(query: Query) -> list[Kpi]:
    known = questions.kpis()
    wanted = next(iter(query.get(KPI, ())), next(iter(known), ""))
    return [known[wanted]] if wanted in known else []


VIEWS = {
    OVERVIEW: View(N_("Overview"), lambda _query: overview.tiles(questions.kpis()), _overview),
    TRENDS: View(N_("Trends"), _chosen, _trend),
}
