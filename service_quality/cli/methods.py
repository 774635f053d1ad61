"""The command line's methods on a file of one's own: spc, waits, mix."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from math import isnan
from pathlib import Path
from typing import Any, TypeAlias

from service_quality.base import file_name
from service_quality.base.errors import RefusedError, UsageError
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.cli import printing, values
from service_quality.definitions.datasets.base import Column
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.warehouse.engine import Row

# What a command prints: the JSON document, the rows of its table, and lines below them.
Printed: TypeAlias = tuple[dict[str, Any], list[Row], list[str]]

SERIES = (
    Column("date", "time", "", ("day", "month", "jour", "mois"), needed=True),
    Column("value", "number", "", ("valeur",)),
)
WAITS = (
    Column("hours", "number", "", ("heures",), needed=True),
    Column("replied", "yes_no", "", ("answered", "repondu"), needed=True),
)
SEGMENTS = (
    Column("segment", "text", "", needed=True),
    Column("period", "text", "", ("periode",), needed=True),
    Column("n", "number", "", needed=True),
    Column("rate", "number", "", ("taux",)),
)


def add_to(
    commands: Any,
    common: Callable[[argparse.ArgumentParser], None],
    flag: Callable[[argparse.ArgumentParser, str], None],
) -> None:
    """Add the three commands; `common` gives each the flags that say how a file is written.

    `flag` gives one of those that are said of a column. Each command sets `method`: a function of
    the arguments, the instructions and the settings.
    """
    spc = commands.add_parser("spc", help="signal or noise: columns date, value")
    spc.add_argument("--better", choices=("higher", "lower", "neither"), default="higher")
    spc.add_argument("--target", type=values.number)
    spc.add_argument("--no-screen", action="store_true", help="keep moves out of the ordinary")
    spc.add_argument("--fix-after", type=int, metavar="N", help="limits from the first N points")
    spc.add_argument("--rebase", action="append", default=[], type=values.day, metavar="DATE")
    flag(spc, "--dates")
    spc.set_defaults(method=_spc)
    waits = commands.add_parser("waits", help="how long people wait: columns hours, replied")
    waits.set_defaults(method=_waits)
    mix = commands.add_parser("mix", help="mix or merit: columns segment, period, n, rate")
    mix.set_defaults(method=_mix)
    for command in (spc, waits, mix):
        command.add_argument("file", metavar="FILE")
        common(command)


def _spc(arguments: argparse.Namespace, instructions: Instructions, settings: Settings) -> Printed:
    from service_quality.methods import judgeable

    if arguments.fix_after is not None and arguments.fix_after < 2:
        raise UsageError(
            _("--fix-after {n}: limits need two points.").format(n=arguments.fix_after)
        )
    found = _read(arguments, SERIES, instructions, settings)
    ordered = sorted(found.rows, key=lambda row: row["date"])
    for before, row in pairwise(ordered):
        if before["date"] == row["date"]:
            twice = _("stands in row {row} too").format(row=before["row"])
            raise found.refuse(row, "date", twice, _day(row["date"]))
    days = [row["date"] for row in ordered]
    judged = judgeable.judge(
        [row["value"] for row in ordered],
        better=arguments.better,
        target=arguments.target,
        screen=not arguments.no_screen,
        fix_after=arguments.fix_after,
        starts=[_start(days, day) for day in arguments.rebase],
        months=_months(days),
    )
    chart = judged.chart
    names = ("value", "mean", "lower", "upper", "rule", "verdict")
    points = [
        {"date": _day(day), **{name: getattr(point, name) for name in names}}
        for day, point in zip(days, chart.points, strict=True)
    ]
    document = {
        "points": points,
        # A short series keeps what its rules say beside the word that it is short.
        "variation": chart.variation if chart.too_short else judged.variation,
        "assurance": chart.assurance,
        "too_short": chart.too_short,
        "no_verdict": judged.reason,
        "reason": _reason(judged.reason) if judged.reason else None,
    }
    if judged.reason:
        return document, points, [_reason(judged.reason)]
    return document, points, _lines(document, ("variation", "assurance"))


def _reason(why: str) -> str:
    """Return in words why a series gets no verdict."""
    from service_quality.methods import spc

    texts = {
        "too_short": _("too short to judge: fewer than {n} values").format(n=spc.ENOUGH),
        "few_values": _("too few different values to judge"),
        "season": _("not judged: the season alone may explain it"),
        "carries_over": _("not judged: each value resembles the one before it"),
    }
    return texts[why]


def _months(days: Sequence[datetime]) -> list[int]:
    """Return the months of a series by month, by which a season is known; else none."""
    months = [12 * day.year + day.month for day in days]
    return months if len(set(months)) == len(months) else []


def _start(days: Sequence[datetime], rebase: date) -> int:
    """Return the first point on or after a day; there is one, or the day is a slip."""
    place = next((i for i, day in enumerate(days) if day.date() >= rebase), None)
    if place is None:
        raise UsageError(
            _("--rebase {day} lies after the last date, {last}.").format(
                day=rebase, last=_day(days[-1]) if days else "–"
            )
        )
    return place


def _waits(
    arguments: argparse.Namespace, instructions: Instructions, settings: Settings
) -> Printed:
    import numpy as np

    from service_quality.methods import waits

    found = _read(arguments, WAITS, instructions, settings)
    found.check("hours", lambda hours: hours >= 0, _("is negative"))
    hours, replied = ([row[name] for row in found.rows] for name in ("hours", "replied"))
    curve = waits.curve(np.array(hours), np.array(replied))
    if curve is None:
        raise _no_rows(arguments.file)
    steps = [
        {"hours": float(t), "answered": float(share), "low": _known(low), "high": _known(high)}
        for t, share, low, high in zip(
            curve.times, curve.answered, curve.low, curve.high, strict=True
        )
    ]
    document = {
        "median": curve.quantile(0.5),
        "p90": curve.quantile(0.9),
        "n": curve.n,
        "answered": curve.replies,
        "curve": steps,
    }
    return document, steps, _lines(document, ("median", "p90", "n", "answered"))


def _mix(arguments: argparse.Namespace, instructions: Instructions, settings: Settings) -> Printed:
    import numpy as np

    from service_quality.methods import mix

    found = _read(arguments, SEGMENTS, instructions, settings)
    found.check("n", lambda n: n >= 0, _("is negative"))
    periods = _two_periods(arguments.file, [row["period"] for row in found.rows])
    cells: dict[tuple[str, str], Row] = {}
    for row in found.rows:
        if row["rate"] is None and row["n"]:
            raise found.refuse(row, "rate", _("the cell is empty"))
        key = (row["segment"], row["period"])
        if key in cells:
            why = _("stands in row {row} too, for the same period").format(row=cells[key]["row"])
            raise found.refuse(row, "segment", why, row["segment"])
        cells[key] = row
    names = list(dict.fromkeys(segment for segment, _period in cells))
    absent: Row = {"n": 0.0, "rate": None}
    of = {p: [cells.get((name, p), absent) for name in names] for p in periods}
    parts = [
        np.array([row[part] for row in of[p]], float) for p in periods for part in ("n", "rate")
    ]
    split = mix.decompose(*parts)
    if split is None:
        raise RefusedError(_("{file}: one period has no cases.").format(file=found.file))
    segments = [
        {"segment": name, "within": float(within), "mix": float(part)}
        for name, within, part in zip(names, split.withins, split.mixes, strict=True)
    ]
    document = {
        "from": periods[0],
        "to": periods[1],
        "before": split.before,
        "after": split.after,
        "total": split.total,
        "within": split.within,
        "mix": split.mix,
        "segments": segments,
    }
    return document, segments, _lines(document, [name for name in document if name != "segments"])


def _two_periods(file: str, periods: Iterable[str]) -> list[str]:
    """Return the two periods: by their years or numbers, else as they come in the file."""
    found = list(dict.fromkeys(periods))
    if not found:
        raise _no_rows(file)
    if len(found) != 2:
        raise RefusedError(
            _("{file} has {n} periods ({periods}); a comparison needs two.").format(
                file=file_name.readable(Path(file).name), n=len(found), periods=", ".join(found[:5])
            )
        )
    return sorted(found) if all(period[:4].isdigit() for period in found) else found


def _read(
    arguments: argparse.Namespace,
    columns: Sequence[Column],
    instructions: Instructions,
    settings: Settings,
) -> Any:
    from service_quality.ingest.columns.named import read_columns

    return read_columns(Path(arguments.file), columns, instructions, settings.timezone)


def _no_rows(file: str) -> RefusedError:
    return RefusedError(
        _("{file} has a header and no rows.").format(file=file_name.readable(Path(file).name))
    )


def _day(at: datetime) -> str:
    return at.date().isoformat() if at.time() == time() else at.isoformat()


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)


def _lines(document: Row, names: Iterable[str]) -> list[str]:
    return [f"{name}: {printing.cell(document[name])}" for name in names]
