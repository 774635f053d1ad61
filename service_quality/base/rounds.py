"""What is done again every few seconds, beside everything else."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Rounds:
    """Calls `do`, which raises nothing, every so many seconds in a thread, until it is ended."""

    def __init__(self, do: Callable[[], object], seconds: float) -> None:
        self._do, self._seconds = do, seconds
        self._wake, self._ended = threading.Event(), False
        threading.Thread(target=self._go, daemon=True).start()

    def at_once(self) -> None:
        """Have the next round begin now."""
        self._wake.set()

    def end(self) -> None:
        """Let no other round begin; one that has begun is not waited for."""
        self._ended = True
        self._wake.set()

    def _go(self) -> None:
        while True:
            self._wake.wait(self._seconds)
            self._wake.clear()
            if self._ended:
                return
            self._do()
