"""Ways in which a column's dates can be read, each shown by what an example then is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

A_DAY = date(2025, 4, 3)
DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
IN_PARTS = re.compile(r"^\s*(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
IN_ONE = re.compile(r"^\s*(\d{8}|\d{6})(?!\d)")
SPOKEN = {DAY_FIRST: "%d/%m/%y", MONTH_FIRST: "%m/%d/%y"}
# Dates without a sign between day and month, of eight digits and of six.
PATTERNS = {
    8: ("%d%m%Y", "%m%d%Y", "%Y%m%d"),
    6: ("%d%m%y", "%m%d%y", "%y%m%d"),
}


def readings(values: Sequence[str]) -> dict[str, tuple[str, date]]:
    """Return words that state how dates are written, each with an example and the day it then is.

    Only where values leave a choice: one of them differs by the way, and all are dates in each.
    """
    parts = [found for value in values if (found := IN_PARTS.match(value))]
    if parts and len(parts) == len(values):
        options = {m[0].strip(): f"{m[1]}/{m[3]}/{m[4][-2:]}" for m in parts}
        return _all_read(options, SPOKEN)
    ones = [found[1] for value in values if (found := IN_ONE.match(value))]
    if ones and len(ones) == len(values) and len({len(one) for one in ones}) == 1:
        patterns = {pattern: pattern for pattern in PATTERNS[len(ones[0])]}
        return _all_read({one: one for one in ones}, patterns)
    return {}


def shown(word: str) -> tuple[str, date] | None:
    """Return an example of dates by these words, and its day; None where they say something else.

    Those with parts are all of 03/04/2025, so that day first and month first can be compared.
    """
    if word in SPOKEN:
        return "03/04/2025", datetime.strptime("03/04/25", SPOKEN[word]).date()
    return (A_DAY.strftime(word), A_DAY) if "%" in word else None


def _all_read(texts: dict[str, str], patterns: dict[str, str]) -> dict[str, tuple[str, date]]:
    read = {word: _days(texts.values(), pattern) for word, pattern in patterns.items()}
    whole = {word: days for word, days in read.items() if days}
    for at, example in enumerate(texts):
        if len({days[at] for days in whole.values()}) == len(whole) > 1:
            return {word: (example, days[at]) for word, days in whole.items()}
    return {}


def _days(texts: Iterable[str], pattern: str) -> list[date]:
    """Return the day of each text; none where one of them is no date of this pattern."""
    try:
        return [datetime.strptime(text, pattern).date() for text in texts]
    except ValueError:
        return []
