"""Three processes of the app on one lake, behind nginx as docs/ has it, in a real browser."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service_quality.uploads import publish
from service_quality.warehouse import places
from tests import postgres, proxies
from tests.browser.conftest import NewPage
from tests.browser.driving import App, free_port, serve, settle
from tests.factories import NOW, SETTINGS, words_for, write_csv

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(postgres.missing()), reason=f"needs {postgres.missing()}"),
]
TICKETS = [
    {"ticket_id": f"{n}", "created_at": f"2025-0{1 + n % 6}-03 10:00", "brand": "Nord"}
    for n in range(24)
]
JULY = "ticket id,created at\n" + "".join(f"july-{n},2025-07-03 10:00\n" for n in range(9))


@dataclass
class Process:
    """A process of the app, which can be ended and started again at its port."""

    app: App
    stack: ExitStack

    def end(self) -> None:
        self.stack.close()

    def start(self) -> None:
        port = int(self.app.url.split(":")[2].split("/")[0])
        serving = serve(self.app.data, self.app.log, port, below="quality")
        self.app = self.stack.enter_context(serving)
        wait_until_ready(self.app)


def wait_until_ready(app: App) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{app.url}/health", timeout=10):
                return
        except urllib.error.HTTPError:
            time.sleep(0.2)
    pytest.fail(app.log.read_text(errors="replace"))


@dataclass
class Site:
    """All of it: the address for readers, and the processes behind it."""

    url: str
    processes: list[Process]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("shared")
    folder = tmp_path_factory.mktemp("nginx")
    with postgres.server() as server, ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv(places.SETTING, f"ducklake:{server.catalog}")
        patch.setenv("SERVICE_QUALITY_STORE", str(home))
        warehouse = publish.open_warehouse(places.of(home), SETTINGS)
        words = words_for("tickets", TICKETS[0], "test")
        path = write_csv(home / "tickets.csv", TICKETS)
        publish.load(warehouse, SETTINGS, path, words, publish.Moment(NOW, "tester"))
        warehouse.close()
        (home / "access.toml").write_text(proxies.ACCESS, encoding="utf-8")
        processes, text = [], proxies.sample("nginx-several.conf")
        for number in range(3):
            own = stack.enter_context(ExitStack())
            log = folder / f"terminal-{number}.log"
            app = own.enter_context(serve(home, log, below="quality"))
            processes.append(Process(app, own))
            port = app.url.split(":")[2].split("/")[0]
            text = text.replace(f"127.0.0.1:850{number + 1}", f"127.0.0.1:{port}")
        for process in processes:
            wait_until_ready(process.app)
        port = free_port()
        command = proxies.nginx(text, port, folder)
        with proxies.running(command, port, folder):
            yield Site(f"https://localhost:{port}/quality", processes)
        for process in processes:
            assert "Traceback" not in process.app.log.read_text(errors="replace")


def open_page(site: Site, new_page: NewPage, path: str) -> Page:
    return new_page(f"{site.url}/{path}", ignore_https_errors=True)


def test_what_one_publishes_the_readers_of_all_see(
    site: Site, new_page: NewPage, tmp_path: Path
) -> None:
    readers = [open_page(site, new_page, "trends?kpi=ticket_volume") for _each in range(4)]
    for reader in readers:
        expect(reader.locator("h1.finding")).to_contain_text("20 from January to May")
    cookies = {reader.context.cookies()[0]["value"] for reader in readers}
    assert len(cookies) == 4
    page = open_page(site, new_page, "upload")
    (tmp_path / "july.csv").write_text(JULY, encoding="utf-8")
    page.set_input_files("input[type=file]", tmp_path / "july.csv")
    settle(page)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text(re.compile("Published: "))).to_be_visible(timeout=60_000)
    time.sleep(2)
    for reader in readers:
        reader.reload()
        settle(reader)
        expect(reader.get_by_text("data to 3 July 2025, 2 uploads")).to_be_visible()


def test_readers_go_on_while_the_processes_are_started_again_one_by_one(
    site: Site, new_page: NewPage
) -> None:
    """No error, no page that says nothing: neither of who waits nor of who clicks meanwhile."""
    waiting, clicking = (open_page(site, new_page, "replies?brand=Nord") for _each in range(2))
    for process in site.processes:
        process.end()
        clicking.get_by_role("link", name="Trends").first.click()
        expect(clicking.locator("h1.finding")).to_be_visible(timeout=30_000)
        process.start()
        clicking.get_by_role("link", name="Replies").first.click()
        expect(clicking.locator("h1.finding")).to_be_visible(timeout=30_000)
        for page in (waiting, clicking):
            settle(page)
            expect(page.get_by_role("dialog")).to_have_count(0)
            expect(page.get_by_test_id("stAlert")).to_have_count(0)
    assert "brand=Nord" in waiting.url
