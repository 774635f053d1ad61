"""What a running app sends: what is published meanwhile, and what was while it was off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service_quality.base import settings
from service_quality.base.settings import Settings
from service_quality.cli import main, serving
from service_quality.findings.mail import subscriptions, watch
from tests.factories import write_csv
from tests.findings.mail.conftest import Sender, emails, ending

pytestmark = pytest.mark.usefixtures("small_report")
SECONDS = 20


def until(there: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not there():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def start(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Have the app hold the folder, as it does without any visitor."""
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(sender.folder))
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.1)
    sender.store.warehouse.close()
    yield lambda: serving.warehouse(sender.folder, settings.load(sender.folder)) and None
    (sender.folder / "mail.toml").unlink()
    time.sleep(0.3)
    serving._held.pop(sender.folder.resolve()).close()  # others are of other tests


def test_a_command_that_completes_a_month_while_the_app_runs_sets_it_off(
    sender: Sender, start: Callable[[], None], tmp_path: Path
) -> None:
    sender.ask(made=datetime.now(UTC))
    start()
    until(lambda: len(sender.office.mails) == 1)  # December, completed while the app was off
    rows = [*emails("2026-01"), *ending("2026-02-20")]
    words = [f"--map={name}={name}" for name in rows[0]]
    path = write_csv(tmp_path / "january.csv", rows)
    argv = ["load", str(path), "--kind", "emails", "--source", "test", *words]
    # As the app is asked by the command line, and by its own inbox.
    question = {"argv": argv, "here": str(tmp_path), "by": "paul"}
    answer = main.answer(question, serving.warehouse(sender.folder, Settings()), sender.folder)
    assert answer["status"] == 0, answer["err"]
    until(lambda: len(sender.office.mails) == 2)
    until(lambda: sender.kept.after == "2026-01")
    assert ["Dec" in mail["Subject"] for mail in sender.office.mails] == [True, False]


def test_a_new_address_is_asked_at_once(sender: Sender, start: Callable[[], None]) -> None:
    start()
    sender.ask(confirmed=False, made=datetime.now(UTC))
    watch.wake()
    until(lambda: len(sender.office.mails) == 1)
    assert subscriptions.read(sender.folder)
