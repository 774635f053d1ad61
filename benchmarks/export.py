"""Writes synthetic ticket exports: seeded, with bad rows, repeated ids and updated tickets."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import duckdb

SEED = 20260101
FIRST = datetime(2023, 1, 1)
YEARS_END = datetime(2026, 1, 1)
MONTHLY_SHARE = 50  # a month's export has one row for so many of the three years'
UPDATED_SHARE = 10  # of them, one in so many is a ticket of before

# Everything about ticket i follows from hash(i), so that any part can be written again: exports of
# several moments tell the same story. Popular brands and topics are far more frequent than others,
# and each brand has three of the twelve teams.
TICKETS = """
create or replace temp macro chance(i, salt) as
    (hash(i::bigint, salt::integer, $seed::integer) % 1000000) / 1e6;

create or replace temp macro choice(i, salt, n) as
    cast(floor(n * chance(i, salt) * chance(i, salt)) as integer);

create or replace temp macro minutes(i, salt, mean) as
    to_seconds(cast(-60 * mean * ln(1 - chance(i, salt)) as bigint));
"""

EXPORT = """
copy (
    with chosen as (from ({chosen})),
    timed as (
        select
            *,
            {created} as created,
            created + minutes(i, 1, 600) as replied,
            replied + minutes(i, 2, 2000) as solved
        from chosen
    ),
    seen as (
        select
            *,
            case when replied < {seen_at} and chance(i, 3) > 0.03 then replied end as reply,
            case when solved < {seen_at} and chance(i, 3) > 0.05 then solved end as solution
        from timed
    )
    select
        'T' || lpad(i::varchar, 9, '0') as ticket_id,
        case
            when bad and line % 3 = 0 then '31.02.2024 late'
            when bad and line % 3 = 1 then null
            else created::varchar
        end as created_at,
        coalesce(solution, reply, created) as updated_at,
        reply as first_reply_at,
        case when bad and line % 3 = 2 then created - interval 2 day else solution end as solved_at,
        created + interval 3 day as due_at,
        case when solution is null then 'open' else 'solved' end as status,
        case when reply is null then 0 else 1 + choice(i, 4, 6) end as agent_replies,
        greatest(choice(i, 5, 5) - 2, 0) as reopens,
        'Brand ' || lpad(choice(i, 6, 256)::varchar, 3, '0') as brand,
        'Team ' || (choice(i, 6, 256) + choice(i, 7, 3)) % 12 as team,
        ['email', 'phone', 'chat', 'web'][1 + choice(i, 8, 4)] as channel,
        'Topic ' || choice(i, 9, 8) as topic
    from seen
    order by line
) to '{path}' (format csv, header)
"""

# About 1% of the lines are another version of one of the ten thousand tickets before.
THREE_YEARS = """
select
    line,
    case
        when chance(line, 10) < 0.01 then greatest(line - 1 - choice(line, 11, 10000), 0)
        else line
    end as i,
    chance(line, 12) < 0.001 as bad
from range({rows}) as lines (line)
"""

# The newest tickets of before again, many of them answered since; then new ones.
ONE_MONTH = """
select
    line,
    case when line < {updated} then {first} - 1 - line else {first} + line - {updated} end as i,
    chance({first} + line, 12) < 0.001 as bad
from range({rows}) as lines (line)
"""


def three_years(path: Path, rows: int) -> None:
    """Write an export of `rows` lines: tickets of three years, in the order of their ids."""
    _write(path, rows, THREE_YEARS.format(rows=rows), YEARS_END)


def one_month(path: Path, rows: int, month: int) -> None:
    """Write the export of month 0, 1, … after the three years of `rows` lines.

    It has a fiftieth as many lines, a tenth of them newer versions of known tickets.
    """
    lines = month_rows(rows)
    updated = lines // UPDATED_SHARE
    first = rows + month * (lines - updated)
    chosen = ONE_MONTH.format(rows=lines, updated=updated, first=first)
    _write(path, rows, chosen, month_end(month))


def dirty_twin(clean: Path, path: Path) -> None:
    """Write the same table as a careless export: title lines, `;`, CRLF, a comment with quotes
    and line breaks, rows cut short or one cell too long, blank lines, a footer.
    """
    with clean.open(encoding="utf-8") as lines, path.open("wb") as file:
        file.write("\ufeffTickets of three years\r\nprinted by the help desk\r\n\r\n".encode())
        for number, line in enumerate(lines):
            file.write(_dirty(line.rstrip("\n").replace(",", ";"), number) + b"\r\n")
        file.write(b"Total;" + str(number).encode() + b"\r\n")


def _dirty(line: str, number: int) -> bytes:
    if number == 0:
        return f"{line};comment".encode()
    match number % 10_000:
        case 1:
            line = line.rsplit(";", 3)[0]
        case 2:
            line += ";;one too many"
        case 3:
            line += "\r\n"
        case n if n % 100 == 4:
            line += ';"said ""soon"";\r\nand twice"'
        case _:
            line += ";"
    return line.encode()


def month_rows(rows: int) -> int:
    """Return how many lines a month's export has beside one of `rows` lines."""
    return rows // MONTHLY_SHARE


def month_end(month: int) -> datetime:
    """Return when the export of month 0, 1, … is made; its months have 30 days."""
    return YEARS_END + timedelta(days=30 * (month + 1))


def _write(path: Path, rows: int, chosen: str, seen_at: datetime) -> None:
    lines = month_rows(rows)
    new = lines - lines // UPDATED_SHARE
    before = f"interval 1 second * cast(i / {rows} * {_seconds(FIRST, YEARS_END)} as bigint)"
    after = f"interval 1 second * cast((i - {rows}) / {max(new, 1)} * {30 * 86400} as bigint)"
    created = (
        f"case when i < {rows} then {_literal(FIRST)} + {before}"
        f" else {_literal(YEARS_END)} + {after} end"
    )
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(TICKETS.replace("$seed", str(SEED)))
        connection.execute(
            EXPORT.format(chosen=chosen, created=created, seen_at=_literal(seen_at), path=path)
        )


def _seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())


def _literal(at: datetime) -> str:
    return f"timestamp '{at:%Y-%m-%d %H:%M:%S}'"
