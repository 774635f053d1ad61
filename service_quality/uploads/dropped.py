"""Files dropped onto the Upload page: they go to disk as they come, not through memory.

Streamlit's own uploader keeps every file in memory for as long as its page is open. This stands
before it, takes the file out of the request, and hands on one of the same name without content.
Streamlit decides first, and this reads nothing before: whether the session is there, its token
right, and the file small enough.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import File, FormParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from urllib3.filepost import encode_multipart_formdata

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

UPLOAD = re.compile(
    r"/_stcore/upload_file/(?P<session>[\w-]{1,64})"
    r"/(?P<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
)
FOLDER = "dropped-"
NO_SPACE, TOO_LARGE, NO_FORM = 507, 413, 400
AROUND = 1 << 20  # bytes of a request beside its file
# A session that has lost its line is kept for two minutes, in case that its reader comes back.
GRACE_SECONDS = 180.0


def path_of(session_id: str, file_id: str) -> Path:
    """Return where a file lies that was dropped in a session, by Streamlit's ids of both."""
    return Path(tempfile.gettempdir()) / f"{FOLDER}{session_id}" / file_id


def sweep(is_active: Callable[[str], bool]) -> None:
    """Remove what was dropped in sessions that have ended."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        if is_active(folder.name.removeprefix(FOLDER)):
            os.utime(folder)
        elif folder.stat().st_mtime < time.time() - GRACE_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


class ToDisk:
    """The middleware: an uploaded file lies at `path_of` once Streamlit hears of it.

    A file of more than `most_bytes` is refused, whether its sender said its size or not.
    """

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self.app = app
        self.most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take an uploaded file aside; every other request goes on as it is."""
        found = UPLOAD.search(scope["path"]) if scope["type"] == "http" else None
        if found is None or scope["method"] not in ("PUT", "DELETE"):
            await self.app(scope, receive, send)
            return
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        path = path_of(found["session"], found["id"])
        drop = _Drop(path, scope, receive, self.most_bytes) if scope["method"] == "PUT" else None
        try:
            if drop:
                await self.app(drop.scope, drop.hand_on, answer)
            else:
                await self.app(scope, receive, answer)
        except ClientDisconnect:
            return  # whoever sent it has thought better of it
        except HTTPException as error:
            await Response(error.detail, error.status_code)(scope, receive, answer)
        except OSError as error:
            await Response(str(error), NO_SPACE)(scope, receive, answer)
        finally:
            # Only who is let in may remove a file, and only what this request has put there.
            accepted = 200 <= status < 300
            if (drop and drop.there and not accepted) or (not drop and accepted):
                path.unlink(missing_ok=True)


class _Drop:
    """One upload: read when it is first asked for, and handed on without its content."""

    def __init__(self, path: Path, scope: Scope, receive: Receive, most_bytes: int) -> None:
        self.path = path
        self.there = False
        self.most_bytes = most_bytes
        self._boundary = uuid.uuid4().hex
        self._request = Request(scope, receive)
        self._kind = Headers(scope=scope).get("content-type", "")
        self.scope = dict(scope) | {"headers": list(scope["headers"])}
        headers = MutableHeaders(scope=self.scope)
        headers["content-type"] = f"multipart/form-data; boundary={self._boundary}"

    async def hand_on(self) -> Message:
        """Take the file to disk; return the same form with its name and type, and no content."""
        if self.there:
            return {"type": "http.disconnect"}
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="coming-", dir=self.path.parent) as coming:
            file = await self._read(coming)
            name = (file.file_name or b"").decode(errors="replace")
            await run_in_threadpool(self._put, file)
        self.there = True
        form = [("file", (name, b"", file.content_type or ""))]
        body, _kind = encode_multipart_formdata(form, self._boundary)
        return {"type": "http.request", "body": body, "more_body": False}

    async def _read(self, folder: str) -> File:
        """Write the request's one file into `folder` as it comes, readable by nobody else."""
        kind, options = parse_options_header(self._kind)
        files: list[File] = []
        try:
            parser = FormParser(
                kind.decode(),
                None,
                files.append,
                boundary=options.get(b"boundary"),
                config={
                    "UPLOAD_DIR": folder,
                    "UPLOAD_DELETE_TMP": False,
                    "MAX_MEMORY_FILE_SIZE": 0,
                },
            )
            came = 0
            async for chunk in self._request.stream():
                came += len(chunk)
                if came > self.most_bytes + AROUND:
                    raise HTTPException(TOO_LARGE, "File too large")
                await run_in_threadpool(parser.write, chunk)
            parser.finalize()
        except FormParserError as error:
            raise HTTPException(NO_FORM, str(error)) from error
        if len(files) != 1 or files[0].size > self.most_bytes:
            raise HTTPException(TOO_LARGE if files else NO_FORM, "One file is expected")
        return files[0]

    def _put(self, file: File) -> None:
        if file.in_memory:  # an empty one
            file.flush_to_disk()
        file.close()
        Path(os.fsdecode(file.actual_file_name or b"")).replace(self.path)
