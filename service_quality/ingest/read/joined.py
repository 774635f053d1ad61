"""Makes one table of those in a text file that have the same columns, one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from service_quality.ingest.read import copies, sentences
from service_quality.ingest.read.blocks import Block, alike, columns, together

CHUNK = 1 << 24


def of_blocks(found: Sequence[Block], folder: Path) -> tuple[Path, tuple[str, ...]] | None:
    """Return a copy of all tables that are like the first, and sentences on what was left out.

    None where these add no row to it.
    """
    some = [block for block in found if block is found[0] or alike(found[0], block)]
    top, *parts = together(some)
    first = {tuple(row) for row in parts[0]}
    if all(tuple(row) in first for rows in parts for row in rows):
        return None
    rows = [row for part in (top, *parts) for row in part]
    copy = copies.write(rows, max(map(len, rows)), folder / "joined.csv")
    above = [record for block in some for record in block.records[: block.heading.preamble]]
    below = [r for block in some for r in block.records[len(block.records) - block.footer :]]
    return copy, (
        sentences.tables_joined(len(found), len(some)),
        *sentences.above_header(above),
        *sentences.footer(below),
    )


def of_pieces(
    path: Path, pieces: Iterable[tuple[int, int | None, Block]], folder: Path
) -> tuple[Path, tuple[str, ...]] | None:
    """Return the same of a large file: all tables under the first one's header.

    A piece is the byte where a table or, but for the first, its rows begin, where it ends, and
    what its top holds. None where a table has other columns.
    """
    some = list(pieces)
    if any(columns(block) != columns(some[0][2]) for _start, _end, block in some):
        return None
    copy = folder / "joined.csv"
    with path.open("rb") as source, copy.open("wb") as target:
        for start, end, _block in some:
            source.seek(start)
            left = (path.stat().st_size if end is None else end) - start
            while left > 0 and (chunk := source.read(min(CHUNK, left))):
                target.write(chunk)
                left -= len(chunk)
    return copy, (sentences.tables_joined(len(some), len(some)),)
