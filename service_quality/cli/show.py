"""Prints a file's table as it is read, before any mapping."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TextIO

from service_quality.ingest.read.table import open_table, rows_of
from service_quality.ingest.recognise.instructions import FileForm


def show(path: Path, out: TextIO, form: FileForm) -> tuple[str, ...]:
    """Write header and rows as UTF-8 CSV; return in sentences how the file was read.

    Raises RefusedError where it is not a table.
    """
    table = open_table(path, form=form)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.headers)
    writer.writerows(rows_of(table))
    return table.decided
