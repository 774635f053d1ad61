"""What it takes to open each page when nobody has asked for it since a publish, and once more."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from service_quality.base.settings import Settings
from service_quality.cli import serving
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.uploads import publish

ROOT = Path(__file__).parents[1]
OPENING = "overview"
PAGES = (OPENING, "rankings", "trends", "replies", "satisfaction", "entity", "data")
SECONDS = 600.0


def first_pages(file: str, data: str, at: str) -> dict[str, Any]:
    """Publish a file in a process that serves pages; return the seconds of each page then.

    `first` to whoever asks first, `known` to the next reader. Streamlit's simulation runs them,
    without a browser.
    """
    os.environ["SERVICE_QUALITY_DATA"] = data
    _open(OPENING)  # imports, and what a process does once
    held, words = serving.held(Path(data)), Instructions(kind="tickets", source="bench")
    assert held is not None
    moment = publish.Moment(datetime.fromisoformat(at), "bench")
    outcome = publish.load(held, Settings(), Path(file), words, moment)
    assert outcome.status == "published", outcome.reason
    found = {}
    for page in PAGES:
        found[page] = {"first": _open(page), "known": _open(page)}
    serving.let_go()
    return found


def _open(page: str) -> float:
    """Return the seconds until a new reader has a page."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
    if page != OPENING:
        app.run()
        app.switch_page(f"pages/{page}.py")
    begun = time.perf_counter()
    app.run()
    assert not app.exception
    return time.perf_counter() - begun
