"""Who asked for which page by mail, and what became of the last one: one file, replaced as a whole.

It has its own hash: a letter of an address that a disk changed would send figures to a stranger.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from service_quality.base.access import Access, Person
from service_quality.base.alone import alone
from service_quality.base.errors import DamagedError, ServiceQualityError, UsageError
from service_quality.base.language import N_, _

FILE_NAME = "subscriptions.json"
CHECKSUM, CONTENT = "checksum", "subscriptions"
CONFIRM = "confirm"  # the mail that asks whether an address wants the others
DAYS_TO_CONFIRM = 3
# Of one address, and in all: nobody's mailbox is filled from here, nor many of them asked.
MOST_UNCONFIRMED, MOST_IN_ALL = 3, 100
# What may have become of a mail. One that had begun when the program ended may have been sent: it
# is not sent again, for nobody wants a month twice and the page is a click away.
BEGUN, SENT, NOTHING, FAILED = "begun", "sent", "nothing", "failed"
TITLES = {
    BEGUN: N_("perhaps sent"),
    SENT: N_("sent"),
    NOTHING: N_("nothing to report"),
    FAILED: N_("failed"),
}
# After the first failure, the second, …; then every day, until the next month is complete.
PAUSES = tuple(timedelta(minutes=n) for n in (5, 15, 60, 240, 720, 1440))

NO_WORDS: Mapping[str, str] = MappingProxyType({})

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Attempt:
    """What became of a mail: `of` is its month (`2025-12`) or `CONFIRM`.

    `why` it failed and its `words` are not translated yet: whoever reads them may speak another
    language than the mail.
    """

    of: str
    state: str
    at: datetime
    failures: int = 0
    why: str = ""
    words: dict[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why it failed, in a sentence; empty where it did not."""
        return _(self.why).format(**self.words)

    @property
    def again(self) -> datetime | None:
        """When it is tried again; None where it is not."""
        if self.state != FAILED:
            return None
        return self.at + PAUSES[min(self.failures, len(PAUSES)) - 1]


@dataclass(frozen=True)
class Subscription:
    """One page with its filters, for one address or channel; moments have their zone.

    `key` is what its links know it by, and cannot be guessed. `claims` are what the sign-in said of
    whoever asked, None where nobody signs in. Months up to `after` are settled.
    """

    to: str
    page: str
    query: dict[str, list[str]]
    language: str
    signals: bool
    made: datetime
    by: str = ""
    channel: bool = False
    claims: dict[str, Any] | None = None
    confirmed: bool = False
    after: str = ""
    attempt: Attempt | None = None
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def settled(self, of: str) -> bool:
        """Whether a mail was sent, or may have been, or had nothing to say."""
        if of != CONFIRM and of <= self.after:
            return True
        done = self.attempt
        return done is not None and done.of == of and done.state != FAILED

    def lapsed(self, now: datetime) -> bool:
        """Whether nobody confirmed it in time."""
        return not self.confirmed and now > self.made + timedelta(days=DAYS_TO_CONFIRM)

    def same_view(self, other: Subscription) -> bool:
        """Whether both are of the same page and filters for the same reader."""
        theirs = (other.to.casefold(), other.page, other.query)
        return (self.to.casefold(), self.page, self.query) == theirs

    def tried(
        self, of: str, state: str, at: datetime, why: str = "", words: Mapping[str, str] = NO_WORDS
    ) -> Subscription:
        """Return it with what became of a mail; what is done with a month is done for good."""
        before = self.attempt.failures if self.attempt and self.attempt.of == of else 0
        attempt = Attempt(of, state, at, before + (state == FAILED), why, dict(words))
        after = of if of != CONFIRM and state in (SENT, NOTHING) else self.after
        return replace(self, attempt=attempt, after=after)


_FORM = TypeAdapter(list[Subscription])


def masked(subscription: Subscription) -> str:
    """Return for whom it is, so that others can tell who and nobody can write to them or post."""
    if subscription.channel:
        return f"{subscription.to.split('/')[2]}/…"
    name, _at, domain = subscription.to.rpartition("@")
    return f"{name[:2]}…@{domain}"


def reader(subscription: Subscription, access: Access | None, now: datetime) -> Person | None:
    """Return whose rows a subscription is of, by the rules of now; UsageError says why of none.

    None where nobody signs in. What was asked for before people had to sign in, or when they had
    to and now do not, rests: nobody knows whose rows it would be of.
    """
    if (access is None) != (subscription.claims is None):
        raise UsageError(
            _("rests: how people sign in has changed since; whoever wants it asks for it again")
        )
    if access is None or subscription.claims is None:
        return None
    person = access.still(subscription.claims, now.timestamp())
    if person is None or person.role is None:
        raise UsageError(_("rests: its reader has no role now"))
    return person


