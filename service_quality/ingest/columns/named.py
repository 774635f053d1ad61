"""Reads a few named columns of a file that is not published, as strictly as numbers need it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service_quality.base.errors import RefusedError
from service_quality.base.language import N_, _
from service_quality.definitions.datasets.base import Column, Dataset
from service_quality.ingest.columns.mapping import check_instructions, plan
from service_quality.ingest.columns.no_answer import says_nothing
from service_quality.ingest.columns.understanding import understand_columns
from service_quality.ingest.columns.vocabulary import read_macros
from service_quality.ingest.read.table import Table, open_table
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.recognise.names import Headers
from service_quality.ingest.recognise.recognition import accepted_names
from service_quality.ingest.stage.staged import expected, stage
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row, rows
from service_quality.warehouse.schema import record


@dataclass(frozen=True)
class Columns:
    """The rows of a file, each with its columns and `row`, its number from 1; and whose they are.

    Values are as the kinds of the columns say: datetime, float, bool or str, None where a cell
    is empty or says "nothing".
    """

    file: str
    headers: dict[str, str]
    rows: list[Row]

    def refuse(self, row: Row, name: str, why: str, value: object = None) -> RefusedError:
        """Return the error that names file, row, column and value."""
        return RefusedError(
            _("{file}, row {row}, column “{column}”: {value}{why}. Correct it.").format(
                file=self.file,
                row=row["row"],
                column=self.headers[name],
                value="" if value is None else f"“{value}” ",
                why=why,
            )
        )

    def check(self, name: str, holds: Callable[[Any], bool], why: str) -> None:
        """Raise RefusedError at the first value that does not hold; empty cells are none."""
        for row in self.rows:
            if row[name] is not None and not holds(row[name]):
                raise self.refuse(row, name, why, _plain(row[name]))


def read_columns(
    path: Path, columns: Sequence[Column], instructions: Instructions, zone: str
) -> Columns:
    """Return the columns of a file by their names, case and accents aside; the others are left.

    A cell of a `needed` column may not be empty. Raises RefusedError, naming the row, the column
    and the value, for a cell that cannot be read, and where a column is not there.
    """
    table = open_table(path, form=instructions.form)
    dataset = Dataset("columns", N_("Rows"), 0, tuple(columns), key=(), moment=())
    check_instructions(instructions, dataset)
    mapping = _mapping(table, columns)
    with Warehouse.scratch().cursor() as cursor:
        read_macros(cursor)
        understood = understand_columns(cursor, table, dataset, mapping, instructions)
        stage(cursor, table, plan(table, dataset, understood, instructions, zone))
        staged = rows(cursor, f"select {record()} as row, * from staged order by 1")
    found = Columns(table.name, mapping, staged)
    for row in staged:
        unread = row.pop("unread") or {}
        for column in columns:
            text = unread.get(column.name)
            if text is not None and row[column.name] is None and not says_nothing(text):
                why = _("is not {expected}").format(expected=expected(column))
                raise found.refuse(row, column.name, why, text)
            if column.needed and row[column.name] is None:
                raise found.refuse(row, column.name, _("the cell is empty"))
        if row.pop("overflow") is not None:
            raise RefusedError(
                _("{file}, row {row}: there are more cells than columns. Correct it.").format(
                    file=table.name, row=row["row"]
                )
            )
    return found


def _mapping(table: Table, columns: Sequence[Column]) -> dict[str, str]:
    headers = Headers(table)
    found = {column.name: headers.find(accepted_names(column)) for column in columns}
    missing = [name for name, header in found.items() if header is None]
    if missing:
        raise RefusedError(
            _("{file} has no column {missing}. Its columns: {headers}. Needed: {needed}.").format(
                file=table.name,
                missing=", ".join(missing),
                headers=", ".join(table.headers[:60]),
                needed=", ".join(found),
            )
        )
    return {name: header for name, header in found.items() if header is not None}


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
