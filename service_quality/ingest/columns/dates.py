"""Decides how a column writes its dates: from the whole column, and its neighbours if it must."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import available_timezones

from service_quality.base.errors import UsageError
from service_quality.base.language import _
from service_quality.ingest.columns import vocabulary
from service_quality.ingest.columns.no_answer import folded, says_nothing

# `t` is a time as computers write it, `odd` any other: 09h12, at 9.12, 9:12 a. m., 9 Uhr; behind
# a sign such as a dash only what no second date can be.
PARTS = re.compile(
    r"^(?P<a>\d{1,4})(?P<s>[-/. ])(?P<b>\d{1,2}|[^\W\d_]{3,}\.?)(?P=s)(?P<c>\d{4}|\d{2})"
    r"(?:(?P<t>(?P<j>, ?|[T ]+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:\s*[AaPp][Mm])?)"
    r"|(?P<odd>[,\s](?:\s|[^\W\d_]{1,4}\.?\s)*\d{1,2}\s?(?:[:.hHaApP].*|[Uu](?:hr|ur)\.?)"
    r"|\s[-–—|@·]\s(?:[^\W\d_]{1,4}\.?\s)*\d{1,2}\s?"
    r"(?::\d.*|[hH]\s?\d.*|[hH][a-z]{0,4}|[Uu](?:hr|ur)|[aApP]\.?\s?[mM].*)))?$"
)
CLOCK_FIRST = re.compile(
    r"^\d{1,2}(?::\d{2}(?::\d{2})?(?:\s?[ap]\.?\s?m\.?)?|\s?h(?:\s?\d{2}(?:\s?min)?)?)"
    r"(?:\s(?:uhr|uur|hrs?|hs?|u)\.?)?,?\s+(?:[-–—|@·]\s)?(?:[^\W\d_]{1,4}\.?\s)?(?=\S*\d)",
    re.I,
)
# A time of day, alone in its cell: 09:12, 9:12:30, 9h12, 9h, 9:12 AM.
CLOCK = re.compile(
    r"^([01]?\d|2[0-3])(:[0-5]\d(:[0-5]\d(\.\d+)?)?(\s?[aApP]\.?\s?[mM]\.?)?|\s?[hH]\s?([0-5]\d)?)$"
)
HAS_CLOCK = re.compile(r"\d\s*[:hH]|\d\s*[apAP]\.?\s?[mM]\b|\dT\d")
# What may stand before a date: `le 03/06/2025`, `el 3 de junio`.
ARTICLES = {"le", "el", "il", "am", "den", "vom", "on", "op", "em", "du", "dia"}
BEFORE = re.compile(r"^(?:[^\W\d_]+\.?,?\s){1,2}(?=\d)")
# A day alone, its order told: said of days with a time, or with other signs, it means the same.
DAY_ALONE = re.compile(r"^%(?:d([-/. ])%m|m([-/ ])%d)(?:\1|\2)%[Yy](?=,|$)")
MONTH_YEAR = re.compile(r"^(\d{1,2})([-/.])(\d{4})$")
ISO = re.compile(
    r"^(\d{4}-\d{1,2}(-\d{1,2}([T ]+\d{1,2}([:.hH\d].*)?)?)?|\d{8}[T ]\d{2}:?\d{2}.*)$"
)
OF_A_ZONE = r":\d{2}(?:[:.]\d[\d.]*)?(?:\s?[ap]\.?\s?m\.?)?\s?"
OFFSET = re.compile(
    r"\d(Z|\s?UTC|\s?GMT|\+\d{2})$|\d(Z|[+-]\d{2}:?\d{2})?\[[^\]]+\]$"
    r"|(?::\d{2}|T\d{4}|T\d{6})(?:[:.]\d[\d.]*)?\s?[+-]\d{2}:?\d{2}$"
    rf"|{OF_A_ZONE}({'|'.join(vocabulary.ZONES)})$",
    re.IGNORECASE,
)
SHARED_ZONE = re.compile(rf"{OF_A_ZONE}({'|'.join(vocabulary.SHARED_ZONES)})$", re.IGNORECASE)
BESIDE_A_DATE = re.compile(
    rf"{CLOCK_FIRST.pattern}|^\d{{8}}[T ]\d|(?:UTC|GMT)\s?[+-]\d{{1,2}}$"
    rf"|{OF_A_ZONE}(?:{'|'.join(sorted(vocabulary.ZONES.keys() - {'z', 'utc', 'gmt'}))})$",
    re.IGNORECASE,
)
ZONE_OF_HEADER = re.compile(r"\b(?:utc|gmt)\b\s*(?P<hours>[+-]\d{1,2})?", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{3,}")
# Words of three letters and more that stand in a date.
BESIDE = {"del", "las", "alle", "ore", "uhr", "gmt", "utc", "min"}
PLAIN = re.compile(r"^\d+([.,]\d+)?$")
TIMES = ("", " %H:%M:%S", " %H:%M", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
# What a person may say instead of a pattern.
SPOKEN = ("day-first", "month-first", "utc", "local", "excel", "epoch", "-5h", "+5h30")
# Hours to be added to times of another zone: `shifts` does it when the rows are read.
SHIFT = re.compile(r"^([+-])(\d{1,2})h(30)?$")


@dataclass(frozen=True)
class DateStyle:
    """How a column writes dates.

    `form` is iso (8601), pattern (strptime `formats` to try in turn), named (months by their
    names), digits (day and month in `order`), other (any of these, with the name of a zone behind
    or the time before), excel or epoch (numbers). `order` is dmy, mdy, ymd or iso, "" where no
    value could be read; `ambiguous` when nothing in the column tells day from month. `rest` is
    dmy or mdy where dates that begin with the year stand among others, whose order these show.
    `zone` is that of times without an offset, where it is not the warehouse's; `shared` the names
    of zones behind times that mean this one. `why` says how it was found out.
    """

    order: str = "iso"
    formats: tuple[str, ...] = ()
    ambiguous: bool = False
    form: str = "iso"
    zone: str | None = None
    why: str = "values"
    rest: str = ""
    shared: tuple[str, ...] = ()


def decide(
    samples: Mapping[str, Sequence[str]],
    votes: Callable[[str], tuple[int, int]],
    given: Iterable[str] = (),
) -> dict[str, DateStyle]:
    """Return the style of each column.

    `samples` gives values by column; `votes` scans a whole column for how many of its dates can
    only be day first and how many only month first, and is asked only where the sample leaves a
    doubt. The majority decides; the others are no dates. A column that stays in doubt follows
    the other columns of its file, and what a person stated of them, `given`; if all do,
    `ambiguous` is set.
    """
    styles = {name: _from_values(values) for name, values in samples.items()}
    for name, style in styles.items():
        if style.ambiguous:
            styles[name] = _settle(style, *votes(name), "rest")
    orders = Counter(
        s.order for s in styles.values() if s.order in ("dmy", "mdy") and not s.ambiguous
    )
    orders.update(order for text in given if (order := _order_of(text)))
    if len(orders) == 1:
        order = next(iter(orders))
        styles = {
            n: _with_order(s, order, "neighbours") if s.ambiguous else s for n, s in styles.items()
        }
    return styles


def stated(given: str, found: DateStyle) -> DateStyle:
    """Return the style that a person gave: a strptime pattern, one of `SPOKEN`, or a zone.

    A zone may follow behind a comma. `found` is what the values tell by themselves. UsageError
    for other words.
    """
    first, _comma, last = given.rpartition(",")
    if first and is_zone(last):
        return stated(last, stated(first, found))
    if alone := DAY_ALONE.match(given.strip()):
        return stated("day-first" if alone[1] else "month-first", found)
    if "%" in given:
        # Of a month, or of a day without signs: also that of one with a time.
        formats = (given,) if re.search("%[HIMSpfT]", given) else _formats(given, ())
        return DateStyle("stated", formats, form="pattern", why="said")
    word = given.strip().lower()
    if word in ("day-first", "month-first"):
        order = "dmy" if word == "day-first" else "mdy"
        return DateStyle(order, form="digits", zone=found.zone, why="said")
    if word in ("excel", "epoch"):
        return DateStyle(word, form=word, why="said")
    if SHIFT.match(word):
        return replace(found, why="said")
    if word in ("utc", "local"):
        return replace(found, zone="UTC" if word == "utc" else None, why="said")
    if is_zone(given):
        return replace(found, zone=given.strip(), why="said")
    raise UsageError(
        _("{said} is no pattern of dates such as %d/%m/%Y, nor one of: {known}.").format(
            said=given, known=", ".join((*SPOKEN, "Europe/Paris"))
        )
    )


def is_pattern(given: str) -> bool:
    """Whether a person gave a strptime pattern that says more than which comes first."""
    return "%" in given and not DAY_ALONE.match(given.strip())


def is_zone(given: str) -> bool:
    """Whether a person names a zone, as the world's list of them does, or the warehouse's own."""
    word = given.strip()
    return word.lower() in ("utc", "local") or ("/" in word and word in available_timezones())


def shared_zones(values: Iterable[str]) -> tuple[str, ...]:
    """Return the names behind times that several zones have, such as IST."""
    found = (SHARED_ZONE.search(value.strip()) for value in values)
    return tuple(sorted({match[1].lower() for match in found if match}))


def _order_of(given: str) -> str | None:
    """Return the order of day and month that a person stated of a column, if any."""
    word = given.strip().lower()
    found = {"day-first": "dmy", "month-first": "mdy"}.get(word)
    match = re.match(r"%([dm])[^%]*%([dm])", given)
    return found or ({"d": "dmy", "m": "mdy"}[match[1]] if match else None)


def zone_of(header: str) -> str | None:
    """Return the zone that a header such as `Submit Date (UTC)` names, else None."""
    match = ZONE_OF_HEADER.search(header)
    if not match:
        return None
    hours = int(match["hours"] or 0)
    # Names of zones count the other way round: Etc/GMT-2 is two hours before Greenwich.
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def sql(style: DateStyle, text: str, name: str, parameters: dict[str, object]) -> tuple[str, str]:
    """Return SQL that reads a text in the column's own form, and in any other sure form.

    Parameters that they name are put into `parameters`; `$zone` is the warehouse's zone.
    """
    inner = "$zone"
    if style.shared:
        text = f"regexp_replace({text}, '(?i)\\s?({'|'.join(style.shared)})$', '')"
    if style.zone:
        parameters[f"zone_{name}"] = style.zone
        inner = f"$zone_{name}"
    if style.form == "pattern":
        parameters[f"dates_{name}"] = list(style.formats)
        read = f"cast(try_strptime({text}, $dates_{name}::varchar[]) as timestamp)"
    else:
        read = {
            "iso": f"read_iso({text}, {inner})",
            "named": f"read_named({text}, {inner})",
            "digits": f"read_digits({text}, '{style.order}', {inner})",
            "other": f"read_other_date({text}, '{style.order}', {inner})",
            "excel": f"read_excel({text})",
            "epoch": f"read_epoch({text}, {inner})",
        }[style.form]
    order = style.order if style.order in ("dmy", "mdy") else style.rest
    # What a person stated, and what numbers mean, is not mixed with anything else.
    closed = style.order == "stated" or style.form in ("excel", "epoch")
    date = f"without_progress({text})"
    other = "cast(null as timestamp)" if closed else f"read_other_date({date}, '{order}', {inner})"
    if style.zone:
        read, other = (f"timezone($zone, timezone({inner}, {at}))" for at in (read, other))
    return read, other


def _from_values(values: Sequence[str]) -> DateStyle:
    values = [value.strip() for value in values if not says_nothing(value, of_times=True)]
    style = _of_texts(values)
    beside = sum(bool(BESIDE_A_DATE.search(value)) for value in values) * 2 > len(values)
    if beside and style.form in ("iso", "pattern", "digits"):
        return replace(style, form="other", formats=())
    return style


def _of_texts(values: Sequence[str]) -> DateStyle:
    if values and all(PLAIN.match(value) for value in values):
        return _of_numbers(values)
    isoish = sum(bool(ISO.match(value)) for value in values)
    if isoish == len(values):  # no other form can be that of more: not looked for
        return _iso([m for value in values if (m := PARTS.match(value)) and m["b"].isdigit()])
    matches = [m for value in values if (m := PARTS.match(_without_words(value)))]
    digits = [m for m in matches if m["b"].isdigit()]
    named = sum(_names_month(value) for value in values)
    if named > max(isoish, len(digits)):
        return DateStyle("dmy", form="named")
    months = [found for value in values if (found := MONTH_YEAR.match(value))]
    if len(months) > max(isoish, len(digits)):
        return DateStyle("my", (f"%m{months[0][2]}%Y",), form="pattern")
    year_first = [m for m in digits if len(m["a"]) == 4]
    year_last = [m for m in digits if len(m["a"]) < 3]
    if len(year_last) > max(isoish, len(year_first)):
        return _of_parts(year_last)
    rest = _of_parts(year_last) if year_last else DateStyle(order="")
    if not (isoish or year_first or year_last):
        return DateStyle(order="")
    style = _of_year_first(year_first) if len(year_first) > isoish else _iso(year_first)
    return replace(style, rest="" if rest.ambiguous else rest.order)


def is_date(text: str) -> bool:
    """Whether a cell is a date, in digits or with its month by name; a period is none."""
    if ISO.match(text):  # as most of them do
        return True
    text = CLOCK_FIRST.sub("", text)
    first, blank, rest = text.partition(" ")
    if blank and first.lower() in ARTICLES:
        text = rest
    if ISO.match(text) or PARTS.match(text):
        return True
    words = WORD.findall(folded(text))
    found = [word for word in words if word in vocabulary.months()]
    others = {*words} - {*found} - vocabulary.days() - BESIDE
    return len(found) == 1 and not others and len(re.findall(r"\d+", text)) > 1


def are_days(values: Iterable[str]) -> bool:
    """Whether cells hold days, and none a time of day."""
    days = [value for value in values if not says_nothing(value, of_times=True)]
    return bool(days) and all(is_date(day) and not HAS_CLOCK.search(day) for day in days)


def are_numbers_of_dates(values: Sequence[str]) -> bool:
    """Whether numbers can be days that Excel counts, seconds since 1970, or 20240331."""
    return _of_numbers(values).form != "iso"


def _without_words(text: str) -> str:
    """Return a date without what may stand before it: `Tue 03/06/2025`, `09:12 le 03/06/2025`."""
    return BEFORE.sub("", CLOCK_FIRST.sub("", text))


def _names_month(text: str) -> bool:
    """Whether a text with a day or a year in it names its month by a word."""
    words = WORD.findall(folded(text))
    return any(word in vocabulary.months() for word in words) and bool(re.search(r"\d", text))


def _of_numbers(values: Sequence[str]) -> DateStyle:
    """Return what numbers mean in a column of dates: days of Excel, seconds of 1970, or 20240331.

    Only where all of them lie between 1980 and the end of this century.
    """
    numbers = [number for value in values if (number := float(value.replace(",", ".")))]
    if numbers and all(29221 <= n < 73050 for n in numbers):
        return DateStyle("excel", form="excel")
    for scale in (1, 1e3, 1e6):
        if numbers and all(315532800 <= n / scale < 4102444800 for n in numbers):
            return DateStyle("epoch", form="epoch")
    if all(re.fullmatch(r"(19[89]|20\d)\d(0[1-9]|1[0-2])([0-2]\d|3[01])", v) for v in values):
        return DateStyle("ymd", ("%Y%m%d",), form="pattern")
    for more, form in (("", "%H%M"), ("[0-5]\\d", "%H%M%S")):
        if all(
            re.fullmatch(rf"20\d\d(0[1-9]|1[0-2])[0-3]\d[0-2]\d[0-5]\d{more}", v) for v in values
        ):
            return DateStyle("ymd", (f"%Y%m%d{form}",), form="pattern")
    if all(re.fullmatch(r"(19[89]|20\d)\d(0[1-9]|1[0-2])", v) for v in values):
        return DateStyle("ymd", ("%Y%m",), form="pattern")
    return DateStyle()


def _iso(matches: Sequence[re.Match[str]]) -> DateStyle:
    """Return the style of 2024-03-31, or of 2024-31-03 where the column shows days so."""
    if _day_before_month(matches):
        return _of_year_first(matches)
    return DateStyle()


def _of_year_first(matches: Sequence[re.Match[str]]) -> DateStyle:
    sign = Counter(m["s"] for m in matches).most_common(1)[0][0]
    joints = tuple(dict.fromkeys(m["j"] for m in matches if m["j"]))[:2]
    inner = f"%d{sign}%m" if _day_before_month(matches) else f"%m{sign}%d"
    return DateStyle("ymd", _formats(f"%Y{sign}{inner}", joints), form="pattern")


def _day_before_month(matches: Sequence[re.Match[str]]) -> bool:
    days = sum(int(m["b"]) > 12 for m in matches)
    return days > 0 and not any(int(m["c"][-2:]) > 12 for m in matches)


def _of_parts(matches: Sequence[re.Match[str]]) -> DateStyle:
    """Return the style of dates that end with the year, all in digits."""
    sign = Counter(m["s"] for m in matches).most_common(1)[0][0]
    odd = sum(m["odd"] is not None for m in matches) * 2 > len(matches)
    matches = [m for m in matches if m["s"] == sign]
    year = "%Y" if any(len(m["c"]) == 4 for m in matches) else "%y"
    joints = tuple(dict.fromkeys(m["j"] for m in matches if m["j"]))[:2]
    formats = () if odd else _formats(f"%d{sign}%m{sign}{year}", joints)
    form = "digits" if odd else "pattern"
    style = DateStyle("dmy", formats, ambiguous=True, form=form)
    if sign == ".":
        return _with_order(style, "dmy", "dots")
    day_first = sum(int(m["a"]) > 12 for m in matches)
    month_first = sum(int(m["b"]) > 12 for m in matches)
    if not (day_first or month_first):
        day_first, month_first = _firsts_of_months(matches)
    return _settle(style, day_first, month_first, "values")


def _firsts_of_months(matches: Sequence[re.Match[str]]) -> tuple[int, int]:
    """Return how many dates begin a month, by day first and by month first.

    Over a year of them in one order would be nothing but early days of January in the other.
    """
    found = {(int(m["a"]), int(m["b"]), m["c"]) for m in matches}
    day_first, month_first = ({date[part] for date in found} == {1} for part in (0, 1))
    enough = len(found) if len(found) > 12 else 0
    return day_first * enough, month_first * enough


def _settle(style: DateStyle, day_first: int, month_first: int, why: str) -> DateStyle:
    if day_first == month_first:
        return style
    return _with_order(style, "dmy" if day_first > month_first else "mdy", why)


def _with_order(style: DateStyle, order: str, why: str) -> DateStyle:
    if style.order == order:
        return replace(style, ambiguous=False, why=why)
    swap = {"%d": "%m", "%m": "%d"}
    turned = tuple(re.sub("%[dm]", lambda m: swap[m[0]], f) for f in style.formats)
    return replace(style, order=order, formats=turned, ambiguous=False, why=why)


def _formats(day: str, joints: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        f"{day}{time.replace(' ', joint, 1)}"
        for joint in dict.fromkeys((" ", *joints))
        for time in TIMES
        if time or joint == " "
    )
