"""How far data reach, and over which part of a period they are compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from service_quality.base import language, periods
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import coverage, names
from service_quality.findings.asking import ask
from service_quality.measures import observed, reach
from service_quality.measures.answers import Answers

ALL = Filters()
ENOUGH_MONTHS = 3  # that two years must share to be compared over those alone


def reaches(*kpis: Kpi, filters: Filters = ALL) -> date:
    """Return the end of the last complete and mature month of KPIs, of the furthest of them.

    Before a first month is complete, the one that has begun has to do.
    """
    if len(kpis) > 1:
        ask(Answers.spans_ahead, tuple(kpi.id for kpi in kpis), Filters(where=filters.where))
    return max([_reach(kpi, filters) for kpi in kpis], default=date(2000, 1, 31))


def _reach(kpi: Kpi, filters: Filters) -> date:
    found = spans(kpi, filters)
    end = reach.until(found)
    if end is None:
        last = [row["last"] for row in ask(Answers.coverage) if row["dataset"] == kpi.dataset]
        return periods.last_day(max(last)) if last else date(2000, 1, 31)
    begun = _begun(found)
    return end if begun is None or end >= begun else periods.last_day(begun)


def furthest() -> date:
    """Return the end of the month that any data reach: a later period is empty for everyone."""
    ends = [max(row["complete_until"], row["last"]) for row in ask(Answers.coverage) if row["last"]]
    return periods.last_day(max(ends)) if ends else date(2000, 1, 31)


def spans(kpi: Kpi, filters: Filters) -> list[reach.Span]:
    """Return the months that each source's cases of a KPI reach over, whatever the period."""
    found: list[reach.Span] = ask(Answers.spans, kpi.id, Filters(where=filters.where))
    return found


def within_data(kpi: Kpi, filters: Filters) -> Filters:
    """Return filters with the part of their period that a KPI's data reach over.

    Where they reach over none of it, it is their own last period: as long, or that year so far.
    Sources that end earlier, or began within the year before, count with their own days.
    """
    start, end = filters.start, reaches(kpi, filters=filters)
    end = min(filters.end or end, end)
    found = spans(kpi, filters)
    if start is not None and end < start <= furthest():
        months = len(periods.between(start, filters.end or end))
        year_so_far = (start.month, start.day) == (1, 1)
        start = periods.year_to(end)[0] if year_so_far else periods.months_back(end, months - 1)
    if start is None or start > end:
        return filters.between(start, end)
    if begun := _begun(found):
        start = max(start, begun)
        alike = periods.months_back(begun, -12)
        # Never a whole year against a part of one: the months that both years have, if enough.
        if start < alike <= periods.months_back(end, ENOUGH_MONTHS - 1):
            start = alike
    own = reach.own_days(found, start, end, left=False)
    return replace(filters.between(start, end), own=own)


def begun(kpi: Kpi, filters: Filters) -> date | None:
    """Return the first day of the first month of a KPI's data, None where that is not known."""
    return _begun(spans(kpi, filters))


def _begun(found: Sequence[reach.Span]) -> date | None:
    """Return the first day of the first month of any source, None where one is not known."""
    firsts = [span.first for span in found if span.first]
    return min(firsts, default=None) if len(firsts) == len(found) else None


def earlier(filters: Filters, until: date) -> date:
    """Return the end of a period, or of the data where these end before."""
    return min(filters.end or until, until)


def awaited(kpi: Kpi, until: date, filters: Filters) -> str:
    """Return what is said of the months up to `until` that a KPI cannot be judged by yet."""
    end = reaches(kpi, filters=filters)
    missing = periods.months_back(end, -1)
    if missing > until:
        return ""
    waiting = ask(Answers.awaited, kpi.id, Filters(where=filters.where))
    loaded = all(row["last_complete_month"] >= f"{until:%Y-%m}" for row in waiting)
    return coverage.awaited(missing, until, loaded=loaded)


def awaited_of(kpi: Kpi, filters: Filters) -> str:
    """Return what a page on one KPI says of later months: not loaded, or not old enough."""
    sources = awaited_sources([kpi], filters)
    until = observed.filled_until(ask(Answers.sources))
    return sources if sources or until is None else awaited(kpi, until, filters)


def awaited_sources(wanted: Iterable[Kpi], filters: Filters) -> str:
    """Return which sources of KPIs end before the month that any KPI reaches, and when."""
    rows = {
        (row["dataset"], row["source"]): row
        for kpi in wanted
        for row in ask(Answers.awaited, kpi.id, Filters(where=filters.where))
    }
    until = observed.filled_until(ask(Answers.sources))
    return coverage.awaited_sources(list(rows.values()), until) if until else ""


def year_before(kpi: Kpi, filters: Filters) -> Filters | None:
    """Return the same days a year before; None where they were measured in another way.

    So they were where the method changed, and where the data begin within that year.
    """
    unlike = begins_within(kpi, filters) or changed_method(kpi, filters)
    return None if unlike else filters.year_before()


def begins_within(kpi: Kpi, filters: Filters) -> bool:
    """Return whether the data begin within the year before a period."""
    first, before = begun(kpi, filters), filters.year_before().start
    return bool(first and before and first > before)


def changed_method(kpi: Kpi, filters: Filters) -> str:
    """Return what changed in how a KPI is measured since a year before a period; else empty."""
    before = filters.year_before()
    changes = [
        event
        for event in ask(Answers.breaks, kpi.id, Filters(where=filters.where))
        if before.start and filters.end and before.start < event["day"] <= filters.end
    ]
    return names.remark(changes[-1]) if changes else ""


def months(filters: Filters) -> list[str]:
    """Return every month of a period, the ones without data too."""
    if filters.start is None or filters.end is None:
        return []
    return periods.months(filters.start, filters.end)


def headline(filters: Filters) -> Filters:
    """Return the part of a period that the finding compares with a year before."""
    if filters.start is None or filters.end is None:
        return filters
    return filters.between(*periods.headline(filters.start, filters.end))


def period(filters: Filters) -> str:
    """Return a period in words: `Jan–Oct 2025`."""
    if filters.start is None or filters.end is None or filters.start > filters.end:
        return _("no complete month")
    return language.period(filters.start, filters.end)


def during(filters: Filters) -> str:
    """Return a period within a sentence: `from January to October 2025`."""
    return language.during(filters.start, filters.end) if filters.start and filters.end else ""
