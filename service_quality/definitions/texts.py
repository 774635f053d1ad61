"""Gives Babel the texts of the query headers and of the export formats, for `make messages`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import BinaryIO

from service_quality.definitions import queries

TRANSLATED = (
    *("title", "unit", "promise", "level", "measures", "not_measured", "silent", "notes"),
    *("formula", "source"),
)

OF_A_FORMAT = ("note", "because", "refuse")

Message = tuple[int, None, str, list[str]]


def extract_query(
    file: BinaryIO, keywords: object, comment_tags: object, options: object
) -> Iterator[Message]:
    """Yield each header entry that readers see, as Babel wants it: line, function, text, comments.

    The catalogue names no lines, so all stand on the first.
    """
    header = queries.parse("", file.read().decode()).header
    yield from ((1, None, header[key], []) for key in TRANSLATED if header.get(key))


def extract_format(
    file: BinaryIO, keywords: object, comment_tags: object, options: object
) -> Iterator[Message]:
    """Yield each text of an export format that readers see, as it is shown: on one line."""
    given = tomllib.loads(file.read().decode())
    yield from ((1, None, " ".join(given[key].split()), []) for key in OF_A_FORMAT if key in given)
