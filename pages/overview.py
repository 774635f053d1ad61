"""Overview: are we keeping what we promise, and is it getting better or worse?"""

from service_quality.base import periods
from service_quality.base.language import _
from service_quality.definitions.kpis import GROUPS
from service_quality.findings import comparisons, headline, scorecard, signals
from service_quality.ui.frame.page import start
from service_quality.ui.parts import charts, questions
from service_quality.ui.parts import scorecard as parts
from service_quality.ui.parts.signals import joined

page = start("overview", _("Overview"))
kpis = questions.kpis()
if not kpis:
    page.nothing(_("There is nothing to show yet: load a first file."))

tiles = []
for group in GROUPS:
    of_group = [kpi for kpi in kpis.values() if kpi.group == group]
    tiles += [kpi for kpi in of_group if kpi.tile] or of_group[:3]
page.shows(*tiles)
filters = page.filters(periods.year_to(questions.reaches(*tiles)))
until = questions.reaches(*tiles, filters=filters)
shown = {kpi.id: questions.within_data(kpi, filters) for kpi in tiles}
found = {kpi.id: questions.compare(kpi, shown[kpi.id]) for kpi in tiles}
found = {kpi_id: c for kpi_id, c in found.items() if c.value is not None or c.n}
if not found:
    page.nothing(_("No measure has a value in this selection."), loaded=True)

trends = {kpi_id: questions.trend(c.kpi, filters) for kpi_id, c in found.items()}
sure = [questions.how_sure(c, trends[kpi_id], shown[kpi_id]) for kpi_id, c in found.items()]
lines = scorecard.lines(sure)
judged = [signals.of_trend(c.kpi, trends[i]) for i, c in found.items() if trends[i].is_signal]
page.finding(
    headline.headline(sure) or comparisons.level(list(found.values())),
    joined(
        questions.awaited_sources(tiles, filters),
        questions.changed_methods([c.kpi for c in found.values()], filters),
        scorecard.counted(lines),
    ),
    *judged,
)
parts.to_look_at(scorecard.to_look_at(lines))
parts.scorecard(lines, shown, questions.earlier(filters, until))

charts.more([kpi for kpi in kpis.values() if kpi not in tiles])

page.end(_("It does not say why; and what moves as usual can still be too low."))
