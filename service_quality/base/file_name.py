"""Names of files whose bytes are no text of ours: another system wrote them in its own encoding."""

from __future__ import annotations

import os
from pathlib import Path


def readable(name: str | Path) -> str:
    """Return a file's name as text that can be printed and stored; most are that already.

    Linux takes any bytes for a name; those that are not UTF-8 came from Windows as a rule.
    """
    raw = os.fsencode(name)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
