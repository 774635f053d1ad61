"""Names on pages: the way from each to the page of that brand, team, channel or topic."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from service_quality.base.dimensions import GROUPS
from service_quality.base.language import _
from service_quality.findings import entities, wording
from service_quality.findings.names import shown
from service_quality.ui.frame import address, links


def link(dimension: str, value: str | None, words: str = "") -> str:
    """Return a name, or `words` on it, as HTML: a link to its page, but for rows that name none."""
    words = words or shown(value, dimension)
    if value is None or dimension in GROUPS:
        return html.escape(words)
    return links.link("entity", words, {**address.shared(), "who": entities.key(dimension, value)})


def open_one(dimension: str, values: Sequence[str | None], key: str) -> None:
    """Offer the page of each of these, where a chart or a table shows their names."""
    known = {v: shown(v, dimension) for v in values if v is not None}
    if not known or dimension in GROUPS:
        return
    label = _("{label}: open the page of…").format(label=wording.labels()[dimension])
    chosen = st.selectbox(
        label,
        sorted(known),
        index=None,
        key=f"open-{key}",
        format_func=lambda each: known[each],
        placeholder=label,
        label_visibility="collapsed",
        width=240,
    )
    if chosen is not None:
        query = {**address.shared(), "who": entities.key(dimension, chosen)}
        st.switch_page(links.ENTITY, query_params=query)
