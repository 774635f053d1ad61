"""Who is spoken to: only at the command line do sentences name its words and columns."""

from __future__ import annotations

from contextvars import ContextVar

from service_quality.base import language

_on_page: ContextVar[bool] = ContextVar("on_page", default=False)


def speak_on_page() -> None:
    """Speak to a reader of a page from here on, within this thread."""
    _on_page.set(True)


def on_page() -> bool:
    """Whether a reader of a page is spoken to."""
    return _on_page.get()


def typed(words: str) -> str:
    """Return what to type, with a blank before it; nothing on a page, where one clicks."""
    return "" if on_page() else f" {words}"


def name(column: str, title: str) -> str:
    """Return what a column of ours is called: on a page by its title, else by its name."""
    return language.quoted(title) if on_page() else column
