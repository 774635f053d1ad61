"""Times of another zone: a column that is hours off, as the other times of its rows tell."""

from __future__ import annotations

from dataclasses import dataclass

from service_quality.base import voice
from service_quality.base.errors import NotUnderstoodError
from service_quality.base.language import N_, _
from service_quality.ingest.columns.dates import SHIFT
from service_quality.ingest.columns.decisions import Decision
from service_quality.ingest.read.table import Table
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.stage.issues import Issue
from service_quality.ingest.stage.staged import Staged
from service_quality.warehouse.engine import Cursor
from service_quality.warehouse.schema import record

STEP = 30  # minutes: zones lie whole or half hours apart
FARTHEST = 14 * 60
FEW = 3  # rows, below which nothing is told by them
MOST = 0.8  # of the rows have to be out of order before a column is taken for one of another zone
SHOWN = 5
OUT_OF_ORDER = N_("{first} before {then}")


@dataclass(frozen=True)
class Pair:
    """A time that lies between two others of its row."""

    start: str
    between: str
    end: str


def mend(
    cursor: Cursor, table: Table, staged: Staged, instructions: Instructions
) -> tuple[Decision, ...]:
    """Shift the times of a column that was written in another zone, and say so.

    Only where most rows are out of order and one shift puts them all in order. Raises
    NotUnderstoodError where several would. What a person said of the column is done instead.
    """
    decisions = []
    for pair in _pairs(staged):
        given = instructions.dates.get(pair.between)
        if given is not None:
            if (minutes := minutes_of(given)) is not None:
                _shift(cursor, pair.between, minutes)
            continue
        shifts = _shifts(cursor, pair)
        if len(shifts) > 1:
            raise NotUnderstoodError(
                _which(table, staged, pair),
                table.headers,
                tuple(f"--dates {pair.between}={written(each)}" for each in (0, *shifts)),
            )
        if shifts:
            _shift(cursor, pair.between, shifts[0])
            decisions.append(_said(staged, pair, shifts[0]))
    return tuple(decisions)


def out_of_order(cursor: Cursor, staged: Staged) -> tuple[Issue, ...]:
    """Return a notice for each pair of times of which the later one usually comes first.

    Pairs that a rule of the dataset looks at already are left to it.
    """
    dataset, mapped = staged.plan.dataset, set(staged.plan.mapped)
    ruled = {(rule.uses[1], rule.uses[0]) for rule in dataset.rules if len(rule.uses) == 2}
    issues = []
    for first, then in dataset.in_order:
        if not {first, then} <= mapped or (first, then) in ruled:
            continue
        # A day without a time lasts until its end.
        whole = f"{then} + case when {_is_day(then)} then interval 1 day else interval 0 day end"
        late = f"date_trunc('minute', {first}) > {whole}"
        found = cursor.execute(
            f"select count(*), min(struct_pack(record := {record()}, cell := cast({first} as"
            f" varchar)), {SHOWN}) from staged where {late}"
        ).fetchall()
        count, examples = found[0]
        if count:
            text = _(OUT_OF_ORDER).format(
                first=_(dataset.column(first).title), then=_(dataset.column(then).title)
            )
            rows = tuple((each["record"], each["cell"]) for each in examples)
            issues.append(Issue(first, "out_of_order", count, rows, text, rejects=False))
    return tuple(issues)


def minutes_of(given: str) -> int | None:
    """Return the minutes of a shift such as `-5h` or `+5h30`; None for other words."""
    found = SHIFT.match(given.strip().lower())
    if not found:
        return None
    return (60 * int(found[2]) + int(found[3] or 0)) * (1 if found[1] == "+" else -1)


def written(minutes: int) -> str:
    """Return a shift as a person says it: -300 is `-5h`; none at all is `local`."""
    if not minutes:
        return "local"
    hours, half = divmod(abs(minutes), 60)
    return f"{'+' if minutes > 0 else '-'}{hours}h{'30' if half else ''}"


def _pairs(staged: Staged) -> list[Pair]:
    """Return the times that lie between two others, all three read from columns of the file."""
    order = staged.plan.dataset.in_order
    columns = {m.column.name for m in staged.plan.columns if len(m.texts) == 1}
    return [
        Pair(start, between, end)
        for start, between in order
        for other, end in order
        if other == between and (start, end) in order and {start, between, end} <= columns
    ]


def _shifts(cursor: Cursor, pair: Pair) -> list[int]:
    """Return the minutes that, added to the time between, put every row in order.

    Times may be cut to the minute, so that a reply of 10:38:35 comes with a solution of 10:38.
    A day without a time says nothing of hours.
    """
    names = (pair.start, pair.between, pair.end)
    timed = " and ".join(f"{name} is not null and not {_is_day(name)}" for name in names)
    start, between, end = (f"date_trunc('minute', {name})" for name in names)
    found = cursor.execute(
        f"select count(*), count(*) filter (where {between} not between {start} and {end}),"
        f" max(datediff('minute', {between}, {start})), min(datediff('minute', {between}, {end}))"
        f" from staged where {timed} and {start} <= {end}"
    ).fetchall()
    rows, wrong, least, most = found[0]
    if rows < FEW or wrong < MOST * rows:
        return []
    return [m for m in range(-FARTHEST, FARTHEST + 1, STEP) if m and least <= m <= most]


def _is_day(name: str) -> str:
    return f"({name} = date_trunc('day', {name}))"


def _shift(cursor: Cursor, name: str, minutes: int) -> None:
    cursor.execute(
        f"update staged set {name} = {name} + to_minutes($minutes) where {name} is not null",
        {"minutes": minutes},
    )


def _header(staged: Staged, name: str) -> str:
    return next(m.header for m in staged.plan.columns if m.column.name == name)


def _said(staged: Staged, pair: Pair, minutes: int) -> Decision:
    return Decision(
        pair.between,
        _header(staged, pair.between),
        "zone",
        _("times of another zone, shifted by {hours}").format(hours=_hours(minutes)),
        _("read as they stand, most lie after “{end}” or before “{start}”; so, none does").format(
            start=_header(staged, pair.start), end=_header(staged, pair.end)
        ),
        say=f"--dates {pair.between}=local",
    )


def _which(table: Table, staged: Staged, pair: Pair) -> str:
    text = _(
        "{file}: in most rows “{header}” lies after “{end}” or before “{start}”, as if it was "
        "written in another zone. By how many hours is not told."
    ).format(
        file=table.name,
        header=_header(staged, pair.between),
        start=_header(staged, pair.start),
        end=_header(staged, pair.end),
    )
    words = _(
        "Say it with --dates {column}=-5h, or --dates {column}=local to take it as it stands."
    )
    return text + voice.typed(words.format(column=pair.between))


def _hours(minutes: int) -> str:
    hours, half = divmod(abs(minutes), 60)
    return f"{'+' if minutes > 0 else '−'}{hours}:{'30' if half else '00'} h"
