"""What Overview opens with is asked before anyone comes, and known again at the next start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.errors import ServiceQualityError
from service_quality.base.filters import Filters
from service_quality.findings import entities, overview, views
from service_quality.findings.asking import ask
from service_quality.measures import answer_file
from service_quality.measures.answers import Answers
from service_quality.ui.frame import data, ready, waiting
from service_quality.ui.frame.memory import Memory
from service_quality.warehouse.connection import Warehouse
from tests.factories import Store

Start = Callable[[Store], "tuple[float, int]"]


def tickets(first: int, last: int) -> list[dict[str, str]]:
    """Return tickets of January to March 2025, one a day, by number."""
    months = [(month, day) for month in (1, 2, 3) for day in range(1, 29)]
    return [
        {"ticket_id": str(i), "created_at": f"2025-{month:02}-{day:02} 10:00"}
        for i, (month, day) in enumerate(months[first:last], first)
    ]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Start:
    """Start the program anew: return how many tickets it knows of, and how often it asked that."""

    def begin(store: Store) -> tuple[float, int]:
        store.reopen()
        asked = []

        def once(*of: Any, **words: Any) -> object:
            asked.append(of)
            return overview_of(*of, **words)

        monkeypatch.setattr(data, "_memory", Memory(100))
        with monkeypatch.context() as patch:
            patch.setattr(overview, "overview", once)
            source = data.Source(store.answers, store.folder, store.warehouse.version(), False)
            ready.get_ready(source)
        (known,) = [
            rows
            for key, rows in source.answers.known(store.warehouse).items()
            if isinstance(key, tuple) and key[:3] == ("ticket_volume", ("month",), Filters())
        ]
        return sum(row["value"] for row in known), len(asked)

    overview_of = overview.overview
    return begin


def test_the_next_start_knows_and_a_publish_has_it_asked_again(
    tmp_path: Path, start: Start
) -> None:
    store = Store(tmp_path)
    store.load("tickets", tickets(0, 70))
    assert start(store) == (70, 2)  # and once more for the month before
    assert start(store) == (70, 0)
    store.load("tickets", tickets(70, 84))
    assert start(store) == (84, 2)
    assert start(store) == (84, 0)


def test_a_damaged_file_is_made_anew(tmp_path: Path, start: Start) -> None:
    store = Store(tmp_path)
    store.load("tickets", tickets(0, 84))
    start(store)
    file = tmp_path / answer_file.FILE_NAME
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    assert start(store) == (84, 2)
    assert start(store) == (84, 0)


def test_what_is_known_is_not_asked(
    tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    store.load("tickets", tickets(0, 84))
    start(store)
    start(store)

    def dimension_values(_self: Answers, name: str) -> list[str]:
        raise AssertionError(name)

    monkeypatch.setattr(Answers, "dimension_values", dimension_values)
    data.ask(data.Source(store.answers, store.folder, store.warehouse.version(), False))
    assert ask(Answers.dimension_values, "brand") == [None]


def test_it_looks_again_and_waits_while_files_come(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    now = [1]
    monkeypatch.setattr(data, "real", lambda: now[0])
    monkeypatch.setattr(data, "mark", lambda found: found)
    monkeypatch.setattr(data, "could_show", lambda _found: False)
    monkeypatch.setattr(ready, "get_ready", made.append)
    looking = ready.Ready()
    for version in (1, 1, 2, 3, 3, 3):
        now[0] = version
        looking.look()
    assert made == [1, 3]


def test_what_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []

    def fails(found: object) -> None:
        made.append(found)
        if len(made) == 1:
            raise ServiceQualityError("The disk is full.")

    monkeypatch.setattr(data, "real", lambda: 1)
    monkeypatch.setattr(data, "mark", lambda found: found)
    monkeypatch.setattr(data, "could_show", lambda _found: False)
    monkeypatch.setattr(ready, "get_ready", fails)
    looking = ready.Ready()
    with pytest.raises(ServiceQualityError):
        looking.look()
    looking.look()
    looking.look()
    assert made == [1, 1]


def test_what_the_other_pages_open_with_is_asked_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    replied = [
        row | {"first_reply_at": row["created_at"][:11] + "12:00", "brand": "AB"[i % 2]}
        for i, row in enumerate(tickets(0, 84))
    ]
    store.load("tickets", replied)
    source = data.Source(store.answers, store.folder, store.warehouse.version(), False)
    monkeypatch.setattr(data, "_memory", Memory(1000))
    assert {*ready.ask_ahead(source)} == views.VIEWS.keys()

    def rows(*_of: object) -> list[object]:
        raise AssertionError(_of)

    monkeypatch.setattr(Warehouse, "rows", rows)
    data.ask(data.Source(store.answers, store.folder, source.version, False))
    found = views.opening("replies", {})
    assert found
    assert found.sentence.startswith("Half are answered within 2")
    assert views.opening("trends", {})
    first = views.opening("entity", {})
    assert first
    kpi, *_others = entities.rankable("brand", [line.kpi.id for line in first.lines]).values()
    entities.places(kpi, "brand", "B", Filters())  # its field is that of A, with which it opens


@pytest.mark.parametrize("kind", ["tickets", "surveys", "rankings", "promises", ""])
def test_pages_without_measures_are_no_hindrance(tmp_path: Path, kind: str) -> None:
    rows: dict[str, dict[str, Any]] = {
        "tickets": {"ticket_id": 1, "created_at": "2025-01-01 10:00"},
        "surveys": {"response_id": 1, "answered_at": "2025-01-01 10:00", "nps": 9},
        "rankings": {"publisher": "P", "year": 2025, "brand": "A", "rank": 1},
        "promises": {
            "promise_id": "p",
            "statement": "We answer",
            "kpi": "reply_rate",
            "valid_from": "2025-01-01",
        },
    }
    store = Store(tmp_path)
    if kind in rows:
        store.load(kind, [rows[kind]])
    source = data.Source(store.answers, store.folder, store.warehouse.version(), False)
    assert {*ready.ask_ahead(source)} == views.VIEWS.keys()


def test_the_other_pages_are_asked_once_for_all_that_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[object] = []

    def fails(found: object) -> Iterator[str]:
        made.append(found)
        yield "rankings"
        raise ServiceQualityError("This takes more memory than there is.")

    now = [1]
    monkeypatch.setattr(data, "real", lambda: now[0])
    monkeypatch.setattr(data, "mark", lambda found: found)
    monkeypatch.setattr(data, "could_show", lambda _found: False)
    monkeypatch.setattr(ready, "get_ready", lambda _found: None)
    monkeypatch.setattr(ready, "ask_ahead", fails)
    looking = ready.Ready()
    looking.look_ahead(lambda: True)  # nothing was looked at yet
    for version in (1, 1, 2, 2, 2):
        now[0] = version
        looking.look()
        with suppress(ServiceQualityError):
            looking.look_ahead(lambda: True)
    assert made == [1, 2]


def test_the_other_pages_are_asked_while_nobody_waits_and_those_left_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def ask_ahead(_found: object) -> Iterator[str]:
        for page in ("rankings", "trends", "replies"):
            asked.append(page)
            yield page

    monkeypatch.setattr(data, "real", lambda: 1)
    monkeypatch.setattr(data, "mark", lambda found: found)
    monkeypatch.setattr(data, "could_show", lambda _found: False)
    monkeypatch.setattr(ready, "get_ready", lambda _found: None)
    monkeypatch.setattr(ready, "ask_ahead", ask_ahead)
    looking = ready.Ready()
    looking.look()
    nobody_waits = iter([False, True, True, False, True, True, True])
    asked_by_look = []
    for _look in range(3):
        looking.look_ahead(lambda: next(nobody_waits))
        asked_by_look.append(len(asked))
    assert asked_by_look == [0, 2, 3]


def test_whoever_waits_for_a_page_is_known_until_some_time_after() -> None:
    assert not waiting.nobody(3600)
    with waiting.for_a_page(), waiting.for_a_page():
        assert not waiting.nobody(0)
    assert waiting.nobody(0)
    assert not waiting.nobody(3600)
    with suppress(KeyError), waiting.for_a_page():
        raise KeyError
    assert waiting.nobody(0)
