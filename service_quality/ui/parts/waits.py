"""What Replies shows of waits: the curve, the hours of the week, and acknowledgements apart."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import streamlit as st

from service_quality.base import language
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import comparisons, waiting
from service_quality.measures.answers import Answers
from service_quality.ui import figures
from service_quality.ui.frame.data import ask
from service_quality.ui.parts import questions
from service_quality.ui.parts.charts import chart
from service_quality.ui.parts.how import how
from service_quality.ui.parts.tables import kpi_columns
from service_quality.ui.parts.text import caption, heading

Row = Mapping[str, Any]
SVG = "http://www.w3.org/2000/svg"


def curve(kpi: Kpi, filters: Filters, row: Row) -> None:
    """Show the share answered within t against a year before; `row` marks its half."""
    now = ask(Answers.waits, kpi.id, (), filters)[0]
    old = next(iter(ask(Answers.waits, kpi.id, (), filters.year_before())), None)
    gap = waiting.gap(now, old)
    lines = [(questions.period(filters), now, figures.STYLES[0])]
    if old is not None:
        lines.append((questions.period(filters.year_before()), old, figures.BEFORE))
    title = waiting.curve(kpi, gap)
    columns = {
        "minutes": (_("Answered within (hours)"), "minutes"),
        "share": (_("Share of all"), "rate"),
        "low": (_("At least (95 %)"), "rate"),
        "high": (_("At most (95 %)"), "rate"),
    }
    figure = figures.curves(lines, row, gap)
    legend = [(name, style) for name, _curve, style in lines]
    chart(
        title,
        figure,
        title,
        waiting.curve_rows(now),
        columns,
        f"curve-{kpi.id}",
        above=_legend(legend),
    )
    how(waiting.of_gap(kpi, gap, now, old))


def curves(
    kpi: Kpi, filters: Filters, rows: Sequence[Row], by: str, label: str, focus: str | None
) -> None:
    """Show one curve for each of the most frequent values of a dimension, the slowest first."""
    names = waiting.largest(rows, by, focus)
    found = {r[by]: r for r in ask(Answers.waits, kpi.id, (by,), filters.only(by, names))}
    ordered = [row for row in comparisons.worst_first(kpi, rows) if row[by] in found]
    lines = [
        (comparisons.entity(row[by]), found[row[by]], style)
        for row, style in zip(ordered, figures.STYLES, strict=False)
    ]
    legend = [(waiting.named(curve, by), style) for _name, curve, style in lines]
    title = comparisons.spread(kpi, ordered, by, label)
    named = [dict(row) | {by: comparisons.entity(row[by])} for row in ordered]
    columns = kpi_columns(kpi, {by: label})
    figure = figures.curves(lines)
    chart(title, figure, title, named, columns, f"curves-{kpi.id}-{by}", above=_legend(legend))
    if len(names) < len(rows):
        text = _("The {n} most frequent of {all} are drawn.")
        caption(text.format(n=language.number(len(names)), all=language.number(len(rows))))


def week(kpi: Kpi, filters: Filters) -> None:
    """Show when customers write and how long they then wait; nothing where hours are not known."""
    found = ask(Answers.waits_by_hour, kpi.id, filters)
    standing_out = waiting.week(found)
    if standing_out is None:
        return
    heading(_("The hours of the week, by when customers wrote"))
    places = st.columns(2)
    columns = {"block": (_("Written"), "text"), "n": (_("n"), "whole")}
    with places[0]:
        title = waiting.arrivals(standing_out)
        figure = figures.arrivals(found, standing_out)
        rows = [{**row, "block": waiting.block(row, 1)} for row in found["arrivals"]]
        chart(title, figure, title, rows, columns, f"arrivals-{kpi.id}")
    with places[1]:
        title = waiting.longest_waits(standing_out)
        figure = figures.waits(found, standing_out)
        columns["median"] = (_("Half within (hours)"), "minutes")
        chart(title, figure, title, waiting.week_rows(found), columns, f"hours-{kpi.id}")
        caption(waiting.week_key(found))
        how(waiting.of_week(standing_out))


def acknowledged(kpi: Kpi, filters: Filters) -> None:
    """Say of e-mails how many a machine acknowledged, apart from the replies by people."""
    if kpi.dataset == "emails":
        caption(waiting.acknowledged(ask(Answers.acknowledged, filters)))


def _legend(lines: Sequence[tuple[str, tuple[str, str]]]) -> str:
    """Return the names of curves beside a piece of each; they wrap, and never overlap."""
    dashes = {"dash": "7 4", "dot": "2 3", "dashdot": "7 3 2 3", "longdash": "11 4"}
    items = ""
    for name, (colour, dash) in lines:
        path = f'stroke="{colour}" stroke-width="3" stroke-dasharray="{dashes.get(dash, "none")}"'
        svg = f'<svg xmlns="{SVG}" viewBox="0 0 34 8"><path d="M0 4H34" {path}/></svg>'
        image = f'<img alt="" src="data:image/svg+xml,{quote(svg)}">'
        items += f"<li>{image}<span>{html.escape(name)}</span></li>"
    return f'<ul class="legend">{items}</ul>'
