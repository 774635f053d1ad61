"""Imports point one way, and each library is known to few: read from the source, nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = "service_quality"

# From the top down: a module imports from its own line or from those beneath it.
LAYERS = (
    {"app"},
    {"pages"},
    {"ui"},
    {"cli"},
    {"findings", "uploads"},
    {"ingest", "measures"},
    {"warehouse"},
    {"definitions", "methods"},
    {"base"},
)

# Who may import a library; a name stands for what lies under it too.
ALLOWED = {
    "streamlit": {"app", "pages", f"{PACKAGE}.ui"},
    "duckdb": {f"{PACKAGE}.warehouse"},
}
# Pages ask, they do not compute.
NOT_IN_PAGES = {"duckdb", "pandera", "polars"}
# The server listens once app.py is imported: what takes long is imported while a browser comes.
NOT_BEFORE_IT_LISTENS = {f"{PACKAGE}.{folder}" for folder in ("findings", "ingest", "measures")}
# Pages import the rest when they are opened, or the app does while someone reads the first one.
NOT_ON_THE_FIRST_PAGE = {"numpy", "scipy", "pandas", "polars", f"{PACKAGE}.findings.views"}


def _sources() -> dict[str, Path]:
    paths = [*ROOT.glob("app.py"), *ROOT.glob("pages/**/*.py"), *ROOT.glob(f"{PACKAGE}/**/*.py")]
    named = {path.relative_to(ROOT).with_suffix("").parts: path for path in paths}
    return {".".join(parts).removesuffix(".__init__"): path for parts, path in named.items()}


def _imports(module: str, path: Path, *, at_once: bool = False) -> Iterator[str]:
    """Give the full names that a module imports anywhere, in functions and for types too.

    With `at_once` those alone that it imports when it is imported itself.
    """
    tree = ast.parse(path.read_bytes())
    for node in tree.body if at_once else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: None if path.stem == "__init__" else -1]
            start = above[: len(above) - node.level + 1] if node.level else []
            origin = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def _is_under(name: str, tops: set[str]) -> bool:
    return any(name == top or name.startswith(f"{top}.") for top in tops)


def _layer(name: str) -> int | None:
    """Give the line of `LAYERS` of one of our modules, None for everything else."""
    if not _is_under(name, {"app", "pages", PACKAGE}):
        return None
    top = name.removeprefix(f"{PACKAGE}.").split(".")[0]
    return next((line for line, names in enumerate(LAYERS) if top in names), None)


SOURCES = _sources()


@cache
def imported(module: str) -> set[str]:
    return set(_imports(module, SOURCES[module]))


@pytest.mark.parametrize("module", SOURCES)
def test_a_module_imports_only_what_lies_beneath_it(module: str) -> None:
    if module == PACKAGE:
        assert not {name for name in imported(module) if _is_under(name, {PACKAGE})}
        return
    line = _layer(module)
    assert line is not None, f"say in LAYERS where {module} belongs"
    above = {
        name for name in imported(module) if (other := _layer(name)) is not None and other < line
    }
    assert not above


@pytest.mark.parametrize(("library", "allowed"), ALLOWED.items())
def test_a_library_is_known_to_few(library: str, allowed: set[str]) -> None:
    users = {m for m in SOURCES if any(_is_under(n, {library}) for n in imported(m))}
    assert not {module for module in users if not _is_under(module, allowed)}


def test_pages_ask_and_do_not_compute() -> None:
    for module in SOURCES:
        if _is_under(module, {"pages"}):
            assert not {n for n in imported(module) if _is_under(n, NOT_IN_PAGES)}, module


def test_nothing_imports_a_page() -> None:
    for module in SOURCES:
        assert not {name for name in imported(module) if _is_under(name, {"pages"})}, module


def _imported_with(*modules: str) -> set[str]:
    """Return all that is imported as soon as these modules of ours are, by full names."""
    reached, found = set[str](), list(modules)
    while found:
        module = found.pop()
        if module in SOURCES and module not in reached:
            names = set(_imports(module, SOURCES[module], at_once=True))
            # `from x import y` names a module y, or what is in the module x.
            found += {name for each in names for name in (each, each.rpartition(".")[0])}
        reached.add(module)
    return reached


def test_the_server_listens_before_what_answers_is_imported() -> None:
    reached = _imported_with("app")
    assert "service_quality.ui.frame.gate" in reached
    assert not {name for name in reached if _is_under(name, NOT_BEFORE_IT_LISTENS)}


def test_the_first_page_is_shown_without_what_takes_long_to_import() -> None:
    reached = _imported_with("service_quality.ui.frame.ready", "pages.overview")
    assert {"duckdb", "service_quality.findings.overview"} <= reached
    assert not {name for name in reached if _is_under(name, NOT_ON_THE_FIRST_PAGE)}
