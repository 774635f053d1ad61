"""Cuts lines of text into records of cells, and mends a record that a stray character spoilt."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

DELIMITERS = (",", ";", "\t", "|", ", ", " ")
# What a single row may have instead of its file's delimiter.
OTHERS = (",", ";", "\t", "|")
# A cell that goes on for longer was never closed.
MOST_LINES = 500
MOST_LETTERS = 1 << 21
MOST_QUOTES = 40

Take = Callable[[int], str | None]


@dataclass(frozen=True)
class Dialect:
    """How cells are told apart.

    `escape` is the quote itself where it is doubled, a backslash, or the other quote where that
    one is doubled. `wrapped`: each record stands in one quoted cell.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    wrapped: bool = False

    @property
    def plain(self) -> bool:
        """Whether DuckDB reads it as we do."""
        return self.escape == self.quote and not self.wrapped


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
        return sum(1 for cell in self.cells if cell and not cell.isspace())


@dataclass(frozen=True, slots=True)
class _Parsed:
    cells: list[str]
    lines: int
    quotes: list[int]  # where quotes opened and closed cells
    odd: bool
    closed: bool


def records(lines: Iterable[str], dialect: Dialect, width: int = 0) -> Iterator[Record]:
    """Yield the records of lines with their line ends; blank lines are none.

    With a `width`, a record of another width is mended where one way of reading it gives
    exactly that many cells: a stray quote, a record in one quoted cell, another delimiter.
    """
    coming, waiting, at = iter(lines), deque[str](), 0

    def take(i: int) -> str | None:
        while len(waiting) <= i:
            line = next(coming, None)
            if line is None:
                return None
            waiting.append(line)
        return waiting[i]

    while (line := take(0)) is not None:
        if not line.strip(" \r\n\ufeff" if dialect.delimiter == "\t" else " \t\r\n\ufeff"):
            record = None
            used = 1
        elif not dialect.quote or dialect.quote not in line:
            record = Record(line.rstrip("\r\n").split(dialect.delimiter), at)
            used = 1
            if len(record.cells) < width:
                record = _other_delimiter(take, record, dialect, width)
        else:
            record = _record(take, at, dialect, width)
            used = record.lines
        if record is not None:
            yield record
        at += used
        for _ in range(used):
            waiting.popleft()


def _record(take: Take, at: int, dialect: Dialect, width: int) -> Record:
    base = _parse(take, dialect)
    found = _unwrapped(base, dialect, width)
    if found is None and not _plausible(base, width):
        found = _without_stray_quote(take, base, dialect, width)
    if found is not None:
        return Record(found.cells, at, found.lines, mended=True)
    record = Record(base.cells, at, base.lines, odd=base.odd)
    if len(base.cells) < width:
        return _other_delimiter(take, record, dialect, width)
    return record


def _plausible(parsed: _Parsed, width: int) -> bool:
    """Whether quotes stand where they belong; the width alone may be wrong for other reasons."""
    if not parsed.closed:
        return False
    return not width or not parsed.odd or (len(parsed.cells) == width and parsed.lines == 1)


def _without_stray_quote(take: Take, base: _Parsed, dialect: Dialect, width: int) -> _Parsed | None:
    """Return the record as read with one of its quotes taken for a letter, where that fits."""
    others = [_parse(take, dialect, frozenset({at})) for at in base.quotes[-MOST_QUOTES:]]
    fitting = [p for p in others if p.closed and len(p.cells) == width]
    if fitting:
        best = min(fitting, key=lambda p: (p.lines, sum(dialect.quote in c for c in p.cells)))
        fits = base.closed and len(base.cells) == width
        return best if best.lines < base.lines or not fits else None
    if base.closed and (base.lines == 1 or len(base.cells) == width):
        return None
    # Nothing fits: at least it must not swallow the lines below.
    short = [p for p in others if p.closed and p.lines == 1]
    return short[0] if short else _parse(take, dialect, frozenset(base.quotes), one_line=True)


