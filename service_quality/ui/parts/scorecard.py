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
from service_quality.findings import extent, questions
from service_quality.findings.cells import Cells, cells, usual_period
from service_quality.findings.entities import Against
from service_quality.findings.scorecard import Line
from service_quality.findings.since import Since, sentences
from service_quality.findings.who import Who
from service_quality.ui import figures
from service_quality.ui.figures.axes import ACCENT, FALL
from service_quality.ui.frame import address
from service_quality.ui.frame.links import link
from service_quality.ui.parts import names
from service_quality.ui.parts.text import heading

COLUMNS = 7
NOTHING = f'<span aria-hidden="true">{language.NO_VALUE}</span>'  # is left out on a phone
NOBODY: Mapping[str, Against] = {}
Query = Mapping[str, Sequence[str]]
ALL: Query = {}


def to_look_at(
    found: Sequence[tuple[Line, str]], who: Who | None = None, narrowed: Query = ALL
) -> None:
    """Show what to look at first: a link each, with the reason below it, and who is weakest there.

    The links narrow their page to what is `narrowed`, beside what this page's own address says.
    """
    items = "".join(
        f'<li class="{line.side}">{_to_trend(line, narrowed)}'
        f'<p class="small">{html.escape(why)}{_weakest(line, who)}</p></li>'
        for line, why in found
    )
    if items:
        label = html.escape(_("To look at"), quote=True)
        st.html(f'<ol class="look" aria-label="{label}">{items}</ol>')


def changed(found: Since) -> None:
    """Show what changed since the month before: verdicts, and places."""
    text = _("Since {month}")
    heading(text.format(month=language.month(found.before)))
    items = "".join(f"<li>{html.escape(line)}</li>" for line in sentences(found))
    st.html(f'<ul class="plain">{items}</ul>')
    names.open_one(found.by, found.moved, "moved")


def _weakest(line: Line, who: Who | None) -> str:
    if who is None or who.kpi.id != line.kpi.id:
        return ""
    return f" · {names.link(who.dimension, who.name, who.sentence)}"


def scorecard(
    lines: Sequence[Line],
    shown: Mapping[str, Filters],
    until: date,
    others: Mapping[str, Against] = NOBODY,
    narrowed: Query = ALL,
) -> None:
    """Show the lines by group, each with the part of the period that its data reach over.

    Months up to `until`, which others reach, are said to be awaited. Of one entry, `others` has
    beside each measure that of all the others; `narrowed` is as in `to_look_at`.
    """
    usual = usual_period(lines)
    of_usual = next(x.kpi.id for x in lines if x.tile.comparison.period == usual)
    groups = list(dict.fromkeys(line.kpi.group for line in lines))
    width = COLUMNS + bool(others)
    body = []
    for group in groups:
        head = f'<th colspan="{width}" scope="rowgroup">{html.escape(_(GROUPS[group]))}</th>'
        head = f'<tr class="group">{head}</tr>' if len(groups) > 1 else ""
        rows = "".join(
            _row(line, shown[line.kpi.id], usual, until, others, narrowed)
            for line in lines
            if line.kpi.group == group
        )
        body.append(f"<tbody>{head}{rows}</tbody>")
    label = html.escape(_("Scorecard"), quote=True)
    table = f'<table class="score" aria-label="{label}">'
    st.html(f"{table}{_head(usual, shown[of_usual], others)}{''.join(body)}</table>")


def _head(period: str, filters: Filters, others: Mapping[str, Against]) -> str:
    before = _("on {period}").format(period=extent.period(filters.year_before()))
    heads = (
        ("", _("Measure")),
        ("now", period),
        ("change", before),
        *([("others", _("The others"))] if others else []),
        ("months", _("24 months, usual range shaded")),
        ("promised", _("Promise")),
        ("verdict", _("Verdict")),
        ("n", _("n")),
    )
    cells = "".join(
        f'<th scope="col" class="{kind}">{html.escape(words)}</th>' for kind, words in heads
    )
    return f"<thead><tr>{cells}</tr></thead>"


def _row(
    line: Line,
    filters: Filters,
    usual: str,
    until: date,
    others: Mapping[str, Against],
    narrowed: Query,
) -> str:
    shown = cells(line, filters, usual, until)
    title = _("Definition of “{kpi}”").format(kpi=shown.title)
    what = link("definitions", "?", {**address.shared(), "q": shown.title}, title)
    below = f'<p class="small">{html.escape(shown.note)}</p>' if shown.note else ""
    answered = _response(line, filters)
    columns = (
        ("now", html.escape(shown.value)),
        (f"change {'' if line.note else line.side}", html.escape(shown.change)),
        *([_beside(others.get(line.kpi.id))] if others else []),
        ("months", _spark(line, shown)),
        ("promised", _promised(shown)),
        ("verdict", f'<span class="pill {line.tone}">{html.escape(line.word)}</span>'),
        ("n", NOTHING if shown.n == language.NO_VALUE else html.escape(shown.n) + answered),
    )
    rest = "".join(f'<td class="{kind}">{content}</td>' for kind, content in columns)
    # The "?" never begins a line of its own.
    head = f'{_to_trend(line, narrowed)}\u00a0<span class="what">{what}</span>{below}'
    return f'<tr><th scope="row">{head}</th>{rest}</tr>'


def _to_trend(line: Line, narrowed: Query) -> str:
    kpi = line.kpi
    return link("trends", kpi.title, {**address.shared(), **narrowed, "kpi": kpi.id})


def _beside(others: Against | None) -> tuple[str, str]:
    """Return the cell on all the others: its style, and their value with what is proven."""
    if others is None or not others.value:
        return "others", NOTHING
    whose = "" if others.whole else html.escape(_("(the others)"))
    words = f'{html.escape(others.words)} <span class="phone">{whose}</span>'
    return f"others {others.side}", words


def _spark(line: Line, shown: Cells) -> str:
    if not shown.alt:
        return language.NO_VALUE
    colour = FALL if line.side == "worse" else ACCENT
    return figures.sparkline(shown.months, shown.alt, band=shown.usual, end=colour)


def _promised(shown: Cells) -> str:
    if shown.kept is None or shown.target is None:
        return NOTHING
    bar = (
        f'<i style="width:{100 * min(shown.kept, 1):.1f}%"></i>'
        f'<b style="left:{100 * min(shown.target, 1):.1f}%"></b>'
    )
    return (
        f'<div class="kept" title="{html.escape(shown.promise, quote=True)}"><div class="bar"'
        f' aria-hidden="true">{bar}</div><span>{html.escape(shown.share)}</span></div>'
    )


def _response(line: Line, filters: Filters) -> str:
    """Return how many answered of those who were asked, where that is known."""
    answered = questions.answered_of(line.kpi, filters)
    return f' <span class="small">{html.escape(answered)}</span>' if answered else ""
