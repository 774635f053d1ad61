"""Links within HTML of our own: followed in the same session, not by loading the app anew."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlencode, urlsplit

import streamlit as st

ENTITY = "pages/entity.py"  # reached from the names that other pages show
MARK = "data-inner"
# A click with a key held down is the browser's: it opens another tab.
FOLLOW = f"""
export default function ({{ setTriggerValue }}) {{
  const follow = (event) => {{
    const link = event.target.closest?.("a[{MARK}]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setTriggerValue("open", link.getAttribute("href"));
  }};
  document.addEventListener("click", follow);
  return () => document.removeEventListener("click", follow);
}}
"""


def link(page: str, words: str, query: Mapping[str, Sequence[str] | str], label: str = "") -> str:
    """Return the HTML of a link to one of the pages; `label` is what a screen reader says."""
    address = html.escape(f"{page}?{urlencode(query, doseq=True)}", quote=True)
    spoken = f' aria-label="{html.escape(label, quote=True)}"' if label else ""
    return f'<a {MARK} href="{address}"{spoken}>{html.escape(words)}</a>'


def follow(pages: Sequence[str]) -> None:
    """Go where such a link was clicked to; `pages` are the files that the navigation offers."""
    mounted = st.components.v2.component("service_quality.links", js=FOLLOW)
    opened = mounted(key="links", height=0, on_open_change=lambda: None).get("open")
    if not opened:
        return
    parts = urlsplit(opened)
    path = f"pages/{parts.path}.py"
    if path in (*pages, ENTITY):
        st.switch_page(path, query_params=parse_qs(parts.query))
