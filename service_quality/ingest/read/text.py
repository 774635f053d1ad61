"""Looks at a text file's head and tail, and decides how its table will be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from service_quality.base.errors import RefusedError, UsageError
from service_quality.base.language import _
from service_quality.ingest.read import copies, sentences
from service_quality.ingest.read import dialect as dialects
from service_quality.ingest.read.blocks import Block, blocks, end, footer
from service_quality.ingest.read.cells import Dialect
from service_quality.ingest.read.header import kind_of, usual_width
from service_quality.ingest.read.joined import of_blocks, of_pieces
from service_quality.ingest.read.records import Record, records
from service_quality.ingest.recognise.instructions import FileForm

HEAD_BYTES = 1 << 20
SAMPLE_ROWS = 1_000


@dataclass(frozen=True)
class Text:
    """A table in a UTF-8 file, and where: its rows from line `skip` on, or bytes `start` to `end`.

    `width` is how many cells a row has; `regular`: nothing that was seen says that some have
    others. `below`: rows that are a footer. `mixed`: several kinds of line ends. `clean`: the
    file is a copy of ours.
    """

    path: Path
    dialect: Dialect
    width: int
    skip: int = 0
    start: int | None = None
    end: int | None = None
    below: tuple[tuple[str, ...], ...] = ()
    regular: bool = True
    mixed: bool = False
    clean: bool = False


@dataclass(frozen=True)
class Found:
    """What a text file holds: unique headers, the texts of each header row, sample, decisions.

    `several` says which of its tables it is, where it has more than one.
    """

    headers: tuple[str, ...]
    header_rows: tuple[tuple[str, ...], ...]
    sample: tuple[tuple[str | None, ...], ...]
    decided: tuple[str, ...]
    text: Text
    several: str = ""


@dataclass(frozen=True)
class _Head:
    """The first lines of a file; `above` of them are not part of any table."""

    lines: list[str]
    above: int
    whole: bool
    way: Dialect
    blocks: list[Block]

    @property
    def mixed(self) -> bool:
        """Whether lines end in several ways, blank ones too; lines within cells do not count."""
        within = {
            self.above + record.line + i
            for block in self.blocks
            for record in block.records
            for i in range(record.lines - 1)
        }
        ends = {
            line[len(line.rstrip("\r\n")) :]
            for at, line in enumerate(self.lines[:-1])
            if at not in within
        }
        return len(ends) > 1

    def can_skip(self, block: Block) -> bool:
        """Whether DuckDB can skip what stands above a table's rows: it minds quotes there."""
        above = block.records[: block.first]
        end = self.above + (block.rows[0].line if block.rows else 0)
        return not any(_strange(record) for record in above) and not any(
            line.count(self.way.quote) % 2 for line in self.lines[:end]
        )

    def written(self, record: Record) -> bytes:
        """Return the bytes of a record."""
        lines = self.lines[self.above + record.line : self.above + record.line + record.lines]
        return "".join(lines).encode("utf-8", "surrogateescape")

    def offset(self, line: int) -> int:
        """Return the byte at which a line below `above` begins."""
        text = "".join(self.lines[: self.above + line])
        return len(text.encode("utf-8", "surrogateescape"))


def scan(path: Path, name: str, form: FileForm, folder: Path, *, join: bool = False) -> Found:
    """Return what a UTF-8 file holds; copies go into `folder`.

    Of several tables it is the one that was said, else the first; or, to `join` them, all that
    have the same columns as the first.
    Raises RefusedError where there is no table, UsageError where there is no such one.
    """
    head = _head(path, name, form)
    width = head.blocks[0].heading.width
    tail, offsets = ([], []) if head.whole else copies.tail(path, head.way, width)
    starts = _starts(path, head, tail, offsets)
    number = form.table or 1
    if join and form.table is None and len(starts) > 1:
        all_of_them = _joined(path, name, head, starts, form, folder)
        if all_of_them:
            return all_of_them
    if not 1 <= number <= len(starts):
        raise UsageError(
            _("{file}: there is no table {number}; found: {count}.").format(
                file=name, number=number, count=len(starts)
            )
        )
    if head.whole:
        return _whole(path, head, head.blocks[number - 1], folder)
    if len(starts) == 1:
        return _large(path, head, tail, offsets, folder)
    begin = 0 if number == 1 else starts[number - 1]
    piece = copies.cut(path, begin, (*starts, None)[number], folder / f"table-{number}.csv")
    more = replace(form, table=None, header=form.header if number == 1 else None)
    found = scan(piece, name, more, folder)
    several = sentences.tables(len(starts), number)
    return replace(found, decided=(*found.decided, several), several=several)


def _joined(
    path: Path, name: str, head: _Head, starts: Sequence[int], form: FileForm, folder: Path
) -> Found | None:
    """Return all tables that have the first one's columns as one; None where it stands alone."""
    if head.whole:
        own = replace(form, header=None, delimiter=",")
        joined = of_blocks(head.blocks, folder)
    else:
        own = form
        joined = of_pieces(path, _pieces(path, name, starts, form, folder), folder)
    if joined is None:
        return None
    copy, more = joined
    found = scan(copy, name, own, folder)
    return replace(found, decided=(sentences.dialect(head.way), *found.decided[1:], *more))


def _pieces(
    path: Path, name: str, starts: Sequence[int], form: FileForm, folder: Path
) -> Iterator[tuple[int, int | None, Block]]:
    """Yield where each table of a large file begins and ends, the later ones without header."""
    for number, (start, until) in enumerate(zip(starts, [*starts[1:], None], strict=True)):
        stop = start + HEAD_BYTES if until is None else min(until, start + HEAD_BYTES)
        top = copies.cut(path, start, stop, folder / f"top-{number}.csv")
        head = _head(top, name, form if number == 0 else replace(form, header=None))
        block = head.blocks[0]
        rows = head.offset(block.rows[0].line) if number and block.rows else 0
        yield (start + rows if number else 0), until, block


