"""What a reader can choose on a page; every choice is kept in the URL as an id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from service_quality.base import filters as filtering
from service_quality.base import language, periods
from service_quality.base.dimensions import GROUPS
from service_quality.base.filters import NARROWED, Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import extent, names, questions, wording
from service_quality.findings.asking import ask
from service_quality.measures.answers import Answers
from service_quality.ui.frame import address, phone
from service_quality.ui.frame.data import Source
from service_quality.ui.parts.text import heading, md

ONLY = "1"  # in a link, of a box that is ticked


class Choices:
    """The choices of one page: `state` holds each of them as the page's link must spell it."""

    def __init__(self, name: str, source: Source, dropped: Any, above: Any) -> None:
        self.name = name
        self.source = source
        self.state: dict[str, list[str]] = {}
        self._kinds: set[str] = set()
        self._sources: Sequence[str | None] = ()
        self._dropped, self._above = dropped, above
        address.begin()
        self._query = address.params()

    def choose(
        self,
        name: str,
        label: str,
        options: Mapping[str, str],
        default: str = "",
        place: Any = st,
        written: Callable[[str], str] = str,
    ) -> str:
        """Return the id chosen among `options` (id to label), kept in the URL.

        An id that is no option any more is told to the reader as `written` says.
        """
        ids = list(options)
        fallback = default if default in options else ids[0]
        value, dropped = filtering.one_of(self._query, name, ids, fallback, written)
        self._say_dropped(dropped, {name: []})
        key = f"{self.name}.{name}"
        address.bind(key, value)
        place.selectbox(
            label,
            ids,
            key=key,
            format_func=lambda chosen: options.get(chosen, chosen),
            on_change=address.on_change(name, key, lambda chosen: [chosen]),
        )
        self.state[name] = [value]
        return value

    def several(
        self, name: str, label: str, options: Mapping[str, str], placeholder: str
    ) -> list[str]:
        """Return the ids chosen among `options`, kept in the URL; those that are none are left.

        `placeholder` says what none chosen means.
        """
        chosen = [each for each in self._query.get(name, ()) if each in options]
        key = f"{self.name}.{name}"
        address.bind(key, chosen)
        changed = address.on_change(name, key, lambda values: values)
        st.multiselect(
            label,
            list(options),
            key=key,
            format_func=options.__getitem__,
            placeholder=placeholder,
            on_change=changed,
        )
        self.state |= {name: chosen} if chosen else {}
        return chosen

    def number(
        self, name: str, label: str, low: int, high: int, default: int, place: Any = st
    ) -> int:
        """Return a whole number from `low` to `high`, kept in the URL."""
        value, dropped = filtering.number_in(self._query, name, low, high, default)
        self._say_dropped(dropped, {name: []})
        key = f"{self.name}.{name}"
        address.bind(key, value)
        changed = address.on_change(name, key, lambda chosen: [str(chosen)])
        place.number_input(label, low, high, step=1, key=key, on_change=changed)
        self.state[name] = [str(value)]
        return value

    def only(self, name: str, label: str, place: Any = st) -> bool:
        """Return whether a box is ticked, kept in the URL while it is."""
        key = f"{self.name}.{name}"
        ticked = self._query.get(name) == [ONLY]
        address.bind(key, ticked)
        changed = address.on_change(name, key, lambda chosen: [ONLY] if chosen else [])
        place.checkbox(label, key=key, on_change=changed)
        self.state |= {name: [ONLY]} if ticked else {}
        return ticked

    def filters(
        self,
        period: tuple[date, date] | None = None,
        dimensions: Sequence[str] = NARROWED,
    ) -> Filters:
        """Return the filters this page obeys; `period` is the one shown unless another is chosen.

        Without a period the page has one of its own, such as a ranking's year.
        """
        known = {name: ask(Answers.dimension_values, name) for name in dimensions}
        chosen, dropped = filtering.from_query(self._query, known, ask(Answers.spellings))
        for name in NARROWED:
            if name not in dimensions:  # what the page does not show does not narrow it
                chosen = chosen.only(name, ())
        left = filtering.to_query(chosen)
        self._say_dropped(dropped, {n: left.get(n, []) for n in ("from", "to", *dimensions)})
        with st.sidebar:
            st.divider()
            chosen = self._period(chosen, *period) if period else chosen.between(None, None)
            for name in dimensions:
                offered = self._of_page(known[name]) if name == "source" else known[name]
                if len(offered) > 1 or chosen.values(name):
                    lost = [value for value in chosen.values(name) if value not in offered]
                    self._dimension(name, [*offered, *lost], chosen)
            if any(name in self._query for name in ("from", "to", *dimensions)):
                st.button(_("Clear all filters"), on_click=clear, type="tertiary")
        with self._above:
            self._chips(chosen, dimensions)
        self.state |= filtering.to_query(chosen)
        self._sources = chosen.values("source")
        return chosen

    def shows(self, *kpis: Kpi) -> None:
        """Say whose data the page shows: the date on top and the choice of sources are theirs."""
        self._kinds |= {kpi.dataset for kpi in kpis}

    def _of_page(self, sources: Sequence[str | None]) -> list[str | None]:
        """Return those of the sources that have rows of a kind that the page shows."""
        of = {row["source"] for row in self._rows_of_page()}
        return [source for source in sources if source in of]

    def _rows_of_page(self) -> list[dict[str, Any]]:
        """Return the sources of the kinds that the page shows, each with its first day."""
        rows: list[dict[str, Any]] = ask(Answers.sources)
        return [row for row in rows if not self._kinds or row["dataset"] in self._kinds]

    def focus(self) -> str | None:
        """Return the focus brand, ours unless another is chosen: the one with the accent."""
        brands = [b for b in ask(Answers.dimension_values, "brand") if b is not None]
        if len(brands) < 2:
            return None
        shown = names.of_dimension("brand")
        options = {"": _("none"), **{brand: shown[brand] for brand in brands}}
        default = self.source.answers.settings.focus_brand or ""
        chosen = self.choose("focus", _("Focus brand"), options, default, st.sidebar)
        return chosen or None

    def search(self, label: str) -> str:
        """Return the words to look for, kept in the URL."""
        key = f"{self.name}.q"
        address.bind(key, " ".join(self._query.get("q", ())))
        changed = address.on_change("q", key, lambda words: [words] if words else [])
        words = st.text_input(label, key=key, on_change=changed)
        self.state |= {"q": [words]} if words else {}
        return words

    def publisher(self, kpi: Kpi) -> tuple[str | None, str | None]:
        """Return the publisher and category of a published ranking; ours has none."""
        if kpi.group != "rankings":
            return None, None
        known = [(p["publisher"], p["category"]) for p in ask(Answers.publishers)]
        first, second = self.controls(2)
        names = {name: name for name, _category in known}
        publisher = self.choose("publisher", _("Publisher"), names, place=first)
        inside = [category for name, category in known if name == publisher]
        options = {category or "": category or _("(none)") for category in inside}
        chosen = self.choose("category", _("Category"), options, place=second)
        return publisher, chosen or None

    def scale(self, kpi: Kpi, place: Any = st) -> None:
        """Offer the scales a survey KPI was answered on, where there are several."""
        scales = ask(Answers.scales, kpi.id) if kpi.dataset == "surveys" else []
        if len(scales) > 1:
            self.choose("scale", _("Scale"), {s: s or _("not stated") for s in scales}, place=place)

    def dimensions(self, kpi: Kpi, least: int = 2) -> dict[str, str]:
        """Return the dimensions in which the KPI has at least so many values, ids and labels."""
        return {name: self.label(name) for name in questions.dimensions(kpi, least)}

    def groups(self, kpi: Kpi) -> dict[str, str]:
        """Return the groupings of the KPI's dimensions that have groups, ids and labels."""
        named = {name: of for name, of in GROUPS.items() if ask(Answers.groups, of)}
        there = self.dimensions(kpi, least=1) if named and kpi.group != "rankings" else {}
        return {name: self.label(name) for name, of in named.items() if of in there}

    def within(self, by: str, place: Any = st) -> str:
        """Return the group of a dimension that the page is narrowed to, "" for all of it."""
        groups = ask(Answers.groups, by) if by not in GROUPS else {}
        if not groups:
            return ""
        options = {"": _("all"), **{group: group for group in groups}}
        return self.choose("group", _("Group"), options, place=place)

    def cut(self, kpi: Kpi, place: Any = st) -> str:
        """Return the dimension to cut by, "" where there is nothing to compare."""
        options = self.dimensions(kpi)
        return self.choose("by", _("Cut by"), options, place=place) if options else ""

    def controls(self, count: int) -> Sequence[Any]:
        """Return places side by side; a phone puts them below each other."""
        return st.columns(count, vertical_alignment="bottom")

    def label(self, dimension: str) -> str:
        """Return a dimension's label, which is a setting: a hospital says "trust"."""
        return wording.label(dimension)

    def _period(self, chosen: Filters, start: date, end: date) -> Filters:
        begun = [row["first"] for row in self._rows_of_page() if row["first"]]
        if begun:  # a period that nobody chose is that of the data
            start = min(max(start, periods.first_day(min(begun))), end)
        start, end = chosen.start or start, chosen.end or end
        reach = [(c["first"], c["last"]) for c in ask(Answers.coverage) if c["last"]]
        first = min([r[0] for r in reach] + [start])
        last = max([r[1] for r in reach] + [end])
        starts = periods.between(first, last)
        ends = [periods.last_day(month) for month in starts]
        heading(_("Period"))
        self._month("from", _("From"), sorted({*starts, start}), start)
        self._month("to", _("To"), sorted({*ends, end}), end)
        if "from" in self._query or "to" in self._query:
            st.button(_("Clear the period"), on_click=clear, args=("from", "to"), type="tertiary")
        return chosen.between(start, end)

    def _month(self, name: str, label: str, days: Sequence[date], value: date) -> None:
        key = f"{self.name}.{name}"
        address.bind(key, value)
        st.selectbox(
            label,
            days[::-1],
            key=key,
            format_func=_month_or_day,
            on_change=address.on_change(name, key, lambda day: [day.isoformat()]),
        )

    def _chips(self, chosen: Filters, dimensions: Sequence[str]) -> None:
        """Show what was chosen above the finding, where the menu hides the filters."""
        values = {n: [names.shown(v, n) for v in chosen.values(n)] for n in dimensions}
        text = _("{label}: {names}")
        named = [
            (n, text.format(label=self.label(n), names=", ".join(v)))
            for n, v in values.items()
            if v
        ]
        phone.chips(extent.period(chosen) if chosen.start else "", named)

    def _dimension(self, name: str, known: Sequence[str | None], chosen: Filters) -> None:
        key = f"{self.name}.{name}"
        every = names.of_dimension(name)
        texts = {v or "": every.get(v) or names.shown(v, name) for v in known}
        address.bind(key, [v or "" for v in chosen.values(name)])
        st.multiselect(
            self.label(name),
            list(texts),
            key=key,
            format_func=lambda v: texts.get(v, v),
            placeholder=_("all"),
            on_change=address.on_change(name, key, lambda values: values),
        )

    def _say_dropped(self, words: Sequence[str], left: Mapping[str, Sequence[str]]) -> None:
        for text in words:
            self._dropped.warning(md(text))
        for name, values in left.items() if words else ():
            address.mend(name, values)


def _month_or_day(at: date) -> str:
    whole = at.day == 1 or at == periods.last_day(at)
    return language.month(at) if whole else language.short_day(at)


def clear(*names: str) -> None:
    """Remove parameters from the URL; without names, every filter."""
    address.write(**dict.fromkeys(names or ("from", "to", *NARROWED)))
