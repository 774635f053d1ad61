"""What the documents say is true: recipes work, lists are whole, links lead somewhere."""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service_quality.base import settings
from service_quality.cli import main
from service_quality.definitions import formats, kpis
from service_quality.definitions.datasets import all_datasets
from tests import test_imports

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^```(\w*) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
PROGRAM = ".venv/bin/service-quality "
DOCS = (
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md"),
    *("docs/loading.md", "docs/operations.md", "docs/report.md", "docs/translating.md"),
)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def fences(name: str, language: str = "") -> list[tuple[str, str, str]]:
    """Return the fenced blocks of a document: language, file it stands for, contents."""
    return [found for found in FENCE.findall(text(name)) if language in ("", found[0])]


def table(name: str, heading: str) -> dict[str, list[str]]:
    """Return a table's rows by their first cell, the name in backticks; `heading` is its head."""
    rows = text(name).partition(f"\n{heading}\n")[2].split("\n\n")[0].splitlines()[1:]
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
    return {row[0].strip(" `"): row[1:] for row in cells}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [Path(name) for name in listed.stdout.split("\0") if name]
    return [path for path in paths if (ROOT / path).exists()]


# Lists


@pytest.mark.parametrize("name", DOCS)
def test_every_link_within_the_project_leads_somewhere(name: str) -> None:
    for target in LINK.findall(FENCE.sub("", text(name))):
        path, _hash, anchor = target.partition("#")
        if not path.startswith(("http:", "https:")):
            file = (ROOT / name).parent / path if path else ROOT / name
            assert file.exists(), target
            titles = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.M) if anchor else [""]
            assert anchor in [re.sub(r"\W+", "-", title.lower()) for title in titles], target


@pytest.mark.parametrize("name", DOCS)
def test_every_target_of_make_that_is_named_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.M))
    code = " ".join([*re.findall(r"`([^`\n]+)`", text(name)), *(f[2] for f in fences(name))])
    assert set(re.findall(r"\bmake ([a-z-]+)\b", code)) <= targets


def test_every_target_of_make_is_explained() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.M)) - {"help"}
    assert targets == set(re.findall(r"^\| `make ([a-z-]+)", text("CONTRIBUTING.md"), re.M))


def test_readme_lists_every_setting_with_its_default(tmp_path: Path) -> None:
    ((_language, name, toml),) = fences("README.md", "toml")
    (tmp_path / name).write_text(toml, encoding="utf-8")
    shown = dataclasses.asdict(settings.load(tmp_path))
    lines = [line.strip("[] ") for line in re.findall(r"^(\w+ (?==)|\[\w+\])", toml, re.M)]
    assert [key for key in lines if key in shown] == list(shown)
    defaults = settings.Settings().query_parameters()
    assert {key: shown[key] for key in defaults} == defaults


def test_every_kpi_is_listed_with_what_it_needs() -> None:
    listed = table("docs/loading.md", "| measure | | kind | columns |")
    expected = {
        kpi.id: [
            kpi.title,
            f"`{kpi.dataset}`",
            ", ".join(" or ".join(f"`{name}`" for name in group) for group in kpi.needs),
        ]
        for kpi in kpis.catalogue().values()
    }
    assert listed == expected


def test_every_kind_is_listed_with_what_it_needs() -> None:
    listed = table("docs/loading.md", "| kind | a row is | it needs | rows of a second upload |")
    assert list(listed) == list(all_datasets())
    for kind, dataset in all_datasets().items():
        needed = {column.name for column in dataset.columns if column.needed}
        either = {name for group in dataset.either for name in group}
        assert set(re.findall(r"`(\w+)`", listed[kind][1])) == needed | either


def test_every_export_format_is_listed() -> None:
    listed = table("docs/loading.md", "| export | `--format` | kind |")
    expected = {
        f.title: [f"`{f.id}`", "refused: averages" if f.refuse else f"`{f.kind}`"]
        for f in formats.all_formats().values()
    }
    assert listed == expected


def test_every_flag_of_load_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    main.main(["load", "--help"])
    flags = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help", "--json"}
    assert {name.split()[0] for name in table("docs/loading.md", "| flag | says |")} == flags


# The house


def house() -> set[str]:
    """Return the paths of the tree that docs/architecture.md draws."""
    drawn, above = set(), ""
    for line in fences("docs/architecture.md")[0][2].splitlines():
        name = line.split()[0]
        if line.startswith(" "):
            name = above + name
        else:
            above = name
        drawn.add(name)
    return drawn


def test_the_tree_is_the_tree() -> None:
    found = set()
    for path in tracked():
        for depth in (1, 2) if path.parts[0] in ("queries", "service_quality") else (1,):
            part = "/".join(path.parts[:depth])
            found.add(f"{part}/" if len(path.parts) > depth else part)
    assert house() == found


