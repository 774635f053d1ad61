"""Replies: how long do customers wait, those without an answer included?"""

from service_quality.base import periods
from service_quality.base.language import _
from service_quality.findings import comparisons, extent, questions, replies, wording
from service_quality.findings.paper import charts as paper
from service_quality.findings.signals import of_trend, signal_rows
from service_quality.ui import figures
from service_quality.ui.frame.page import start
from service_quality.ui.parts import charts, signals, tables, waits
from service_quality.ui.parts.legend import of_control

page = start("replies", _("Replies"))
kpis = questions.kpis(*replies.WAITS)
if not kpis:
    page.nothing(_("No file says when customers were answered: load e-mails or tickets."))

left, right = page.controls(2)
kpi = kpis[page.choose("kpi", _("Measure"), wording.titles(kpis), place=left)]
cuts = {"": _("nothing"), **page.dimensions(kpi)}
by = page.choose("by", _("Cut by"), cuts, place=right)
page.shows(kpi)
chosen = page.filters(periods.year_to(extent.reaches(kpi)))
filters = extent.within_data(kpi, chosen)
row = questions.row_of(kpi, filters)
if not row or not row["n"]:
    page.nothing(_("No customer waited in this selection."), loaded=True)
earlier = extent.year_before(kpi, filters)
before = questions.row_of(kpi, earlier) if earlier else None
scope = replies.replies_scope(kpi, row, extent.period(filters))
awaited = extent.awaited_of(kpi, filters)
page.finding(replies.replies(kpi, row), signals.joined(scope, awaited), replies.of_waits(kpi, row))

for place, (label, value, change) in zip(
    page.controls(3), replies.waits(kpi, row, before), strict=True
):
    place.metric(label, value, delta=change, delta_color="off", delta_arrow="off")

if by:
    focus = page.focus() if by == "brand" else None
    rows = questions.rows_of(kpi, (by,), filters)
    waits.curves(kpi, filters, rows, by, page.label(by), focus)
    charts.dots(kpi, rows, by, page.label(by), focus, f"{kpi.id}-{by}", scope)
else:
    waits.curve(kpi, filters, row)

title = replies.ladder(kpi, row)
figure = figures.ladder(row, before, replies.still(kpi))
steps, columns = replies.ladder_rows(kpi, row, before), tables.ladder_columns()
charts.chart(title, figure, title, steps, columns, f"ladder-{kpi.id}")
waits.acknowledged(kpi, filters)

waits.week(kpi, filters)

rows = questions.by_month(kpi, filters, months=12)
shown = extent.months(filters)
trend, columns = questions.trend(kpi, filters), tables.trend_columns(kpi)
title = comparisons.extremes(kpi, rows, shown)
figure = figures.control(kpi, rows, shown, trend, events=questions.events(kpi, filters))
table, above = signal_rows(kpi, rows, trend), of_control(kpi, trend, shown)
why = [of_trend(kpi, trend)]
picture, name = paper.by_month(kpi, trend, shown), f"months-{kpi.id}"
scope = extent.period(filters)
charts.chart(
    title, figure, title, table, columns, name, above=above, why=why, picture=picture, scope=scope
)
signals.signs(trend)

page.end(
    wording.not_said(kpi),
    _("Waiting hours count nights and weekends."),
    _("Who still waited at the end of the data counts as waiting until then, not until today."),
)
