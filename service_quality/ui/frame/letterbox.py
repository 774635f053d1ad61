"""Where the links of mails lead: pages of plain HTML that need no sign-in, but a key of theirs.

To open one changes nothing: mail programs open links before their readers do. Only its button
does, or what a mail program itself sends for one click (RFC 8058).
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse
from starlette.routing import Route

from service_quality.base import language, mail, settings
from service_quality.base.errors import ServiceQualityError
from service_quality.base.language import _
from service_quality.ui.frame import guard, signin

if TYPE_CHECKING:
    from starlette.requests import Request

    from service_quality.findings.mail.subscriptions import Subscription

GONE, UNABLE = 404, 503
PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<style>:root {{color-scheme: light dark;}} body {{font: 1.1rem/1.5 system-ui, sans-serif;
margin: 15vh auto; max-width: 32rem; padding: 0 1rem;}} h1 {{font-size: 1.5rem;}}
button {{font: inherit; padding: .4rem 1rem; border-radius: .5rem; border: 1px solid #1f6fb0;
background: #1f6fb0; color: #fff; cursor: pointer;}}</style></head>
<body><main><h1>{title}</h1>{form}</main></body></html>"""
FORM = '<form method="post"><button>{button}</button></form>'


def routes() -> list[Route]:
    """Return the routes, below the path that the app is served at."""
    path = guard.served_at(f"/{mail.PATH}/{{what}}/{{key}}")
    return [Route(path, answer, methods=["GET", "POST"])]


async def answer(request: Request) -> HTMLResponse:
    """Ask what a link is for, or do it."""
    return await run_in_threadpool(_answered, request)


def _answered(request: Request) -> HTMLResponse:
    # Here, and not above: the server would not listen before all findings are imported.
    from service_quality.findings.mail import making, subscriptions

    home = settings.data_folder()
    what, key = request.path_params["what"], request.path_params["key"]
    now, asked = signin.now(), request.headers.get("accept-language", "").split(",")[0]
    with language.using(asked):
        try:
            found = subscriptions.find(home, key)
            if found is None or found.lapsed(now) or what not in (making.STOP, making.CONFIRM):
                text = _("This link is no longer of use: nothing is sent.")
                return _page(text, status=GONE if request.method == "GET" else 200)
            with language.using(found.language):
                return _of(home, what, found, doing=request.method == "POST")
        except ServiceQualityError:
            return _page(_("This cannot be done now: try again later."), status=UNABLE)


def _of(home: Path, what: str, found: Subscription, *, doing: bool) -> HTMLResponse:
    from service_quality.findings.mail import making, subscriptions, watch

    if what == making.STOP:
        if not doing:
            return _page(_("No more of these mails?"), _("End these mails"))
        subscriptions.end(home, found.key)
        return _page(_("Done: no more of these mails are sent."))
    if not doing and not found.confirmed:
        return _page(_("Have this page sent to you by mail?"), _("Yes, send it to me"))
    subscriptions.confirm(home, found.key, signin.now())
    watch.wake()
    return _page(_("Done: the next mail comes once a month is complete."))


def _page(title: str, button: str = "", status: int = 200) -> HTMLResponse:
    form = FORM.format(button=html.escape(button)) if button else ""
    spoken = language.current_language()
    text = PAGE.format(language=spoken, title=html.escape(title), form=form)
    return HTMLResponse(text, status, headers={"cache-control": "no-store"})
