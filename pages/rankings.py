"""Rankings: who rose, who fell, who is new and who is gone."""

from service_quality import findings, ui
from service_quality.base.language import _
from service_quality.ui import figures

page = ui.start("rankings", _("Rankings"))
kpis = ui.rankable()
if not kpis:
    page.nothing(_("There is nothing to rank yet: load a file with brands, teams or channels."))

places = page.controls(4)
kpi = kpis[page.choose("kpi", _("Measure"), ui.titles(kpis), place=places[0])]
page.shows(kpi)
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
page.finding(sentence, findings.is_it_real(found, kpi, focus), *judged)
ui.warn(findings.unreliable(found, kpi))
ui.warn(found.reason or "")
ui.caption(findings.awaited_sources(found.awaited))
ui.caption(ui.joined(findings.ranking_scope(found, page.label(by)), ui.not_said(kpi)))

columns = ui.ranking_columns(kpi, page.label(by), year, found.rows)
views = {"places": _("Places of both years")}
if findings.with_range(found, focus):
    views["ranges"] = _("Plausible places")
funnel = ui.funnel(found)
if funnel:
    views["funnel"] = _("Share against number of cases")
view = page.choose("view", _("Show"), views)
if view == "funnel" and funnel:
    title, rows = findings.funnel_title(funnel), findings.funnel_rows(funnel)
    figure, of_points = figures.funnel(funnel, kpi, focus), ui.funnel_columns(kpi, page.label(by))
    ui.chart(title, figure, title, rows, of_points, f"funnel-{kpi.id}-{year}")
    ui.how(findings.of_funnel(funnel))
elif view == "ranges":
    rows = findings.with_range(found, focus)
    title = findings.ranges_title(rows, found.of)
    figure = figures.ranges(rows, found.of, kpi, focus)
    ui.chart(title, figure, title, rows, columns, f"ranges-{kpi.id}-{year}")
    ui.caption(_("For each entry by itself, not for all at once."))
elif falls := findings.falls(found):
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
