"""Decides how a column writes its dates: from the whole column, and its neighbours if it must."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

PARTS = re.compile(
    r"^(?P<a>\d{1,4})(?P<s>[-/. ])(?P<b>\d{1,2}|[^\W\d_]{3,}\.?)(?P=s)(?P<c>\d{4}|\d{2})"
    r"(?P<t>[T ]+\d{1,2}:\d{2}(?P<sec>:\d{2}(?P<f>\.\d+)?)?\s*(?P<m>[AaPp][Mm])?)?$"
)
MONTH_YEAR = re.compile(r"^(\d{1,2})([-/.])(\d{4})$")
ISO = re.compile(r"^\d{4}-\d{1,2}(-\d{1,2}([T ].*)?)?$")
TIMES = ("", " %H:%M:%S", " %H:%M", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")


@dataclass(frozen=True)
class DateStyle:
    """How a column writes dates: strptime `formats` to try in turn; none means ISO 8601.

    `order` is dmy, mdy, ymd or iso; `ambiguous` when nothing in the column tells day from month.
    """

    order: str = "iso"
    formats: tuple[str, ...] = ()
    ambiguous: bool = False


def decide(
    samples: Mapping[str, Sequence[str]],
    votes: Callable[[str], tuple[int, int]],
) -> dict[str, DateStyle]:
    """Return the style of each column.

    `samples` gives values by column; `votes` scans a whole column for how many of its dates can
    only be day first and how many only month first, and is asked only where the sample leaves a
    doubt. The majority decides; the others are no dates. A column that stays in doubt follows
    the other columns of its file; if all do, `ambiguous` is set.
    """
    styles = {name: _from_values(values) for name, values in samples.items()}
    for name, style in styles.items():
        if style.ambiguous:
            styles[name] = _settle(style, *votes(name))
    orders = Counter(
        s.order for s in styles.values() if s.order in ("dmy", "mdy") and not s.ambiguous
    )
    if len(orders) == 1:
        order = next(iter(orders))
        styles = {n: _with_order(s, order) if s.ambiguous else s for n, s in styles.items()}
    return styles


def stated(pattern: str) -> DateStyle:
    """Return the style of a strptime pattern that a person gave."""
    return DateStyle("stated", (pattern,))


def _from_values(values: Sequence[str]) -> DateStyle:
    matches = [m for value in values if (m := PARTS.match(value.strip()))]
    isoish = sum(bool(ISO.match(value.strip())) for value in values)
    if isoish >= len(matches):
        months = [v for v in values if MONTH_YEAR.match(v.strip())]
        if len(months) > isoish:
            separator = MONTH_YEAR.match(months[0].strip())
            assert separator is not None
            return DateStyle("my", (f"%m{separator[2]}%Y",))
        return DateStyle()
    sign = Counter(m["s"] for m in matches).most_common(1)[0][0]
    matches = [m for m in matches if m["s"] == sign]
    year = "%Y" if any(len(m["c"]) == 4 for m in matches) else "%y"
    named = [m for m in matches if not m["b"].isdigit()]
    if named:
        month = "%b" if all(len(m["b"].strip(".")) == 3 for m in named) else "%B"
        return DateStyle("dmy", _formats(f"%d{sign}{month}{sign}{year}"))
    if any(len(m["a"]) == 4 for m in matches):
        short = "%d" if all(len(m["c"]) == 2 for m in matches) else year
        return DateStyle("ymd", _formats(f"%Y{sign}%m{sign}{short}"))
    style = DateStyle("dmy", _formats(f"%d{sign}%m{sign}{year}"), ambiguous=True)
    if sign == ".":
        return _with_order(style, "dmy")
    if any(m["m"] for m in matches):
        style = _with_order(style, "mdy")
    day_first = sum(int(m["a"]) > 12 for m in matches)
    month_first = sum(int(m["b"]) > 12 for m in matches)
    if not (day_first or month_first):
        day_first, month_first = _firsts_of_months(matches)
    return _settle(style, day_first, month_first)


def _firsts_of_months(matches: Sequence[re.Match[str]]) -> tuple[int, int]:
    """Return how many dates begin a month, by day first and by month first.

    Over a year of them in one order would be nothing but early days of January in the other.
    """
    found = {(int(m["a"]), int(m["b"]), m["c"]) for m in matches}
    day_first, month_first = ({date[part] for date in found} == {1} for part in (0, 1))
    enough = len(found) if len(found) > 12 else 0
    return day_first * enough, month_first * enough


def _settle(style: DateStyle, day_first: int, month_first: int) -> DateStyle:
    if day_first == month_first:
        return style
    return _with_order(style, "dmy" if day_first > month_first else "mdy")


def _with_order(style: DateStyle, order: str) -> DateStyle:
    if style.order == order:
        return DateStyle(order, style.formats)
    swap = {"%d": "%m", "%m": "%d"}
    turned = tuple(re.sub("%[dm]", lambda m: swap[m[0]], f) for f in style.formats)
    return DateStyle(order, turned)


def _formats(day: str) -> tuple[str, ...]:
    return tuple(f"{day}{time}" for time in TIMES)
