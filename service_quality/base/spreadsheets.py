"""What a spreadsheet may be handed: text that it takes for text."""

from __future__ import annotations

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*([eE][+-]?\d+)?\s?%?")


def safe(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers.

    A text such as `=1+1` gets a leading apostrophe; `-12.5` is a number and is left alone.
    """
    if not isinstance(value, str):
        return value
    if value.lstrip(" ").startswith(FORMULA_STARTS) and not NUMBER.fullmatch(value.strip()):
        return "'" + value
    return value
