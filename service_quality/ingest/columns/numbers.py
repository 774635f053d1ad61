"""Decides how a column writes its numbers: decimal point or comma, and whether it is money."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

COMMA_DECIMAL = re.compile(
    r"^[^\d]{0,4}([+-]?0,\d+|(\d{1,3}([ .\u00a0\u202f'’]\d{3})+|\d+),(\d{1,2}|\d{4,}))[^\d]{0,4}$"
)
POINT_DECIMAL = re.compile(r"\.\d{1,2}[^\d]{0,4}$|\.\d{4,}[^\d]{0,4}$|^[+-]?0\.\d+")
GROUPS = re.compile(r"^[+-]?[1-9]\d{0,2}([.,])\d{3}(\1\d{3})*$")
MONEY = re.compile(r"[€$£¥]|\b(EUR|USD|GBP|CHF|CAD|AUD)\b")
OUT_OF = re.compile(r"(?<=\d)\s*/\s*(10|20|100|1000)$")
SPACED = re.compile(r"\d[ \u00a0\u202f'’]\d{3}")


@dataclass(frozen=True)
class NumberStyle:
    """How a column writes numbers: decimal `comma` or point; `money`: brackets mean minus.

    `out_of` is the whole that stands behind each, as in 18,4/20. `why` is values, other columns,
    or nothing where there was nothing to decide; `example` is a cell that shows it.
    """

    comma: bool = False
    money: bool = False
    why: str = "nothing"
    example: str | None = None
    out_of: str = ""


def decide(values: Sequence[str], elsewhere: Callable[[], Sequence[str]]) -> NumberStyle:
    """Return the style of a column by its sample; `elsewhere` gives the file's other cells.

    They are asked only where `1.234` or `1,234` is all there is: a number or thousands?
    """
    wholes = {found[1] if (found := OUT_OF.search(value)) else "" for value in values}
    if len(wholes) == 1 and (out_of := wholes.pop()):
        style = decide([OUT_OF.sub("", value) for value in values], elsewhere)
        return replace(style, out_of=out_of, why="values", example=values[0])
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
    if style.out_of:
        cell = f"regexp_replace({cell}, '\\s*/\\s*{style.out_of}$', '')"
    return f"read_{'comma' if style.comma else 'point'}_number({cell})"
