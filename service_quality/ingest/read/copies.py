"""Cuts and copies text files, so that DuckDB reads the table and nothing else."""

from __future__ import annotations

import csv
import mmap
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from service_quality.ingest.read.cells import Dialect
from service_quality.ingest.read.dialect import lines_of
from service_quality.ingest.read.encoding import Encoding, to_utf8
from service_quality.ingest.read.records import Record, records

TAIL_BYTES = 1 << 18
CHUNK = 1 << 24
PIECE = 1 << 26
LONG = 1 << 21  # twice as long, it holds such a block wherever it begins
OVERFLOW_COLUMNS = 8
MOST_TABLES = 50
ENDS = re.compile(r"\r\n|\r")


def cut(path: Path, start: int, end: int | None, target: Path) -> Path:
    """Copy the bytes from `start` to `end` into `target`, once; return it."""
    if target.exists():
        return target
    left = (path.stat().st_size if end is None else end) - start
    with path.open("rb") as source, target.open("wb") as copy:
        try:
            while left > 0 and (
                done := os.copy_file_range(source.fileno(), copy.fileno(), min(left, CHUNK), start)
            ):
                left, start = left - done, start + done
        except (AttributeError, OSError):
            pass  # not on this system, or not between these two file systems
        source.seek(start)
        while left > 0 and (chunk := source.read(min(CHUNK, left))):
            copy.write(chunk)
            left -= len(chunk)
    return target


def repeats(path: Path, line: bytes, start: int) -> list[int]:
    """Return where a whole line occurs again, as byte offsets from `start` on."""
    wanted = b"\n" + line.rstrip(b"\r\n")
    found: list[int] = []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        begin = max(0, start - 1)
        for end in (*range(begin + PIECE, len(content), PIECE), len(content)):
            while (at := content.find(wanted, begin, end + len(wanted))) >= 0:
                begin = at + len(wanted)
                if content[begin : begin + 1] in (b"\r", b"\n", b""):
                    found.append(at + 1)
            begin = max(begin, end)
            # What was looked at need not stay in memory.
            content.madvise(mmap.MADV_DONTNEED)
            if len(found) >= MOST_TABLES:
                break
    return found[:MOST_TABLES]


def has_long_line(path: Path) -> bool:
    """Whether somewhere a line goes on for megabytes."""
    with path.open("rb") as file:
        while len(block := file.read(LONG)) == LONG:
            if b"\n" not in block and b"\r" not in block:
                return True
    return False


def tail(path: Path, way: Dialect, width: int) -> tuple[list[Record], list[int]]:
    """Return the last records of a large file, blank ones left out, and each line's byte.

    The first record may be the end of one.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - TAIL_BYTES))
        content = file.read()
    lines = lines_of(content.decode("utf-8", errors="surrogateescape"))[1:]
    offsets, at = [0] * len(lines), size
    for i in range(len(lines) - 1, -1, -1):
        at -= len(lines[i].encode("utf-8", "surrogateescape"))
        offsets[i] = at
    return [record for record in records(lines, way, width) if record.fill], offsets


def write(rows: Iterable[list[str]], width: int, target: Path) -> Path:
    """Write rows as UTF-8 CSV, blank ones left out.

    Each has `width` cells or up to OVERFLOW_COLUMNS more.
    """
    most = width + OVERFLOW_COLUMNS
    with target.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for cells in rows:
            if not any(map(_filled, cells)):
                continue
            if len(cells) > most:
                cells = [*cells[: most - 1], ",".join(cells[most - 1 :])]
            # DuckDB accepts no other line end within cells either.
            whole = [cell if "\r" not in cell else ENDS.sub("\n", cell) for cell in cells]
            writer.writerow(whole + [""] * (width - len(cells)))
    return target


def _filled(cell: str) -> bool:
    return bool(cell.strip().strip("\ufeff"))


def mended(path: Path, way: Dialect, width: int, target: Path) -> Path:
    """Write the records of a whole file again, as a tolerant reader understands them, once."""
    if not target.exists():
        write((record.cells for record in _all(path, way, width)), width, target)
    return target


def _all(path: Path, way: Dialect, width: int) -> Iterator[Record]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        yield from records(file, way, width)


def one_line_end(path: Path, target: Path) -> Path:
    """Write a text again as valid UTF-8 with one kind of line end, once; return the copy."""
    if target.exists():
        return target
    # Whatever is no UTF-8 lies further down than anyone looked: line by line.
    return to_utf8(path, target, Encoding("cp1252", mixed=True))


def without_lines(path: Path, count: int, target: Path) -> Path:
    """Copy a text without its first lines, once; return the copy."""
    if not target.exists():
        with path.open("rb") as file:
            text = file.read(1 << 20).decode("utf-8", errors="surrogateescape")
        start = len("".join(lines_of(text)[:count]).encode("utf-8", "surrogateescape"))
        cut(path, start, None, target)
    return target
