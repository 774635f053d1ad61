"""Rankings: who rose, who fell, who is new and who is gone."""

from service_quality import figures, findings, ui
from service_quality.i18n import _

page = ui.start("rankings", _("Rankings"))
kpis = ui.rankable()
if not kpis:
    page.nothing(_("There is nothing to rank yet: load a file with brands, teams or channels."))

places = page.controls(4)
kpi = kpis[page.choose("kpi", _("Measure"), ui.titles(kpis), place=places[0])]
publisher, category = page.publisher(kpi)
years = {str(year): str(year) for year in sorted(ui.ask("years", kpi.id), reverse=True)}
year = int(page.choose("year", _("Year"), years, place=places[1]))
ranked = page.dimensions(kpi, least=1)
if not ranked:
    page.nothing(_("These rows name no brand, team, channel or topic that could be ranked."))
by = page.choose("by", _("Rank"), ranked, place=places[2])
min_n = page.number("min_n", _("At least n"), 1, 100_000, place=places[3])
filters = page.filters()
focus = page.focus() if by == "brand" else None

found = ui.ask(
    "ranking", kpi.id, year, by, filters, min_n=min_n, publisher=publisher, category=category
)
if not found.rows:
    page.nothing(_("No entry is left to rank in this selection."), loaded=True)
sentence, judged = findings.ranking(found, kpi, focus), findings.judged_ranking(found, kpi, focus)
page.finding(sentence, findings.ranking_scope(found, page.label(by)), *judged)
ui.caption(ui.not_said(kpi))

columns = ui.ranking_columns(kpi, page.label(by), year, found.rows)
falls = findings.falls(found)
if falls:
    title = findings.falls_title(found)
    figure = figures.slope(found.rows, (year - 1, year), kpi, focus)
    ui.chart(title, figure, title, falls, columns, f"falls-{kpi.id}-{year}")

ui.heading(_("All places of {year}").format(year=year))
ui.table(findings.ranking_rows(found), columns, f"{kpi.id}-{year}")
ui.caption(findings.came_and_went(found))
page.end(
    _("A rank hides how close the scores are, and few answers make chance places."),
    _("Places lost count only those ranked in both years."),
)
