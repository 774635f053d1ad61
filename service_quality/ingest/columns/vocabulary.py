"""Names of months, days and units of time in many languages, as Babel's data has them.

They are written down in `names.json`: to look them up takes longer than to read a small file.
`python -m tests.ingest.names_of_babel` writes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from service_quality.definitions import queries
from service_quality.warehouse.engine import Cursor, share_macros

# Names of zones in minutes from Greenwich, where the world has one of that name.
ZONES = {
    **dict.fromkeys(("z", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("cet", "mez", "met", "bst", "west", "wat"), 60),
    **dict.fromkeys(("cest", "mesz", "mest", "eet", "sast", "cat"), 120),
    **dict.fromkeys(("eest", "msk", "eat", "idt"), 180),
    **{"pkt": 300, "wib": 420, "awst": 480, "hkt": 480, "sgt": 480, "jst": 540, "kst": 540},
    **{"acst": 570, "aest": 600, "acdt": 630, "aedt": 660, "nzst": 720, "nzdt": 780},
    **{"ndt": -150, "adt": -180, "nst": -210, "edt": -240, "hae": -240, "est": -300, "hne": -300},
    **{"cdt": -300, "mdt": -360, "mst": -420, "pdt": -420, "akdt": -480, "pst": -480},
    **{"akst": -540, "hst": -600},
}
# Names that several zones have.
SHARED_ZONES = {
    "cst": ("America/Chicago", "Asia/Shanghai"),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
}
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}
# How a sentence counts one, as in `an hour`: no data has the indefinite articles.
ONE = ("a", "an", "un", "une", "ein", "eine", "einer", "una", "uno", "um", "uma", "een")
# Half years, and weeks of the calendar, which the data counts but does not name.
HALVES = ("h", "s", "hy", "half", "hj", "halbjahr", "semester", "semestre", "semestr")
CALENDAR_WEEKS = ("kw", "cw", "s")


@cache
def _names() -> dict[str, Any]:
    return dict(json.loads(Path(__file__).with_name("names.json").read_text(encoding="utf-8")))


@cache
def months() -> dict[str, int]:
    """Return the number of each month by its names, whole or cut to three letters or more.

    Names are in lower case, without accents; what could be two months is none.
    """
    return dict(_names()["months"])


@cache
def days() -> frozenset[str]:
    """Return the names of the days of the week, whole and short."""
    return frozenset(_names()["days"])


@cache
def units() -> dict[str, tuple[str, ...]]:
    """Return the names of each unit of time, long and short, by its English plural."""
    return {unit: tuple(names) for unit, names in _names()["units"].items()}


def quarters() -> tuple[str, ...]:
    """Return the words for a quarter of a year, whole and short: quarter, T for trimestre."""
    return tuple(_names()["quarters"])


def ands() -> tuple[str, ...]:
    """Return the words for "and"."""
    return tuple(_names()["ands"])


def sql() -> str:
    """Return macros with these names, for those in queries/ingest/times.sql."""
    named = months()
    macros = {
        "zone_names()": f"'{_any(ZONES)}'",
        "offset_of_zone(name)": (
            f"{[_offset(zone) for zone in ZONES.values()]}[list_position({list(ZONES)}, name)]"
        ),
        "month_number(name)": (
            f"cast({list(named.values())}[list_position({list(named)}, name)] as varchar)"
        ),
        "and_names()": f"'{_any(ands())}'",
        "one_names()": f"'{_any(ONE)}'",
        "quarter_names()": f"'{_any(quarters())}'",
        "half_names()": f"'{_any(HALVES)}'",
        "week_names()": f"'{_any({*units()['weeks'], *CALENDAR_WEEKS})}'",
        **{f"names_of_{unit}()": f"'{_any(names)}'" for unit, names in units().items()},
    }
    return ";".join(f"create macro {name} as {it}" for name, it in macros.items())


def read_macros(cursor: Cursor) -> None:
    """Give a cursor the macros by which cells are read."""
    share_macros(cursor, all_macros)


@contextmanager
def macros_meanwhile(cursor: Cursor) -> Iterator[None]:
    """Make the macros while something else is done, then give them to the cursor.

    The first of a process take as long as to look at a small file.
    """
    with closing(cursor.cursor()) as own, ThreadPoolExecutor(1) as beside:
        made = beside.submit(read_macros, own)
        yield
        made.result()
    read_macros(cursor)


def all_macros() -> str:
    """Return what makes them."""
    parts = (queries.load(f"ingest/{name}").sql for name in ("macros", "times", "places"))
    return ";".join([sql(), *parts])


def _offset(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _any(names: Iterable[str]) -> str:
    """Return a pattern that matches any of the names, the longest first."""
    return f"(?:{'|'.join(sorted(names, key=lambda name: (-len(name), name)))})"
