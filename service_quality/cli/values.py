"""What one word of the command line may be: a day, a year, a number; a sentence where it is not."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import MAXYEAR, MINYEAR, date
from math import isfinite

from service_quality.base import settings


def day(text: str) -> date:
    """Return a day such as 2024-03-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is not a day such as 2024-03-31.") from None


def month(text: str) -> date:
    """Return the first day of a month such as 2024-03."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = date.min
    if not 1900 <= found.year <= 2200:
        raise ArgumentTypeError(f"{text} is not a month such as 2024-03.")
    return found


def web_address(text: str) -> str:
    """Return the address of a site, such as https://quality.example.org."""
    if not settings.WEB_ADDRESS.fullmatch(text):
        raise ArgumentTypeError(f"{text} is not an address such as https://quality.example.org.")
    return text


def year(text: str) -> int:
    """Return a year that has one before it and one after it."""
    if text.isdecimal() and MINYEAR < int(text) < MAXYEAR:
        return int(text)
    raise ArgumentTypeError(f"{text} is not a year such as 2024.")


def number(text: str) -> float:
    """Return a number, with a point or a comma."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise ArgumentTypeError(f"{text} is not a number such as 0.5.")
    return value
