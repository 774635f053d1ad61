"""Which months of each source are there: a grid, the newest month on top."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from service_quality.base import language
from service_quality.findings import coverage
from service_quality.ui.figures import axes
from service_quality.ui.figures.axes import FALL, text

Row = Mapping[str, Any]
Figure = dict[str, Any]
# What a state looks like: its place on the scale of colours, and the sign beside the number.
LOOKS = {
    "missing": (0, "–"),
    "awaited": (0, "○"),
    "part": (1, "…"),
    "loaded": (2, ""),
    "few": (3, "▼"),
    "many": (3, "▲"),
}
# Opaque, so that numbers stand out alike on a white and on a black page.
COLOURS = ("#ffffff", "#e3edf6", "#bfd9ee", "#f9cfa8")
SCALE = [[at / 4, colour] for i, colour in enumerate(COLOURS) for at in (i, i + 1)]
INK = "#1d2430"
LINE = 16  # pixels of a line of a name
UPRIGHT = 6  # columns whose names can stand side by side on a phone
WIDE = 3  # columns that leave room for two words on a line


def months_loaded(rows: Sequence[Row]) -> Figure:
    """Draw months by source; a cell has its number of rows, and a sign where it is odd.

    `rows` are those of `coverage.by_month`; what is not there is framed, one frame a run.
    """
    series = list(dict.fromkeys(coverage.series_title(row) for row in rows))
    months = sorted({row["month"] for row in rows}, reverse=True)
    cells = {(coverage.series_title(row), row["month"]): row for row in rows}
    grid = [[cells.get((name, month)) for name in series] for month in months]
    heat = {
        "type": "heatmap",
        "x": list(range(len(series))),
        "y": list(range(len(months))),
        "z": [[row and LOOKS[row["state"]][0] for row in line] for line in grid],
        "text": [[_words(row) if row else "" for row in line] for line in grid],
        "texttemplate": "%{text}",
        "textfont": {"size": 11, "color": INK},
        "hovertext": [[text(_hover(row)) if row else "" for row in line] for line in grid],
        "hoverinfo": "text",
        "hoverongaps": False,
        "colorscale": SCALE,
        "zmin": -0.5,
        "zmax": 3.5,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }
    # Names of very many columns lie aslant: on a phone they would cover each other.
    many = len(series) > UPRIGHT
    letters = 14 if len(series) <= WIDE else 9
    heads = [text(name) if many else _wrapped(name, letters) for name in series]
    above = 160 if many else LINE * (2 + max((h.count("<br>") for h in heads), default=0))
    layout = axes.layout(height=above + 60 + 24 * len(months), right=8)
    # Plotly makes room of its own accord only in part of a low figure.
    layout["margin"] |= {} if many else {"t": above}
    layout["xaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(len(series))),
        "ticktext": heads,
        "side": "top",
        "tickangle": -60 if many else 0,
        "ticklabeloverflow": "allow",
    }
    # So small that the longest word of six heads has room on a phone.
    layout["xaxis"] |= {"tickfont": {"size": 9}} if WIDE < len(series) <= UPRIGHT else {}
    layout["yaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(len(months))),
        "ticktext": [language.month(month) for month in months],
        "range": [len(months) - 0.5, -0.5],
        "showgrid": False,
    }
    layout["shapes"] = [
        _frame(x, run[0], run[-1])
        for x, column in enumerate(zip(*grid, strict=True))
        for run in _absent(column)
    ]
    return {"data": [heat], "layout": layout}


def _wrapped(name: str, letters: int) -> str:
    lines = textwrap.wrap(name, letters, break_long_words=False)
    return "<br>".join(text(part) for part in lines)


def _words(row: Row) -> str:
    sign = LOOKS[row["state"]][1]
    return f"{language.number(row['rows'])} {sign}".strip() if row["rows"] else sign


def _hover(row: Row) -> str:
    parts = [coverage.series_title(row), language.month(row["month"]), language.number(row["rows"])]
    return " · ".join(part for part in (*parts, coverage.month_remark(row)) if part)


def _absent(column: Sequence[Row | None]) -> list[list[int]]:
    """Return the runs of months of one source that are not there, by their lines."""
    states = enumerate(bool(row and row["state"] in ("missing", "awaited")) for row in column)
    runs = itertools.groupby(states, key=lambda line: line[1])
    return [[y for y, _ in run] for absent, run in runs if absent]


def _frame(x: int, first: int, last: int) -> dict[str, Any]:
    corners = {"x0": x - 0.46, "x1": x + 0.46, "y0": first - 0.42, "y1": last + 0.42}
    return {"type": "rect", **corners, "line": {"color": FALL, "width": 1.5, "dash": "dot"}}
