"""Finds the row or rows that name the columns, and what stands above them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median

from service_quality.ingest.columns.dates import is_date
from service_quality.ingest.columns.no_answer import says_nothing
from service_quality.ingest.read.records import Record

# Rows that are looked at for what a column holds.
ENOUGH = 500
MOST_HEADER_ROWS = 4
NUMBER = re.compile(r"^[<>=~]{0,2}\s*[-+(]?\s*[€$£]?\s*[-+]?\d[\d.,'\s\u00a0\u202f]*\s*[%€$£]?\)?$")
DIGIT = re.compile(r"\d")
YEAR = re.compile(r"^(19|20)\d\d$")
COUNT = re.compile(r"^\d{1,3}$")
CLOCK = re.compile(r"^\d{1,3}:\d{2}(:\d{2})?\s*([AaPp][Mm])?$")
# A day in digits within a cell, whatever words stand around it.
DAY = re.compile(r"(?<!\d)(\d{1,2}([-/.])\d{1,2}\2\d{2,4}|\d{4}([-/.])\d{1,2}\3\d{1,2})(?!\d)")
DIGITS = re.compile(r"\d+")
MACHINE = re.compile(r'^\{"?ImportId"?:', re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """What stands above a table's rows: `preamble` records, then `rows` that name columns.

    `width` is how many cells a record has. `names` are not yet unique, "" where none is given;
    `parts` the texts of each header row that people read.
    """

    preamble: int
    rows: int
    width: int
    names: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=100_000)  # a cell is looked at for each table that could begin above it
def kind_of(text: str) -> str:
    """Return number, year, date or clock for a cell that is a value; "" for words."""
    text = text.strip()
    if not DIGIT.search(text):
        return ""
    if YEAR.match(text):
        return "year"
    if text.isdecimal():
        return "number"
    if is_date(text):
        return "date"
    if CLOCK.match(text):
        return "clock"
    return "number" if NUMBER.match(text) else ""


def find(records: Sequence[Record], header: bool | None = None) -> Heading:
    """Return what stands above the rows of one table that has at least one record.

    `header` says whether there is one, of one line then; None: find out.
    """
    some = records[:ENOUGH]
    width = _first_width(some) or usual_width(some)
    preamble = 0 if header is not None else _preamble(some, width)
    body = [record.cells for record in some[preamble:]]
    body[0] = _without_gaps(body[0], max((len(cells) for cells in body[1:]), default=0))
    width = max(width, len(body[0]))
    rows = int(header) if header is not None else int(has_header(body))
    if rows and header is None:
        rows = _header_rows(body, width)
    top = [_padded(cells, width) for cells in body[:rows]]
    parts = tuple(row for row in _spread(top) if not any(MACHINE.match(cell) for cell in row))
    names = tuple(
        " ".join(dict.fromkeys(filter(None, column))) for column in zip(*parts, strict=True)
    )
    return Heading(preamble, rows, width, names or ("",) * width, parts)


def _without_gaps(names: list[str], most: int) -> list[str]:
    """Return names without the empty ones, where these are all that no row has a cell for."""
    named = [name for name in names if name.strip()]
    return named if most > 1 and len(named) == most < len(names) else names


def _first_width(records: Sequence[Record]) -> int:
    """Return the width of the first table, where a good part of the records has it from the top."""
    widths = [len(record.cells) for record in records if record.fill > 1]
    for at in range(len(widths) - 2):
        width = widths[at]
        if width > 1 and widths[at : at + 3] == [width] * 3:
            many = widths.count(width) >= 0.3 * len(widths)
            return width if many else 0
    return 0


def usual_width(records: Sequence[Record]) -> int:
    """Return how many cells most records have; of those with two or more, if there are any."""
    widths = Counter(len(record.cells) for record in records if record.fill > 1)
    widths = widths or Counter(len(record.cells) for record in records)
    return max(widths, key=lambda width: (widths[width], width), default=1)


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first record names the columns.

    It does not where it holds the same kind of values as the columns below it, and names none
    of them. Numbers that count up, such as hours or the questions 1 to 12, are names.
    """
    if _counts(rows[0]) and sum(map(_counts, rows[1:])) <= 0.2 * len(rows):
        return True
    alike = 0
    for at, name in enumerate(rows[0]):
        kinds = [kind_of(row[at]) for row in rows[1:] if len(row) > at and row[at].strip()]
        if kinds and all(kinds):
            kind = kind_of(name)
            if not kind or (kind != kinds[0] and kind in ("year", "date", "clock")):
                return True
            alike += 1
    return not alike


def _counts(cells: Sequence[str]) -> bool:
    """Whether the numbers of a record go by equal steps, three at least; or up, five at least."""
    numbers = [int(cell) for cell in map(str.strip, cells) if COUNT.match(cell)]
    steps = {b - a for a, b in pairwise(numbers)}
    even = len(numbers) > 2 and len(steps) == 1 and steps != {0}
    return even or (len(numbers) > 4 and min(steps) > 0)


