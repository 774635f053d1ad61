"""What was done, by whom and when: a line each at the end of a file, and none is ever changed."""

from __future__ import annotations

import json
import os
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from service_quality.base import zone
from service_quality.base.alone import alone
from service_quality.base.language import N_

FILE_NAME = "audit.jsonl"
SIGNED_IN, SIGNED_OUT, REFUSED = N_("signed in"), N_("signed out"), N_("was refused")
UPLOADED, WITHDREW, PUT_BACK = N_("uploaded"), N_("withdrew"), N_("put back")
CHANGED_SETTINGS = N_("changed settings")
LAST_BYTES = 1 << 18  # of the file that are read to be shown


def write(folder: Path, now: datetime, by: str, what: str, of: str = "") -> None:
    """Add a line, in the data's time zone or the machine's; it is on disk when this returns.

    Without a zone of its own `now` is in that one already.
    """
    known = zone.recorded(folder)
    own = ZoneInfo(known) if known else None
    at = now.astimezone(own) if now.tzinfo else now.replace(tzinfo=own)
    line = {"at": at.isoformat(timespec="seconds"), "by": by, "what": what, "of": of}
    text = json.dumps(line, ensure_ascii=False) + "\n"
    with alone(folder):
        only_ours = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(only_ours, "r+b") as file:
            # After one that was cut short, as on a full disk, this one begins its own line.
            if file.seek(0, os.SEEK_END) and file.seek(-1, os.SEEK_END) and file.read(1) != b"\n":
                text = f"\n{text}"
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())


def read(folder: Path, most: int) -> list[dict[str, str]]:
    """Return the last lines, newest first; what is no entry, as one cut short, is left out."""
    path = folder / FILE_NAME
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LAST_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    entries = (entry for line in reversed(lines) if (entry := _entry(line)))
    return list(islice(entries, most))


def _entry(line: str) -> dict[str, str] | None:
    try:
        found = json.loads(line)
        datetime.fromisoformat(found["at"])
        return {name: str(found[name]) for name in ("at", "by", "what", "of")}
    except (ValueError, TypeError, KeyError):
        return None
