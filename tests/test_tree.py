"""The tree suits any machine, and the lock file holds what the project asks for."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "uv.lock").read_text()
REGISTRIES = {urlsplit(url).netloc for url in re.findall(r"https://[^\"]+", LOCK)}
OURS = {"service_quality", "tests", "benchmarks"}
HOMES = ("/" + "home/", "/" + "Users/", f"{Path.home()}/", f"{ROOT}/")


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listed.stdout.split("\0") if name and name != "uv.lock")
    return [path for path in paths if path.is_file()]


def test_no_file_names_a_machine_s_folder_or_a_package_registry() -> None:
    assert REGISTRIES
    named = [
        (path.relative_to(ROOT).as_posix(), word)
        for path in _tracked()
        for word in (*HOMES, *REGISTRIES)
        if word.encode() in path.read_bytes()
    ]
    assert not named


def test_the_lock_file_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = tomllib.loads(LOCK)["package"]
    locked = next(p["metadata"] for p in packages if p["name"] == project["project"]["name"])
    asked = {
        "requires-dist": [
            *project["project"]["dependencies"],
            *itertools.chain(*project["project"]["optional-dependencies"].values()),
        ],
        "requires-dev": project["dependency-groups"]["dev"],
    }
    found = {
        "requires-dist": locked["requires-dist"],
        "requires-dev": locked["requires-dev"]["dev"],
    }
    for kind, requirements in asked.items():
        wanted = {(canonicalize_name(r.name), r.specifier) for r in map(Requirement, requirements)}
        held = {(e["name"], SpecifierSet(e.get("specifier", ""))) for e in found[kind]}
        assert wanted == held, "run `uv lock`"


def _imports(of: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports among the statements within a node; in expressions there are none."""
    for node in ast.iter_child_nodes(of):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not isinstance(node, ast.expr):
            yield from _imports(node)


def _imported(*places: str) -> set[str]:
    """Return the libraries that files import at the top, in functions and for types alone."""
    files = [file for place in places for file in ROOT.glob(place)]
    nodes = [node for file in files for node in _imports(ast.parse(file.read_bytes()))]
    names = {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
    names |= {n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module and not n.level}
    return {name.split(".")[0] for name in names} - sys.stdlib_module_names - OURS


def test_what_is_imported_is_asked_for_by_name() -> None:
    """What another library happens to bring is gone the day that library has no use for it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    known = metadata.packages_distributions()
    asked: set[str] = set()
    for places, requirements in (
        (("app.py", "pages/*.py", "service_quality/**/*.py"), project["project"]["dependencies"]),
        (("tests/**/*.py",), groups["dev"]),
        (("benchmarks/*.py",), groups["bench"]),
    ):
        asked |= {canonicalize_name(Requirement(one).name) for one in requirements}
        for library in _imported(*places) & known.keys():
            assert {canonicalize_name(name) for name in known[library]} & asked, library


# What another backend would do otherwise: all of it is said in service_quality/warehouse.
OF_THE_ENGINE = re.compile(
    r"duckdb[_.]|information_schema|\b(main|rollup)\.\{|\b(from|join|into|update) main\."
    r"|\browid\b|primary key|insert or |on conflict|create or replace macro|pragma "
)


def test_only_the_warehouse_speaks_of_its_engine() -> None:
    sources = [*ROOT.glob("pages/*.py"), *ROOT.glob("service_quality/**/*.py")]
    elsewhere = [path for path in sources if path.parent.name != "warehouse"]
    assert 100 < len(elsewhere) < len(sources)
    said = {
        path.relative_to(ROOT).as_posix(): found.group()
        for path in elsewhere
        if (found := OF_THE_ENGINE.search(path.read_text(encoding="utf-8")))
    }
    assert not said
