"""An empty workbook for each kind of rows, with headers that are recognised as ours."""

from __future__ import annotations

import io
from collections import Counter

from service_quality.base.language import _
from service_quality.definitions.datasets import Column, Dataset
from service_quality.ingest.recognise.names import normal
from service_quality.ingest.recognise.recognition import accepted_names

WIDTH = 22


def headers(dataset: Dataset) -> dict[str, Column]:
    """Return a header for each column: its title where that is recognised, else its own name."""
    known = {c.name: {normal(name) for name in accepted_names(c)} for c in dataset.columns}
    often = Counter(name for names in known.values() for name in names)
    found = {}
    for column in (column for column in dataset.stored if not column.beside):
        title = _(column.title)
        alone = normal(title) in known[column.name] and often[normal(title)] == 1
        found[title if alone else normal(column.name).capitalize()] = column
    return found


def file_name(dataset: Dataset) -> str:
    """Return what a template is called."""
    return f"{dataset.kind}.xlsx"


def workbook(dataset: Dataset) -> bytes:
    """Return the template of one kind; headers of needed columns are bold."""
    import xlsxwriter

    out = io.BytesIO()
    needed = {c.name for c in dataset.columns if c.needed}
    needed |= {name for group in dataset.either for name in group}
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        time = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for at, (header, column) in enumerate(headers(dataset).items()):
            sheet.set_column(at, at, WIDTH, time if column.kind == "time" else None)
            sheet.write_string(0, at, header, bold if column.name in needed else None)
            sheet.write_comment(0, at, _(column.title))
        sheet.freeze_panes(1, 0)
    return out.getvalue()
