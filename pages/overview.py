"""Overview: are we keeping what we promise, and is it getting better or worse?"""

from service_quality import findings, ui
from service_quality.base import periods
from service_quality.base.language import _
from service_quality.definitions.kpis import GROUPS

FIRST = (
    *("mystery_index", "reply_rate", "reply_time", "reply_in_time"),
    *("first_reply_in_time", "first_reply_time", "backlog"),
    *("resolved_in_time", "full_resolution_time", "ticket_volume"),
    *("csat", "csat_top1", "nps"),
)

page = ui.start("overview", _("Overview"))
kpis = ui.kpis()
if not kpis:
    page.nothing(_("There is nothing to show yet: load a first file."))

tiles = []
for group in GROUPS:
    of_group = [kpi for kpi in kpis.values() if kpi.group == group]
    tiles += [kpi for kpi in of_group if kpi.headline or kpi.id in FIRST] or of_group[:3]
page.shows(*tiles)
filters = page.filters(periods.year_to(ui.reaches(*tiles)))
until = ui.reaches(*tiles, filters=filters)
shown = {kpi.id: ui.within_data(kpi, filters) for kpi in tiles}
found = {kpi.id: ui.compare(kpi, shown[kpi.id]) for kpi in tiles}
found = {kpi_id: c for kpi_id, c in found.items() if c.value is not None or c.n}
if not found:
    page.nothing(_("No measure has a value in this selection."), loaded=True)

trends = {kpi_id: ui.trend(c.kpi, filters) for kpi_id, c in found.items()}
sure = [ui.how_sure(c, trends[kpi_id], shown[kpi_id]) for kpi_id, c in found.items()]
signal, counted = findings.headline(sure), findings.signals_counted(sure)
sentence, before = findings.overview(list(found.values()))
judged = [findings.of_trend(c.kpi, trends[i]) for i, c in found.items() if trends[i].is_signal]
earlier = {ui.period(shown[i].year_before()) for i, c in found.items() if c.change is not None}
if before and len(earlier) == 1:
    before = f"{before} " + _("Compared with {period}.").format(period=earlier.pop())
awaited = ui.awaited_sources(tiles, filters)
page.finding(signal or sentence, ui.joined(counted, before, awaited), *judged)

for group, title in GROUPS.items():
    members = [c for c in found.values() if c.kpi.group == group]
    if members:
        ui.heading(_(title))
    for row in ui.in_threes(members):
        for place, comparison in row:
            with place:
                kpi_id = comparison.kpi.id
                ui.tile(comparison, trends[kpi_id], shown[kpi_id], ui.earlier(filters, until))

ui.more([kpi for kpi in kpis.values() if kpi not in tiles])

page.end(
    _("A change against a year before can be chance; a signal says that something changed."),
    _("The dotted line is the promise, kept for every customer."),
)
