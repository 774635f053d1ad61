"""How a text file writes a table: its encoding, its delimiter, and whether it has a header."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from service_quality.ingest.dates import ISO, PARTS

DELIMITERS = (",", ";", "\t", "|")
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?\s*$', re.IGNORECASE)
BLANK_LINES = re.compile(r"([ \t]*(\r\n|\n|\r))+")
NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)?$")

csv.field_size_limit(1 << 24)


def encoding(head: bytes) -> str:
    """Return the encoding of a file from its first bytes; cp1252 where it is not Unicode."""
    for bom, name in BOMS.items():
        if head.startswith(bom):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def blank_lines(text: str) -> tuple[int, str]:
    """Return how many blank lines a text begins with, and the rest."""
    match = BLANK_LINES.match(text)
    if match is None:
        return 0, text
    return len(re.findall(r"\r\n|\n|\r", match[0])), text[match.end() :]


def records(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the records of a text; blank lines are none."""
    return (row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row)


def delimiter(text: str) -> str:
    """Return the delimiter that gives the most regular and then the widest table."""

    def score(candidate: str) -> tuple[float, int]:
        rows = list(islice(records(text, candidate), 50))
        width = len(rows[0])
        alike = sum(len(row) == width for row in rows) / len(rows)
        return (alike if width > 1 else 0.0), width

    return max(DELIMITERS, key=score)


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first record names the columns.

    It does not where it holds dates or numbers in columns that hold nothing else, and names
    no such column.
    """
    alike = 0
    for at, name in enumerate(rows[0]):
        values = [row[at].strip() for row in rows[1:] if len(row) > at and row[at].strip()]
        if values and all(_is_value(value) for value in values):
            if not _is_value(name.strip()):
                return True
            alike += 1
    return not alike


def unique_headers(cells: Sequence[str]) -> tuple[str, ...]:
    """Return header names without blanks or repeats: `Comment`, `Comment_1`."""
    names: list[str] = []
    for at, cell in enumerate(cells):
        base = cell.strip().strip("\ufeff\"'").strip() or f"column_{at + 1}"
        name, repeat = base, 0
        while name in names:
            repeat += 1
            name = f"{base}_{repeat}"
        names.append(name)
    return tuple(names)


def _is_value(text: str) -> bool:
    return bool(NUMBER.match(text) or ISO.match(text) or PARTS.match(text))
