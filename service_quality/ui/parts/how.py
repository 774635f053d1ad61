"""“How do we know?”: beside a verdict, the method, its source and the numbers that went in."""

from __future__ import annotations

import html

import streamlit as st

from service_quality.base.language import _
from service_quality.findings.how import Method
from service_quality.findings.verdict import Verdict
from service_quality.ui.frame.links import link
from service_quality.ui.parts.text import closed, line


def how(*verdicts: Verdict | None) -> None:
    """Offer, closed, how each of these verdicts was reached; nothing where there is none.

    One line on a page: `how(replies.of_waits(kpi, row))`. None stands for a verdict that
    could not be reached.
    """
    known = [verdict for verdict in verdicts if verdict is not None]
    if not known:
        return
    with st.popover(_("How do we know?"), type="tertiary", icon=":material/help:"):
        # One element: a page has a dozen of these, and each of its own would be a message.
        st.html(f'<div class="known">{"<hr>".join(map(_explained, known))}</div>')


def method(found: Method, *, opened: bool = False) -> str:
    """Return the HTML of one method by itself, closed or `opened`, as the definitions show it."""
    lines = (
        (_("How it works"), found.works),
        (_("What it does not say"), found.not_said),
        (_("Source"), found.source),
    )
    inside = (line(label, "small") + line(_(text)) for label, text in lines)
    return closed(_(found.title), inside, opened=opened)


def mentions(found: Method, wanted: str) -> bool:
    """Return whether a method's texts or its id have all of the wanted words."""
    texts = (found.title, found.works, found.not_said, found.source)
    everything = " ".join([found.id, *(_(text) for text in texts)]).casefold()
    return all(word in everything for word in wanted.casefold().split())


def _explained(verdict: Verdict) -> str:
    found = verdict.how
    not_said = _("It does not say: {what}").format(what=verdict.not_said or _(found.not_said))
    return "".join(
        (
            line(verdict.sentence, "verdict", "h2"),
            line(_(found.title), "small"),
            line(_(found.works), "how"),
            _numbers(verdict),
            line(not_said, "small"),
            line(_("Source: {source}").format(source=_(found.source)), "small"),
            link("definitions", _("All methods"), {"q": found.id}),
        )
    )


def _numbers(verdict: Verdict) -> str:
    rows = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th><td>{html.escape(value)}</td></tr>'
        for name, value in verdict.numbers
    )
    head = html.escape(_("The numbers that went in"))
    return f'<table class="how"><caption>{head}</caption>{rows}</table>' if rows else ""
