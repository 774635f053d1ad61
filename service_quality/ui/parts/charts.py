"""Charts with their table and download, and small multiples."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from service_quality.base import language
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import comparisons, extent, questions, surveys, wording
from service_quality.findings.asking import ask
from service_quality.findings.comparisons import value_of, written
from service_quality.findings.names import in_rows
from service_quality.findings.names import shown as entity
from service_quality.findings.paper import charts as paper
from service_quality.findings.paper.charts import Chart
from service_quality.findings.verdict import Verdict
from service_quality.measures.answers import Answers
from service_quality.measures.intervals import suppressed
from service_quality.ui import figures
from service_quality.ui.figures.axes import ACCENT, GREY
from service_quality.ui.frame import address
from service_quality.ui.frame.links import link
from service_quality.ui.parts import lazy, names, tables
from service_quality.ui.parts.how import how
from service_quality.ui.parts.pictures import pictures
from service_quality.ui.parts.text import caption, closed, line, md, say

Row = Mapping[str, Any]
MOST_MULTIPLES = 24
MOST_DOTS = 20
UNCHANGED = {"unselected": {"marker": {"opacity": 1}}}


def chart(
    title: str,
    figure: dict[str, Any],
    alt: str,
    rows: Sequence[Row],
    columns: tables.Columns,
    name: str,
    *,
    above: str = "",
    why: Sequence[Verdict | None] = (),
    picture: Chart | None = None,
    scope: str = "",
    beside: Callable[[], None] | None = None,
    named: tuple[str, Sequence[str | None]] | None = None,
    on_point: Callable[[str], None] | None = None,
) -> None:
    """Show a figure under a title that says the finding; one line below opens what belongs to it.

    That is its table to download, and how the verdicts `why` were reached. `above` is HTML
    between title and figure, such as a legend; texts in it are escaped already. `picture` is the
    same chart for paper, to download; `scope` says its period and its cases there. `named` are a
    dimension and those of its values that the chart names: each has a page. `on_point` is told
    the own data of a point that is clicked on; `beside` adds a control to the line below.
    """
    say(title, "chart", "h2")
    if above:
        st.html(above)
    _draw(figure, alt, f"chart-{name}", on_point)
    with st.container(horizontal=True):
        details(name, lambda: _files(title, rows, columns, name, picture, scope))
        how(*why)
        if beside:
            beside()
        if named:
            names.open_one(*named, name)


def _files(
    title: str,
    rows: Sequence[Row],
    columns: tables.Columns,
    name: str,
    picture: Chart | None,
    scope: str,
) -> None:
    tables.table(rows, columns, name)
    if picture:
        pictures(picture, title, scope, name)


def _draw(
    figure: dict[str, Any], alt: str, key: str, on_point: Callable[[str], None] | None
) -> None:
    from service_quality.ui.figures.drawn import Drawn  # plotly, which not each page needs

    if on_point is None:
        st.plotly_chart(Drawn(figure), config=figures.CONFIG, alt=alt, key=key)
        return

    def clicked() -> None:
        for point in st.session_state[key].selection.points[:1]:
            if found := point.get("customdata"):
                on_point(found if isinstance(found, str) else found[0])

    drawn = figure["data"]
    st.plotly_chart(
        # A point that is chosen makes no other fainter.
        Drawn({**figure, "data": [t | UNCHANGED if "customdata" in t else t for t in drawn]}),
        config=figures.CONFIG,
        alt=alt,
        key=key,
        on_select=clicked,
        selection_mode="points",
    )


def more(kpis: Sequence[Kpi]) -> None:
    """Show a closed list of KPIs that have no tile, each a link to its trend."""
    if not kpis:
        return
    with st.expander(_("More measures")):
        for kpi in kpis:
            query = {**address.shared(), "kpi": kpi.id}
            st.page_link("pages/trends.py", label=md(kpi.title), query_params=query)


def details(name: str, inside: Callable[[], None]) -> None:
    """Offer, closed, a chart's table and what else belongs to it."""
    icon = ":material/table:"
    lazy.popover(_("Table and download"), f"details-{name}", inside, kind="tertiary", icon=icon)


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
    name, shown = entity(row[dimension], dimension), written(kpi, value_of(kpi, row))
    label = _("{name}: {value}").format(name=name, value=shown)
    to = names.link(dimension, row[dimension])
    colour = ACCENT if mine or focus is None else GREY
    line = figures.sparkline(values, label, low=scale[0], high=scale[1], colour=colour)
    n = " · ".join(_counted(kpi, row.get("n")))
    return (
        f'<figure class="{"focus" if mine else ""}"><figcaption><span>{to}</span>'
        f"<span>{html.escape(shown)}</span></figcaption>{line}"
        f'<p class="small">{html.escape(n)}</p></figure>'
    )


def dots(
    kpi: Kpi,
    rows: Sequence[Row],
    dimension: str,
    label: str,
    focus: str | None,
    name: str,
    scope: str = "",
) -> None:
    """Show one dot for each value of a dimension, worst first; `scope` is as in `chart`."""
    ordered = comparisons.worst_first(kpi, rows)
    if not ordered:
        return
    title = f"{kpi.title} · {comparisons.spread(kpi, ordered, dimension, label)}"
    named = in_rows(ordered, dimension)
    drawn = [
        row
        for i, row in enumerate(ordered)
        if i < MOST_DOTS or (focus is not None and row[dimension] == focus)
    ]
    chart(
        title,
        figures.dots(kpi, drawn, dimension, focus),
        title,
        named,
        tables.kpi_columns(kpi, {dimension: label}),
        name,
        picture=paper.dots(kpi, paper.known(kpi, ordered), dimension, len(ordered), MOST_DOTS),
        scope=scope,
        named=(dimension, [row[dimension] for row in ordered]),
    )
    shown, known = ([r for r in rows if not r.get("suppressed")] for rows in (drawn, ordered))
    _not_drawn(len(shown), len(known))
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
        text = _("Would recommend, marks {scale}: promoters at the bottom")
    else:
        text = _("Satisfaction, marks {scale}: the best at the bottom")
    title = text.format(scale=surveys.from_to(scale or ""))
    columns = {
        "month": (_("Month"), "text"),
        "point": (_("Point"), "text"),
        "n": (_("n"), "whole"),
    }
    figure = figures.distribution(rows, shown, groups)
    picture, scope = paper.distribution(kpi, filters), extent.period(filters)
    name = f"points-{kpi.id}"
    chart(title, figure, title, rows, columns, name, picture=picture, scope=scope)


def definition(kpi: Kpi, has_data: bool, *, opened: bool = False) -> str:
    """Return the HTML of one KPI's words, formula, caveats and source, closed or `opened`."""
    ids = {_("Id on the command line and in links"): kpi.id}
    lines = [
        line(label, "small") + line(words)
        for label, words in {**wording.definition(kpi), **ids}.items()
        if words
    ]
    if has_data:
        trend = link("trends", _("Open the trend"), {"kpi": kpi.id})
        lines.append(f"<p>{trend}</p>")
    else:
        lines.append(line(_("No data for this measure yet."), "small"))
    return closed(kpi.title, lines, opened=opened)


def _counted(kpi: Kpi, n: int | None) -> list[str]:
    return [] if n is None else [surveys.counted(n, hidden=suppressed(kpi, n))]
