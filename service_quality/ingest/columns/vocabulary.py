"""Names of months, days and units of time in many languages, as Babel's data has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Literal

from babel import Locale
from babel.units import format_unit

from service_quality.definitions import queries
from service_quality.ingest.columns.no_answer import folded
from service_quality.warehouse.engine import Cursor, share_macros

# Some countries write a language in their own way: Sept, Jänner, hrs.
LOCALES = ("en", "en_GB", "fr", "fr_CA", "de", "de_AT", "es", "pt", "pt_PT", "it", "nl")
# Whose months are read where they are not another month in one of those above.
NEIGHBOURS = ("pl", "cs", "sk", "sv", "da", "nb", "ro", "ca")
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
# What the data lacks: how programs abbreviated March, a dative, and plurals of short forms.
MORE_MONTHS = {"mrz": 3}
MORE_UNITS = {
    "days": ("tagen",),
    "hours": ("hrs", "uren"),
    "minutes": ("mins",),
    "seconds": ("secs",),
    "weeks": ("wks",),
}
# How a sentence counts one, as in `an hour`: no data has the indefinite articles.
ONE = ("a", "an", "un", "une", "ein", "eine", "einer", "una", "uno", "um", "uma", "een")
LENGTHS: tuple[Literal["long", "short", "narrow"], ...] = ("long", "short", "narrow")
# Half years, and weeks of the calendar, which the data counts but does not name.
HALVES = ("h", "s", "hy", "half", "hj", "halbjahr", "semester", "semestre", "semestr")
CALENDAR_WEEKS = ("kw", "cw", "s")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@cache
def months() -> dict[str, int]:
    """Return the number of each month by its names, whole or cut to three letters or more.

    Names are in lower case, without accents; what could be two months is none.
    """
    return _months(NEIGHBOURS) | _months(LOCALES) | MORE_MONTHS


def _months(languages: Sequence[str]) -> dict[str, int]:
    found: dict[str, set[int]] = {}
    for locale in map(Locale.parse, languages):
        for context in ("format", "stand-alone"):
            for number, name in locale.months[context]["wide"].items():
                for word in _spellings(str(name)):
                    for end in range(3, len(word) + 1):
                        found.setdefault(word[:end], set()).add(number)
            for number, name in locale.months[context]["abbreviated"].items():
                for word in _spellings(str(name)):
                    found.setdefault(word, set()).add(number)
    sure = {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}
    return {name: number for name, number in sure.items() if name.isascii() and name.isalpha()}


@cache
def days() -> frozenset[str]:
    """Return the names of the days of the week, whole and short."""
    return frozenset(
        folded(str(name)).strip(".")
        for locale in map(Locale.parse, (*LOCALES, *NEIGHBOURS))
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for name in locale.days[context][width].values()
    )


@cache
def units() -> dict[str, tuple[str, ...]]:
    """Return the names of each unit of time, long and short, by its English plural."""
    return {unit: tuple(sorted({*_unit(unit), *MORE_UNITS[unit]})) for unit in SECONDS}


@cache
def quarters() -> tuple[str, ...]:
    """Return the words for a quarter of a year, whole and short: quarter, T for trimestre."""
    texts = (
        folded(str(name))
        for locale in _locales()
        for width in ("wide", "abbreviated")
        for name in locale.quarters["format"][width].values()
    )
    found = {word for text in texts for word in re.findall(r"[a-z]+", text)}
    return tuple(sorted(found - {"st", "nd", "rd", "th", "er", "e", "o", "de"} | {"qtr"}))


@cache
def ands() -> tuple[str, ...]:
    """Return the words for "and"."""
    patterns = (str(locale.list_patterns["standard"]["2"]) for locale in _locales())
    return tuple(sorted({p.replace("{0}", "").replace("{1}", "").strip() for p in patterns}))


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


def all_macros() -> str:
    """Return what makes them."""
    parts = (queries.load(f"ingest/{name}").sql for name in ("macros", "times", "places"))
    return ";".join([sql(), *parts])


def _locales() -> Iterator[Locale]:
    return map(Locale.parse, LOCALES)


def _spellings(name: str) -> set[str]:
    """Return a name without accents, and with umlauts as two letters."""
    return {folded(name).strip("."), folded(name.lower().translate(UMLAUTS)).strip(".")}


def _unit(unit: str) -> Iterator[str]:
    for locale in LOCALES:
        for length in LENGTHS:
            for number in (1, 2):
                text = format_unit(number, f"duration-{unit[:-1]}", length, locale=locale)
                word = folded(text.replace(str(number), "")).strip(".")
                if word.isalpha():
                    yield word


def _offset(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _any(names: Iterable[str]) -> str:
    """Return a pattern that matches any of the names, the longest first."""
    return f"(?:{'|'.join(sorted(names, key=lambda name: (-len(name), name)))})"
