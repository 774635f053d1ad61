"""Cuts a large text between two records: its parts can be read side by side, the whole cannot."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from service_quality.ingest.read.cells import Dialect
from service_quality.ingest.read.copies import cut
from service_quality.ingest.read.dialect import lines_of
from service_quality.ingest.read.records import records

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
    with path.open("rb") as file:
        for _line in range(skip):
            file.readline()
        cuts = [file.tell()]
        for number in range(1, count):
            at = _end_of_record(file, cuts[-1], size * number // count, way.quote.encode())
            file.seek(at)
            if not _looks_right(file.read(SEEN), way, width):
                return
            cuts.append(at)
    for number, (start, end) in enumerate(zip(cuts, [*cuts[1:], None], strict=True)):
        cut(path, start, end, within / f"{number}.csv")


def _end_of_record(file: BinaryIO, start: int, beyond: int, quote: bytes) -> int:
    """Return where the first record behind `beyond` begins, given where one before it does."""
    file.seek(start)
    quotes = 0
    while (left := beyond - file.tell()) > 0:
        quotes += file.read(min(CHUNK, left)).count(quote)
    while line := file.readline(CHUNK):
        quotes += line.count(quote)
        if quotes % 2 == 0 and line.endswith(b"\n"):
            break
    return file.tell()


def _looks_right(head: bytes, way: Dialect, width: int) -> bool:
    """Whether a record begins here: the first must be whole, the others nearly all."""
    lines = lines_of(head.decode("utf-8", errors="replace"))
    found = [record for record in records(lines, way, width) if record.fill][:-1]
    good = [len(r.cells) == width and not r.mended and not r.odd for r in found]
    return bool(good) and good[0] and sum(good) >= 0.8 * len(good)
