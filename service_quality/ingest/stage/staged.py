"""Puts the typed rows of a file into a temporary table, with what could not be read beside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service_quality.base import voice
from service_quality.base.errors import RefusedError, ServiceQualityError, UsageError
from service_quality.base.language import _
from service_quality.definitions.datasets.base import SQL_TYPES, Column
from service_quality.ingest.columns.mapping import Mapped, Plan
from service_quality.ingest.read.copies import has_long_line
from service_quality.ingest.read.table import PARQUET, Table, damaged_parquet, relations
from service_quality.ingest.stage import notes
from service_quality.warehouse.engine import FAILED, NO_MEMORY, NO_ROOM, Cursor, create

LAST = "timestamp '9999-12-31 23:59:59'"  # the calendar of Python ends there
LONGEST = "Maximum line size"  # of a record, DuckDB says when one is longer
MOST_DETAIL = 200  # characters of what DuckDB says: it quotes whole lines
READERS = {
    "text": "$value",
    "time": "read_iso($value, 'UTC')",
    "month": "cast(date_trunc('month', read_iso($value, 'UTC')) as date)",
    "integer": "read_whole(read_point_number($value))",
    "number": "read_point_number($value)",
    "yes_no": "read_yes_no($value)",
    "scale": "read_scale($value)",
    "id": "read_id($value)",
}


@dataclass(frozen=True)
class Staged:
    """A temporary table `staged` on the cursor that made it.

    Row order is the file's: see `schema.record`. Beside the mapped columns it has
    `unread`, the texts of cells that could not be read, or not in their column's own form;
    `overflow`, cells beyond the last header; `test`, the cell that makes a row a test; and
    `notes`, what its cells say beside their values. `days` are the columns that hold no times.
    `source` is the SQL of the file's own cells c0, c1, … in the same order, with its
    `parameters`.
    """

    plan: Plan
    rows: int
    source: str
    parameters: dict[str, object]
    days: tuple[str, ...] = ()


def stage(cursor: Cursor, table: Table, plan: Plan) -> Staged:
    """Read the file once into the temporary table `staged`.

    Raises RefusedError where no way of reading it works. Whole in `tests/test_statements.py`:

        create temp table staged as select v0 as order_id, … as unread, overflow, test, notes
        from (select *, t0_0 as v0, read_yes_no(t2_0) as v2, …
            from (select read_text(c0) as t0_0, … from read_csv($path, …)))
    """
    last: Exception | None = None
    for source, parameters, extra in relations(table):
        sql, more = _select(plan, source, len(table.headers), extra, cursor)
        try:
            ids = plan.dataset.id_column or ""
            create(cursor, "staged", sql, ids, _named(sql, parameters | more))
        except NO_MEMORY:
            raise
        except NO_ROOM as error:
            raise ServiceQualityError(
                _(
                    "{file} could not be read: {error} Nothing was changed. Free some space on "
                    "the disk or mend the rights of the data folder, then do it again."
                ).format(file=table.name, error=f"{str(error).splitlines()[0].rstrip('.')}.")
            ) from error
        except FAILED as error:
            last = error
            if LONGEST in str(error) and table.text and has_long_line(table.text.path):
                break  # our own reader would mend a stray quote, but nobody a line of megabytes
            continue
        others = _in_other_forms(cursor, plan)
        _read_other_forms(cursor, others, parameters | more)
        notes.of_other_forms(cursor, others, str(plan.parameters["zone"]))
        notes.of_statuses(cursor, plan)
        count = cursor.execute("select count(*) from staged").fetchall()[0][0]
        return Staged(plan, count, source, parameters, _days(cursor, plan))
    if LONGEST in str(last):
        raise RefusedError(
            _(
                "{file} has a record of more than 2 MB. A quote that is never closed may be the "
                "reason, or a file pasted into a cell: mend that row, or export without the column."
            ).format(file=table.name)
        ) from last
    if table.format == PARQUET:
        raise damaged_parquet(table.name) from last
    detail = [line[:MOST_DETAIL] for line in str(last).splitlines()[:2]]
    raise RefusedError(
        _("{file} cannot be read as a table: {detail}").format(
            file=table.name, detail=" ".join(detail)
        )
    ) from last


def _days(cursor: Cursor, plan: Plan) -> tuple[str, ...]:
    """Return the columns that hold days, a constant without a time of day among them."""
    constants = tuple(
        name
        for name, text in plan.constants.items()
        if plan.dataset.column(name).kind == "time" and not re.search(notes.CLOCK, text)
    )
    return (*notes.days(cursor, plan), *constants)


def constant(cursor: Cursor, column: Column, text: str) -> object:
    """Return the value of `--set column=text`; UsageError where it cannot be one."""
    parameters = {"value": text.strip()}
    reader = f"{column.reads}($value)" if column.reads else READERS[column.kind]
    found = cursor.execute(f"select {reader}", parameters).fetchall()[0][0]
    outside = isinstance(found, int | float) and not (
        (column.low is None or found >= column.low)
        and (column.high is None or found <= column.high)
    )
    if found is None or outside:
        raise UsageError(
            _("{column}={value} is not {expected}.").format(
                column=voice.name(column.name, _(column.title)),
                value=text,
                expected=expected(column),
            )
        )
    return found


def expected(column: Column) -> str:
    """Return in words what a cell of this column should hold."""
    if column.reads == "read_place":
        return _("a place such as 7, =7 or 101-150")
    if column.reads == "read_year":
        return _("a year such as 2024 or 2023/24")
    return {
        "text": _("a text"),
        "time": _("a date and time such as 2024-03-31 14:05"),
        "month": _("a month such as 2024-03"),
        "integer": _("a whole number"),
        "number": _("a number"),
        "yes_no": _("yes or no"),
        "scale": _("a scale such as 1-5 or 0-10"),
        "id": _("a name with letters or digits"),
    }[column.kind]


def _select(
    plan: Plan, source: str, width: int, extra: int, cursor: Cursor
) -> tuple[str, dict[str, object]]:
    parameters = dict(plan.parameters)
    texts = [
        f"{text} as t{i}_{j}"
        for i, m in enumerate(plan.columns)
        for j, text in enumerate(m.texts)
        if not m.plain
    ]
    texts += [f"c{c}" for c in range(width)]
    texts += [f"{m.plain} as p{i}" for i, m in enumerate(plan.columns) if m.plain]
    spare = [f"c{c}" for c in range(width, width + extra)]
    texts.append(f"concat_ws(' ', {', '.join(spare)}) as overflow" if extra else "null as overflow")
    texts.append(f"{plan.drop or 'null'} as test")
    inner = f"select {', '.join(texts)} from {source}"
    zone = str(plan.parameters["zone"])
    if lazy := [_text(m, i, zone) for i, m in enumerate(plan.columns) if m.plain]:
        inner = f"select {', '.join(['*', *lazy])} from ({inner})"
    values = [f"{_value(m, i)} as v{i}" for i, m in enumerate(plan.columns)]
    middle = f"select {', '.join(['*', *values])} from ({inner})"
    outer = [f"{_final(m, i)} as {m.column.name}" for i, m in enumerate(plan.columns)]
    for name, text in plan.constants.items():
        column = plan.dataset.column(name)
        parameters[f"set_{name}"] = constant(cursor, column, text)
        outer.append(f"cast($set_{name} as {SQL_TYPES[column.kind]}) as {name}")
    outer += [f"{_unread(plan)} as unread", "nullif(overflow, '') as overflow", "test"]
    values = [f"v{i}" for i in range(len(plan.columns))]
    texts_of = [_texts(m, i) for i, m in enumerate(plan.columns)]
    outer.append(f"{notes.sql(plan, values, texts_of, zone)} as notes")
    return f"select {', '.join(outer)} from ({middle})", parameters


def _text(mapped: Mapped, at: int, zone: str) -> str:
    """Return the SQL of a plain cell's text: made once, and only for rows that ask for it.

    Written out wherever it is asked for, it would cost a small file more than all the rest.
    """
    questions = [f"p{at} is null"]
    if mapped.column.kind == "time":
        questions += [f"not {_usual(f'p{at}')}", *notes.questions(f"p{at}", zone)]
    return f"case when {' or '.join(questions)} then {mapped.texts[0]} end as t{at}_0"


def _value(mapped: Mapped, at: int) -> str:
    value = _filled(mapped.value, mapped, at)
    if not mapped.plain:
        return value
    # A case, and not coalesce: what that may need is worked out for every row.
    return f"case when p{at} is not null then p{at} when t{at}_0 is not null then {value} end"


def _filled(sql: str, mapped: Mapped, at: int) -> str:
    return sql.format(*_texts(mapped, at))


def _texts(mapped: Mapped, at: int) -> list[str]:
    return [f"t{at}_{j}" for j in range(len(mapped.texts))]


def _final(mapped: Mapped, at: int) -> str:
    """Return the SQL of a value: a time before 1980 may be a placeholder or lack its century."""
    if not mapped.other:
        return f"v{at}"
    return (
        f"case when {_usual(f'v{at}')} then v{at} when {_strange(at)} then null"
        f" when not is_placeholder({_texts(mapped, at)[0]}) then v{at} end"
    )


def _usual(value: str) -> str:
    """Return the SQL that says whether a time is one without any doubt."""
    return f"{value} between timestamp '1980-01-01' and {LAST}"


def _strange(at: int) -> str:
    """Return the SQL that says whether a time was not read in its column's own form."""
    return f"(v{at} is null or v{at} not between timestamp '0100-01-01' and {LAST})"


