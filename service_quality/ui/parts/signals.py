"""Signal or noise on a page: the signs with their words, what happened, what moved a total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service_quality.base import language
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import extent, mixes, questions, signals
from service_quality.findings.asking import ask
from service_quality.measures.answers import Answers
from service_quality.measures.trends import Trend
from service_quality.ui import figures
from service_quality.ui.frame.data import current
from service_quality.ui.parts.charts import chart
from service_quality.ui.parts.tables import change_columns, working_day_columns
from service_quality.ui.parts.text import caption, heading

MOST_EVENTS = 8


def joined(*parts: str) -> str:
    """Return the parts of a line, those that say something."""
    return " · ".join(part for part in parts if part)


def signs(trend: Trend) -> None:
    """Show variation and assurance of a trend's last month, each sign with its word."""
    words = signals.signs(trend)
    if trend.last is not None and words:
        caption(" · ".join((language.month(trend.last.month), *words)))


def happened(events: Sequence[Mapping[str, Any]], shown: Sequence[str]) -> None:
    """Say what the thin lines of a chart stand for."""
    inside = [event for event in events if f"{event['month']:%Y-%m}" in shown]
    for event in inside[-MOST_EVENTS:]:
        text = _("{day}: {what}")
        if event["kind"] == "method_change":
            text = _("{day}: {what} – the method changed, months before are judged apart")
        caption(text.format(day=language.day(event["day"]), what=event["text"] or ""))


def moved(kpi: Kpi, by: str, label: str, filters: Filters) -> None:
    """Show what moved the total since a year before: the parts, or their weights."""
    earlier = extent.year_before(kpi, filters)
    if earlier is None:
        return
    # Parts too small to be shown by themselves count here: they are only added up.
    now, before = (
        ask(Answers.kpi, kpi.id, by=(by,), filters=each, reveal=True) for each in (filters, earlier)
    )
    scale = questions.scale_of(kpi)
    now, before = ([r for r in rows if r.get("scale") == scale] for rows in (now, before))
    found = mixes.moved(kpi, now, before, by, label)
    if found is None or not mixes.moves_the_total(found):
        return
    heading(_("What moved the total"))
    rows, title = mixes.mix_rows(found), mixes.mix(found)
    figure = figures.waterfall(kpi, rows)
    name, why, named = f"mix-{kpi.id}-{by}", [mixes.of_mix(found)], (by, [row[by] for row in now])
    chart(title, figure, title, rows, change_columns(kpi), name, why=why, named=named)


def per_working_day(kpi: Kpi, filters: Filters) -> None:
    """Show a count per working day, so that a long month does not look like a busy one."""
    rows = ask(Answers.volume_per_working_day, kpi.id, filters)
    if not rows:
        return
    title = signals.per_working_day(kpi, rows)
    figure = figures.per_working_day(rows, extent.months(filters))
    chart(title, figure, title, rows, working_day_columns(kpi), f"working-days-{kpi.id}")
    country = current().answers.settings.country
    text = _("Working days are Monday to Friday; set a country to leave out its public holidays.")
    if country:
        text = _("Working days are those of {country}, without its public holidays.")
    caption(text.format(country=country))
