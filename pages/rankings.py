"""Rankings: who rose, who fell, who is new and who is gone."""

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.filters import NARROWED
from service_quality.base.language import _
from service_quality.findings import (
    coverage,
    extent,
    funnels,
    questions,
    ranking_rows,
    rankings,
    standing,
    wording,
)
from service_quality.findings.asking import ask
from service_quality.findings.paper import standings
from service_quality.findings.places import unreliable
from service_quality.measures.answers import Answers
from service_quality.ui import figures
from service_quality.ui.frame.page import start
from service_quality.ui.parts import charts, names, signals, tables, text
from service_quality.ui.parts import years as over

page = start("rankings", _("Rankings"))
kpis = questions.rankable()
if not kpis:
    page.nothing(_("There is nothing to rank yet: load a file with brands, teams or channels."))

places = page.controls(4)
opened = standing.opened(kpis)
kpi = kpis[page.choose("kpi", _("Measure"), wording.titles(kpis), opened, places[0])]
page.shows(kpi)
publisher, category = page.publisher(kpi)
years = {str(year): str(year) for year in sorted(ask(Answers.years, kpi.id), reverse=True)}
newest = str(questions.year_opened(kpi, years))
year = int(page.choose("year", _("Year"), years, newest, places[1]))
ranked = page.dimensions(kpi, least=1)
if not ranked:
    page.nothing(_("These rows name no brand, team, channel or topic that could be ranked."))
several = next(iter(page.dimensions(kpi)), "")
by = page.choose("by", _("Rank by"), {**ranked, **page.groups(kpi)}, several, places[2])
group = page.within(by)
enough = questions.enough_cases(kpi, by, year)
min_n = page.number("min_n", _("At least n"), 1, 100_000, enough, places[3])
filters = page.filters(dimensions=DIMENSIONS if kpi.group == "rankings" else NARROWED)
focus = page.focus() if by == "brand" else None

choice = standing.Choice(kpi, year, by, min_n, group, publisher, category, focus)
now = standing.standing(choice, filters)
if now is None:
    page.nothing(_("No entry is left to rank in this selection."), loaded=True)
found = now.found
page.finding(now.sentence, now.below, *now.judged)
text.warn(unreliable(found, kpi))
text.warn(rankings.few_by_choice(min_n, enough))
text.warn(found.reason or "")
text.caption(rankings.among(found, now.every, group, focus))
text.caption(coverage.awaited_sources(found.awaited, found.period[1]))
scope = rankings.ranking_scope(found, page.label(by), extent.begun(kpi, filters))
text.caption(signals.joined(scope, wording.not_said(kpi)))

columns = tables.ranking_columns(kpi, page.label(by), year, found.rows)
views = {}
if any(row["places_lost"] is not None for row in found.rows):
    views["places"] = _("Places of both years")
if ranking_rows.with_range(found, focus):
    views["ranges"] = _("Plausible places")
if len([each for each in years if int(each) <= year]) > 2:
    views["years"] = _("Places over the years")
funnel = questions.funnel(found)
if funnel:
    views["funnel"] = _("Share against number of cases")
beside = page.controls(2)
view = page.choose("view", _("Show"), views, place=beside[0]) if views else ""
tested = ranking_rows.has_tested_falls(found)
real = tested and page.only("real", _("Only real falls"), beside[1])
listed = ranking_rows.real_falls(found) if real else found
if view == "funnel" and funnel:
    title, rows = funnels.funnel_title(funnel), funnels.funnel_rows(funnel)
    figure, of_points = (
        figures.funnel(funnel, kpi, focus),
        tables.funnel_columns(kpi, page.label(by)),
    )
    name, why = f"funnel-{kpi.id}-{year}", [funnels.of_funnel(funnel)]
    charts.chart(
        title,
        figure,
        title,
        rows,
        of_points,
        name,
        why=why,
        picture=standings.funnel(funnel, kpi, focus),
        scope=scope,
    )
elif view == "years":
    over.years(page, choice, filters, now)
elif view == "ranges" and found.of and (rows := ranking_rows.with_range(listed, focus)):
    title = ranking_rows.ranges_title(rows)
    figure = figures.ranges(rows, found.of, kpi, focus)
    name, picture = f"ranges-{kpi.id}-{year}", standings.ranges(rows, found.of)
    charts.chart(title, figure, title, rows, columns, name, picture=picture, scope=scope)
    text.caption(_("For each entry by itself, not for all at once."))
elif falls := ranking_rows.falls(listed):
    title = ranking_rows.real_falls_title(found) if real else ranking_rows.falls_title(found)
    figure = figures.slope(listed.rows, by, (year - 1, year), kpi, focus)
    drawn = None if real else standings.slope(found, focus)
    name = f"falls-{kpi.id}-{year}"
    charts.chart(title, figure, title, falls, columns, name, picture=drawn, scope=scope)

names.open_one(by, [row["entity"] for row in found.rows], "all-places")
title = _("Real falls of {year}") if real else _("All places of {year}")
text.heading(title.format(year=year))
if listed.rows:
    tables.table(ranking_rows.shown(listed), columns, f"{kpi.id}-{year}", printed=True)
else:
    text.caption(f"{ranking_rows.real_falls_title(found)}.")
text.caption(rankings.came_and_went(found))
page.end(
    _("A rank hides how close the scores are, and few answers make chance places."),
    _("Places lost count only those ranked in both years."),
)
