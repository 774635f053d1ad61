"""Charts with their table and download, KPI tiles and small multiples."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import streamlit as st

from service_quality.base import language
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import comparisons, signals, surveys
from service_quality.findings.comparisons import Comparison, value_of, written
from service_quality.measures.answers import Answers
from service_quality.measures.intervals import suppressed
from service_quality.measures.trends import Trend
from service_quality.ui import figures
from service_quality.ui.figures.axes import ACCENT, GREY
from service_quality.ui.frame import address
from service_quality.ui.frame.data import ask
from service_quality.ui.parts import questions, tables
from service_quality.ui.parts.text import caption, md, say

Row = Mapping[str, Any]
MOST_MULTIPLES = 24
MOST_DOTS = 20
COLOURS: dict[str, Literal["blue", "orange"]] = {"better": "blue", "worse": "orange"}


def chart(
    title: str,
    figure: dict[str, Any],
    alt: str,
    rows: Sequence[Row],
    columns: tables.Columns,
    name: str,
    *,
    above: str = "",
) -> None:
    """Show a figure under a title that says the finding, with its table and download.

    `above` is HTML between title and figure, such as a legend; texts in it are escaped already.
    """
    say(title, "chart", "h3")
    if above:
        st.html(above)
    st.plotly_chart(figure, config=figures.CONFIG, alt=alt, key=f"chart-{name}")
    with details():
        tables.table(rows, columns, name)


def tile(found: Comparison, trend: Trend, filters: Filters, until: date | None = None) -> None:
    """Show one KPI in a period: value, change on a year before, signal or noise, n.

    The line is that of two years up to the end of the period; the tile opens its trend. Months
    up to `until`, which others reach, are said to be awaited.
    """
    kpi, values = found.kpi, questions.spark(found.kpi, trend, filters)
    with st.container(border=True, height="stretch"):
        st.page_link(
            "pages/trends.py",
            label=md(_(kpi.title)),
            query_params={**address.shared(), "kpi": kpi.id},
            help=_("Open the trend"),
        )
        known = found.change is not None
        st.metric(
            md(_(kpi.title)),
            written(kpi, found.value) if found.value is not None else _not_known(found),
            delta=comparisons.written_change(kpi, found.change) if known else None,
            delta_color=COLOURS.get(found.verdict, "off"),
            delta_arrow=_arrow(found),
            delta_description=comparisons.verdict_word(found.verdict),
            label_visibility="collapsed",
        )
        alt = _("{kpi} by month, from {first} to {last}").format(
            kpi=_(kpi.title), first=_first(kpi, values), last=_first(kpi, values[::-1])
        )
        promise = questions.promise(kpi) if kpi.measure == "rate" else ""
        if promise:
            alt = _("{line}; promised: {promise}").format(line=alt, promise=promise)
        line = figures.sparkline(values, alt, promise=1.0 if promise else None)
        missing = questions.awaited(kpi, until, filters) if until else ""
        below = [
            questions.rests_on(found, filters),
            *([missing] if missing else []),
            *([f"┈ {promise}"] if promise else []),
        ]
        signs = "".join(
            f'<p class="small sign">{html.escape(words)}</p>'
            for words in signals.signs(trend, found.verdict)
        )
        words = "".join(f'<p class="small">{html.escape(words)}</p>' for words in below)
        st.html(line + signs + words)


def more(kpis: Sequence[Kpi]) -> None:
    """Show a closed list of KPIs that have no tile, each a link to its trend."""
    if not kpis:
        return
    with st.expander(_("More measures")):
        for kpi in kpis:
            query = {**address.shared(), "kpi": kpi.id}
            st.page_link("pages/trends.py", label=md(_(kpi.title)), query_params=query)


def in_threes(members: Sequence[Comparison]) -> Iterator[list[tuple[Any, Comparison]]]:
    """Return places three to a row, each with its member; a phone stacks them."""
    for start in range(0, len(members), 3):
        yield list(zip(st.columns(3), members[start : start + 3], strict=False))


def details() -> Any:
    """Return the closed place of a chart's table."""
    return st.expander(_("Table and download"))


