"""What a narrow screen needs besides: the menu closes once used, filters stand on the page."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from service_quality.base.language import _
from service_quality.ui.frame import address
from service_quality.ui.parts.text import md

CHIPS = "chips"
NARROW = 768  # pixels, under which Streamlit lays the menu over the page
MENU = """<script>if (!window.menuCloses) {{
window.menuCloses = true;
document.addEventListener("click", (event) => {{
  if (innerWidth > {narrow}) return;
  if (event.target.closest("#open-filters"))
    document.querySelector("[data-testid=stExpandSidebarButton]")?.click();
  else if (event.target.closest("[data-testid=stSidebar] [data-testid=stPageLink]"))
    document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
}});
}}</script>"""


def menu_closes() -> None:
    """Let the menu close once a page was chosen in it, where it lies over the page."""
    st.html(MENU.format(narrow=NARROW), unsafe_allow_javascript=True)


def chips(period: str, chosen: Sequence[tuple[str, str]]) -> None:
    """Show the period, which opens the filters, and each filter that was chosen, to be cleared.

    They are seen on a narrow screen only: a wide one shows the filters themselves.
    """
    filters = " · ".join(part for part in (period, _("Filters")) if part)
    st.html(f'<button type="button" id="open-filters">{html.escape(filters)}</button>')
    for name, words in chosen:
        st.button(
            md(f"{words} ✕"),
            key=f"chip-{name}",
            on_click=lambda name=name: address.write(**{name: None}),
        )
