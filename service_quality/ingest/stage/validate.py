"""Checks every staged row with pandera and says, row by row, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from service_quality.base import voice
from service_quality.base.language import N_, _
from service_quality.definitions.datasets import Column, Dataset, Rule
from service_quality.ingest.columns.mapping import Mapped
from service_quality.ingest.columns.no_answer import NOTHING
from service_quality.ingest.stage import notes
from service_quality.ingest.stage.staged import Staged, expected
from service_quality.warehouse.engine import Cursor
from service_quality.warehouse.schema import place, record

if TYPE_CHECKING:
    import polars as pl

BATCH_ROWS = 500_000
FIRST_DATE = datetime(1980, 1, 1)
LARGEST = 1e11  # beyond it, sums would no longer be exact
UNREAD_RULES = {
    "time": "not_a_date",
    "month": "not_a_date",
    "integer": "not_a_whole_number",
    "number": "not_a_number",
    "yes_no": "not_yes_or_no",
    "scale": "not_a_scale",
    "id": "not_a_name",
}
REMEDIES = {
    "missing": N_("Fill the cell in the export, or map another column."),
    "not_a_date": N_("State how the column writes its dates, or correct the cell."),
    "later_than_upload": N_("Correct the date: it lies in the future."),
    "too_early": N_("A date before 1980 usually stands for an empty cell: clear it."),
    "off_the_scale": N_("Name it as a no-answer code, or correct the scale."),
    "too_many_cells": N_("Put cells that hold a separator in quotes."),
    "read_as_empty": N_("Nothing to do: such cells count as empty."),
    "placeholder_date": N_("Nothing to do: such dates stand for empty cells."),
    "other_form": N_(
        "Nothing to do: these cells were read in their own form. Look at the example."
    ),
    "test_row": N_("Nothing to do: such rows count nowhere, as the note on the format says."),
    "a_year": N_("Give one row a month, a quarter (Q1 2024) or half a year (2024 H1)."),
    "a_range": N_("Give one number, or leave the cell empty: a range has no place in a figure."),
    "negative_duration": N_("A wait cannot be negative: it may be the time that was left."),
    "not_a_duration": N_("Write the duration as 2:15:00, or as a number in the column's unit."),
    "scale_not_stated": N_("State the scale, such as 1-5; without it there is no satisfaction."),
    "gap_scale_not_stated": N_("State the scale, such as 1-9: gaps on two scales never add up."),
    "mixed_scales": N_("Load the periods apart, each with its scale."),
    "no_question": N_("Say which column holds the answers."),
    "as_last_time": N_("Nothing to do if it is right; else say it yourself."),
    "masked": N_("Leave such things out of the export; nothing else to do."),
    "other_key": N_("Restore the key of the data folder; else contacts of before look new."),
    "out_of_order": N_(
        "Check both columns: one may be of another zone, or mean something else. The rows count."
    ),
    "repeated_key": N_("Map the column that tells these rows apart; else the last one counts."),
}
EXPECTED = {
    "later_than_upload": N_("a time before the upload"),
    "too_early": N_("a date since 1980"),
    "missing": N_("a value"),
    "too_large": N_("a number up to 100,000,000,000"),
    "test_row": N_("a row that counts"),
    "a_year": N_("a month such as 2024-03: a year alone does not say which of its months is meant"),
    "a_range": N_("one number"),
    "negative_duration": N_("a duration such as 2:15:00"),
    "not_a_duration": N_("a duration such as 2:15:00"),
}
# What is typed to do it.
TYPED = {
    "mixed_scales": "--set csat_scale=…",
    "no_question": "--map csat=…, nps=…",
}
# Notices about a file as a whole: what they expect is a sentence of its own.
SENTENCES = (
    *("scale_not_stated", "gap_scale_not_stated", "no_question", "as_last_time"),
    *(
        "other_key",
        "no_contact",
        "ended_without_solution",
        "open_with_closing_time",
        "solved_time_unknown",
    ),
    *("unknown_status", "invited"),
)
NOTICES = ("read_as_empty", "placeholder_date", "other_form")
EMPTIED = N_("The cell was left empty, as unknown; the row stays.")
REMEDY = N_("Correct the cell in the export and load the file again.")


@dataclass(frozen=True)
class Issue:
    """One rule that rows of a column broke; `rejects` is False for a mere notice.

    `emptied`, where only the cell was left empty, as unknown. `examples` are the first few
    records with their cells.
    """

    column: str
    rule: str
    rows: int
    examples: tuple[tuple[int, str | None], ...]
    expected: str
    rejects: bool = True
    emptied: bool = False

    @property
    def first_rows(self) -> tuple[int, ...]:
        """The first records that broke the rule; the file's first record is 1."""
        return tuple(record for record, _cell in self.examples)

    @property
    def example(self) -> str | None:
        """The first offending cell."""
        return self.examples[0][1] if self.examples else None

    @property
    def remedy(self) -> str:
        """What to do about it, in the reader's language."""
        if self.rule in SENTENCES and self.rule not in REMEDIES:
            return self.expected
        todo = _(REMEDIES.get(self.rule, REMEDY))
        if self.rule in TYPED:
            todo += voice.typed(f"({TYPED[self.rule]})")
        return f"{_(EMPTIED)} {todo}" if self.emptied else todo

    def as_dict(self) -> dict[str, Any]:
        """Return the issue as the command line prints it."""
        return {
            "column": self.column,
            "rule": self.rule,
            "rows": self.rows,
            "first_rows": list(self.first_rows),
            "example": self.example,
            "expected": self.expected,
            "remedy": self.remedy,
            "rejects": self.rejects,
            "emptied": self.emptied,
        }


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
    _rules(cursor, dataset, mapped, now)
    _forgive_same_instants(cursor, staged, mapped)
    _leave_one_reason(cursor, dataset)
    _empty(cursor, staged, mapped)
    _without_any(cursor, dataset, mapped)
    return _issues(cursor, dataset)


