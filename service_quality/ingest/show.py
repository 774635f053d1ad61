"""Prints a file's table as it is read, before any mapping."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TextIO

import duckdb

from service_quality.errors import RefusedError
from service_quality.i18n import _
from service_quality.ingest.read import open_table, relations

ROWS_AT_ONCE = 10_000


def show(path: Path, out: TextIO) -> None:
    """Write header and rows as UTF-8 CSV; RefusedError where the file is not a table."""
    table = open_table(path)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.headers)
    with duckdb.connect(":memory:") as connection:
        for relation, parameters, _extra in relations(table):
            try:
                cursor = connection.execute(f"select * from {relation}", parameters)
                while rows := cursor.fetchmany(ROWS_AT_ONCE):
                    writer.writerows(rows)
            except duckdb.InvalidInputException:
                continue
            return
    raise RefusedError(_("{file} cannot be read as a table.").format(file=table.name))
