"""What a cell says beside its value: a day without a time, an hour that comes twice, an end.

Notes are words such as `solved_at:day`, each between two spaces; null for nearly all rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from service_quality.definitions import statuses
from service_quality.ingest.columns import vocabulary
from service_quality.ingest.columns.mapping import Mapped, Plan
from service_quality.warehouse.engine import Cursor

DAY, EARLY, UNKNOWN = "day", "early", "unknown"
STATUS = "status"
# What a cell with a time of day holds: 14:05, 9h12, 2 PM, T1405, or seconds since 1970.
CLOCK = r"\d\s*[:hH]|\d\s*[apAP]\.?\s?[mM]\b|\dT\d|\d{9}"
OFFSET = (
    rf"(?i)\d(z|\s?utc|\s?gmt)|[+-]\d{{2}}:?(\d{{2}})?$|\d{{9}}|({'|'.join(vocabulary.ZONES)})$"
)
ZONE = re.compile(r"\$zone\b")
ENOUGH = 3  # cells of a column that are all at midnight: it holds days
EARLY_ROWS = 10_000  # which mostly tell already that a column has times of day
YEARS = range(1980, 2050)


def sql(plan: Plan, values: Sequence[str], texts: Sequence[Sequence[str]], zone: str) -> str:
    """Return the SQL of a row's notes; `values` and `texts` are the SQL of each column's own.

    Few rows have any, so each is asked for at little cost first: whether a time is midnight, and
    whether it lies in a month in which the clocks are put back.
    """
    conditions, notes = [], []
    for mapped, value, cells in zip(plan.columns, values, texts, strict=True):
        if mapped.column.kind != "time" or mapped.duration:
            continue
        name, midnight, *late = mapped.column.name, *questions(value, zone)
        conditions.append(midnight)
        notes.append(f"case when {midnight} and {_says_a_day(cells[0])} then '{name}:{DAY}' end")
        for doubtful in late:
            conditions.append(f"({doubtful} and {_in_a_zone(mapped, cells[0])})")
            notes.append(
                f"case when {doubtful} and {_in_a_zone(mapped, cells[0])} and"
                f" {_utc(mapped, cells)} < timezone('UTC', timezone($zone, {value}))"
                f" then '{name}:{EARLY}' end"
            )
    if not conditions:
        return "cast(null as varchar)"
    note = f"concat_ws(' ', {', '.join(notes)})"
    return f"case when {' or '.join(conditions)} then nullif(' ' || {note} || ' ', '  ') end"


def questions(value: str, zone: str) -> list[str]:
    """Return the SQL that says for which times the text of the cell is looked at."""
    months = ", ".join(map(str, put_back(zone)))
    midnight = f"{value} = date_trunc('day', {value})"
    return [midnight, f"month({value}) in ({months})"] if months else [midnight]


def listed(notes: str) -> str:
    """Return the SQL of a row's notes as a list."""
    return f"coalesce(string_split(trim({notes}), ' '), [])"


def joined(notes: str) -> str:
    """Return the SQL of a list of notes as one text: sorted, each between two spaces.

    A text, for rows with lists get new numbers when they are updated.
    """
    return f"nullif(' ' || array_to_string(list_sort(list_distinct({notes})), ' ') || ' ', '  ')"


def of_other_forms(cursor: Cursor, columns: Sequence[Mapped], zone: str) -> None:
    """Note days and early hours among the cells that were not read in their column's own form."""
    for mapped in columns:
        name, text = mapped.column.name, f"unread.{mapped.column.name}"
        if mapped.duration or mapped.column.kind != "time":
            continue
        update = "update staged set notes = coalesce(notes, ' ') || '{} ' where {}"
        midnight = f"{name} = date_trunc('day', {name}) and {_says_a_day(text)}"
        cursor.execute(update.format(f"{name}:{DAY}", f"unread is not null and {midnight}"))
        months = ", ".join(map(str, put_back(zone))) or "null"
        doubtful = (
            f"unread is not null and month({name}) in ({months})"
            f" and regexp_matches({text}, '{OFFSET}')"
        )
        if cursor.execute(f"select 1 from staged where {doubtful} limit 1").fetchall():
            utc = ZONE.sub("'UTC'", mapped.other.format(text))
            early = f"{doubtful} and {utc} < timezone('UTC', timezone($zone, {name}))"
            cursor.execute(update.format(f"{name}:{EARLY}", early), {"zone": zone})


