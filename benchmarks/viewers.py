"""Many viewers at once, without browsers: each speaks to Streamlit as its frontend does."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

VIEWERS = 32
BRANDS = ("Brand 003", "Brand 010", "Brand 041", "Brand 120")


@dataclass
class Viewer:
    """One session: asks for the page with a brand, and waits until the script has run."""

    line: ClientConnection
    tiles: int
    updates: int = 0
    elements: int = 0  # that the last rerun sent
    page: str = ""  # its hash, as the frontend sends it along

    async def choose(self, brand: str) -> None:
        """Rerun the page with a brand; RuntimeError where not all of its figures came."""
        message = BackMsg()
        message.rerun_script.query_string = urlencode({"brand": brand})
        message.rerun_script.page_script_hash = self.page
        await self.line.send(message.SerializeToString())
        shown = elements = 0
        async for raw in self.line:
            forward = ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode())
            kind = forward.WhichOneof("type")
            if kind == "new_session":
                self.page, shown, elements = forward.new_session.page_script_hash, 0, 0
            elif kind == "delta":
                element = forward.delta.new_element.WhichOneof("type")
                elements += element is not None  # a container is none
                shown += element == "metric"
                shown += forward.delta.new_element.html.body.count('class="spark"')
                if element == "exception":
                    raise RuntimeError(str(forward.delta.new_element.exception.message))
            elif kind == "script_finished":
                break
        if shown != self.tiles:
            raise RuntimeError(f"{shown} figures of {self.tiles} came for {brand}")
        self.updates, self.elements = self.updates + 1, elements


def updates_per_second(url: str, tiles: str, seconds: str) -> dict[str, Any]:
    """Return how many reruns a second all viewers together are given, of answers known already.

    `elements` is how many a rerun sends.
    """
    return asyncio.run(_measure(url, int(tiles), float(seconds)))


async def _measure(url: str, tiles: int, seconds: float) -> dict[str, Any]:
    address = url.replace("http://", "ws://") + "/_stcore/stream"
    lines = [
        await connect(address, max_size=None, subprotocols=["streamlit"])  # type: ignore[list-item]
        for _viewer in range(VIEWERS)
    ]
    viewers = [Viewer(line, tiles) for line in lines]
    for brand in BRANDS:
        await asyncio.gather(*(viewer.choose(brand) for viewer in viewers))
    before = sum(viewer.updates for viewer in viewers)
    start = time.perf_counter()
    await asyncio.gather(*(_look(viewer, i, start + seconds) for i, viewer in enumerate(viewers)))
    done = sum(viewer.updates for viewer in viewers) - before
    taken = time.perf_counter() - start
    for line in lines:
        await line.close()
    return {"updates_per_second": done / taken, "elements": max(v.elements for v in viewers)}


async def _look(viewer: Viewer, turn: int, until: float) -> None:
    while time.perf_counter() < until:
        turn += 1
        await viewer.choose(BRANDS[turn % len(BRANDS)])
