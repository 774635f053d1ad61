"""Checks staged values with pandera: their bounds, what must be there, the rules of a row."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from service_quality.definitions.datasets import Column, Dataset, Rule
from service_quality.ingest.stage.rule_sql import Sql
from service_quality.warehouse.engine import Cursor
from service_quality.warehouse.schema import place

if TYPE_CHECKING:
    import polars as pl

BATCH_ROWS = 500_000
FIRST_DATE = datetime(1980, 1, 1)
LARGEST = 1e11  # beyond it, sums would no longer be exact


def be_ready() -> None:
    """Import pandera beside other work: that takes as long as to stage 200,000 rows.

    Of a large file some row nearly always breaks a rule; who loads small ones may never need it.
    """
    threading.Thread(target=import_module, args=("pandera.polars",)).start()


def check(cursor: Cursor, dataset: Dataset, mapped: set[str], now: datetime) -> None:
    """Put what breaks a bound or a rule into the temporary table `faults`.

    What holds all of them is seen by DuckDB; pandera says of the other rows what is wrong.
    """
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
    whole = " and ".join(held.text for held in _holds(dataset, checked, rules, now))
    doubtful = f"from staged where not coalesce({whole}, true)"
    if not cursor.execute(f"select 1 {doubtful} limit 1").fetchall():
        return  # pandera takes a second to be there

    relation = cursor.sql(f"select {place()} as row_no, {cells} {doubtful}")
    found = []
    for frame in _frames(relation.to_arrow_reader(BATCH_ROWS)):
        found += _broken(frame, dataset, checked, rules, now)
    for faults in found:
        cursor.register("found_faults", faults)
        cursor.execute("insert into faults select * from found_faults")
        cursor.unregister("found_faults")


def _frames(batches: Iterable[Any]) -> Iterator[pl.DataFrame]:
    """Yield the rows of batches, of which many have few, in frames of so many or a little more."""
    import polars as pl

    some: list[Any] = []
    for batch in batches:
        some.append(batch)
        if sum(each.num_rows for each in some) >= BATCH_ROWS:
            yield pl.DataFrame(pl.from_arrow(some))
            some = []
    if some:
        yield pl.DataFrame(pl.from_arrow(some))


def _asked_for(rule: Rule) -> set[str]:
    """Return the columns that a rule looks at, those that may be absent too."""
    compared: set[str] = set()

    def col(name: str) -> Any:
        compared.add(name)
        return Sql(name)

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
) -> list[Any]:
    """Return what says whether a row holds each bound and rule; null where a cell is empty."""
    inside = [
        Sql(column.name) >= least if at == 0 else Sql(column.name) <= least
        for column in columns
        for _name, *ends in _bounds(column, now)
        for at, least in enumerate(ends)
        if least is not None
    ]
    there = [Sql(c.name).is_not_null() for c in columns if not _nullable(dataset, c)]
    names = {c.name for c in columns}

    def col(name: str) -> Any:
        return Sql(name if name in names else "null")

    return [*inside, *there, *(rule.holds(col) for rule in rules)]


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
