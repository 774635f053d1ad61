"""What the command `mail` does: try the mail server, and list who asked for mails."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from service_quality.base import access
from service_quality.base import filters as filtering
from service_quality.base import mail as mail_file
from service_quality.base.errors import RefusedError, UsageError
from service_quality.base.language import _
from service_quality.findings.mail import delivery, letters, pages, subscriptions

if TYPE_CHECKING:
    from service_quality.cli.run import Run
    from service_quality.warehouse.engine import Row


def test(arguments: argparse.Namespace, run: Run) -> list[Row]:
    """Send a mail to an address; RefusedError says what the server said, or why it is silent."""
    mail = mail_file.load(run.folder)
    if mail is None or not mail.host:
        text = _("There is no mail server: write {path}; docs/operations.md says how.")
        raise UsageError(text.format(path=run.folder / mail_file.FILE_NAME))
    if not mail_file.is_address(arguments.address):
        raise UsageError(_("{text} is not an e-mail address.").format(text=arguments.address))
    if not mail.writes_to(arguments.address):
        text = _("mail.toml lets no mail go to {text}: its domains are {domains}.")
        domains = ", ".join(mail.domains)
        raise UsageError(text.format(text=arguments.address, domains=domains))
    address = mail_file.home(run.settings, access.load(run.folder))
    if sentence := mail_file.exposed(run.folder):
        print(f"service-quality: {sentence}", file=run.err)
    if not address:
        print(f"service-quality: {mail_file.no_home()}", file=run.err)
    message = letters.test(mail, arguments.address, address)
    try:
        delivery.send(mail, message, datetime.now(ZoneInfo(run.settings.timezone)))
    except delivery.DeliveryError as error:
        raise RefusedError(str(error)) from error
    host, port = mail.server
    return [{"to": arguments.address, "server": f"{host}:{port}", "links": address}]


def listed(_arguments: argparse.Namespace, run: Run) -> list[Row]:
    """Return who asked for which page, and what became of the last mail; addresses are masked."""
    return [
        {
            "to": subscriptions.masked(each),
            "page": each.page,
            "narrowed": filtering.to_query(pages.where(each.query)),
            "language": each.language,
            "when": "not chance" if each.signals else "every month",
            "confirmed": each.confirmed,
            "last": each.attempt.of if each.attempt else None,
            "state": each.attempt.state if each.attempt else None,
            "at": each.attempt.at if each.attempt else None,
            "again": each.attempt.again if each.attempt else None,
            "why": each.attempt.reason if each.attempt else "",
        }
        for each in subscriptions.read(run.folder)
    ]
