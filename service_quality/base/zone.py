"""The time zone of a data folder: written as data first come in, and held to from then on.

The machine's zone decides only once: the same rows counted in another zone are other figures.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service_quality.base.errors import ServiceQualityError
from service_quality.base.language import _

FILE_NAME = "timezone"
MANIFESTS = "uploads/*/manifest.json"


def recorded(home: Path) -> str | None:
    """Return the zone that the data of a folder are in; None where nothing was written down.

    Where the folder's own file is gone, as after a restore, or names no zone, the newest upload
    knows.
    """
    path = home / FILE_NAME
    if path.is_file():
        written = path.read_text(encoding="utf-8", errors="replace").strip()
        if is_zone(written):
            return written
    return in_manifests(home, "timezone")


def in_manifests(home: Path, name: str) -> str | None:
    """Return what the newest upload that says something under this name says; None where none."""
    for manifest in sorted(home.glob(MANIFESTS), reverse=True):
        try:
            written = json.loads(manifest.read_text(encoding="utf-8"))[name]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # one of an older version, or damaged: whoever reads its rows says so
        if written:
            return str(written)
    return None


@cache
def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def difference(home: Path, timezone: str) -> str | None:
    """Return the sentence where data were loaded in another zone than this; None where not."""
    before = recorded(home)
    if before in (None, timezone) or not any(home.glob(MANIFESTS)):
        return None
    return _(
        "The data in {folder} were loaded in the time zone {before}, but settings.toml says {now}."
        ' Set timezone = "{before}" there; or, to change the zone, load the files into an empty'
        " data folder."
    ).format(folder=home, before=before, now=timezone)


def hold_to(home: Path, timezone: str) -> None:
    """Write down the zone in force; ServiceQualityError where data were loaded in another."""
    if sentence := difference(home, timezone):
        raise ServiceQualityError(sentence)
    path = home / FILE_NAME
    if not path.is_file() or path.read_bytes() != f"{timezone}\n".encode():
        home.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{timezone}\n", encoding="utf-8")
