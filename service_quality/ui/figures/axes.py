"""The parts that figures share: colours, layout, axes with round ticks, labels at a line's end."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.findings import axis, comparisons
from service_quality.findings.axis import nice_ticks

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi

# Okabe and Ito's blue and vermillion, kept apart by every kind of colour blindness, in tones
# that stand out on white and on black.
ACCENT = "#2a7fc1"
FALL = "#d55e00"
GREY = "#8b929c"
CONFIG = {"displayModeBar": False, "responsive": True}


def text(value: object) -> str:
    """Return a text that plotly shows as it is: it would take `<b>` or `<a>` for markup."""
    return html.escape(str(value), quote=False)


def note(
    x: float, y: float, words: str, *, anchor: str = "left", above: bool = False
) -> dict[str, Any]:
    """Return a label without an arrow, at a point of the axes."""
    return {
        "x": x,
        "y": y,
        "text": text(words),
        "showarrow": False,
        "xanchor": anchor,
        "yanchor": "bottom" if above else "middle",
        "align": "left",
    }


def promise_line(y: float) -> dict[str, Any]:
    """Return the thin line of a promise, across the whole figure."""
    line = {"color": GREY, "width": 1.5, "dash": "dot"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line}


def layout(height: int, right: int, left: int = 8) -> dict[str, Any]:
    """Return the layout of every figure: no legend, no zoom, no colour but the data's."""
    grid = "rgba(139,146,156,0.22)"
    axis = {"fixedrange": True, "zeroline": False, "gridcolor": grid, "automargin": True}
    return {
        "height": height,
        "margin": {"l": left, "r": right, "t": 24, "b": 32},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {**axis, "showgrid": False},
        "yaxis": {**axis},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }


def month_axis(shown: Sequence[str]) -> dict[str, Any]:
    """Return an axis of months by position; quarters, half-years or years carry the names."""
    ticks = axis.of_months(shown)
    return {
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [f"{language.month_name(shown[i])}<br>{shown[i][:4]}" for i in ticks],
        "tickangle": 0,
        "range": [-0.5, len(shown) - 0.5],
    }


def share_ticks() -> dict[str, Any]:
    """Return ticks at each quarter of a whole."""
    ticks = [0, 0.25, 0.5, 0.75, 1]
    return {
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [language.rate(v, 0) for v in ticks],
    }


def value_axis(kpi: Kpi, values: Sequence[float | None]) -> dict[str, Any]:
    """Return an axis in the KPI's unit, with round ticks around the values."""
    found = axis.of_values(kpi, values)
    if found is None:
        return {}
    return {
        "tickmode": "array",
        "tickvals": found.ticks,
        "ticktext": found.words,
        "range": [found.low, found.high],
    }


def spread(
    labels: Sequence[tuple[float, str]], gap: float, *, x: float, anchor: str, highest: float
) -> list[dict[str, Any]]:
    """Return labels moved apart just enough not to cover each other, in the order of places.

    None is pushed beyond `highest`: those before it make room instead.
    """
    ordered = sorted(labels)
    places = axis.moved_apart([at for at, _words in ordered], gap, highest)
    shift = 10 if anchor == "left" else -10
    return [
        note(x, at, words, anchor=anchor) | {"xshift": shift}
        for at, (_at, words) in zip(places, ordered, strict=True)
    ]


def end_labels(
    lines: Sequence[tuple[str, Sequence[float | None], str]],
    kpi: Kpi,
    extent: Sequence[float | None] = (),
) -> list[dict[str, Any]]:
    """Return the names of lines at their ends, moved apart where they would touch.

    `extent` is what else the axis has room for: the wider it is, the closer the lines lie.
    """
    ends: list[tuple[float, int, list[str], str]] = []
    for words, values, colour in lines:
        known = [v for v in values if v is not None]
        if known:
            shown = [*textwrap.wrap(words, 14), comparisons.written(kpi, known[-1])]
            end = max(i for i, v in enumerate(values) if v is not None)
            ends.append((known[-1], end, shown, colour))
    drawn = [*(v for _w, values, _c in lines for v in values), *extent]
    everything = [v for v in drawn if v is not None]
    ticks = nice_ticks(min(everything), max(everything), kpi.measure) if everything else [0, 1]
    room = ticks[-1] - ticks[0]
    notes: list[dict[str, Any]] = []
    last, height = float("-inf"), 0.0
    for at, end, shown, colour in sorted(ends):
        tall = 0.065 * room * len(shown)
        last = max(at, last + (height + tall) / 2)
        height = tall
        label = {"text": "<br>".join(text(part) for part in shown), "xshift": 10}
        notes.append(note(end, last, "") | label | {"font": {"color": colour}})
    return notes
