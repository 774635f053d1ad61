"""Places over the years, on Rankings: whose lines are followed is chosen."""

from __future__ import annotations

from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.findings import ranking_rows
from service_quality.findings.paper import standings
from service_quality.findings.standing import Choice, Standing, over_years
from service_quality.ui import figures
from service_quality.ui.frame.page import Page
from service_quality.ui.parts import charts
from service_quality.ui.parts.text import caption


def years(page: Page, choice: Choice, filters: Filters, now: Standing) -> None:
    """Let entries be chosen, and show the places of all in every year that is stored."""
    found = over_years(choice, filters)
    names = {row["entity"]: row["name"] for row in found.rows}
    label = page.label(choice.by)
    of_none = _("the largest falls")
    chosen = page.several("follow", _("Follow: {label}").format(label=label), names, of_none)
    falls = [row["value"] for row in ranking_rows.falls(now.found)]
    named = found.named(falls, choice.focus, chosen)
    title = found.title(named)
    columns = {"name": (label, "text")} | {str(year): (str(year), "text") for year in found.years}
    rows = [
        {"name": row["name"], **dict(zip(map(str, found.years), row["shown"], strict=True))}
        for row in found.rows
    ]
    charts.chart(
        title,
        figures.bump(found, named, choice.focus),
        title,
        rows,
        columns,
        f"years-{choice.kpi.id}-{choice.year}",
        picture=standings.bump(found, named, choice.focus),
        scope=choice.kpi.title,
        named=(choice.by, list(names)),
    )
    caption(_("Each year's places are among its own entries, whose number can differ."))
