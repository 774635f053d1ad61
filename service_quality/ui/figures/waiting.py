"""How long customers wait: curves of the share answered within t, and the hours of a week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings import waiting
from service_quality.findings.certainty import reached
from service_quality.ui.figures import axes
from service_quality.ui.figures.axes import ACCENT, FALL, GREY, note, text

if TYPE_CHECKING:
    from service_quality.findings.waiting import Gap, Week

Row = Mapping[str, Any]
Figure = dict[str, Any]
# Colour and dash of each curve, so that neither is needed to tell them apart.
STYLES = (
    (ACCENT, "solid"),
    (FALL, "dash"),
    ("#009e73", "dot"),
    ("#b0649a", "dashdot"),
    ("#a67c00", "longdash"),
)
BEFORE = (GREY, "dash")
# Minutes with a name of their own, far enough apart on a scale of ratios to stand side by side.
TICKS = (1, 10, 60, 240, 1440, 10080, 43200, 129600, 525600)
# Opaque, so that the words in a cell stand out alike on a white and on a black page.
FEW_TO_MANY = [[0, "#eef5fb"], [1, "#2268a3"]]
SHORT_TO_LONG = [[0, "#fdf1e8"], [1, "#b84f00"]]


def curves(
    lines: Sequence[tuple[str, Row, tuple[str, str]]],
    row: Row | None = None,
    gap: Gap | None = None,
) -> Figure:
    """Draw the share answered within t, one curve a line: name, row of `Answers.waits`, style.

    The time is on a scale of ratios: an hour matters more at the start than after a week. Of the
    first line the band is drawn; `row` (of `Answers.kpi`) marks its half and nine in ten, `gap`
    where the second lies furthest from it.
    """
    start, end = _reach([curve for _name, curve, _style in lines])
    traces = [_curve(name, curve, style, start, end) for name, curve, style in lines]
    if len(lines) <= 2:
        traces = [*(_band(lines[0][1], start, end) if lines else []), *traces[::-1]]
    layout = axes.layout(height=340, right=24)
    ticks = [t for t in TICKS if start <= t <= end]
    layout["xaxis"] |= {
        "type": "log",
        "range": [_log(start), _log(end)],
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [language.duration(t) for t in ticks],
        "tickangle": 0,
        "showgrid": True,
    }
    shares = [0, 0.25, 0.5, 0.75, 0.9, 1]
    layout["yaxis"] |= {
        "range": [0, 1.03],
        "tickmode": "array",
        "tickvals": shares,
        "ticktext": [language.rate(share, 0) for share in shares],
    }
    if row is not None:
        traces.append(_quantiles(row))
    if gap is not None:
        _mark_gap(layout, gap, start, end)
    return {"data": traces, "layout": layout}


def _reach(rows: Sequence[Row]) -> tuple[int, int]:
    """Return where the axis begins and ends: what lies beyond is nearly flat."""
    starts, ends = [60.0], [1440.0]
    for row in rows:
        last = row["shares"][-1]
        starts.append(next(t for t, s in _steps(row) if s >= min(0.01, last)))
        ends.append(next(t for t, s in _steps(row) if s >= 0.99 * last))
    first = max((t for t in TICKS if t <= min(starts)), default=TICKS[0])
    return first, next((t for t in TICKS if t >= max(ends)), TICKS[-1])


def _steps(row: Row) -> list[tuple[float, float]]:
    return list(zip(row["times"], row["shares"], strict=True))


def _curve(name: str, row: Row, style: tuple[str, str], start: float, end: float) -> Figure:
    xs, (shares, lows, highs) = _within(row, ("shares", "low", "high"), start, end)
    words = _("{name}: {share} within {time}")
    hover = []
    for x, share, low, high in zip(xs, shares, lows, highs, strict=True):
        line = words.format(name=text(name), share=language.rate(share), time=language.duration(x))
        if low is not None and high is not None:
            line += f"<br>{language.rate(low)} – {language.rate(high)}"
        if row["indicative"]:
            few = _("indicative (n = {n})").format(n=language.number(row["n"]))
            line += f"<br>{text(few)}"
        hover.append(line)
    colour, dash = style
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": shares,
        "line": {"color": colour, "width": 1.8 if style == BEFORE else 2.6, "dash": dash}
        | {"shape": "hv"},
        "hoverinfo": "text",
        "hovertext": hover,
        "showlegend": False,
    }


def _band(row: Row, start: float, end: float) -> list[Figure]:
    xs, (lows, highs) = _within(row, ("low", "high"), start, end)
    known = [i for i, low in enumerate(lows) if low is not None]
    common = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    common |= {"x": [xs[i] for i in known], "line": {"width": 0, "shape": "hv"}}
    low = {**common, "y": [lows[i] for i in known]}
    fill = {"fill": "tonexty", "fillcolor": "rgba(42,127,193,0.16)"}
    return [low, {**common, "y": [highs[i] for i in known], **fill}]


def _within(
    row: Row, names: Sequence[str], start: float, end: float
) -> tuple[list[float], list[list[float | None]]]:
    """Return the steps that the axis shows, begun at its start; all answered goes on to its end."""
    times = row["times"]
    first = max(i for i, t in enumerate(times) if t <= start)
    kept = [i for i, t in enumerate(times) if i > first and t <= end]
    xs = [start, *(times[i] for i in kept)]
    columns = [[row[name][i] for i in (first, *kept)] for name in names]
    if times[-1] > end or row["shares"][-1] >= 1:
        xs.append(end)
        columns = [[*column, column[-1]] for column in columns]
    return xs, columns


def _quantiles(row: Row) -> Figure:
    """Return the marks of half and of nine in ten, each with its words; not reached has none."""
    named = (
        (0.5, row.get("median"), _("half: {time}")),
        (0.9, row.get("p90"), _("9 of 10: {time}")),
    )
    known = [(share, t, words.format(time=language.duration(t))) for share, t, words in named if t]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [t for _share, t, _words in known],
        "y": [share for share, _t, _words in known],
        "text": [text(words) for _share, _t, words in known],
        "textposition": "bottom right",
        "marker": {"size": 9, "color": ACCENT},
        "hoverinfo": "text",
        "hovertext": [text(words) for _share, _t, words in known],
        "cliponaxis": False,
        "showlegend": False,
    }


def _mark_gap(layout: Figure, gap: Gap, start: float, end: float) -> None:
    if not start <= gap.minutes <= end:
        return
    line = {"color": GREY, "width": 1.5, "dash": "dot"}
    at = {"x0": gap.minutes, "x1": gap.minutes, "y0": 0, "y1": max(gap.now, gap.before)}
    layout["shapes"] = [{"type": "line", **at, "line": line}]
    words = _("{change} within {time}").format(
        change=language.points(gap.now - gap.before), time=language.duration(gap.minutes)
    )
    # An axis of ratios takes its notes by the power of ten.
    near_end = _log(gap.minutes) > (_log(start) + _log(end)) / 2
    label = note(_log(gap.minutes), 0.03, words, anchor="right" if near_end else "left", above=True)
    layout["annotations"] = [label | {"xshift": -4 if near_end else 4}]


def _log(minutes: float) -> float:
    from math import log10

    return log10(minutes)


def arrivals(found: Row, week: Week) -> Figure:
    """Draw how many write in each hour of the week, the busiest one framed."""
    cells = {(row["weekday"], row["hour"]): row for row in found["arrivals"]}
    total = sum(row["n"] for row in found["arrivals"])
    hover = _("{block}: {n} ({share} of all)")

    def words(row: Row) -> str:
        n, share = language.number(row["n"]), language.rate(row["n"] / total)
        return hover.format(block=waiting.block(row, 1), n=n, share=share)

    return _week(
        {place: (row["n"], language.number(row["n"]), words(row)) for place, row in cells.items()},
        1,
        (FEW_TO_MANY, FALL),
        week.busiest,
    )


def waits(found: Row, week: Week) -> Figure:
    """Draw within what time half are answered, by when they wrote; the longest wait framed."""
    known = [row["median"] for row in found["blocks"] if row["median"] is not None]
    most = max(known, default=1.0)
    cells = {}
    for row in found["blocks"]:
        wait = row["median"]
        line = _("{block}: half within {time} (n = {n})").format(
            block=waiting.block(row, found["hours"]),
            time=reached(wait),
            n=language.number(row["n"]),
        )
        shown = "…" if wait is None else _short(wait)
        if row["indicative"]:
            line = _("{line}, indicative").format(line=line)
            shown = f"({shown})"
        cells[row["weekday"], row["hour"]] = (most if wait is None else wait, shown, line)
    return _week(cells, found["hours"], (SHORT_TO_LONG, ACCENT), week.longest)


def _week(
    cells: Mapping[tuple[int, int], tuple[float, str, str]],
    hours: int,
    colours: tuple[Sequence[Sequence[object]], str],
    marked: Row | None,
) -> Figure:
    """Draw weekdays by hours; a cell is its size, the words in it and those of its hover.

    `colours` are the scale of the sizes, and that of the frame around the marked cell.
    """
    # The hours in which nobody ever wrote are left out at both ends.
    seen = [hour for _day, hour in cells]
    rows = list(range(min(seen), max(seen) + 1, hours))
    grid = [[cells.get((day, hour)) for day in range(1, 8)] for hour in rows]
    heat = {
        "type": "heatmap",
        "x": list(range(7)),
        "y": list(range(len(rows))),
        "z": [[cell and cell[0] for cell in line] for line in grid],
        "text": [[cell[1] if cell else "" for cell in line] for line in grid],
        "texttemplate": "%{text}",
        "textfont": {"size": 11},
        "hovertext": [[text(cell[2]) if cell else "" for cell in line] for line in grid],
        "hoverinfo": "text",
        "hoverongaps": False,
        "colorscale": colours[0],
        "zmin": 0,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }
    layout = axes.layout(height=60 + max(18 * len(rows), 150), right=8)
    layout["xaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(7)),
        "ticktext": [language.weekday_name(day) for day in range(1, 8)],
        "side": "top",
        "tickangle": 0,
    }
    layout["yaxis"] |= {
        "tickmode": "array",
        "tickvals": [i - 0.5 for i in range(len(rows))],
        "ticktext": [waiting.clock(hour) for hour in rows],
        "range": [len(rows) - 0.5, -0.5],
        "showgrid": False,
    }
    if marked is not None:
        x, y = marked["weekday"] - 1, rows.index(marked["hour"])
        frame = {"x0": x - 0.5, "x1": x + 0.5, "y0": y - 0.5, "y1": y + 0.5}
        layout["shapes"] = [{"type": "rect", **frame, "line": {"color": colours[1], "width": 3}}]
    return {"data": [heat], "layout": layout}


def _short(minutes: float) -> str:
    """Return a wait that fits into a cell: `45 min`, `5 h`, `3 d`."""
    if minutes < 59.5:
        return language.duration(minutes)
    unit = 60 if minutes < 2880 else 1440
    return language.duration(round(minutes / unit) * unit)
