"""Turns a file into a table of text with record numbers, whatever it calls itself."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from service_quality.errors import RefusedError, UsageError
from service_quality.i18n import _
from service_quality.ingest import dialect

HEAD_BYTES = 1 << 20
SAMPLE_ROWS = 1_000
OVERFLOW_COLUMNS = 8
MAGIC = {
    b"\x89PNG": "PNG",
    b"%PDF": "PDF",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"PK\x03\x04": "ZIP / XLSX",
    b"\x1f\x8b": "GZIP",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"{\\rtf": "RTF",
}
# What DuckDB raises when a way of reading does not suit a file: try the next.
UNREADABLE = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.IOException)


@dataclass(frozen=True)
class Table:
    """A file that can be read as a table.

    `headers` are unique and never empty; `sample` holds the first rows as text, None where a
    cell is empty. Column i of the relation is called `c{i}`.
    """

    path: Path
    name: str
    format: str
    headers: tuple[str, ...]
    sample: tuple[tuple[str | None, ...], ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    skipped_lines: int = 0
    has_header: bool = True
    _keep: list[Any] = field(default_factory=list, repr=False, compare=False)

    def values(self, header: str) -> list[str]:
        """Return the sample's non-empty values of a column."""
        at = self.headers.index(header)
        return [value for row in self.sample if (value := row[at])]

    def content_hash(self) -> str:
        """Return the SHA-256 of the file's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Said:
    """What a person said of a text file; None: find out.

    `header` is the line that names the columns, 0 where none does.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header: int | None = None


def open_table(path: Path, name: str | None = None, said: Said | None = None) -> Table:
    """Look at a file and say how it will be read.

    Raises RefusedError with the reason and a remedy when it is not a table.
    """
    name = name or path.name
    if path.is_dir():
        raise RefusedError(_("{file} is a folder. Give a CSV or Parquet file.").format(file=name))
    if not path.is_file():
        raise RefusedError(_("{file} does not exist.").format(file=name))
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip():
        raise RefusedError(_("{file} is empty. Export it again.").format(file=name))
    for magic, label in MAGIC.items():
        if head.startswith(magic):
            raise RefusedError(
                _("{file} is a {label} file, not a table. Export it as CSV or Parquet.").format(
                    file=name, label=label
                )
            )
    if head.startswith(b"PAR1"):
        return _open_parquet(path, name)
    return _open_csv(path, name, head, said or Said())


def relations(table: Table) -> Iterator[tuple[str, dict[str, object], int]]:
    """Yield ways to read the table, the fastest first: SQL, its parameters, extra columns.

    Each next one is for a file that the former could not read.
    """
    columns = len(table.headers)
    if table.format == "parquet":
        yield _parquet_sql(table), {"path": str(table.path)}, 0
        return
    for path in _utf8_paths(table):
        for extra in (0, OVERFLOW_COLUMNS):
            sql = (
                "read_csv($path, delim = $delimiter, quote = '\"', escape = '\"', header = $header,"
                " skip = $skip, columns = $columns, auto_detect = false"
                + (", null_padding = true, parallel = false)" if extra else ")")
            )
            parameters = {
                "path": str(path),
                "delimiter": table.delimiter,
                "skip": table.skipped_lines,
                "header": table.has_header,
                "columns": {f"c{i}": "VARCHAR" for i in range(columns + extra)},
            }
            yield (_without_blank_lines(sql, columns + extra) if extra else sql), parameters, extra


def _without_blank_lines(relation: str, columns: int) -> str:
    """Return the relation without lines that are no rows; only the tolerant reader gives them."""
    cells = ", ".join(f"c{c}" for c in range(columns))
    return f"(select * from {relation} where concat_ws('', {cells}) <> '')"


def rows_of(table: Table) -> Iterator[tuple[str | None, ...]]:
    """Return the rows as text, in their order; cells beyond the last header come with theirs.

    Raises RefusedError where no way of reading works.
    """
    width = len(table.headers)
    with duckdb.connect(":memory:") as connection:
        for relation, parameters, _extra in relations(table):
            try:
                # Read whole first: a way that fails late must not have given rows before.
                connection.execute(f"create or replace table read as from {relation}", parameters)
            except UNREADABLE:
                continue
            result = connection.execute("from read")
            while some := result.fetchmany(SAMPLE_ROWS):
                for row in some:
                    end = max((i + 1 for i, cell in enumerate(row) if cell is not None), default=0)
                    yield row[: max(width, end)]
            return
    raise RefusedError(_("{file} cannot be read as a table.").format(file=table.name))


