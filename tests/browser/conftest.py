"""The real app in a real browser: `app` serves it on an empty data folder, `new_page` opens it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.browser import chromium

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
RUN_SECONDS = 30


@dataclass(frozen=True)
class App:
    """A running app: where it answers, its data folder and what it has written to its terminal."""

    url: str
    data: Path
    log: Path


StartApp = Callable[[Path], App]
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartApp]:
    """Start another app, on a data folder that a test has filled; it stops with the session."""
    with ExitStack() as running:

        def start(data: Path) -> App:
            log = tmp_path_factory.mktemp("app") / "terminal.log"
            return running.enter_context(_serve(data, log))

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
    asks of any other host is cut off, and the test fails.
    """
    strangers: list[str] = []
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


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """The app's first page in a fresh context."""
    return new_page()


def settle(page: Page) -> None:
    """Wait until the script has run and what it wrote stands; call it after every interaction."""
    quiet = '[data-testid="stApp"][data-test-script-state="notRunning"]'
    page.wait_for_timeout(100)  # a click needs a moment to set the script off
    page.wait_for_selector(quiet, timeout=RUN_SECONDS * 1000)
    page.wait_for_selector('[data-testid="stSkeleton"]', state="detached")


@contextmanager
def _serve(data: Path, log: Path) -> Iterator[App]:
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=localhost"]
    command += ["--server.fileWatcherType=none"]
    environment = {**os.environ, "SERVICE_QUALITY_DATA": str(data)}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        url = f"http://localhost:{port}"
        _wait_until_healthy(url, process, log)
        yield App(url, data, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"The app did not start:\n{log.read_text(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return int(listener.getsockname()[1])


def _is_elsewhere(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.hostname != "localhost"


def _cut_off(strangers: list[str]) -> Callable[[Route], None]:
    def handle(route: Route) -> None:
        strangers.append(route.request.url)
        route.abort()

    return handle
