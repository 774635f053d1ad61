"""Who is at this session, and the way in: what pages and the server ask before anything else."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.requests import HTTPConnection
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from service_quality.base import access as accessing
from service_quality.base import audit, settings
from service_quality.base.access import ANYONE, TITLES, Access, Person, Role
from service_quality.base.errors import UsageError
from service_quality.base.language import _
from service_quality.ui.parts.text import caption, say

if TYPE_CHECKING:
    from starlette.types import Scope

LOG = logging.getLogger("service_quality")
SINCE = "came"
BACK = "back"  # where the link pointed
# After signing in, Streamlit shows the first page: what the link asked for is remembered meanwhile.
REMEMBER = '<script>sessionStorage.setItem("wanted", location.href);</script>'
GO_BACK = """<script>{
const wanted = sessionStorage.getItem("wanted");
sessionStorage.removeItem("wanted");
if (wanted && wanted !== location.href) location.replace(wanted);
}</script>"""

Token = tuple[object, object]  # whose sign-in, and when
_known: dict[Path, tuple[object, Access]] = {}
# Sign-ins that were ended: a copy of their cookie opens nothing any more.
_ended: set[Token] = set()
_noted: set[tuple[Token, str]] = set()  # in the log


def access() -> Access | None:
    """Return how people sign in, by the file as it is now; None where nobody has to.

    UsageError, and nobody enters, where the file is wrong, or gone since the app has read it.
    """
    folder = settings.data_folder()
    path = accessing.path_of(folder).absolute()
    try:
        stat = path.stat()
    except FileNotFoundError:
        if path in _known:
            text = _("{path} is gone: put it back, or start the app again.")
            raise UsageError(text.format(path=path)) from None
        return accessing.load(folder)
    stamp = (stat.st_mtime_ns, stat.st_size)
    if (path not in _known or _known[path][0] != stamp) and (found := accessing.load(folder)):
        _known[path] = stamp, found
    return _known[path][1]


def me() -> Person | None:
    """Return who is at this session; None for a stranger, and for one whose session has ended."""
    found = access()
    return ANYONE if found is None else _person(found, _claims(found))


def may(role: Role) -> bool:
    """Whether whoever is at this session may do what needs a role."""
    person = me()
    return person is not None and person.may(role)


def require(role: Role) -> None:
    """Refuse what needs a role that whoever is at this session does not have."""
    if not may(role):
        raise UsageError(_("This needs the role of {role}.").format(role=_(TITLES[role])))


def of_request(found: Access, scope: Scope) -> Person | None:
    """Return who sends a request, by its cookie or by what the proxy says."""
    request = HTTPConnection(scope)
    if found.proxy:
        return _person(found, found.of_headers(request.headers.get, time.time()))
    return _person(found, _of_cookie(request.cookies))


def enter() -> bool:
    """Whether someone with a role is at this session; everybody else is shown the way in."""
    try:
        person, found = me(), access()
    except UsageError as error:
        LOG.error(error)
        say(_("Nobody can sign in now. The program's log says why."), "finding", "h1")
        return False
    if found is None:
        return True
    if person is not None and person.role is not None:
        _note(found, person, audit.SIGNED_IN)
        if BACK not in st.session_state and found.provider:
            st.html(GO_BACK, unsafe_allow_javascript=True)
        st.session_state[BACK] = True
        return True
    if person is not None:
        _note(found, person, audit.REFUSED)
        text = _("You are signed in as {name}, who has no role here: ask your administrator.")
        say(text.format(name=person.name), "finding", "h1")
        sign_out()
    elif found.provider:
        ended = bool(st.user.get("is_logged_in"))
        invitation = _("Please sign in to see how well customers are served.")
        say(_("Your session has ended.") if ended else invitation, "finding", "h1")
        st.html(REMEMBER, unsafe_allow_javascript=True)
        if st.button(_("Sign in"), type="primary"):
            st.login()
    else:
        say(_("The proxy does not say who you are: load this page again."), "finding", "h1")
    return False


def account() -> None:
    """Show who is signed in and as what, with the way out."""
    found, person = access(), me()
    if found is None or person is None or person.role is None:
        return
    caption(f"{person.name} · {_(TITLES[person.role])}")
    if found.provider:
        sign_out()


def sign_out() -> None:
    """Offer to end the session: this one, and all others of the same sign-in."""
    if st.button(_("Sign out"), type="tertiary"):
        claims = st.user.to_dict()
        if person := me():
            audit.write(settings.data_folder(), now(), person.name, audit.SIGNED_OUT)
        _ended.add(_token(claims))
        st.logout()
        st.stop()


def remembered() -> dict[str, Any] | None:
    """Return what tells later whose rows someone may see; None where nobody signs in."""
    found = access()
    return None if found is None else found.remembered(_claims(found))


def now() -> datetime:
    """Return the moment, for the log."""
    return datetime.now().astimezone()


def name(key: str = "") -> str:
    """Return how lists name whoever is at this session.

    Where nobody signs in they may say it themselves, if there is a `key` for the place to.
    """
    if access() is not None:
        person = me()
        return person.name if person else ""
    written: str = st.session_state.get("name", "")
    if key:
        written = st.text_input(_("Your name, for the list of uploads"), written, key=key).strip()
        st.session_state["name"] = written
    return written


def _person(found: Access, claims: Mapping[str, Any]) -> Person | None:
    return None if _token(claims) in _ended else found.person(claims, time.time())


def _claims(found: Access) -> dict[str, Any]:
    """Return what is said of whoever is at this session."""
    if found.proxy:
        since = st.session_state.setdefault(SINCE, time.time())
        return found.of_headers(st.context.headers.get, since)
    claims: dict[str, Any] = st.user.to_dict()
    return claims if claims.get("is_logged_in") else {}


def _of_cookie(cookies: Mapping[str, str]) -> dict[str, Any]:
    """Return the claims of Streamlit's own cookie, as its websocket reads them."""

    def one(name: str) -> bytes | None:
        value = cookies.get(name, "")
        return decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

    signed = get_cookie_with_chunks(one, USER_COOKIE_NAME)
    claims: dict[str, Any] = json.loads(signed) if signed else {}
    return claims


def _token(claims: Mapping[str, Any]) -> Token:
    return claims.get("sub"), claims.get("iat")


def _note(found: Access, person: Person, what: str) -> None:
    """Write a sign-in into the log, once."""
    token = _token(_claims(found))
    if (token, what) not in _noted:
        _noted.add((token, what))
        audit.write(settings.data_folder(), now(), person.name, what)