def _unread_cells(cursor: Cursor, staged: Staged) -> None:
    for mapped in staged.plan.columns:
        name, rule = mapped.column.name, UNREAD_RULES.get(mapped.column.kind)
        if rule and not mapped.column.beside:
            rules = f"case {_special_rules(mapped)} else '{rule}' end"
            cursor.execute(
                f"insert into faults select {record()}, '{name}', {rules}, unread.{name}"
                f" from staged where unread is not null and unread.{name} is not null",
                {"nothing": NOTHING},
            )
    cursor.execute(
        f"insert into faults select {record()}, '', 'too_many_cells', overflow"
        " from staged where overflow is not null"
    )
    cursor.execute(
        f"insert into faults select {record()}, '', 'test_row', test from staged"
        " where test is not null"
    )
    cursor.execute(
        "insert into notices select * from faults where rule in $rules", {"rules": NOTICES}
    )
    cursor.execute("delete from faults where rule in $rules", {"rules": NOTICES})


def _special_rules(mapped: Mapped) -> str:
    """Return the SQL of the rules for cells that were not read as the column writes them."""
    name, column = f"unread.{mapped.column.name}", mapped.column
    rules = [f"when staged.{column.name} is not null then 'other_form'"]
    rules.append(f"when list_contains($nothing, lower(strip_accents({name}))) then 'read_as_empty'")
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
    cursor.execute(
        "delete from faults where rule = 'missing' and exists (select 1 from faults as f"
        " where f.record = faults.record and f.column_name = faults.column_name"
        " and f.rule <> 'missing')"
    )
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
            "delete from faults where rule = $rule and column_name = $column and record in ("
            "select f.record from faults as f inner join staged as s"
            f" on f.record = {record('s.')}"
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
    # What lost a cell and lacks what it needs is set aside after all, for both reasons.
    cursor.execute("insert into faults from emptied where record in (select record from faults)")
    cursor.execute("delete from emptied where record in (select record from faults)")


