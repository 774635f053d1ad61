"""Which requests that go by the pages are let through, with sign-in and without."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from service_quality.base.access import FILE_NAME
from service_quality.ui.frame import gate
from tests.base.test_access import WHOLE

UPLOAD, PAGE, FONT = "/_stcore/upload_file/a/b", "/trends", "/static/media/font.woff2"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Requests to a data folder's app, which lets everyone have a cookie."""
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(tmp_path))
    return TestClient(gate.Gate(Response("yes", headers={"set-cookie": "a=b; Path=/"})))


def statuses(client: TestClient) -> list[int]:
    return [client.put(path).status_code for path in (PAGE, FONT, UPLOAD, "/media/a")]


def test_without_sign_in_everything_is_let_through(client: TestClient) -> None:
    assert statuses(client) == [200, 200, 200, 200]


def test_with_sign_in_a_stranger_gets_the_frame_of_the_pages_alone(
    client: TestClient, tmp_path: Path
) -> None:
    (tmp_path / FILE_NAME).write_text(WHOLE, encoding="utf-8")
    assert statuses(client) == [200, 200, 403, 403]
    assert client.get(PAGE).headers["set-cookie"] == "a=b; Path=/; Secure"
    client.cookies.set("_streamlit_user", "made up")
    assert statuses(client) == [200, 200, 403, 403]


@pytest.mark.parametrize("now", ["[roles", None])
def test_a_file_that_is_wrong_or_gone_lets_nobody_in(
    now: str | None, client: TestClient, tmp_path: Path
) -> None:
    file = tmp_path / FILE_NAME
    file.write_text(WHOLE, encoding="utf-8")
    assert statuses(client)[2:] == [403, 403]
    file.write_text(now, encoding="utf-8") if now else file.unlink()
    assert statuses(client)[2:] == [403, 403]


@pytest.mark.parametrize(
    ("address", "open_to_all"), [("localhost", False), ("0.0.0.0", True), (None, True)]
)
def test_an_app_that_the_network_reaches_says_that_nobody_signs_in(
    address: str | None, open_to_all: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(tmp_path))
    monkeypatch.setattr(gate.st, "get_option", lambda _name: address)
    assert ("Nobody has to sign in" in gate.open_to_all()) == open_to_all
    (tmp_path / FILE_NAME).write_text(WHOLE, encoding="utf-8")
    assert gate.open_to_all() == ""
