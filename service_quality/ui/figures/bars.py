"""Shares as bars from zero, and dots where zero would hide the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings import comparisons, replies, surveys
from service_quality.findings.comparisons import value_of
from service_quality.findings.names import shown as entity
from service_quality.ui.figures import axes
from service_quality.ui.figures.axes import ACCENT, FALL, GREY, note, text

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi

Row = Mapping[str, Any]
Figure = dict[str, Any]


SCALE_WORST_TO_BEST = ("#d55e00", "#eda56a", "#a9aeb6", "#7fb4dd", "#2268a3")


def ladder(row: Row, before: Row | None, still: str) -> Figure:
    """Draw the share of ALL contacts answered within each step, and of those without an answer.

    The marks are the shares of a year before; `still` names those without an answer.
    """
    within: dict[int, float] = row["within"]
    old: dict[int, float] = (before or {}).get("within") or {}
    steps = sorted(within)
    labels = [*(replies.step_name(minutes) for minutes in steps), still]
    shares = [*(within[m] for m in steps), replies.never(row)]
    named = [f"{label} · {language.rate(v)}" for label, v in zip(labels, shares, strict=True)]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(labels))),
        "x": shares,
        "marker": {"color": [ACCENT] * len(steps) + [FALL]},
        "hoverinfo": "text",
        "hovertext": named,
        "showlegend": False,
    }
    traces: list[Figure] = [bars]
    layout = axes.layout(height=290, right=24)
    known = [(i, old[m]) for i, m in enumerate(steps) if old.get(m) is not None]
    if known:
        both, earlier = _("{name}: {value}"), _("a year before")
        words = [both.format(name=earlier, value=language.rate(share)) for _i, share in known]
        marks = {
            "type": "scatter",
            "mode": "markers",
            "x": [share for _i, share in known],
            "y": [i for i, _share in known],
            "marker": {"symbol": "line-ns-open", "size": 22, "color": GREY, "line": {"width": 3}},
            "hoverinfo": "text",
            "hovertext": words,
            "showlegend": False,
        }
        traces.append(marks)
        where, share = known[0]
        layout["annotations"] = [note(share, where, words[0]) | {"xshift": 8}]
    layout["xaxis"] |= {"range": [0, 1.02], **axes.share_ticks()}
    layout["yaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(len(labels))),
        "ticktext": named,
        "range": [len(labels) - 0.5, -0.5],
        "showgrid": False,
    }
    return {"data": traces, "layout": layout}


def distribution(
    rows: Sequence[Row],
    shown: Sequence[str],
    groups: Sequence[tuple[str, tuple[float, ...]]],
) -> Figure:
    """Draw the share of answers in each group of points by month, the best at the bottom line.

    `groups` (name, points) go from best to worst; `rows` have `month`, `point`, `n`.
    """
    totals, of_groups = comparisons.shares(rows, shown, groups)
    last = max((i for i, total in enumerate(totals) if total), default=None)
    traces, notes, height = [], [], 0.0
    for position, (name, _inside) in enumerate(groups):
        shares = of_groups[position]
        hover = [
            f"{language.month(m)} · {text(name)}: {language.rate(share)}"
            f"<br>{text(surveys.counted(total))}"
            for m, share, total in zip(shown, shares, totals, strict=True)
        ]
        traces.append(
            {
                "type": "bar",
                "x": list(range(len(shown))),
                "y": shares,
                "marker": {"color": scale_colour(position, len(groups))},
                "hoverinfo": "text",
                "hovertext": hover,
                "showlegend": False,
            }
        )
        share = (shares[last] or 0.0) if last is not None else 0.0
        notes.append((height + share / 2, name))
        height += share
    layout = axes.layout(height=300, right=84)
    labels = axes.spread(notes, 0.075, x=1.0, anchor="left", highest=0.98)
    layout |= {"barmode": "stack", "bargap": 0.15}
    layout["annotations"] = [label | {"xref": "paper", "xshift": 4} for label in labels]
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
    """Draw one dot for each value of a dimension, worst on top; the focus carries the accent.

    Lines are the 95% intervals, hollow dots indicative. A wait whose half was not reached is an
    arrow at the edge, and so is an interval that goes on beyond it.
    """
    known = [r for r in rows if value_of(kpi, r) is not None or comparisons.not_reached(kpi, r)]
    shown = [text(entity(row[dimension], dimension)) for row in known]
    values = [value_of(kpi, row) for row in known]
    ours = [row[dimension] == focus and focus is not None for row in known]
    layout = axes.layout(height=90 + 26 * len(known), right=70)
    ends = [row.get(end) for row in known for end in ("low", "high")]
    layout["xaxis"] |= axes.value_axis(kpi, [*values, *ends])
    first, edge = layout["xaxis"].get("range", (0.0, 1.0))
    places = [edge if value is None else value for value in values]
    lines = [
        row | {"high": edge} if kpi.measure == "duration" and row.get("high") is None else row
        for row in map(dict, known)
    ]
    marks = symbols([bool(row.get("indicative")) for row in known])
    trace = {
        "type": "scatter",
        "mode": "markers+text",
        "x": places,
        "y": list(range(len(known))),
        "error_x": interval(list(zip(places, lines, strict=True))),
        "marker": {
            "size": 11,
            "color": [ACCENT if mine else GREY for mine in ours],
            "symbol": [
                "triangle-right" if value is None else mark
                for value, mark in zip(values, marks, strict=True)
            ],
        },
        "text": [_shown(kpi, row) for row in known],
        "textposition": [_beside((place - first) / (edge - first)) for place in places],
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [
            f"{name}: {comparisons.shown(kpi, row)}<br>{text(surveys.rests_on(kpi, row))}"
            for name, row in zip(shown, known, strict=True)
        ],
        "showlegend": False,
    }
    layout["yaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(len(known))),
        "ticktext": shown,
        "range": [len(known) - 0.5, -0.7],
        "automargin": True,
        "showgrid": True,
    }
    return {"data": [trace], "layout": layout}


def _beside(place: float) -> str:
    """Return where the words at a dot stand, that they stay within the figure (0 to 1)."""
    if place < 0.15:
        return "top right"
    return "top left" if place > 0.85 else "top center"


def _shown(kpi: Kpi, row: Row) -> str:
    """Return the words at a dot: its value, and that few cases are behind it."""
    value = comparisons.shown(kpi, row)
    return _("{value}, indicative").format(value=value) if row.get("indicative") else value


def interval(values: Sequence[tuple[float | None, Row]]) -> Figure:
    """Return the error bars of dots, from each value to both ends of its interval."""
    up, down = [], []
    for value, row in values:
        low, high = row.get("low"), row.get("high")
        up.append(0.0 if value is None or high is None else high - value)
        down.append(0.0 if value is None or low is None else value - low)
    shape = {"color": GREY, "thickness": 2, "width": 0}
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, **shape}


def symbols(few: Sequence[bool]) -> list[str]:
    """Return a hollow dot where a figure is indicative, a full one elsewhere."""
    return ["circle-open" if one else "circle" for one in few]
