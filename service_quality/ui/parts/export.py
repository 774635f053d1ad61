"""Tables to CSV that a spreadsheet opens without running anything that is in them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

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


def to_csv(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> bytes:
    """Return rows as UTF-8 CSV with a byte order mark; `columns` maps keys to headings.

    An absent value is an empty cell.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(heading) for heading in columns.values()])
    for row in rows:
        writer.writerow([safe(row.get(key)) for key in columns])
    # The mark is what makes Excel read the file as UTF-8.
    return out.getvalue().encode("utf-8-sig")
