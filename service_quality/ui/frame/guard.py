"""What stands between the network and the app: names that it answers to, and headers for browsers.

Streamlit sends none of these headers, asks for the host at its websocket alone, and tells anyone
its metrics.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from streamlit import config

from service_quality.base.language import N_, _
from service_quality.base.tables import HERE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

METRICS = "/_stcore/metrics"
HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\s:/@?#\[\]]+)(:[0-9]+)?")
ADDRESSES = "any address in digits"  # beside names
UNKNOWN = N_(
    "This app is not known by the name in your address bar. Whoever runs it can add that name to"
    " server.allowedHosts in .streamlit/config.toml."
)
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


def served_at(path: str) -> str:
    """Return a path of ours as it is asked for, below the one that the app is served at."""
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}{path}" if base else path


def is_here(address: str | None) -> bool:
    """Whether a server bound to this address can be reached from its own machine alone."""
    return address in HERE


def middleware(hosts: Sequence[str]) -> list[Middleware]:
    """Return what every request goes through first.

    `hosts` are the names that the app answers to; without any, those of this machine.
    """
    return [Middleware(Guard, hosts=list(hosts) or own_names())]


def own_names() -> list[str]:
    """Return the names that this machine gives itself, and the sign for every address in digits.

    A page of another site has to come by a name to be taken for one of ours: it can have its name
    point here, but no address. So the names matter, and digits need no list, in a container either.
    """
    name = socket.gethostname().lower()
    short = name.split(".")[0]
    return list(dict.fromkeys(["localhost", ADDRESSES, name, short, f"{short}.local"]))


def is_known(host: str, names: Sequence[str]) -> bool:
    """Whether a `Host` header names one of `names`, where `*.` stands for all below it."""
    found = HOST.fullmatch(host.lower())
    if found is None:
        return False
    name = found["name"].strip("[]").rstrip(".")
    if ADDRESSES in names and is_address(name):
        return True
    patterns = [pattern.strip().lower().rstrip(".") for pattern in names]
    below = [pattern[1:] for pattern in patterns if pattern.startswith("*.")]
    return "*" in patterns or name in patterns or name.endswith(tuple(below))


def is_address(name: str) -> bool:
    """Whether this is an address in digits, which nobody can have point elsewhere."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


class Guard:
    """The middleware: known names are answered, with `HEADERS`; nobody is told the metrics."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on a request, and add headers to what comes back."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"].endswith("http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if not is_known(Headers(scope=scope).get("host", ""), self.hosts):
            await PlainTextResponse(_(UNKNOWN), 400)(scope, receive, answer)
        elif scope["path"].endswith(METRICS):
            await Response(status_code=404)(scope, receive, answer)
        else:
            await self.app(scope, receive, answer)
