"""Whether this process can serve: asked by a proxy, a schedule or whoever restarts it.

Answered before anything else, by any name and without sign-in: it says nothing but that.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from service_quality.base import settings
from service_quality.base.errors import ServiceQualityError
from service_quality.ui.frame import guard

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PATH = "/health"
SECONDS = 5.0
READY, OPENING, SILENT = "ready", "the warehouse is not open", "the warehouse does not answer"


class Health:
    """The middleware: 200 where the warehouse is open and answers, else 503."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._path = guard.served_at(PATH)
        self._asked: Future[str] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer whoever asks how it is; hand on the rest."""
        if scope["type"] != "http" or scope["path"] != self._path:
            await self.app(scope, receive, send)
            return
        answer = asyncio.wrap_future(self._ask())
        try:
            state = await asyncio.wait_for(asyncio.shield(answer), SECONDS)
        except TimeoutError:
            state = SILENT
        ready = state == READY
        no_store = {"cache-control": "no-store"}
        said = JSONResponse({"ready": ready, "state": state}, 200 if ready else 503, no_store)
        await said(scope, receive, send)

    def _ask(self) -> Future[str]:
        """Ask in a thread, one at a time: a database may never answer, and nobody waits for it."""
        if self._asked is None or self._asked.done():
            self._asked = Future()
            threading.Thread(target=_answer, args=(self._asked,), daemon=True).start()
        return self._asked


def _answer(asked: Future[str]) -> None:
    state = SILENT
    try:
        state = _state()
    finally:
        asked.set_result(state)


def _state() -> str:
    # Here, and not above: the server would not listen before all findings are imported.
    from service_quality.cli import serving
    from service_quality.warehouse.engine import FAILED

    warehouse = serving.held(settings.data_folder())
    if warehouse is None:
        return OPENING
    try:
        warehouse.version()
    except (ServiceQualityError, FAILED):
        return SILENT
    return READY
