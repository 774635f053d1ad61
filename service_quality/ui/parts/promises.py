"""The Promises page's pieces: the list in the customer's words, one promise by month, the rest."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import streamlit as st

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.datasets import all_datasets
from service_quality.definitions.kpis import Kpi
from service_quality.findings import extent, promised, questions, signals, weakest, wording
from service_quality.findings.asking import ask
from service_quality.findings.promises import (
    Kept,
    few_months,
    in_words,
    kept_line,
    kept_mark,
    kept_word,
    month_rows,
    of_kept,
    promise_title,
    target_line,
)
from service_quality.findings.weakest import WeakLink
from service_quality.measures.answers import Answers
from service_quality.ui import figures
from service_quality.ui.figures.axes import ACCENT, FALL, GREY
from service_quality.ui.frame.page import Page
from service_quality.ui.parts import export, names, tables
from service_quality.ui.parts.charts import chart, details
from service_quality.ui.parts.export import Column
from service_quality.ui.parts.legend import of_signals
from service_quality.ui.parts.text import caption, heading, say

Row = Mapping[str, Any]
COLOURS = {"kept": ACCENT, "not_kept": FALL}
TEMPLATE = (
    {
        "promise_id": "reply",
        "statement": "We answer your message within a day.",
        "statement_fr": "Nous répondons sous un jour.",
        "kpi": "first_reply_time",
        "within": "24",
        "target": "90%",
        "valid_from": "2025-01-01",
    },
    {
        "promise_id": "parcel",
        "statement": "Your parcel comes on the day we said.",
        "statement_fr": "Votre colis arrive le jour dit.",
        "kpi": "delivered_in_time",
        "target": "95%",
        "valid_from": "2025-01-01",
    },
)
COLUMNS = (
    *("promise_id", "statement", "statement_fr", "kpi", "within", "at_least", "at_most"),
    *("target", "valid_from", "valid_to", *DIMENSIONS),
)


def no_promises(page: Page) -> NoReturn:
    """Say how a file of promises is made, offer a template and the way to load it, and stop."""
    say(
        _(
            "Many promises are quicker as a file: fill in this template, one row for each promise."
            " A new target is a new row of the same promise; a row that names no brand and no team"
            " binds everyone."
        )
    )
    st.download_button(
        _("Download a template"),
        export.to_csv(TEMPLATE, {name: Column(name) for name in COLUMNS}),
        "promises.csv",
        "text/csv",
        key="promises-template",
        on_click="ignore",
    )
    page.nothing(_("No promise is loaded yet, so nothing tells what was kept."))


def promise_list(found: Sequence[Kept], filters: Filters) -> None:
    """Show each promise in the customer's words: whom it binds, target, kept, signal."""
    months = ask(Answers.promises_by_month, _always(filters))
    items = "".join(_item(kept, months.get(kept.promise)) for kept in found)
    st.html(f'<ul class="promises">{items}</ul>')
    details("promises", lambda: _as_table(found, months))


def _as_table(found: Sequence[Kept], months: Mapping[str, Any]) -> None:
    rows = [_table_row(kept, months.get(kept.promise)) for kept in found]
    columns = {
        "words": (_("In the customer's words"), "text"),
        "binds": (_("Binds"), "text"),
        "target": (_("Target"), "rate"),
        "value": (_("Kept"), "rate"),
        "low": (_("Plausibly from"), "rate"),
        "high": (_("to"), "rate"),
        "due": (_("n"), "whole"),
        "verdict": (_("Verdict"), "text"),
        "signal": (_("Months"), "text"),
    }
    tables.table(rows, columns, "promises")


def promise_by_month(page: Page, kpi: Kpi, found: Sequence[Kept], filters: Filters) -> None:
    """Let one promise be chosen; show its months, the target as steps, and its events."""
    months, shown = ask(Answers.promises_by_month, _always(filters)), extent.months(filters)
    drawn = [k for k in found if months[k.promise]["trend"].months] if shown else []
    if not drawn:
        return
    heading(_("One promise by month"))
    worst = next((k.promise for k in drawn if k.verdict == "not_kept"), drawn[0].promise)
    options = {kept.promise: kept.words for kept in drawn}
    chosen = page.choose("promise", _("Promise"), options, worst)
    kept = next(k for k in drawn if k.promise == chosen)
    trend, events = months[chosen]["trend"], questions.in_words(months[chosen]["events"])
    title = promise_title(kept, trend)
    figure = figures.kept_by_month(kpi, trend, shown, events)
    columns = {
        "month": (_("Month"), "text"),
        "value": (_("Kept"), "rate"),
        "target": (_("Target"), "rate"),
        "n": (_("n"), "whole"),
        "remark": (_("Remark"), "text"),
    }
    rows = month_rows(trend, shown, events, _counts(filters, chosen))
    why = [of_kept(kept), signals.of_trend(kpi, trend, weakest.quoted(kept.words))]
    above = of_signals(trend, shown)
    chart(title, figure, title, rows, columns, "promise-by-month", above=above, why=why)
    few = sum(bool(row["few"]) for row in rows)
    caption(few_months(few))


