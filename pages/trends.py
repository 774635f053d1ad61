"""Trends: how one measure moves by month: signal or noise, promise kept or not, and why."""

from functools import partial

from service_quality.base import periods
from service_quality.base.language import _
from service_quality.findings import comparisons, extent, names, questions, wording
from service_quality.findings.paper import charts as paper
from service_quality.findings.signals import (
    of_stairs,
    of_trend,
    signal_rows,
    spoken,
    stairs_and_lift,
)
from service_quality.ui import figures
from service_quality.ui.frame.page import start
from service_quality.ui.parts import behind, charts, signals, tables, text
from service_quality.ui.parts.legend import of_control
from service_quality.ui.writing import remarks

page = start("trends", _("Trends"))
kpis = questions.kpis()
if not kpis:
    page.nothing(_("There is no measure to follow yet: load a first file."))

left, right = page.controls(2)
kpi = kpis[page.choose("kpi", _("Measure"), wording.titles(kpis), place=left)]
cuts = {"": _("nothing"), **page.dimensions(kpi), **page.groups(kpi)}
page.scale(kpi)
by = page.choose("by", _("Cut by"), cuts, place=right)

page.shows(kpi)
filters = page.filters(periods.last_months(extent.reaches(kpi)))
shown = extent.months(filters)
rows = questions.by_month(kpi, filters, months=12)
if not figures.any_value(kpi, rows, shown):
    page.nothing(wording.hidden(rows) or _("No month has a value in this selection."), loaded=True)

part = extent.within_data(kpi, extent.headline(filters))
found, trend, events = (
    questions.compare(kpi, part),
    questions.trend(kpi, filters),
    questions.events(kpi, filters),
)
judged = [of_trend(kpi, trend), of_stairs(kpi, trend), *questions.judged(found, part)]
beside = comparisons.beside(found, extent.period(part), extent.changed_method(kpi, part))
sentence = spoken(questions.how_sure(found, trend, part))
awaited = extent.awaited_of(kpi, filters)
page.finding(sentence, signals.joined(beside, questions.scope(found, part), awaited), *judged)
signals.signs(trend)

title = comparisons.extremes(kpi, rows, shown)
figure = figures.control(kpi, rows, shown, trend, wording.promise(kpi), events)
columns = tables.trend_columns(kpi)
table, above = signal_rows(kpi, rows, trend), of_control(kpi, trend, shown)
picture = paper.by_month(kpi, trend, shown)
cases = [row["n"] for row in rows if row["month"] in shown and row.get("n") is not None]
drawn = questions.rests_on(kpi, sum(cases) if cases else None)
scope = signals.joined(extent.period(filters), drawn)
name = f"trend-{kpi.id}"
charts.chart(
    title,
    figure,
    title,
    table,
    columns,
    name,
    above=above,
    picture=picture,
    scope=scope,
    on_point=behind.open_month if behind.opens(kpi) else None,
    beside=partial(remarks.at_month, kpi, shown, filters),
)
behind.rows_of_month(page, kpi, rows, filters)
text.caption(stairs_and_lift(kpi, trend))
signals.happened(events, shown)
if kpi.measure == "count":
    signals.per_working_day(kpi, filters)

if by:
    wholes = comparisons.worst_first(kpi, questions.rows_of(kpi, (by,), filters))
    cut = questions.rows_of(kpi, (by, "month"), filters)
    signals.moved(kpi, by, page.label(by), part)
    text.heading(comparisons.spread(kpi, wholes, by, page.label(by)))
    charts.multiples(kpi, wholes, cut, by, shown, page.focus() if by == "brand" else None)
    columns = tables.kpi_columns(kpi, {by: page.label(by), "month": _("Month")})
    name = f"trend-{kpi.id}-by-{by}"
    charts.details(name, lambda: tables.table(names.in_rows(cut, by), columns, name))

page.end(wording.not_said(kpi), _("A signal says that something changed, not what."))
