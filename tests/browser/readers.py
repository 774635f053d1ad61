"""Readers whom tests can have one after another: what a page takes to open is mostly its scripts.

A new context fetches them and has them compiled again. So contexts are kept, each with a quiet tab
that keeps its process alive; between two tests all other tabs, cookies and what was stored go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Request

ARGUMENTS = [
    # Chromium refuses its sandbox to root, and a container's /dev/shm is small.
    *("--no-sandbox", "--disable-dev-shm-usage"),
    "--font-render-hinting=none",  # as wide as in a window: the shell hints its fonts fully
    # Playwright's own way to cut off other hosts has each page fetch everything anew.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
    "--process-per-site",
]
QUIET = "http://localhost/"  # answered by us; of one site with the app, whatever its port


class Readers:
    """A browser's contexts: each is one reader's cookies, storage and tabs."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}
        self._taken: list[tuple[str, BrowserContext]] = []
        self._asked: set[str] = set()

    @contextmanager
    def of_a_test(self) -> Iterator[Callable[..., BrowserContext]]:
        """Give what finds another reader, by playwright's options; they forget it all at the end.

        The test fails where a page asked another host for something.
        """
        try:
            yield self._another
            strangers = [url for url in self._asked if _is_elsewhere(url)]
            assert not strangers, f"the page asked other hosts: {strangers}"
        finally:
            origins = {"{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in self._asked}
            for name, context in self._taken:
                _forget(context, origins)
                self._free[name].append(context)
            self._taken.clear()
            self._asked.clear()

    def _another(self, **options: Any) -> BrowserContext:
        name = repr(sorted(options.items()))
        free = self._free.setdefault(name, [])
        context = free.pop() if free else self._new(options)
        self._taken.append((name, context))
        return context

    def _new(self, options: dict[str, Any]) -> BrowserContext:
        context = self._browser.new_context(**options)
        quiet = context.new_page()
        quiet.route(QUIET, lambda route: route.fulfill(body=""))
        quiet.goto(QUIET)
        context.on("request", self._listen)
        return context

    def _listen(self, request: Request) -> None:
        self._asked.add(request.url)


def _forget(context: BrowserContext, origins: set[str]) -> None:
    quiet, *pages = context.pages
    for page in pages:
        page.close()
    context.clear_cookies()
    browser = context.new_cdp_session(quiet)
    for origin in origins:
        what = {"origin": origin, "storageTypes": "all"}
        browser.send("Storage.clearDataForOrigin", what)
    browser.detach()


def _is_elsewhere(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.hostname != "localhost"
