"""The reader's language: texts through gettext, numbers, dates and durations through Babel."""

from __future__ import annotations

import gettext as _gettext
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

# Languages whose numbers and dates are written the reader's way, by their own names.
LANGUAGES = {"en": "English", "fr": "Français"}
DEFAULT_LOCALE = "en_GB"
MOST_TEXTS = 10_000  # of numbers and dates that are kept as they were written
NO_VALUE = "–"
SPACE = "\u00a0"  # a number never parts from its unit at the end of a line
MINUS = "\u2212"

_locale: ContextVar[str] = ContextVar("locale", default=DEFAULT_LOCALE)


def N_(message: str) -> str:  # noqa: N802 - gettext's name for "mark, do not translate yet"
    """Mark a module-level text for translation; translate it with `_()` where it is shown."""
    return message


def _(message: str) -> str:
    """Return `message` in the reader's language."""
    return catalogue(_locale.get()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the singular or plural text in the reader's language."""
    return catalogue(_locale.get()).ngettext(singular, plural, count)


@lru_cache(maxsize=16)
def catalogue(locale: str) -> _gettext.NullTranslations:
    """Return the catalogue of a locale; English, the language of the sources, needs none."""
    folder = Path(__file__).parent / "locale"
    return _gettext.translation("service_quality", folder, languages=[locale], fallback=True)


def current_locale() -> str:
    """Return the locale of this thread or session, such as `fr_FR`."""
    return _locale.get()


def current_language() -> str:
    """Return the language of this thread or session: `en` or `fr`."""
    return _locale.get().partition("_")[0]


def set_locale(tag: str | None) -> None:
    """Use the locale of a browser's tag (`fr-FR`); an unknown one means the default."""
    _locale.set(known_locale(tag))


@contextmanager
def using(tag: str | None) -> Iterator[None]:
    """Use a locale within a `with` block only."""
    token = _locale.set(known_locale(tag))
    try:
        yield
    finally:
        _locale.reset(token)


@lru_cache(maxsize=256)
def known_locale(tag: str | None) -> str:
    """Return `fr_CA` for `fr-CA`, or the default where the language is not one of ours."""
    words = (tag or "").replace("-", "_").split("_")
    if words[0].lower() not in LANGUAGES:
        return DEFAULT_LOCALE
    from babel import Locale, UnknownLocaleError

    language = words[0].lower()
    territory = words[-1].upper() if len(words) > 1 else ""
    try:
        return str(Locale.parse(f"{language}_{territory}" if territory else language))
    except (UnknownLocaleError, ValueError):
        return DEFAULT_LOCALE if language == "en" else language


@lru_cache(maxsize=16)
def _babel(locale: str) -> Locale:
    # Babel takes 60 ms to import: the command line's JSON never needs it.
    from babel import Locale

    return Locale.parse(locale)


# Numbers


def number(value: float | None, decimals: int = 0, *, signed: bool = False) -> str:
    """Return `1,280` or `3.5`; `signed` writes the plus too. No value is a dash, never 0."""
    if value is None:
        return NO_VALUE
    size = round(abs(value), decimals)
    text = _decimal(size, decimals, _locale.get())
    if value < 0 and size:
        return MINUS + text
    return "+" + text if signed and size else text


def ordinal(place: int) -> str:
    """Return a place in an order: `1st`, `28th`; in French `1er`, `28e`."""
    if current_language() == "fr":
        return "1er" if place == 1 else f"{number(place)}e"
    tens = place % 100 in (11, 12, 13)
    return number(place) + ("th" if tens else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th"))


def quoted(text: str) -> str:
    """Return a text between the reader's quotation marks."""
    return _("“{text}”").format(text=text)


def side_by_side(parts: Iterable[str]) -> str:
    """Return parts of a sentence in a row: `one; another`. None make an empty text."""
    text = _("{one}; {another}")
    first, *others = [*parts] or [""]
    return reduce(lambda one, another: text.format(one=one, another=another), others, first)


def size(count: int) -> str:
    """Return the size of a file: `12 kB`, `1.5 GB`."""
    units = (_("kB"), _("MB"), _("GB"))
    least = max(count / 1000, 1.0)
    power = min(max(len(f"{round(least)}") - 1, 0) // 3, len(units) - 1)
    amount = least / 1000**power
    return f"{number(amount, int(amount < 10 and power > 0))}{SPACE}{units[power]}"


@lru_cache(maxsize=MOST_TEXTS)  # Babel takes as long for them as for all else on a page
def _decimal(size: float, decimals: int, locale: str) -> str:
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(size, format=pattern, locale=_babel(locale))


def rate(value: float | None, decimals: int = 1) -> str:
    """Return a rate of 0–1 as `68.2%`, in French with a space: `68,2 %`."""
    if value is None:
        return NO_VALUE
    return number(100 * value, decimals) + (f"{SPACE}%" if current_language() == "fr" else "%")


def points(value: float | None, decimals: int = 1) -> str:
    """Return a difference of two rates (0–1) in percentage points: `−12.9 pts`."""
    if value is None:
        return NO_VALUE
    return _points(100 * value, decimals)


def _points(size: float, decimals: int) -> str:
    unit = ngettext("pt", "pts", grammatical(size, decimals))
    return _with(unit, number(size, decimals, signed=True))


def grammatical(size: float, decimals: int) -> int:
    """Return for `ngettext` the count that a number with decimals is: 0.81 points, 0,81 point."""
    shown = round(abs(size), decimals)
    return 1 if shown == 1 or (current_language() == "fr" and shown < 2) else 2


def nps(value: float | None) -> str:
    """Return a net promoter score of −100…100 as `+32`."""
    return number(value, 0, signed=True)


def duration(minutes: float | None) -> str:
    """Return minutes as `45 min`, `5 h 40` or `3 d 4 h`."""
    if minutes is None:
        return NO_VALUE
    sign, whole = (MINUS if minutes <= -0.5 else ""), round(abs(minutes))
    hours, rest = divmod(whole, 60)
    if whole < 60:
        return _with(_("min"), sign + number(whole))
    if hours < 48:
        tail = f"{SPACE}{rest:02d}" if rest else ""
        return _with(_("h"), sign + number(hours)) + tail
    days, hours = divmod(round(whole / 60), 24)
    tail = SPACE + _with(_("h"), str(hours)) if hours else ""
    return _with(_("d"), sign + number(days)) + tail


def _with(unit: str, digits: str) -> str:
    # Never `_()` within an f-string: `make messages` does not look there.
    return f"{digits}{SPACE}{unit}"


def value(measure: str, x: float | None, decimals: int = 1) -> str:
    """Return a KPI's value as its measure is written; `decimals` for rates and means."""
    if measure == "rate":
        return rate(x, decimals)
    if measure == "nps":
        return nps(x)
    if measure == "duration":
        return duration(x)
    return number(x, decimals if measure == "mean" else 0)


def change(measure: str, x: float | None, decimals: int = 1) -> str:
    """Return a difference of two values, always with its sign: `+35 min`, `−4.0 pts`."""
    if x is None:
        return NO_VALUE
    if measure == "rate":
        return points(x, decimals)
    if measure == "duration":
        return f"+{duration(x)}" if x >= 0.5 else duration(x)
    if measure == "nps":
        return _points(x, 0)
    return number(x, decimals if measure == "mean" else 0, signed=True)


# Dates


def day(at: date | datetime) -> str:
    """Return `31 October 2025`."""
    return _first(at, _date(at, "d MMMM y", "long"))


def short_day(at: date | datetime) -> str:
    """Return `31 Oct 2025`."""
    return _first(at, _date(at, "d MMM y", "medium"))


def day_in_figures() -> str:
    """Return how the reader writes a day in figures: DD/MM/YYYY, MM/DD/YYYY or YYYY-MM-DD."""
    pattern = _babel(_locale.get()).date_formats["short"].pattern
    order = [part for part in dict.fromkeys(pattern) if part in "dMy"]
    full = {"d": "DD", "M": "MM", "y": "YYYY"}
    return ("-" if order[0] == "y" else "/").join(full[part] for part in order)


def _first(at: date, text: str) -> str:
    """Return a day as French writes it: `1er janv. 2025`."""
    return f"1er{text[1:]}" if at.day == 1 and current_language() == "fr" else text


def month(at: date | datetime | str) -> str:
    """Return `Oct 2025`, also of the id `2025-10`."""
    return _date(as_month(at), "MMM y", "MMM y")


def whole_month(at: date | datetime | str) -> str:
    """Return `October 2025`, within a sentence, also of the id `2025-10`."""
    return _date(as_month(at), "MMMM y", "MMMM y")


def month_name(at: date | datetime | str | int) -> str:
    """Return `Oct`, also of the month's number."""
    return _date(date(2000, at, 1) if isinstance(at, int) else as_month(at), "LLL", "LLL")


def weekday_name(number: int, *, full: bool = False) -> str:
    """Return `Mon`, or `Monday` in full; 1 is Monday."""
    pattern = "cccc" if full else "ccc"
    return _date(date(2024, 1, number), pattern, pattern)  # 1 January 2024 was a Monday


def moment(at: datetime) -> str:
    """Return `31 Oct 2025, 14:05`."""
    from babel.dates import format_time

    return f"{short_day(at)}, {format_time(at, 'HH:mm', locale=_babel(_locale.get()))}"


def period(start: date, end: date) -> str:
    """Return `Jan–Oct 2025`, `Nov 2024–Oct 2025` or `2025`, as short as whole months allow."""
    if start.year != end.year:
        return f"{month(start)}–{month(end)}"
    if (start.month, end.month) == (1, 12):
        return str(start.year)
    if start.month == end.month:
        return month(start)
    return f"{month_name(start)}–{month(end)}"


def during(start: date, end: date) -> str:
    """Return a period within a sentence: `in October 2025`, `from January to November 2025`."""
    if (start.year, start.month, end.month) == (end.year, 1, 12):
        return _("in {period}").format(period=start.year)
    last = whole_month(end)
    if (start.year, start.month) == (end.year, end.month):
        return _("in {period}").format(period=last)
    pattern = "MMMM" if start.year == end.year else "MMMM y"
    text = _("from {first} to {last}").format(first=_date(start, pattern, pattern), last=last)
    return re.sub(r"\bde (?=[ao])", "d’", text) if current_language() == "fr" else text


def zone(name: str) -> str:
    """Return the city that a time zone is called by: `Paris`."""
    from babel.dates import get_timezone_location

    return get_timezone_location(name, locale=_babel(_locale.get()), return_city=True)


def as_month(at: date | datetime | str) -> date:
    """Return the first day of a month given as a date or as `2025-10`."""
    if isinstance(at, str):
        return date(int(at[:4]), int(at[5:7]), 1)
    return date(at.year, at.month, 1)


def _date(at: date, pattern: str, style: str) -> str:
    locale = _locale.get()
    # Every English reader gets day month year: 03/04 and 04/03 would meet on one link.
    return _day(at, pattern if locale.startswith("en") else style, locale)


@lru_cache(maxsize=MOST_TEXTS)
def _day(at: date, pattern: str, locale: str) -> str:
    from babel.dates import format_date

    return str(format_date(at, pattern, locale=_babel(locale)))
