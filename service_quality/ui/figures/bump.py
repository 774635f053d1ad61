"""Places of several years as lines: those named stand out, with their names at the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from service_quality.ui.figures import axes
from service_quality.ui.figures.axes import ACCENT, FALL, GREY, text

if TYPE_CHECKING:
    from service_quality.findings.standing import OverYears

Row = Mapping[str, Any]
COLOURS = {"ours": ACCENT, "fall": FALL}
WIDTHS = {"ours": 3, "fall": 3, "named": 2, "rest": 1}


def bump(found: OverYears, named: Collection[str], focus: str | None = None) -> dict[str, Any]:
    """Draw each entry's places, first place on top; a year without one leaves a gap."""
    order = sorted(found.rows, key=lambda r: (r["entity"] == focus, r["entity"] in named))
    height = max(320, min(760, 60 + 17 * found.of))
    layout = axes.layout(height=height, right=170, left=48)
    gap = found.of * 16 / (height - 70)
    shown = [row for row in order if row["entity"] in named]
    last = len(found.years) - 1
    layout["annotations"] = [
        *axes.spread(
            [(r["places"][-1], f"{r['shown'][-1]}  {r['name']}") for r in shown if r["places"][-1]],
            gap,
            x=last,
            anchor="left",
            highest=found.of,
        ),
        *axes.spread(
            [(r["places"][0], r["shown"][0]) for r in shown if r["places"][0]],
            gap,
            x=0,
            anchor="right",
            highest=found.of,
        ),
    ]
    layout["xaxis"] |= {
        "range": [-0.02 * last, 1.02 * last],
        "tickmode": "array",
        "tickvals": list(range(last + 1)),
        "ticktext": [str(year) for year in found.years],
        "side": "top",
    }
    layout["yaxis"] |= {"range": [found.of + 0.8, 0.2], "visible": False}
    return {"data": [_line(found, row, named, focus) for row in order], "layout": layout}


def _line(found: OverYears, row: Row, named: Collection[str], focus: str | None) -> dict[str, Any]:
    tone = found.tone(row, named, focus)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(range(len(found.years))),
        "y": row["places"],
        "line": {"color": COLOURS.get(tone, GREY), "width": WIDTHS[tone]},
        "opacity": 0.35 if tone == "rest" else 1,
        "marker": {"size": 4 if tone == "rest" else 7},
        "hoverinfo": "text",
        "hovertext": [text(found.path(row))] * len(found.years),
        "showlegend": False,
    }
