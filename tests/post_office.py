"""A real mail server and a real webhook on free ports of this machine, for tests."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.browser.driving import free_port

USER, PASSWORD = "quality", "s3cret of the mail server's"


@dataclass
class Office:
    """What has arrived; `refusal` is what the server answers to every further mail."""

    port: int
    refusal: str = ""
    envelopes: list[Any] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails that came, the oldest first."""
        return [message_from_bytes(e.content, policy=policy.default) for e in self.envelopes]

    @property
    def settings(self) -> str:
        """What `mail.toml` says of it."""
        return (
            f'host = "localhost"\nport = {self.port}\nencryption = "none"\n'
            'sender = "Service quality <quality@example.com>"\n'
        )

    # aiosmtpd finds it by this name.
    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail, or refuse it."""
        if self.refusal:
            return self.refusal
        self.envelopes.append(envelope)
        return "250 OK"


@contextmanager
def office(*, login: bool = False, port: int = 0) -> Iterator[Office]:
    """Run a mail server until the end; with `login` it wants `USER` and `PASSWORD`."""
    here = Office(port or free_port())

    def check(_server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> AuthResult:
        right = data == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    words = {"auth_required": True, "auth_require_tls": False, "authenticator": check}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a password on a line of this machine's own
        controller = Controller(
            here, hostname="localhost", port=here.port, **(words if login else {})
        )
    controller.start()
    try:
        yield here
    finally:
        controller.stop()


@dataclass
class Channel:
    """A webhook: its address, what it was sent, and the status that it answers with."""

    url: str
    status: int = 200
    bodies: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def channel() -> Iterator[Channel]:
    """Run a webhook until the end."""
    here = Channel("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            here.bodies.append(json.loads(self.rfile.read(length)))
            self.send_response(here.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"http://127.0.0.1:{server.server_port}/hooks/of-the-tests"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()


def text(mail: EmailMessage) -> str:
    """Return what a reader of a mail reads; spaces that do not break are spaces."""
    body = mail.get_body(("plain",))
    assert body is not None
    shown = str(body.get_content()).replace("\r\n", "\n")
    return shown.replace("\u00a0", " ").replace("\u202f", " ")


def language(mail: EmailMessage) -> str:
    """Return the language that a mail's text says it is in."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body["Content-Language"])


def files(mail: EmailMessage) -> dict[str, bytes]:
    """Return what is attached to a mail, by name."""
    return {str(part.get_filename()): part.get_content() for part in mail.iter_attachments()}
