"""What is written: mails as plain text in their reader's language, and a channel's few lines.

What users wrote, such as the name of a brand, is text everywhere: no mail has any HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr
from typing import Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.base.mail import Mail, no_home
from service_quality.findings.mail.delivery import POLICY

LONGEST_SUBJECT = 250
TEAMS = (".webhook.office.com", ".logic.azure.com", ".powerplatform.com")
PDF = ("application", "pdf")


@dataclass(frozen=True)
class Letter:
    """What there is to say of a page at the end of a month, in the reader's language.

    `look` has the three to look at and why; `of` names the page and its filters. `link` leads to
    the page, `stop` to where these mails are ended.
    """

    month: str
    sentence: str
    below: str
    look: Sequence[tuple[str, str]]
    of: str
    signals: bool
    link: str
    stop: str


def monthly(mail: Mail, to: str, letter: Letter, file: tuple[str, bytes]) -> EmailMessage:
    """Return the mail on a month: the finding is its subject, the report is attached."""
    month = language.whole_month(letter.month)
    message = _to(mail, to, _subject(letter), letter.stop)
    paragraphs = [
        letter.sentence,
        letter.below,
        _looked_at(letter.look),
        _("Open the page:\n{link}").format(link=letter.link),
        _("The report of {month} is attached.").format(month=month),
        _why(letter),
        _("To end these mails:\n{link}").format(link=letter.stop),
    ]
    _write(message, paragraphs)
    name, pdf = file
    message.add_attachment(pdf, *PDF, filename=name)
    return message


def confirmation(mail: Mail, to: str, of: str, confirm: str, days: int) -> EmailMessage:
    """Return the mail that asks whether an address wants the others: nobody else can say so."""
    message = _to(mail, to, _("Please confirm: service quality by mail"))
    paragraphs = [
        _("Someone, you we hope, asked for this page of Service quality by mail:\n{page}").format(
            page=of
        ),
        _("If you want it, confirm within {n} days:\n{link}").format(
            n=language.number(days), link=confirm
        ),
        _("If not, do nothing: you get no other mail."),
    ]
    _write(message, paragraphs)
    return message


def test(mail: Mail, to: str, address: str) -> EmailMessage:
    """Return a mail that says that mails arrive, and where their links lead."""
    message = _to(mail, to, _("Service quality can send mails"))
    leads = _("Links in mails lead to {address}.").format(address=address)
    arrived = _("This is a test: mails of Service quality arrive.")
    _write(message, [arrived, leads if address else no_home()])
    return message


def channel(host: str, letter: Letter) -> dict[str, Any]:
    """Return the lines for a channel's webhook: of Teams as a card, else as plain text."""
    lines = [_subject(letter)]
    lines += [f"{n}. {_flat(_labelled(what, why))}" for n, (what, why) in enumerate(letter.look, 1)]
    end = _("To end these messages, an administrator opens the page Data.")
    if host.endswith(TEAMS):
        return _card([*lines, letter.of, end], letter.link)
    text = "\n".join([*(_plain(line) for line in [*lines, letter.of]), letter.link, end])
    return {"text": text}


def _card(lines: Sequence[str], link: str) -> dict[str, Any]:
    # Text runs, which know no markdown.
    weights = ["Bolder", *["Default"] * (len(lines) - 1)]
    runs = [
        {
            "type": "RichTextBlock",
            "inlines": [{"type": "TextRun", "text": line, "weight": weight}],
        }
        for line, weight in zip(lines, weights, strict=True)
    ]
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": runs,
        "actions": [{"type": "Action.OpenUrl", "title": _("Open the page"), "url": link}],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


def _plain(text: str) -> str:
    """Return a text in which a channel finds neither markup nor someone to be called."""
    for sign, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("@", "@\u2060")):
        text = text.replace(sign, instead)
    return text


def _subject(letter: Letter) -> str:
    """Return the finding, with its month where it does not name it: mails shall not look alike."""
    sentence = _flat(letter.sentence).rstrip(".")
    if language.month(letter.month) in sentence:
        return sentence
    return f"{sentence} ({language.whole_month(letter.month)})"


def _to(mail: Mail, to: str, subject: str, stop: str = "") -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message["From"] = mail.sender
    message["To"] = to
    message["Subject"] = _flat(subject)[:LONGEST_SUBJECT]
    message["Message-ID"] = make_msgid(domain=parseaddr(mail.sender)[1].rpartition("@")[2])
    # No answer by a machine, such as that someone is on holiday.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if stop:
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _write(message: EmailMessage, paragraphs: Sequence[str]) -> None:
    signed = _("Service quality")
    message.set_content("\n\n".join([*filter(None, paragraphs), f"-- \n{signed}"]) + "\n")
    message["Content-Language"] = language.current_language()


def _looked_at(look: Sequence[tuple[str, str]]) -> str:
    if not look:
        return ""
    lines = [f"{n}. {_labelled(what, why)}" for n, (what, why) in enumerate(look, 1)]
    return "\n".join([_("To look at"), *lines])


def _labelled(label: str, text: str) -> str:
    return _("{label}: ").format(label=label) + text


def _why(letter: Letter) -> str:
    if letter.signals:
        text = _("You asked for “{page}” by mail whenever something in it is not chance.")
    else:
        text = _("You asked for “{page}” by mail every month, once it is complete.")
    return text.format(page=letter.of)


def _flat(text: str) -> str:
    """Return a text in one line, without anything that cannot be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
