"""Checks every staged row and says, row by row, what is wrong with it and what becomes of it."""

from __future__ import annotations

from datetime import datetime

from service_quality.definitions.datasets import Dataset
from service_quality.ingest.columns.mapping import Mapped
from service_quality.ingest.columns.no_answer import NEVER, NOTHING
from service_quality.ingest.stage import checks, issues, notes
from service_quality.ingest.stage.issues import Issue
from service_quality.ingest.stage.staged import Staged
from service_quality.warehouse.engine import Cursor
from service_quality.warehouse.schema import place, record

UNREAD_RULES = {
    "time": "not_a_date",
    "month": "not_a_date",
    "integer": "not_a_whole_number",
    "number": "not_a_number",
    "yes_no": "not_yes_or_no",
    "scale": "not_a_scale",
    "id": "not_a_name",
}
SAY_NOTHING = {"nothing": NOTHING, "never": (*NOTHING, *NEVER)}  # of any column, and of times
NOTICES = ("read_as_empty", "placeholder_date", "other_form")


def validate(cursor: Cursor, staged: Staged, now: datetime) -> tuple[Issue, ...]:
    """Check the staged rows; the temporary table `faults` names every bad record.

    `now` is the moment of the upload in the warehouse's zone: nothing can happen after it.
    `faults` has record, column_name, rule, cell; the temporary table `notices` has the same of
    cells that nothing is done about, `emptied` of those that were left empty, in rows that stay.
    """
    dataset, mapped = staged.plan.dataset, set(staged.plan.mapped)
    for table in ("faults", "notices", "emptied"):
        cursor.execute(
            f"create or replace temp table {table}"
            " (record bigint, column_name varchar, rule varchar, cell varchar)"
        )
    _unread_cells(cursor, staged)
    checks.check(cursor, dataset, mapped, now)
    faulty = bool(cursor.execute("select 1 from faults limit 1").fetchall())
    if faulty:
        _forgive_same_instants(cursor, staged, mapped)
        _leave_one_reason(cursor, dataset)
        _empty(cursor, staged, mapped)
    _without_any(cursor, dataset, mapped)
    if faulty:
        _set_aside_after_all(cursor)
    return issues.found(cursor, dataset)


def _unread_cells(cursor: Cursor, staged: Staged) -> None:
    rules = {
        mapped.column.name: f"case {_special_rules(mapped)} else '{rule}' end"
        for mapped in staged.plan.columns
        if (rule := UNREAD_RULES.get(mapped.column.kind)) and not mapped.column.beside
    }
    selects = {
        f"unread.{name}": f"'{name}', {rule_of}, unread.{name} from staged where unread is not null"
        for name, rule_of in rules.items()
    }
    selects["overflow"] = "'', 'too_many_cells', overflow from staged where true"
    selects["test"] = "'', 'test_row', test from staged where true"
    # Most files have none of most of them, which is seen at once.
    counts = ", ".join(f"count({cell})" for cell in selects)
    found = cursor.execute(f"select {counts} from staged").fetchall()[0]
    for (cell, select), count in zip(selects.items(), found, strict=True):
        if count:
            cursor.execute(
                f"insert into faults select {record()}, {select} and {cell} is not null",
                {name: cells for name, cells in SAY_NOTHING.items() if f"${name}" in select},
            )
    if any(found):
        about = {"rules": NOTICES}
        cursor.execute("insert into notices from faults where rule in $rules", about)
        cursor.execute("delete from faults where rule in $rules", about)


def _special_rules(mapped: Mapped) -> str:
    """Return the SQL of the rules for cells that were not read as the column writes them."""
    name, column = f"unread.{mapped.column.name}", mapped.column
    rules = [f"when staged.{column.name} is not null then 'other_form'"]
    known = "$never" if mapped.duration or column.kind in ("time", "month") else "$nothing"
    rules.append(f"when list_contains({known}, lower(strip_accents({name}))) then 'read_as_empty'")
    if mapped.duration:
        negative = f"{name}[1] in ('-', '−')"
        rules.append(f"when {negative} then 'negative_duration'")
        rules.append("when true then 'not_a_duration'")
    elif column.kind in ("time", "month"):
        rules.append(f"when is_placeholder({name}) then 'placeholder_date'")
        rules.append(f"when is_year({name}) then 'a_year'")
    elif column.kind in ("integer", "number"):
        rules.append(f"when is_range({name}) then 'a_range'")
    return " ".join(rules)


