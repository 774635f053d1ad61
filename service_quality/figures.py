"""Rows to plotly figures, as plain dicts; every text in them is shown as text, never as markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from service_quality import axes, findings, i18n
from service_quality.axes import ACCENT, FALL, GREY, note, text
from service_quality.findings import value_of, written
from service_quality.i18n import _

if TYPE_CHECKING:
    from service_quality.kpis import Kpi

Row = Mapping[str, Any]
Figure = dict[str, Any]

SCALE_WORST_TO_BEST = ("#d55e00", "#eda56a", "#a9aeb6", "#7fb4dd", "#2268a3")
CONFIG = {"displayModeBar": False, "responsive": True}


def months(start: date, end: date) -> list[str]:
    """Return every month from `start` to `end` as `2025-10`: a gap in the data stays a gap."""
    count = (end.year - start.year) * 12 + end.month - start.month + 1
    steps = (start.month - 1 + i for i in range(max(count, 0)))
    return [f"{start.year + step // 12}-{step % 12 + 1:02d}" for step in steps]


def year_before(month: str) -> str:
    """Return `2024-10` for `2025-10`: calendars are compared, never positions."""
    return f"{int(month[:4]) - 1}{month[4:]}"


def by_month(kpi: Kpi, rows: Sequence[Row]) -> dict[str, float | None]:
    """Return the value of each month of rows cut by month."""
    return {row["month"]: value_of(kpi, row) for row in rows}


def trend(kpi: Kpi, rows: Sequence[Row], shown: Sequence[str], promise: str = "") -> Figure:
    """Draw one KPI by month over the same months a year before (a thin ghost).

    `rows` are cut by month and reach back a year before the first of the `shown` months.
    """
    values = by_month(kpi, rows)
    now = [values.get(m) for m in shown]
    ghost = [values.get(year_before(m)) for m in shown]
    names = [i18n.month(m) for m in shown]
    traces = []
    if any(v is not None for v in ghost):
        before = [i18n.month(year_before(m)) for m in shown]
        traces.append(_line(kpi, ghost, before, GREY, 1.5))
    traces.append(_line(kpi, now, names, ACCENT, 3))
    notes = axes.end_labels(
        [(_("a year before"), ghost, GREY), (_("now"), now, ACCENT)], len(shown), kpi
    )
    figure: Figure = {"data": traces, "layout": axes.layout(height=340, right=112)}
    figure["layout"]["xaxis"] |= axes.month_axis(shown)
    figure["layout"]["yaxis"] |= axes.value_axis(kpi, [*now, *ghost, 1.0 if promise else None])
    if promise and kpi.measure == "rate":
        figure["layout"]["shapes"] = [axes.promise_line(1.0)]
        notes.append(note(0, 1.0, promise, anchor="left", above=True))
    figure["layout"]["annotations"] = notes
    return figure


def two_lines(pairs: Sequence[tuple[Kpi, Sequence[Row]]], shown: Sequence[str]) -> Figure:
    """Draw KPIs of one unit by month on one scale; the first carries the accent."""
    names = [i18n.month(m) for m in shown]
    traces, ends, everything = [], [], []
    for (kpi, rows), colour in zip(pairs, (ACCENT, FALL, GREY), strict=False):
        found = by_month(kpi, rows)
        values = [found.get(m) for m in shown]
        traces.append(_line(kpi, values, names, colour, 2.5, name=_(kpi.title)))
        ends.append((_(kpi.title), values, colour))
        everything += values
    layout = axes.layout(height=320, right=150)
    layout["xaxis"] |= axes.month_axis(shown)
    if pairs:
        layout["yaxis"] |= axes.value_axis(pairs[0][0], everything)
        layout["annotations"] = axes.end_labels(ends, len(shown), pairs[0][0])
    return {"data": traces, "layout": layout}


def ladder(within: Mapping[int, float], before: Mapping[int, float] | None, never: float) -> Figure:
    """Draw the share of ALL mails answered within each step (minutes), and those never answered."""
    steps = sorted(within)
    labels = [_("within {time}").format(time=ladder_step(m)) for m in steps]
    labels.append(_("no answer yet"))
    shares = [*(within[m] for m in steps), never]
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
    if before:
        known = [m for m in steps if m in before]
        marks = {
            "type": "scatter",
            "mode": "markers",
            "x": [before[m] for m in known],
            "y": [labels[steps.index(m)] for m in known],
            "marker": {"symbol": "line-ns-open", "size": 22, "color": GREY, "line": {"width": 3}},
            "hoverinfo": "text",
            "text": [f"{_('a year before')}: {i18n.rate(before[m])}" for m in known],
            "showlegend": False,
        }
        traces.append(marks)
    layout = axes.layout(height=300, right=24)
    layout["xaxis"] |= {"range": [0, 1.02], **axes.share_ticks()}
    layout["yaxis"] |= {"autorange": "reversed", "automargin": True, "showgrid": False}
    return {"data": traces, "layout": layout}


def ladder_step(minutes: int) -> str:
    """Return the step in the words of the ladder: `1 h`, `48 h`, `7 d`."""
    hours = minutes // 60
    if hours <= 48:
        return f"{hours}{i18n.SPACE}{_('h')}"
    return f"{hours // 24}{i18n.SPACE}{_('d')}"


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


def slope(
    rows: Sequence[Row], years: tuple[int, int], kpi: Kpi, focus: str | None = None, falls: int = 10
) -> Figure:
    """Draw places of two years among those present in both: the largest falls, ours, the rest."""
    both = [r for r in rows if r.get("places_lost") is not None]
    largest = sorted((r for r in both if r["places_lost"] > 0), key=lambda r: -r["places_lost"])
    named = {r["entity"] for r in largest[:falls]}
    traces, ends = [], []
    for row in sorted(both, key=lambda r: (r["entity"] == focus, r["entity"] in named)):
        ours = focus is not None and row["entity"] == focus
        fell = row["entity"] in named
        was, rank = row["prior_rank_common"], row["rank_common"]
        colour = ACCENT if ours else FALL if fell else GREY
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [0, 1],
                "y": [was, rank],
                "line": {"color": colour, "width": 3 if ours or fell else 1},
                "opacity": 1 if ours or fell else 0.45,
                "marker": {"size": 7 if ours or fell else 4},
                "hoverinfo": "text",
                "hovertext": [_slope_hover(row, kpi, years)] * 2,
                "showlegend": False,
            }
        )
        if ours or fell:
            ends.append((rank, f"{rank}  {findings.entity(row['entity'])}", was))
    size = len(both)
    height = max(320, min(760, 60 + 17 * size))
    layout = axes.layout(height=height, right=170, left=48)
    gap = size * 16 / (height - 70) if size else 1
    layout["annotations"] = [
        *axes.spread([(rank, words) for rank, words, _was in ends], gap, x=1, anchor="left"),
        *axes.spread([(was, str(was)) for _rank, _words, was in ends], gap, x=0, anchor="right"),
    ]
    layout["xaxis"] |= {
        "range": [-0.02, 1.02],
        "tickmode": "array",
        "tickvals": [0, 1],
        "ticktext": [str(y) for y in years],
        "side": "top",
    }
    layout["yaxis"] |= {"range": [size + 0.8, 0.2], "visible": False}
    return {"data": traces, "layout": layout}


def _slope_hover(row: Row, kpi: Kpi, years: tuple[int, int]) -> str:
    lines = [text(findings.entity(row["entity"]))]
    for year, rank, score, n in (
        (years[0], "prior_rank_common", "prior_score", "prior_n"),
        (years[1], "rank_common", "score", "n"),
    ):
        words = _("{year}: place {place}, {score}, n = {n}")
        lines.append(
            words.format(
                year=year,
                place=row[rank],
                score=written(kpi, row.get(score)),
                n=i18n.number(row.get(n)),
            )
        )
    return "<br>".join(lines)


def _line(
    kpi: Kpi,
    values: Sequence[float | None],
    names: Sequence[str],
    colour: str,
    width: float,
    name: str = "",
) -> dict[str, Any]:
    lead = f"{text(name)} · " if name else ""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(range(len(values))),
        "y": list(values),
        "connectgaps": False,
        "line": {"color": colour, "width": width},
        # A month between two gaps has no line: the dot keeps it visible.
        "marker": {"size": width + 2.5, "color": colour},
        "hoverinfo": "text",
        "hovertext": [f"{lead}{n}: {written(kpi, v)}" for n, v in zip(names, values, strict=True)],
        "showlegend": False,
        "cliponaxis": False,
    }
