"""Who may ask what by the pages: dropped files, what was made to be downloaded, the websocket.

Streamlit takes a file from anyone who has a session, and empties its caches for everyone.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

import streamlit as st
from google.protobuf.message import DecodeError
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.websockets import WebSocketClose
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from uvicorn import config as uvicorn

from service_quality.base.access import Access, Role
from service_quality.base.errors import UsageError
from service_quality.base.language import _
from service_quality.ui.frame import guard, signin

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What a request needs, by how its path begins: files are dropped, and what pages made is fetched.
NEEDS = {"/_stcore/upload_file/": Role.PUBLISHER, "/media/": Role.VIEWER}
# What a reader's browser sends. The others empty all caches, or ask for the checkout's git.
MESSAGES = (
    *("rerun_script", "stop_script", "app_heartbeat"),
    *("file_urls_request", "backend_operation_request"),
)


def open_to_all() -> str:
    """Return the sentence for where the network reaches the app and nobody signs in, else none."""
    if signin.access() is not None or guard.is_here(st.get_option("server.address")):
        return ""
    return _(
        "Nobody has to sign in: whoever can reach this address may read, upload and take back."
    )


def keep_peers() -> None:
    """Have the server leave the address that a request really came from as it is.

    Else it takes what X-Forwarded-For says, and Streamlit offers no setting for it: then nobody
    could tell whether a header is the proxy's.
    """
    vars(uvicorn)["ProxyHeadersMiddleware"] = lambda app, trusted_hosts: app


def bind_sessions(access: Access | None) -> None:
    """Have a session that lost its line go on only for whom the proxy said that it began with."""
    if access and access.proxy:
        named = {name: name for name in (access.proxy.user, access.proxy.groups) if name}
        config.set_option("server.trustedUserHeaders", named)


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
        peer = getattr(peer, "ipv4_mapped", None) or peer
        headers = Headers(scope=scope)
        if any(len(headers.getlist(name)) > 1 for name in (access.proxy.user, access.proxy.groups)):
            return False  # one of them is the browser's
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
