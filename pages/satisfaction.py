"""Satisfaction: how many are satisfied, how many very satisfied, and would they come again?"""

from service_quality.base import periods
from service_quality.base.language import _
from service_quality.findings import comparisons, extent, questions, satisfaction, wording
from service_quality.ui.frame.page import start
from service_quality.ui.parts import charts, signals, surveys

page = start("satisfaction", _("Satisfaction"))
kpis = questions.kpis(*satisfaction.SURVEYS)
if not kpis:
    if questions.loaded("surveys"):
        page.nothing(
            _("The survey answers that are loaded feed no measure here: no mark with its scale.")
        )
    page.nothing(_("No survey has been loaded: load the answers of your customers."))

page.scale(next(iter(kpis.values())))
page.shows(*kpis.values())
filters = page.filters(periods.last_months(extent.reaches(*kpis.values())))
part, found = satisfaction.part_of(kpis, filters)
if not any(c.value is not None for c in found.values()):
    rows = [row for kpi in kpis.values() for row in questions.rows_of(kpi, (), part)]
    page.nothing(wording.hidden(rows) or _("No one answered in this selection."), loaded=True)
scored = [found[kpi_id] for kpi_id in satisfaction.SCORECARD if kpi_id in found]
judged = [verdict for comparison in scored for verdict in questions.judged(comparison, part)]
sentence, scope = satisfaction.finding(part, found)
awaited = extent.awaited_sources(kpis.values(), filters)
page.finding(sentence, signals.joined(scope, awaited), *judged)
surveys.lines(scored, part)

shown = extent.months(filters)
rates = [
    (kpi, questions.by_month(kpi, filters)) for kpi in questions.kpis("csat", "csat_top1").values()
]
lines = []
if rates:
    title = comparisons.gap(rates, shown)
    lines.append((title, [kpi for kpi, _rows in rates], "satisfied-by-month"))
if "nps" in kpis:
    title = comparisons.extremes(kpis["nps"], questions.by_month(kpis["nps"], filters), shown)
    lines.append((title, [kpis["nps"]], "nps-by-month"))
for place, (title, drawn, name) in zip(surveys.side_by_side(len(lines)), lines, strict=True):
    with place:
        surveys.by_month(title, drawn, filters, name)
satisfied = "csat" if "csat" in kpis else "csat_top1"
surveys.points(list(questions.kpis(satisfied, "nps").values()), filters)

surveys.would_return(part)
surveys.expectations(filters, part)

left, right = page.controls(2)
kpi = kpis[page.choose("kpi", _("Measure"), wording.titles(kpis), place=left)]
by = page.cut(kpi, right)
if by:
    focus = page.focus() if by == "brand" else None
    rows, name = questions.rows_of(kpi, (by,), part), f"{kpi.id}-{by}"
    charts.dots(kpi, rows, by, page.label(by), focus, name, extent.period(part))

page.end(
    _("Only those who answered are counted: the silent may think otherwise."),
    _("An intention to buy again is not behaviour: nothing here says who came back."),
)
