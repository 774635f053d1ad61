"""Loads the .sql files of queries/, reads their headers and checks the parameters they name."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from service_quality.base.errors import QueryFileError
from service_quality.definitions import pieces

PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")
HEADER_LINE = re.compile(r"^-- ([a-z_]+): ?(.*)$")
CONTINUATION = re.compile(r"^--   +(.*)$")
COMMENT = re.compile(r"--[^\n]*")


@dataclass(frozen=True)
class Query:
    """One .sql file: its `header` as a dict, its text, and the parameters it names."""

    name: str
    header: dict[str, str] = field(hash=False)
    sql: str
    parameters: frozenset[str]

    def bind(self, values: dict[str, object]) -> dict[str, object]:
        """Return the values this query names, out of those given.

        Raises QueryFileError naming the parameter that nobody gives.
        """
        missing = self.parameters - values.keys()
        if missing:
            raise QueryFileError(
                f"queries/{self.name}.sql: unknown parameter ${', $'.join(sorted(missing))}; "
                f"known: {', '.join(sorted(values))}."
            )
        return {name: values[name] for name in self.parameters}


@cache
def folder() -> Path:
    """Return queries/: beside the package in a checkout, inside it once installed."""
    package = Path(__file__).parents[1]
    checkout = package.parent / "queries"
    return checkout if checkout.is_dir() else package / "_queries"


def load(name: str) -> Query:
    """Return the query `kpis/backlog`; QueryFileError when there is no such file."""
    written = modified(name)
    if written is None:
        raise QueryFileError(f"queries/{name}.sql does not exist.")
    return _read(name, _file(folder(), name), written)


def modified(name: str) -> int | None:
    """Return when the file of a query was written; None where there is none."""
    try:
        return _file(folder(), name).stat().st_mtime_ns
    except FileNotFoundError:
        return None


@cache
def _file(of: Path, name: str) -> Path:
    # Asked for each piece of each statement: to put a path together takes longer than to ask.
    return of / f"{name}.sql"


def names(group: str) -> list[str]:
    """Return the names of all queries of a folder, such as `kpis`, sorted."""
    return sorted(f"{group}/{path.stem}" for path in (folder() / group).glob("*.sql"))


def written(*groups: str) -> tuple[tuple[str, int], ...]:
    """Return the files of some folders and when each was written: cheap, asked at every page."""
    top = folder()
    files = [(group, file) for group in groups for file in os.scandir(top / group)]
    return tuple(sorted((f"{group}/{file.name}", file.stat().st_mtime_ns) for group, file in files))


def parse(name: str, text: str) -> Query:
    """Read a query: leading `-- key: value` lines are its header, the rest is SQL."""
    header: dict[str, str] = {}
    lines = text.splitlines()
    key = ""
    for number, line in enumerate(lines):
        if match := HEADER_LINE.match(line):
            key = match[1]
            header[key] = match[2].strip()
        elif key and (match := CONTINUATION.match(line)):
            header[key] = f"{header[key]} {match[1].strip()}"
        else:
            lines = lines[number:]
            break
    sql = pieces.written_out("\n".join(lines).strip().rstrip(";"))
    return Query(name, header, sql, frozenset(PARAMETER.findall(COMMENT.sub("", sql))))


@cache
def _read(name: str, path: Path, _modified: int) -> Query:
    return parse(name, path.read_text(encoding="utf-8"))
