"""Files dropped onto the Upload page: they go to disk as they come, not through memory.

Streamlit's own uploader keeps every file in memory for as long as its page is open. This stands
before it, takes the file out of the request, and hands on one of the same name without content.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from urllib3.filepost import encode_multipart_formdata

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

UPLOAD = re.compile(r"/_stcore/upload_file/[^/]+/(?P<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")
CHUNK = 1 << 20
NO_SPACE = 507


def path_of(file_id: str) -> Path:
    """Return where a dropped file lies until a page takes it, by Streamlit's id of it."""
    return Path(tempfile.gettempdir()) / f"dropped-{file_id}"


class ToDisk:
    """The middleware: an uploaded file lies at `path_of` before Streamlit hears of it.

    Files of more than `most_bytes` are left to Streamlit, which refuses them unread.
    """

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self.app = app
        self.most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take an uploaded file aside; every other request goes on as it is."""
        found = UPLOAD.search(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        path = path_of(found["id"])
        length = Headers(scope=scope).get("content-length", "")
        if scope["method"] == "PUT" and length.isdecimal() and int(length) <= self.most_bytes:
            try:
                await self._put(path, scope, receive, send)
            except ClientDisconnect:
                return  # whoever sent it has thought better of it
            except HTTPException as error:
                await Response(error.detail, error.status_code)(scope, receive, send)
            except OSError as error:
                path.unlink(missing_ok=True)
                await Response(str(error), NO_SPACE)(scope, receive, send)
            return
        if scope["method"] == "DELETE":
            path.unlink(missing_ok=True)
        await self.app(scope, receive, send)

    async def _put(self, path: Path, scope: Scope, receive: Receive, send: Send) -> None:
        async with Request(scope, receive).form() as form:
            files = [each for each in form.values() if isinstance(each, UploadFile)]
            for each in files:
                await run_in_threadpool(_save, each, path)
        taken = False

        async def answer(message: Message) -> None:
            nonlocal taken
            if message["type"] == "http.response.start":
                taken = message["status"] < 300
            await send(message)

        try:
            await self.app(*_without_content(scope, files), answer)
        finally:
            if not taken:
                path.unlink(missing_ok=True)


def _save(file: UploadFile, path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(file.file, target, CHUNK)


def _without_content(scope: Scope, files: Sequence[UploadFile]) -> tuple[Scope, Receive]:
    """Return the same request, its files with their names and types and without their content."""
    body, content_type = encode_multipart_formdata(
        [("file", (each.filename or "", b"", each.content_type or "")) for each in files]
    )
    changed = dict(scope) | {"headers": list(scope["headers"])}
    headers = MutableHeaders(scope=changed)
    headers["content-length"], headers["content-type"] = str(len(body)), content_type

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return changed, receive