def _starts(path: Path, head: _Head, tail: list[Record], offsets: list[int]) -> list[int]:
    """Return the byte at which each table begins.

    Below the head another one is seen where a header comes again, or near the end.
    """
    starts = [head.offset(block.records[0].line) for block in head.blocks]
    first, last = head.blocks[0], head.blocks[-1]
    if head.whole or not first.heading.rows:
        return starts
    names = first.records[first.first - 1]
    if all(map(kind_of, filter(None, names.cells))):
        return starts  # rows may have the same numbers as a header of numbers
    line = head.written(names)
    starts += copies.repeats(path, line, head.offset((last.rows or last.records)[0].line))
    if len(starts) == 1:
        below = end(tail, first.heading, rows_only=True)
        starts += [offsets[record.line] for record in tail[below : below + 1]]
    return starts


def _head(path: Path, name: str, form: FileForm) -> _Head:
    with path.open("rb") as file:
        content = file.read(HEAD_BYTES)
    whole = len(content) < HEAD_BYTES
    lines = dialects.lines_of(content.decode("utf-8", errors="surrogateescape"))
    above, delimiter = 0, form.delimiter
    if lines and (match := dialects.SEPARATOR_LINE.match(lines[0])):
        above, delimiter = 1, delimiter or match[1]
    if form.header:
        above = max(above, form.header - 1)
    body = lines[above:]
    way = dialects.decide(body, delimiter)
    width = usual_width(list(records(body[: dialects.ENOUGH], way)))
    some = list(records(body, way, width))
    if not whole and len(some) > 1:
        some.pop()  # it may be cut off
    found = blocks(some, None if form.header is None else form.header > 0)
    if not found:
        raise RefusedError(_("{file} is empty. Export it again.").format(file=name))
    return _Head(lines, above, whole, way, found)


def _whole(path: Path, head: _Head, block: Block, folder: Path) -> Found:
    """Return a table of a file that was seen to its end."""
    heading, rows = block.heading, block.rows
    simple = len(head.blocks) == 1 and not block.footer and not head.mixed
    regular = simple and head.way.plain and _regular(block, heading.width) and head.can_skip(block)
    if regular:
        skip = head.above + (rows[0].line if rows else len(head.lines))
        text = Text(path, head.way, heading.width, skip)
    else:
        target = folder / "clean.csv"
        copies.write((record.cells for record in rows), heading.width, target)
        text = Text(target, Dialect(), heading.width, regular=False, clean=True)
    below = block.records[len(block.records) - block.footer :] if block.footer else ()
    return _found(head, block, text, below)


def _large(path: Path, head: _Head, tail: list[Record], offsets: list[int], folder: Path) -> Found:
    """Return the only table of a file of which head and tail were seen."""
    block = head.blocks[0]
    width = block.heading.width
    line = block.rows[0].line if block.rows else 0
    text = Text(path, head.way, width, head.above + line, mixed=head.mixed)
    count = footer(tail, width) if tail and usual_width(tail) == width else 0
    below = tail[len(tail) - count :]
    regular = _regular(block, width) and not block.heading.preamble
    regular = regular and all(_fits(record, width) for record in tail[1:])
    regular = regular and not below
    if not head.can_skip(block) or any(_strange(record) for record in below):
        stop = offsets[below[0].line] if below else None
        text = replace(text, start=head.offset(line), end=stop)
    else:
        # Cutting them off would mean to copy the file.
        text = replace(text, below=tuple(tuple(record.cells) for record in below))
    return _found(head, replace(block, footer=0), replace(text, regular=regular), below)


def _regular(block: Block, width: int) -> bool:
    return all(_fits(record, width) for record in block.rows)


def _fits(record: Record, width: int) -> bool:
    return len(record.cells) == width and not record.mended and not record.odd


def _strange(record: Record) -> bool:
    return record.mended or record.odd or record.lines > 1


def _found(head: _Head, block: Block, text: Text, below: Sequence[Record]) -> Found:
    heading, rows = block.heading, block.rows
    names = list(heading.names)
    # What an extra separator at the end of each line gives.
    while (
        heading.rows
        and len(names) > 1
        and not names[-1]
        and not any(_cell(row, len(names) - 1) for row in rows)
    ):
        names.pop()
    sample = tuple(
        tuple(_cell(row, at) or None for at in range(len(names))) for row in rows[:SAMPLE_ROWS]
    )
    decided = [
        sentences.dialect(head.way),
        *sentences.heading(block, head.above),
        *sentences.columns(block, len(names)),
        *sentences.footer(below),
        *sentences.mended(rows),
    ]
    several = ""
    if len(head.blocks) > 1:
        number = next(n for n, b in enumerate(head.blocks, 1) if b.records[0] is block.records[0])
        several = sentences.tables(len(head.blocks), number)
        decided.append(several)
    return Found(unique_headers(names), heading.parts, sample, tuple(decided), text, several)


def _cell(record: Record, at: int) -> str:
    return record.cells[at].strip() if at < len(record.cells) else ""


def unique_headers(cells: Sequence[str]) -> tuple[str, ...]:
    """Return header names without blanks or repeats: `Comment`, `Comment_1`."""
    names: dict[str, None] = {}
    for at, cell in enumerate(cells):
        base = cell.strip().strip("\ufeff\"'").strip() or f"column_{at + 1}"
        name, repeat = base, 0
        while name in names:
            repeat += 1
            name = f"{base}_{repeat}"
        names[name] = None
    return tuple(names)
