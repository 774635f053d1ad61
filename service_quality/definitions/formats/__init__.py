"""The exports that are known by their headers: one TOML file each, read and checked here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from service_quality.base.errors import FormatFileError
from service_quality.definitions.datasets import all_datasets

FOLDER = Path(__file__).parent
UNITS = ("seconds", "minutes", "hours", "days", "hms")
ALL = "*"  # every column that the file gives


@dataclass(frozen=True)
class Duration:
    """A time that the export gives as a wait since another: the columns' headers and the unit."""

    since: str
    headers: tuple[str, ...]
    unit: str | None


@dataclass(frozen=True)
class Format:
    """One export format.

    `signature` are headers of which `least` must be there, each with its translations; `cells`
    is a pattern that the cells of the first of them must have. `columns` gives the headers that
    may be a dataset column, the best first, `durations` those that are one by way of a wait.
    `never` are headers that are no column of ours however they look, `because` of something.
    `drop` names the rows that are no data: cells by header. `refuse` says why no row of this
    export can be used, and which export to take. With `several_rows` a header may only begin
    with its name; `first`: the signature's first header is the file's first.
    """

    id: str
    title: str
    kind: str
    signature: tuple[tuple[str, ...], ...]
    note: str
    least: int
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    durations: Mapping[str, tuple[Duration, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    no_answer: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    drop: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    because: str = ""
    refuse: str = ""
    cells: str = ""
    several_rows: bool = False
    first: bool = False


@cache
def all_formats() -> dict[str, Format]:
    """Return every format by its id, the name of its file."""
    return {path.stem: load(path) for path in sorted(FOLDER.glob("*.toml"))}


def load(path: Path) -> Format:
    """Return the format that a file describes.

    Raises FormatFileError, for whoever wrote the file, naming the key and what would be right.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormatFileError(f"{path.name}: not valid TOML ({error}).") from error
    read = _Reader(path.name, given)
    kind = read.text("kind", needed=True)
    if kind not in all_datasets():
        read.wrong("kind", kind, f"one of {', '.join(all_datasets())}")
    signature = read.headers("signature", needed=True)
    least = read.number("least", len(signature))
    if not 1 <= least <= len(signature):
        read.wrong("least", least, f"from 1 to {len(signature)}, the length of the signature")
    found = Format(
        id=path.stem,
        title=read.text("title", needed=True),
        kind=kind,
        signature=signature,
        note=read.text("note", needed=True),
        least=least,
        columns=read.by_column("columns", kind),
        durations=read.durations(kind),
        constants={k: v[0] for k, v in read.by_column("constants", kind).items()},
        no_answer=read.by_column("no_answer", kind, every=True),
        dates={k: v[0] for k, v in read.by_column("dates", kind, every=True).items()},
        drop=read.texts_by_name("drop"),
        never=tuple(name for names in read.headers("never") for name in names),
        because=read.text("because"),
        refuse=read.text("refuse"),
        cells=read.pattern("cells"),
        several_rows=read.flag("several_rows"),
        first=read.flag("first"),
    )
    read.finish()
    if found.never and not found.because:
        read.wrong("because", "", "a sentence that says why the headers of `never` are not used")
    return found


class _Reader:
    """Takes one key after the other, checks it, and complains of what is left."""

    def __init__(self, name: str, given: dict[str, Any]) -> None:
        self._name, self._given, self._known = name, given, list[str]()

    def wrong(self, key: str, value: object, expected: str) -> None:
        raise FormatFileError(f"{self._name}: {key} = {value!r} should be {expected}.")

    def _take(self, key: str, kind: type, expected: str, *, needed: bool = False) -> Any:
        self._known.append(key)
        value = self._given.pop(key, None)
        if value is None and needed:
            raise FormatFileError(f"{self._name}: {key} is missing; it should be {expected}.")
        if value is not None and type(value) is not kind:
            self.wrong(key, value, expected)
        return kind() if value is None else value

    def text(self, key: str, *, needed: bool = False) -> str:
        value: str = self._take(key, str, "a text", needed=needed)
        return " ".join(value.split())

    def number(self, key: str, default: int) -> int:
        value: int = self._take(key, int, "a whole number")
        return value or default

    def flag(self, key: str) -> bool:
        value: bool = self._take(key, bool, "true or false")
        return value

    def pattern(self, key: str) -> str:
        value = self.text(key)
        try:
            re.compile(value)
        except re.error as error:
            self.wrong(key, value, f"a regular expression ({error})")
        return value

    def headers(self, key: str, *, needed: bool = False) -> tuple[tuple[str, ...], ...]:
        """Return headers; one that has translations is a list of them."""
        expected = "a list of headers, each a text or a list of its translations"
        given = self._take(key, list, expected, needed=needed)
        found = tuple(self._texts(key, value, expected) for value in given)
        if needed and not found:
            self.wrong(key, given, expected)
        return found

    def texts_by_name(self, key: str) -> dict[str, tuple[str, ...]]:
        expected = "a table of texts, or lists of texts"
        given = self._take(key, dict, expected)
        return {name: self._texts(f"{key}.{name}", v, expected) for name, v in given.items()}

    def by_column(self, key: str, kind: str, *, every: bool = False) -> dict[str, tuple[str, ...]]:
        """Return texts by the dataset's columns; with `every`, "*" stands for all of them."""
        found = self.texts_by_name(key)
        self._columns(key, set(found) - ({ALL} if every else set()), kind)
        return found

    def durations(self, kind: str) -> dict[str, tuple[Duration, ...]]:
        """Return the waits that may stand for a time, the best first."""
        expected = "a table { since = COLUMN, header = HEADER, unit = UNIT }, or a list of them"
        found = {}
        for name, given in self._take("durations", dict, expected).items():
            options = given if isinstance(given, list) else [given]
            found[name] = tuple(self._duration(name, option, kind, expected) for option in options)
        return found

    def _duration(self, name: str, given: Any, kind: str, expected: str) -> Duration:
        key = f"durations.{name}"
        if not isinstance(given, dict) or set(given) - {"unit"} != {"since", "header"}:
            self.wrong(key, given, expected)
        self._columns(key, {name, given["since"]}, kind)
        unit = given.get("unit")
        if unit is not None and unit not in UNITS:
            self.wrong(f"{key}.unit", unit, f"one of {', '.join(UNITS)}")
        return Duration(given["since"], self._texts(key, given["header"], expected), unit)

    def finish(self) -> None:
        if self._given:
            raise FormatFileError(
                f"{self._name}: unknown key {', '.join(self._given)};"
                f" known: {', '.join(sorted(self._known))}."
            )

    def _columns(self, key: str, names: set[str], kind: str) -> None:
        known = all_datasets()[kind].by_name
        if unknown := sorted(names - set(known)):
            self.wrong(key, ", ".join(unknown), f"columns of {kind}: {', '.join(known)}")

    def _texts(self, key: str, value: Any, expected: str) -> tuple[str, ...]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
            self.wrong(key, value, expected)
        return tuple(values)
