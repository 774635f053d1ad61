"""A dropped file goes to disk as it comes; Streamlit hears of its name alone."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
import uuid
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
    """What stands behind the middleware: it keeps what it is told, and answers as it is told.

    As the real one, it refuses before it reads; `reads` says whether it got that far.
    """

    def __init__(self, status: int = 204) -> None:
        self.status = status
        self.reads = status == 204
        self.heard: list[tuple[str, bytes]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method == "PUT" and self.reads:
            form = await request.form()
            for file in form.values():
                assert not isinstance(file, str)
                self.heard.append((str(file.filename), await file.read()))
        await Response(status_code=self.status)(scope, receive, send)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def ask(
    behind: Streamlit,
    method: str,
    file_id: str,
    *,
    content: bytes = CONTENT,
    most_bytes: int = 1 << 30,
    cut_off: bool = False,
    says_length: bool = True,
    path: str = "/_stcore/upload_file/session/{}",
) -> tuple[int | None, int]:
    """Send a request through the middleware; return the status, and how many parts were read."""
    body, kind = encode_multipart_formdata({"file": (NAME, content, "text/csv")})
    parts = [body[at : at + 65536] for at in range(0, len(body), 65536)]
    all_parts = len(parts)
    headers = [(b"content-type", kind.encode())]
    if says_length:
        headers.append((b"content-length", str(len(body)).encode()))
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
    status = next((each["status"] for each in answers if "status" in each), None)
    return status, all_parts - len(parts)


@pytest.fixture
def file_id() -> str:
    return str(uuid.uuid4())


@pytest.mark.parametrize("says_length", [True, False])
def test_the_file_lies_on_disk_once_and_its_name_goes_on(
    file_id: str, folder: Path, says_length: bool
) -> None:
    behind = Streamlit()
    assert ask(behind, "PUT", file_id, says_length=says_length)[0] == 204
    # Browsers write quotes in names that way, and Streamlit shows them so.
    assert behind.heard == [(NAME.replace('"', "%22"), b"")]
    path = dropped.path_of("session", file_id)
    assert files(folder) == [path]
    assert path.read_bytes() == CONTENT
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_an_empty_file_is_one_too(file_id: str) -> None:
    assert ask(Streamlit(), "PUT", file_id, content=b"")[0] == 204
    assert dropped.path_of("session", file_id).read_bytes() == b""


def test_nothing_is_read_of_what_streamlit_refuses(file_id: str, folder: Path) -> None:
    assert ask(Streamlit(status=403), "PUT", file_id) == (403, 0)
    assert not list(folder.iterdir())


def test_what_streamlit_refuses_afterwards_does_not_stay(file_id: str, folder: Path) -> None:
    behind = Streamlit(status=400)
    behind.reads = True
    assert ask(behind, "PUT", file_id)[0] == 400
    assert not files(folder)


def test_a_file_taken_back_is_gone(file_id: str, folder: Path) -> None:
    behind = Streamlit()
    ask(behind, "PUT", file_id)
    assert ask(behind, "DELETE", file_id)[0] == 204
    assert not files(folder)


def test_a_file_s_id_is_no_right_to_erase_or_to_write_over_it(file_id: str) -> None:
    ask(Streamlit(), "PUT", file_id)
    for method in ("DELETE", "PUT"):
        assert ask(Streamlit(status=403), method, file_id, content=b"x")[0] == 403
    other = "/_stcore/upload_file/other/{}"
    assert ask(Streamlit(), "DELETE", file_id, path=other)[0] == 204
    assert dropped.path_of("session", file_id).read_bytes() == CONTENT


@pytest.mark.parametrize("says_length", [True, False])
def test_one_that_is_too_large_is_broken_off(file_id: str, folder: Path, says_length: bool) -> None:
    behind = Streamlit()
    status, read = ask(behind, "PUT", file_id, most_bytes=1000, says_length=says_length)
    assert status == 413
    assert read <= 2 + dropped.AROUND // 65536
    assert behind.heard == []
    assert not files(folder)


def test_a_little_too_large_is_too_large(file_id: str, folder: Path) -> None:
    assert ask(Streamlit(), "PUT", file_id, content=b"x" * 1001, most_bytes=1000)[0] == 413
    assert ask(Streamlit(), "PUT", file_id, content=b"x" * 1000, most_bytes=1000)[0] == 204


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
    assert ask(behind, "PUT", file_id, cut_off=True)[0] is None
    assert behind.heard == []
    assert not files(folder)


def test_a_full_disk_is_said(file_id: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_words: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dropped.FormParser, "write", full)
    assert ask(Streamlit(), "PUT", file_id)[0] == dropped.NO_SPACE
    assert not files(folder)


def test_drops_go_with_their_session(folder: Path) -> None:
    ids = {session: str(uuid.uuid4()) for session in ("here", "gone", "just-gone")}
    for session, file_id in ids.items():
        path = f"/_stcore/upload_file/{session}/{{}}"
        assert ask(Streamlit(), "PUT", file_id, content=b"x", path=path)[0] == 204
    long_ago = time.time() - 2 * dropped.GRACE_SECONDS
    for session in ("here", "gone"):
        os.utime(dropped.path_of(session, ids[session]).parent, (long_ago, long_ago))
    dropped.sweep(lambda session: session == "here")
    left = {session for session, each in ids.items() if dropped.path_of(session, each).exists()}
    assert left == {"here", "just-gone"}


def test_temporary_files_lie_below_the_data_folder(tmp_path: Path) -> None:
    home = tmp_path / "data"
    temporary.use(home)
    left = Path(tempfile.mkdtemp())
    (left / "rows.csv").write_text("a customer's")
    assert left.parent == temporary.own(home)
    assert left.is_relative_to(home / temporary.FOLDER)
    temporary.leave()
    assert not list((home / temporary.FOLDER).glob("*-*"))


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
