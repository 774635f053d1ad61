"""Temporary files lie below the data folder, each program's in a folder of its own.

The system's own folder for them may be small or a part of memory, and nobody tidies it. A program
holds a lock on its folder for as long as it lives, so that what a crash left can be told from what
another program is using.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

FOLDER = "temporary"
LOCK = "lock"

_making = threading.Lock()
# By the folder that they lie in; a lock is let go when its file is closed.
_own: dict[Path, tuple[Path, IO[str]]] = {}


def use(home: Path) -> None:
    """Have this program write its temporary files below the data folder `home`.

    Where that cannot be written to they lie where they did: what the program is for will fail,
    and says why.
    """
    try:
        tempfile.tempdir = str(own(home))
    except OSError:
        return


def own(home: Path) -> Path:
    """Return the folder below `home` for this program's temporary files; it goes with the program.

    A folder within a data folder has no other than that. OSError where it cannot be made.
    """
    home = home.resolve()
    with _making:
        roots = (folder / FOLDER for folder in (home, *home.parents))
        root = next((root for root in roots if root in _own), home / FOLDER)
        if root not in _own or not _own[root][0].is_dir():
            root.mkdir(parents=True, exist_ok=True)
            with _alone(root):
                folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=root))
                lock = (folder / LOCK).open("w")
                fcntl.flock(lock, fcntl.LOCK_EX)
            _own[root] = folder, lock
            atexit.register(leave)
        return _own[root][0]


def leave() -> None:
    """Remove this program's folders: at its end, and where a signal ends it without one."""
    with _making:
        while _own:
            _root, (folder, _lock) = _own.popitem()
            shutil.rmtree(folder, ignore_errors=True)


def clear(home: Path) -> None:
    """Remove what programs that have ended left below `home`; what a living one holds stays."""
    root = home / FOLDER
    if not root.exists():
        return
    with _alone(root):
        for left in root.iterdir():
            if left.is_dir() and not _is_held(left):
                shutil.rmtree(left, ignore_errors=True)
            elif left.is_file() and left.name != LOCK:
                left.unlink(missing_ok=True)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Let nobody clear while a folder is made that has no lock yet."""
    with (root / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_held(folder: Path) -> bool:
    try:
        with (folder / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
