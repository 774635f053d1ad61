"""What of a page goes by mail at the end of a month: which choices, from when on, what it finds."""

from __future__ import annotations

from datetime import date

from service_quality.base import filters as filtering
from service_quality.base import language, periods
from service_quality.base.filters import NARROWED, Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import entities, extent, standing, wording
from service_quality.findings.asking import ask
from service_quality.findings.mail.subscriptions import Query
from service_quality.findings.views import KPI, VIEWS, WHO, Found
from service_quality.measures import reach
from service_quality.measures.answers import Answers

OVERVIEW, RANKINGS = "overview", "rankings"


def kept(page: str, state: Query) -> dict[str, list[str]]:
    """Return what a subscription keeps of a page's choices."""
    if page == RANKINGS:
        state = standing.kept(state)
    names = (*NARROWED, *VIEWS[page].choices)
    return {name: list(values) for name, values in state.items() if name in names and any(values)}


def where(query: Query) -> Filters:
    """Return what a page is narrowed to, its one entry too; the period is that of the month."""
    spelled = ask(Answers.spellings)
    found = filtering.from_query(query, entities=spelled)[0].between(None, None)
    for who in query.get(WHO, ()):
        dimension, name = entities.parted(who)
        found = found.only(dimension, [name])
    return found


def named(page: str, query: Query) -> str:
    """Return the page with what it is narrowed to: `Trends: Backlog · Team: Nantes`."""
    title, measures = _(VIEWS[page].title), VIEWS[page].measures(query)
    if query.get(KPI) and len(measures) == 1:  # the page is about the one that was chosen
        title = _("{label}: ").format(label=title) + measures[0].title
    field = standing.named(query) if page == RANKINGS else ()
    parts = (title, *field, wording.narrowed_to(where(query).where))
    return " · ".join(part for part in parts if part)


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
    return extent.awaited_sources(VIEWS[page].measures(query), where(query))


def _judged(kpi: Kpi, narrow: Filters) -> date | None:
    """Return the end of the last month that a measure is judged by; one just begun is none."""
    end, begun = reach.until(extent.spans(kpi, narrow)), extent.begun(kpi, narrow)
    return end if end is None or begun is None or end >= begun else None


def found(page: str, query: Query, month: str) -> Found | None:
    """Return what a page says at the end of a month; None where it has no value."""
    kpis = VIEWS[page].measures(query)
    filters = where(query).between(*_period(page, month))
    made = VIEWS[page].found(query, kpis, filters) if kpis else None
    return None if made is None or made.empty else made


def shown(page: str, query: Query, month: str) -> dict[str, list[str]]:
    """Return the parameters of a link to the page at the end of a month."""
    chosen = {name: list(values) for name, values in query.items()}
    if page == RANKINGS and (choice := standing.of_query(query)):
        return {**chosen, "year": [str(choice.year)]}
    start, end = _period(page, month)
    return {**chosen, "from": [start.isoformat()], "to": [end.isoformat()]}


def _period(page: str, month: str) -> tuple[date, date]:
    return VIEWS[page].period(periods.last_day(language.as_month(month)))
