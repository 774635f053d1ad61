"""Waits that a file gives as durations: their unit, and the time that they lead to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service_quality.ingest.columns import vocabulary
from service_quality.ingest.columns.no_answer import folded, says_nothing

SECONDS = {unit: n for unit, n in vocabulary.SECONDS.items() if unit != "weeks"}
UNITS = (*SECONDS, "hms")
CLOCK = "clock"
# A single letter is a unit only in brackets; `in minutes within business hours` is in minutes.
IN_BRACKETS = r"\((?:in|en|em)?\s*(?:{names})\.?\)"
AFTER_IN = r"\b(?:in|en|em)\s+(?:{names})\b"
ANYWHERE = r"\b(?:{names})\b"
NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)?$")
ZERO_DAYS = ("1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01")


@dataclass(frozen=True)
class Unit:
    """The unit of a column of durations: how many seconds a bare number counts, None: none.

    `clock` is none: such cells are times of day, and lead to a time of the day they stand beside.

    `zero` is the day from which durations written as moments of 1900 are counted; `why` is
    said, header or values.
    """

    name: str
    seconds: int | None
    zero: str = "1899-12-31"
    why: str = "values"


def unit_of(given: str | None, header: str, values: Sequence[str]) -> Unit | None:
    """Return the unit: as said, else as the header says, else as the values show; None: ask.

    Values that show their unit themselves (2:15:00, 2h 15m) need none, whatever the header says.
    """
    zero = _zero(values)
    if given:
        return Unit(given, SECONDS.get(given), zero, "said")
    cells = [value for value in values if not says_nothing(value, of_times=True)]
    bare = [value for value in cells if NUMBER.match(value.replace("\u202f", "").replace(" ", ""))]
    named = unit_in(header)
    if len(bare) * 2 < len(cells):
        return Unit("hms", SECONDS.get(named or ""), zero)
    if named:
        return Unit(named, SECONDS[named], zero, "header")
    return None if bare else Unit("hms", None, zero)


def unit_in(header: str) -> str | None:
    """Return the unit that a header names: `First response time (in hrs)` is in hours."""
    words = re.sub(r"[_.]", " ", folded(header))
    for pattern in (IN_BRACKETS, AFTER_IN, ANYWHERE):
        for unit in SECONDS:
            names = vocabulary.units()[unit]
            used = [name for name in names if len(name) > 1 or pattern == IN_BRACKETS]
            if re.search(pattern.format(names="|".join(used)), words):
                return unit
    return None


def sql(time: str, duration: str, number: str, unit: Unit) -> str:
    """Return the SQL of the local time at which a duration that began at a time ends.

    It is added to the instant, so that a wait of a day stays one when the clocks are changed
    meanwhile. A negative duration leads nowhere.
    """
    if unit.name == CLOCK:
        half = f"regexp_replace(upper({duration}), '[\\s.]', '', 'g')"  # of a day: 9:12 a. m.
        half = f"try_strptime({half}, ['%I:%M%p', '%I:%M:%S%p'])"
        seconds = (
            f"coalesce(read_duration({duration}, null, null, timestamp '{unit.zero}'),"
            f" epoch({half}) - epoch(date_trunc('day', {half})))"
        )
        return (
            f"case when {seconds} between 0 and 1e10 then {time}"
            f" + to_microseconds(cast(round({seconds} * 1e6) as bigint)) end"
        )
    factor = "null" if unit.seconds is None else str(unit.seconds)
    seconds = f"read_duration({duration}, {number}, {factor}, timestamp '{unit.zero}')"
    return (
        f"case when {seconds} between 0 and 1e10 then timezone($zone, timezone($zone, {time})"
        f" + to_microseconds(cast(round({seconds} * 1e6) as bigint))) end"
    )


def _zero(values: Sequence[str]) -> str:
    """Return the earliest day among durations such as 1900-01-01 00:02:23: it counts as none."""
    days = [value[:10] for value in values if value[:10] in ZERO_DAYS]
    return min(days, default="1899-12-31")
