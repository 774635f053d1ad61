"""Sends what people asked for once a month is complete: each month once, and late ones not again.

`Post.look` is called every few seconds for as long as the app runs, see `watch`. What it does
follows from the data and the file of subscriptions alone: so it covers every way to publish, and
what was published while the app was off.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from service_quality.base import access, language
from service_quality.base import mail as mail_file
from service_quality.base import settings as settings_file
from service_quality.base.access import Access, Only
from service_quality.base.errors import RefusedError, UsageError
from service_quality.base.language import N_, _
from service_quality.base.mail import Mail
from service_quality.base.settings import Settings
from service_quality.findings.asking import asking
from service_quality.findings.mail import delivery, pages, subscriptions
from service_quality.findings.mail.making import Edition
from service_quality.findings.mail.subscriptions import CONFIRM, Subscription
from service_quality.findings.views import SCALE
from service_quality.measures import rollup
from service_quality.measures.answers import Answers
from service_quality.measures.narrowed import narrowed
from service_quality.uploads import as_of
from service_quality.warehouse.connection import Warehouse

LOG = logging.getLogger(__name__)
AT_LEAST = timedelta(hours=1)  # how often addresses that nobody confirmed are forgotten
AboutTo = Callable[[], object]


class _EndedError(Exception):
    """A subscription that its reader ended while its mail was being made, or that was sent."""


class _ChangedError(Exception):
    """Data that changed while they were read: the next look begins anew."""


@dataclass(frozen=True)
class _Now:
    """What holds for one look: settings, the app's address, the moment, data, who asked."""

    mail: Mail
    settings: Settings
    signing_in: Access | None
    home: str
    moment: datetime
    version: int
    found: tuple[Subscription, ...]

    @property
    def stamp(self) -> tuple[object, ...]:
        """What has to change before there is anything new to send, but for what failed."""
        asked = tuple((each.key, each.confirmed, str(each.claims)) for each in self.found)
        return (self.mail, repr(self.settings), self.signing_in, self.home, self.version, asked)

    @property
    def edition(self) -> Edition:
        """What makes mails for those who see all rows."""
        return Edition(self.mail, self.home, as_of.pin(self.version, self.settings), self.moment)

    def by_rows(self) -> dict[Only, list[Subscription]]:
        """Return subscriptions by the rows that their readers may see, but for those that rest."""
        readers: dict[Only, list[Subscription]] = {}
        for each in self.found:
            with suppress(UsageError):  # it rests, as Data says
                person = subscriptions.reader(each, self.signing_in, self.moment)
                only = person.only if person and not each.channel else ()
                readers.setdefault(only, []).append(each)
        return readers


