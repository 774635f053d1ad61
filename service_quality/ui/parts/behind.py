"""The rows behind a point of a chart: how many there are, the first of them, all as a file.

A click on a point and the choice beside it do the same: the month stands in the address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service_quality.base import language, periods
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.datasets.base import Column as Stored
from service_quality.definitions.kpis import Kpi
from service_quality.findings import names, promised, questions, wording
from service_quality.findings.asking import ask
from service_quality.findings.comparisons import value_of
from service_quality.measures import behind
from service_quality.measures.answers import Answers
from service_quality.measures.behind import Behind
from service_quality.ui.frame import address
from service_quality.ui.frame.data import current
from service_quality.ui.frame.page import Page
from service_quality.ui.parts import tables
from service_quality.ui.parts.export import Column
from service_quality.ui.parts.text import caption, heading

Row = Mapping[str, Any]
ROWS = "rows"  # the month, in the address
MOST = 300  # on the page; a file has them all
KINDS = {"time": "time", "integer": "whole", "number": "number2"}


def opens(kpi: Kpi) -> bool:
    """Return whether there is anything to show behind the points of a KPI."""
    return behind.has_rows(kpi)


def open_month(month: str) -> None:
    """Show the rows of a month from now on: what a click on its point does."""
    address.write(**{ROWS: [month]})


def rows_of_month(page: Page, kpi: Kpi, points: Sequence[Row], filters: Filters) -> None:
    """Let a month of the points be chosen, and show the rows that it counts."""
    if not opens(kpi):
        return
    months = sorted({p["month"] for p in points if value_of(kpi, p) is not None}, reverse=True)
    named = {month: language.month(month) for month in months}
    place = page.controls(3)[0]
    month = page.choose(ROWS, _("Rows of a month"), {"": _("none"), **named}, place=place)
    if not month:
        return
    part, scale = _within(month, filters), questions.scale_of(kpi)
    found = ask(Answers.behind, kpi.id, part, scale, MOST)
    heading(_counted(kpi, month, found))
    caption(_what(kpi))
    if found.hidden:
        caption(_few(found))
    if not found.rows:
        return
    open_ones = found.of_all - found.hidden
    if open_ones > len(found.rows):
        text = _("The first {n} of {all} are shown; the downloads have them all.")
        shown = language.number(len(found.rows))
        caption(text.format(n=shown, all=language.number(open_ones)))
    answers = current().answers  # of this reader: whoever sees some rows alone, downloads these

    def everything() -> list[dict[str, Any]]:
        return _in_words(answers.behind(kpi.id, part, scale).rows, found.columns, promises)

    promises = _promises(found.columns)
    columns, name = _columns(kpi, found.columns), f"rows-{kpi.id}-{month}"
    tables.table(
        _in_words(found.rows, found.columns, promises), columns, name, everything=everything
    )


def _within(month: str, filters: Filters) -> Filters:
    """Return the month, cut by a period that begins or ends in it, as its point was."""
    first = language.as_month(month)
    last = periods.last_day(first)
    if filters.start and first < filters.start <= last:
        first = filters.start
    if filters.end and first <= filters.end < last:
        last = filters.end
    return filters.between(first, last)


def _counted(kpi: Kpi, month: str, found: Behind) -> str:
    text = language.ngettext(
        "{month}: the {n} row behind “{kpi}”", "{month}: the {n} rows behind “{kpi}”", found.n
    )
    if found.n != found.of_all:
        text = language.ngettext(
            "{month}: the {n} cases of {rows} row behind “{kpi}”",
            "{month}: the {n} cases of {rows} rows behind “{kpi}”",
            found.of_all,
        )
    n, rows = language.number(found.n), language.number(found.of_all)
    return text.format(month=language.month(month), n=n, rows=rows, kpi=kpi.title)


def _few(found: Behind) -> str:
    if found.hidden == found.of_all:
        return _("Fewer than 10 people answered: their figures are hidden.")
    text = language.ngettext(
        "{n} of them is hidden: fewer than 10 people answered.",
        "{n} of them are hidden: fewer than 10 people answered.",
        found.hidden,
    )
    return text.format(n=language.number(found.hidden))


def _what(kpi: Kpi) -> str:
    """Return what one row is, where it is no stored row."""
    if behind.is_of_rows(kpi):
        return ""
    if kpi.dataset == "totals":
        return _("The file counts by month itself: its totals are all that is known of the cases.")
    if kpi.parts == "ratio":
        return _("One row is one promise, due once; a total of a file is due as often as it says.")
    if kpi.dataset == "promises":
        return _("One row is one contact, with the date of its first row.")
    return _("One row is one person, with the date of the first row; who it is stays behind.")


def _promises(stored: Sequence[Stored]) -> dict[str, str]:
    """Return the words of each promise, where rows are about promises."""
    named = any(column.name == "promise" for column in stored)
    return {kept.promise: kept.words for kept in promised.each(Filters())} if named else {}


def _columns(kpi: Kpi, stored: Sequence[Stored]) -> dict[str, Column]:
    labels = wording.labels() | {"value": kpi.title}
    found = {c.name: Column(labels.get(c.name) or _(c.title), _kind(c)) for c in stored}
    return found | {"source": Column(_("Source"))}


def _kind(column: Stored) -> str:
    return KINDS.get(column.kind, "text")


def _in_words(
    rows: Sequence[Row], stored: Sequence[Stored], promises: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return rows with yes and no, months and promises in words."""
    words = {True: _("yes"), False: _("no")}
    truths = [column.name for column in stored if column.kind == "yes_no"]
    found = [{**row, **{name: words.get(row[name]) for name in truths}} for row in rows]
    by_month = any(column.kind == "month" for column in stored)
    for row in found:
        row["source"] = names.shown(row["source"], "source")
        if promises:
            row["promise"] = promises.get(row["promise"], row["promise"])
        if by_month:
            row["at"] = language.month(f"{row['at']:%Y-%m}")
    return found
