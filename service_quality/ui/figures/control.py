"""A measure by month on its control chart: limits, signals, what was promised, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.definitions.datasets.events import METHOD_CHANGE
from service_quality.findings.signals import of_month, possible
from service_quality.ui.figures import axes
from service_quality.ui.figures.axes import ACCENT, FALL, GREY, note, text
from service_quality.ui.figures.lines import by_month, line, year_before

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi
    from service_quality.measures.trends import Month, Trend

Row = Mapping[str, Any]
Figure = dict[str, Any]
BAND = "rgba(139,146,156,0.16)"
# Colour and shape of a signal; its word is in the text that stands when it is pointed at.
SIGNALS = {
    "improvement": (ACCENT, "diamond"),
    "concern": (FALL, "diamond"),
    "high": (GREY, "diamond"),
    "low": (GREY, "diamond"),
}


def control(
    kpi: Kpi,
    rows: Sequence[Row],
    shown: Sequence[str],
    trend: Trend,
    promise: str = "",
    events: Sequence[Row] = (),
) -> Figure:
    """Draw one KPI by month with its limits, its signals and the months a year before.

    `rows` are cut by month and reach back a year before the first of the `shown` months; `trend`
    has the limits, which are those of all complete months. `events` have month, text and kind.
    Where the method changed, the line is broken, and no year before is drawn that was before.
    Each point of a month has its id, `2025-10`, as its own data.
    """
    values = by_month(kpi, rows)
    now = [values.get(month) for month in shown]
    ghost = [values.get(_alike(month, events)) for month in shown]
    judged = {month.month: month for month in trend.months}
    months = [judged.get(month) for month in shown]
    # Limits of a few months would only look as if they meant something.
    long_enough = {m.segment for m in trend.months if m.verdict is not None}
    limited = [
        replace(m, lower=possible(kpi, m.lower), upper=possible(kpi, m.upper))
        if m is not None and m.segment in long_enough
        else None
        for m in months
    ]
    steps = [None if m is None else m.target for m in months]
    traces = [*_band(limited), *_ghost(kpi, shown, ghost), *_steps(kpi, steps)]
    traces += _now(kpi, now, shown, events)
    traces += _signals(kpi, now, shown, limited)
    figure: Figure = {"data": traces, "layout": axes.layout(height=360, right=96)}
    promised = 1.0 if promise and kpi.measure == "rate" and not any(steps) else None
    extent = [*now, *ghost, *steps, promised]
    extent += [end for m in limited if m is not None for end in (m.lower, m.upper)]
    extent = _within(kpi, extent)
    figure["layout"]["xaxis"] |= axes.month_axis(shown)
    figure["layout"]["yaxis"] |= axes.value_axis(kpi, extent)
    named = [(_("a year before"), ghost, GREY), (_("now"), now, ACCENT)]
    notes = axes.end_labels(named, kpi, extent)
    shapes = _events(events, shown)
    if promised is not None:
        shapes.append(axes.promise_line(promised))
        notes.append(note(0, promised, promise, anchor="left", above=True))
    figure["layout"]["shapes"] = shapes
    figure["layout"]["annotations"] = notes
    return figure


def _changes(events: Sequence[Row]) -> list[str]:
    """Return the months that were the first to be measured in another way."""
    return [f"{e['month']:%Y-%m}" for e in events if e["kind"] == METHOD_CHANGE]


def _now(
    kpi: Kpi, now: Sequence[float | None], shown: Sequence[str], events: Sequence[Row]
) -> list[Figure]:
    """Return the line of the months shown, one piece for each way in which they were measured."""
    changes, names = _changes(events), [language.month(month) for month in shown]
    pieces = [sum(change <= month for change in changes) for month in shown]
    return [
        line(
            kpi,
            [v if p == piece else None for v, p in zip(now, pieces, strict=True)],
            names,
            ACCENT,
            3,
        )
        | {"customdata": list(shown)}
        for piece in dict.fromkeys(pieces)
    ]


def _alike(month: str, events: Sequence[Row]) -> str:
    """Return the month a year before, if it was measured in the same way; else nothing."""
    before = year_before(month)
    return "" if any(before < change <= month for change in _changes(events)) else before


def _within(kpi: Kpi, values: Sequence[float | None]) -> list[float | None]:
    """Keep limits from stretching an axis beyond what the measure can be."""
    return [possible(kpi, v) for v in values]


def _band(months: Sequence[Month | None]) -> list[dict[str, Any]]:
    """Return the quiet band between the limits and the mean within, for each segment."""
    plain = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    styles: dict[str, dict[str, Any]] = {
        "upper": {"line": {"width": 0}},
        "lower": {"line": {"width": 0}, "fill": "tonexty", "fillcolor": BAND},
        "mean": {"line": {"width": 1, "color": GREY, "dash": "dash"}},
    }
    traces = []
    for segment in dict.fromkeys(m.segment for m in months if m is not None):
        own = [(at, m) for at, m in enumerate(months) if m is not None and m.segment == segment]
        x = [at for at, _m in own]
        for name, style in styles.items():
            y = [getattr(m, name) for _at, m in own]
            # Half a month to either side, so that a short segment has a width too.
            trace = {"x": [x[0] - 0.4, *x, x[-1] + 0.4], "y": [y[0], *y, y[-1]], "name": name}
            traces.append({**plain, **trace, **style})
    return traces


def _ghost(kpi: Kpi, shown: Sequence[str], ghost: Sequence[float | None]) -> list[Figure]:
    if not any(v is not None for v in ghost):
        return []
    before = [year_before(month) for month in shown]
    drawn = line(kpi, ghost, [language.month(month) for month in before], GREY, 1.5)
    return [drawn | {"customdata": before}]


def _steps(kpi: Kpi, steps: Sequence[float | None]) -> list[Figure]:
    """Return what was promised, which changes in steps."""
    if not any(step is not None for step in steps):
        return []
    style = {"color": GREY, "width": 1.5, "dash": "dot", "shape": "hv"}
    trace = line(kpi, steps, [_("promised")] * len(steps), GREY, 1.5)
    return [trace | {"mode": "lines", "name": "target", "line": style}]


def _signals(
    kpi: Kpi,
    now: Sequence[float | None],
    shown: Sequence[str],
    months: Sequence[Month | None],
) -> list[dict[str, Any]]:
    """Return the marks on the months at which a rule fired, one trace a verdict."""
    traces = []
    for verdict, (colour, symbol) in SIGNALS.items():
        at = [
            i
            for i, m in enumerate(months)
            if m is not None and m.verdict == verdict and now[i] is not None
        ]
        if at:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": verdict,
                    "x": at,
                    "y": [now[i] for i in at],
                    "customdata": [shown[i] for i in at],
                    "marker": {"color": colour, "symbol": symbol, "size": 12},
                    "hoverinfo": "text",
                    "hovertext": [text(of_month(kpi, m)) for i in at if (m := months[i])],
                    "showlegend": False,
                    "cliponaxis": False,
                }
            )
    return traces


def _events(events: Sequence[Row], shown: Sequence[str]) -> list[Figure]:
    """Return a thin line in each month of an event; a change of method stands before its month."""
    shapes = []
    for event in events:
        month = f"{event['month']:%Y-%m}"
        if month in shown:
            changed = event["kind"] == METHOD_CHANGE
            x = list(shown).index(month) - (0.5 if changed else 0)
            style = {"color": GREY, "width": 1, "dash": "solid" if changed else "dot"}
            ends = {"x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper"}
            shapes.append({"type": "line", "line": style, **ends})
    return shapes
