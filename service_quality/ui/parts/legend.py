"""Legends above a figure: a piece of each mark beside its name; they wrap, and never overlap."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings.comparisons import written
from service_quality.findings.signals import VARIATION, possible
from service_quality.measures.trends import Month, Trend
from service_quality.ui.figures.axes import GREY
from service_quality.ui.figures.control import SIGNALS

SVG = "http://www.w3.org/2000/svg"
DASHES = {"dash": "7 4", "dot": "2 3", "dashdot": "7 3 2 3", "longdash": "11 4"}
BAND = f'<path d="M0 0H34V8H0Z" fill="{GREY}" fill-opacity=".3"/>'


def legend(items: Sequence[tuple[str, str]]) -> str:
    """Return names beside their marks as HTML; a mark is SVG of our own, 34 wide and 8 high."""
    shown = ""
    for name, mark in items:
        svg = f'<svg xmlns="{SVG}" viewBox="0 0 34 8">{mark}</svg>'
        image = f'<img alt="" src="data:image/svg+xml,{quote(svg)}">'
        shown += f"<li>{image}<span>{html.escape(name)}</span></li>"
    return f'<ul class="legend">{shown}</ul>' if shown else ""


def stroke(colour: str, dash: str = "") -> str:
    """Return a piece of a line."""
    dashes = DASHES.get(dash, "none")
    return f'<path d="M0 4H34" stroke="{colour}" stroke-width="3" stroke-dasharray="{dashes}"/>'


def diamond(colour: str) -> str:
    """Return the mark of a signal."""
    return f'<path d="M17 0L21 4L17 8L13 4Z" fill="{colour}"/>'


def of_control(kpi: Kpi, trend: Trend, shown: Sequence[str]) -> str:
    """Return the legend of a control chart: its band, its mean, and the signals that it shows."""
    judged = [month for month in trend.shown(shown) if month.verdict is not None]
    if not judged:
        return ""
    last = judged[-1]
    mean = _("mean: {value}").format(value=written(kpi, last.mean))
    signals = [(words, diamond(colour)) for words, colour in _marked(judged)]
    return legend([(_usual(kpi, last), BAND), (mean, stroke(GREY, "dash")), *signals])


def of_signals(trend: Trend, shown: Sequence[str]) -> str:
    """Return the legend of a chart that marks signals and draws no band."""
    return legend([(words, diamond(colour)) for words, colour in _marked(trend.shown(shown))])


def of_intervals(
    kpis: Sequence[Kpi], trends: Mapping[str, Trend], shown: Sequence[str], colours: Sequence[str]
) -> str:
    """Return the legend of months within their intervals: each measure's band and its signals."""
    items = [(_("95% interval"), f'<path d="M17 0V8" stroke="{GREY}" stroke-width="2"/>')]
    for kpi, colour in zip(kpis, colours, strict=False):
        judged = [month for month in trends[kpi.id].shown(shown) if month.verdict is not None]
        if not judged:
            continue
        band = f'<path d="M0 0H34V8H0Z" fill="{colour}" fill-opacity=".3"/>'
        items.append((_usual(kpi, judged[-1]), band))
        # Marks have the colour of their line.
        if words := " / ".join(words for words, _own in _marked(judged)):
            items.append((words, diamond(colour)))
    return legend(items)


def _usual(kpi: Kpi, last: Month) -> str:
    low, high = (written(kpi, possible(kpi, end)) for end in (last.lower, last.upper))
    return _("usual range: {low} to {high}").format(low=low, high=high)


def _marked(months: Sequence[Month]) -> list[tuple[str, str]]:
    """Return the words and the colour of each kind of signal that is among the months."""
    found = {month.verdict for month in months}
    return [
        (_(VARIATION[verdict][1]), colour)
        for verdict, (colour, _symbol) in SIGNALS.items()
        if verdict in found
    ]
