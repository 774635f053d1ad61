"""Tells the tables of one file apart, and a table's rows from what stands below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from service_quality.ingest.columns.no_answer import folded
from service_quality.ingest.read import header
from service_quality.ingest.read.header import Heading, kind_of
from service_quality.ingest.read.records import Record

MOST_FOOTER_ROWS = 20
TOTAL = re.compile(
    r"^(grand |sub-?|sous-?|overall )?(total|totals|totaux|sum|somme|summe|gesamt|gesamtsumme"
    r"|ensemble|insgesamt|total general|total général)\s*:?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Block:
    """One table of a file: all its records, blank ones left out, and how they are divided."""

    records: Sequence[Record]
    heading: Heading
    footer: int

    @property
    def first(self) -> int:
        """Where the rows begin among the records."""
        return self.heading.preamble + self.heading.rows

    @property
    def rows(self) -> Sequence[Record]:
        """The rows, without header and footer."""
        return self.records[self.first : len(self.records) - self.footer]


def blocks(records: Sequence[Record], has_header: bool | None = None) -> list[Block]:
    """Return the tables that records hold, top down; at least one record has a cell."""
    written = [record for record in records if record.fill]
    found: list[Block] = []
    while written:
        heading = header.find(written, has_header if not found else None)
        below = end(written, heading)
        part = written[:below]
        if below < len(written):  # what is further down may have looked like rows of it
            heading = header.find(part, has_header if not found else None)
        first = heading.preamble + heading.rows
        found.append(Block(part, heading, footer(part[first:], heading.width)))
        written = written[below:]
    return found


def alike(one: Block, other: Block) -> bool:
    """Whether two tables have the same named columns, in any order; a few may be in one only."""
    ours, theirs = ({name for name, _n in columns(block) if name} for block in (one, other))
    return len(ours & theirs) > 1 and len(ours & theirs) >= 0.8 * len(ours | theirs)


def together(some: Sequence[Block]) -> list[list[list[str]]]:
    """Return the rows of tables that are alike under the columns of all, the header lines first."""
    first = some[0]
    if all(columns(block) == columns(first) for block in some):
        lines = [first.records[at].cells for at in range(first.heading.preamble, first.first)]
        return [lines, *([record.cells for record in block.rows] for block in some)]
    names: dict[tuple[str, int], str] = {}
    for block in some:
        for key, name in zip(columns(block), block.heading.names, strict=True):
            names.setdefault(key, name)
    tables = [[list(names.values())]]
    for block in some:
        place = {key: at for at, key in enumerate(columns(block))}
        at = [place.get(key, len(place)) for key in names]
        tables.append([[c[i] if i < len(c) else "" for i in at] for c in _cells(block)])
    return tables


def columns(block: Block) -> list[tuple[str, int]]:
    """Return the columns of a table by name, without case or accents; and which of that name."""
    names = [folded(name) for name in block.heading.names]
    return [(name, names[:at].count(name)) for at, name in enumerate(names)]


def _cells(block: Block) -> list[list[str]]:
    return [record.cells[: block.heading.width] for record in block.rows]


def footer(rows: Sequence[Record], width: int) -> int:
    """Return how many of the last rows are a total or a note below the table."""
    if len(rows) < 2:
        return 0
    count = 0
    for at in range(len(rows) - 1, max(0, len(rows) - 1 - MOST_FOOTER_ROWS), -1):
        if not (_is_total(rows[at]) or _is_note(rows, at, width)):
            break
        count += 1
    return count


def _is_total(record: Record) -> bool:
    cells = [cell.strip() for cell in record.cells if cell.strip()]
    return len(cells) > 1 and bool(TOTAL.match(cells[0])) and all(map(kind_of, cells[1:]))


def _is_note(rows: Sequence[Record], at: int, width: int) -> bool:
    record = rows[at]
    if width < 3 or record.mended or not header.is_title(record, width):
        return False
    first = record.cells[0].strip()
    if not first or kind_of(first):
        return False
    typical = median(row.fill for row in rows)
    if typical < 2.5 or record.fill * 2 > typical:
        return False
    # As wide as a row, it could be one: then only blank lines or a sentence tell.
    alone = len(record.cells) == record.fill
    if record.fill == 1:
        return alone or _gap(rows, at) or len(first.split()) > 2
    return alone and (_gap(rows, at) or first.endswith(":"))


def end(records: Sequence[Record], heading: Heading, *, rows_only: bool = False) -> int:
    """Return where the next table begins: its title, or its header.

    `rows_only`: the records are rows from further below, not the top of a table.
    """
    first = 0 if rows_only else heading.preamble + heading.rows
    names = [
        _folded(records[at])
        for at in range(min(heading.preamble, first), first)
        if not all(map(kind_of, filter(None, records[at].cells)))
    ]
    firsts = {name[0] for name in names}
    typed = _typed(records[first : first + header.ENOUGH], heading.width)
    for at in range(first + 1, len(records) - 1):
        record = records[at]
        if (_first(record) in firsts and _folded(record) in names) or (
            _names_columns(record, typed) and _another_table(records, at, heading.width, typed)
        ):
            return _with_title(records, at, heading.width)
    return len(records)


def _another_table(records: Sequence[Record], at: int, width: int, typed: set[int]) -> bool:
    record = records[at]
    below = records[at + 1 :]
    gap = _gap(records, at) or (_gap(records, at - 1) and header.is_title(records[at - 1], width))
    other = len(record.cells)
    if other != width and len(below) > 1:
        alike = sum(len(row.cells) == other for row in below)
        return alike >= 0.8 * len(below)
    against = any(i < len(record.cells) and record.cells[i].strip() for i in typed)
    return gap and against and any(any(map(kind_of, row.cells)) for row in below[:3])


def _names_columns(record: Record, typed: set[int]) -> bool:
    if record.mended or not record.cells[0].strip():
        return False
    # A row has a value where most have one: to tell that an id is none takes longer.
    most = (record.cells[at] for at in typed if at < len(record.cells))
    if any(map(kind_of, most)) or any(map(kind_of, record.cells)):
        return False
    cells = [cell.strip() for cell in record.cells if cell.strip()]
    return len(cells) > 1 and len(set(cells)) == len(cells)


def _typed(rows: Sequence[Record], width: int) -> set[int]:
    found = set()
    for at in range(width):
        kinds = [
            bool(kind_of(r.cells[at])) for r in rows if len(r.cells) > at and r.cells[at].strip()
        ]
        if kinds and sum(kinds) >= 0.8 * len(kinds):
            found.add(at)
    return found


def _with_title(records: Sequence[Record], at: int, width: int) -> int:
    while at > 1 and not _gap(records, at) and header.is_title(records[at - 1], width):
        if _gap(records, at - 1):
            return at - 1
        at -= 1
    return at


def _gap(records: Sequence[Record], at: int) -> bool:
    """Whether blank lines stand above a record."""
    before = records[at - 1]
    return records[at].line > before.line + before.lines


def _first(record: Record) -> str:
    return record.cells[0].strip().casefold()


def _folded(record: Record) -> list[str]:
    return [cell.strip().casefold() for cell in record.cells]
