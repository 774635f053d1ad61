"""Writes the sheet of a workbook as a plain CSV file, so that it is read like any other."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

from service_quality.base import language, voice
from service_quality.base.errors import RefusedError, UsageError
from service_quality.base.language import _
from service_quality.ingest.read import sheets as of_sheets
from service_quality.ingest.read.archive import DAMAGED
from service_quality.ingest.read.blocks import Block, columns, together
from service_quality.ingest.read.header import ENOUGH
from service_quality.ingest.read.merged import Merged, merged_cells

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
MOST_BYTES = 1 << 30  # of XML: a workbook is read whole into memory
MOST_CELLS = 5_000_000  # from the first to the last, blank ones too: each takes memory
# A cell that holds something, by its column and row; one without an end tag is only coloured.
CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br=["\']([A-Z]{1,3})(\d{1,7})["\'][^>]*(?<!/)>')
LOOKED_AT, MOST_OF_A_TAG = 1 << 20, 1_000
SHEET = "Sheet"  # the header of the column that says which sheet a row is from
Cell = int | float | str | bool | time | date | datetime | timedelta


def is_workbook(head: bytes) -> bool:
    """Whether a file that is no archive of one table is a workbook."""
    return head.startswith((OLE, ZIP))


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets, the hidden ones too; none of what is no workbook."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    with path.open("rb") as file:
        if not is_workbook(file.read(4)):
            return []
    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, *DAMAGED):
        return []  # opening it as a table says what is wrong
    return [s.name for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]


def write_sheet(path: Path, name: str, folder: Path, wanted: str | None) -> tuple[Path, str]:
    """Return a CSV copy in `folder` of one sheet, or of all that are alike; and a sentence on it.

    `wanted` is a sheet's name or its number from 1; else the sheet with the most filled cells
    counts, together with those that have the same columns. Raises RefusedError for a workbook
    that cannot be opened, and where a sheet that looks like those would be left out; UsageError
    for no such sheet.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                _refuse_too_large(archive, name)
        book = CalamineWorkbook.from_path(str(path))
        merged = merged_cells(path)
        found = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
        shown = [s for s in found if s.visible == SheetVisibleEnum.Visible] or found
        names = [s.name for s in (found if wanted else shown)]
        sheets: dict[str, list[list[str]]] = {}
        cells = 0
        for each in _chosen(names, name, wanted):
            sheet = book.get_sheet_by_name(each)
            cells += sheet.height * sheet.width
            if cells > MOST_CELLS:
                raise RefusedError(_too_many_cells(name, cells))
            sheets[each] = _rows(sheet, sheet.merged_cell_ranges or merged.get(each) or ())
    except (CalamineError, *DAMAGED) as error:
        raise RefusedError(
            _(
                "{file} cannot be opened as a workbook: it is damaged, or asks for a password. "
                "Save it again without one, or as CSV."
            ).format(file=name)
        ) from error
    chosen, rows = _read_together(sheets)
    if left := of_sheets.missed(sheets, chosen):
        raise RefusedError(_left_out(name, left, chosen))
    target = folder / "sheet.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return target, _which(chosen, [s.name for s in found]) + _absent(sheets, chosen)


def _rows(sheet: CalamineSheet, merged: Sequence[Merged]) -> list[list[str]]:
    """Return a sheet's cells as texts; what is merged downwards stands in each of its rows."""
    rows = [[text(cell) for cell in row] for row in sheet.to_python()]
    top, left = sheet.start or (0, 0)
    for (first, column), (last, _right) in merged:
        at, until = column - left, min(last - top, len(rows) - 1)
        if 0 <= first - top < until and 0 <= at < len(rows[first - top]):
            for below in range(first - top + 1, until + 1):
                rows[below][at] = rows[below][at] or rows[first - top][at]
    return rows


def _read_together(sheets: dict[str, list[list[str]]]) -> tuple[list[str], list[list[str]]]:
    """Return the sheets that are read, and their rows: the fullest one and those like it.

    A sheet that holds the rows of all these is read alone.
    """
    if len(sheets) == 1:
        return next(([name], rows) for name, rows in sheets.items())
    tops = {name: of_sheets.table(rows[:ENOUGH]) for name, rows in sheets.items()}
    filled = {n: sum(cell != "" for row in rows for cell in row) for n, rows in sheets.items()}
    groups = [[other for other in sheets if of_sheets.like(tops, name, other)] for name in sheets]
    chosen = max(groups, key=lambda group: sum(filled[name] for name in group))
    if len(chosen) == 1:
        return chosen, sheets[chosen[0]]
    same = {name: table for name in chosen if (table := of_sheets.table(sheets[name]))}
    if len(same) < 2:
        fullest = max(chosen, key=lambda name: filled[name])
        return [fullest], sheets[fullest]
    top, *parts = together(list(same.values()))
    chosen = list(same)
    contents = [{tuple(row) for row in rows} for rows in parts]
    most = max(contents, key=len)
    if all(rows <= most for rows in contents):
        whole = chosen[contents.index(most)]
        return [whole], sheets[whole]
    width = max(len(row) for rows in (top, *parts) for row in rows)
    joined = [_wide(row, width, SHEET if row is top[-1] else "") for row in top]
    for name, rows in zip(chosen, parts, strict=True):
        joined += [_wide(row, width, name) for row in rows]
    return chosen, joined


