"""The real app in a real browser: `app` serves it on an empty data folder, `new_page` opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import prepared
from tests.browser import chromium
from tests.browser.driving import App, serve, settle
from tests.browser.readers import ARGUMENTS, Readers

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
    """One browser for the session, which finds no other host than this one."""
    path = chromium.find()
    if path is None:
        pytest.fail("No browser: run `make browser`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def readers(browser: Browser) -> Readers:
    """Readers of the app whom tests can have one after another."""
    return Readers(browser)


@pytest.fixture
def new_page(app: App, readers: Readers) -> Iterator[NewPage]:
    """Open a path or a whole URL as another reader: `new_page("upload", locale="fr-FR")`.

    Width and height are in CSS pixels; other words go to playwright's `new_context`. What a page
    asks of any other host is cut off, and the test fails; so it does if the app wrote a traceback.
    """
    before = app.log.stat().st_size
    with readers.of_a_test() as another:

        def open_page(
            path: str = "", *, width: int = 1280, height: int = 900, **options: Any
        ) -> Page:
            options = {"locale": "en-GB", "reduced_motion": "reduce"} | options
            page = another(**options).new_page()
            page.set_viewport_size({"width": width, "height": height})
            page.goto(path if "://" in path else f"{app.url}/{path.lstrip('/')}")
            settle(page)
            return page

        yield open_page
    written = app.log.read_bytes()[before:].decode(errors="replace")
    assert "Traceback" not in written, written


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """The app's first page in a fresh context."""
    return new_page()
