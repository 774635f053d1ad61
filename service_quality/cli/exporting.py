"""Rows as a file for a spreadsheet, CSV or XLSX: the columns and values of the JSON, in full."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from service_quality.base.errors import UsageError
from service_quality.base.language import _
from service_quality.base.spreadsheets import safe

Lines: TypeAlias = Sequence[Sequence[object]]
Form: TypeAlias = Callable[[Lines], bytes]


def form_of(path: Path) -> Form:
    """Return what makes a file of the form that its name says; UsageError for any other."""
    if make := FORMS.get(path.suffix.lower()):
        return make
    text = _("--out {file}: name a file that ends in .csv or .xlsx.")
    raise UsageError(text.format(file=path.name))


def _csv(lines: Lines) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([safe(value) for value in line] for line in lines)
    # The mark is what makes Excel read the file as UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _xlsx(lines: Lines) -> bytes:
    import xlsxwriter  # who writes no workbook does not wait for it

    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, plain) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate(lines):
            sheet.write_row(at, 0, line)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


FORMS: dict[str, Form] = {".csv": _csv, ".xlsx": _xlsx}