def _unwrapped(base: _Parsed, dialect: Dialect, width: int) -> _Parsed | None:
    """Return the cells of a record that stands in one quoted cell, whole."""
    if len(base.cells) != 1 or not base.quotes or not (dialect.wrapped or width > 1):
        return None
    inner = base.cells[0].splitlines(keepends=True) or [""]
    if dialect.delimiter not in base.cells[0]:
        return None
    parsed = _parse(lambda i: inner[i] if i < len(inner) else None, dialect)
    whole = parsed.closed and parsed.lines == len(inner)
    if whole and (len(parsed.cells) == width or (dialect.wrapped and not width)):
        return replace(parsed, lines=base.lines)
    return None


def _other_delimiter(take: Take, record: Record, dialect: Dialect, width: int) -> Record:
    """Return a short record as cut by another delimiter, where that fits exactly."""
    first = record.cells[0]
    for other in OTHERS:
        if width > 3 and other != dialect.delimiter and first.count(other) * 2 >= width - 1:
            parsed = _parse(take, replace(dialect, delimiter=other))
            if len(parsed.cells) == width and parsed.closed:
                return Record(parsed.cells, record.line, parsed.lines, mended=True)
    return record


def _parse(
    take: Take,
    dialect: Dialect,
    literal: frozenset[int] = frozenset(),
    *,
    one_line: bool = False,
) -> _Parsed:
    """Return one record; a quote at a `literal` place of its first line is a letter.

    A quote closes its cell only before a delimiter or the line's end, so that a quote that
    somebody forgot to escape stays a letter.
    """
    text, lines = take(0) or "", 1
    text = text.removeprefix("\ufeff") if text[:1] == "\ufeff" else text
    delimiter, quote = dialect.delimiter, dialect.quote
    blanks = "" if delimiter == " " else " "
    cells: list[str] = []
    quotes: list[int] = []
    odd, at = False, 0
    while True:
        stop = len(text.rstrip("\r\n"))
        start = _past(text, at, blanks)
        if quote and text.startswith(quote, start) and start not in literal and start < stop:
            quotes.append(start)
            parts: list[str] = []
            inside = start + 1
            while True:
                here = text.find(quote, inside)
                if here < 0:
                    more = None if one_line or lines >= MOST_LINES else take(lines)
                    if more is None or len(text) > MOST_LETTERS:
                        cells.append("".join([*parts, text[inside:stop]]))
                        return _Parsed(cells, lines, quotes, True, False)
                    text, lines = text + more, lines + 1
                    stop = len(text.rstrip("\r\n"))
                    continue
                if dialect.escape == "\\" and _escaped(text, inside, here):
                    parts.append(text[inside : here - 1] + quote)
                    inside = here + 1
                    continue
                if dialect.escape == quote and text.startswith(quote, here + 1):
                    parts.append(text[inside : here + 1])
                    inside = here + 2
                    continue
                after = _past(text, here + 1, blanks)
                ends = after >= stop or text.startswith(delimiter, after)
                if ends and here not in literal:
                    quotes.append(here)
                    parts.append(text[inside:here])
                    break
                odd = True
                parts.append(text[inside : here + 1])
                inside = here + 1
            cells.append(_unescaped("".join(parts), dialect))
            if after >= stop:
                return _Parsed(cells, lines, quotes, odd, True)
            at = after + len(delimiter)
        else:
            end = text.find(delimiter, at, stop)
            if end < 0:
                cells.append(text[at:stop])
                return _Parsed(cells, lines, quotes, odd, True)
            cells.append(text[at:end])
            at = end + len(delimiter)


def _unescaped(cell: str, dialect: Dialect) -> str:
    """Return a quoted cell without the escapes that are not of its own quote."""
    if dialect.escape == "\\":
        return cell.replace("\\\\", "\\")
    if dialect.escape != dialect.quote:
        return cell.replace(2 * dialect.escape, dialect.escape)
    return cell


def _past(text: str, at: int, blanks: str) -> int:
    while blanks and at < len(text) and text[at] in blanks:
        at += 1
    return at


def _escaped(text: str, start: int, at: int) -> bool:
    """Whether the letter at `at` stands behind an odd number of backslashes."""
    before = at
    while before > start and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1
