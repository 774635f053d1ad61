"""The curve of waits and the hours of the week: what stands out, and its sentence.

The chart marks the same gap and the same blocks that the sentences name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings.certainty import reached
from service_quality.findings.names import shown as entity
from service_quality.findings.replies import SOLVED
from service_quality.findings.verdict import Verdict
from service_quality.measures.intervals import indicative

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi

Row = Mapping[str, Any]
MOST_CURVES = 5


@dataclass(frozen=True)
class Gap:
    """Where two curves lie furthest apart, at one of the usual bounds; shares 0–1."""

    minutes: int
    now: float
    before: float


@dataclass(frozen=True)
class Week:
    """What stands out in a week: the busiest hour, and the block with the longest waits.

    Both are rows of `Answers.waits_by_hour`; only a block of at least 30 cases can be `longest`,
    None where there are not two of them, or where all wait alike. `hours` is a block's length.
    """

    busiest: Row
    longest: Row | None
    hours: int


def gap(now: Row, before: Row | None) -> Gap | None:
    """Return where a curve lies furthest from that of a year before; None where it does not.

    Of few cases nothing is said to be more or fewer.
    """
    if before is None or indicative(now["n"]) or indicative(before["n"]):
        return None
    old = before.get("within") or {}
    known = [
        Gap(minutes, share, old[minutes])
        for minutes, share in now["within"].items()
        if share is not None and old.get(minutes) is not None
    ]
    widest = max(known, key=lambda gap: abs(gap.now - gap.before), default=None)
    if widest is None or language.rate(widest.now) == language.rate(widest.before):
        return None
    return widest


def curve(kpi: Kpi, found: Gap | None) -> str:
    """Return the title of the curve of waits: where it lies furthest from a year before."""
    if found is None:
        return _("{kpi}: the share by time passed").format(kpi=kpi.title)
    if kpi.id == SOLVED and found.now < found.before:
        text = _("Fewer were solved within {time}: {now}, a year before {before}")
    elif kpi.id == SOLVED:
        text = _("More were solved within {time}: {now}, a year before {before}")
    elif found.now < found.before:
        text = _("Fewer had an answer within {time}: {now}, a year before {before}")
    else:
        text = _("More had an answer within {time}: {now}, a year before {before}")
    return text.format(
        time=language.duration(found.minutes),
        now=language.rate(found.now),
        before=language.rate(found.before),
    )


def of_gap(kpi: Kpi, found: Gap | None, now: Row, before: Row | None) -> Verdict | None:
    """Return how the gap between two curves was read; None without one."""
    if found is None or before is None:
        return None
    text = _("answered within {time}").format(time=language.duration(found.minutes))
    numbers = (
        (_("cases"), language.number(now["n"])),
        (_("cases a year before"), language.number(before["n"])),
        (text, language.rate(found.now)),
        (_("a year before"), language.rate(found.before)),
        (_("difference"), language.points(found.now - found.before)),
    )
    open_ = _("The bound with the widest gap is shown; at the others it is narrower, or turned.")
    return Verdict(curve(kpi, found), "kaplan_meier", numbers, open_)


def largest(rows: Sequence[Row], dimension: str, focus: str | None) -> list[str | None]:
    """Return the values of a dimension to draw curves of: the most frequent ones, and ours."""
    ordered = sorted((row for row in rows if row["n"]), key=lambda row: -row["n"])
    names = [row[dimension] for row in ordered]
    kept = names[:MOST_CURVES]
    ours = focus is not None and focus in names and focus not in kept
    return [*kept[:-1], focus] if ours else kept


def week(found: Row) -> Week | None:
    """Return what stands out in a week; None where the data knows days but no hours."""
    arrivals = found["arrivals"]
    if len({row["hour"] for row in arrivals}) < 2:
        return None
    busiest = max(arrivals, key=lambda row: row["n"])
    sure = [row for row in found["blocks"] if not row["indicative"]]
    alike = len({row["median"] for row in sure}) < 2
    longest = None if alike else max(sure, key=_wait)
    return Week(busiest, longest, found["hours"])


def arrivals(found: Week) -> str:
    """Return the title of the picture of when customers write."""
    text = _("Busiest hour: {weekday}, {hours} ({n} cases)")
    when = _hours(found.busiest["hour"], 1)
    day = language.weekday_name(found.busiest["weekday"], full=True)
    return text.format(weekday=day, hours=when, n=language.number(found.busiest["n"]))


def longest_waits(found: Week) -> str:
    """Return the title of the picture of how long customers wait, by when they wrote."""
    row = found.longest
    if row is None:
        return _("Half are answered within …, by when they wrote")
    if row["median"] is None:
        text = _("Those of {weekday}, {hours}, wait longest: not half of them have an answer")
    else:
        text = _("Those of {weekday}, {hours}, wait longest: half of them {wait} or more")
    return text.format(
        weekday=language.weekday_name(row["weekday"], full=True),
        hours=_hours(row["hour"], found.hours),
        wait=language.duration(row["median"]),
    )


def of_week(found: Week) -> Verdict | None:
    """Return how the longest waits of a week were found; None where there are none."""
    row = found.longest
    if row is None:
        return None
    numbers = (
        (_("cases in this block"), language.number(row["n"])),
        (_("half are answered within"), reached(row["median"])),
        (_("hours in a block"), language.number(found.hours)),
    )
    open_ = _("One block of many is always the longest; whether it stays so, the next months tell.")
    return Verdict(longest_waits(found), "kaplan_meier", numbers, open_)


def week_key(found: Row) -> str:
    """Return what brackets and dots stand for in the picture of the waits, where there are any."""
    parts = []
    if any(row["indicative"] for row in found["blocks"]):
        parts.append(_("In brackets: fewer than 30 cases, indicative."))
    if any(row["median"] is None for row in found["blocks"]):
        parts.append(_("“…”: not half of them have an answer yet."))
    return " ".join(parts)


def curve_rows(row: Row) -> list[dict[str, Any]]:
    """Return the table of a curve: the share answered within each time, with its interval."""
    names = {"minutes": "times", "share": "shares", "low": "low", "high": "high"}
    columns = [row[name] for name in names.values()]
    return [dict(zip(names, step, strict=True)) for step in zip(*columns, strict=True)]


def block(row: Row, hours: int) -> str:
    """Return a block of the week: `Monday, 09:00–12:00`."""
    day = language.weekday_name(row["weekday"], full=True)
    return _("{weekday}, {hours}").format(weekday=day, hours=_hours(row["hour"], hours))


def week_rows(found: Row) -> list[dict[str, Any]]:
    """Return the table of the blocks of a week: when, n, and the half of the waits."""
    return [{**row, "block": block(row, found["hours"])} for row in found["blocks"]]


def acknowledged(found: Row) -> str:
    """Return the line on automatic acknowledgements; none needs no line."""
    if not found["acknowledged"]:
        return ""
    text = _(
        "Acknowledged automatically: {acknowledged} of {n} e-mails ({share}), half of those within"
        " {time}. That is no reply; without any other answer: {nothing_else}."
    )
    return text.format(
        acknowledged=language.number(found["acknowledged"]),
        n=language.number(found["n"]),
        share=language.rate(found["acknowledged"] / found["n"]),
        time=language.duration(found["median"]),
        nothing_else=language.number(found["nothing_else"]),
    )


def named(row: Row, dimension: str) -> str:
    """Return the name of a curve with its n, marked where that is small."""
    text = _("{name} (n = {n}, indicative)") if row["indicative"] else _("{name} (n = {n})")
    return text.format(name=entity(row[dimension], dimension), n=language.number(row["n"]))


def clock(hour: int) -> str:
    """Return a full hour as a clock shows it."""
    return _("{hour}:00").format(hour=f"{hour:02d}")


def _hours(first: int, hours: int) -> str:
    return _("{first}:00–{last}:00").format(first=f"{first:02d}", last=f"{first + hours:02d}")


def _wait(row: Row) -> float:
    wait = row["median"]
    return float("inf") if wait is None else float(wait)
