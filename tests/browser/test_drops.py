"""Raw requests to the real app by real sockets: a stranger writes and erases nothing."""

from __future__ import annotations

import http.client
import os
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from service_quality.uploads import example as examples
from tests.browser.conftest import NewPage, StartApp
from tests.browser.driving import App
from tests.visitor import visit

CSV = b"ticket_id,created_at\n1,2024-03-01\n"


FORM = "multipart/form-data; boundary=b"
HEAD = b'--b\r\nContent-Disposition: form-data; name="f"; filename="x.csv"\r\n\r\n'
END = b"\r\n--b--\r\n"
MEGABYTES = 64  # of each of two drops


def large_form() -> Iterator[bytes]:
    yield HEAD
    for _n in range(MEGABYTES):
        yield b"1,2,3,4\n" * (1 << 17)
    yield END


def resident(app: App) -> int:
    """Return the memory that the app takes, in bytes."""
    pages = Path(f"/proc/{app.process}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def at_rest(app: App) -> int:
    """Return its memory once the app has imported, in the background, what pages will need."""
    seen = [resident(app)]
    while len(set(seen[-20:])) > 1 or len(seen) < 20:
        assert len(seen) < 600, "the app's memory goes on growing"
        time.sleep(0.1)
        seen.append(resident(app))
    return seen[-1]


def drops(app: App) -> list[Path]:
    return [path for path in (app.data / "temporary").glob("*/dropped-*/*") if path.is_file()]


def send(app: App, method: str, session: str, file_id: str, *, chunked: bool = False) -> int:
    """Send a form by hand, as a stranger would; return the status."""
    form = HEAD + CSV * 1000 + END

    def pieces() -> Iterator[bytes]:
        yield form

    line = http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=10)
    path = f"/_stcore/upload_file/{session}/{file_id}"
    headers = {"Content-Type": FORM}
    body = None if method == "DELETE" else pieces() if chunked else form
    line.request(method, path, body, headers, encode_chunked=chunked)
    status = line.getresponse().status
    line.close()
    return status


def answer(app: App, path: str, host: str | None = None) -> tuple[int, http.client.HTTPMessage]:
    line = http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=10)
    line.request("GET", path, headers={"Host": host} if host else {})
    got = line.getresponse()
    line.close()
    return got.status, got.headers


def test_a_stranger_is_told_little_and_a_drop_belongs_to_its_session(
    start_app: StartApp, new_page: NewPage, tmp_path: Path
) -> None:
    examples.leave(tmp_path)
    app = start_app(tmp_path)
    assert answer(app, "/")[0] == 200
    status, headers = answer(app, "/_stcore/health")
    assert (status, headers["X-Content-Type-Options"]) == (200, "nosniff")
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    # A name of another site that points here is not answered, nor is anyone told the metrics.
    assert answer(app, "/", host="evil.example")[0] == 400
    assert answer(app, "/_stcore/metrics")[0] == 404
    page: Page = new_page(f"{app.url}/upload")
    blocked: list[str] = []
    page.on("console", lambda said: blocked.append(said.text))
    page.reload()
    page.locator('input[type="file"]').set_input_files(
        {"name": "mine.csv", "mimeType": "text/csv", "buffer": CSV}
    )
    expect(page.get_by_text("1 row is ready")).to_be_visible()
    (mine,) = drops(app)
    assert not [text for text in blocked if "Content Security Policy" in text]
    assert mine.read_bytes() == CSV
    assert mine.stat().st_mode & 0o777 == 0o600
    for path in (app.data / "warehouse.duckdb", app.data / "temporary"):
        assert path.stat().st_mode & 0o077 == 0
    session = mine.parent.name.removeprefix("dropped-")
    # Without the token, whoever knows both ids neither erases nor writes over it.
    for method in ("DELETE", "PUT"):
        assert send(app, method, session, mine.name) == 403
    # Nor does a session that is none write anything, with or without a length.
    for chunked in (False, True):
        assert send(app, "PUT", "nobody", str(uuid.uuid4()), chunked=chunked) in (400, 403)
    assert drops(app) == [mine]
    assert mine.read_bytes() == CSV


def test_two_drops_at_once_need_no_memory(start_app: StartApp, tmp_path: Path) -> None:
    examples.leave(tmp_path)
    app = start_app(tmp_path)
    with ExitStack() as stack:
        visitors = [stack.enter_context(visit(app.url, "upload")) for _n in range(2)]
        at = stack.enter_context(ThreadPoolExecutor())
        urls = [visitor.urls("x.csv").upload_url for visitor in visitors]
        before, most = at_rest(app), 0
        sent = [
            at.submit(visitor.put, url, large_form(), FORM, chunked=True)
            for visitor, url in zip(visitors, urls, strict=True)
        ]
        while not all(each.done() for each in sent):
            most = max(most, resident(app))
            time.sleep(0.02)
        assert [each.result() for each in sent] == [204, 204]
        left = [path for path in (app.data / "temporary").rglob("*") if path.is_file()]
        assert [path.stat().st_size for path in left if path.stat().st_size] == [
            MEGABYTES << 20
        ] * 2
    assert most - before < MEGABYTES << 18
