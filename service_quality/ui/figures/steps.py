"""A change and what it is made of, as a small waterfall that begins at no change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.findings.comparisons import written_change
from service_quality.ui.figures import axes
from service_quality.ui.figures.axes import ACCENT, FALL, GREY, note, text

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi


def waterfall(kpi: Kpi, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Draw steps that follow each other, each with step, start and change; the last is the sum."""
    sign = {"higher": 1, "lower": -1}.get(kpi.better, 0)
    words = [f"{row['step']}: {written_change(kpi, row['change'])}" for row in rows]
    colours = [{1: ACCENT, -1: FALL}.get(_side(sign * row["change"]), GREY) for row in rows]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(rows))),
        "base": [row["start"] for row in rows],
        "x": [row["change"] for row in rows],
        "marker": {"color": colours},
        "width": 0.5,
        "hoverinfo": "text",
        "hovertext": [text(each) for each in words],
        "showlegend": False,
    }
    ends = [0.0, *(row["start"] + row["change"] for row in rows)]
    room = (max(ends) - min(ends)) or 1.0
    layout = axes.layout(height=60 + 52 * len(rows), right=16)
    # The words stand above their bars: beside them they would not fit on a phone.
    layout["annotations"] = [
        note(min(ends), at - 0.42, each, anchor="left") for at, each in enumerate(words)
    ]
    layout["xaxis"] |= {
        "showticklabels": False,
        "zeroline": True,
        "zerolinecolor": GREY,
        "range": [min(ends) - 0.04 * room, max(ends) + 0.04 * room],
    }
    layout["yaxis"] |= {
        "showticklabels": False,
        "showgrid": False,
        "range": [len(rows) - 0.5, -0.8],
    }
    return {"data": [bars], "layout": layout}


def per_working_day(rows: Sequence[Mapping[str, Any]], shown: Sequence[str]) -> dict[str, Any]:
    """Draw counts per working day as bars by month; a month without any has no bar."""
    values = {row["month"]: row["per_working_day"] for row in rows}
    names = [language.month(month) for month in shown]
    bars = {
        "type": "bar",
        "x": list(range(len(shown))),
        "y": [values.get(month) for month in shown],
        "marker": {"color": ACCENT},
        "hoverinfo": "text",
        "hovertext": [
            f"{name}: {language.number(values.get(month), 1)}"
            for name, month in zip(names, shown, strict=True)
        ],
        "showlegend": False,
    }
    layout = axes.layout(height=260, right=16)
    layout["xaxis"] |= axes.month_axis(shown)
    layout["yaxis"] |= {"rangemode": "tozero"}
    return {"data": [bars], "layout": layout}


def _side(value: float) -> int:
    return (value > 0) - (value < 0)
