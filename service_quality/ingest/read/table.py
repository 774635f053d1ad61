"""Turns a file into a table of text with record numbers, whatever it calls itself."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from service_quality.base import file_name, language
from service_quality.base.errors import RefusedError, UsageError
from service_quality.base.language import _
from service_quality.ingest.read import archive, copies, encoding, parquet, sentences, workbook
from service_quality.ingest.read.cells import Dialect
from service_quality.ingest.read.copies import OVERFLOW_COLUMNS
from service_quality.ingest.read.encoding import Encoding
from service_quality.ingest.read.parts import parts
from service_quality.ingest.read.records import OTHERS
from service_quality.ingest.read.text import HEAD_BYTES, SAMPLE_ROWS, Text, scan
from service_quality.ingest.recognise.instructions import FileForm
from service_quality.warehouse.engine import FAILED, in_memory

# Patterns of how files begin that hold no table.
MAGIC = {
    b"\x89PNG": "PNG",
    b"%PDF": "PDF",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    rb"{\\rtf": "RTF",
    rb"(\xef\xbb\xbf)?\s*(\[\s*)?\{\s*\"[^\"]*\"\s*:": "JSON",
}
PARQUET = "parquet"
MOST_COLUMNS = 16_384  # as many as a sheet of Excel has
WIDE = 1_000  # columns, beyond which only those that are used are held in memory
# Cells beyond the last column that the fast reader allows: each of them costs time.
FEW = 4


@dataclass(frozen=True)
class Table:
    """A file that can be read as a table.

    `headers` are unique and never empty; `header_rows` the texts of each row that named the
    columns; `sample` holds the first rows as text, None where a cell is empty. `decided` says
    in sentences how the file was read; `types` are DuckDB's of a Parquet file's columns; `sheet`
    says which of a workbook's sheets it is, or of a text's tables. Column i of the relation is
    called `c{i}`.
    """

    path: Path
    name: str
    format: str
    headers: tuple[str, ...]
    sample: tuple[tuple[str | None, ...], ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    decided: tuple[str, ...] = ()
    header_rows: tuple[tuple[str, ...], ...] = ()
    text: Text | None = None
    types: tuple[str, ...] = ()
    sheet: str = ""
    _keep: list[Any] = field(default_factory=list, repr=False, compare=False)

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each header stands, from 0."""
        return {header: at for at, header in enumerate(self.headers)}

    @cached_property
    def shares(self) -> dict[Hashable, float | None]:
        """What was found out about columns, so that nobody looks at their values twice."""
        return {}

    @cached_property
    def _values(self) -> dict[str, list[str]]:
        return {}

    def values(self, header: str) -> list[str]:
        """Return the sample's non-empty values of a column; they are asked for again and again."""
        if header not in self._values:
            at = self.places[header]
            self._values[header] = [value for row in self.sample if (value := row[at])]
        return self._values[header]

    def content_hash(self) -> str:
        """Return the SHA-256 of the file's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _head(path: Path, name: str) -> bytes:
    """Return the first bytes of a file; RefusedError where it is none, or may not be read."""
    try:
        if path.is_dir():
            raise RefusedError(
                _("{file} is a folder. Give a CSV, Excel or Parquet file.").format(file=name)
            )
        if not path.is_file():
            raise RefusedError(_("{file} does not exist.").format(file=name))
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        text = _("{file} cannot be opened ({reason}). Check its name and who may read it.")
        raise RefusedError(text.format(file=name, reason=error.strerror)) from error


def open_table(
    path: Path, name: str | None = None, form: FileForm | None = None, *, join: bool = False
) -> Table:
    """Look at a file and say how it will be read.

    `join`: tables of a text that have the same columns are one, unless `form` names one.
    Raises RefusedError with the reason and a remedy when it is not a table.
    """
    name = file_name.readable(name or path.name)
    if file_name.readable(path) != str(path):
        return _open_by_link(path, name, form, join=join)
    head = _head(path, name)
    if not head.strip():
        raise RefusedError(_("{file} is empty. Export it again.").format(file=name))
    form = form or FileForm()
    if archive.is_packed(path, head):
        return _open_packed(path, name, form, join=join)
    if workbook.is_workbook(head):
        return _open_workbook(path, name, form, join=join)
    if label := next((label for magic, label in MAGIC.items() if re.match(magic, head)), None):
        raise RefusedError(
            _("{file} is a {label} file, not a table. Export it as CSV, Excel or Parquet.").format(
                file=name, label=label
            )
        )
    if head.startswith(b"PAR1"):
        return _open_parquet(path, name)
    return _open_text(path, name, head, form, join=join)


def _open_by_link(path: Path, name: str, form: FileForm | None, *, join: bool) -> Table:
    """Open a file whose name DuckDB cannot be given through a link of a plain one."""
    folder = tempfile.TemporaryDirectory(prefix="named-")
    link = Path(folder.name) / f"file{file_name.readable(path.suffix)}"
    link.symlink_to(path.absolute())
    table = open_table(link, name, form, join=join)
    table._keep.append(folder)
    return table


def relations(table: Table) -> Iterator[tuple[str, dict[str, object], int]]:
    """Yield ways to read the table, the fastest first: SQL, its parameters, extra columns.

    Each next one is for a file that the former could not read.
    """
    if table.text is None:
        yield parquet.relation(table.headers, table.types), {"path": str(table.path)}, 0
        return
    text, headers = table.text, len(table.headers)
    folder = Path(table._keep[0].name)
    if text.clean:
        yield _csv_sql(text.path, text.dialect, text.width, headers, 0, parallel=False, clean=True)
        return
    body, skip = text.path, text.skip
    if text.start is not None:
        body, skip = copies.cut(body, text.start, text.end, folder / "body.csv"), 0
    # Of thousands of columns DuckDB would hold all, to see which rows are blank; a copy has none.
    if text.dialect.plain and text.width <= WIDE:
        if not text.mixed:
            yield from _ways(body, text, headers, skip, folder)
        # Not UTF-8 to its end, or with several kinds of line ends.
        one = copies.one_line_end(body, folder / "lines.csv")
        yield from _ways(one, text, headers, skip, folder)
        body = one
    if skip:
        body = copies.without_lines(body, skip, folder / "rows.csv")
    clean = copies.mended(body, text.dialect, text.width, folder / "mended.csv")
    yield _csv_sql(
        clean, Dialect(), text.width, headers, 0, parallel=False, clean=True, below=text.below
    )


def rows_of(table: Table) -> Iterator[tuple[str | None, ...]]:
    """Return the rows as text, in their order; cells beyond the last header come with theirs.

    Raises RefusedError where no way of reading works.
    """
    width = len(table.headers)
    with in_memory() as connection:
        for relation, parameters, _extra in relations(table):
            try:
                # Read whole first: a way that fails late must not have given rows before.
                connection.execute(f"create or replace table read as from {relation}", parameters)
            except FAILED:  # this way does not suit the file: try the next
                continue
            result = connection.execute("from read")
            while some := result.fetchmany(SAMPLE_ROWS):
                for row in some:
                    end = max((i + 1 for i, cell in enumerate(row) if cell is not None), default=0)
                    yield row[: max(width, end)]
            return
    if table.format == PARQUET:
        raise damaged_parquet(table.name)
    raise RefusedError(_("{file} cannot be read as a table.").format(file=table.name))


def _ways(
    path: Path, text: Text, headers: int, skip: int, folder: Path
) -> Iterator[tuple[str, dict[str, object], int]]:
    if text.regular:
        yield _csv_sql(path, text.dialect, text.width, headers, skip)
    # Side by side, DuckDB refuses line breaks in cells where rows may be short.
    yield _csv_sql(path, text.dialect, text.width, headers, skip, parallel=True, below=text.below)
    pieces = parts(path, skip, text.dialect, text.width, folder)
    if pieces:
        yield _csv_sql(pieces, text.dialect, text.width, headers, parallel=False, below=text.below)
    yield _csv_sql(path, text.dialect, text.width, headers, skip, parallel=False, below=text.below)


def _csv_sql(
    path: Path | Sequence[Path],
    dialect: Dialect,
    width: int,
    headers: int,
    skip: int = 0,
    parallel: bool | None = None,
    *,
    clean: bool = False,
    below: Sequence[Sequence[str]] = (),
) -> tuple[str, dict[str, object], int]:
    """Return a way to read a CSV file; `parallel` says how where rows may be short or long."""
    spare = FEW if parallel else width + OVERFLOW_COLUMNS
    extra = width - headers + (0 if parallel is None else OVERFLOW_COLUMNS if clean else spare)
    cells = [f"c{i}" for i in range(headers + extra)]
    sql = (
        "read_csv($path, delim = $delimiter, quote = $quote, escape = $escape, header = false,"
        " skip = $skip, columns = $columns, auto_detect = false"
    )
    if parallel is not None:
        sql += f", null_padding = true, parallel = {str(parallel).lower()}"
    parameters: dict[str, object] = {
        "path": str(path) if isinstance(path, Path) else [str(part) for part in path],
        "delimiter": dialect.delimiter,
        "quote": dialect.quote,
        "escape": dialect.escape,
        "skip": skip,
        "columns": dict.fromkeys(cells, "VARCHAR"),
    }
    rows = [_not_row(row, cells, number, parameters) for number, row in enumerate(below)]
    if not clean:
        # A line that is blank but for separators is no row, nor is one of a byte-order mark.
        filled = [f"nullif({cells[0]}, chr(65279))", *cells[1:]]
        rows.append(f"coalesce({', '.join(filled)}) is not null")
    if parallel is not None and not clean:
        rows.append(_not_swallowed(cells[:width]))
    return f"(select * from {sql}) where {' and '.join(rows) or 'true'})", parameters, extra


def _not_row(
    row: Sequence[str], cells: list[str], number: int, parameters: dict[str, object]
) -> str:
    """Return SQL that tells a record from this one, whose texts become parameters."""
    alike = []
    for at, cell in enumerate(cells):
        if at < len(row) and row[at]:
            parameters[f"below_{number}_{at}_"] = row[at]
            alike.append(f"{cell} = $below_{number}_{at}_")
        else:
            alike.append(f"{cell} is null")
    return f"({' and '.join(alike)}) is not true"


def _not_swallowed(cells: list[str]) -> str:
    """Return SQL that fails at a short row that only our tolerant reader can tell.

    Its first cell holds the separators of several, of this kind or another, or whole lines.
    """
    if len(cells) < 3:
        return "true"
    many = max(1, (len(cells) - 1) // 2)
    held = [f"contains({cells[0]}, chr(10))"] + [
        f"length({cells[0]}) - length(replace({cells[0]}, {sign}, '')) >= {many}"
        for sign in ("$delimiter", *(f"chr({ord(other)})" for other in OTHERS))
    ]
    return (
        f"case when {cells[-1]} is null and {cells[-2]} is null and ({' or '.join(held)})"
        " then error('swallowed') else true end"
    )


def _open_packed(path: Path, name: str, form: FileForm, *, join: bool) -> Table:
    folder = tempfile.TemporaryDirectory(prefix="service-quality-")
    inside, known_as = archive.unpack(path, name, Path(folder.name))
    with inside.open("rb") as file:
        if archive.is_packed(inside, file.read(4)):
            raise RefusedError(_("{file} is packed twice. Unpack it once.").format(file=name))
    table = open_table(inside, known_as, form, join=join)
    decided = _("It is the file “{name}”, unpacked.").format(name=known_as)
    return replace(
        table, name=name, decided=(decided, *table.decided), _keep=[*table._keep, folder]
    )


def _open_workbook(path: Path, name: str, form: FileForm, *, join: bool) -> Table:
    folder = tempfile.TemporaryDirectory(prefix="service-quality-")
    sheet, decided = workbook.write_sheet(path, name, Path(folder.name), form.sheet)
    with sheet.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip():
        raise RefusedError(_("{file} is empty. Export it again.").format(file=name))
    own = replace(form, encoding="utf-8", delimiter=",")
    table = _open_text(sheet, name, head, own, join=join)
    # How our own copy is written is nobody's concern.
    own_words = (decided, *table.decided[2:])
    return replace(table, decided=own_words, sheet=decided, _keep=[*table._keep, folder])


def _open_text(path: Path, name: str, head: bytes, form: FileForm, *, join: bool = False) -> Table:
    folder = tempfile.TemporaryDirectory(prefix="service-quality-")
    plain, written = _plain(path, name, head, form.encoding, Path(folder.name))
    found = scan(plain, name, form, Path(folder.name), join=join)
    _refuse_too_wide(name, len(found.headers))
    return Table(
        path,
        name,
        "csv",
        found.headers,
        found.sample,
        written.name,
        found.text.dialect.delimiter,
        (*sentences.encoding(written), *found.decided),
        found.header_rows,
        found.text,
        sheet=found.several,
        _keep=[folder],
    )


def _plain(
    path: Path, name: str, head: bytes, encoding_given: str | None, folder: Path
) -> tuple[Path, Encoding]:
    """Return the text as UTF-8, in a copy if need be, and the encoding that it has."""
    written = Encoding(encoding_given) if encoding_given else encoding.decide(head)
    try:
        head.decode(written.name, errors="replace")
    except LookupError as error:
        raise UsageError(_("There is no encoding {name}.").format(name=written.name)) from error
    if written.binary:
        raise RefusedError(
            _("{file} is not a table of text. Export it as CSV, Excel or Parquet.").format(
                file=name
            )
        )
    if written.is_plain:
        return path, written
    return encoding.to_utf8(path, folder / "utf-8.csv", written), written


def _open_parquet(path: Path, name: str) -> Table:
    try:
        with in_memory() as connection:
            about = {"path": str(path)}
            # It counts nested columns too, and takes no time to speak of for any number of them.
            count = connection.execute("select count(*) from parquet_schema($path)", about)
            _refuse_too_wide(name, count.fetchall()[0][0] - 1)
            result = connection.execute("select * from read_parquet($path) limit 0", about)
            columns = result.description or ()
            headers = tuple(column[0] for column in columns)
            types = tuple(str(column[1]) for column in columns)
            come_to = connection.execute(parquet.unpacked(headers, types), about).fetchall()[0][0]
            if come_to > archive.most(path.stat().st_size, archive.MOST_RATIO_OF_COLUMNS):
                raise archive.far_more(name)
            table = Table(path, name, PARQUET, headers, (), types=types)
            rows = connection.execute(
                f"select * from {parquet.relation(headers, types)} limit {SAMPLE_ROWS}",
                {"path": str(path)},
            ).fetchall()
    except FAILED as error:
        raise damaged_parquet(name) from error
    return replace(table, sample=tuple(rows))


def damaged_parquet(name: str) -> RefusedError:
    """Return the refusal of a Parquet file that was not copied whole, or has changed since."""
    text = _("{file} is a damaged or incomplete Parquet file. Export or copy it again.")
    return RefusedError(text.format(file=name))


def _refuse_too_wide(name: str, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise RefusedError(
            _(
                "{file} has {count} columns; {most} can be read. Export one row a ticket, e-mail"
                " or answer, and only the columns that are needed."
            ).format(file=name, count=language.number(columns), most=language.number(MOST_COLUMNS))
        )
