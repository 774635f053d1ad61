"""Cuts lines of text into records of cells, and mends a record that a stray character spoilt."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from service_quality.ingest.read.cells import Dialect, Parsed, Take, parse

DELIMITERS = (",", ";", "\t", "|", ", ", " ")
# What a single row may have instead of its file's delimiter.
OTHERS = (",", ";", "\t", "|")
MOST_QUOTES = 40
MOST_WORK = 100_000  # letters that are read again to mend one record
# Separators at the end of a line.
TAIL = re.compile(r"([;,\t|])\1*(?=[ \r\n]*$)")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its cells as written, and the lines that it stands on, counted from 0.

    `mended`: read as it was meant, not as it was written. `odd`: only a tolerant reader gets
    these cells, although nothing had to be guessed.
    """

    cells: list[str]
    line: int
    lines: int = 1
    mended: bool = False
    odd: bool = False

    @property
    def fill(self) -> int:
        """How many cells are not empty."""
        return sum(map(bool, map(str.strip, self.cells)))


def records(lines: Iterable[str], dialect: Dialect, width: int = 0) -> Iterator[Record]:
    """Yield the records of lines with their line ends; blank lines are none.

    With a `width`, a record of another width is mended where one way of reading it gives
    exactly that many cells: a stray quote, a record in one quoted cell, another delimiter.
    """
    if dialect.gap:
        yield from _aligned(lines, dialect.gap, width)
        return
    coming: Iterator[str]
    coming, waiting, at = iter(lines), deque[str](), 0
    if dialect.wrapped:
        coming = (without_tail(line, dialect.delimiter) for line in lines)

    def take(i: int) -> str | None:
        while len(waiting) <= i:
            line = next(coming, None)
            if line is None:
                return None
            waiting.append(line)
        return waiting[i]

    blank = " \r\n\ufeff" if dialect.delimiter == "\t" else " \t\r\n\ufeff"
    while (line := waiting.popleft() if waiting else next(coming, None)) is not None:
        used = 1
        if line.strip(blank):
            if dialect.quote and dialect.quote in line:
                waiting.appendleft(line)
                record = _record(take, at, dialect, width)
                used = record.lines
                for _ in range(used):
                    waiting.popleft()
            else:
                record = Record(line.rstrip("\r\n").split(dialect.delimiter), at)
                if len(record.cells) < width:
                    waiting.appendleft(line)
                    record = _other_delimiter(take, record, dialect, width)
                    waiting.popleft()
            yield record
        at += used


def without_tail(line: str, delimiter: str) -> str:
    """Return a line without the separators of another kind at its end, or behind a quote."""
    found = TAIL.search(line)
    if not found or (found[1] == delimiter and line[: found.start()][-1:] != '"'):
        return line
    return line[: found.start()] + line[found.end() :]


def _aligned(lines: Iterable[str], gap: int, width: int) -> Iterator[Record]:
    """Yield records whose cells stand apart by blanks; one of another width is a single cell."""
    apart = re.compile(f" {{{gap},}}")
    for at, line in enumerate(lines):
        text = line.strip(" \t\r\n\ufeff")
        cells = apart.split(text)
        if text:
            yield Record(cells if len(cells) == width or not width else [text], at)


def _record(take: Take, at: int, dialect: Dialect, width: int) -> Record:
    base = parse(take, dialect)
    found = _unwrapped(base, dialect, width)
    if found is None and not _plausible(base, width):
        found = _without_stray_quote(take, base, dialect, width)
    if found is not None:
        return Record(found.cells, at, found.lines, mended=True)
    record = Record(base.cells, at, base.lines, odd=base.odd)
    if len(base.cells) < width:
        return _other_delimiter(take, record, dialect, width)
    return record


def _plausible(parsed: Parsed, width: int) -> bool:
    """Whether quotes stand where they belong; the width alone may be wrong for other reasons."""
    if not parsed.closed:
        return False
    return not width or not parsed.odd or (len(parsed.cells) == width and parsed.lines == 1)


def _without_stray_quote(take: Take, base: Parsed, dialect: Dialect, width: int) -> Parsed | None:
    """Return the record as read with one of its quotes taken for a letter, where that fits."""
    letters = sum(map(len, base.cells))
    few = max(4, min(MOST_QUOTES, MOST_WORK // (letters + 1)))
    tried = dict.fromkeys([*base.quotes[: few // 2], *base.quotes[-(few // 2) :]])
    others = [parse(take, dialect, frozenset({at}), width=width) for at in tried]
    if base.lines > 1 and _own_record(take(1), dialect, width):
        # The next line is a record of its own: the quote did not mean to reach it.
        others = [p for p in others if p.lines == 1]
    fitting = [p for p in others if p.closed and len(p.cells) == width]
    if fitting:
        best = min(fitting, key=lambda p: (p.lines, sum(dialect.quote in c for c in p.cells)))
        fits = base.closed and len(base.cells) == width
        return best if best.lines < base.lines or not fits else None
    if base.closed and (base.lines == 1 or len(base.cells) == width):
        return None
    # Nothing fits: at least it must not swallow the lines below.
    short = [p for p in others if p.closed and p.lines == 1]
    if short:
        return min(short, key=lambda p: abs(len(p.cells) - width))
    return parse(take, dialect, frozenset(base.quotes), one_line=True)


def _own_record(line: str | None, dialect: Dialect, width: int) -> bool:
    parsed = parse(lambda i: line if i == 0 else None, dialect) if line else None
    return bool(parsed and parsed.closed and not parsed.odd and len(parsed.cells) == width > 1)


def _unwrapped(base: Parsed, dialect: Dialect, width: int) -> Parsed | None:
    """Return the cells of a record that stands in one quoted cell, whole."""
    if len(base.cells) != 1 or not base.quotes or not (dialect.wrapped or width > 1):
        return None
    inner = base.cells[0].splitlines(keepends=True) or [""]
    if dialect.delimiter not in base.cells[0]:
        return None
    parsed = parse(lambda i: inner[i] if i < len(inner) else None, dialect)
    whole = parsed.closed and parsed.lines == len(inner)
    if whole and (len(parsed.cells) == width or (dialect.wrapped and not width)):
        return replace(parsed, lines=base.lines)
    return None


def _other_delimiter(take: Take, record: Record, dialect: Dialect, width: int) -> Record:
    """Return a short record as cut by another delimiter, where that fits exactly."""
    first = record.cells[0]
    for other in OTHERS:
        if width > 3 and other != dialect.delimiter and first.count(other) * 2 >= width - 1:
            parsed = parse(take, replace(dialect, delimiter=other))
            if len(parsed.cells) == width and parsed.closed:
                return Record(parsed.cells, record.line, parsed.lines, mended=True)
    return record
