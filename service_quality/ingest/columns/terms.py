"""Which cells a column is made of: a header, or a sum or difference of headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service_quality.base import voice
from service_quality.base.errors import RefusedError
from service_quality.base.language import _
from service_quality.definitions.datasets import Column
from service_quality.ingest.read.table import Table
from service_quality.ingest.recognise.names import alike


@dataclass(frozen=True)
class Term:
    """One header of a sum or difference, by its place in the table."""

    sign: str
    at: int


def terms(header: str, table: Table, column: Column) -> tuple[Term, ...]:
    """Return the headers that `attendances-breaches` names; a plain header is one term.

    For a time, `Created at + Resolution time` is a time and the duration that is added to it.
    Headers may hold signs themselves, so the longest header that leaves a readable rest wins.
    Raises RefusedError naming the headers of the file when there is no such header.
    """
    exact = _place(header, table.headers)
    if exact is None:
        exact = _in_a_row(header, table)
    if exact is not None:
        return (Term("+", exact),)
    found = _split(header.strip(), "+", table.headers)
    if found is None or not _may_add(column, found):
        raise RefusedError(
            _("{file} has no column “{header}” for {column}. Its columns: {headers}.").format(
                file=table.name,
                header=header,
                column=voice.name(column.name, _(column.title)),
                headers=", ".join(table.headers[:60]),
            )
        )
    return tuple(found)


def _may_add(column: Column, found: list[Term]) -> bool:
    if column.kind == "time":
        return [term.sign for term in found] == ["+", "+"]
    return column.kind in ("integer", "number")


def _place(header: str, headers: Sequence[str]) -> int | None:
    if header in headers:
        return headers.index(header)
    same = [i for i, h in enumerate(headers) if alike(h) == alike(header)]
    signs = set("+-") & set(header)
    return same[0] if len(same) == 1 and not signs else None


def _in_a_row(header: str, table: Table) -> int | None:
    """Return the place of a text in one of several rows that name the columns, if it is there once.

    Qualtrics has ids, questions and import ids one below the other; people know the questions.
    """
    rows = table.header_rows if len(table.header_rows) > 1 else ()
    places = {
        at
        for row in rows
        for at, text in enumerate(row[: len(table.headers)])
        if alike(text) and alike(text) == alike(header)
    }
    return places.pop() if len(places) == 1 else None


def _split(rest: str, sign: str, headers: Sequence[str]) -> list[Term] | None:
    for header in sorted(headers, key=len, reverse=True):
        if not rest.startswith(header):
            continue
        after = rest[len(header) :].lstrip()
        term = Term(sign, headers.index(header))
        if not after:
            return [term]
        if after[0] in "+-−–":
            more = _split(after[1:].lstrip(), "+" if after[0] == "+" else "-", headers)
            if more is not None:
                return [term, *more]
    return None