def read(home: Path) -> list[Subscription]:
    """Return all subscriptions of a data folder; DamagedError where they are not as written."""
    path = home / FILE_NAME
    if not path.exists():
        return []
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        if whole[CHECKSUM] != _hash(whole[CONTENT]):
            raise ValueError
        return _FORM.validate_python(whole[CONTENT])
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        text = _(
            "{path} is damaged: no mails are sent. Restore it from a backup, or move it away:"
            " then everyone asks for their mails again."
        )
        raise DamagedError(text.format(path=path)) from error


def add(home: Path, new: Subscription, now: datetime) -> Subscription:
    """Add a subscription and return it; of the same view for the same reader, the later one counts.

    UsageError where too many wait to be confirmed.
    """
    with _alone(home):
        kept = [each for each in read(home) if not each.lapsed(now)]
        waiting = [] if new.confirmed else [e for e in kept if not e.confirmed]
        if len(waiting) >= MOST_IN_ALL:
            raise UsageError(_("Too many addresses wait to be confirmed: try again in a few days."))
        if sum(e.to.casefold() == new.to.casefold() for e in waiting) >= MOST_UNCONFIRMED:
            text = _("{address} was sent mails to confirm: open one of them first.")
            raise UsageError(text.format(address=new.to))
        # Whoever asks for what is confirmed as nobody signs in may be anyone: it goes on.
        replaced = [e for e in kept if e.same_view(new) and (new.confirmed or not e.confirmed)]
        _write(home, [each for each in kept if each not in replaced] + [new])
        return new


def change(
    home: Path, key: str, turn: Callable[[Subscription], Subscription | None]
) -> Subscription | None:
    """Replace a subscription by what is made of it, None to end it; return what it is now."""
    with _alone(home):
        found = read(home)
        place = next((n for n, each in enumerate(found) if each.key == key), None)
        if place is None:
            return None
        new = turn(found[place])
        rest = [] if new is None else [new]
        if rest != [found[place]]:
            _write(home, [*found[:place], *rest, *found[place + 1 :]])
        return new


def claim(home: Path, key: str, of: str, now: datetime) -> bool:
    """Note that a mail begins to be sent; False where nobody wants it any more, or it has begun.

    Two processes that both think it is theirs to send, as after a break in the line between them,
    send it once.
    """
    ours = False

    def turn(found: Subscription) -> Subscription:
        nonlocal ours
        ours = not found.settled(of)
        return found.tried(of, BEGUN, now) if ours else found

    change(home, key, turn)
    return ours


def end(home: Path, key: str) -> None:
    """End a subscription: nothing of it is kept."""
    change(home, key, lambda _each: None)


def drop_lapsed(home: Path, now: datetime) -> None:
    """Forget addresses that nobody confirmed."""
    for each in read(home):
        if each.lapsed(now):
            end(home, each.key)


def confirm(home: Path, key: str, now: datetime) -> Subscription | None:
    """Note that whoever reads an address's mails wants them; None where it lapsed, or ended.

    It takes the place of one of the same view.
    """

    def turn(found: Subscription) -> Subscription | None:
        return None if found.lapsed(now) else replace(found, confirmed=True)

    done = change(home, key, turn)
    for each in read(home) if done else ():
        if done and each.key != key and each.same_view(done):
            end(home, each.key)
    return done


def find(home: Path, key: str) -> Subscription | None:
    """Return the subscription that a link is of; None where it has ended."""
    return next((each for each in read(home) if each.key == key), None)


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Let nobody else change them meanwhile; ServiceQualityError where they cannot be written."""
    try:
        with alone(home):
            yield
    except OSError as error:
        text = _("{path} cannot be written ({reason}): mails are sent once it can.")
        reason = error.strerror or error
        raise ServiceQualityError(text.format(path=home / FILE_NAME, reason=reason)) from error


def _write(home: Path, found: Sequence[Subscription]) -> None:
    content = _FORM.dump_python(list(found), mode="json")
    text = json.dumps({CHECKSUM: _hash(content), CONTENT: content}, ensure_ascii=False, indent=1)
    path = home / FILE_NAME
    making = path.with_suffix(".making")
    only_ours = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(only_ours, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    making.replace(path)
    folder = os.open(home, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
