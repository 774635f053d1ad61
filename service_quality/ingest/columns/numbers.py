"""Decides how a column writes its numbers: decimal point or comma, and whether it is money."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

COMMA_DECIMAL = re.compile(
    r"^[^\d]{0,4}([+-]?0,\d+|(\d{1,3}([ .\u00a0\u202f'’]\d{3})+|\d+),(\d{1,2}|\d{4,}))[^\d]{0,4}$"
)
POINT_DECIMAL = re.compile(r"\.\d{1,2}[^\d]{0,4}$|\.\d{4,}[^\d]{0,4}$|^[+-]?0\.\d+")
GROUPS = re.compile(r"^[+-]?[1-9]\d{0,2}([.,])\d{3}(\1\d{3})*$")
MONEY = re.compile(r"[€$£¥]|\b(EUR|USD|GBP|CHF|CAD|AUD)\b")
SPACED = re.compile(r"\d[ \u00a0\u202f'’]\d{3}")


@dataclass(frozen=True)
class NumberStyle:
    """How a column writes numbers: decimal `comma` or point; `money`: brackets mean minus.

    `why` is values, other columns, or nothing where there was nothing to decide; `example` is
    a cell that shows it.
    """

    comma: bool = False
    money: bool = False
    why: str = "nothing"
    example: str | None = None


def decide(values: Sequence[str], elsewhere: Callable[[], Sequence[str]]) -> NumberStyle:
    """Return the style of a column by its sample; `elsewhere` gives the file's other cells.

    They are asked only where `1.234` or `1,234` is all there is: a number or thousands?
    """
    commas = [value for value in values if COMMA_DECIMAL.match(value)]
    points = [value for value in values if POINT_DECIMAL.search(value)]
    money = any(MONEY.search(value) for value in values)
    if commas or points:
        comma = len(commas) > len(points)
        return NumberStyle(comma, money, "values", (commas if comma else points)[0])
    grouped = [value for value in values if GROUPS.match(value)]
    if grouped:
        others = elsewhere()
        comma = sum(bool(COMMA_DECIMAL.match(v)) for v in others) > sum(
            bool(POINT_DECIMAL.search(v)) for v in others
        )
        return NumberStyle(comma, money, "others", grouped[0])
    spaced = next((value for value in values if SPACED.search(value)), None)
    return NumberStyle(False, money, "values" if spaced or money else "nothing", spaced)


def sql(style: NumberStyle, text: str) -> str:
    """Return the SQL that reads a text as a number of this style."""
    cell = f"without_brackets({text})" if style.money else text
    return f"read_{'comma' if style.comma else 'point'}_number({cell})"
