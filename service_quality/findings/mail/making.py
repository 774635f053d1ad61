"""Makes what is sent of a month: the mail with its report, or a channel's lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlencode, urlsplit

from service_quality.base import language
from service_quality.base.access import Only
from service_quality.base.mail import PATH, Mail
from service_quality.findings.mail import letters, pages, subscriptions
from service_quality.findings.mail.letters import Letter
from service_quality.findings.mail.subscriptions import Subscription
from service_quality.findings.paper import content, typeset
from service_quality.findings.views import SCALE

STOP, CONFIRM = "stop", "confirm"
File = tuple[str, bytes]


def link(home: str, what: str, key: str) -> str:
    """Return the address at which a mail is confirmed, or all of its kind are ended."""
    return f"{home}/{PATH}/{what}/{key}"


@dataclass(frozen=True)
class Edition:
    """What is made for those who see the same rows, of one version of the data.

    `home` is the app's address, `pin` that of these data. A report is made once for all who want
    the same. Asks whom `findings.asking` says, in the language of the thread.
    """

    mail: Mail
    home: str
    pin: str
    now: datetime
    only: Only = ()
    reports: dict[str, File] = field(default_factory=dict)

    def confirmation(self, each: Subscription) -> EmailMessage:
        """Return the mail that asks an address whether it wants the others."""
        of, leads = pages.named(each.page, each.query), link(self.home, CONFIRM, each.key)
        days = subscriptions.DAYS_TO_CONFIRM
        return letters.confirmation(self.mail, each.to, of, leads, days)

    def message(self, each: Subscription, letter: Letter) -> EmailMessage:
        """Return the mail on a month, its report attached. RefusedError where there is none."""
        return letters.monthly(self.mail, each.to, letter, self._report(each, letter.month))

    def lines(self, each: Subscription, letter: Letter) -> dict[str, Any]:
        """Return what a channel's webhook is sent."""
        return letters.channel(urlsplit(each.to).hostname or "", letter)

    def letter(self, each: Subscription, month: str) -> Letter | None:
        """Return what there is to say of a month; None where there is no value, or no signal."""
        found = pages.found(each.page, each.query, month)
        if found is None or (each.signals and not found.moved):
            return None
        sentence, below = found.sentence, found.below
        if each.signals and not sentence.startswith(found.alert):
            sentence, below = found.alert, f"{found.sentence}\n{found.below}"
        path = "" if each.page == pages.OVERVIEW else each.page
        query = urlencode(pages.shown(each.page, each.query, month), doseq=True)
        return Letter(
            month=month,
            sentence=sentence,
            below=below,
            look=found.look,
            of=pages.named(each.page, each.query),
            signals=each.signals,
            link=f"{self.home}/{path}?{query}",
            stop=link(self.home, STOP, each.key),
        )

    def _report(self, each: Subscription, month: str) -> File:
        where = pages.where(each.query).where
        key = repr((where, each.query.get(SCALE), each.language, month))
        if key not in self.reports:
            issue = content.Issue(self.now.date(), self.home, self.pin, only=self.only)
            made = content.report(content.of_month(language.as_month(month), where), issue)
            self.reports[key] = made.file_name, typeset.pdf(made.content)
        return self.reports[key]
