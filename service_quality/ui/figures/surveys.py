"""What people answered: a score with its interval, who would come again, expectations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings import surveys
from service_quality.findings.comparisons import value_of, written
from service_quality.findings.signals import possible, rule
from service_quality.ui.figures import axes
from service_quality.ui.figures.axes import ACCENT, FALL, GREY, note, text
from service_quality.ui.figures.bars import interval, symbols

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi
    from service_quality.findings.surveys import Return, Zone
    from service_quality.measures.trends import Month, Trend

Row = Mapping[str, Any]
Figure = dict[str, Any]
BLUE_BAND, RED_BAND = "rgba(42,127,193,0.12)", "rgba(213,94,0,0.12)"
PAIR_COLOURS = (ACCENT, FALL)
ZONE_COLOURS = ("#2268a3", "#a9aeb6", "#d55e00")


def with_interval(
    pairs: Sequence[tuple[Kpi, Sequence[Row]]],
    shown: Sequence[str],
    trends: Mapping[str, Trend] | None = None,
    zero: str = "",
) -> Figure:
    """Draw up to two KPIs of one unit by month, each value within its 95% interval.

    `trends`, by KPI, give the quiet band of the control limits, a diamond where a month is a
    signal, and the months at which the method changed: the line begins anew there. `zero` names
    the line at nought, where there is one.
    """
    traces: list[Figure] = []
    ends: list[tuple[str, list[float | None], str]] = []
    cut: set[str] = set()
    for (kpi, rows), colour, band in zip(pairs, PAIR_COLOURS, (BLUE_BAND, RED_BAND), strict=False):
        by_month = {row["month"]: row for row in rows}
        trend = (trends or {}).get(kpi.id)
        months = {m.month: m for m in trend.shown(shown)} if trend else {}
        starts = _starts(list(months.values()))
        cut |= starts
        for first, last in _segments(shown, starts):
            inside = [(i, shown[i]) for i in range(first, last)]
            traces += _limits(kpi, [(i, months.get(month)) for i, month in inside], band)
            points = [(i, month, by_month.get(month), months.get(month)) for i, month in inside]
            traces.append(_line(kpi, points, colour))
        values = [value_of(kpi, by_month.get(month)) for month in shown]
        ends.append((kpi.title if len(pairs) > 1 else "", values, colour))
    layout = axes.layout(height=300, right=104)
    layout["xaxis"] |= axes.month_axis(shown)
    if pairs:
        everything = [v for t in traces for v in (*t["y"], *t.get("ends", ()))]
        layout["yaxis"] |= axes.value_axis(pairs[0][0], [*everything, *([0.0] if zero else [])])
        layout["annotations"] = axes.end_labels(ends, pairs[0][0], everything)
    layout["shapes"] = [_upright(shown.index(month)) for month in sorted(cut)]
    words = [note(line["x0"], 1.0, _("method changed"), above=True) for line in layout["shapes"]]
    layout["annotations"] = [
        *layout.get("annotations", ()),
        *(word | {"yref": "paper"} for word in words),
    ]
    if zero:
        layout["shapes"].append(axes.promise_line(0.0))
        layout["annotations"].append(note(0, 0.0, zero, above=True))
    return {"data": [{k: v for k, v in t.items() if k != "ends"} for t in traces], "layout": layout}


def _starts(months: Sequence[Month]) -> set[str]:
    """Return the months that begin another segment, the first of all apart."""
    return {now.month for before, now in pairwise(months) if now.segment != before.segment}


def _segments(shown: Sequence[str], starts: Collection[str]) -> list[tuple[int, int]]:
    places = [0, *sorted(shown.index(month) for month in starts)]
    return list(zip(places, [*places[1:], len(shown)], strict=True))


def _upright(at: int) -> Figure:
    line = {"color": GREY, "width": 1.5, "dash": "dot"}
    ends = {"x0": at - 0.5, "x1": at - 0.5, "y0": 0, "y1": 1}
    return {"type": "line", "yref": "paper", **ends, "line": line}


def _limits(kpi: Kpi, months: Sequence[tuple[int, Month | None]], band: str) -> list[Figure]:
    """Return the band between the control limits; months too few to judge have none."""
    known = [(i, m) for i, m in months if m is not None and m.lower is not None and m.verdict]
    plain = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    plain |= {"x": [i for i, _month in known], "line": {"width": 0}}
    fill = {"fill": "tonexty", "fillcolor": band}
    lower = {**plain, "y": [possible(kpi, month.lower) for _i, month in known]}
    upper = {**plain, "y": [possible(kpi, month.upper) for _i, month in known], **fill}
    return [lower, upper] if known else []


def _line(
    kpi: Kpi, points: Sequence[tuple[int, str, Row | None, Month | None]], colour: str
) -> Figure:
    """Return one segment: values with their intervals, hollow where indicative, signals marked."""
    values = [value_of(kpi, row) for _i, _month, row, _judged in points]
    rows = [row or {} for _i, _month, row, _judged in points]
    signals = [judged is not None and judged.rule is not None for *_point, judged in points]
    few = symbols([bool(row.get("indicative")) for row in rows])
    hover = []
    for (_i, month, row, judged), value in zip(points, values, strict=True):
        line = f"{text(kpi.title)} · {language.month(month)}: {written(kpi, value)}"
        line += f"<br>{text(surveys.rests_on(kpi, row))}" if row else ""
        if judged is not None and judged.rule is not None:
            words = _("signal: {rule}").format(rule=rule(judged.rule))
            line += f"<br>◆ {text(words)}"
        hover.append(line)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [i for i, *_rest in points],
        "y": values,
        "ends": [row.get(end) for row in rows for end in ("low", "high")],
        "error_y": interval(list(zip(values, rows, strict=True)))
        | {"thickness": 1, "color": colour},
        "connectgaps": False,
        "line": {"color": colour, "width": 2.5},
        "marker": {
            "size": [13 if signal else 7 for signal in signals],
            "opacity": 1,
            "color": colour,
            "symbol": ["diamond" if s else f for s, f in zip(signals, few, strict=True)],
        },
        "hoverinfo": "text",
        "hovertext": hover,
        "showlegend": False,
        "cliponaxis": False,
    }


def returning(kpi: Kpi, rows: Sequence[Row], found: Return | None) -> Figure:
    """Draw who would buy again by the point they gave, the best on top, with intervals.

    The two points that the title compares carry colours; hidden ones are left out.
    """
    known = [row for row in reversed(rows) if row["value"] is not None]
    colours = {}
    if found is not None:
        colours = {found.best["point"]: ACCENT, found.merely["point"]: FALL}
    points = [language.number(row["point"]) for row in known]
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
            f"{text(tick)}: {written(kpi, row['value'])}<br>{text(surveys.rests_on(kpi, row))}"
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
            f"{language.month(month)} · {text(name)}: {written(kpi, value)}"
            + (f"<br>{text(surveys.rests_on(kpi, by_month[month]))}" if month in by_month else "")
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
            labels.append((height + share / 2, f"{name}\n{language.rate(share)}"))
            height += share
    layout = axes.layout(height=300, right=118)
    layout |= {"barmode": "stack", "bargap": 0.15}
    spread = axes.spread(labels, 0.13, x=1.0, anchor="left", highest=0.94)
    layout["annotations"] = [
        label | {"xref": "paper", "xshift": 4, "text": label["text"].replace("\n", "<br>")}
        for label in spread
    ]
    layout["xaxis"] |= axes.month_axis(shown)
    layout["yaxis"] |= {"range": [0, 1.0], **axes.share_ticks()}
    return {"data": traces, "layout": layout}
