"""What stands between the network and the app: names, headers for browsers, and who may ask what.

Streamlit sends none of these headers, asks for the host at its websocket alone, tells anyone its
metrics, and takes a file from anyone who has a session.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING

import streamlit as st
from google.protobuf.message import DecodeError
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.websockets import WebSocketClose
from streamlit.proto.BackMsg_pb2 import BackMsg
from uvicorn import config as uvicorn

from service_quality.base.access import HERE as LOOPBACK
from service_quality.base.access import Access, Role
from service_quality.base.errors import UsageError
from service_quality.base.language import _
from service_quality.ui.frame import signin

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

METRICS = "/_stcore/metrics"
# What a request needs, by how its path begins: files are dropped, and what pages made is fetched.
NEEDS = {"/_stcore/upload_file/": Role.PUBLISHER, "/media/": Role.VIEWER}
# What a reader's browser sends. The others empty all caches, or ask for the checkout's git.
MESSAGES = (
    *("rerun_script", "stop_script", "app_heartbeat"),
    *("file_urls_request", "backend_operation_request"),
)
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
    return address in LOOPBACK


def open_to_all() -> str:
    """Return the sentence for where the network reaches the app and nobody signs in, else none."""
    if signin.access() is not None or is_here(st.get_option("server.address")):
        return ""
    return _(
        "Nobody has to sign in: whoever can reach this address may read, upload and take back."
    )


def middleware(address: str | None, hosts: Sequence[str]) -> list[Middleware]:
    """Return what every request goes through first.

    `hosts` are the names that the app answers to; without any, those of this machine where it is
    bound to it. A page of another site that had its own name point here is not answered.
    """
    names = list(hosts) or (list(HERE) if is_here(address) else ["*"])
    trusted = Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False)
    return [Middleware(Guard), trusted, Middleware(Gate)]


def keep_peers() -> None:
    """Have the server leave the address that a request really came from as it is.

    Else it takes what X-Forwarded-For says, and Streamlit offers no setting for it: then nobody
    could tell whether a header is the proxy's.
    """
    vars(uvicorn)["ProxyHeadersMiddleware"] = lambda app, trusted_hosts: app


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


class Gate:
    """The middleware: requests that go by the pages are held to the same roles as these.

    Where a proxy signs people in, nobody else is answered at all.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what is allowed; refuse the rest with 403."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        try:
            access = signin.access()
            allowed = _allowed(access, scope)
        except UsageError:  # nobody can tell who may: the pages say why
            access, allowed = None, _needed(scope["path"]) is None
        if access and access.address.startswith("https://"):
            send = _over_tls_alone(send)
        if allowed:
            readers = _of_readers(receive) if scope["type"] == "websocket" else receive
            await self.app(scope, readers, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(1008)(scope, receive, send)
        else:
            await Response("Not allowed", 403)(scope, receive, send)


def _allowed(access: Access | None, scope: Scope) -> bool:
    if access is None:
        return True
    if access.proxy:
        peer = ip_address((scope.get("client") or ("::",))[0])
        if not any(peer in network for network in access.proxy.addresses):
            return False
    needed = _needed(scope["path"])
    if needed is None:
        return True
    person = signin.of_request(access, scope)
    return person is not None and person.may(needed)


def _over_tls_alone(send: Send) -> Send:
    """Have browsers send cookies back over https alone, which Streamlit does not ask for."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                (name, value + b"; Secure" if name.lower() == b"set-cookie" else value)
                for name, value in message.get("headers", ())
            ]
        await send(message)

    return sent


def _needed(path: str) -> Role | None:
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    own = path.removeprefix(f"/{base}") if base else path
    return next((role for start, role in NEEDS.items() if own.startswith(start)), None)


def _of_readers(receive: Receive) -> Receive:
    """Leave out of a websocket what no reader's browser sends."""

    async def next_one() -> Message:
        while True:
            message = await receive()
            data = message.get("bytes")
            if not data or _kind(data) in MESSAGES:
                return message

    return next_one


def _kind(data: bytes) -> str | None:
    """Return which message it is; of one that cannot be read Streamlit itself hangs up."""
    try:
        kind: str | None = BackMsg.FromString(data).WhichOneof("type")
    except DecodeError:
        return MESSAGES[0]
    return kind
