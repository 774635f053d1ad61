"""Shares as bars from zero, and dots where zero would hide the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service_quality import findings, i18n
from service_quality.figures import axes
from service_quality.figures.axes import ACCENT, FALL, GREY, note, text
from service_quality.findings import value_of, written
from service_quality.i18n import _

if TYPE_CHECKING:
    from service_quality.kpis import Kpi

Row = Mapping[str, Any]
Figure = dict[str, Any]


SCALE_WORST_TO_BEST = ("#d55e00", "#eda56a", "#a9aeb6", "#7fb4dd", "#2268a3")


def ladder(row: Row, before: Row | None) -> Figure:
    """Draw the share of ALL contacts answered within each step, and of those without an answer.

    The marks are the shares of a year before.
    """
    within: dict[int, float] = row["within"]
    old: dict[int, float] = (before or {}).get("within") or {}
    steps = sorted(within)
    labels = [*(findings.step_name(minutes) for minutes in steps), _("no answer yet")]
    shares = [*(within[m] for m in steps), findings.never(row)]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": labels,
        "x": shares,
        "marker": {"color": [ACCENT] * len(steps) + [FALL]},
        "text": [i18n.rate(v) for v in shares],
        "textposition": "auto",
        "hoverinfo": "none",
        "showlegend": False,
        "cliponaxis": False,
    }
    traces = [bars]
    known = [m for m in steps if old.get(m) is not None]
    if known:
        marks = {
            "type": "scatter",
            "mode": "markers",
            "x": [old[m] for m in known],
            "y": [labels[steps.index(m)] for m in known],
            "marker": {"symbol": "line-ns-open", "size": 22, "color": GREY, "line": {"width": 3}},
            "hoverinfo": "text",
            "text": [f"{_('a year before')}: {i18n.rate(old[m])}" for m in known],
            "showlegend": False,
        }
        traces.append(marks)
    layout = axes.layout(height=300, right=24)
    layout["xaxis"] |= {"range": [0, 1.02], **axes.share_ticks()}
    layout["yaxis"] |= {"autorange": "reversed", "automargin": True, "showgrid": False}
    return {"data": traces, "layout": layout}


def distribution(rows: Sequence[Row], shown: Sequence[str], *, points: Sequence[int]) -> Figure:
    """Draw the share of answers at each point by month, the best point at the bottom line.

    `points` go from best to worst; `rows` have `month`, `point`, `n`.
    """
    counts = {(row["month"], row["point"]): row["n"] for row in rows}
    totals = {m: sum(counts.get((m, p), 0) for p in points) for m in shown}
    names = [i18n.month(m) for m in shown]
    traces, notes, height = [], [], 0.0
    last = next((m for m in reversed(shown) if totals[m]), None)
    for position, point in enumerate(points):
        shares = [counts.get((m, point), 0) / totals[m] if totals[m] else None for m in shown]
        hover = [
            f"{name} · {_('point {point}').format(point=point)}: {i18n.rate(share)} (n = "
            f"{i18n.number(totals[m])})"
            for name, share, m in zip(names, shares, shown, strict=True)
        ]
        traces.append(
            {
                "type": "bar",
                "x": list(range(len(shown))),
                "y": shares,
                "marker": {"color": scale_colour(position, len(points))},
                "hoverinfo": "text",
                "hovertext": hover,
                "showlegend": False,
            }
        )
        share = counts.get((last, point), 0) / totals[last] if last else 0.0
        if share >= 0.045:
            words = _("point {point}").format(point=point)
            notes.append(note(len(shown) - 0.4, height + share / 2, words))
        height += share
    layout = axes.layout(height=320, right=80)
    layout |= {"barmode": "stack", "bargap": 0.15, "annotations": notes}
    layout["xaxis"] |= axes.month_axis(shown)
    layout["yaxis"] |= {"range": [0, 1], **axes.share_ticks()}
    return {"data": traces, "layout": layout}


def scale_colour(position: int, count: int) -> str:
    """Return the colour of a point: blue for the best (position 0), vermillion for the worst."""
    if count < 2:
        return SCALE_WORST_TO_BEST[-1]
    index = round((1 - position / (count - 1)) * (len(SCALE_WORST_TO_BEST) - 1))
    return SCALE_WORST_TO_BEST[index]


def dots(kpi: Kpi, rows: Sequence[Row], dimension: str, focus: str | None = None) -> Figure:
    """Draw one dot for each value of a dimension, worst on top; the focus carries the accent."""
    known = [row for row in rows if value_of(kpi, row) is not None]
    names = [text(findings.entity(row[dimension])) for row in known]
    values = [value_of(kpi, row) for row in known]
    ours = [row[dimension] == focus and focus is not None for row in known]
    trace = {
        "type": "scatter",
        "mode": "markers+text",
        "x": values,
        "y": list(range(len(known))),
        "marker": {"size": 11, "color": [ACCENT if mine else GREY for mine in ours]},
        "text": [written(kpi, v) for v in values],
        "textposition": "middle right",
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [
            f"{name}: {written(kpi, v)} (n = {i18n.number(row.get('n'))})"
            for name, v, row in zip(names, values, known, strict=True)
        ],
        "showlegend": False,
    }
    layout = axes.layout(height=90 + 26 * len(known), right=70)
    layout["xaxis"] |= axes.value_axis(kpi, values)
    layout["yaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(len(known))),
        "ticktext": names,
        "range": [len(known) - 0.5, -0.5],
        "automargin": True,
        "showgrid": True,
    }
    return {"data": [trace], "layout": layout}
