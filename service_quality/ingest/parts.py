"""Cuts a large text between two records: its parts can be read side by side, the whole cannot."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

from service_quality.ingest.cells import Dialect
from service_quality.ingest.copies import cut
from service_quality.ingest.dialect import lines_of
from service_quality.ingest.records import records

LARGE = 1 << 26
MOST = 8
CHUNK = 1 << 24
SEEN = 1 << 16  # bytes behind a cut that must look like records


def parts(path: Path, skip: int, way: Dialect, width: int, folder: Path) -> list[Path]:
    """Return copies of the parts of a file, without its first `skip` lines; none of a small one.

    A line break ends a record where the quotes before it come in pairs. None either where a
    stray quote has upset them, so that what follows does not look like records.
    """
    size, count = path.stat().st_size, min(os.cpu_count() or 1, MOST)
    if size < LARGE or count < 2 or not way.plain:
        return []
    within = folder / f"{path.stem if path.parent == folder else 'whole'}.parts"
    if not within.exists():
        within.mkdir()
        _cut(path, skip, way, width, within, count)
    return sorted(within.glob("*.csv"))


def _cut(path: Path, skip: int, way: Dialect, width: int, within: Path, count: int) -> None:
    size = path.stat().st_size
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = 0
        for _line in range(skip):
            at = content.find(b"\n", at) + 1
            if not at:
                return
        cuts = [at]
        for number in range(1, count):
            at = _end_of_record(content, at, size * number // count, way.quote.encode())
            if not _looks_right(content[at : at + SEEN], way, width):
                return
            cuts.append(at)
    for number, (start, end) in enumerate(zip(cuts, [*cuts[1:], None], strict=True)):
        cut(path, start, end, within / f"{number}.csv")


def _end_of_record(content: mmap.mmap, start: int, beyond: int, quote: bytes) -> int:
    """Return where the first record behind `beyond` begins, given where one before it does."""
    quotes = 0
    for at in range(start, beyond, CHUNK):
        quotes += content[at : min(at + CHUNK, beyond)].count(quote)
    at = beyond
    while (line := content.find(b"\n", at) + 1) > 0:
        quotes += content[at:line].count(quote)
        if quotes % 2 == 0:
            return line
        at = line
    return len(content)


def _looks_right(head: bytes, way: Dialect, width: int) -> bool:
    """Whether a record begins here: the first must be whole, the others nearly all."""
    lines = lines_of(head.decode("utf-8", errors="replace"))
    found = [record for record in records(lines, way, width) if record.fill][:-1]
    good = [len(r.cells) == width and not r.mended and not r.odd for r in found]
    return bool(good) and good[0] and sum(good) >= 0.8 * len(good)
