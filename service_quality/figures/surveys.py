"""What people answered: a score with its interval, who would come again, expectations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service_quality import findings, i18n
from service_quality.figures import axes
from service_quality.figures.axes import ACCENT, FALL, GREY, note, text
from service_quality.figures.bars import interval, symbols
from service_quality.findings import value_of, written
from service_quality.i18n import _

if TYPE_CHECKING:
    from service_quality.findings import Return, Zone
    from service_quality.kpis import Kpi

Row = Mapping[str, Any]
Figure = dict[str, Any]
BLUE_BAND, RED_BAND = "rgba(42,127,193,0.16)", "rgba(213,94,0,0.16)"
ZONE_COLOURS = ("#2268a3", "#a9aeb6", "#d55e00")


def with_interval(
    pairs: Sequence[tuple[Kpi, Sequence[Row]]],
    shown: Sequence[str],
    breaks: Mapping[str, Sequence[str]] | None = None,
    zero: str = "",
) -> Figure:
    """Draw up to two KPIs of one unit by month, each within the band of its 95 % interval.

    `breaks` are the months, by KPI, at which its method changed: its line begins anew there.
    `zero` names the line at nought, where there is one.
    """
    changed = breaks or {}
    traces: list[Figure] = []
    ends: list[tuple[str, list[float | None], str]] = []
    for (kpi, rows), colour, band in zip(
        pairs, (ACCENT, FALL), (BLUE_BAND, RED_BAND), strict=False
    ):
        by_month = {row["month"]: row for row in rows}
        found = [by_month.get(month) for month in shown]
        values = [value_of(kpi, row) for row in found]
        for first, last in _segments(shown, changed.get(kpi.id, ())):
            part = slice(first, last)
            traces += _banded(kpi, range(first, last), found[part], shown[part], colour, band)
        ends.append((_(kpi.title), values, colour))
    everything = [v for t in traces for v in t["y"]] + ([0.0] if zero else [])
    layout = axes.layout(height=320, right=104)
    layout["xaxis"] |= axes.month_axis(shown)
    if pairs:
        layout["yaxis"] |= axes.value_axis(pairs[0][0], everything)
        alone = len(pairs) == 1
        labels = [("" if alone else name, values, colour) for name, values, colour in ends]
        layout["annotations"] = axes.end_labels(labels, len(shown), pairs[0][0])
    cut = sorted({month for months in changed.values() for month in months} & set(shown[1:]))
    lines = [_upright(shown.index(month)) for month in cut]
    if lines:
        words = [note(line["x0"], 1.0, _("method changed"), above=True) for line in lines]
        layout["annotations"] += [word | {"yref": "paper"} for word in words]
    if zero:
        lines.append(axes.promise_line(0.0))
        layout["annotations"].append(note(0, 0.0, zero, above=True))
    layout["shapes"] = lines
    return {"data": traces, "layout": layout}


def _segments(shown: Sequence[str], breaks: Sequence[str]) -> list[tuple[int, int]]:
    starts = [0, *sorted(shown.index(month) for month in breaks if month in shown[1:])]
    return list(zip(starts, [*starts[1:], len(shown)], strict=True))


def _upright(at: int) -> Figure:
    line = {"color": GREY, "width": 1.5, "dash": "dot"}
    return {"type": "line", "x0": at - 0.5, "x1": at - 0.5, "yref": "paper", "y0": 0, "y1": 1} | {
        "line": line
    }


def _banded(
    kpi: Kpi,
    places: Sequence[int],
    rows: Sequence[Row | None],
    months: Sequence[str],
    colour: str,
    band: str,
) -> list[Figure]:
    """Return the band and the line of one segment; a month without a value is a gap in both."""
    traces: list[Figure] = []
    plain = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    plain["line"] = {"width": 0}
    for run in _runs(rows):
        at, inside = [places[i] for i in run], [rows[i] or {} for i in run]
        traces.append({**plain, "x": at, "y": [row["low"] for row in inside]})
        fill = {"fill": "tonexty", "fillcolor": band}
        traces.append({**plain, "x": at, "y": [row["high"] for row in inside], **fill})
    values = [value_of(kpi, row) for row in rows]
    hover = [
        f"{text(_(kpi.title))} · {i18n.month(month)}: {written(kpi, value)}"
        + (f"<br>{text(findings.rests_on(kpi, row))}" if row else "")
        for month, value, row in zip(months, values, rows, strict=True)
    ]
    few = [bool(row and row.get("indicative")) for row in rows]
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(places),
        "y": values,
        "connectgaps": False,
        "line": {"color": colour, "width": 2.5},
        "marker": {"size": 6, "color": colour, "symbol": symbols(few)},
        "hoverinfo": "text",
        "hovertext": hover,
        "showlegend": False,
        "cliponaxis": False,
    }
    return [*traces, line]


def _runs(rows: Sequence[Row | None]) -> list[list[int]]:
    """Return the stretches of places with an interval."""
    runs: list[list[int]] = [[]]
    for i, row in enumerate(rows):
        if row is not None and row.get("low") is not None and row.get("high") is not None:
            runs[-1].append(i)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def returning(kpi: Kpi, rows: Sequence[Row], found: Return | None) -> Figure:
    """Draw who would buy again by the point they gave, the best on top, with intervals.

    The two points that the title compares carry colours; hidden ones are left out.
    """
    known = [row for row in reversed(rows) if row["value"] is not None]
    colours = {}
    if found is not None:
        colours = {found.best["point"]: ACCENT, found.merely["point"]: FALL}
    points = [i18n.number(row["point"]) for row in known]
    ticks = [_("gave {point}").format(point=point) for point in points]
    trace = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [row["value"] for row in known],
        "y": list(range(len(known))),
        "error_x": interval([(row["value"], row) for row in known]),
        "marker": {
            "size": 11,
            "color": [colours.get(row["point"], GREY) for row in known],
            "symbol": symbols([row["indicative"] for row in known]),
        },
        "text": [written(kpi, row["value"]) for row in known],
        "textposition": "top center",
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [
            f"{text(tick)}: {written(kpi, row['value'])}<br>{text(findings.rests_on(kpi, row))}"
            for tick, row in zip(ticks, known, strict=True)
        ],
        "showlegend": False,
    }
    layout = axes.layout(height=90 + 34 * len(known), right=40)
    layout["xaxis"] |= {"range": [-0.02, 1.02], **axes.share_ticks()}
    layout["yaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(len(known))),
        "ticktext": ticks,
        "range": [len(known) - 0.5, -0.6],
    }
    return {"data": [trace], "layout": layout}


def tolerance(
    parts: Sequence[tuple[Kpi, Sequence[Row]]], shown: Sequence[str], found: Zone | None
) -> Figure:
    """Draw the shares above the desired (at the bottom), in the zone and below the minimum.

    The labels at the end are the shares of the whole period, which the title names.
    """
    names = (_("above the desired"), _("in the zone"), _("below the minimum"))
    wholes = (found.above, found.inside, found.below) if found else (None, None, None)
    traces, labels, height = [], [], 0.0
    for (kpi, rows), name, colour, whole in zip(parts, names, ZONE_COLOURS, wholes, strict=True):
        by_month = {row["month"]: row for row in rows}
        values = [value_of(kpi, by_month.get(month)) for month in shown]
        hover = [
            f"{i18n.month(month)} · {text(name)}: {written(kpi, value)}"
            + (f"<br>{text(findings.rests_on(kpi, by_month[month]))}" if month in by_month else "")
            for month, value in zip(shown, values, strict=True)
        ]
        bars: Figure = {
            "type": "bar",
            "x": list(range(len(shown))),
            "y": values,
            "hoverinfo": "text",
        }
        bars |= {"hovertext": hover, "marker": {"color": colour}, "showlegend": False}
        traces.append(bars)
        if whole is not None:
            share = whole["value"]
            labels.append((height + share / 2, f"{name}\n{i18n.rate(share)}"))
            height += share
    layout = axes.layout(height=320, right=118)
    layout |= {"barmode": "stack", "bargap": 0.15}
    spread = axes.spread(labels, 0.13, x=1.0, anchor="left", highest=0.94)
    layout["annotations"] = [
        label | {"xref": "paper", "xshift": 4, "text": label["text"].replace("\n", "<br>")}
        for label in spread
    ]
    layout["xaxis"] |= axes.month_axis(shown)
    layout["yaxis"] |= {"range": [0, 1.0], **axes.share_ticks()}
    return {"data": traces, "layout": layout}
