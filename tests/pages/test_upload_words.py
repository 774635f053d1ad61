"""What is said of a file on a page has no flag, no pattern and no column name of the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextvars import copy_context
from datetime import datetime
from pathlib import Path

import pytest

from service_quality.base import language, settings, voice
from service_quality.base.errors import ServiceQualityError
from service_quality.definitions.datasets import all_datasets
from service_quality.ingest.recognise import feeds
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.stage.personal import sentence
from service_quality.ui.loading.understood import in_words
from service_quality.uploads import publish
from service_quality.uploads.outcome import Outcome
from service_quality.warehouse import places
from service_quality.warehouse.connection import Warehouse

FORBIDDEN = re.compile(r"--\w|%[a-zA-Z]|\b[a-z]+_[a-z_]+\b|\.toml|\bcsat\b")
MOMENT = publish.Moment(datetime(2026, 6, 1), "tester")
MAILS = "Received at,Replied at\n"
TICKETS = "Ticket id,Created at,Solved at,Status,Topic,Contact id\n"
PEOPLE = "".join(
    f"{n},2025-03-0{n} 10:00,2025-03-0{n} 09:00,With the lawyer,Anna Becker {n},a{n}@example.com\n"
    for n in range(1, 9)
)
# Each a kind of doubt, question, notice or refusal.
FILES = {
    "day first or month first": MAILS + "03/04/2025,04/04/2025\n05/04/2025,06/04/2025\n",
    "a zone of several": MAILS + "2025-04-03 10:00 IST,2025-04-03 11:00 IST\n" * 3,
    "minutes or hours": "Ticket id,Created at,First reply wait\n1,2025-04-03 10:00,7\n",
    "faults of rows": TICKETS + PEOPLE + "9,soon,,,x,\n,2025-03-01 10:00,,,,\n",
    "a scale and codes": "Answered at,Satisfaction\n"
    + "".join(f"2025-03-0{n},{mark}\n" for n, mark in enumerate([5, 4, 4, 99, 1], 1)),
    "two scales": "Answered at,Satisfaction\n"
    + "".join(f"2025-0{1 + n // 12}-01,{n % 5 + 1 + 5 * (n // 24)}\n" for n in range(48)),
    "no question": "Answered at,Name\n2025-03-01,a\n2025-03-02,b\n",
    "nothing known": "Dish,Flour\nCake,200\n",
    "could stand in any file": "Id,Date\n1,2025-03-01\n2,2025-03-02\n",
    "no date": "Ticket id,Status\n1,open\n2,closed\n",
    "no rows": TICKETS,
    "two tables": MAILS + "2025-03-01,2025-03-02\n\n" + MAILS + "2025-03-03,2025-03-04\n",
    "keys that repeat": "Month,KPI,Value\n" + "2025-03,Calls,4\n2025-03,Calls,5\n" * 2,
    "keys told apart": "Month,KPI,Value,Site\n"
    + "".join(f"2025-0{n},Calls,4,Lille\n2025-0{n},Calls,5,Nantes\n" for n in (3, 4)),
    "a personal id that is needed": "Publisher,Year,Brand,Rank\n"
    + "".join(f"P,2024,anna{n}@example.com,{n}\n" for n in range(1, 9)),
}
WORDS = (
    *("--dates created_at=-5h", "--dates created_at=%d%m%y", "--dates created_at=month-first"),
    *("--dates created_at=Europe/Paris", "--dates created_at=day-first,local"),
    *("--unit solved_at=hours", "--no-answer topic=99", "--map topic=", "--hash topic"),
    *("--keep topic=needed", "--set brand=A", "--map topic=Sujet", "--agents no"),
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("words")
    opened = publish.open_warehouse(places.of(folder), settings.load(folder))
    yield opened
    opened.close()


def _outcome(warehouse: Warehouse, path: Path) -> Outcome:
    voice.speak_on_page()
    chosen = settings.load(warehouse.folder)
    try:
        return publish.load(warehouse, chosen, path, Instructions(), MOMENT, dry_run=True)
    except ServiceQualityError as error:
        return Outcome(path.name, reason=str(error))


def _texts(outcome: Outcome) -> Iterator[str]:
    """Return all that the page says of an outcome."""
    kinds = [all_datasets()[outcome.kind]] if outcome.kind else all_datasets().values()
    titles = {column.name: column.title for dataset in kinds for column in dataset.columns}
    yield from (outcome.reason or "", *outcome.warnings, *outcome.decided, *outcome.why)
    for issue in outcome.issues:
        yield from (issue.expected, issue.remedy)
    for decision in outcome.decisions:
        yield from (decision.what, decision.why)
    said = [*outcome.answers, *(d.say for d in outcome.decisions if d.say)]
    for each in outcome.not_fed:
        yield feeds.sentence_of_not_fed(each, titles)
        said += each.say
    yield from (in_words(text, titles) for text in said)
    yield from (sentence(each, titles[each.column]) for each in outcome.personal)


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("about", FILES)
def test_no_text_of_a_file_has_what_is_typed(
    about: str, spoken: str, warehouse: Warehouse, tmp_path: Path
) -> None:
    path = tmp_path / "file.csv"
    path.write_text(FILES[about])
    with language.using(spoken):
        texts = list(copy_context().run(lambda: list(_texts(_outcome(warehouse, path)))))
    assert any(texts)
    assert not [text for text in texts if FORBIDDEN.search(text)]


@pytest.mark.parametrize("text", WORDS)
def test_what_was_answered_is_said_in_words(text: str) -> None:
    titles = {column.name: column.title for column in all_datasets()["tickets"].columns}
    assert not FORBIDDEN.search(in_words(text, titles))


def test_the_command_line_still_says_what_to_type(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(FILES["day first or month first"])
    chosen = settings.load(warehouse.folder)
    found = publish.load(warehouse, chosen, path, Instructions(), MOMENT, dry_run=True)
    assert "Say it with --dates received_at=day-first or" in (found.reason or "")
