"""Tables as files that the reader's spreadsheet opens, without running anything in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from service_quality.base import language
from service_quality.base.language import _
from service_quality.base.spreadsheets import safe

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi

# Decimals of the kinds of columns, and how a spreadsheet writes them.
DIGITS = {"whole": 0, "rate": 3, "nps": 0, "minutes": 1, "number0": 0, "number1": 1}
TIME = "yyyy-mm-dd hh:mm"
STYLES = {0: "#,##0", 1: "#,##0.0", 2: "#,##0.00", 3: "0.0%"}
WIDEST = 60


class Column(NamedTuple):
    """A column of a table: its heading, its kind, and the KPI whose values it has, if of one.

    Kinds: text, time, whole, number2 (its decimals), nps, rate (0 to 1), or minutes, told as hours.
    """

    heading: str
    kind: str = "text"
    kpi: Kpi | None = None


def cell(value: Any, kind: str) -> Any:
    """Return a value as its kind of column has it: text, or a number with so many decimals."""
    if value is None:
        return None
    if kind == "text":
        return str(value)
    if kind == "time":
        return value
    if kind == "minutes":
        value /= 60
    digits = DIGITS.get(kind, 2)
    return round(float(value), digits) if digits else round(value)


def writer(target: IO[str]) -> Any:
    """Return a CSV writer as spreadsheets of the reader's language read it.

    Where the comma is the decimal sign, semicolons part the cells.
    """
    return csv.writer(target, delimiter=";" if _comma() else ",", lineterminator="\r\n")


def to_csv(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, Column]) -> bytes:
    """Return rows as UTF-8 CSV with a byte order mark, numbers as the reader writes them.

    An absent value is an empty cell.
    """
    out = io.StringIO()
    to = writer(out)
    to.writerow([safe(column.heading) for column in columns.values()])
    for row in rows:
        to.writerow([_written(cell(row.get(key), of.kind)) for key, of in columns.items()])
    # The mark is what makes Excel read the file as UTF-8.
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(
    rows: Sequence[Mapping[str, Any]], columns: Mapping[str, Column], about: Mapping[str, str]
) -> bytes:
    """Return rows as a workbook: numbers as numbers, and a sheet that says what they mean.

    `about` are lines for that sheet, such as the link to the page: what, and its text.
    """
    import xlsxwriter  # who downloads no workbook does not wait for it

    out = io.BytesIO()
    # Nothing in a cell is taken for a formula or a link.
    plain: dict[str, Any] = {
        "default_date_format": TIME,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(out, plain) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(_("Data"))
        for at, (key, of) in enumerate(columns.items()):
            values = [cell(row.get(key), of.kind) for row in rows]
            style = None if of.kind == "text" else STYLES[DIGITS.get(of.kind, 2)]
            style = TIME if of.kind == "time" else style
            sheet.set_column(at, at, _width([of.heading, *values]), book.add_format(_format(style)))
            sheet.write_string(0, at, of.heading, bold)
            sheet.write_column(1, at, values)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), max(len(columns) - 1, 0))
        definitions = book.add_worksheet(_("Definitions"))
        definitions.set_column(0, 0, 28)
        definitions.set_column(1, 1, 100, book.add_format({"text_wrap": True}))
        for line, (name, text) in enumerate(about.items()):
            definitions.write_string(line, 0, name, bold)
            definitions.write_string(line, 1, text)
    return out.getvalue()


def _written(value: object) -> object:
    if isinstance(value, float):
        return str(value).replace(".", ",") if _comma() else value
    return safe(value)


def _comma() -> bool:
    return language.number(0.5, 1) == "0,5"


def _format(style: str | None) -> dict[str, str]:
    return {"num_format": style} if style else {}


def _width(values: Iterable[object]) -> int:
    return min(max(len(str(value)) for value in values if value is not None) + 2, WIDEST)
