"""Trends: how one measure moves by month, against its promise and the year before."""

from service_quality import figures, findings, periods, ui
from service_quality.i18n import _

page = ui.start("trends", _("Trends"))
kpis = ui.kpis()
if not kpis:
    page.nothing(_("There is no measure to follow yet: load a first file."))

left, right = page.controls(2)
kpi = kpis[page.choose("kpi", _("Measure"), ui.titles(kpis), place=left)]
cuts = {"": _("nothing"), **page.dimensions(kpi)}
page.scale(kpi)
by = page.choose("by", _("Cut by"), cuts, place=right)

filters = page.filters(periods.last_months(ui.complete_until(kpi.dataset)))
shown = ui.months(filters)
rows = ui.by_month(kpi, filters, months=12)
if not figures.any_value(kpi, rows, shown):
    page.nothing(ui.hidden(rows) or _("No month has a value in this selection."), loaded=True)

part = ui.headline(filters)
found = ui.compare(kpi, part)
judged = ui.judged(found, part)
page.finding(findings.trend(found, ui.period(part)), ui.scope(found, part), *judged)

promise = ui.promise(kpi)
columns = ui.kpi_columns(kpi, {"month": _("Month")})
title = findings.extremes(kpi, rows, shown)
ui.chart(title, figures.trend(kpi, rows, shown, promise), title, rows, columns, f"trend-{kpi.id}")

if by:
    wholes = findings.worst_first(kpi, ui.rows_of(kpi, (by,), filters))
    cut = ui.rows_of(kpi, (by, "month"), filters)
    ui.heading(findings.spread(kpi, wholes, by, page.label(by)))
    ui.multiples(kpi, wholes, cut, by, shown, page.focus() if by == "brand" else None)
    with ui.details():
        columns = ui.kpi_columns(kpi, {by: page.label(by), "month": _("Month")})
        ui.table(cut, columns, f"trend-{kpi.id}-by-{by}")

page.end(ui.not_said(kpi), _("A month on its own can be chance; recent months may still move."))
