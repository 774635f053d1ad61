"""Compares headers without case, accents and punctuation, whichever row they stand in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from service_quality.ingest.read.table import Table

BRACKETS = re.compile(r"\(([^()]*)\)\s*$")


def normal(text: str) -> str:
    """Return a header without case, accents and punctuation: `Créé à` is `cree a`."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare))


def folded(text: str) -> str:
    """Return a header as `normal` does; one of signs only, such as `#`, stays what it is."""
    return normal(text) or text.strip()


class Headers:
    """The headers of a table, found by any of their names.

    A header is known by its own text; where several rows name the columns, also by its text in
    each of them, and by the words that it begins with.
    """

    def __init__(self, table: Table) -> None:
        self._headers = table.headers
        self._folded = [folded(header) for header in table.headers]
        self._rows = [
            [folded(text) for text in row]
            for row in table.header_rows
            if len(table.header_rows) > 1 and _names(row, table.headers)
        ]

    def find(self, names: Iterable[str], *, begins: bool = False) -> str | None:
        """Return the file's header that has one of these names, the first name first.

        With `begins` a header that only begins with a name will do.
        """
        for name in map(folded, names):
            for texts in (self._folded, *self._rows):
                if name in texts:
                    return self._headers[texts.index(name)]
            if begins:
                for header, text in zip(self._headers, self._folded, strict=True):
                    if text.startswith(f"{name} "):
                        return header
        return None


def _names(row: Sequence[str], headers: Sequence[str]) -> bool:
    """Whether a row of headers is part of the headers, place by place."""
    return len(row) >= len(headers) and all(
        text in header for text, header in zip(row, headers, strict=False)
    )


def is_named(header: str, names: Iterable[str]) -> bool:
    """Whether a header, or what stands in brackets at its end, is one of these names.

    The words before the brackets are often translated: `Campo personalizado (Satisfaction)`.
    """
    inside = BRACKETS.search(header)
    texts = {folded(header), *([folded(inside[1])] if inside else [])}
    return bool(texts & {folded(name) for name in names})
