"""Finds the merged cells of an OpenDocument workbook, which the reader of workbooks passes over."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO
from xml.parsers import expat

TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
CONTENT = "content.xml"
DOWNWARDS = re.compile(rb'number-rows-spanned=["\'](?!1["\'])')
LOOKED_AT, LONGEST = 1 << 20, 100
Merged = tuple[tuple[int, int], tuple[int, int]]  # the first and the last cell: row, column


def merged_cells(path: Path) -> dict[str, list[Merged]]:
    """Return by the sheet's name the cells of an .ods that are merged downwards; else none."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        if CONTENT not in archive.namelist():
            return {}
        with archive.open(CONTENT) as file:
            if not _any(file):
                return {}
        with archive.open(CONTENT) as file:
            return _Sheets().read(file)


def _any(file: IO[bytes]) -> bool:
    """Whether cells are merged downwards at all: most files have none, which is seen sooner."""
    rest = b""
    while block := file.read(LOOKED_AT):
        if DOWNWARDS.search(rest + block):
            return True
        rest = block[-LONGEST:]
    return False


class _Sheets:
    """Counts the rows and cells of each sheet, those that are written once for many too."""

    def __init__(self) -> None:
        self.found: dict[str, list[Merged]] = {}
        self.here: list[Merged] = []
        self.row = self.column = self.rows = 0

    def read(self, file: IO[bytes]) -> dict[str, list[Merged]]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self.begin
        parser.EndElementHandler = self.end
        try:
            parser.ParseFile(file)
        except expat.ExpatError:
            return {}  # the reader of workbooks says what is wrong
        return self.found

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        def number(of: str) -> int:
            text = attributes.get(TABLE + of, "1")
            return int(text) if text.isdecimal() else 1

        if name == TABLE + "table":
            self.here = self.found.setdefault(attributes.get(TABLE + "name", ""), [])
            self.row = self.column = 0
        elif name == TABLE + "table-row":
            self.column, self.rows = 0, number("number-rows-repeated")
        elif name in (TABLE + "table-cell", TABLE + "covered-table-cell"):
            if (spanned := number("number-rows-spanned")) > 1:
                last = (self.row + spanned - 1, self.column)
                self.here.append(((self.row, self.column), last))
            self.column += number("number-columns-repeated")

    def end(self, name: str) -> None:
        if name == TABLE + "table-row":
            self.row += self.rows
