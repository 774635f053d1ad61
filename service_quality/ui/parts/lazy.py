"""Places that are built when a reader opens them: what stays closed costs a page nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import streamlit as st


def popover(
    label: str,
    key: str,
    inside: Callable[[], None],
    *,
    icon: str | None = None,
    kind: Literal["secondary", "tertiary"] = "secondary",
) -> None:
    """Offer what `inside` shows behind a button."""
    place = st.popover(label, type=kind, icon=icon, key=key, on_change="rerun")
    _build(place, key, inside)


def expander(label: str, key: str, inside: Callable[[], None], *, expanded: bool = False) -> None:
    """Offer what `inside` shows behind a line."""
    place = st.expander(label, expanded=expanded, key=key, on_change="rerun")
    _build(place, key, inside)


def _build(place: Any, key: str, inside: Callable[[], None]) -> None:
    seen = f"seen-{key}"
    # Once opened it stays built: a field that is shown no more forgets what was typed.
    if place.open or st.session_state.get(seen):
        st.session_state[seen] = True
        with place:
            inside()
