"""What several pages ask: which KPIs there are, how far they reach, now against a year before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from service_quality.base import language, periods
from service_quality.base.dimensions import DIMENSIONS, EVERY, GROUPS
from service_quality.base.filters import Filters, Where
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi, fill
from service_quality.findings import comparisons, coverage, names, surveys
from service_quality.findings.asking import answering, ask
from service_quality.findings.certainty import of_change, of_value
from service_quality.findings.comparisons import Comparison
from service_quality.findings.headline import Tile
from service_quality.findings.verdict import Verdict
from service_quality.measures import observed, reach
from service_quality.measures.answers import Answers
from service_quality.measures.rankings.funnel import Funnel
from service_quality.measures.rankings.ours import Ranking
from service_quality.measures.trends import Trend

SPARK_MONTHS = 24
RESPONSE = "response_rate"
PUBLISHED = "published_score"
ALL = Filters()
ENOUGH_MONTHS = 3  # that two years must share to be compared over those alone


def kpis(*wanted: str, groups: Sequence[str] = ()) -> dict[str, Kpi]:
    """Return the KPIs that have data, by id: the wanted ones, or all but the published ones."""
    found = {kpi.id: kpi for kpi in ask(Answers.available)}
    if wanted:
        return {kpi_id: found[kpi_id] for kpi_id in wanted if kpi_id in found}
    return {i: k for i, k in found.items() if k.group in groups or (not groups and _own(k))}


def loaded(kind: str) -> bool:
    """Return whether there are rows of a kind, whatever they feed."""
    return any(row["dataset"] == kind for row in ask(Answers.sources))


def rankable() -> dict[str, Kpi]:
    """Return the KPIs with data that entities can be ranked by, the published ones too.

    A publisher may give places alone, which are no values of any KPI.
    """
    found = {kpi.id: kpi for kpi in (*ask(Answers.available), ask(Answers.find, PUBLISHED))}
    return {i: kpi for i, kpi in found.items() if kpi.can_rank and ask(Answers.years, i)}


def dimensions(kpi: Kpi, least: int = 2) -> list[str]:
    """Return the dimensions in which a KPI has at least so many values."""
    return [name for name in DIMENSIONS if has_dimension(kpi, name, least)]


def has_dimension(kpi: Kpi, name: str, least: int = 2) -> bool:
    """Return whether a KPI has at least so many values in a dimension."""
    if kpi.group == "rankings":
        return name == "brand"
    rows = ask(Answers.kpi, kpi.id, by=(name,))
    return len({row[name] for row in rows} - {None}) >= least


def in_group(filters: Filters, dimension: str, group: str) -> Filters:
    """Return filters narrowed to a group of a dimension's values; no group leaves them."""
    if not group:
        return filters
    of_group = (*filters.where, (f"{dimension}_group", (group,)))
    return ask(Answers.within_groups, replace(filters, where=of_group))


def year_opened(kpi: Kpi, years: Iterable[str]) -> int:
    """Return the newest year of which three months can be judged, else the newest there is."""
    newest = sorted(map(int, years), reverse=True)
    if kpi.id == PUBLISHED:
        return newest[0]
    end, begun = reaches(kpi), _begun(spans(kpi, ALL))
    for year in newest:
        first = max(date(year, 1, 1), begun or date(year, 1, 1))
        if len(periods.between(first, min(end, date(year, 12, 31)))) >= ENOUGH_MONTHS:
            return year
    return newest[0]


def enough_cases(kpi: Kpi, by: str, year: int) -> int:
    """Return how many cases an entry of a ranking should have: as many as leave most of them in."""
    if kpi.id == PUBLISHED:
        return 1
    within = Filters(date(year, 1, 1), date(year, 12, 31))
    sizes = [row["n"] for row in rows_of(kpi, (by,), within) if row[by] is not None and row["n"]]
    usual = {"surveys": 10, "emails": 5}.get(kpi.dataset, 30)
    steps = [step for step in (usual, 10, 5) if step <= usual]
    most = len(sizes) / 2
    return next((step for step in steps if sum(n >= step for n in sizes) > most), 1)


def funnel(ranking: Ranking) -> Funnel | None:
    """Return a ranking as a funnel; None for a measure that is no share."""
    return answering().answers.funnel(ranking)


def scope(found: Comparison, filters: Filters) -> str:
    """Return what a finding rests on: n, the scale, and the rows that could not be counted."""
    left = comparisons.not_counted(found.kpi, ask(Answers.not_counted, found.kpi.id, filters))
    return " · ".join(part for part in (rests_on(found), left) if part)


def rests_on(found: Comparison) -> str:
    """Return what a finding rests on: n, and of a survey the scale."""
    scale = scale_of(found.kpi)
    parts = (
        "" if found.n is None else _("n = {n}").format(n=language.number(found.n)),
        _("scale {scale}").format(scale=surveys.from_to(scale)) if scale else "",
    )
    return " · ".join(part for part in parts if part)


def titles(found: dict[str, Kpi]) -> dict[str, str]:
    """Return ids and titles, to choose from."""
    return {kpi_id: kpi.title for kpi_id, kpi in found.items()}


