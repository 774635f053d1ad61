"""A rule says the same of a row in SQL, where it is asked first, as in polars."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from typing import Any

import duckdb
import polars as pl
import pytest

from service_quality.definitions.datasets import all_datasets
from service_quality.definitions.datasets.base import Rule
from service_quality.ingest.stage.rule_sql import Sql

TIMES = [None, datetime(2025, 3, 1, 10), datetime(2025, 3, 1, 10, 0, 1)]
NUMBERS = [None, -1.0, 0.0, 4.5, 5.0, 7.0, 10.0, 11.0]
VALUES: dict[str, list[Any]] = {
    "time": TIMES,
    "month": [None, date(2025, 3, 1), date(2025, 4, 1)],
    "integer": [None, -1, 0, 4, 7, 11],
    "number": NUMBERS,
    "boolean": [None, True, False],
}
WORDS = [None, "", "kpi", "brand", "note", "tickets", "totals_x", "nps", "reply_time", "1-5", "=94"]
RULES = {
    f"{kind}.{rule.name}": (kind, rule)
    for kind, dataset in all_datasets().items()
    for rule in dataset.rules
}


def _columns(rule: Rule) -> list[str]:
    asked: dict[str, None] = {}

    def col(name: str) -> Sql:
        asked[name] = None
        return Sql(name)

    rule.holds(col)
    return list(asked)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_the_same_in_sql(name: str) -> None:
    kind, rule = RULES[name]
    kinds = {column.name: column.kind for column in all_datasets()[kind].columns}
    columns = _columns(rule)
    pools = [VALUES.get(kinds[column], WORDS) for column in columns]
    rows = list(itertools.islice(itertools.product(*pools), 20_000))
    types = {column: pl.Series(pools[place][1:]).dtype for place, column in enumerate(columns)}
    frame = pl.DataFrame(rows, schema=types, orient="row")
    theirs = frame.select(held=rule.holds(pl.col).fill_null(True))["held"].to_list()
    held = rule.holds(Sql).text
    asked = duckdb.from_arrow(frame.to_arrow()).select(f"coalesce({held}, true)").fetchall()
    assert [answer for (answer,) in asked] == theirs
    assert len(set(theirs)) == 2  # rows that keep it, and rows that break it
