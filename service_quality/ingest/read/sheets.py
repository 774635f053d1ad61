"""Tells which sheets of a workbook belong together, and which may not be left out unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from service_quality.ingest.columns import vocabulary
from service_quality.ingest.columns.no_answer import folded
from service_quality.ingest.read.blocks import Block, alike, blocks, columns
from service_quality.ingest.read.header import kind_of
from service_quality.ingest.read.records import Record

YEAR = re.compile(r"(19|20)\d\d")
HALF = 0.5  # of the columns, from which on two sheets look alike


def tables(rows: Sequence[list[str]]) -> list[Block]:
    """Return the tables of a sheet, those without a header too."""
    records = [Record(row, line) for line, row in enumerate(rows)]
    return blocks(records) if any(record.fill for record in records) else []


def table(rows: Sequence[list[str]]) -> Block | None:
    """Return the table of a sheet that holds one with a header, and nothing else."""
    found = tables(rows)
    return found[0] if len(found) == 1 and found[0].heading.rows and found[0].rows else None


def like(tops: Mapping[str, Block | None], name: str, other: str) -> bool:
    """Whether two sheets are read as one table.

    Of sheets that are named as months or years one may have columns more.
    """
    one, two = tops[name], tops[other]
    if name == other or one is None or two is None:
        return name == other
    return alike(one, two) or (of_a_series(name, other) and _within(one, two))


def _within(one: Block, two: Block) -> bool:
    few, many = sorted((_named(one), _named(two)), key=len)
    return few <= many and len(few) > 1 and len(few) >= HALF * len(many)


def missed(sheets: Mapping[str, list[list[str]]], chosen: Sequence[str]) -> list[str]:
    """Return the sheets that are not chosen, and look like more rows of those that are.

    They are named as other months or years of theirs, or have most of their columns; and have rows
    that the chosen ones have not.
    """
    if len(chosen) == len(sheets):
        return []
    read = [block for name in chosen for block in tables(sheets[name])]
    return [
        name
        for name, rows in sheets.items()
        if name not in chosen
        and _adds(tables(rows), read, any(of_a_series(name, other) for other in chosen))
    ]


def _adds(some: Sequence[Block], read: Sequence[Block], series: bool) -> bool:
    for block in some:
        if not block.heading.rows:
            if series and any(kind_of(cell) for record in block.records for cell in record.cells):
                return True
        elif block.rows and (series or any(_most_in_common(block, other) for other in read)):
            whole = any(_named(block) <= _named(other) for other in read)
            if (series and not whole) or not _repeats(block, read):
                return True
    return False


def _most_in_common(one: Block, two: Block) -> bool:
    ours, theirs = _named(one), _named(two)
    common = len(ours & theirs)
    return common > 1 and common > HALF * max(len(ours), len(theirs))


def _repeats(block: Block, read: Sequence[Block]) -> bool:
    """Whether each row stands in a table that is read, as far as that has its columns."""
    mine = set(columns(block))
    for other in read:
        common = sorted(mine & set(columns(other)))
        if common and _rows(block, common) <= _rows(other, common):
            return True
    return False


def _rows(block: Block, wanted: Sequence[tuple[str, int]]) -> set[tuple[str, ...]]:
    place = {key: at for at, key in enumerate(columns(block))}
    at = [place[key] for key in wanted]
    return {tuple(r.cells[i] if i < len(r.cells) else "" for i in at) for r in block.rows}


def _named(block: Block) -> set[str]:
    return {name for name, _n in columns(block) if name}


def of_a_series(one: str, other: str) -> bool:
    """Whether two sheets are named alike but for a month or year: `Jan`, `Tickets 2025-02`."""
    rest = _without_period(one)
    return rest is not None and rest == _without_period(other)


def _without_period(name: str) -> tuple[str, ...] | None:
    """Return the words of a sheet's name beside its month, quarter or year; None: it has none."""
    words = re.findall(r"[^\W\d_]+|\d+", folded(name))
    parts = {*vocabulary.quarters(), *vocabulary.HALVES, *vocabulary.CALENDAR_WEEKS, "w", "m"}
    rest, period = [], not any(map(str.isalpha, words))
    for at, word in enumerate(words):
        counted = word in parts and "".join(words[at + 1 : at + 2]).isdigit()
        if counted or word in vocabulary.months() or YEAR.fullmatch(word):
            period = True
        elif not word.isdigit():
            rest.append(word)
    return tuple(rest) if period and words else None
