"""One brand, team, channel or topic: how well are its customers served, beside all the others'?"""

from service_quality.base.filters import NARROWED
from service_quality.base.language import _
from service_quality.findings import entities, names, overview, questions, scorecard
from service_quality.ui.frame.page import start
from service_quality.ui.parts import entity
from service_quality.ui.parts import scorecard as parts
from service_quality.ui.parts.report import report

page = start("entity", _("One by one"))
known = entities.known()
if not known:
    page.nothing(_("No file names a brand, team, channel or topic yet: load one that does."))

label, (place, _beside) = _("Brand, team, channel or topic"), page.controls(2)
who = page.choose("who", label, known, place=place, written=entities.name_of)
of, name = entities.parted(who)
page.title = page.label(of)
kpis = questions.kpis()
tiles = overview.tiles(kpis)
page.shows(*tiles)
rest = [dimension for dimension in NARROWED if dimension != of]
chosen = page.filters(overview.usual(tiles) if tiles else None, rest)
filters = chosen.only(of, [name])
found = overview.overview(tiles, filters) if tiles else None
if found is None:
    shown = _("No measure has a value for {name} in this selection.")
    page.finding(shown.format(name=names.shown(name, of)))
else:
    beside = entities.against(found, of, name)
    below = entities.below(found, filters, beside)
    page.finding(entities.of_one(of, name, found.sentence), below, *found.judged)
    narrowed = {of: [name]}
    parts.to_look_at(scorecard.to_look_at(found.lines), found.who, narrowed)
    parts.scorecard(found.lines, found.shown, found.until, beside, narrowed)
    report(filters)

entity.places(page, of, name, chosen, [line.kpi.id for line in found.lines] if found else ())
entity.promised(filters)
entity.remarks(tiles, filters)

page.end(
    _(overview.NOT_SAID),
    _("Who is worse than the others may serve other customers, with other questions."),
)
