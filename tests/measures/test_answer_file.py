"""Stored answers are read for what they were made of, whole, or not at all."""

from __future__ import annotations

import hashlib
import os
import pickle
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from service_quality.base.filters import Filters
from service_quality.definitions import kpis
from service_quality.measures import answer_file
from service_quality.measures.answers import Answers
from tests.factories import Store

STAMP = bytes(32)
ANSWERS = {"known": {("csat", (), Filters(date(2025, 1, 1))): [{"value": 0.5, "n": None}]}}
TICKETS = [{"ticket_id": str(i), "created_at": "2025-03-03 10:00"} for i in range(2)]


def test_what_was_stored_is_read_under_its_stamp_alone(tmp_path: Path) -> None:
    assert answer_file.read(tmp_path, STAMP) is None
    answer_file.write(tmp_path, STAMP, ANSWERS)
    assert answer_file.read(tmp_path, STAMP) == ANSWERS
    assert answer_file.read(tmp_path, b"1" * 32) is None


@pytest.mark.parametrize("at", [0, 31, 32, 40, -1])
def test_a_changed_byte_is_found(tmp_path: Path, at: int) -> None:
    answer_file.write(tmp_path, STAMP, ANSWERS)
    file = tmp_path / answer_file.FILE_NAME
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    assert answer_file.read(tmp_path, STAMP) is None


@pytest.mark.parametrize("length", [0, 5, 32, 60])
def test_a_file_cut_short_is_found(tmp_path: Path, length: int) -> None:
    answer_file.write(tmp_path, STAMP, ANSWERS)
    file = tmp_path / answer_file.FILE_NAME
    file.write_bytes(file.read_bytes()[:length])
    assert answer_file.read(tmp_path, STAMP) is None


class Evil:
    """Runs a command where it is read without care."""

    def __init__(self, of: tuple[str, str], given: str) -> None:
        self._of, self._given = of, given

    def written(self) -> bytes:
        module, name = (f"\x8c{chr(len(part))}{part}".encode("latin1") for part in self._of)
        given = f"\x8c{chr(len(self._given))}{self._given}".encode("latin1")
        return b"\x80\x04" + module + name + b"\x93" + given + b"\x85R."


@pytest.mark.parametrize(
    "of",
    [
        ("os", "system"),
        ("service_quality.measures.answer_file", "pickle.loads"),
        ("service_quality.measures.answer_file", "Path"),
        ("service_quality.warehouse.connection", "Warehouse"),
        ("datetime", "sys.exit"),
    ],
)
def test_nothing_but_answers_is_ever_made_of_a_file(tmp_path: Path, of: tuple[str, str]) -> None:
    content = Evil(of, "touch evil").written()
    proof = hashlib.sha256(STAMP + content).digest()
    (tmp_path / answer_file.FILE_NAME).write_bytes(proof + content)
    with pytest.raises(pickle.UnpicklingError):
        answer_file.read(tmp_path, STAMP)


def test_what_could_not_be_read_is_not_stored(tmp_path: Path) -> None:
    with pytest.raises(pickle.UnpicklingError):
        answer_file.write(tmp_path, STAMP, {"known": os.getpid})
    assert not (tmp_path / answer_file.FILE_NAME).exists()


def test_answers_hang_on_rows_settings_and_definitions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = Store(tmp_path / "one"), Store(tmp_path / "other")
    upload = store.load("tickets", TICKETS).upload_id
    other.load("tickets", TICKETS[:1])
    first = answer_file.stamp(store.answers)
    assert answer_file.stamp(store.answers) == first
    # As many changes have been made to the other's rows, and yet they are others.
    assert store.warehouse.version() == other.warehouse.version()
    assert answer_file.stamp(other.answers) != first
    stricter = replace(store.settings, reply_promise_hours=1)
    assert answer_file.stamp(Answers(store.warehouse, stricter)) != first
    store.withdraw(upload)
    withdrawn = answer_file.stamp(store.answers)
    store.put_back(upload)
    assert len({first, withdrawn, answer_file.stamp(store.answers)}) == 3
    monkeypatch.setattr(kpis, "definitions_hash", lambda _values: "another file of a KPI")
    assert answer_file.stamp(store.answers) != answer_file.stamp(other.answers) != withdrawn
