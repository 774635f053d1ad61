"""The files of queries/ keep their contract: header, parameters, columns, one row a stored row."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.errors import QueryFileError
from service_quality.base.settings import Settings
from service_quality.definitions import kpis, queries
from service_quality.definitions.datasets import all_datasets, dataset
from service_quality.definitions.kpis import Kpi
from service_quality.definitions.promise_rules import PROMISES
from service_quality.measures.compose import GROUPINGS, compose
from service_quality.warehouse.connection import Warehouse
from tests import bare

EVERY = kpis.catalogue()
# KPIs over the promises count rows of other kinds: tests/measures/promises/ holds them.
CATALOGUE = {kpi.id: kpi for kpi in EVERY.values() if kpi.dataset != PROMISES}
SHARED = {"source", "brand", "team", "channel", "topic"}
# What a row gives, by measure, beside the shared columns.
OWN = {
    "rate": {"at", "value"},
    "mean": {"at", "value"},
    "nps": {"at", "value"},
    "count": {"at", "value"},
    "duration": {"at", "minutes", "answered"},
    "stock": {"entered_at", "left_at"},
    "ratio": {"at", "due", "kept"},
}
RESULTS = {
    "rate": {"value", "n", "numerator", "denominator"},
    "ratio": {"value", "n", "numerator", "denominator"},
    "mean": {"value", "n", "numerator", "sd"},
    "nps": {"value", "n", "numerator", "promoters", "passives", "detractors"},
    "count": {"value"},
}
TEXTS = (
    *("title", "unit", "promise", "level", "measures", "not_measured", "silent", "notes"),
    *("formula", "source"),
)
KEYS = {
    *TEXTS,
    "group",
    "dataset",
    "needs",
    "measure",
    "better",
    "format",
    "headline",
    "tile",
    "family",
    "across_rows",
    "matures",
    "level",
}
REPORTS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "coverage": ({}, {"dataset", "rows", "first", "last", "observed_until"}),
    "events": (
        {},
        {"day", "text", "text_fr", "kind", "kpi", "dataset", "brand", "team", "channel", "topic"},
    ),
    "entities": ({}, {"dimension", "value", "label", "label_fr", "in_group", "same_as"}),
    "sources": ({}, {"dataset", "source", "rows", "first", "last", "observed_until"}),
    "publishers": ({}, {"publisher", "category", "years"}),
    "rejects": ({"upload_id": "u", "limit": 5}, {"record", "reasons", "cells"}),
    "published_ranking": (
        {"publisher": "p", "category": None, "year": 2024},
        {"year", "brand", "team", "channel", "topic", "score", "method", "field_size"}
        | {"rank", "rank_last", "rank_band"},
    ),
    "uploads": (
        {},
        {"upload_id", "version", "uploaded_at", "uploaded_by", "file", "kind", "source", "status"}
        | {"superseded_by", "rows_read", "rows_accepted", "rows_rejected", "first_at", "last_at"}
        | {"words", "outcome"},
    ),
}

# One whole row of each kind: every KPI applies to it.
AT, LATER = datetime(2024, 3, 1, 10), datetime(2024, 3, 1, 11)
WHOLE: dict[str, dict[str, Any]] = {
    "tickets": {
        "ticket_id": "1",
        "created_at": AT,
        "first_reply_at": LATER,
        "solved_at": LATER,
        "due_at": LATER,
        "status": "solved",
        "agent_replies": 1,
        "reopens": 0,
    },
    "emails": {
        "email_id": "1",
        "received_at": AT,
        "replied_at": LATER,
        "replied": True,
        "mystery": True,
        "quality_mark": 80.0,
        "welcome_mark": 60.0,
        "spelling_errors": 2,
    },
    "surveys": {
        "response_id": "1",
        "answered_at": LATER,
        "invited_at": AT,
        "question": "overall",
        "csat": 5.0,
        "csat_scale": "1-5",
        "nps": 10.0,
        "nps_scale": "0-10",
        "ces": 6.0,
        "minimum": 5.0,
        "desired": 8.0,
        "expected": 7.0,
        "perceived": 6.0,
        "gap_scale": "1-9",
        "would_return": True,
        "recontacted_at": LATER,
    },
    "totals": {"kpi": "on_time", "month": datetime(2024, 3, 1), "due": 4, "kept": 3},
    "rankings": {"publisher": "p", "year": 2024, "brand": "A", "score": 61.5, "rank": 1},
    "deliveries": {
        "order_id": "1",
        "promised_at": AT,
        "delivered_at": LATER,
        "correct": True,
        "informed": True,
    },
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    warehouse = bare.memory(tmp_path_factory.mktemp("queries"))
    for kind, row in WHOLE.items():
        cases = {"first": row, "second": {**row, "brand": None} if kind != "rankings" else row}
        bare.fill(warehouse, kind, cases, observed_until=datetime(2025, 1, 1))
    return warehouse


@pytest.mark.parametrize("kpi", EVERY.values(), ids=EVERY)
def test_header_is_complete_and_has_no_unknown_line(kpi: Kpi) -> None:
    header = kpi.query.header
    assert set(header) <= KEYS
    for key in ("title", "unit", "measures", "not_measured", "formula", "source"):
        assert header.get(key), key
    for key in TEXTS:
        assert "  " not in header.get(key, ""), f"{key} has a gap"
    assert kpi.group in kpis.GROUPS
    assert kpi.dataset in all_datasets()


@pytest.mark.parametrize("kpi", EVERY.values(), ids=EVERY)
def test_needs_are_stored_columns_of_the_dataset(kpi: Kpi) -> None:
    stored = {column.name for column in dataset(kpi.dataset).stored}
    assert {name for group in kpi.needs for name in group} <= stored


@pytest.mark.parametrize("kpi", EVERY.values(), ids=EVERY)
def test_parameters_and_the_settings_in_its_texts_are_known(kpi: Kpi) -> None:
    known = Settings().query_parameters()
    assert kpi.query.parameters <= set(known)
    for key in TEXTS:
        text = kpis.fill(kpi.query.header.get(key, ""), known)
        if key == "level":
            text = text.replace("{value}", "").replace("{when}", "")
        assert not re.search(r"[{}]", text), text
    for name in kpi.query.parameters:
        said = " ".join(kpi.query.header.get(key, "") for key in ("promise", "formula"))
        assert f"{{{name}}}" in said, f"neither promise nor formula tells the reader {name}"


@pytest.mark.parametrize("kpi", CATALOGUE.values(), ids=CATALOGUE)
def test_select_gives_exactly_the_columns_of_its_measure(kpi: Kpi, whole: Warehouse) -> None:
    found = whole.rows(*compose(kpi, Settings()).query("select * from kpi_rows"))
    extra = set(found[0]) - SHARED - OWN[kpi.parts]
    assert set(found[0]) >= SHARED | OWN[kpi.parts]
    assert extra <= set(GROUPINGS) - SHARED


@pytest.mark.parametrize("kpi", CATALOGUE.values(), ids=CATALOGUE)
def test_each_stored_row_is_one_row(kpi: Kpi, whole: Warehouse) -> None:
    assert set(bare.kpi_rows(whole, kpi.id)) == {"first", "second"}


@pytest.mark.parametrize("kpi", CATALOGUE.values(), ids=CATALOGUE)
def test_a_row_whose_upload_lacked_a_needed_column_is_not_there(kpi: Kpi, tmp_path: Path) -> None:
    columns = set(dataset(kpi.dataset).by_name)
    warehouse = bare.memory(tmp_path)
    for number, needed in enumerate(kpi.needs):
        case = {f"lacks {'|'.join(needed)}": WHOLE[kpi.dataset]}
        source = f"s{number}"
        bare.fill(warehouse, kpi.dataset, case, mapped=columns - set(needed), source=source)
        for name in needed if len(needed) > 1 else ():
            case = {f"has {name}": WHOLE[kpi.dataset]}
            source = f"{name}-only"
            others = columns - set(needed) | {name}
            bare.fill(warehouse, kpi.dataset, case, mapped=others, source=source)
    alternatives = {f"has {name}" for needed in kpi.needs if len(needed) > 1 for name in needed}
    assert set(bare.kpi_rows(warehouse, kpi.id)) == alternatives


@pytest.mark.parametrize("measure", kpis.MEASURES)
def test_every_measure_has_its_parts_and_its_result(measure: str) -> None:
    for part in ("parts", "result"):
        assert queries.load(f"measures/{measure}.{part}").parameters == frozenset()


@pytest.mark.parametrize("measure", RESULTS)
def test_result_has_what_the_command_line_prints(measure: str, whole: Warehouse) -> None:
    kpi = next(k for k in CATALOGUE.values() if k.parts == measure)
    composed = compose(kpi, Settings())
    facts = whole.rows(*composed.query("select * from facts limit 1"))[0]
    parts = set(facts) - SHARED - set(GROUPINGS) - {"day"}
    sums = ", ".join(f"sum({part}) as {part}" for part in sorted(parts))
    summed = f"select {sums} from facts"
    composed = composed.and_then("sums", summed).and_then(
        "result", queries.load(f"measures/{measure}.result").sql
    )
    (row,) = whole.rows(*composed.query("select * from result"))
    assert set(row) == RESULTS[measure]


@pytest.mark.parametrize("name", queries.names("reports"))
def test_report_runs_with_its_parameters(name: str, whole: Warehouse) -> None:
    parameters, columns = REPORTS[name.removeprefix("reports/")]
    assert queries.load(name).parameters == set(parameters)
    with whole.cursor() as cursor:
        query = queries.load(name)
        described = cursor.execute(query.sql, parameters or None).description
    assert {column[0] for column in described or ()} == columns


WAITS: dict[str, tuple[set[str], set[str]]] = {
    "curve": (set(), {"g", "lasted", "answered", "n"}),
    "arrivals": (set(), {"weekday", "hour", "n"}),
    "blocks": ({"hours"}, {"g", "minutes", "answered"}),
    "acknowledged": (set(), {"n", "acknowledged", "nothing_else", "median"}),
}


@pytest.mark.parametrize("name", queries.names("waits"))
def test_a_query_of_waits_names_its_parameters_and_columns(name: str, whole: Warehouse) -> None:
    parameters, columns = WAITS[name.removeprefix("waits/")]
    query = queries.load(name)
    assert query.parameters == parameters
    assert query.header == {}
    composed = compose(CATALOGUE["reply_time"], Settings())
    rows = "emails" if name.endswith("acknowledged") else "kpi_rows"
    composed = composed.and_then("chosen", f"select *, 0 as g from {rows}")
    found = whole.rows(*composed.and_then("found", query.sql).query("from found", hours=4))
    assert {column for row in found for column in row} == columns


def test_header_lines_continue_and_the_rest_is_the_query() -> None:
    query = queries.parse(
        "kpis/x",
        "-- title: Two\n--   lines: one\n-- notes: costs $5\n-- A remark about $other.\n"
        "select $limit_days -- not $this\nfrom x;\n",
    )
    assert query.header == {"title": "Two lines: one", "notes": "costs $5"}
    assert query.parameters == {"limit_days"}
    assert query.sql.startswith("-- A remark")
    assert query.sql.endswith("from x")


def test_bind_takes_what_the_query_names_and_misses_what_nobody_gives() -> None:
    query = queries.parse("kpis/x", "select $a, $b")
    assert query.bind({"a": 1, "b": None, "c": 3}) == {"a": 1, "b": None}
    with pytest.raises(QueryFileError, match=r"kpis/x\.sql.*\$b.*known: a"):
        query.bind({"a": 1})


def test_a_query_that_does_not_exist_is_named() -> None:
    with pytest.raises(QueryFileError, match="kpis/nothing"):
        queries.load("kpis/nothing")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-- better: up", "better 'up'"),
        ("-- measure: average", "measure 'average'"),
        ("-- format: 0.123", "format '0.123'"),
        ("-- title:", "lacks title"),
        ("-- matures: created_at + nothing_hours", "nothing_hours"),
    ],
)
def test_a_wrong_header_line_is_named(line: str, said: str) -> None:
    whole = {
        "title": "T",
        "dataset": "tickets",
        "needs": "created_at",
        "measure": "count",
        "unit": "tickets",
        "better": "lower",
    }
    right = "".join(f"-- {key}: {value}\n" for key, value in whole.items())
    with pytest.raises(QueryFileError, match=said):
        kpis.from_query(queries.parse("kpis/x", f"{right}{line}\nselect 1"))
