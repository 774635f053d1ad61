"""What Replies shows of waits: the curve, the hours of the week, and acknowledgements apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from service_quality.base import language
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import comparisons, extent, replies, waiting
from service_quality.findings import names as entities
from service_quality.findings.asking import ask
from service_quality.findings.paper import charts as paper
from service_quality.measures.answers import Answers
from service_quality.ui import figures
from service_quality.ui.parts.charts import chart
from service_quality.ui.parts.legend import legend, stroke
from service_quality.ui.parts.tables import kpi_columns
from service_quality.ui.parts.text import caption, heading

Row = Mapping[str, Any]


def curve(kpi: Kpi, filters: Filters, row: Row) -> None:
    """Show the share answered within t against a year before; `row` marks its half."""
    now = ask(Answers.waits, kpi.id, (), filters)[0]
    before = extent.year_before(kpi, filters)
    old = next(iter(ask(Answers.waits, kpi.id, (), before)), None) if before else None
    gap = waiting.gap(now, old)
    lines = [(extent.period(filters), now, figures.STYLES[0])]
    if before and old is not None:
        lines.append((extent.period(before), old, figures.BEFORE))
    title = waiting.curve(kpi, gap)
    columns = {
        "minutes": (_("Answered within (hours)"), "minutes"),
        "share": (_("Share of all"), "rate"),
        "low": (_("At least (95%)"), "rate"),
        "high": (_("At most (95%)"), "rate"),
    }
    figure = figures.curves(lines, row, gap)
    named_lines = [(name, stroke(*style)) for name, _curve, style in lines]
    chart(
        title,
        figure,
        title,
        waiting.curve_rows(now),
        columns,
        f"curve-{kpi.id}",
        above=legend(named_lines),
        why=[waiting.of_gap(kpi, gap, now, old)],
        picture=paper.curve(kpi, filters),
        scope=replies.replies_scope(kpi, row, extent.period(filters)),
    )


def curves(
    kpi: Kpi, filters: Filters, rows: Sequence[Row], by: str, label: str, focus: str | None
) -> None:
    """Show one curve for each of the most frequent values of a dimension, the slowest first."""
    names = waiting.largest(rows, by, focus)
    found = {r[by]: r for r in ask(Answers.waits, kpi.id, (by,), filters.only(by, names))}
    ordered = [row for row in comparisons.worst_first(kpi, rows) if row[by] in found]
    lines = [
        (entities.shown(row[by], by), found[row[by]], style)
        for row, style in zip(ordered, figures.STYLES, strict=False)
    ]
    named_lines = [(waiting.named(curve, by), stroke(*style)) for _name, curve, style in lines]
    title = comparisons.spread(kpi, ordered, by, label)
    named = entities.in_rows(ordered, by)
    columns = kpi_columns(kpi, {by: label})
    figure = figures.curves(lines)
    chart(
        title,
        figure,
        title,
        named,
        columns,
        f"curves-{kpi.id}-{by}",
        above=legend(named_lines),
        named=(by, [row[by] for row in ordered]),
    )
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
        rows, why = waiting.week_rows(found), [waiting.of_week(standing_out)]
        chart(title, figure, title, rows, columns, f"hours-{kpi.id}", why=why)
        caption(waiting.week_key(found))


def acknowledged(kpi: Kpi, filters: Filters) -> None:
    """Say of e-mails how many a machine acknowledged, apart from the replies by people."""
    if kpi.dataset == "emails":
        caption(waiting.acknowledged(ask(Answers.acknowledged, filters)))
