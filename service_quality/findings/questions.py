"""What several pages ask: which KPIs there are, how far they reach, now against a year before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from service_quality.base import language, periods
from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import PUBLISHED, Kpi
from service_quality.findings import comparisons, extent, names, surveys, wording
from service_quality.findings.asking import answering, ask
from service_quality.findings.certainty import of_change, of_value
from service_quality.findings.comparisons import Comparison
from service_quality.findings.headline import Tile
from service_quality.findings.verdict import Verdict
from service_quality.measures.answers import Answers
from service_quality.measures.rankings.ours import Ranking
from service_quality.measures.trends import Trend

if TYPE_CHECKING:
    from service_quality.measures.rankings.funnel import Funnel

SPARK_MONTHS = 24
RESPONSE = "response_rate"


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
    found = (*ask(Answers.available), ask(Answers.find, PUBLISHED))
    can = {kpi.id: kpi for kpi in found if kpi.can_rank}
    ask(Answers.extents_ahead, tuple(can))
    return {i: kpi for i, kpi in can.items() if ask(Answers.years, i)}


def dimensions(kpi: Kpi, least: int = 2) -> list[str]:
    """Return the dimensions in which a KPI has at least so many values."""
    return [name for name in DIMENSIONS if has_dimension(kpi, name, least)]


def has_dimension(kpi: Kpi, name: str, least: int = 2) -> bool:
    """Return whether a KPI has at least so many values in a dimension."""
    if kpi.group == "rankings":
        return name == "brand"
    return bool(ask(Answers.spread, kpi.id).get(name, 0) >= least)


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
    end, begun = extent.reaches(kpi), extent.begun(kpi, extent.ALL)
    for year in newest:
        first = max(date(year, 1, 1), begun or date(year, 1, 1))
        if len(periods.between(first, min(end, date(year, 12, 31)))) >= extent.ENOUGH_MONTHS:
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
    return " · ".join(part for part in (rests_on(found.kpi, found.n), left) if part)


def rests_on(kpi: Kpi, n: int | None) -> str:
    """Return what figures rest on: n, and of a survey the scale."""
    scale = scale_of(kpi)
    parts = (
        "" if n is None else _("n = {n}").format(n=language.number(n)),
        _("scale {scale}").format(scale=surveys.from_to(scale)) if scale else "",
    )
    return " · ".join(part for part in parts if part)


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


def ahead(wanted: Iterable[tuple[Kpi, tuple[str, ...], Filters]]) -> None:
    """Ask for the rows of several KPIs, each by keys and filters, at once instead of one by one."""
    asked = []
    for kpi, by, filters in wanted:
        asked.append((kpi.id, by, filters))
        if kpi.dataset == "surveys" and RESPONSE in kpis(RESPONSE):
            asked.append((RESPONSE, by, filters))
    ask(Answers.ahead, tuple(dict.fromkeys(asked)))


def compare(kpi: Kpi, filters: Filters) -> Comparison:
    """Return a KPI in a period against the same days a year before, if it was measured alike.

    Where the data begin within the year before, there is no such year to compare with, and
    none is spoken of.
    """
    earlier = extent.year_before(kpi, filters)
    before = None if earlier is None else row_of(kpi, earlier)
    found = comparisons.compare(kpi, row_of(kpi, filters), before, extent.period(filters))
    when = at_end(filters) if kpi.measure == "stock" else extent.during(filters)
    found = replace(found, when=when, level=wording.words(kpi.level))
    # There is a year before, which was measured in another way or by another system.
    unlike = not extent.begins_within(kpi, filters) and extent.changed_method(kpi, filters)
    return replace(found, verdict="unlike") if unlike else found


def changed_methods(wanted: Iterable[Kpi], filters: Filters) -> str:
    """Return why some KPIs are compared with no year before; nothing where all are."""
    texts = dict.fromkeys(
        extent.changed_method(kpi, extent.within_data(kpi, filters)) for kpi in wanted
    )
    text = _("Not compared with a year before, because the method changed: {what}.")
    what = language.side_by_side(part for part in texts if part)
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
    """Return how a comparison over a period was reached."""
    row = row_of(found.kpi, filters)
    before = extent.period(filters.year_before())
    return [
        of_value(found.kpi, row) if row else None,
        of_change(found, extent.period(filters), before) if found.change is not None else None,
    ]


def trend(kpi: Kpi, filters: Filters, until: date | None = None) -> Trend:
    """Return a KPI's trend over all complete months, whatever the period of the filters.

    With `until` those up to that day alone, as they were judged then.

    Its verdict is only given where its last month is one of those that the page speaks of.
    """
    every = Filters(where=filters.where)
    found: Trend = ask(Answers.trend, kpi.id, every, scale_of(kpi), until)
    part = extent.within_data(kpi, filters)
    return found.within(part.start, part.end) if part.start and part.end else found


def events(kpi: Kpi, filters: Filters) -> list[dict[str, Any]]:
    """Return the remarks and changes of method that concern a KPI, of any time."""
    found: list[dict[str, Any]] = ask(Answers.events, kpi.id, Filters(where=filters.where))
    return in_words(found)


def in_words(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return remarks in the reader's language, where they were written in it."""
    return [{**event, "text": names.remark(event)} for event in events]


def by_month(kpi: Kpi, filters: Filters, months: int = 0) -> list[dict[str, Any]]:
    """Return a KPI's rows by month, reaching `months` further back than the filters do."""
    start = periods.months_back(filters.start, months) if filters.start else None
    return rows_of(kpi, ("month",), filters.between(start, filters.end))


def spark(kpi: Kpi, trend: Trend, filters: Filters) -> list[float | None]:
    """Return the values of the 24 months up to the end of a period; a gap is None."""
    end = filters.end or extent.reaches(kpi)
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


def at_end(filters: Filters) -> str:
    """Return the end of a period within a sentence: `at the end of October 2025`."""
    text = _("at the end of {month}")
    return text.format(month=language.whole_month(filters.end)) if filters.end else ""


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
