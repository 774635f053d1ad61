"""What Satisfaction shows beside the scores: who would come again, and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import comparisons, extent, questions, satisfaction, signals, surveys
from service_quality.findings.asking import ask
from service_quality.findings.comparisons import Comparison
from service_quality.findings.scorecard import lines as judged
from service_quality.measures.answers import Answers
from service_quality.ui import figures
from service_quality.ui.parts import tables
from service_quality.ui.parts.charts import chart, distribution
from service_quality.ui.parts.legend import of_intervals
from service_quality.ui.parts.scorecard import scorecard
from service_quality.ui.parts.text import caption, heading


def lines(found: Sequence[Comparison], filters: Filters) -> None:
    """Show the scorecard of a period, each measure with the part that its answers reach over."""
    parts = {c.kpi.id: extent.within_data(c.kpi, filters) for c in found}
    sure = [questions.how_sure(c, questions.trend(c.kpi, filters), parts[c.kpi.id]) for c in found]
    scorecard(judged(sure), parts, filters.end or extent.furthest())


def by_month(title: str, kpis: Sequence[Kpi], filters: Filters, name: str, zero: str = "") -> None:
    """Show one or two KPIs of one unit by month with their intervals; few answers are hidden."""
    shown = extent.months(filters)
    pairs = [(kpi, questions.by_month(kpi, filters)) for kpi in kpis]
    trends = {kpi.id: questions.trend(kpi, filters) for kpi in kpis}
    figure = figures.with_interval(pairs, shown, trends, zero)
    if len(pairs) == 1:
        ((kpi, rows),) = pairs
        columns = tables.kpi_columns(kpi, {"month": _("Month")})
    else:
        rows, columns = figures.merged(pairs, shown), tables.merged_columns(kpis)
    why = [signals.of_trend(kpi, trends[kpi.id]) for kpi in kpis]
    above = of_intervals(kpis, trends, shown, figures.PAIR_COLOURS)
    chart(title, figure, title, rows, columns, name, above=above, why=why)
    caption(surveys.hidden_groups(pairs[0][1]))


def points(kpis: Sequence[Kpi], filters: Filters) -> None:
    """Show the answers at each point by month, side by side."""
    for place, kpi in zip(side_by_side(len(kpis)), kpis, strict=True):
        with place:
            distribution(kpi, filters, extent.months(filters))


def side_by_side(count: int) -> Sequence[Any]:
    """Return places for so many charts beside each other."""
    return st.columns(count) if count > 1 else [st.container()] * count


def would_return(filters: Filters) -> None:
    """Show who would buy again by what they answered on satisfaction, where both were asked."""
    kpi, satisfied = (
        questions.kpis("would_return", "csat_top1").get(name)
        for name in ("would_return", "csat_top1")
    )
    if kpi is None or satisfied is None:
        return
    scale = questions.scale_of(satisfied) or ""
    rows = [r for r in ask(Answers.would_return_by_point, filters) if r["scale"] == scale]
    if not any(row["value"] is not None for row in rows):
        return
    found = surveys.would_return(rows)
    title = surveys.returning(found, scale)
    noted = [{**row, "note": surveys.sureness(row)} for row in rows]
    columns = tables.kpi_columns(kpi, {"point": _("Satisfaction")})
    figure, why = figures.returning(kpi, rows, found), [surveys.of_return(found, scale)]
    chart(title, figure, title, noted, columns, "would-return", why=why)
    caption(surveys.hidden_groups(rows))


def expectations(filters: Filters, part: Filters) -> None:
    """Show what customers got against what they expect, where they were asked."""
    shares = questions.kpis("above_desired_rate", "in_tolerance_rate", "below_minimum_rate")
    gaps = questions.kpis("adequacy_gap", "superiority_gap")
    if not shares and not gaps:
        return
    heading(_("What customers got, against what they expect"))
    both = side_by_side(1 + bool(gaps)) if shares else [st.container()]
    if shares:
        with both[0]:
            _shares(shares, filters, part)
    if gaps:
        minimum, desired = (
            questions.row_of(gaps[name], part) if name in gaps else None
            for name in satisfaction.GAPS
        )
        title = surveys.gaps(minimum, desired, next(iter(gaps.values())))
        zero = _("as much as they accept, or wish")
        with both[-1]:
            by_month(title, list(gaps.values()), filters, "gaps-by-month", zero)


def _shares(shares: dict[str, Kpi], filters: Filters, part: Filters) -> None:
    shown = extent.months(filters)
    if len(shares) == 3:
        whole = {name: questions.row_of(kpi, part) for name, kpi in shares.items()}
        zone = surveys.zone(*(whole[name] for name in reversed(shares)))
        title = surveys.tolerance(zone)
        pairs = [(kpi, questions.by_month(kpi, filters)) for kpi in shares.values()]
        rows, columns = figures.merged(pairs, shown), tables.merged_columns(list(shares.values()))
        figure = figures.tolerance(pairs, shown, zone)
        why = [surveys.of_zone(shares["in_tolerance_rate"], zone)]
        chart(title, figure, title, rows, columns, "tolerance", why=why)
        caption(surveys.hidden_groups(pairs[0][1]))
    else:
        for kpi in shares.values():
            rows = questions.by_month(kpi, filters)
            by_month(comparisons.extremes(kpi, rows, shown), [kpi], filters, f"{kpi.id}-by-month")