def _rules(cursor: Cursor, dataset: Dataset, mapped: set[str], now: datetime) -> None:
    import polars as pl

    rules = [rule for rule in dataset.rules if rule.applies_to(mapped)]
    compared = set().union(*(_asked_for(rule) for rule in rules))
    # A column that may hold anything is not handed over: that takes longer than all the checks.
    checked = [
        c
        for c in dataset.columns
        if c.name in mapped and (c.name in compared or _bounds(c, now) or not _nullable(dataset, c))
    ]
    if not checked:
        return
    cells = ", ".join(
        # Of a text that has only to be there, it is enough to hand over whether it is.
        f"case when {c.name} is not null then '' end as {c.name}"
        if c.kind == "text" and c.name not in compared
        else c.name
        for c in checked
    )
    relation = cursor.sql(f"select {place()} as row_no, {cells} from staged")
    reader = relation.to_arrow_reader(BATCH_ROWS)
    whole = pl.all_horizontal(_holds(dataset, checked, rules, now)).fill_null(True)
    found = []
    for batch in reader:
        frame = pl.from_arrow(batch)
        assert isinstance(frame, pl.DataFrame)
        # What holds all rules is seen at once; pandera says of the other rows what is wrong.
        if (doubtful := frame.filter(~whole)).height:
            found += _broken(doubtful, dataset, checked, rules, now)
    for faults in found:
        cursor.register("found_faults", faults)
        cursor.execute("insert into faults select * from found_faults")
        cursor.unregister("found_faults")


def _asked_for(rule: Rule) -> set[str]:
    """Return the columns that a rule looks at, those that may be absent too."""
    import polars as pl

    compared: set[str] = set()

    def col(name: str) -> pl.Expr:
        compared.add(name)
        return pl.col(name)

    rule.holds(col)
    return compared


def _nullable(dataset: Dataset, column: Column) -> bool:
    return not (column.needed or column.name == dataset.id_column)


def _bounds(column: Column, now: datetime) -> list[tuple[str, Any, Any]]:
    """Return the bounds of a column's values: the rule, the least and the most; None: none."""
    bounds: list[tuple[str, Any, Any]] = []
    if column.kind in ("time", "month"):
        month = column.kind == "month"
        first, last = (FIRST_DATE.date(), now.date()) if month else (FIRST_DATE, now)
        bounds.append(("too_early", first, None))
        if column.event or month:
            bounds.append(("later_than_upload", None, last))
    if column.kind in ("integer", "number"):
        bounds.append(("too_large", -LARGEST, LARGEST))
    if column.low is not None or column.high is not None:
        bounds.append(("out_of_range", column.low, column.high))
    return bounds


def _rule(rule: Rule, columns: Sequence[Column]) -> pl.Expr:
    """Return what says whether a row holds a rule; a column that is absent is empty."""
    import polars as pl

    names = {c.name for c in columns}
    held = rule.holds(lambda name: pl.col(name) if name in names else pl.lit(None))
    return held.fill_null(True)


def _holds(
    dataset: Dataset, columns: Sequence[Column], rules: Sequence[Rule], now: datetime
) -> list[pl.Expr]:
    """Return what says whether a row holds each bound and rule; null where a cell is empty."""
    import polars as pl

    inside = [
        pl.col(column.name) >= least if at == 0 else pl.col(column.name) <= least
        for column in columns
        for _name, *ends in _bounds(column, now)
        for at, least in enumerate(ends)
        if least is not None
    ]
    there = [pl.col(c.name).is_not_null() for c in columns if not _nullable(dataset, c)]
    return [*inside, *there, *(_rule(rule, columns) for rule in rules)]


def _broken(
    frame: pl.DataFrame,
    dataset: Dataset,
    columns: Sequence[Column],
    rules: Sequence[Rule],
    now: datetime,
) -> list[Any]:
    """Return what pandera finds wrong with some rows, as a table of faults."""
    from pandera.errors import SchemaErrors

    try:
        _schema(dataset, columns, rules, now).validate(frame, lazy=True)
    except SchemaErrors as error:
        return [_faults(error.failure_cases, frame)]
    return []


