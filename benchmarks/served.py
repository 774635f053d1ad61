"""Serves a script as a user would, with a browser to look at it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.driving import free_port

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 120
STREAMLIT = ("streamlit", "run", "--server.headless=true", "--server.address=localhost")


@dataclass(frozen=True)
class Served:
    """Where a server answers, and its process."""

    url: str
    pid: int

    def megabytes(self) -> float | None:
        """Return the memory it takes now, None where the system does not tell."""
        status = Path(f"/proc/{self.pid}/status")
        if not status.exists():
            return None
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmRSS:"))


@contextmanager
def browser() -> Iterator[Browser]:
    """Give a browser without a window."""
    path = chromium.find()
    if path is None:
        sys.exit("No browser: run `make browser`")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        found = playwright.chromium.launch(executable_path=path, args=arguments)
        yield found
        found.close()


@contextmanager
def streamlit(script: Path, log: Path, **environment: str) -> Iterator[Served]:
    """Serve a script by Streamlit with the app's own configuration."""
    port = free_port()
    words = [*STREAMLIT, str(script), f"--server.port={port}", "--server.fileWatcherType=none"]
    with serve(words, log, f"http://localhost:{port}", "/_stcore/health", **environment) as found:
        yield found


@contextmanager
def serve(
    words: Sequence[str], log: Path, url: str, health: str, **environment: str
) -> Iterator[Served]:
    """Run a module of Python that serves `url`, from when it answers until the end."""
    # As for a user, whose imports were compiled at the first start.
    own = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | environment
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=own,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_healthy(url + health, process)
        yield Served(url, process.pid)
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
            time.sleep(0.02)
    raise RuntimeError(f"{url} did not answer")
