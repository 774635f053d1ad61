"""Names of the register: how values are shown and grouped, and which spellings are one entity."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from service_quality.definitions import queries
from service_quality.definitions.promise_rules import TOTALS
from service_quality.warehouse import schema
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Cursor, Row


def register(warehouse: Warehouse) -> list[Row]:
    """Return how each named value is shown: dimension, value, labels, in_group, same_as."""
    return warehouse.report("entities")


def spellings(warehouse: Warehouse) -> dict[tuple[str, str], str]:
    """Return the entity of each value, by dimension and value, that is another spelling of one."""
    with warehouse.cursor() as cursor:
        return schema.spelled(cursor)


def merge_spellings(cursor: Cursor) -> bool:
    """Have figures see each entity under one spelling; return whether that changed any."""
    sql = queries.load("reports/entities").sql
    found = cursor.execute(f"select dimension, value, same_as from ({sql})").fetchall()
    now: dict[tuple[str, str], str] = {}
    for dimension in {each for each, _value, _same in found}:
        others = {value: same for each, value, same in found if each == dimension and same}
        for value in others:
            if (entity := _followed(value, others)) != value:
                now[dimension, value] = entity
    return schema.spell(cursor, now)


def _followed(value: str, others: dict[str, str]) -> str:
    """Return the entity that a spelling leads to; of spellings in a circle, their first."""
    way = [value]
    while (after := others.get(way[-1])) is not None:
        if after in way:
            return min(way[way.index(after) :])
        way.append(after)
    return way[-1]


def measure_id(text: str) -> str:
    """Return which measure of totals is meant, as `reports/entities` reads it too."""
    letters = unicodedata.normalize("NFKD", text).lower()
    plain_text = "".join(each for each in letters if not unicodedata.combining(each))
    return re.sub("[^a-z0-9]+", "_", plain_text).strip("_").removeprefix(TOTALS)


def plain(value: str) -> str:
    """Return a value without case, accents and spaces: what alike spellings share."""
    letters = unicodedata.normalize("NFKD", value)
    return "".join(
        each for each in letters if not unicodedata.combining(each) and not each.isspace()
    ).casefold()


def alike(known: Iterable[str], new: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
    """Give each value, of `new` or of all, that an earlier one differs from only in its spelling.

    Pairs of the value and the one it is like: the first of `known` that is.
    """
    firsts: dict[str, str] = {}
    known = list(known)
    for value in known:
        firsts.setdefault(plain(value), value)
    for value in known if new is None else new:
        first = firsts.setdefault(plain(value), value)
        if first != value:
            yield value, first
