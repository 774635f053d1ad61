"""The example data, built once for all tests: it costs seconds, and most pages open on it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from service_quality.uploads import example
from service_quality.warehouse import places

GiveExample = Callable[[Path], None]


def giver(factory: pytest.TempPathFactory) -> GiveExample:
    """Return what lays the built example into a data folder that has none and no uploads."""
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def give(folder: Path) -> None:
        if places.of(folder).shared:  # of those who share a folder, each process makes its own
            return
        if any((folder / name).exists() for name in (example.FOLDER, example.LEFT, "uploads")):
            return
        built = shared / "built-example"
        with (shared / "built-example.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (built / "done").exists():
                shutil.rmtree(built, ignore_errors=True)
                example.open(built).close()
                (built / "done").touch()
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(built / example.FOLDER, folder / example.FOLDER)

    return give
