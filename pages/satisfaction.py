"""Satisfaction: how many are satisfied, how many very satisfied, and would they recommend us?"""

from service_quality import figures, findings, periods, ui
from service_quality.i18n import _

page = ui.start("satisfaction", _("Satisfaction"))
kpis = ui.kpis("csat", "csat_top1", "nps", "response_rate")
if not kpis:
    page.nothing(_("No survey has been loaded: load the answers of your customers."))

page.scale(next(iter(kpis.values())))
filters = page.filters(periods.last_months(ui.complete_until("surveys")))
part = ui.headline(filters)
found = {kpi_id: ui.compare(kpi, part) for kpi_id, kpi in kpis.items()}
if not any(c.value is not None for c in found.values()):
    rows = [row for kpi in kpis.values() for row in ui.rows_of(kpi, (), part)]
    page.nothing(ui.hidden(rows) or _("No one answered in this selection."), loaded=True)
sentence = findings.satisfaction(found.get("csat"), found.get("csat_top1"))
judged = [verdict for comparison in found.values() for verdict in ui.judged(comparison, part)]
page.finding(sentence, _("In {period}.").format(period=ui.period(part)), *judged)

for place, comparison in zip(page.controls(len(found)), found.values(), strict=True):
    with place:
        ui.tile(comparison, ui.spark(comparison.kpi, part), ui.period(part))

shown = ui.months(filters)
rates = [(kpi, ui.by_month(kpi, filters)) for kpi in ui.kpis("csat", "csat_top1").values()]
if rates:
    title = findings.gap(rates, shown)
    columns = ui.merged_columns([kpi for kpi, _rows in rates])
    rows = figures.merged(rates, shown)
    ui.chart(title, figures.two_lines(rates, shown), title, rows, columns, "satisfied-by-month")

for kpi_id in ("csat", "nps"):
    if kpi_id in kpis:
        ui.distribution(kpis[kpi_id], filters, shown)

if "nps" in kpis:
    kpi, rows = kpis["nps"], ui.by_month(kpis["nps"], filters, months=12)
    title = findings.extremes(kpi, rows, shown)
    columns = ui.kpi_columns(kpi, {"month": _("Month")})
    ui.chart(title, figures.trend(kpi, rows, shown), title, rows, columns, "nps-by-month")

by = page.cut(next(iter(kpis.values())))
focus = page.focus() if by == "brand" else None
for kpi in ui.kpis("csat", "csat_top1", "nps").values() if by else ():
    rows = ui.rows_of(kpi, (by,), part)
    ui.dots(kpi, rows, by, page.label(by), focus, f"{kpi.id}-{by}")

page.end(
    _("Only those who answered are counted: the silent may think otherwise."),
    _("Nothing here says whether the satisfied come back."),
)