def is_title(record: Record, width: int) -> bool:
    """Whether a record is a title or a note beside the table rather than a part of it."""
    most = 2 if width > 3 else 1
    if width < 2 or record.fill > most:
        return False
    filled = [at for at, cell in enumerate(record.cells) if cell.strip()]
    if width == 2:
        return len(record.cells) == 1
    return filled == list(range(len(filled)))


def _preamble(records: Sequence[Record], width: int) -> int:
    """Return how many records stand above the header: titles, periods, notes."""
    typical = median(record.fill for record in records)
    count = 0
    while count < len(records) - 1 and typical > 1 and _above(records[count], width, typical):
        count += 1
    # Nothing but titles: then it is a narrow table, not a preamble.
    return count if records[count].fill > 1 or count == 0 else 0


def _above(record: Record, width: int, typical: float) -> bool:
    short = len(record.cells) < width - 1 and record.fill < typical / 2 + 1
    return (is_title(record, width) and record.fill < typical) or short


def _header_rows(rows: Sequence[Sequence[str]], width: int) -> int:
    """Return how many rows name the columns, one at least."""
    for at in range(1, min(MOST_HEADER_ROWS, len(rows))):
        if any(MACHINE.match(cell) for cell in rows[at]):
            return at + 1
    typed = _typed(rows, width)
    count = 1
    while count < min(MOST_HEADER_ROWS, len(rows)) and (
        _repeats(rows[count - 1], rows[count])
        or (
            count < len(rows) - 1
            and not _is_like(rows[count], rows[count + 1 :])
            and _names_too(rows[:count], rows[count], typed)
        )
    ):
        count += 1
    return count


def _typed(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Return the columns that hold values, not words, in nearly all later rows."""
    late = rows[min(MOST_HEADER_ROWS, len(rows) - 1) :]
    found = []
    for at in range(width):
        kinds = [bool(kind_of(row[at])) for row in late if len(row) > at and row[at].strip()]
        if kinds and sum(kinds) >= 0.9 * len(kinds):
            found.append(at)
    return found


def _is_like(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a cell is written as most of those below it are, with digits: T1 above T2 and T3.

    Such a row holds values, even where no other cell of it can be read. The same text below is
    no sign: a column of an option such as `2-3 times` holds it where someone chose it.
    """
    for at, text in enumerate(map(str.strip, row)):
        if DIGIT.search(text) and not text.isdecimal():
            others = [other[at].strip() for other in below if len(other) > at and other[at].strip()]
            alike = sum(other != text and _form(other) == _form(text) for other in others)
            if alike * 2 > len(others):
                return True
    return False


@lru_cache(maxsize=100_000)
def _form(text: str) -> str:
    """Return what is alike in cells that are written alike: a day as one, all numbers as one."""
    return "day" if DAY.search(text) else DIGITS.sub("0", text.casefold())


def _repeats(above: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a row repeats the names above it. Numbers do not, even where they are names."""
    known = {cell.strip().casefold() for cell in above if not kind_of(cell)}
    names = [cell.strip().casefold() for cell in below if cell.strip()]
    same = names == [cell.strip().casefold() for cell in above if cell.strip()]
    again = sum(name in known for name in names)
    return len(names) > 1 and again > (0 if same else 0.8 * len(names))


def _names_too(above: Sequence[Sequence[str]], row: Sequence[str], typed: list[int]) -> bool:
    """Whether a row below a header row names columns as well.

    It names columns of values by words, all of them; or it fills gaps that the row above left.
    """
    cells = {at: row[at].strip() for at in typed if at < len(row) and row[at].strip()}
    if any(kind_of(cell) or says_nothing(cell) for cell in cells.values()):
        return False
    values = any(kind_of(cell) for cell in row)
    # `Rank` may stand below 2024 and below 2025.
    under = list(zip(*_spread([_padded(cells, len(row)) for cells in (*above, row)]), strict=True))
    distinct = len({under[at] for at in cells}) > 0.8 * len(cells)
    if len(cells) > 1 and len(cells) >= 0.8 * len(typed) and distinct and not values:
        return True
    last = above[0]
    filled = [at for at, cell in enumerate(row) if cell.strip()]
    gaps = [at for at in filled if at < len(last) and not last[at].strip()]
    inner = [at for at in gaps if any(cell.strip() for cell in last[:at])]
    return bool(inner) and bool(typed) and not row[0].strip()


def _spread(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return header rows in which an empty cell repeats the one to its left.

    Only above a cell that says more, and never past a name that stands higher up.
    """
    spread: list[tuple[str, ...]] = []
    for level, row in enumerate(rows):
        left, cells = "", []
        for at, cell in enumerate(row):
            if cell:
                left = cell
            elif any(above[at] for above in rows[:level]):
                left = ""
            below = any(under[at] for under in rows[level + 1 :])
            cells.append(cell or (left if below else ""))
        spread.append(tuple(cells))
    return spread


def _padded(cells: Sequence[str], width: int) -> list[str]:
    clean = [cell.strip().strip("\ufeff").strip() for cell in cells]
    return (clean + [""] * width)[:width]
