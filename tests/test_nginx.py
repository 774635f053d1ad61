"""The sample for several processes: a reader stays with one, and goes on where that one ends."""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.browser.driving import free_port
from tests.proxies import nginx, running, sample

PORTS = ("8501", "8502", "8503")


class Process(BaseHTTPRequestHandler):
    """Stands for a process of the app: says by which port it was asked."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(self.server.server_address[1]).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.do_GET()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


class Site:
    """Three processes behind nginx, and readers with their cookies."""

    def __init__(self, port: int, processes: dict[str, ThreadingHTTPServer]) -> None:
        self.port, self.processes = port, processes

    def ask(self, cookie: str = "", method: str = "GET") -> tuple[str, str]:
        """Return which process answers, and the cookie that came with it."""
        context = ssl._create_unverified_context()
        line = http.client.HTTPSConnection("localhost", self.port, timeout=20, context=context)
        body = b"x" * 100_000 if method == "POST" else None
        line.request(method, "/quality/", body, {"Cookie": cookie} if cookie else {})
        answer = line.getresponse()
        assert answer.status == 200
        text = answer.read().decode()
        line.close()
        return text, answer.headers["set-cookie"] or ""

    def end(self, process: str) -> None:
        self.processes[process].shutdown()
        self.processes[process].server_close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    found = {}
    with ExitStack() as stack:
        text = sample("nginx-several.conf")
        for port in PORTS:
            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Process))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            own = str(server.server_address[1])
            found[own] = server
            text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{own}")
        port = free_port()
        stack.enter_context(running(nginx(text, port, tmp_path), port, tmp_path))
        yield Site(port, found)
        for server in found.values():
            server.shutdown()


def test_a_reader_stays_with_a_process_and_goes_on_where_it_ends(site: Site) -> None:
    readers = {}
    for _reader in range(40):
        process, cookie = site.ask()
        assert cookie.startswith("quality=")
        assert "Path=/quality/; HttpOnly; Secure; SameSite=Lax" in cookie
        readers[cookie.partition(";")[0]] = process
    assert len(readers) == 40
    # Each process has some of forty, but for once in a million.
    assert set(readers.values()) == site.processes.keys()
    for cookie, process in readers.items():
        assert site.ask(cookie) == (process, "")
    ended = next(iter(readers.values()))
    site.end(ended)
    for cookie, process in readers.items():
        for method in ("GET", "POST"):
            answered, _cookie = site.ask(cookie, method)
            assert answered != ended
            assert answered == process or process == ended
