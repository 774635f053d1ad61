"""Overview: are we keeping what we promise, and is it getting better or worse?"""

from service_quality.base.language import _
from service_quality.findings import overview, questions, scorecard, since
from service_quality.ui.frame.page import start
from service_quality.ui.parts import charts
from service_quality.ui.parts import scorecard as parts
from service_quality.ui.parts.report import report

page = start("overview", _("Overview"))
kpis = questions.kpis()
if not kpis:
    page.nothing(_("There is nothing to show yet: load a first file."))

tiles = overview.tiles(kpis)
page.shows(*tiles)
filters = page.filters(overview.usual(tiles))
found = overview.overview(tiles, filters)
if not found:
    page.nothing(_("No measure has a value in this selection."), loaded=True)

page.finding(found.sentence, found.below, *found.judged)
parts.to_look_at(scorecard.to_look_at(found.lines), found.who)
parts.scorecard(found.lines, found.shown, found.until)
parts.changed(since.since(found))
report(filters)

charts.more([kpi for kpi in kpis.values() if kpi not in tiles])

page.end(_(overview.NOT_SAID))
