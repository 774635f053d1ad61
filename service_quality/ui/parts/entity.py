"""What the page of one brand, team, channel or topic shows beside its scorecard."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from service_quality.base import periods
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import entities, extent, wording
from service_quality.findings.paper import standings
from service_quality.ui import figures
from service_quality.ui.frame.page import Page
from service_quality.ui.parts import charts, promises, signals, tables
from service_quality.ui.parts.text import caption, heading, say

MOST_REMARK_MONTHS = 24


def places(
    page: Page, dimension: str, value: str, filters: Filters, first: Collection[str] = ()
) -> None:
    """Let a measure be chosen, and show where one stood by it in each of the last years.

    Measures that the one is known to have come `first`.
    """
    kpis = entities.rankable(dimension, first)
    if not kpis:
        return
    heading(_("Its places over the years"))
    kpi = kpis[page.choose("kpi", _("Measure"), wording.titles(kpis), place=page.controls(2)[0])]
    found = entities.places(kpi, dimension, value, filters, *page.publisher(kpi))
    if not found.rows:
        caption(_("It has no place by this measure: too few cases, or none."))
        return
    columns, name = tables.place_columns(kpi), f"places-{kpi.id}"
    drawn = [row for row in found.rows if row.get("rank_low") is not None]
    if drawn:
        figure = figures.ranges(drawn, found.of, kpi)
        charts.chart(
            found.sentence,
            figure,
            found.sentence,
            found.rows,
            columns,
            name,
            why=found.judged,
            picture=standings.ranges(drawn, found.of),
            scope=kpi.title,
        )
        caption(_("The bar is that of its plausible places, nine draws in ten."))
    else:
        say(found.sentence, "chart", "h3")
        tables.table(found.rows, columns, name)


def promised(filters: Filters) -> None:
    """Show the promises that were due to one entry, and whether they were kept."""
    found, part = entities.promises(filters)
    heading(_("Its promises"))
    if found:
        promises.promise_list(found, part)
    else:
        caption(_("No promise was due in this period."))


def remarks(kpis: Sequence[Kpi], filters: Filters) -> None:
    """Show what was remarked of the months that the page's small charts have."""
    shown = extent.months(filters)
    if filters.end:
        shown = periods.months(*periods.last_months(filters.end, MOST_REMARK_MONTHS))
    found = entities.remarks(kpis, filters.between(None, None))
    inside = [event for event in found if f"{event['month']:%Y-%m}" in shown]
    heading(_("Remarks"))
    if inside:
        signals.happened(inside, shown)
    else:
        caption(_("Nobody remarked anything in these months."))
