"""One at a time at the small files of a data folder, whichever thread, process or machine it is.

Who changes such a file reads it, changes it and replaces it as a whole: of two at once, the one
would undo what the other did.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE_NAME = ".lock"

# A lock on a shared folder may be the whole process's.
_threads = threading.Lock()


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Let nobody else change a small file of `home` meanwhile; not within itself.

    The system lets go of it where a process ends. OSError where the folder cannot be written to.
    """
    with _threads:
        handle = os.open(home / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
