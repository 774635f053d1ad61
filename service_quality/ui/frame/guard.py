"""What stands between the network and the app: names that it answers to, and headers for browsers.

Streamlit sends none of these headers, asks for the host at its websocket alone, and tells anyone
its metrics.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

METRICS = "/_stcore/metrics"
HERE = ("localhost", "127.0.0.1")
# Streamlit's own pages are made of inline scripts and styles; nothing comes from elsewhere.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "connect-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
}


def is_here(address: str | None) -> bool:
    """Whether a server bound to this address can be reached from its own machine alone."""
    return address in (*HERE, "::1")


def middleware(address: str | None, hosts: Sequence[str]) -> list[Middleware]:
    """Return what every request goes through first.

    `hosts` are the names that the app answers to; without any, those of this machine where it is
    bound to it. A page of another site that had its own name point here is not answered.
    """
    names = list(hosts) or (list(HERE) if is_here(address) else ["*"])
    trusted = Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False)
    return [Middleware(Guard), trusted]


class Guard:
    """The middleware: each answer carries `HEADERS`, and nobody is told the metrics."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on a request, and add headers to what comes back."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["type"] == "http" and scope["path"].endswith(METRICS):
            await Response(status_code=404)(scope, receive, answer)
        else:
            await self.app(scope, receive, answer)
