"""The data folder's secret key, which identifiers of customers are hashed with."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from service_quality.base import zone
from service_quality.base.alone import alone
from service_quality.base.errors import DamagedError
from service_quality.base.language import _

FILE_NAME = "hash.key"
BYTES = 32
IN_MANIFEST = "hash_key"


def of(home: Path, *, make: bool = True) -> bytes:
    """Return the key of the data folder `home`, made where it has none.

    Without `make` a folder that has none keeps none: the key is good for this once. DamagedError
    where the file holds no key: an empty one would hash nothing that could not be guessed.
    """
    path = home / FILE_NAME
    if path.exists():
        return _read(path)
    key = secrets.token_bytes(BYTES)
    if not make:
        return key
    with alone(home):
        if path.exists():  # by now
            return _read(path)
        _write(path, key)
    return key


def _read(path: Path) -> bytes:
    if len(key := path.read_bytes()) != BYTES:
        raise _damaged(path)
    return key


def _write(path: Path, key: bytes) -> None:
    making = path.with_suffix(".making")
    making.unlink(missing_ok=True)
    only_ours = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(only_ours, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    making.rename(path)


def _damaged(path: Path) -> DamagedError:
    text = _(
        "The key {path} is damaged: it should have {bytes} bytes. Restore it from a backup. Without"
        " one, move it away: a new one is made, and later uploads no longer tie to the contacts of"
        " earlier ones."
    )
    return DamagedError(text.format(path=path, bytes=BYTES))


def fingerprint(key: bytes) -> str:
    """Return what tells one key from another, and nothing of the key itself."""
    return hmac.new(key, b"fingerprint", hashlib.sha256).hexdigest()[:16]


def is_another(home: Path, key: bytes) -> bool:
    """Whether earlier uploads were hashed with another key: their contacts and new ones differ."""
    return zone.in_manifests(home, IN_MANIFEST) not in (None, fingerprint(key))
