"""Times a choice of a brand in a real browser: Overview against a bare page of as many figures."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium

ROOT = Path(__file__).parents[1]
BARE = Path(__file__).with_name("bare.py")
BRANDS = ("Brand 003", "Brand 010", "Brand 041", "Brand 120", "Brand 007", "Brand 200")
QUIET_SECONDS = 1.0
PATIENCE_SECONDS = 120
BOX = '[data-testid="stMultiSelect"] input'
CHOSEN = '[data-testid="stMultiSelect"] [data-baseweb="tag"]'
TILE = '[data-testid="stMetric"]'

# From the key that chooses the brand to the last change of anything on the page.
WATCH = """() => {
    window.watch = {start: null, last: null};
    addEventListener("keydown", event => {
        if (event.key === "Enter") window.watch = {start: performance.now(), last: null};
    }, true);
    new MutationObserver(() => { window.watch.last = performance.now(); }).observe(
        document.querySelector('[data-testid="stMain"]'),
        {subtree: true, childList: true, attributes: true, characterData: true});
}"""
STANDS = """quiet => {
    const {start, last} = window.watch;
    const state = document.querySelector('[data-testid="stApp"]').dataset.testScriptState;
    return last !== null && state === "notRunning" && performance.now() - last > quiet;
}"""


def measure(data: Path, log: Path) -> dict[str, Any]:
    """Return milliseconds from the choice of a brand until all figures stand, as medians.

    `overview` for brands nobody asked for yet, `again` for the same ones from the app's memory,
    `plotly` and `drawings` for bare pages with as many plotly figures, or drawings as the app's
    tiles have; `tiles` says how many.
    """
    with _browser() as browser:
        with _serve(ROOT / "app.py", log, SERVICE_QUALITY_DATA=str(data)) as url:
            first, tiles = _choices(browser, url)
            again, _tiles = _choices(browser, url)
        answer: dict[str, Any] = {"tiles": tiles, "overview": first, "again": again}
        for kind in ("plotly", "drawings"):
            with _serve(BARE, log, BENCH_FIGURES=str(tiles), BENCH_KIND=kind) as url:
                answer[kind], _tiles = _choices(browser, url)
    return answer


def _choices(browser: Browser, url: str) -> tuple[float, int]:
    """Return the median of choosing each brand in turn, and how many tiles stood in the end."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    page.goto(url)
    page.wait_for_selector(TILE)
    page.evaluate(WATCH)
    page.wait_for_timeout(3000)
    # The first choice also fetches what only a change needs; it is not counted.
    found = [_choose(page, brand) for brand in BRANDS][1:]
    tiles = page.locator(TILE).count()
    context.close()
    return statistics.median(found), tiles


def _choose(page: Page, brand: str) -> float:
    box = page.locator(BOX).first
    box.click()
    if page.locator(CHOSEN).count():
        box.press("Backspace")
        _wait_until_it_stands(page)
        box.click()
    box.type(brand)
    page.wait_for_timeout(300)
    box.press("Enter")
    _wait_until_it_stands(page)
    return float(page.evaluate("window.watch.last - window.watch.start"))


def _wait_until_it_stands(page: Page) -> None:
    page.wait_for_timeout(300)
    page.wait_for_function(STANDS, arg=QUIET_SECONDS * 1000)


@contextmanager
def _browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        sys.exit("No browser: run `make browser`")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@contextmanager
def _serve(script: Path, log: Path, **environment: str) -> Iterator[str]:
    """Serve a script by Streamlit with the app's own configuration; give its address."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=localhost"]
    command += ["--server.fileWatcherType=none"]
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environment, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_healthy(f"http://localhost:{port}/_stcore/health", process)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("Streamlit did not start")
