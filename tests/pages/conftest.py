"""Runs a page as Streamlit would, without a browser, on a data folder of the test's choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from service_quality.cli import serving
from service_quality.ui.frame import page
from service_quality.ui.parts import lazy
from service_quality.uploads import example
from tests import prepared
from tests.factories import Store

ROOT = Path(__file__).parents[2]
PAGES = (*(Path(path).stem for group in page.PAGES for path, _title in group), "entity")
OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def components_looked_for_once() -> Iterator[None]:
    """Have Streamlit look through all that is installed once, and not for each run of a page.

    That takes longer than most of the pages; the app does it as it starts.
    """
    with pytest.MonkeyPatch.context() as patch:
        found = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture(scope="session", autouse=True)
def _let_go_of_the_files() -> Iterator[None]:
    yield
    st.cache_resource.clear()
    serving.let_go()


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that nothing was loaded into, so that the example data shows."""
    return tmp_path_factory.mktemp("example")


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of someone who chose to start empty."""
    folder = tmp_path_factory.mktemp("empty")
    example.leave(folder)
    return folder


def stored(folder: Path, kind: str, rows: list[dict[str, Any]]) -> Path:
    """Load rows into a data folder, and let go of it for the app."""
    store = Store(folder)
    store.load(kind, rows)
    store.warehouse.close()
    return folder


def open_all(patch: pytest.MonkeyPatch) -> None:
    """Let pages build at once what they build else when a reader opens it."""

    def build(place: Any, _key: str, inside: Callable[[], None]) -> None:
        with place:
            inside()

    patch.setattr(lazy, "_build", build)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is closed on the pages of a test stands open."""
    open_all(monkeypatch)


@pytest.fixture
def open_page(
    example_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> OpenPage:
    """Open a page by its name: `open_page("trends", kpi="csat")`, on the example data."""
    give_example = prepared.giver(tmp_path_factory)

    def run(name: str, folder: Path = example_folder, **query: str | list[str]) -> AppTest:
        give_example(folder)
        monkeypatch.setenv("SERVICE_QUALITY_DATA", str(folder))
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
        at.switch_page(f"pages/{name}.py")
        for key, value in query.items():
            at.query_params[{"start": "from", "end": "to"}.get(key, key)] = value
        return at.run()

    return run
