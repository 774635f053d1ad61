"""Whoever asks is told whether this process can serve, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from service_quality.base.access import FILE_NAME
from service_quality.base.errors import ServiceQualityError
from service_quality.cli import serving
from service_quality.ui.frame import gate, guard, health
from service_quality.warehouse.connection import Warehouse
from tests.base.test_access import WHOLE
from tests.factories import SETTINGS


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Requests to an app that answers to another name, and where people sign in."""
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(tmp_path))
    (tmp_path / FILE_NAME).write_text(WHOLE, encoding="utf-8")
    held = [*guard.middleware(["figures.example.com"]), Middleware(gate.Gate)]
    page = Route("/", lambda _request: Response("the app"))
    with TestClient(
        Starlette(routes=[page], middleware=[Middleware(health.Health), *held])
    ) as asking:
        yield asking
    serving.let_go()


def asked(client: TestClient) -> tuple[int, object]:
    found = client.get("/health")
    return found.status_code, found.json()


def test_it_is_ready_once_the_warehouse_is_open(client: TestClient, tmp_path: Path) -> None:
    opening = (503, {"ready": False, "state": "the warehouse is not open"})
    assert asked(client) == opening
    serving.warehouse(tmp_path, SETTINGS)
    assert asked(client) == (200, {"ready": True, "state": "ready"})
    assert client.head("/health").status_code == 200
    assert client.get("/health").headers["cache-control"] == "no-store"
    serving.let_go()
    assert asked(client) == opening


def test_all_else_is_held_to_names_as_before(client: TestClient) -> None:
    assert client.get("/health/").status_code == 400
    assert client.get("/").status_code == 400
    assert client.get("/", headers={"host": "figures.example.com"}).text == "the app"


def test_below_a_path_it_lies_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard.config, "get_option", lambda _name: "/quality/")
    client = TestClient(health.Health(Response("the app")))
    assert client.get("/quality/health").status_code == 503
    assert client.get("/health").text == "the app"


def test_a_warehouse_that_fails_or_says_nothing_is_not_ready(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its reason, which may name hosts; and however many ask meanwhile."""
    serving.warehouse(tmp_path, SETTINGS)
    silent = (503, {"ready": False, "state": "the warehouse does not answer"})

    def fails(_self: Warehouse) -> int:
        raise ServiceQualityError("db.example.com: no password")

    monkeypatch.setattr(Warehouse, "version", fails)
    assert asked(client) == silent
    back, begun = Event(), list[int]()

    def says_nothing(_self: Warehouse) -> int:
        begun.append(1)
        return 1 if back.wait(30) else 0

    monkeypatch.setattr(Warehouse, "version", says_nothing)
    monkeypatch.setattr(health, "SECONDS", 0.05)
    start = time.monotonic()
    assert [asked(client) for _each in range(6)] == [silent] * 6
    assert time.monotonic() - start < 5
    assert len(begun) == 1
    back.set()
