"""The first page by its own name: it is at the address of the app, but people type the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.routing import Route

from service_quality.ui.frame import guard

if TYPE_CHECKING:
    from starlette.requests import Request

NAME = "overview"


def routes() -> list[Route]:
    """Return the route, below the path that the app is served at."""
    return [Route(guard.served_at(f"/{NAME}"), answer)]


async def answer(request: Request) -> RedirectResponse:
    """Lead to the app's own address, with what was chosen."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(guard.served_at("/") + query)