def of_statuses(cursor: Cursor, plan: Plan) -> None:
    """Note why tickets ended whose status tells it with a rest: `Closed as duplicate`."""
    if plan.dataset.kind != "tickets" or STATUS not in plan.mapped:
        return
    found = cursor.execute(f"select distinct {STATUS} from staged where {STATUS} is not null")
    written: dict[str, list[str]] = {}
    for (status,) in found.fetchall():
        if reason := statuses.by_rest(status):
            written.setdefault(reason, []).append(status)
    for reason, each in written.items():
        cursor.execute(
            f"update staged set notes = coalesce(notes, ' ') || '{STATUS}:{reason} '"
            f" where {STATUS} in (select unnest($written::varchar[]))",
            {"written": each},
        )


def days(cursor: Cursor, plan: Plan) -> tuple[str, ...]:
    """Return the columns that hold days: every cell does, so an empty one is one of days too.

    Workbooks write midnight behind a day: where all times of a file are midnight, none is a time.
    """
    every = [m.column.name for m in plan.columns if m.column.kind == "time" and not m.duration]
    times = _without_time_early(cursor, every) if every else []
    if not times:
        return ()
    counts = ", ".join(
        f"count({name}), count(*) filter (where {name} = date_trunc('day', {name})),"
        f" count(*) filter (where contains(notes, ' {name}:{DAY} '))"
        for name in times
    )
    found = cursor.execute(f"select {counts} from staged").fetchall()[0]
    filled, midnights, noted = found[::3], found[1::3], found[2::3]
    no_times = times == every and midnights == filled and max(filled) >= ENOUGH
    return tuple(
        name
        for name, some, days in zip(times, filled, noted, strict=True)
        if some and (days == some or no_times)
    )


def _without_time_early(cursor: Cursor, names: Sequence[str]) -> list[str]:
    """Return those columns of which no early row has a time of day: the others hold no days."""
    timed = ", ".join(f"bool_or({name} <> date_trunc('day', {name}))" for name in names)
    found = cursor.execute(f"select {timed} from (from staged limit {EARLY_ROWS})").fetchall()
    return [name for name, any_timed in zip(names, found[0], strict=True) if not any_timed]


def with_days(names: Sequence[str]) -> str:
    """Return the SQL of the notes of a staged row, those of whole columns among them."""
    if not names:
        return f"case when notes is not null then {joined(listed('notes'))} end"
    days = ", ".join(f"'{name}:{DAY}'" for name in names)
    return joined(f"{listed('notes')} || [{days}]")


@cache
def put_back(zone: str) -> tuple[int, ...]:
    """Return the months in which the clocks of a zone were ever put back by an hour or so."""
    there = ZoneInfo(zone)
    firsts = [datetime(year, month, 1, tzinfo=UTC) for year in YEARS for month in range(1, 13)]
    offsets = [first.astimezone(there).utcoffset() for first in firsts]
    known = [offset for offset in offsets if offset is not None]
    pairs = zip(firsts, known, known[1:], strict=False)
    return tuple(sorted({at.month for at, now, then in pairs if then < now}))


def _says_a_day(cell: str) -> str:
    return f"not regexp_matches({cell}, '{CLOCK}')"


def _in_a_zone(mapped: Mapped, cell: str) -> str:
    """Return the SQL that says whether a time is told with its offset, or by its header's zone."""
    return "true" if "$zone_" in mapped.value else f"regexp_matches({cell}, '{OFFSET}')"


def _utc(mapped: Mapped, cells: Sequence[str]) -> str:
    return ZONE.sub("'UTC'", mapped.value.format(*cells))