class Post:
    """Sends for one data folder; for one thread."""

    def __init__(self, home: Path, warehouse: Warehouse) -> None:
        self.home, self.warehouse = home, warehouse
        self._seen: tuple[object, ...] = ()
        self._again: datetime | None = None
        self._signing_in = False  # once people sign in, nothing is sent as if nobody did

    def look(self, moment: datetime) -> None:
        """Send what is due. ServiceQualityError where a file of settings is wrong."""
        now = self._now(moment)
        if now is None or (now.stamp == self._seen and self._again and moment < self._again):
            return
        try:
            self._confirmations(now)
            self._months(now)
        except _ChangedError:
            return
        self._seen = now.stamp
        tries = [each.attempt.again for each in subscriptions.read(self.home) if each.attempt]
        self._again = min([moment + AT_LEAST, *(at for at in tries if at)])

    def _now(self, moment: datetime) -> _Now | None:
        """Return what holds now; None where nothing can be sent, or nobody asked for anything."""
        mail = mail_file.load(self.home)
        if mail is None:
            return None
        subscriptions.drop_lapsed(self.home, moment)
        found = subscriptions.read(self.home)
        if not found:
            return None
        settings, signing_in = settings_file.load(self.home), access.load(self.home)
        if signing_in is None and self._signing_in:
            text = _("{path} is gone: put it back, or start the app again.")
            raise UsageError(text.format(path=access.path_of(self.home)))
        self._signing_in = signing_in is not None
        home = mail_file.home(settings, signing_in)
        if not home:
            raise UsageError(mail_file.no_home())
        version = self.warehouse.version()
        return _Now(mail, settings, signing_in, home, moment, version, tuple(found))

    def _confirmations(self, now: _Now) -> None:
        """Ask new addresses whether they want what someone asked for."""
        for each in (each for found in now.by_rows().values() for each in found):
            if not each.confirmed and _is_due(each, CONFIRM, now.moment):
                answers = Answers(self.warehouse, now.settings)
                with language.using(each.language), asking(answers):
                    message = now.edition.confirmation(each)
                    self._deliver(now, each, CONFIRM, _by_mail(now, each, message))

    def _months(self, now: _Now) -> None:
        readers = {
            only: wanted
            for only, found in now.by_rows().items()
            if (wanted := [each for each in found if each.confirmed])
        }
        if not readers:
            return
        rollup.bring_up_to_date(self.warehouse, now.settings)
        whole = Answers(self.warehouse, now.settings)
        for only, found in readers.items() if whole.started() else ():
            answers = narrowed(whole, only) if only else whole
            edition = replace(now.edition, only=only)
            try:
                for each in found:
                    self._month(now, each, edition, answers)
            finally:
                if only:
                    answers.warehouse.close()

    def _month(self, now: _Now, each: Subscription, edition: Edition, answers: Answers) -> None:
        """Send one reader the last complete month, unless that is settled."""
        scales = each.query.get(SCALE, [])
        with language.using(each.language), asking(answers, lambda: scales):
            month = pages.complete(each.page, each.query)
            if not month or not _is_due(each, month, now.moment):
                return
            try:
                hand_over = self._made(now, each, month, edition)
            except RefusedError:
                hand_over = None
            except Exception:
                LOG.exception("What %s asked for could not be made", subscriptions.masked(each))
                why = N_("It could not be made. The program's log says why.")
                self._note(now, each, month, subscriptions.FAILED, why)
                return
            if self.warehouse.version() != now.version:
                raise _ChangedError
            if hand_over is None:
                self._note(now, each, month, subscriptions.NOTHING)
            else:
                self._deliver(now, each, month, hand_over)

    def _made(
        self, now: _Now, each: Subscription, month: str, edition: Edition
    ) -> Callable[[AboutTo], object] | None:
        """Return what hands over a reader's month; None where it has nothing to say."""

        def make() -> Callable[[AboutTo], object] | None:
            letter = edition.letter(each, month)
            if letter is None:
                return None
            if each.channel:
                lines = edition.lines(each, letter)
                return lambda about_to: delivery.post(now.mail, each.to, lines, about_to)
            return _by_mail(now, each, edition.message(each, letter))

        return self.warehouse.retrying(make)

    def _deliver(
        self, now: _Now, each: Subscription, of: str, hand_over: Callable[[AboutTo], object]
    ) -> None:
        """Hand a message over; that it begins is written down first, so that it goes once."""

        def about_to() -> None:
            if not subscriptions.claim(self.home, each.key, of, now.moment):
                raise _EndedError

        try:
            hand_over(about_to)
        except _EndedError:
            LOG.info("Someone ended what was just to be sent, or sent it")
        except delivery.DeliveryError as error:
            sure = isinstance(error, delivery.NotSentError)
            state = subscriptions.FAILED if sure else subscriptions.BEGUN
            self._note(now, each, of, state, error.text, error.words)
            LOG.warning("To %s: %s", subscriptions.masked(each), error)
        else:
            self._note(now, each, of, subscriptions.SENT)

    def _note(
        self,
        now: _Now,
        each: Subscription,
        of: str,
        state: str,
        why: str = "",
        words: Mapping[str, str] = subscriptions.NO_WORDS,
    ) -> None:
        """Write down what became of a mail, where anybody still wants it."""

        def turn(found: Subscription) -> Subscription:
            return found.tried(of, state, now.moment, why, words)

        subscriptions.change(self.home, each.key, turn)


def _is_due(each: Subscription, of: str, moment: datetime) -> bool:
    again = each.attempt.again if each.attempt and each.attempt.of == of else None
    return not each.settled(of) and (again is None or again <= moment)


def _by_mail(now: _Now, each: Subscription, message: EmailMessage) -> Callable[[AboutTo], object]:
    def hand_over(about_to: AboutTo) -> None:
        if not now.mail.writes_to(each.to):
            raise delivery.NotSentError(N_("mail.toml lets no mail go to this address any more."))
        delivery.send(now.mail, message, now.moment, about_to)

    return hand_over
