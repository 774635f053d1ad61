"""What it takes, as rows of the register, to make, change, end or take back a promise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.errors import RefusedError
from service_quality.base.language import _

Row = dict[str, Any]
WORDS = ("statement", "statement_fr", "kpi", "within", "at_least", "at_most", "target", "note")
MOST_LETTERS = 40
LETTERS = re.compile(r"[^a-z0-9]+")


def new_id(statement: str, known: Collection[str]) -> str:
    """Return an id that says what is promised and that no other promise has."""
    plain = unicodedata.normalize("NFKD", statement).encode("ascii", "ignore").decode().lower()
    stem = LETTERS.sub("-", plain).strip("-")[:MOST_LETTERS].rstrip("-") or "promise"
    later = (f"{stem}-{n}" for n in range(2, len(known) + 3))
    return next(name for name in (stem, *later) if name not in known)


def as_row(version: Mapping[str, Any]) -> Row:
    """Return a version of a promise, as answers have it, as a row of the register."""
    same = {name: version[name] for name in (*WORDS, *DIMENSIONS)}
    dates = {"valid_from": version["first_day"], "valid_to": version["last_day"]}
    return {"promise_id": version["promise"], **same, **dates}


def changed(version: Mapping[str, Any], row: Row) -> list[Row]:
    """Return the rows that put another promise in a version's place, from its own day on.

    Until then the old one stands. One that begins no later than it was never promised.
    """
    before, new = as_row(version), {**row, "promise_id": version["promise"]}
    if new["valid_from"] > version["first_day"]:
        return [*ended(version, new["valid_from"] - timedelta(days=1)), new]
    key = ("valid_from", *DIMENSIONS)
    same = all(before[name] == new.get(name) for name in key)
    return [new] if same else [*withdrawn(version), new]


def ended(version: Mapping[str, Any], last_day: date) -> list[Row]:
    """Return the row that lets a version hold to a day, that one included."""
    if last_day < version["first_day"]:
        text = _("Until: a day on or after the promise's first, or withdraw the promise.")
        raise RefusedError(text)
    until = min(last_day, version["last_day"] or last_day)
    return [as_row(version) | {"valid_to": until}]


def withdrawn(version: Mapping[str, Any]) -> list[Row]:
    """Return the row that takes a version back, as if it had never been promised."""
    return [as_row(version) | {"withdrawn": True}]


def current(rows: Collection[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the last version of each promise for each of those it binds.

    `rows` are those of `Answers.promises`.
    """
    last: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in rows:
        for version in row["versions"]:
            last[(version["promise"], *(version[name] for name in DIMENSIONS))] = version
    return list(last.values())
