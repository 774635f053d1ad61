"""Starts the real app and waits for it: what the fixtures stand on, and what tests call."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
RUN_SECONDS = 90  # the first run on a new folder builds the example data


@dataclass(frozen=True)
class App:
    """A running app: where it answers, its data folder and what it has written to its terminal."""

    url: str
    data: Path
    log: Path
    process: int


def settle(page: Page) -> None:
    """Wait until the script has run and what it wrote stands; call it after every interaction."""
    quiet = '[data-testid="stApp"][data-test-script-state="notRunning"]'
    page.wait_for_timeout(100)  # a click needs a moment to set the script off
    page.wait_for_selector(quiet, timeout=RUN_SECONDS * 1000)
    page.wait_for_selector('[data-testid="stSkeleton"]', state="detached")


@contextmanager
def serve(data: Path, log: Path, port: int = 0, below: str = "") -> Iterator[App]:
    """Serve `app.py` on a data folder and a free port, without a browser window, until the end.

    `below` is the path that all of its addresses begin with.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=localhost"]
    command += ["--server.fileWatcherType=none", f"--server.baseUrlPath={below}"]
    environment = {**os.environ, "SERVICE_QUALITY_DATA": str(data)}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        url = f"http://localhost:{port}/{below}".rstrip("/")
        _wait_until_healthy(url, process, log)
        yield App(url, data, log, process.pid)
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


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return int(listener.getsockname()[1])
