"""Trends: how one measure moves by month: signal or noise, promise kept or not, and why."""

from service_quality import findings, ui
from service_quality.base import periods
from service_quality.base.language import _
from service_quality.ui import figures

page = ui.start("trends", _("Trends"))
kpis = ui.kpis()
if not kpis:
    page.nothing(_("There is no measure to follow yet: load a first file."))

left, right = page.controls(2)
kpi = kpis[page.choose("kpi", _("Measure"), ui.titles(kpis), place=left)]
cuts = {"": _("nothing"), **page.dimensions(kpi)}
page.scale(kpi)
by = page.choose("by", _("Cut by"), cuts, place=right)

page.shows(kpi)
filters = page.filters(periods.last_months(ui.reaches(kpi)))
shown = ui.months(filters)
rows = ui.by_month(kpi, filters, months=12)
if not figures.any_value(kpi, rows, shown):
    page.nothing(ui.hidden(rows) or _("No month has a value in this selection."), loaded=True)

part = ui.within_data(kpi, ui.headline(filters))
found, trend, events = ui.compare(kpi, part), ui.trend(kpi, filters), ui.events(kpi, filters)
judged = [findings.of_trend(kpi, trend), findings.of_stairs(kpi, trend), *ui.judged(found, part)]
beside = findings.beside(found, ui.period(part), ui.changed_method(kpi, part))
sentence = findings.signal(kpi, trend) or findings.trend(found, ui.period(part))
awaited = ui.awaited_sources([kpi], filters)
page.finding(sentence, ui.joined(beside, ui.scope(found, part), awaited), *judged)
ui.signs(trend)

title = findings.extremes(kpi, rows, shown)
figure = figures.control(kpi, rows, shown, trend, ui.promise(kpi), events)
columns = ui.trend_columns(kpi)
ui.chart(title, figure, title, findings.signal_rows(kpi, rows, trend), columns, f"trend-{kpi.id}")
ui.caption(findings.stairs_and_lift(kpi, trend))
ui.happened(events, shown)
if kpi.measure == "count":
    ui.per_working_day(kpi, filters)

if by:
    wholes = findings.worst_first(kpi, ui.rows_of(kpi, (by,), filters))
    cut = ui.rows_of(kpi, (by, "month"), filters)
    ui.moved(kpi, by, page.label(by), part)
    ui.heading(findings.spread(kpi, wholes, by, page.label(by)))
    ui.multiples(kpi, wholes, cut, by, shown, page.focus() if by == "brand" else None)
    with ui.details():
        columns = ui.kpi_columns(kpi, {by: page.label(by), "month": _("Month")})
        ui.table(cut, columns, f"trend-{kpi.id}-by-{by}")

page.end(ui.not_said(kpi), _("A signal says that something changed, not what."))
