"""The file of subscriptions: written as a whole, damage is named, and nobody else's is changed."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_quality.base import alone
from service_quality.base.errors import DamagedError, ServiceQualityError
from service_quality.findings.mail import subscriptions
from service_quality.findings.mail.subscriptions import (
    CONFIRM,
    FAILED,
    FILE_NAME,
    SENT,
    Subscription,
)
from tests.damage import DAMAGES

DAY = datetime(2026, 2, 10, 9, tzinfo=UTC)


def new(**words: Any) -> Subscription:
    given = {"to": "lea@example.com", "page": "overview", "query": {}, "language": "en_GB"}
    more = {"signals": False, "made": DAY, "confirmed": True}
    return Subscription(**{**given, **more, **words})


def test_what_is_written_is_read_and_only_by_its_user(tmp_path: Path) -> None:
    asked = new(query={"team": ["Lille", ""]}, claims={"email": "lea@example.com", "groups": None})
    tried = asked.tried("2026-01", FAILED, DAY, "{host} is {text}", {"host": "h", "text": "down"})
    subscriptions.add(tmp_path, tried, DAY)
    assert subscriptions.read(tmp_path) == [tried]
    assert tried.attempt
    assert tried.attempt.reason == "h is down"
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {FILE_NAME, alone.FILE_NAME}


@pytest.mark.parametrize("damage", ["flipped", "cut", "emptied"])
def test_a_damaged_file_is_named_and_not_written_over(tmp_path: Path, damage: str) -> None:
    subscriptions.add(tmp_path, new(), DAY)
    path = tmp_path / FILE_NAME
    DAMAGES[damage](path)
    left = path.read_bytes()
    for do in (
        lambda: subscriptions.read(tmp_path),
        lambda: subscriptions.add(tmp_path, new(), DAY),
        lambda: subscriptions.end(tmp_path, "key"),
    ):
        with pytest.raises(DamagedError, match=str(path)):
            do()
    assert path.read_bytes() == left


def test_a_letter_of_an_address_that_changed_is_found(tmp_path: Path) -> None:
    subscriptions.add(tmp_path, new(), DAY)
    path = tmp_path / FILE_NAME
    path.write_text(path.read_text().replace("lea@", "mia@"))
    with pytest.raises(DamagedError):
        subscriptions.read(tmp_path)


def test_what_cannot_be_written_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscriptions.add(tmp_path, new(), DAY)
    before = subscriptions.read(tmp_path)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(ServiceQualityError, match="No space left"):
            subscriptions.end(tmp_path, before[0].key)
    assert subscriptions.read(tmp_path) == before


def test_pauses_grow_to_a_day_and_begin_anew_with_each_month() -> None:
    asked, pauses = new(), []
    for _n in range(8):
        asked = asked.tried("2026-01", FAILED, DAY)
        assert asked.attempt
        assert asked.attempt.again
        pauses.append((asked.attempt.again - DAY) / timedelta(minutes=1))
    assert pauses == [5, 15, 60, 240, 720, 1440, 1440, 1440]
    asked = asked.tried("2026-02", FAILED, DAY)
    assert asked.attempt
    assert asked.attempt.failures == 1


def test_what_was_sent_is_settled_with_all_months_before_it() -> None:
    asked = new(after="2025-11")
    assert not asked.settled("2026-01")
    sent = asked.tried(CONFIRM, SENT, DAY).tried("2026-01", SENT, DAY)
    months = ("2025-11", "2025-12", "2026-01", "2026-02")
    assert [sent.settled(month) for month in months] == [True, True, True, False]


def test_who_confirms_replaces_what_they_had_of_the_same_view(tmp_path: Path) -> None:
    old = subscriptions.add(tmp_path, new(), DAY)
    stranger = subscriptions.add(tmp_path, new(signals=True, confirmed=False), DAY)
    other = subscriptions.add(tmp_path, new(page="trends"), DAY)
    assert old in subscriptions.read(tmp_path)
    done = subscriptions.confirm(tmp_path, stranger.key, DAY)
    assert done
    assert done.signals
    assert subscriptions.read(tmp_path) == [done, other]


def test_addresses_are_not_shown_whole() -> None:
    assert subscriptions.masked(new()) == "le…@example.com"
    hook = new(to="https://hooks.example.com/services/T0/B0/secret", channel=True)
    assert subscriptions.masked(hook) == "hooks.example.com/…"


def test_keys_cannot_be_guessed_and_are_in_no_list(tmp_path: Path) -> None:
    keys = {subscriptions.add(tmp_path, new(query={"team": [str(n)]}), DAY).key for n in range(20)}
    assert len(keys) == 20
    assert min(map(len, keys)) >= 32
    assert json.loads((tmp_path / FILE_NAME).read_text())["subscriptions"]