def multiples(
    kpi: Kpi,
    wholes: Sequence[Row],
    cut: Sequence[Row],
    dimension: str,
    shown: Sequence[str],
    focus: str | None = None,
) -> None:
    """Show one small line per value of a dimension, on one scale, in the order of `wholes`.

    `cut` has the rows by dimension and month.
    """
    lines = figures.series(kpi, cut, dimension, shown)
    known = [v for values in lines.values() for v in values if v is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    first = [row for row in wholes if focus is not None and row[dimension] == focus]
    rows = [*first, *(row for row in wholes if row not in first)]
    cells = [
        _multiple(kpi, row, dimension, lines.get(row[dimension], []), (low, high), focus)
        for row in rows[:MOST_MULTIPLES]
    ]
    st.html(f'<div class="grid">{"".join(cells)}</div>')
    _not_drawn(len(cells), len(rows))


def _not_drawn(drawn: int, everything: int) -> None:
    if drawn < everything:
        text = _("The worst {n} of {all} are drawn; the table has them all.")
        caption(text.format(n=language.number(drawn), all=language.number(everything)))


def _multiple(
    kpi: Kpi,
    row: Row,
    dimension: str,
    values: Sequence[float | None],
    scale: tuple[float, float],
    focus: str | None,
) -> str:
    mine = focus is not None and row[dimension] == focus
    name, shown = comparisons.entity(row[dimension]), written(kpi, value_of(kpi, row))
    label = _("{name}: {value}").format(name=name, value=shown)
    colour = ACCENT if mine or focus is None else GREY
    line = figures.sparkline(values, label, low=scale[0], high=scale[1], colour=colour)
    n = " · ".join(_counted(kpi, row.get("n")))
    return (
        f'<figure class="{"focus" if mine else ""}"><figcaption><span>{html.escape(name)}</span>'
        f"<span>{html.escape(shown)}</span></figcaption>{line}"
        f'<p class="small">{html.escape(n)}</p></figure>'
    )


def dots(
    kpi: Kpi, rows: Sequence[Row], dimension: str, label: str, focus: str | None, name: str
) -> None:
    """Show one dot for each value of a dimension, worst first."""
    ordered = comparisons.worst_first(kpi, rows)
    if not ordered:
        return
    title = f"{_(kpi.title)} · {comparisons.spread(kpi, ordered, dimension, label)}"
    named = [dict(row) | {dimension: comparisons.entity(row[dimension])} for row in ordered]
    drawn = [
        row
        for i, row in enumerate(ordered)
        if i < MOST_DOTS or (focus is not None and row[dimension] == focus)
    ]
    figure = figures.dots(kpi, drawn, dimension, focus)
    chart(title, figure, title, named, tables.kpi_columns(kpi, {dimension: label}), name)
    _not_drawn(len(drawn), len(ordered))
    caption(surveys.hidden_groups(rows))


def distribution(kpi: Kpi, filters: Filters, shown: Sequence[str]) -> None:
    """Show the share of answers at each point of the scale by month, the best at the bottom."""
    scale = questions.scale_of(kpi)
    rows = ask(Answers.distribution, kpi.id, by=("month",), filters=filters)
    rows = [row for row in rows if row.get("scale") == scale]
    groups = comparisons.scale_groups(kpi, scale or "", [row["point"] for row in rows])
    if not groups:
        return
    if kpi.measure == "nps":
        text = _("Would recommend, answers on {scale}: promoters at the bottom")
    else:
        text = _("Satisfaction, answers on {scale}: the best at the bottom")
    title = text.format(scale=scale)
    columns = {
        "month": (_("Month"), "text"),
        "point": (_("Point"), "text"),
        "n": (_("n"), "whole"),
    }
    figure = figures.distribution(rows, shown, groups)
    chart(title, figure, title, rows, columns, f"points-{kpi.id}")


def definition(kpi: Kpi, has_data: bool) -> None:
    """Show one KPI's words, formula, caveats and source."""
    with st.expander(md(_(kpi.title)), expanded=False):
        for label, text in (
            (_("Promise"), questions.promise(kpi)),
            (_("Measures"), questions.words(kpi.measures)),
            (_("Does not measure"), questions.words(kpi.not_measured)),
            (_("Formula"), questions.words(kpi.formula)),
            (_("Caveats"), questions.words(kpi.notes)),
            (_("Source"), questions.words(kpi.source)),
            (_("Id on the command line and in links"), kpi.id),
        ):
            if text:
                caption(label)
                say(text)
        if has_data:
            st.page_link("pages/trends.py", label=_("Open the trend"), query_params={"kpi": kpi.id})
        else:
            caption(_("No data for this measure yet."))


def _counted(kpi: Kpi, n: int | None) -> list[str]:
    return [] if n is None else [surveys.counted(n, hidden=suppressed(kpi, n))]


def _arrow(found: Comparison) -> Literal["up", "down", "off"]:
    if found.change is None or found.verdict == "same":
        return "off"
    return "up" if found.change > 0 else "down"


def _first(kpi: Kpi, values: Sequence[float | None]) -> str:
    return written(kpi, next((v for v in values if v is not None), None))


def _not_known(found: Comparison) -> str:
    # Fewer than half answered: the median was not reached, which is not "no data".
    return _("not reached") if found.n and found.kpi.measure == "duration" else language.NO_VALUE
