"""Times a choice of a brand in a real browser: Overview against bare pages of as many figures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks import served, steps
from tests.browser.driving import free_port

APP = served.ROOT / "app.py"
BARE = Path(__file__).with_name("bare.py")
BRANDS = ("Brand 003", "Brand 010", "Brand 041", "Brand 120", "Brand 007", "Brand 200")
QUIET_SECONDS = 1.0
STARTS, QUICK_STARTS = 3, 1
VIEWING_SECONDS, QUICK_VIEWING_SECONDS = 20, 4
QUICK_BRANDS = 3


@dataclass(frozen=True)
class Kind:
    """Where a framework's pages show what matters here, as CSS selectors."""

    figure: str
    box: str  # that a brand is typed into
    offered: str  # what is offered for what was typed, if anything
    chosen: str  # what was chosen, and has to be taken out again, if anything
    busy: str  # while something is still being answered


STREAMLIT = Kind(
    figure='[data-testid="stMetric"], table.score img.spark',
    box='[data-testid="stMultiSelect"] input',
    offered='[role="option"]',
    chosen='[data-testid="stMultiSelect"] .react-aria-ComboBox [data-tag]',
    busy='[data-testid="stApp"]:not([data-test-script-state="notRunning"])',
)
DASH = Kind(
    figure=".js-plotly-plot",
    box="#brand",
    offered="",
    chosen="",
    busy="[data-dash-is-loading]",
)

# From the key that chooses the brand to the last change of anything on the page.
WATCH = """() => {
    window.watch = {start: null, last: performance.now()};
    addEventListener("keydown", event => {
        if (event.key === "Enter") window.watch = {start: performance.now(), last: null};
    }, true);
    new MutationObserver(() => { window.watch.last = performance.now(); }).observe(
        document.body,
        {subtree: true, childList: true, attributes: true, characterData: true});
}"""
STANDS = """([quiet, busy]) => {
    const {last} = window.watch;
    return last !== null && !document.querySelector(busy) && performance.now() - last > quiet;
}"""


def measure(data: Path, log: Path, *, quick: bool = False) -> dict[str, Any]:
    """Return what pages take, as medians in milliseconds, and how many updates a second they give.

    From the choice of a brand until all figures stand: `overview` for brands nobody asked for yet,
    `again` for the same ones from the app's memory, `plotly` and `drawings` for bare pages with as
    many plotly figures, or drawings as the app's tiles have, `dash` and `dash_again` for a page of
    Dash. `start` is from the start of the program to the first figure, `bare_start` that of the
    page with plotly figures. `updates` has, by page, what all viewers together are given in a
    second, the bare pages with as many elements as Overview; `tiles` is the number of figures.
    """
    own = {"SERVICE_QUALITY_DATA": str(data)}
    brands = BRANDS[:QUICK_BRANDS] if quick else BRANDS
    seconds = QUICK_VIEWING_SECONDS if quick else VIEWING_SECONDS
    with served.browser() as browser:
        times = QUICK_STARTS if quick else STARTS
        start = _start(browser, APP, log, own, times)
        with served.streamlit(APP, log, **own) as app:
            first, tiles = _choices(browser, app.url, STREAMLIT, brands)
            again, _tiles = _choices(browser, app.url, STREAMLIT, brands)
            viewed = steps.run("updates_per_second", app.url, tiles, seconds)
        answer: dict[str, Any] = {"start": start, "tiles": tiles, "overview": first, "again": again}
        answer["updates"] = {"overview": viewed["updates_per_second"]}
        for kind in ("plotly", "drawings"):
            figures = {"BENCH_FIGURES": str(tiles), "BENCH_KIND": kind}
            if kind == "plotly":
                answer["bare_start"] = _start(browser, BARE, log, figures, times)
            with served.streamlit(BARE, log, **figures) as bare:
                answer[kind], _tiles = _choices(browser, bare.url, STREAMLIT, brands)
            figures["BENCH_ELEMENTS"] = str(viewed["elements"])
            with served.streamlit(BARE, log, **figures) as bare:
                found = steps.run("updates_per_second", bare.url, tiles, seconds)
                answer["updates"][kind] = found["updates_per_second"]
        url = f"http://localhost:{free_port()}"
        words = ["benchmarks.dash_page", str(data), str(tiles), url.rpartition(":")[2]]
        with served.serve(words, log, url, "/"):
            answer["dash"], _tiles = _choices(browser, url, DASH, brands)
            answer["dash_again"], _tiles = _choices(browser, url, DASH, brands)
    return answer


def _start(
    browser: Browser, program: Path, log: Path, environment: dict[str, str], times: int
) -> float:
    """Return the median of milliseconds from a program's start to a page's first figure."""
    found = []
    for _n in range(times + 1):
        with _page(browser) as page:
            begun = time.perf_counter()
            with served.streamlit(program, log, **environment) as app:
                page.goto(app.url)
                page.wait_for_selector(STREAMLIT.figure)
                found.append((time.perf_counter() - begun) * 1000)
    # The first one compiles what is imported, as a user's first start does.
    return statistics.median(found[1:])


@contextmanager
def _page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(served.PATIENCE_SECONDS * 1000)
    yield page
    context.close()


def _choices(browser: Browser, url: str, kind: Kind, brands: Sequence[str]) -> tuple[float, int]:
    """Return the median of choosing each brand in turn, and how many figures stood in the end."""
    with _page(browser) as page:
        page.goto(url)
        page.wait_for_selector(kind.figure)
        page.evaluate(WATCH)
        _wait_until_it_stands(page, kind)
        # The first choice also fetches what only a change needs; it is not counted.
        found = [_choose(page, brand, kind) for brand in brands][1:]
        return statistics.median(found), page.locator(kind.figure).count()


def _choose(page: Page, brand: str, kind: Kind) -> float:
    box = page.locator(kind.box).first
    box.click()
    if kind.chosen and page.locator(kind.chosen).count():
        box.press("Backspace")
        page.locator(kind.chosen).first.wait_for(state="detached")
        _wait_until_it_stands(page, kind)
        box.click()
    box.fill("")
    box.type(brand)
    if kind.offered:  # a key before that would choose nothing, and nothing would ever change
        page.locator(kind.offered, has_text=brand).first.wait_for()
    page.wait_for_timeout(300)
    box.press("Enter")
    if kind.chosen:
        page.locator(kind.chosen, has_text=brand).wait_for()
    _wait_until_it_stands(page, kind)
    return float(page.evaluate("window.watch.last - window.watch.start"))


def _wait_until_it_stands(page: Page, kind: Kind) -> None:
    page.wait_for_timeout(300)
    page.wait_for_function(STANDS, arg=[QUIET_SECONDS * 1000, kind.busy])
