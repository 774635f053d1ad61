"""Writes the names of months, days and units of time that Babel's data has into `names.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from babel import Locale
from babel.units import format_unit

from service_quality.ingest.columns import vocabulary
from service_quality.ingest.columns.no_answer import folded
from service_quality.ingest.columns.vocabulary import SECONDS

FILE = Path(vocabulary.__file__).with_name("names.json")
# Some countries write a language in their own way: Sept, Jänner, hrs.
LOCALES = ("en", "en_GB", "fr", "fr_CA", "de", "de_AT", "es", "pt", "pt_PT", "it", "nl")
# Whose months are read where they are not another month in one of those above.
NEIGHBOURS = ("pl", "cs", "sk", "sv", "da", "nb", "ro", "ca")
# What the data lacks: how programs abbreviated March, a dative, and plurals of short forms.
MORE_MONTHS = {"mrz": 3}
MORE_UNITS = {
    "days": ("tagen",),
    "hours": ("hrs", "uren"),
    "minutes": ("mins",),
    "seconds": ("secs",),
    "weeks": ("wks",),
}
LENGTHS: tuple[Literal["long", "short", "narrow"], ...] = ("long", "short", "narrow")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def names() -> dict[str, Any]:
    """Return what `names.json` holds."""
    return {
        "months": _months(NEIGHBOURS) | _months(LOCALES) | MORE_MONTHS,
        "days": _days(),
        "units": {unit: sorted({*_unit(unit), *MORE_UNITS[unit]}) for unit in SECONDS},
        "quarters": _quarters(),
        "ands": _ands(),
    }


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


def _days() -> list[str]:
    return sorted(
        {
            folded(str(name)).strip(".")
            for locale in map(Locale.parse, (*LOCALES, *NEIGHBOURS))
            for context in ("format", "stand-alone")
            for width in ("wide", "abbreviated")
            for name in locale.days[context][width].values()
        }
    )


def _quarters() -> list[str]:
    texts = (
        folded(str(name))
        for locale in _locales()
        for width in ("wide", "abbreviated")
        for name in locale.quarters["format"][width].values()
    )
    found = {word for text in texts for word in re.findall(r"[a-z]+", text)}
    return sorted(found - {"st", "nd", "rd", "th", "er", "e", "o", "de"} | {"qtr"})


def _ands() -> list[str]:
    patterns = (str(locale.list_patterns["standard"]["2"]) for locale in _locales())
    return sorted({p.replace("{0}", "").replace("{1}", "").strip() for p in patterns})


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


if __name__ == "__main__":
    FILE.write_text(json.dumps(names(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
