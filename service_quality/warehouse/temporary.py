"""Temporary files lie below the data folder: large ones fit there, and what a crash left is found.

The system's own folder for them may be small or a part of memory, and nobody tidies it.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

FOLDER = "temporary"


def use(home: Path) -> None:
    """Have this program write its temporary files below the data folder `home`.

    Where that cannot be written to they lie where they did: what the program is for will fail,
    and says why.
    """
    folder = home / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    tempfile.tempdir = str(folder.resolve())


def clear(home: Path) -> None:
    """Remove what an earlier program left; for whoever has just taken hold of the warehouse."""
    folder = home / FOLDER
    if folder.exists():
        for left in folder.iterdir():
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