def _leave_one_reason(cursor: Cursor, dataset: Dataset) -> None:
    """Delete faults that only follow from another one of the same row."""
    _not_missing(cursor)
    durations = ("not_a_duration", "negative_duration")
    unread = [*UNREAD_RULES.values(), "a_range", "a_year", *durations]
    for rule in dataset.rules:
        cursor.execute(
            "delete from faults where rule = $rule and column_name = $column and exists (select 1"
            " from faults as f where f.record = faults.record and f.column_name in $uses"
            " and f.rule in $unread)",
            {"rule": rule.name, "column": rule.column, "uses": rule.uses, "unread": unread},
        )
    for table in ("faults", "notices"):
        cursor.execute(
            f"delete from {table} where rule <> 'test_row' and record in"
            " (select record from faults where rule = 'test_row')"
        )


def _not_missing(cursor: Cursor) -> None:
    """Delete what says that a cell is missing which is there and has a fault of its own."""
    cursor.execute(
        "delete from faults where rule = 'missing' and exists (select 1 from faults as f"
        " where f.record = faults.record and f.column_name = faults.column_name"
        " and f.rule <> 'missing')"
    )


def _forgive_same_instants(cursor: Cursor, staged: Staged, mapped: set[str]) -> None:
    """Delete the faults of times in the wrong order that only seem to be.

    Of two times one of which is a day, the days count; and the clock shows an hour twice when it
    is put back.
    """
    for rule in staged.plan.dataset.rules:
        if not rule.order or not set(rule.order) <= mapped:
            continue
        earlier, later = rule.order
        noted = [f"coalesce(contains(s.notes, ' {n}:{notes.DAY} '), false)" for n in rule.order]
        a_day = "true" if set(rule.order) & set(staged.days) else " or ".join(noted)
        instants = [_instant(name) for name in (earlier, later)]
        cursor.execute(
            # By place, so that DuckDB reads the rows of faults alone.
            "delete from faults where rule = $rule and column_name = $column and record in ("
            "select f.record from faults as f inner join staged as s"
            f" on {place('s.')} = f.record - 1"
            f" where f.rule = $rule and case when {a_day}"
            f" then s.{earlier}::date <= s.{later}::date"
            f" else {instants[0]} <= {instants[1]} end)",
            {"rule": rule.name, "column": rule.column, "zone": staged.plan.parameters["zone"]},
        )


def _instant(name: str) -> str:
    early = f"coalesce(contains(s.notes, ' {name}:{notes.EARLY} '), false)"
    at = f"timezone('UTC', timezone($zone, s.{name}))"
    return f"{at} - case when {early} then interval 1 hour else interval 0 hour end"


def _empty(cursor: Cursor, staged: Staged, mapped: set[str]) -> None:
    """Empty the faulty cells of the rows that can do without them: from here on, unknown."""
    dataset = staged.plan.dataset
    vital = ["", *dataset.vital(mapped)]
    aside = [rule.name for rule in dataset.rules if rule.aside]
    about: dict[str, object] = {"vital": vital, "aside": aside}
    bad = (
        "select record from faults where list_contains($vital, column_name)"
        " or list_contains($aside, rule)"
    )
    cursor.execute(f"insert into emptied from faults where record not in ({bad})", about)
    cursor.execute("delete from faults where record in (select record from emptied)")
    found = cursor.execute("select distinct column_name from emptied order by 1").fetchall()
    for (name,) in found:
        cursor.execute(
            f"update staged set {name} = null,"
            f" notes = coalesce(notes, ' ') || '{name}:{notes.UNKNOWN} '"
            f" where {record()} in (select record from emptied where column_name = $name)",
            {"name": name},
        )


def _without_any(cursor: Cursor, dataset: Dataset, mapped: set[str]) -> None:
    """Set aside rows that have none of several columns of which one is needed."""
    for group in dataset.either:
        here = [name for name in group if name in mapped]
        empty = " and ".join(f"{name} is null" for name in here)
        cursor.execute(
            f"insert into faults select {record()}, '{here[0]}', 'missing', null from staged"
            f" where {empty} and {record()} not in (select record from faults)"
        )


def _set_aside_after_all(cursor: Cursor) -> None:
    """Have what lost a cell and lacks what it needs set aside, for both reasons.

    Where it is the same cell, there is one: it is not missing but faulty.
    """
    cursor.execute("insert into faults from emptied where record in (select record from faults)")
    cursor.execute("delete from emptied where record in (select record from faults)")
    _not_missing(cursor)
