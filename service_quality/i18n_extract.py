"""Gives Babel the texts of the query headers, for `make messages`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

TRANSLATED = {"title", "promise", "measures", "not_measured", "notes", "formula"}

Message = tuple[int, None, str, list[str]]


def extract_query(
    file: BinaryIO, keywords: object, comment_tags: object, options: object
) -> Iterator[Message]:
    """Yield the line number and text of each header entry that readers see."""
    key, started, words = "", 0, list[str]()
    for number, raw in enumerate(file, start=1):
        line = raw.decode().rstrip()
        entry = re.match(r"-- (\w+): *(.*)", line)
        more = re.match(r"-- {3,}(.+)", line)
        if more and key:
            words.append(more[1])
            continue
        if key in TRANSLATED:
            yield started, None, " ".join(words), []
        if not entry:
            return
        key, started, words = entry[1], number, [entry[2]]
