"""The scorecard as one table: a line a measure, on a phone a card each."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from service_quality.base import language
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import GROUPS
from service_quality.findings.comparisons import not_reached, written
from service_quality.findings.scorecard import MOVED, Line
from service_quality.measures.intervals import suppressed
from service_quality.ui import figures
from service_quality.ui.figures.axes import ACCENT, FALL
from service_quality.ui.frame import address
from service_quality.ui.frame.links import link
from service_quality.ui.parts import questions

COLUMNS = 7


def to_look_at(found: Sequence[tuple[Line, str]]) -> None:
    """Show what to look at first: a link each, with the reason below it."""
    items = "".join(
        f'<li class="{line.side}">{_to_trend(line)}<p class="small">{html.escape(why)}</p></li>'
        for line, why in found
    )
    if items:
        label = html.escape(_("To look at"), quote=True)
        st.html(f'<ol class="look" aria-label="{label}">{items}</ol>')


def scorecard(lines: Sequence[Line], shown: Mapping[str, Filters], until: date) -> None:
    """Show the lines by group, each with the part of the period that its data reach over.

    Months up to `until`, which others reach, are said to be awaited.
    """
    periods = [line.tile.comparison.period for line in lines]
    usual = max(periods, key=periods.count)
    of_usual = lines[periods.index(usual)].tile.comparison.kpi.id
    groups = list(dict.fromkeys(line.kpi.group for line in lines))
    body = []
    for group in groups:
        head = f'<th colspan="{COLUMNS}" scope="rowgroup">{html.escape(_(GROUPS[group]))}</th>'
        head = f'<tr class="group">{head}</tr>' if len(groups) > 1 else ""
        rows = "".join(
            _row(line, shown[line.kpi.id], usual, until)
            for line in lines
            if line.kpi.group == group
        )
        body.append(f"<tbody>{head}{rows}</tbody>")
    st.html(f'<table class="score">{_head(usual, shown[of_usual])}{"".join(body)}</table>')


def _head(period: str, filters: Filters) -> str:
    before = _("on {period}").format(period=questions.period(filters.year_before()))
    names = (
        ("", _("Measure")),
        ("now", period),
        ("change", before),
        ("months", _("24 months, usual range shaded")),
        ("promised", _("Promise")),
        ("verdict", _("Verdict")),
        ("n", _("n")),
    )
    cells = "".join(
        f'<th scope="col" class="{kind}">{html.escape(words)}</th>' for kind, words in names
    )
    return f"<thead><tr>{cells}</tr></thead>"


def _row(line: Line, filters: Filters, usual: str, until: date) -> str:
    found = line.tile.comparison
    kpi = found.kpi
    title = _("Definition of “{kpi}”").format(kpi=_(kpi.title))
    what = link("definitions", "?", {**address.shared(), "q": _(kpi.title)}, title)
    notes = [
        found.period if found.period != usual else "",
        questions.awaited(kpi, until, filters),
        line.note,
    ]
    below_it = " · ".join(note for note in notes if note)
    below = f'<p class="small">{html.escape(below_it)}</p>' if below_it else ""
    cells = (
        ("now", html.escape(_value(line))),
        (f"change {'' if line.note else line.side}", html.escape(line.change or language.NO_VALUE)),
        ("months", _spark(line, filters)),
        ("promised", _promised(line)),
        ("verdict", f'<span class="pill {_tone(line)}">{html.escape(line.word)}</span>'),
        ("n", html.escape(_n(line)) + _response(line, filters)),
    )
    rest = "".join(f'<td class="{kind}">{content}</td>' for kind, content in cells)
    head = f'{_to_trend(line)} <span class="what">{what}</span>{below}'
    return f'<tr><th scope="row">{head}</th>{rest}</tr>'


def _to_trend(line: Line) -> str:
    kpi = line.kpi
    return link("trends", _(kpi.title), {**address.shared(), "kpi": kpi.id})


def _value(line: Line) -> str:
    found = line.tile.comparison
    if found.value is None:
        # Fewer than half answered: the median was not reached, which is not "no data".
        row = {"n": found.n, "median": None}
        return _("not reached") if not_reached(found.kpi, row) else language.NO_VALUE
    return written(found.kpi, found.value)


def _spark(line: Line, filters: Filters) -> str:
    kpi = line.kpi
    values = questions.spark(kpi, line.tile.trend, filters)
    known = [value for value in values if value is not None]
    if not known:
        return language.NO_VALUE
    low, high = line.usual
    alt = _("{kpi} by month, from {first} to {last}").format(
        kpi=_(kpi.title), first=written(kpi, known[0]), last=written(kpi, known[-1])
    )
    if low is not None and high is not None:
        alt = _("{line}; usual: {low} to {high}").format(
            line=alt, low=written(kpi, low), high=written(kpi, high)
        )
    colour = FALL if line.side == "worse" else ACCENT
    return figures.sparkline(values, alt, band=(low, high), end=colour)


def _promised(line: Line) -> str:
    found, target = line.tile.comparison, line.target
    if target is None or found.value is None:
        return f'<span aria-hidden="true">{language.NO_VALUE}</span>'
    share = language.rate(target, 0 if round(100 * target, 1).is_integer() else 1)
    words = questions.promise(found.kpi)
    label = _("promised: {promise}").format(promise=words or share)
    bar = (
        f'<i style="width:{100 * min(found.value, 1):.1f}%"></i>'
        f'<b style="left:{100 * min(target, 1):.1f}%"></b>'
    )
    return (
        f'<div class="kept" title="{html.escape(label, quote=True)}"><div class="bar"'
        f' aria-hidden="true">{bar}</div><span>{html.escape(share)}</span></div>'
    )


def _tone(line: Line) -> str:
    return line.side if line.verdict == MOVED else line.verdict


def _n(line: Line) -> str:
    found = line.tile.comparison
    if found.n is None:
        return language.NO_VALUE
    return _("under 10") if suppressed(found.kpi, found.n) else language.number(found.n)


def _response(line: Line, filters: Filters) -> str:
    """Return how many answered of those who were asked, where that is known."""
    kpi = line.kpi
    if kpi.dataset != "surveys" or kpi.id == questions.RESPONSE:
        return ""
    answered = questions.answered(filters, short=True)
    return f' <span class="small">{html.escape(answered)}</span>' if answered else ""
