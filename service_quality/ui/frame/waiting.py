"""Knows whether anyone waits for a page: what can be done later then waits instead."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_running = 0
_quiet_since = time.monotonic()  # as of the start, when the first reader may be on the way


@contextmanager
def for_a_page() -> Iterator[None]:
    """While this lasts, someone waits for a page."""
    global _running, _quiet_since
    with _lock:
        _running += 1
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            _quiet_since = time.monotonic()


def nobody(seconds: float) -> bool:
    """Return whether nobody has waited for a page in the last seconds."""
    with _lock:
        return not _running and time.monotonic() - _quiet_since >= seconds
