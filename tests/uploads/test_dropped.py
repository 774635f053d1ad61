"""A dropped file goes to disk as it comes; Streamlit hears of its name alone."""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from urllib3.filepost import encode_multipart_formdata

from service_quality.uploads import dropped
from service_quality.warehouse import temporary

CONTENT = b"ticket_id;created_at\n" * 200_000  # more than goes through memory at once
NAME = 'Zoé "März".csv'


class Streamlit:
    """What stands behind the middleware: it keeps what it is told, and answers as it is told."""

    def __init__(self, status: int = 204) -> None:
        self.status = status
        self.heard: list[tuple[str, bytes]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method == "PUT":
            form = await request.form()
            for file in form.values():
                assert not isinstance(file, str)
                self.heard.append((str(file.filename), await file.read()))
        await Response(status_code=self.status)(scope, receive, send)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def ask(
    behind: Streamlit,
    method: str,
    file_id: str,
    *,
    content: bytes = CONTENT,
    most_bytes: int = 1 << 30,
    cut_off: bool = False,
    path: str = "/_stcore/upload_file/session/{}",
) -> int | None:
    """Send a request through the middleware; return the status of the answer, if there is one."""
    body, kind = encode_multipart_formdata({"file": (NAME, content, "text/csv")})
    parts = [body[at : at + 65536] for at in range(0, len(body), 65536)]
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    scope = {"type": "http", "method": method, "path": path.format(file_id), "headers": headers}
    answers: list[Message] = []

    async def receive() -> Message:
        if cut_off and len(parts) < 3:
            return {"type": "http.disconnect"}
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: Message) -> None:
        answers.append(message)

    # In a thread of its own: in that of the tests, a browser's loop may be running.
    with ThreadPoolExecutor(1) as thread:
        through = dropped.ToDisk(behind, most_bytes)
        thread.submit(asyncio.run, through(scope, receive, send)).result()
    return next((each["status"] for each in answers if "status" in each), None)


@pytest.fixture
def file_id() -> str:
    return str(uuid.uuid4())


def test_the_file_lies_on_disk_and_its_name_goes_on(file_id: str) -> None:
    behind = Streamlit()
    assert ask(behind, "PUT", file_id) == 204
    # Browsers write quotes in names that way, and Streamlit shows them so.
    assert behind.heard == [(NAME.replace('"', "%22"), b"")]
    assert dropped.path_of(file_id).read_bytes() == CONTENT


def test_what_streamlit_refuses_does_not_stay(file_id: str, folder: Path) -> None:
    assert ask(Streamlit(status=403), "PUT", file_id) == 403
    assert not list(folder.iterdir())


def test_a_file_taken_back_is_gone(file_id: str) -> None:
    behind = Streamlit()
    ask(behind, "PUT", file_id)
    assert ask(behind, "DELETE", file_id) == 204
    assert not dropped.path_of(file_id).exists()


def test_one_that_is_too_large_is_left_to_streamlit(file_id: str, folder: Path) -> None:
    behind = Streamlit(status=413)
    assert ask(behind, "PUT", file_id, most_bytes=1000) == 413
    assert behind.heard == [(NAME.replace('"', "%22"), CONTENT)]
    assert not list(folder.iterdir())


def test_a_name_that_is_no_id_reaches_no_file(folder: Path) -> None:
    behind = Streamlit()
    ask(behind, "PUT", "../../escaped", content=b"x")
    assert not list(folder.iterdir())
    assert behind.heard == [(NAME.replace('"', "%22"), b"x")]


def test_another_request_goes_on_as_it_is() -> None:
    behind = Streamlit()
    ask(behind, "PUT", "", path="/_stcore/other{}", content=b"x")
    assert behind.heard == [(NAME.replace('"', "%22"), b"x")]


def test_an_upload_that_is_broken_off_leaves_nothing(file_id: str, folder: Path) -> None:
    behind = Streamlit()
    assert ask(behind, "PUT", file_id, cut_off=True) is None
    assert behind.heard == []
    assert not list(folder.iterdir())


def test_a_full_disk_is_said(file_id: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_words: Any) -> None:
        raise OSError(28, "No space left on device")

    copy: Callable[..., None] = full
    monkeypatch.setattr(dropped.shutil, "copyfileobj", copy)
    assert ask(Streamlit(), "PUT", file_id) == dropped.NO_SPACE
    assert not list(folder.iterdir())


def test_temporary_files_lie_below_the_data_folder(tmp_path: Path) -> None:
    home = tmp_path / "data"
    temporary.use(home)
    left = Path(tempfile.mkdtemp())
    (left / "rows.csv").write_text("a customer's")
    assert left.parent == temporary.own(home)
    assert left.is_relative_to(home / temporary.FOLDER)


def test_a_change_of_the_working_folder_does_not_move_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    temporary.use(Path("data"))
    monkeypatch.chdir("/")
    assert Path(tempfile.mkdtemp()).parent.parent == tmp_path / "data" / temporary.FOLDER


def test_a_folder_that_cannot_be_written_to_changes_nothing(folder: Path) -> None:
    (folder / "data").write_text("a file")
    temporary.use(folder / "data")
    assert tempfile.gettempdir() == str(folder)
