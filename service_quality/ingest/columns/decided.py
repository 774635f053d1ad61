"""Puts what was decided about a column into words, with the words that would decide otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from service_quality.base import language
from service_quality.base.language import N_, _
from service_quality.ingest.columns.dates import DateStyle, zone_of
from service_quality.ingest.columns.decisions import Decision
from service_quality.ingest.columns.durations import CLOCK, Unit
from service_quality.ingest.columns.numbers import NumberStyle
from service_quality.ingest.columns.scales import Answers
from service_quality.ingest.columns.terms import Term
from service_quality.ingest.columns.years import season
from service_quality.ingest.read.table import Table

ORDERS = {
    "dmy": N_("day first"),
    "mdy": N_("month first"),
    "ymd": N_("year first"),
    "iso": N_("year first"),
    "my": N_("month and year"),
    "excel": N_("numbers of days, as Excel counts them"),
    "epoch": N_("seconds since 1970, made local time"),
    "stated": N_("as stated"),
}
WHY = {
    "values": N_("its values tell"),
    "rest": N_("the whole column tells"),
    "neighbours": N_("as in the other columns of the file"),
    "others": N_("as in the other columns of the file"),
    "dots": N_("with points, the day comes first"),
    "said": N_("you said so"),
    "header": N_("its header says so"),
    "nothing": N_("nothing tells otherwise"),
}
HOW = {
    "words": N_("words read as points of the scale {scale}: {points}"),
    "stars": N_("stars read as points of the scale {scale}: {points}"),
    "fractions": N_("marks out of a whole read as points of the scale {scale}: {points}"),
    "groups": N_("groups read as marks of the scale {scale}: {points}"),
    "labels": N_("labelled points read by their numbers: {points}"),
    "labels of a scale": N_(
        "labelled points read by their numbers, on the scale {scale}: {points}"
    ),
}

YEAR = re.compile(r"^\s*\d{4}(\.0+)?\s*$")
MONTH = re.compile(r"^\s*\d{4}-\d\d\s*$")


def of_dates(name: str, table: Table, at: int, style: DateStyle, telling: str) -> Decision | None:
    """Say how a column writes its dates, by a cell that shows it; nothing where none is read."""
    if not style.order:
        return None
    what = _("months by their names") if style.form == "named" else _(ORDERS[style.order])
    other = {"dmy": "month-first", "mdy": "day-first"}.get(style.order)
    say = f"--dates {name}={other}" if other and style.form != "named" else None
    return Decision(name, table.headers[at], "dates", what, _(WHY[style.why]), telling, say)


def of_periods(name: str, table: Table, at: int, example: str) -> Decision:
    """Say which month a week, a quarter or half a year is counted in."""
    what = _("a quarter or half a year is counted in its first month, a week in its Thursday's")
    why = _("a month is expected here")
    return Decision(name, table.headers[at], "dates", what, why, example)


def of_years(name: str, table: Table, at: int, seasons: bool) -> Decision | None:
    """Say that a season, a financial year or a date stands for one year."""
    why = WHY["values"]
    values = table.values(table.headers[at])
    shown = next((v for v in values if season(v) and (seasons or not MONTH.match(v))), None)
    if shown:
        what = _("seasons and financial years, each by the year in which it ends")
        return Decision(name, table.headers[at], "dates", what, _(why), shown)
    dated = next((v for v in values if not YEAR.match(v)), None)
    if dated is None:
        return None
    what = _("the year of each date")
    return Decision(name, table.headers[at], "dates", what, _(why), dated)


def of_offsets(name: str, table: Table, at: int, some: int, without: int, example: str) -> Decision:
    """Say that times with an offset were made local, and how many had none."""
    if without:
        what = _(
            "{some} times with an offset are made local time; {without} without one are kept as "
            "they are"
        )
    else:
        what = _("times with an offset are made local time")
    return Decision(
        name,
        table.headers[at],
        "zone",
        what.format(some=language.number(some), without=language.number(without)),
        _("an offset says which moment is meant"),
        example,
    )


def of_zone(name: str, table: Table, at: int, style: DateStyle) -> Decision:
    """Say that a column's times are those of another zone."""
    zone = str(style.zone).replace("Etc/GMT", "GMT")
    why = WHY["header" if zone_of(table.headers[at]) else "said"]
    return Decision(
        name,
        table.headers[at],
        "zone",
        _("times of {zone} are made local time").format(zone=zone),
        _(why),
        say=f"--dates {name}=local",
    )


def of_number(
    name: str, table: Table, term: Term, styles: Mapping[int, NumberStyle]
) -> Decision | None:
    """Say how a column writes its numbers, where there was something to decide."""
    style = styles.get(term.at)
    if style is None or style.example is None:
        return None
    what = _("decimal comma") if style.comma else _("decimal point")
    if style.out_of:
        what = _("{sign}; each out of {whole}").format(sign=what, whole=style.out_of)
    if style.money:
        what = _("{sign}; money, so that brackets mean minus").format(sign=what)
    return Decision(name, table.headers[term.at], "numbers", what, _(WHY[style.why]), style.example)


def of_unit(name: str, table: Table, terms: Sequence[Term], unit: Unit) -> Decision:
    """Say in which unit a column of durations is, the second of two terms."""
    at = terms[1].at
    units = {
        "seconds": _("durations in seconds"),
        "minutes": _("durations in minutes"),
        "hours": _("durations in hours"),
        "days": _("durations in days"),
        "hms": _("durations written as hours, minutes and seconds"),
        CLOCK: _("times of the day that stands beside them"),
    }
    example = next(iter(table.values(table.headers[at])), None)
    say = f"--unit {name}={'hours' if unit.name != 'hours' else 'minutes'}"
    if unit.name == CLOCK:
        say = f"--map {name}={table.headers[terms[0].at]}"
    return Decision(
        name, table.headers[at], "unit", units[unit.name], _(WHY[unit.why]), example, say
    )


def of_answers(
    name: str, table: Table, at: int, answers: Answers, constants: Mapping[str, str]
) -> Decision:
    """Say which point each answer in words is, and the scale that the words state."""
    points = sorted(answers.points.items(), key=lambda p: (p[1], p[0]))[:12]
    text = ", ".join(f"{word} = {point:g}" for word, point in points)
    other = answers.others[0] if answers.others else None
    how = "labels of a scale" if answers.how == "labels" and answers.scale else answers.how
    return Decision(
        name,
        table.headers[at],
        "scale",
        _(HOW[how]).format(scale=answers.scale, points=text),
        _("all its answers belong to one list")
        if answers.how == "words"
        else _("all its answers are written so"),
        points[0][0],
        f"--set {name}_scale={other}" if other and f"{name}_scale" in constants else None,
    )


def of_scale(
    scale: str, table: Table, used: Mapping[str, Sequence[Term]], stated: Mapping[str, str]
) -> Decision:
    """Say that a header states the scale of its answers."""
    name, why = scale.removesuffix("_scale"), WHY["header"]
    what = _("answers on the scale {scale}").format(scale=stated[scale])
    return Decision(name, table.headers[used[name][0].at], "scale", what, _(why))


def of_ids(name: str, table: Table, at: int) -> Decision:
    """Say that the spaces within ids are only there to be read."""
    example = next(iter(table.values(table.headers[at])), None)
    return Decision(
        name,
        table.headers[at],
        "ids",
        _("spaces between digits are left out"),
        _("all its values are digits in groups"),
        example,
    )