def perfect_contacts(kpi: Kpi, filters: Filters) -> None:
    """Show the share of perfect contacts by month, its stairs and its lift."""
    trend, shown = ask(Answers.trend, kpi.id, _always(filters)), extent.months(filters)
    if not trend.months or not shown:
        return
    heading(_("Perfect contacts: every promise that applied was kept"))
    sentence = weakest.climb(trend)
    figure = figures.climbed(kpi, trend, shown)
    rows = [{"month": m.month, "value": m.value} for m in trend.shown(shown)]
    columns = {"month": (_("Month"), "text"), "value": (kpi.title, "rate")}
    why = [weakest.of_climb(trend), signals.of_trend(kpi, trend)]
    above = of_signals(trend, shown)
    chart(sentence, figure, sentence, rows, columns, "perfect-by-month", above=above, why=why)
    caption(" · ".join(signals.signs(trend)))


def weak_link(links: Sequence[WeakLink]) -> None:
    """Show which promise takes which share of the failures, and what mending one would bring."""
    if not links:
        return
    heading(_("The weak link: what contacts failed by"))
    title = weakest.weakest(links)
    columns = {
        "words": (_("In the customer's words"), "text"),
        "share": (_("Share of failures"), "rate"),
        "failed": (_("Contacts that broke it"), "whole"),
        "alone": (_("and nothing else"), "whole"),
        "if_kept": (_("Perfect, were it always kept"), "rate"),
        "n": (_("n"), "whole"),
    }
    figure = figures.weak_links(links)
    rows, why = weakest.link_rows(links), [weakest.of_weakest(links)]
    chart(title, figure, title, rows, columns, "weak-links", why=why)
    caption(weakest.of_contacts(links))


def uncovered(page: Page) -> None:
    """Say what no promise covers, and which promises nothing measures."""
    found = ask(Answers.not_covered)
    kinds = {kind: _(dataset.title) for kind, dataset in all_datasets().items()}
    heading(_("What no promise covers"))
    _sentences(weakest.not_covered(found, kinds, page.label("topic")))
    names.open_one("topic", [row["topic"] for row in found["topics"]], "uncovered")
    silent = [{**row, "words": in_words(row)} for row in found["promises"]]
    if silent:
        heading(_("Promises that nothing measures"))
        _sentences(weakest.not_measured(silent, wording.titles(promised.measurable())))


def _sentences(found: Sequence[str]) -> None:
    if not found:
        caption(_("Every file and every topic has at least one promise."))
        return
    items = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in found)
    st.html(f'<ul class="plain">{items}</ul>')


def _always(filters: Filters) -> Filters:
    """Return filters without their period: a zoom changes no verdict."""
    return filters.between(None, None)


def _counts(filters: Filters, promise: str) -> dict[str, int]:
    rows = ask(Answers.kpi, "promise_kept", ("promise", "month"), _always(filters))
    return {row["month"]: row["n"] for row in rows if row["promise"] == promise}


def _item(kept: Kept, months: Row | None) -> str:
    """Return one promise of the list; the bar only repeats what the words say."""
    mark, word = kept_mark(kept.verdict), kept_word(kept.verdict)
    colour = COLOURS.get(kept.verdict, GREY)
    figures_line = [kept_line(kept), target_line(kept)]
    by_month = " · ".join(_signs(kept, months))
    signs = [_("Month by month: {signs}").format(signs=by_month)] if by_month else []
    below = [_("Binds {whom}").format(whom=kept.binds)]
    below.append(_("Measured by {measure}").format(measure=kept.measured_by))
    lines = "".join(
        f'<p class="small">{html.escape(" · ".join(part for part in parts if part))}</p>'
        for parts in (figures_line, signs, below)
        if any(parts)
    )
    sign = f'<span style="color:{colour}" aria-hidden="true">{mark}</span>'
    return (
        f"<li><div><p class='words'>{html.escape(kept.words)}</p>{lines}</div>"
        f'<div class="verdict"><p>{sign} {html.escape(word)}</p>{_bar(kept, colour)}</div></li>'
    )


def _signs(kept: Kept, months: Row | None) -> list[str]:
    if months is None or kept.value is None:
        return []
    return signals.signs(months["trend"])


def _bar(kept: Kept, colour: str) -> str:
    if kept.value is None:
        return ""
    target = "" if kept.target is None else f'<b style="left:{100 * kept.target:.1f}%"></b>'
    bar = f'<i style="width:{100 * kept.value:.1f}%;background:{colour}"></i>'
    return f'<div class="bar" aria-hidden="true">{bar}{target}</div>'


def _table_row(kept: Kept, months: Row | None) -> dict[str, Any]:
    return {
        "words": kept.words,
        "binds": kept.binds,
        "target": kept.target,
        "value": kept.value,
        "low": kept.low,
        "high": kept.high,
        "due": kept.due,
        "verdict": kept_word(kept.verdict),
        "signal": " · ".join(_signs(kept, months)),
    }