def test_the_layers_are_those_that_the_imports_are_held_to() -> None:
    (drawn,) = (f[2] for f in fences("docs/architecture.md") if f[2].startswith("app\n"))
    assert [set(line.split(", ")) for line in drawn.splitlines()] == list(test_imports.LAYERS)


# Commands and recipes

# What is compiled already is not compiled again in the copy, by one process after the other.
BEING_COMPILED = shutil.ignore_patterns("*.pyc.*")


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the recipes touch, which is the working folder."""
    for part in ("pages", "queries", "service_quality", "tests", "data/samples", "docs"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=BEING_COMPILED)
    documents = [name for name in DOCS if "/" not in name]
    for part in ("app.py", "pyproject.toml", "uv.lock", "Makefile", *documents):
        shutil.copyfile(ROOT / part, tmp_path / part)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SERVICE_QUALITY_DATA", raising=False)
    return tmp_path


def write(name: str, folder: Path) -> list[str]:
    """Write each block that stands for a file, apply or append each that changes one; the files."""
    files = []
    for language, file, contents in fences(name):
        if language == "diff":
            lines = contents.splitlines(keepends=True)
            before, after = ("".join(x[1:] for x in lines if x[0] in " " + sign) for sign in "-+")
            old = (folder / file).read_text(encoding="utf-8")
            assert old.count(before) == 1, f"{file} has no such place:\n{before}"
            (folder / file).write_text(old.replace(before, after), encoding="utf-8")
        elif language == "po":
            with (folder / file).open("a", encoding="utf-8") as catalogue:
                catalogue.write(f"\n{contents}")
        elif file:
            assert not (folder / file).exists(), file
            (folder / file).write_text(contents, encoding="utf-8")
            files.append(file)
    return files


def commands(name: str) -> Iterator[list[str]]:
    """Yield the words of every call of the program in a document."""
    for _language, _file, contents in fences(name, "sh"):
        for line in contents.splitlines():
            if line.startswith(PROGRAM):
                yield shlex.split(line, comments=True)[1:]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["README.md", "docs/loading.md"])
def test_every_command_does_what_it_should(
    name: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(name, copy)
    ran = list(commands(name))
    assert ran
    for words in ran:
        assert main.main(words) == main.DONE, words
        assert len(capsys.readouterr().out.splitlines()) >= (1 if "--json" in words else 2), words


def in_the_copy(copy: Path, *words: str) -> None:
    """Run a command in a process of its own, so that the copy's modules are imported."""
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    ran = subprocess.run(words, cwd=copy, capture_output=True, text=True, env=environment)
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-1000:]


@pytest.mark.slow
def test_the_recipes_work(copy: Path) -> None:
    """All four at once; what is tested then is what a recipe that lacks a step would break.

    With WHOLE=yes in the environment it is everything but the browser.
    """
    files = write("CONTRIBUTING.md", copy)
    tests = [file for file in files if Path(file).name.startswith("test_")]
    assert len(tests) == 4
    python_files = [file for file in files if file.endswith(".py")]
    python = Path(sys.executable).parents[1]
    stamp = f"{python}/development.stamp"
    in_the_copy(copy, "make", "-o", stamp, f"VENV={python}", "messages")

    calls = list(commands("CONTRIBUTING.md"))
    (copy / "tests" / "test_commands.py").write_text(
        "import pytest\nimport service_quality\nfrom service_quality.cli import main as cli\n\n\n"
        f"def test_the_copy_is_tested() -> None:\n"
        f"    assert service_quality.__file__.startswith({str(copy)!r})\n\n\n"
        f"def test_commands(capsys: pytest.CaptureFixture[str]) -> None:\n"
        f"    for words in {calls!r}:\n"
        "        assert cli.main(words) == 0\n"
        "        assert len(capsys.readouterr().out.splitlines()) >= 2\n",
        encoding="utf-8",
    )
    in_the_copy(copy, sys.executable, "-m", "ruff", "check", *python_files)
    in_the_copy(copy, sys.executable, "-m", "ruff", "format", "--check", *python_files)
    test = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider")
    if os.environ.get("WHOLE"):
        in_the_copy(copy, *test, "-n", "2", "--ignore=tests/browser", "-k", "not recipes_work")
        return
    in_the_copy(copy, *test, "tests/test_commands.py", *tests)
    lists = ("tests/test_imports.py", "tests/test_docs.py", "tests/base/test_translations.py")
    in_the_copy(copy, *test, *lists, "-m", "not slow")
    new = " or ".join(["every_kpi", "kinds_come", *(Path(file).stem for file in files)])
    held = ("tests/definitions", "tests/pages/test_pages.py", "tests/base/test_pseudo_language.py")
    in_the_copy(copy, *test, *held, "-k", new)
