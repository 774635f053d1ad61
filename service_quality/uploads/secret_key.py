"""The data folder's secret key, which identifiers of customers are hashed with."""

from __future__ import annotations

import os
import secrets
import threading
from pathlib import Path

FILE_NAME = "hash.key"
BYTES = 32

_one_at_a_time = threading.Lock()


def of(home: Path, *, make: bool = True) -> bytes:
    """Return the key of the data folder `home`, made where it has none.

    Without `make` a folder that has none keeps none: the key is good for this once.
    """
    path = home / FILE_NAME
    with _one_at_a_time:
        if path.exists():
            return path.read_bytes()
        key = secrets.token_bytes(BYTES)
        if make:
            making = path.with_suffix(".making")
            making.unlink(missing_ok=True)
            only_ours = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(only_ours, "wb") as file:
                file.write(key)
                file.flush()
                os.fsync(file.fileno())
            making.rename(path)
        return key
