"""Writes the sheet of a workbook as a plain CSV file, so that it is read like any other."""

from __future__ import annotations

import csv
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

from service_quality.base.errors import RefusedError, UsageError
from service_quality.base.language import _

OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
MOST_BYTES = 1 << 30  # of XML: a workbook is read whole into memory
Cell = int | float | str | bool | time | date | datetime | timedelta


def is_workbook(head: bytes) -> bool:
    """Whether a file that is no archive of one table is a workbook."""
    return head.startswith((OLE, ZIP))


def write_sheet(path: Path, name: str, folder: Path, wanted: str | None) -> tuple[Path, str]:
    """Return a CSV copy in `folder` of one sheet, and the sentence that says which.

    `wanted` is a sheet's name or its number from 1; else the sheet with the most filled cells
    counts. Raises RefusedError for a workbook that cannot be opened, UsageError for no such sheet.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                if sum(inside.file_size for inside in archive.infolist()) > MOST_BYTES:
                    raise RefusedError(_too_large(name))
        book = CalamineWorkbook.from_path(str(path))
        names = [s.name for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
        rows = {n: book.get_sheet_by_name(n).to_python() for n in _chosen(names, name, wanted)}
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        raise RefusedError(
            _(
                "{file} cannot be opened as a workbook: it is damaged, or asks for a password. "
                "Save it again without one, or as CSV."
            ).format(file=name)
        ) from error
    sheet = max(rows, key=lambda n: sum(cell != "" for row in rows[n] for cell in row))
    target = folder / "sheet.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [text(cell) for cell in row] for row in rows[sheet]
        )
    if len(names) == 1:
        return target, _("It is the sheet “{sheet}”.").format(sheet=sheet)
    said = _("Of the sheets {sheets} it is “{sheet}”.")
    return target, said.format(sheets=", ".join(names), sheet=sheet)


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


def _too_large(name: str) -> str:
    return _("{file} is too large for a workbook to be read. Save it as CSV.").format(file=name)
