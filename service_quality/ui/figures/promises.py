"""Promises by month: what was kept, the target as steps, events; and who spoils most."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings import signals, weakest
from service_quality.findings.comparisons import written
from service_quality.ui.figures import axes
from service_quality.ui.figures.axes import ACCENT, FALL, GREY, note, text
from service_quality.ui.figures.lines import marked

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi
    from service_quality.findings.weakest import WeakLink
    from service_quality.measures.trends import Month, Trend

Row = Mapping[str, Any]
Figure = dict[str, Any]
MOST_LINKS = 12
SIGNAL_COLOURS = {"improvement": ACCENT, "concern": FALL}


def kept_by_month(kpi: Kpi, trend: Trend, shown: Sequence[str], events: Sequence[Row]) -> Figure:
    """Draw what was kept by month, the target as steps over time, signals and events marked."""
    return _months(kpi, trend, shown, events, _targets(trend, shown), _("target"))


def climbed(kpi: Kpi, trend: Trend, shown: Sequence[str]) -> Figure:
    """Draw a series by month under the best it has reached so far: the stairs it climbed."""
    months, found = weakest.climbed(trend)
    best = {month.month: peak for month, peak in zip(months, found.peaks, strict=True)}
    return _months(kpi, trend, shown, (), [best.get(m) for m in shown], _("best so far"))


def _months(
    kpi: Kpi,
    trend: Trend,
    shown: Sequence[str],
    events: Sequence[Row],
    steps: Sequence[float | None],
    name: str,
) -> Figure:
    known = {month.month: month for month in trend.months}
    values = [known[m].value if m in known else None for m in shown]
    hover = [_hover(kpi, known.get(m), m) for m in shown]
    traces = [
        _steps(kpi, steps, shown, name),
        marked(values, hover, ACCENT, 3),
        *_signals(known, shown),
    ]
    layout = axes.layout(height=320, right=96)
    layout["xaxis"] |= axes.month_axis(shown)
    layout["yaxis"] |= axes.value_axis(kpi, [*values, *steps])
    ends = [(name, steps, GREY), (_("kept"), values, ACCENT)]
    marks, words = _events(events, shown)
    layout["annotations"] = axes.end_labels(ends, kpi) + words
    layout["shapes"] = marks
    return {"data": traces, "layout": layout}


def _targets(trend: Trend, shown: Sequence[str]) -> list[float | None]:
    known = {month.month: month.target for month in trend.months}
    return [known.get(m) for m in shown]


def _hover(kpi: Kpi, month: Month | None, name: str) -> str:
    value = written(kpi, month.value if month else None)
    line = _("{month}: {value}").format(month=language.month(name), value=value)
    if month is None or month.rule is None:
        return line
    fired = _("signal: {rule}").format(rule=signals.rule(month.rule))
    return f"{line}<br>{text(fired)}"


def _steps(kpi: Kpi, steps: Sequence[float | None], shown: Sequence[str], name: str) -> Figure:
    words = [
        _("{month}: {name} {value}").format(
            month=language.month(m), name=name, value=written(kpi, v)
        )
        for m, v in zip(shown, steps, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(range(len(steps))),
        "y": list(steps),
        "connectgaps": False,
        # A target holds for its whole month, and jumps between two of them.
        "line": {"color": GREY, "width": 2, "dash": "dot", "shape": "hvh"},
        "hoverinfo": "text",
        "hovertext": words,
        "showlegend": False,
    }


def _signals(known: Mapping[str, Month], shown: Sequence[str]) -> list[Figure]:
    """Return the months at which a rule fired, as diamonds: by shape and not by colour alone."""
    found = []
    for verdict, colour in SIGNAL_COLOURS.items():
        at = [i for i, m in enumerate(shown) if m in known and known[m].verdict == verdict]
        if at:
            found.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": verdict,
                    "x": at,
                    "y": [known[shown[i]].value for i in at],
                    "marker": {"size": 11, "symbol": "diamond", "color": colour},
                    "hoverinfo": "skip",
                    "showlegend": False,
                    "cliponaxis": False,
                }
            )
    return found


def _events(events: Sequence[Row], shown: Sequence[str]) -> tuple[list[Figure], list[Figure]]:
    """Return a thin line at the month of each event, and its words on top."""
    lines, words = [], []
    for event in events:
        month = f"{event['month']:%Y-%m}"
        if month not in shown:
            continue
        at = shown.index(month)
        line = {"color": GREY, "width": 1}
        ends = {"x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1}
        lines.append({"type": "line", **ends, "line": line})
        short = textwrap.shorten(event["text"], 34, placeholder="…")
        anchor = "left" if at < len(shown) / 2 else "right"
        label = note(at, 1.0, short, anchor=anchor, above=True) | {"yref": "paper"}
        words.append(label | {"font": {"size": 11, "color": GREY}})
    return lines, words


def weak_links(links: Sequence[WeakLink]) -> Figure:
    """Draw each promise's share of the failures, the weakest link on top and coloured."""
    drawn = list(links)[:MOST_LINKS]
    names = [_name(link) for link in drawn]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(drawn))),
        "x": [link.share for link in drawn],
        "marker": {"color": [FALL if i == 0 else GREY for i in range(len(drawn))]},
        "text": [language.rate(link.share, 0) for link in drawn],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": names,
        "showlegend": False,
    }
    layout = axes.layout(height=80 + 46 * len(drawn), right=48)
    highest = max((link.share for link in drawn), default=1.0)
    layout["xaxis"] |= {"range": [0, min(1.05, highest * 1.1)], **axes.share_ticks()}
    layout["yaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(len(drawn))),
        "ticktext": names,
        "range": [len(drawn) - 0.5, -0.5],
        "showgrid": False,
    }
    return {"data": [bars], "layout": layout}


def _name(link: WeakLink) -> str:
    lines = textwrap.wrap(link.words, 24)
    shown = lines if len(lines) <= 2 else [lines[0], textwrap.shorten(" ".join(lines[1:]), 24)]
    return "<br>".join(text(line) for line in shown)
