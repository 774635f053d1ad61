"""Finds the export format of a table by its headers, and what that format says of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from service_quality.base.errors import UsageError
from service_quality.base.language import _
from service_quality.definitions import formats
from service_quality.definitions.datasets import all_datasets
from service_quality.definitions.formats import ALL, Format
from service_quality.ingest.read.table import Table
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.recognise.names import Headers, is_named

SHOWN = 5
Stated = TypeVar("Stated")


@dataclass(frozen=True)
class Match:
    """A format and the file's headers that gave it away.

    `mapping` gives dataset columns their headers, or a time and a wait; `units` those of waits.
    """

    format: Format
    has: tuple[str, ...]
    mapping: Mapping[str, str]
    units: Mapping[str, str]

    @property
    def why(self) -> str:
        """The reason, in words."""
        shown = ", ".join(self.has[:SHOWN])
        return _("{format}, because it has: {headers}{more}").format(
            format=self.format.title, headers=shown, more=", …" if len(self.has) > SHOWN else ""
        )

    def never(self, header: str) -> bool:
        """Whether a header of the file is one that means something else than it says."""
        return is_named(header, self.format.never)

    def complete(
        self, instructions: Instructions, mapping: Mapping[str, str], table: Table
    ) -> Instructions:
        """Return the instructions of a person with those of the format behind them.

        `mapping` is that of the whole reading: what is said of all columns is said of these.
        """
        ours, headers = self.format, Headers(table)
        constants = {n: v for n, v in ours.constants.items() if n not in instructions.mapping}
        drop = {
            header: values
            for name, values in ours.drop.items()
            if (header := headers.find((name,), begins=ours.several_rows))
        }
        columns = all_datasets()[ours.kind].by_name
        times = {name for name in mapping if columns[name].kind in ("time", "month")}
        return replace(
            instructions,
            constants=constants | instructions.constants,
            no_answer=_for_each(ours.no_answer, set(mapping)) | instructions.no_answer,
            dates=_for_each(ours.dates, times) | instructions.dates,
            units={n: u for n, u in self.units.items() if n in mapping} | instructions.units,
            drop=drop | instructions.drop,
            format=ours.id,
        )


def find(table: Table, kind: str | None, named: str | None = None) -> Match | None:
    """Return the format that most headers speak for, or the one that a person said; "" is none.

    Raises UsageError for a format that does not exist.
    """
    known = formats.all_formats()
    if named == "":
        return None
    if named is not None and named not in known:
        raise UsageError(
            _("There is no format {format}; known: {known}.").format(
                format=named, known=", ".join(known)
            )
        )
    headers = Headers(table)
    found = [
        (len(has), len(has) / len(each.signature), each, has)
        for each in ([known[named]] if named else known.values())
        if kind in (None, each.kind)
        for has in [_has(each, headers)]
        if named or (len(has) >= each.least and _looks_like(each, table, has))
    ]
    if not found:
        return None
    _count, _share, best, has = max(found, key=lambda f: f[:2])
    mapping, units = _columns(best, table, headers)
    return Match(best, has, mapping, units)


def _has(of: Format, headers: Headers) -> tuple[str, ...]:
    """Return the headers that speak for a format, as it calls them where several rows do."""
    found = {h: n for n in of.signature if (h := headers.find(n, begins=of.several_rows))}
    return tuple(names[0] if of.several_rows else header for header, names in found.items())


def _looks_like(of: Format, table: Table, has: tuple[str, ...]) -> bool:
    """Whether the header that gives a format away stands first, and its cells look right."""
    if of.first and has[0] != table.headers[0]:
        return False
    values = table.values(has[0]) if of.cells else []
    return all(re.match(of.cells, value.strip()) for value in values)


def _columns(of: Format, table: Table, headers: Headers) -> tuple[dict[str, str], dict[str, str]]:
    mapping: dict[str, str] = {}
    units: dict[str, str] = {}

    def there(names: Iterable[str]) -> list[str]:
        found = (headers.find((name,), begins=of.several_rows) for name in names)
        return [header for header in found if header]

    for name, names in of.columns.items():
        options = there(names)
        filled = [header for header in options if table.values(header)]
        if options:
            mapping[name] = (filled or options)[0]
    for name, waits in of.durations.items():
        if name in mapping and (table.values(mapping[name]) or not table.sample):
            continue
        for wait in waits:
            options = there(wait.headers)
            since = mapping.get(wait.since)
            if not options or not since or (name in mapping and not table.values(options[0])):
                continue
            mapping[name] = f"{since} + {options[0]}"
            if wait.unit:
                units[name] = wait.unit
            break
    return mapping, units


def _for_each(stated: Mapping[str, Stated], names: set[str]) -> dict[str, Stated]:
    """Return what is said of each column, "*" spelt out."""
    every = dict.fromkeys(sorted(names), stated[ALL]) if ALL in stated else {}
    return every | {name: value for name, value in stated.items() if name in names}
