"""The address of a view: what the reader chose is in the URL, as ids, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from service_quality.base.filters import NARROWED

MENDED = "mended"
# Kept from page to page; the rest belongs to one page.
SHARED = ("from", "to", *NARROWED, "focus", "asof")


def params() -> dict[str, list[str]]:
    """Return the URL's parameters, each with all its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def shared() -> dict[str, list[str]]:
    """Return the parameters that a link to another page carries along."""
    return {name: values for name, values in params().items() if name in SHARED}


def mend(name: str, values: Sequence[str]) -> None:
    """Remember what is left of a parameter of which something had to be dropped."""
    st.session_state.setdefault(MENDED, {})[name] = list(values)


def begin() -> None:
    """Forget what the page before had to mend."""
    st.session_state[MENDED] = {}


def write(**changes: Sequence[str] | None) -> None:
    """Change parameters in one step, which Back undoes; None or empty removes one.

    What the page had to drop leaves the URL with the next change.
    """
    query = params()
    changes = {**st.session_state.get(MENDED, {}), **changes}
    for name, values in changes.items():
        if values:
            query[name] = list(values)
        else:
            query.pop(name, None)
    st.query_params.from_dict(query)


def link(state: Mapping[str, Sequence[str]]) -> str:
    """Return the absolute address of this page with every choice spelt out."""
    parts = urlsplit(st.context.url or "")
    return urlunsplit(parts._replace(query=urlencode(state, doseq=True), fragment=""))


def home() -> str:
    """Return the address of the app as this reader's browser knows it; empty outside of one."""
    parts = urlsplit(st.context.url or "")
    path = parts.path.rsplit("/", 1)[0]  # without the page
    return urlunsplit((parts.scheme, parts.netloc, path, "", "")) if parts.netloc else ""


def bind(key: str, value: Any) -> None:
    """Make a widget show what the URL says, also after Back."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def on_change(name: str, key: str, ids: Callable[[Any], Sequence[str]]) -> Callable[[], None]:
    """Return what a widget does when it is changed: put its ids into the URL."""

    def changed() -> None:
        write(**{name: ids(st.session_state[key])})

    return changed
