"""Satisfaction: how many are satisfied, how many very satisfied, and would they come again?"""

from service_quality import findings, ui
from service_quality.base import periods
from service_quality.base.language import _

page = ui.start("satisfaction", _("Satisfaction"))
kpis = ui.kpis(*ui.SURVEYS)
if not kpis:
    page.nothing(_("No survey has been loaded: load the answers of your customers."))

page.scale(next(iter(kpis.values())))
page.shows(*kpis.values())
filters = page.filters(periods.last_months(ui.reaches(*kpis.values())))
part, found = ui.part_of(kpis, filters)
if not any(c.value is not None for c in found.values()):
    rows = [row for kpi in kpis.values() for row in ui.rows_of(kpi, (), part)]
    page.nothing(ui.hidden(rows) or _("No one answered in this selection."), loaded=True)
sentence = findings.satisfaction(found.get("csat"), found.get("csat_top1"), found.values())
tiles = [found[kpi_id] for kpi_id in ui.TILES if kpi_id in found]
judged = [verdict for comparison in tiles for verdict in ui.judged(comparison, part)]
page.finding(sentence, findings.survey_scope(ui.period(part), ui.answered(part)), *judged)
ui.tiles(tiles, part)

shown = ui.months(filters)
rates = [(kpi, ui.by_month(kpi, filters)) for kpi in ui.kpis("csat", "csat_top1").values()]
if rates:
    title = findings.gap(rates, shown)
    ui.scores_by_month(title, [kpi for kpi, _rows in rates], filters, "satisfied-by-month")
if "nps" in kpis:
    title = findings.extremes(kpis["nps"], ui.by_month(kpis["nps"], filters), shown)
    ui.scores_by_month(title, [kpis["nps"]], filters, "nps-by-month")
scored = "csat" if "csat" in kpis else "csat_top1"
ui.points(list(ui.kpis(scored, "nps").values()), filters)

ui.would_return(part)
ui.expectations(filters, part)

left, right = page.controls(2)
kpi = kpis[page.choose("kpi", _("Measure"), ui.titles(kpis), place=left)]
by = page.cut(kpi, right)
if by:
    focus = page.focus() if by == "brand" else None
    ui.dots(kpi, ui.rows_of(kpi, (by,), part), by, page.label(by), focus, f"{kpi.id}-{by}")

page.end(
    _("Only those who answered are counted: the silent may think otherwise."),
    _("An intention to buy again is not behaviour: nothing here says who came back."),
)