def reaches(*kpis: Kpi, filters: Filters = ALL) -> date:
    """Return the end of the last complete and mature month of KPIs, of the furthest of them.

    Before a first month is complete, the one that has begun has to do.
    """
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


def scale_of(kpi: Kpi) -> str | None:
    """Return the scale a survey KPI is read on: the URL's, else the one most answered.

    Answers on different scales are different series; None for a KPI without scales.
    """
    scales: list[str] = ask(Answers.scales, kpi.id) if kpi.dataset == "surveys" else []
    wanted = [scale for scale in answering().scales() if scale in scales]
    return next(iter(wanted or scales), None)


def rows_of(kpi: Kpi, by: Sequence[str], filters: Filters) -> list[dict[str, Any]]:
    """Return a KPI's rows cut by `by`, those of one scale where it has several.

    Each also has `note`, such as "indicative", and those of surveys the `response` rate, if known.
    """
    if filters.start and filters.end and filters.start > filters.end:
        return []
    scale = scale_of(kpi)
    rows: list[dict[str, Any]] = ask(Answers.kpi, kpi.id, by=tuple(by), filters=filters)
    rows = [row | {"note": surveys.sureness(row)} for row in rows if row.get("scale") == scale]
    return _with_response(kpi, rows, by, filters)


def row_of(kpi: Kpi, filters: Filters) -> dict[str, Any] | None:
    """Return a KPI's one row for a whole period, None where the period is empty."""
    return next(iter(rows_of(kpi, (), filters)), None)


def compare(kpi: Kpi, filters: Filters) -> Comparison:
    """Return a KPI in a period against the same days a year before, if it was measured alike.

    Where the data begin within the year before, there is no such year to compare with, and
    none is spoken of.
    """
    earlier = year_before(kpi, filters)
    before = None if earlier is None else row_of(kpi, earlier)
    found = comparisons.compare(kpi, row_of(kpi, filters), before, period(filters))
    when = at_end(filters) if kpi.measure == "stock" else during(filters)
    found = replace(found, when=when, level=words(kpi.level))
    # There is a year before, which was measured in another way or by another system.
    unlike = not _begins_within(kpi, filters) and changed_method(kpi, filters)
    return replace(found, verdict="unlike") if unlike else found


def year_before(kpi: Kpi, filters: Filters) -> Filters | None:
    """Return the same days a year before; None where they were measured in another way.

    So they were where the method changed, and where the data begin within that year.
    """
    unlike = _begins_within(kpi, filters) or changed_method(kpi, filters)
    return None if unlike else filters.year_before()


def _begins_within(kpi: Kpi, filters: Filters) -> bool:
    """Return whether the data begin within the year before a period."""
    first, before = begun(kpi, filters), filters.year_before().start
    return bool(first and before and first > before)


def changed_methods(wanted: Iterable[Kpi], filters: Filters) -> str:
    """Return why some KPIs are compared with no year before; nothing where all are."""
    texts = dict.fromkeys(changed_method(kpi, within_data(kpi, filters)) for kpi in wanted)
    text = _("Not compared with a year before, because the method changed: {what}.")
    what = "; ".join(part for part in texts if part)
    return text.format(what=what) if what else ""


def how_sure(found: Comparison, trend: Trend, filters: Filters) -> Tile:
    """Return a comparison over a period with what says how sure it is: its months, else a test."""
    if trend.variation is not None or found.change is None:
        return Tile(found, trend)
    rows = ask(Answers.changes, found.kpi.id, (), filters)
    return Tile(
        found, trend, next((r["p"] for r in rows if r.get("scale") == scale_of(found.kpi)), None)
    )


def judged(found: Comparison, filters: Filters) -> list[Verdict | None]:
    """Return how a comparison over a period was reached, for `ui.how`."""
    row = row_of(found.kpi, filters)
    before = period(filters.year_before())
    return [
        of_value(found.kpi, row) if row else None,
        of_change(found, period(filters), before) if found.change is not None else None,
    ]


def trend(kpi: Kpi, filters: Filters, until: date | None = None) -> Trend:
    """Return a KPI's trend over all complete months, whatever the period of the filters.

    With `until` those up to that day alone, as they were judged then.

    Its verdict is only given where its last month is one of those that the page speaks of.
    """
    every = Filters(where=filters.where)
    found: Trend = ask(Answers.trend, kpi.id, every, scale_of(kpi), until)
    part = within_data(kpi, filters)
    return found.within(part.start, part.end) if part.start and part.end else found


def events(kpi: Kpi, filters: Filters) -> list[dict[str, Any]]:
    """Return the remarks and changes of method that concern a KPI, of any time."""
    found: list[dict[str, Any]] = ask(Answers.events, kpi.id, Filters(where=filters.where))
    return in_words(found)