def _utf8_paths(table: Table) -> Iterator[Path]:
    unicode = table.encoding.startswith("utf-8")
    if unicode:
        yield table.path
    # Not UTF-8, not to its end, or with several kinds of line ends: DuckDB needs a copy.
    folder = tempfile.TemporaryDirectory(prefix="service-quality-")
    table._keep.append(folder)
    copy = Path(folder.name) / "copy.csv"
    try:
        _copy(table.path, copy, table.encoding, "strict" if unicode else "replace")
    except UnicodeDecodeError:
        _copy(table.path, copy, "cp1252", "replace")
    yield copy


def _copy(path: Path, to: Path, encoding: str, errors: str) -> None:
    """Write the text again as UTF-8 with one kind of line end."""
    with (
        path.open(encoding=encoding, errors=errors) as source,
        to.open("w", encoding="utf-8", newline="\n") as target,
    ):
        while chunk := source.read(HEAD_BYTES):
            target.write(chunk)


def _open_parquet(path: Path, name: str) -> Table:
    try:
        with duckdb.connect(":memory:") as connection:
            result = connection.execute(
                "select * from read_parquet($path) limit 0", {"path": str(path)}
            )
            headers = tuple(column[0] for column in result.description or ())
            table = Table(path, name, "parquet", headers, ())
            rows = connection.execute(
                f"select * from {_parquet_sql(table)} limit {SAMPLE_ROWS}",
                {"path": str(path)},
            ).fetchall()
    except duckdb.Error as error:
        raise RefusedError(
            _("{file} is a damaged or incomplete Parquet file. Export or copy it again.").format(
                file=name
            )
        ) from error
    return Table(path, name, "parquet", headers, tuple(rows))


def _parquet_sql(table: Table) -> str:
    names = (header.replace('"', '""') for header in table.headers)
    cells = ", ".join(f'cast("{n}" as varchar) as c{i}' for i, n in enumerate(names))
    return f"(select {cells} from read_parquet($path))"


def _open_csv(path: Path, name: str, head: bytes, said: Said) -> Table:
    encoding = said.encoding or dialect.encoding(head)
    try:
        text = head.decode(encoding, errors="replace")
    except LookupError as error:
        raise UsageError(_("There is no encoding {name}.").format(name=encoding)) from error
    if "\x00" in text:
        raise RefusedError(
            _("{file} is not a table of text. Export it as CSV or Parquet.").format(file=name)
        )
    skipped, delimiter = 0, said.delimiter or ""
    first, _newline, rest = text.partition("\n")
    if match := dialect.SEPARATOR_LINE.match(first):
        skipped, delimiter, text = 1, delimiter or match[1], rest
    if said.header:
        skipped += said.header - 1
        text = "".join(text.splitlines(keepends=True)[said.header - 1 :])
    blank, text = dialect.blank_lines(text)
    skipped += blank
    if not text.strip("\ufeff \t\r\n"):
        raise RefusedError(_("{file} is empty. Export it again.").format(file=name))
    delimiter = delimiter or dialect.delimiter(text)
    rows = list(islice(dialect.records(text, delimiter), SAMPLE_ROWS + 2))
    if len(head) == HEAD_BYTES and len(rows) <= SAMPLE_ROWS:
        rows = rows[:-1] or rows  # the last one is cut off
    has_header = dialect.has_header(rows) if said.header is None else said.header > 0
    headers = dialect.unique_headers(rows[0] if has_header else [""] * len(rows[0]))
    width = len(headers)
    sample = tuple(
        tuple((cell.strip() or None) for cell in (*row, *[""] * width)[:width])
        for row in rows[1 if has_header else 0 :][:SAMPLE_ROWS]
    )
    return Table(
        path, name, "csv", headers, sample, encoding, delimiter, skipped, has_header=has_header
    )
