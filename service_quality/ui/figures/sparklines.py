"""Small lines drawn as SVG: they weigh nothing, so a page can show fifty of them."""

from __future__ import annotations

import html
from collections.abc import Sequence
from urllib.parse import quote

from service_quality.ui.figures.axes import ACCENT, GREY

WIDTH, HEIGHT, PAD = 200.0, 44.0, 4.0


def sparkline(
    values: Sequence[float | None],
    alt: str,
    *,
    low: float | None = None,
    high: float | None = None,
    band: tuple[float | None, float | None] = (None, None),
    colour: str = ACCENT,
    end: str = "",
) -> str:
    """Return an image of one line as HTML; a missing value is a gap, `band` is shaded.

    `low` and `high` give several lines the same scale; without them the line has its own. The
    last value is a dot, of another colour with `end`.
    """
    known = [v for v in values if v is not None]
    shown = known + [v for v in band if v is not None]
    bottom = min(shown, default=0.0) if low is None else low
    top = max(shown, default=1.0) if high is None else high
    room = (top - bottom) or 1.0

    def height(value: float) -> float:
        return HEIGHT - PAD - (value - bottom) / room * (HEIGHT - 2 * PAD)

    step = (WIDTH - 2 * PAD) / max(len(values) - 1, 1)
    points = [
        (round(PAD + i * step, 1), round(height(v), 1)) if v is not None else None
        for i, v in enumerate(values)
    ]
    marks = "".join(_segment(run, colour) for run in runs(points))
    if band[0] is not None and band[1] is not None:
        y, deep = round(height(band[1]), 1), round(height(band[0]) - height(band[1]), 1)
        marks = (
            f'<rect x="0" y="{y}" width="{WIDTH:g}" height="{deep}" fill="{GREY}"'
            f' fill-opacity="0.22"/>{marks}'
        )
    ends = [p for p in points if p is not None]
    if ends:
        marks += f'<circle cx="{ends[-1][0]}" cy="{ends[-1][1]}" r="4" fill="{end or colour}"/>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}">{marks}</svg>'
    )
    label = html.escape(alt, quote=True)
    return f'<img class="spark" alt="{label}" src="data:image/svg+xml,{quote(svg)}">'


def runs(
    points: Sequence[tuple[float, float] | None],
) -> list[list[tuple[float, float]]]:
    """Return the stretches of points between gaps."""
    found: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is not None:
            found[-1].append(point)
        elif found[-1]:
            found.append([])
    return [run for run in found if run]


def _segment(run: Sequence[tuple[float, float]], colour: str) -> str:
    if len(run) == 1:
        return f'<circle cx="{run[0][0]}" cy="{run[0][1]}" r="1.5" fill="{colour}"/>'
    path = "M" + "L".join(f"{x} {y}" for x, y in run)
    return f'<path d="{path}" stroke="{colour}" stroke-width="2" fill="none"/>'
