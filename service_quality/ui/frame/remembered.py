"""What this browser remembers of its reader: a choice or two, in cookies that it keeps a year."""

from __future__ import annotations

import json

import streamlit as st

PREFIX = "service-quality-"
CHOICES = "remembered"
YEAR = 365 * 24 * 3600
# Written by the page: Streamlit has no way to send a cookie with an answer.
SCRIPT = """<script>for (const [name, value] of Object.entries({choices}))
document.cookie = `${{name}}=${{value}}; path=/; max-age={year}; SameSite=Lax`;</script>"""


def recall(name: str) -> str:
    """Return what was chosen in this session, else what the browser remembers; "" for nothing."""
    chosen: str | None = st.session_state.get(CHOICES, {}).get(name)
    return chosen if chosen is not None else st.context.cookies.get(PREFIX + name, "")


def remember(name: str, value: str) -> None:
    """Remember a choice; `write` hands it to the browser."""
    st.session_state.setdefault(CHOICES, {})[name] = value


def write() -> None:
    """Let the browser keep what was chosen in this session."""
    if chosen := st.session_state.get(CHOICES):
        choices = json.dumps({PREFIX + name: value for name, value in chosen.items()})
        st.html(SCRIPT.format(choices=choices, year=YEAR), unsafe_allow_javascript=True)
