"""Replies: how long do customers wait, those without an answer included?"""

from service_quality import findings, ui
from service_quality.base import periods
from service_quality.base.language import _
from service_quality.ui import figures

page = ui.start("replies", _("Replies"))
kpis = ui.kpis("reply_time", "first_reply_time", "full_resolution_time")
if not kpis:
    page.nothing(_("No file says when customers were answered: load e-mails or tickets."))

left, right = page.controls(2)
kpi = kpis[page.choose("kpi", _("Measure"), ui.titles(kpis), place=left)]
cuts = {"": _("nothing"), **page.dimensions(kpi)}
by = page.choose("by", _("Cut by"), cuts, place=right)
page.shows(kpi)
chosen = page.filters(periods.year_to(ui.reaches(kpi)))
filters = ui.within_data(kpi, chosen)
row = ui.row_of(kpi, filters)
if not row or not row["n"]:
    page.nothing(_("No customer waited in this selection."), loaded=True)
before = ui.row_of(kpi, filters.year_before())
scope = findings.replies_scope(kpi, row, ui.period(filters))
page.finding(findings.replies(kpi, row), scope, findings.of_waits(kpi, row))

for place, (label, value, change) in zip(
    page.controls(3), findings.waits(kpi, row, before), strict=True
):
    place.metric(label, value, delta=change, delta_color="off", delta_arrow="off")

if by:
    focus = page.focus() if by == "brand" else None
    rows = ui.rows_of(kpi, (by,), filters)
    ui.curves(kpi, filters, rows, by, page.label(by), focus)
    ui.dots(kpi, rows, by, page.label(by), focus, f"{kpi.id}-{by}")
else:
    ui.curve(kpi, filters, row)

title = findings.ladder(kpi, row)
figure = figures.ladder(row, before)
steps, columns = findings.ladder_rows(row, before), ui.ladder_columns()
ui.chart(title, figure, title, steps, columns, f"ladder-{kpi.id}")
ui.acknowledged(kpi, filters)

ui.week(kpi, filters)

rows = ui.by_month(kpi, filters, months=12)
shown = ui.months(filters)
trend, columns = ui.trend(kpi, filters), ui.trend_columns(kpi)
title = findings.extremes(kpi, rows, shown)
figure = figures.control(kpi, rows, shown, trend, events=ui.events(kpi, filters))
ui.chart(title, figure, title, findings.signal_rows(kpi, rows, trend), columns, f"months-{kpi.id}")
ui.signs(trend)
ui.how(findings.of_trend(kpi, trend))

page.end(
    ui.not_said(kpi),
    _("Waiting hours count nights and weekends."),
    _("Who still waited at the end of the data counts as waiting until then, not until today."),
)
