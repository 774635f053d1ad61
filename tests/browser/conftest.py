"""The real app in a real browser: `app` serves it on an empty data folder, `new_page` opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from tests import prepared
from tests.browser import chromium
from tests.browser.driving import App, serve, settle

# A machine that runs four browsers and their apps at once is slow now and then, not wrong.
expect.set_options(timeout=30_000)

StartApp = Callable[..., App]
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartApp]:
    """Start another app, on a data folder that a test has filled; it stops with the session.

    `start_app(folder, example=False)` leaves it to build the example data itself.
    """
    give_example = prepared.giver(tmp_path_factory)
    with ExitStack() as running:

        def start(data: Path, *, example: bool = True) -> App:
            if example:
                give_example(data)
            log = tmp_path_factory.mktemp("app") / "terminal.log"
            return running.enter_context(serve(data, log))

        yield start


@pytest.fixture(scope="session")
def app(start_app: StartApp, tmp_path_factory: pytest.TempPathFactory) -> App:
    """The app as on the first day, shared by all tests that leave its data alone."""
    return start_app(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the session; every page gets a context, so cookies and tabs of its own."""
    path = chromium.find()
    if path is None:
        pytest.fail("No browser: run `make browser`")
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to root, and a container's /dev/shm is small.
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def new_page(app: App, browser: Browser) -> Iterator[NewPage]:
    """Open a path or a whole URL as another reader: `new_page("upload", locale="fr-FR")`.

    Width and height are in CSS pixels; other words go to playwright's `new_context`. What a page
    asks of any other host is cut off, and the test fails; so it does if the app wrote a traceback.
    """
    strangers: list[str] = []
    before = app.log.stat().st_size
    with ExitStack() as contexts:

        def open_page(
            path: str = "", *, width: int = 1280, height: int = 900, **options: Any
        ) -> Page:
            options = {"locale": "en-GB", "reduced_motion": "reduce"} | options
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            contexts.callback(context.close)
            context.route(_is_elsewhere, _cut_off(strangers))
            page = context.new_page()
            page.goto(path if "://" in path else f"{app.url}/{path.lstrip('/')}")
            settle(page)
            return page

        yield open_page
    assert not strangers, f"the page asked other hosts: {strangers}"
    written = app.log.read_bytes()[before:].decode(errors="replace")
    assert "Traceback" not in written, written


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """The app's first page in a fresh context."""
    return new_page()


def _is_elsewhere(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.hostname != "localhost"


def _cut_off(strangers: list[str]) -> Callable[[Route], None]:
    def handle(route: Route) -> None:
        strangers.append(route.request.url)
        route.abort()

    return handle
