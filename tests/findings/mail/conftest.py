"""A data folder with two teams' e-mails up to December, and what sends what people asked for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_quality.base import access
from service_quality.base import mail as mail_file
from service_quality.findings.mail import subscriptions
from service_quality.findings.mail.making import Edition
from service_quality.findings.mail.post import Post
from service_quality.findings.mail.subscriptions import Subscription
from tests.factories import Store
from tests.post_office import Office, office

HOME = "https://q.example.org"
TO = "lea@example.com"
NOW = datetime(2026, 2, 10, 9, tzinfo=UTC)
MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
ROLES = """\
[proxy]
addresses = ["127.0.0.1"]
user = "X-User"
groups = "X-Groups"
[roles]
viewer = ["*"]
"""


def emails(month: str, *, answered: int | None = None) -> list[dict[str, object]]:
    """Return 20 e-mails of each of two teams, a day each: so many of Nantes' were answered.

    Else that moves from month to month as is usual, between 14 and 20; of Lille all but one were.
    """
    first = date.fromisoformat(f"{month}-01")
    answered = 20 - first.month * 5 % 7 if answered is None else answered
    rows: list[dict[str, object]] = []
    for day in range(20):
        for team in ("Nantes", "Lille"):
            never = day >= answered if team == "Nantes" else day == first.month
            at = first + timedelta(days=day)
            replied = None if never else f"{at} 15:00"
            key = f"{month}-{day}-{team}"
            rows.append(
                {"email_id": key, "received_at": f"{at} 10:00", "replied_at": replied, "team": team}
            )
    return rows


def ending(month: str) -> list[dict[str, object]]:
    """Return an event so far on that a month before is over, and old enough to be judged."""
    return [{"email_id": f"end-{month}", "received_at": f"{month} 10:00", "team": "Lille"}]


@dataclass
class Sender:
    """A data folder of a test's own, its mail server, and the clock."""

    store: Store
    office: Office
    now: datetime = NOW
    post: Post = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    @property
    def folder(self) -> Path:
        return self.store.folder

    def restart(self) -> None:
        """Begin as an app does that has just started."""
        self.post = Post(self.folder, self.store.warehouse)

    def look(self, **later: float) -> None:
        self.now += timedelta(**later)
        self.post.look(self.now)

    def settings(self, more: str = "") -> None:
        (self.folder / mail_file.FILE_NAME).write_text(self.office.settings + more)

    def sign_in(self, rules: str = "") -> None:
        (self.folder / access.FILE_NAME).write_text(ROLES + rules)

    def ask(self, **words: Any) -> Subscription:
        """Have someone ask for Overview by mail, as of November; `words` say what is otherwise."""
        given = {
            "to": TO,
            "page": "overview",
            "query": {},
            "language": "en_GB",
            "signals": False,
            "made": self.now,
            "confirmed": True,
            "after": "2025-11",
        }
        new = Subscription(**{**given, **words})
        return subscriptions.add(self.folder, new, self.now)

    @property
    def kept(self) -> Subscription:
        (one,) = subscriptions.read(self.folder)
        return one

    def publish(self, month: str, end: str, **more: Any) -> None:
        self.store.load(
            "emails", [*emails(month, **more), *ending(end)], at=self.now.replace(tzinfo=None)
        )


@pytest.fixture(scope="session")
def to_december(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In December 2025 Nantes answered 2 of 20: far fewer than is usual."""
    store = Store(tmp_path_factory.mktemp("december"))
    rows = [
        row
        for month in MONTHS
        for row in emails(month, answered=2 if month == MONTHS[-1] else None)
    ]
    store.load("emails", [*rows, *ending("2026-01-25")], at=NOW.replace(tzinfo=None))
    store.warehouse.close()
    (store.folder / "settings.toml").write_text(
        f'timezone = "Europe/Paris"\napp_address = "{HOME}"\n'
    )
    return store.folder


@pytest.fixture
def small_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare a test the seconds that a report takes."""
    monkeypatch.setattr(Edition, "_report", lambda *_words: ("report.pdf", b"%PDF-"))


@pytest.fixture
def sender(to_december: Path, tmp_path: Path) -> Iterator[Sender]:
    shutil.copytree(to_december, tmp_path / "data")
    with office() as here:
        made = Sender(Store(tmp_path / "data"), here)
        made.settings()
        yield made
        made.store.warehouse.close()