def in_words(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return remarks in the reader's language, where they were written in it."""
    return [{**event, "text": names.remark(event)} for event in events]


def changed_method(kpi: Kpi, filters: Filters) -> str:
    """Return what changed in how a KPI is measured since a year before a period; else empty."""
    before = filters.year_before()
    changes = [
        event
        for event in ask(Answers.breaks, kpi.id, Filters(where=filters.where))
        if before.start and filters.end and before.start < event["day"] <= filters.end
    ]
    return names.remark(changes[-1]) if changes else ""


def by_month(kpi: Kpi, filters: Filters, months: int = 0) -> list[dict[str, Any]]:
    """Return a KPI's rows by month, reaching `months` further back than the filters do."""
    start = periods.months_back(filters.start, months) if filters.start else None
    return rows_of(kpi, ("month",), filters.between(start, filters.end))


def spark(kpi: Kpi, trend: Trend, filters: Filters) -> list[float | None]:
    """Return the values of the 24 months up to the end of a period; a gap is None."""
    end = filters.end or reaches(kpi)
    values = {month.month: month.value for month in trend.months}
    return [values.get(month) for month in periods.months(*periods.last_months(end, SPARK_MONTHS))]


def answered(filters: Filters, *, short: bool = False) -> str:
    """Return how many of the invited answered in a period; nothing where that is not known."""
    kpi = kpis(RESPONSE).get(RESPONSE)
    return surveys.answered(row_of(kpi, filters) if kpi else None, short=short)


def answered_of(kpi: Kpi, filters: Filters) -> str:
    """Return how many answered the survey that a KPI is of; nothing for another one."""
    survey = kpi.dataset == "surveys" and kpi.id != RESPONSE
    return answered(filters, short=True) if survey else ""


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


def at_end(filters: Filters) -> str:
    """Return the end of a period within a sentence: `at the end of October 2025`."""
    text = _("at the end of {month}")
    return text.format(month=language.whole_month(filters.end)) if filters.end else ""


def hidden(rows: Sequence[dict[str, Any]]) -> str:
    """Return why rows show no figure: there are answers, but too few; empty where not so."""
    if not any(row["suppressed"] for row in rows):
        return ""
    return _("Fewer than 10 people answered: their figures are hidden.")


def labels() -> dict[str, str]:
    """Return the label of every dimension, which is a setting: a hospital says "trust"."""
    ours = answering().answers.settings.dimension_labels
    return {each.name: ours.get(each.name) or _(each.title) for each in EVERY}


def label(name: str) -> str:
    """Return what a dimension, the groups of one, or the source is called."""
    if name in GROUPS:
        return _("{label}: groups").format(label=labels()[GROUPS[name]])
    return _("Source") if name == "source" else labels()[name]


def narrowed_to(where: Where) -> str:
    """Return what filters narrow to: `Team: Nantes, Lille · Brand: Nord`; nothing where to none."""
    return " · ".join(
        _("{label}: ").format(label=label(name))
        + ", ".join(names.shown(value, name) for value in values)
        for name, values in where
    )


def promise(kpi: Kpi) -> str:
    """Return the promise in the customer's words, with the hours that are set; none is empty."""
    return words(kpi.promise)


def words(text: str) -> str:
    """Return a KPI's text in the reader's language, the settings it names filled in."""
    return fill(_(text), asdict(answering().answers.settings))


def definition(kpi: Kpi) -> dict[str, str]:
    """Return what a KPI means and does not, each text by its label; those that it has."""
    texts = {
        _("Promise"): kpi.promise,
        _("Measures"): kpi.measures,
        _("Does not measure"): kpi.not_measured,
        _("Formula"): kpi.formula,
        _("Caveats"): kpi.notes,
        _("Source"): kpi.source,
    }
    return {label: words(text) for label, text in texts.items() if text}


def not_said(kpi: Kpi) -> str:
    """Return the line on what a KPI measures and what it does not."""
    if not kpi.not_measured:
        return ""
    text = _("“{kpi}” measures {measures}. It does not measure {not_measured}.")
    return text.format(
        kpi=kpi.title, measures=words(kpi.measures), not_measured=words(kpi.not_measured)
    )


def mentions(kpi: Kpi, wanted: str) -> bool:
    """Return whether a definition has all of the wanted words."""
    texts = (kpi.promise, kpi.measures, kpi.not_measured, kpi.formula, kpi.notes)
    everything = " ".join(
        [kpi.id, kpi.title, kpi.source, *(words(text) for text in texts)]
    ).casefold()
    return all(word in everything for word in wanted.casefold().split())


def _with_response(
    kpi: Kpi, rows: list[dict[str, Any]], by: Sequence[str], filters: Filters
) -> list[dict[str, Any]]:
    if kpi.dataset != "surveys" or kpi.id == RESPONSE or RESPONSE not in kpis(RESPONSE):
        return rows
    rates: list[dict[str, Any]] = ask(Answers.kpi, RESPONSE, by=tuple(by), filters=filters)
    found = {tuple(row[key] for key in by): row["value"] for row in rates}
    return [row | {"response": found.get(tuple(row[key] for key in by))} for row in rows]


def _own(kpi: Kpi) -> bool:
    return kpi.group != "rankings"