def _schema(
    dataset: Dataset, columns: Sequence[Column], rules: Sequence[Rule], now: datetime
) -> Any:
    import pandera.polars as pa
    import polars as pl

    types: dict[str, Any] = {
        "text": pl.String,
        "time": pl.Datetime("us"),
        "month": pl.Date,
        "integer": pl.Int64,
        "number": pl.Float64,
        "yes_no": pl.Boolean,
        "scale": pl.String,
        "id": pl.String,
    }

    def row_rule(rule: Rule) -> Any:
        return pa.Check(
            lambda data: data.lazyframe.select(_rule(rule, columns)),
            error=f"{rule.column}|{rule.name}",
        )

    def checks(column: Column) -> Iterator[Any]:
        for name, least, most in _bounds(column, now):
            if least is not None:
                yield pa.Check.ge(least, error=name)
            if most is not None:
                yield pa.Check.le(most, error=name)

    return pa.DataFrameSchema(
        {
            c.name: pa.Column(types[c.kind], checks=list(checks(c)), nullable=_nullable(dataset, c))
            for c in columns
        },
        checks=[row_rule(rule) for rule in rules],
    )


def _faults(cases: pl.DataFrame, frame: pl.DataFrame) -> Any:
    """Return record, column_name, rule and cell of one batch's failure cases."""
    import polars as pl

    check = pl.col("check")
    parts = check.str.split_exact("|", 1)
    of_row = check.str.contains("|", literal=True)
    faults = cases.select(
        pl.col("index").cast(pl.Int64),
        pl.when(of_row).then(parts.struct.field("field_0")).otherwise("column").alias("column"),
        pl.when(check == "not_nullable")
        .then(pl.lit("missing"))
        .when(of_row)
        .then(parts.struct.field("field_1"))
        .otherwise(check)
        .alias("rule"),
    ).unique(maintain_order=True)
    pieces = []
    for (name,), part in faults.partition_by("column", as_dict=True).items():
        at = part["index"].to_list()
        pieces.append(
            part.select(
                frame["row_no"].gather(at).cast(pl.Int64).alias("record") + 1,
                "column",
                "rule",
                _texts(frame[str(name)].gather(at)).alias("cell"),
            )
        )
    return pl.concat(pieces).to_arrow()


def _texts(cells: pl.Series) -> pl.Series:
    """Return cells as a person writes them: no microseconds, no midnight behind a day."""
    import polars as pl

    texts = cells.cast(pl.String)
    return texts.str.replace(r"\.0+$", "").str.replace(r" 00:00:00$", "")


def _issues(cursor: Cursor, dataset: Dataset) -> tuple[Issue, ...]:
    rules = {(r.column, r.name): r for r in dataset.rules}
    found = cursor.execute(
        "select column_name, rule, count(*), min(struct_pack(record, cell), 5), done from ("
        "select *, 'aside' as done from faults union all select *, 'emptied' from emptied"
        " union all select *, 'nothing' from notices) group by all order by 3 desc, 1, 2, 5"
    ).fetchall()
    issues = []
    for name, rule, count, first, done in found:
        column = dataset.by_name.get(name)
        broken = rules.get((name, rule))
        expected = _said(broken) if broken else _expected(column, rule)
        issues.append(
            Issue(
                name,
                rule,
                count,
                tuple((f["record"], f["cell"]) for f in first),
                expected,
                done == "aside",
                done == "emptied",
            )
        )
    return tuple(issues)


def _said(rule: Rule) -> str:
    known = [", ".join(rule.known())] if rule.known else []
    return " ".join([_(rule.expected), *known])


def _expected(column: Column | None, rule: str) -> str:
    if rule in EXPECTED:
        return _(EXPECTED[rule])
    if column is None:
        return _("as many cells as there are headers")
    if rule == "out_of_range" and column.high is not None:
        return _("a number from {low} to {high}").format(
            low=f"{column.low:g}", high=f"{column.high:g}"
        )
    if rule == "out_of_range":
        return _("a number of at least {low}").format(low=f"{column.low:g}")
    return expected(column)