def _wide(row: list[str], width: int, last: str) -> list[str]:
    return [*row, *[""] * (width - len(row)), last]


def _which(chosen: list[str], names: list[str]) -> str:
    """Return the sentence that says which of the sheets are read."""
    if len(names) == 1:
        return _("It is the sheet “{sheet}”.").format(sheet=names[0])
    left = [name for name in names if name not in chosen]
    if len(chosen) == 1:
        sentence = _("Of the sheets {sheets} it is “{sheet}”.")
        return sentence.format(sheets=", ".join(names), sheet=chosen[0])
    sentence = _(
        "The sheets {sheets} have the same columns and are read as one table; the column "
        "“{column}” says which sheet a row is from{flag}."
    ).format(sheets=", ".join(chosen), column=SHEET, flag=voice.typed(_("(--sheet reads one)")))
    if left:
        sentence += " " + _("Not read: {sheets}.").format(sheets=", ".join(left))
    return sentence


def _absent(sheets: dict[str, list[list[str]]], chosen: list[str]) -> str:
    """Return the sentence that says which columns some of the sheets have not; "" for none."""
    if len(chosen) < 2:
        return ""
    found = {name: of_sheets.table(sheets[name][:ENOUGH]) for name in chosen}
    named = {name: _names(block) for name, block in found.items() if block}
    every = {key: shown for names in named.values() for key, shown in names.items()}
    without = [
        f"{shown} ({', '.join(name for name, names in named.items() if key not in names)})"
        for key, shown in every.items()
        if any(key not in names for names in named.values())
    ]
    if not without:
        return ""
    sentence = _("Left empty where a sheet has no such column: {columns}.")
    return " " + sentence.format(columns=", ".join(without))


def _names(block: Block) -> dict[tuple[str, int], str]:
    return dict(zip(columns(block), block.heading.names, strict=True))


def _left_out(file: str, left: list[str], chosen: list[str]) -> str:
    return _(
        "{file}: more rows like those of {read} seem to stand in {left}, but under other columns, "
        "and would be left out. Load each sheet on its own{flag}, or give them the same columns."
    ).format(
        file=file,
        left=", ".join(left),
        read=", ".join(chosen),
        flag=voice.typed(_("(--sheet reads one)")),
    )


def text(cell: Cell) -> str:
    """Return a cell as a person writes it into a CSV file."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "auto")
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _chosen(names: list[str], file: str, wanted: str | None) -> list[str]:
    if not names:
        raise RefusedError(_("{file} has no sheet with cells.").format(file=file))
    if wanted is None:
        return names
    if wanted in names:
        return [wanted]
    if wanted.isdigit() and 1 <= int(wanted) <= len(names):
        return [names[int(wanted) - 1]]
    raise UsageError(
        _("{file} has no sheet {wanted}; it has: {sheets}.").format(
            file=file, wanted=wanted, sheets=", ".join(names)
        )
    )


def _refuse_too_large(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a workbook before it is read: two cells far apart are all the cells between them."""
    if sum(inside.file_size for inside in archive.infolist()) > MOST_BYTES:
        text = _("{file} is too large for a workbook to be read. Save it as CSV.")
        raise RefusedError(text.format(file=name))
    for inside in archive.infolist():
        if "worksheets/" in inside.filename and inside.filename.endswith(".xml"):
            with archive.open(inside) as file:
                cells = _cells(file)
            if cells > MOST_CELLS:
                raise RefusedError(_too_many_cells(name, cells))


def _cells(file: IO[bytes]) -> int:
    """Return how many cells the XML of a sheet spans, from the first row and column on."""
    columns: set[bytes] = set()
    last, rest = 0, b""
    while block := file.read(LOOKED_AT):
        found = CELL.findall(rest + block)
        columns.update(column for column, _row in found)
        last = max([last, *(int(row) for _column, row in found)])
        rest = (rest + block)[-MOST_OF_A_TAG:]
        rest = rest[rest.rfind(b"<") :] if b"<" in rest else b""
    return last * max(map(_place, columns), default=0)


def _place(column: bytes) -> int:
    """Return the number of a column, 28 for AB."""
    place = 0
    for letter in column:
        place = place * 26 + letter - 64
    return place


def _too_many_cells(name: str, cells: int) -> str:
    return _(
        "{file} has {count} cells, blank ones among them; of a workbook {most} can be read. Delete "
        "what stands far below or beside the table, or save the sheet as CSV."
    ).format(file=name, count=language.number(cells), most=language.number(MOST_CELLS))
