"""Rows to plotly figures, as plain dicts; every text in them is shown as text, never as markup."""

from service_quality.ui.figures.axes import CONFIG
from service_quality.ui.figures.bars import distribution, dots, ladder
from service_quality.ui.figures.bump import bump
from service_quality.ui.figures.control import control
from service_quality.ui.figures.coverage import months_loaded
from service_quality.ui.figures.lines import (
    any_value,
    by_month,
    merged,
    series,
    year_before,
)
from service_quality.ui.figures.places import funnel, ranges, slope
from service_quality.ui.figures.promises import climbed, kept_by_month, weak_links
from service_quality.ui.figures.sparklines import sparkline
from service_quality.ui.figures.steps import per_working_day, waterfall
from service_quality.ui.figures.surveys import PAIR_COLOURS, returning, tolerance, with_interval
from service_quality.ui.figures.waiting import BEFORE, STYLES, arrivals, curves, waits

__all__ = [
    "BEFORE",
    "CONFIG",
    "PAIR_COLOURS",
    "STYLES",
    "any_value",
    "arrivals",
    "bump",
    "by_month",
    "climbed",
    "control",
    "curves",
    "distribution",
    "dots",
    "funnel",
    "kept_by_month",
    "ladder",
    "merged",
    "months_loaded",
    "per_working_day",
    "ranges",
    "returning",
    "series",
    "slope",
    "sparkline",
    "tolerance",
    "waits",
    "waterfall",
    "weak_links",
    "with_interval",
    "year_before",
]
