"""Drops a large file on Upload in a real browser and watches the memory of the app."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from benchmarks import served

READ = "button:has-text('Continue')"  # below what was understood of every row


def measure(file: Path, data: Path, log: Path) -> dict[str, Any]:
    """Return the seconds until a file has come and until it is reported on.

    With `came_mb` and `read_mb`, by how many megabytes the app has grown at most until then; None
    where the system does not tell.
    """
    environment = {"SERVICE_QUALITY_DATA": str(data)}
    with (
        served.browser() as browser,
        served.streamlit(served.ROOT / "app.py", log, **environment) as app,
    ):
        page = browser.new_page(locale="en-GB")
        page.set_default_timeout(600_000)
        page.goto(f"{app.url}/upload")
        page.wait_for_selector("input[type=file]", state="attached")
        page.wait_for_timeout(3000)
        before, watch = app.megabytes(), _Watch(app)
        start = time.perf_counter()
        with page.expect_response(lambda r: "upload_file" in r.url and r.request.method == "PUT"):
            page.set_input_files("input[type=file]", file)
        came, came_mb = time.perf_counter() - start, watch.most
        page.wait_for_selector(READ)
        read, read_mb = time.perf_counter() - start, watch.stop()
    if before is None:
        return {"came": came, "read": read, "came_mb": None, "read_mb": None}
    return {"came": came, "read": read, "came_mb": came_mb - before, "read_mb": read_mb - before}


class _Watch:
    """Looks at a server's memory ten times a second."""

    def __init__(self, app: served.Served) -> None:
        self.most = app.megabytes() or 0.0
        self._app, self._done = app, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._done.wait(0.1):
            self.most = max(self.most, self._app.megabytes() or 0.0)

    def stop(self) -> float:
        """Return the most that was seen."""
        self._done.set()
        self._thread.join()
        return self.most
