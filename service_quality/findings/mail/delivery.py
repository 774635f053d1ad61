"""Hands a message to the mail server or to a channel's webhook, at most once.

Up to one moment nothing has been sent, and all can be tried again; after it only the other side
knows. `about_to` is called at that moment, so that it can be written down first.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import Any

from service_quality.base.errors import ServiceQualityError
from service_quality.base.language import N_, _
from service_quality.base.mail import Mail

SECONDS = 30.0
MOST_SAID = 200  # letters of what the other side answers
SILENT = N_(
    "{host} went silent after it was given the message: perhaps it was sent. It is not sent again."
)
LEAST_REFUSAL = {"smtp": 400, "http": 300}  # no redirect is followed


class _Policy(EmailPolicy):
    """How mails are written: of ASCII alone, and a subject whose spaces are not doubled.

    EmailPolicy folds a subject with accents between words that it encodes and words that it does
    not, and leaves a space on both sides of the fold.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name != "Subject":
            return super().fold_binary(name, value)
        folded = Header(str(value), header_name=name).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


POLICY = _Policy(linesep="\r\n", cte_type="7bit")


class DeliveryError(ServiceQualityError):
    """A message that did not go as it should; `text` and `words` say why, in any language."""

    def __init__(self, text: str, /, **words: str) -> None:
        super().__init__(_(text).format(**words))
        self.text, self.words = text, words


class NotSentError(DeliveryError):
    """A message that was certainly not sent."""


class UnsureError(DeliveryError):
    """A message of which only the other side knows whether it has it."""


def send(
    mail: Mail, message: EmailMessage, at: datetime, about_to: Callable[[], object] = lambda: None
) -> None:
    """Send a mail to the one address in `To`; NotSentError or UnsureError where that fails."""
    message["Date"] = at
    with _connected(mail) as smtp:
        _accepted(smtp.mail(parseaddr(mail.sender)[1]))
        _accepted(smtp.rcpt(str(message["To"])))
        content = message.as_bytes(policy=POLICY)
        about_to()
        try:
            answer = smtp.data(content)
        except smtplib.SMTPDataError as error:  # refused before anything was sent
            answer = (error.smtp_code, _bytes(error.smtp_error))
        except (smtplib.SMTPException, OSError) as error:
            raise UnsureError(SILENT, host=mail.host) from error
        _accepted(answer)


@contextmanager
def _connected(mail: Mail) -> Iterator[smtplib.SMTP]:
    """Give a line to the mail server, encrypted and signed in as `mail.toml` says."""
    host, port = mail.server
    tls = ssl.create_default_context()
    try:
        if mail.encryption == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=tls)
        else:
            smtp = smtplib.SMTP(host, port, timeout=SECONDS)
        try:
            if mail.encryption == "starttls":
                smtp.starttls(context=tls)
            smtp.ehlo_or_helo_if_needed()
            if mail.user and mail.password:
                smtp.login(mail.user, mail.password.get_secret_value())
            yield smtp
        finally:
            _hang_up(smtp)
    except smtplib.SMTPAuthenticationError as error:
        text = N_("{host} refuses the user or the password.")
        raise NotSentError(text, host=host) from error
    except smtplib.SMTPNotSupportedError as error:
        text = N_("{host}, port {port}, cannot do what mail.toml asks for: {reason}.")
        raise NotSentError(text, host=host, port=str(port), reason=_short(error)) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, _bytes(error.smtp_error)) from error
    except (smtplib.SMTPException, OSError) as error:
        text = N_("{host}, port {port}, cannot be reached: {reason}.")
        raise NotSentError(text, host=host, port=str(port), reason=_short(error)) from error


def _hang_up(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        smtp.close()  # what was to be said was said


def post(mail: Mail, url: str, body: dict[str, Any], about_to: Callable[[], object]) -> None:
    """Write to a channel's webhook; NotSentError or UnsureError where that fails.

    No redirect is followed: only hosts that `mail.toml` names are written to.
    """
    import httpx2

    if not mail.posts_to(url):
        raise NotSentError(N_("mail.toml does not name this channel's host any more."))
    host = httpx2.URL(url).host
    about_to()
    try:
        answer = httpx2.post(url, json=body, timeout=SECONDS, follow_redirects=False)
    except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
        text = N_("{host} cannot be reached: {reason}.")
        raise NotSentError(text, host=host, reason=_short(error)) from error
    except httpx2.HTTPError as error:
        raise UnsureError(SILENT, host=host) from error
    if answer.status_code >= LEAST_REFUSAL["http"]:
        raise _refusal(answer.status_code, answer.content)


def _accepted(answer: tuple[int, bytes]) -> None:
    code, text = answer
    if code >= LEAST_REFUSAL["smtp"]:
        raise _refusal(code, text)


def _refusal(code: int, said: bytes) -> NotSentError:
    text = " ".join(said.decode(errors="replace").split())[:MOST_SAID].rstrip(".")
    return NotSentError(N_("It was refused: {code} {text}."), code=str(code), text=text or "–")


def _short(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else None
    return " ".join((reason or str(error) or type(error).__name__).split())[:MOST_SAID].rstrip(".")


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
