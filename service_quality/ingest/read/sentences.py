"""Says in short sentences how a text file was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service_quality.base import language, voice
from service_quality.base.language import _, ngettext
from service_quality.ingest.read.blocks import Block
from service_quality.ingest.read.cells import Dialect
from service_quality.ingest.read.encoding import Encoding
from service_quality.ingest.read.records import Record

SHOWN = 5
SHORT = 60


def encoding(written: Encoding) -> Iterator[str]:
    """Yield how letters are written, and what was odd about them."""
    if written.mixed:
        yield _(
            "Most of the text is UTF-8; lines that are not, such as {lines}, were read as "
            "{encoding}."
        ).format(lines=", ".join(map(str, written.lines)), encoding=written.name)
    else:
        yield _("The text is written in {encoding}.").format(encoding=written.name)
    if written.nuls:
        yield _("Bytes of nothing (NUL) were left out.")


def dialect(way: Dialect) -> str:
    """Return what separates and quotes the cells."""
    names = {"\t": _("tab"), " ": _("blank"), ", ": _("comma and blank")}
    text = _("Cells are separated by {delimiter} and quoted with {quote}.").format(
        delimiter=names.get(way.delimiter, way.delimiter), quote=way.quote
    )
    if way.gap:
        return _("Cells are separated by runs of blanks.")
    if way.escape == "\\":
        text += " " + _("A backslash stands before a quote within a cell.")
    elif way.escape != way.quote:
        text += " " + _("{quote} is doubled within a cell.").format(quote=way.escape)
    if way.wrapped:
        text += " " + _("Each record stood in one cell and was taken out of it.")
    return text


def heading(block: Block, above: int) -> Iterator[str]:
    """Yield which lines name the columns, and what was skipped above them."""
    yield from above_header(block.records[: block.heading.preamble])
    rows = block.records[block.heading.preamble : block.first]
    if not rows:
        yield _("No line names the columns: they are numbered.")
        return
    first, last = above + rows[0].line + 1, above + rows[-1].line + rows[-1].lines
    if first == last:
        yield _("Line {line} names the columns.").format(line=first)
    else:
        yield _("Lines {first} to {last} name the columns.").format(first=first, last=last)


def above_header(records: Sequence[Record]) -> Iterator[str]:
    """Yield what stands above the line that names the columns."""
    if records:
        yield _("Above the header, not read: {lines}.").format(lines=_shown(records))


def columns(block: Block, named: int) -> Iterator[str]:
    """Yield where header and rows do not have the same number of columns."""
    width = block.heading.width
    if named < width:
        yield _("An empty last column without a name was left out.")
    if block.heading.rows and len(block.records[block.first - 1].cells) < width:
        yield _(
            "The header names {named} columns, the rows have {width}: check that each name "
            "stands over its own column."
        ).format(named=len(block.records[block.first - 1].cells), width=width)


def footer(records: Sequence[Record]) -> Iterator[str]:
    """Yield what stands below the rows."""
    if records:
        yield _("Below the rows, not read: {lines}.").format(lines=_shown(records))


def mended(rows: Sequence[Record]) -> Iterator[str]:
    """Yield which records were not read as written."""
    numbers = [number for number, record in enumerate(rows, 1) if record.mended]
    if numbers:
        yield ngettext(
            "{n} record was mended (a stray quote or another delimiter): record {records}.",
            "{n} records were mended (stray quotes or other delimiters): records {records}.",
            len(numbers),
        ).format(n=language.number(len(numbers)), records=_numbers(numbers))


def tables(count: int, number: int) -> str:
    """Return which of a file's tables is read."""
    return _(
        "The file holds {count} tables, one below the other; read is table {number}{flag}."
    ).format(count=count, number=number, flag=voice.typed("(--table)"))


def tables_joined(count: int, read: int) -> str:
    """Return that tables with the same columns are read as one."""
    flag = voice.typed(_("(--table reads one)"))
    if read < count:
        return _(
            "The file holds {count} tables, one below the other; the {read} that have the same "
            "columns as the first are read as one{flag}."
        ).format(count=count, read=read, flag=flag)
    return _(
        "The file holds {count} tables with the same columns, one below the other: they are read "
        "as one{flag}."
    ).format(count=count, flag=flag)


def _shown(records: Sequence[Record]) -> str:
    texts = [" ".join(cell.strip() for cell in r.cells if cell.strip()) for r in records[:SHOWN]]
    more = ["…"] if len(records) > SHOWN else []
    return ", ".join([f"“{text[:SHORT]}”" for text in texts] + more)


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join([str(n) for n in numbers[:SHOWN]] + ["…"] * (len(numbers) > SHOWN))
