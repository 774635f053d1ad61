"""The words of seven languages for months, days and units come from Babel and are unambiguous."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.errors import RefusedError
from service_quality.ingest.columns import vocabulary
from service_quality.ingest.columns.no_answer import NEVER, NOTHING, says_nothing
from service_quality.warehouse import engine
from tests import bare
from tests.ingest import names_of_babel


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("june", 6),
        ("juin", 6),
        ("juillet", 7),
        ("juil", 7),
        ("marz", 3),
        ("maerz", 3),
        ("mrz", 3),
        ("ago", 8),
        ("giugno", 6),
        ("dezembro", 12),
        ("augustus", 8),
        ("mrt", 3),
        ("septemb", 9),
    ],
)
def test_a_month_is_known_by_its_name_whole_or_short(name: str, number: int) -> None:
    assert vocabulary.months()[name] == number


def test_what_could_be_two_months_is_none() -> None:
    assert not {"jui", "ju", "j"} & vocabulary.months().keys()


def test_the_names_that_are_written_down_are_those_of_babel() -> None:
    assert json.loads(names_of_babel.FILE.read_text(encoding="utf-8")) == names_of_babel.names()


def test_no_unit_has_the_name_of_another() -> None:
    names = [name for unit in vocabulary.units().values() for name in unit]
    assert len(names) == len(set(names))
    assert {"std", "horas", "uur", "ore", "heures"} <= set(vocabulary.units()["hours"])


def test_macros_are_made_once_and_leave_nothing_in_the_warehouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "beside", lambda: "':memory:' as cells")
    warehouse = bare.memory(tmp_path)
    for day in ("3 de junio de 2025", "3 juin 2025"):
        with warehouse.cursor() as cursor:
            vocabulary.read_macros(cursor)
            cursor.execute(
                "create temp table mine as select read_named($day, 'UTC') as at", {"day": day}
            )
            assert cursor.execute("select cast(mine.at as date)::varchar from mine").fetchall() == [
                ("2025-06-03",)
            ]
            made = "select count(*) from duckdb_functions() where function_name = 'read_named'"
            assert cursor.execute(made).fetchall() == [(1,)]
    own = "select distinct database_name from duckdb_functions() where function_name like 'read!_%'"
    assert warehouse.rows(own + " escape '!' and macro_definition is not null") == [
        {"database_name": "cells"}
    ]


class Busy:
    """A cursor that cannot be closed while it is used, as DuckDB's cannot."""

    def __init__(self) -> None:
        self.begun, self.is_used = threading.Event(), False

    def cursor(self) -> Busy:
        return self

    def make(self, _cursor: object) -> None:
        self.is_used = True
        self.begun.set()
        time.sleep(0.2)
        self.is_used = False

    def close(self) -> None:
        assert not self.is_used


def test_a_file_that_is_refused_before_the_macros_are_made_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cursor: Any = Busy()
    monkeypatch.setattr(vocabulary, "read_macros", cursor.make)

    def refuse() -> None:
        with vocabulary.macros_meanwhile(cursor):
            cursor.begun.wait(10)
            raise RefusedError("empty")

    with pytest.raises(RefusedError, match="empty"):
        refuse()


def test_each_sign_of_no_answer_is_known_for_one() -> None:
    assert not [sign for sign in NOTHING if not says_nothing(sign.upper())]


def test_never_is_no_answer_of_times_only() -> None:
    assert not [sign for sign in NEVER if not says_nothing(sign.upper(), of_times=True)]
    assert not [sign for sign in NEVER if says_nothing(sign)]