def _in_other_forms(cursor: Cursor, plan: Plan) -> list[Mapped]:
    """Return the columns of times with cells that their own form does not fit: mostly none."""
    times = [mapped for mapped in plan.columns if mapped.other]
    counts = ", ".join(f"count(unread.{mapped.column.name})" for mapped in times)
    if not times:
        return []
    found = cursor.execute(f"select {counts} from staged where unread is not null").fetchall()
    return [mapped for mapped, count in zip(times, found[0], strict=True) if count]


def _read_other_forms(
    cursor: Cursor, columns: Sequence[Mapped], parameters: dict[str, object]
) -> None:
    """Read the times that their column's own form does not fit, each text once."""
    for mapped in columns:
        name = mapped.column.name
        sql = (
            f"update staged as s set {name} = r.value from (select cell, case when not"
            f" is_placeholder(cell) then list_filter([{mapped.other.format('cell')}],"
            f" lambda found: found <= {LAST})[1] end as value from ("
            f"select distinct unread.{name} as cell from staged where unread is not null"
            f" and unread.{name} is not null)) as r"
            f" where s.unread is not null and s.unread.{name} = r.cell"
        )
        cursor.execute(sql, _named(sql, parameters))


def _unread(plan: Plan) -> str:
    doubtful = [
        (i, m)
        for i, m in enumerate(plan.columns)
        if m.column.kind != "text" and not m.column.beside
    ]
    if not doubtful:
        return "cast(null as struct(nothing varchar))"
    tests, parts = [], []
    for i, m in doubtful:
        cell, lost, fine = _filled(m.cell, m, i), f"v{i} is null", f"v{i} is not null"
        if m.other:
            lost = f"({_strange(i)} or (v{i} < timestamp '1980-01-01' and is_placeholder({cell})))"
            fine = _usual(f"v{i}")
        # Cases, one in another: nothing is worked out for a row that needs it not.
        tests.append(f"case when {fine} then false else {lost} and {cell} is not null end")
        parts.append(f"{m.column.name} := case when {lost} then {cell} end")
    return f"case when {' or '.join(tests)} then struct_pack({', '.join(parts)}) end"


def _named(sql: str, parameters: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in parameters.items() if f"${name}" in sql}
