"""The rows that were set aside, with their original cells: read again, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from service_quality.base import voice
from service_quality.base.language import _
from service_quality.ingest.prepare import Prepared
from service_quality.warehouse.engine import Cursor

ROWS_AT_ONCE = 5_000


def rejected_rows(
    cursor: Cursor, prepared: Prepared
) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Return headers and rows: the original columns, the record number and the reasons.

    The rows come in the file's order; the file must still be where it was read.
    """
    words = {(issue.column, issue.rule): issue.expected for issue in prepared.issues}
    cells = ", ".join(f"c{i}" for i in range(len(prepared.table.headers)))
    cursor.execute(
        "with file as (select row_number() over () as record, * from"
        f" {prepared.staged.source}), reasons as (select record,"
        " list(struct_pack(column_name, rule, cell) order by column_name, rule) as reasons"
        " from faults group by record)"
        f" select {cells}, record, reasons from file inner join reasons using (record)"
        " order by record",
        prepared.staged.parameters,
    )

    def rows() -> Iterator[tuple[Any, ...]]:
        while some := cursor.fetchmany(ROWS_AT_ONCE):
            for *row, reasons in some:
                yield (*row, "; ".join(_reason(prepared, r, words) for r in reasons))

    return [*prepared.table.headers, _("record"), _("reasons")], rows()


def preview(cursor: Cursor, prepared: Prepared, limit: int = 5) -> list[dict[str, Any]]:
    """Return the first rows as they would be stored, by dataset column."""
    names = prepared.stored
    found = cursor.execute(f"select {', '.join(names)} from staged limit {limit:d}").fetchall()
    return [dict(zip(names, row, strict=True)) for row in found]


def _reason(prepared: Prepared, fault: dict[str, Any], words: dict[tuple[str, str], str]) -> str:
    column, rule, cell = fault["column_name"], fault["rule"], fault["cell"]
    expected = words[column, rule]
    if voice.on_page():
        title = _(prepared.dataset.column(column).title) if column else _("row")
        text = _("{column}: “{cell}”, expected {expected}")
        return text.format(column=title, cell=cell or "", expected=expected)
    return _("{column}: “{cell}” ({rule}; expected: {expected})").format(
        column=column or _("row"), cell=cell or "", rule=rule, expected=expected
    )
