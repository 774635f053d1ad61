"""What holds for every test."""

import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import duckdb
import pytest

from service_quality.ingest.columns import vocabulary
from service_quality.uploads import as_of, publish
from service_quality.warehouse import engine, places
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.places import FILE_NAME, File, Place

TESTS = Path(__file__).parent
# Of what runs pages, each page with data and without any is enough for everyday work.
QUICK_PAGES = "test_a_page_with"
# Of what loads files, the first tests of each file: each says the main thing about its subject.
LOADING, QUICK_OF_A_FILE = ("cli", "findings", "ingest", "measures", "uploads"), 2

# What holds of a warehouse that is one file of its own, and why it is not asked of a lake.
OF_A_FILE = {
    "cli/test_every_file.py": "the file is damaged, and goes: PostgreSQL keeps a lake's tables",
    "cli/test_damage.py": "the same",
    "cli/test_nothing_is_lost.py": "the file of yesterday is put back; of processes that end, see"
    " test_lake.py and crash_lake.py",
    "cli/test_running.py": "who holds the file answers the others: a lake is opened by each",
    "cli/test_process.py": "processes that wait for the file; they know nothing of a test's lake",
    "warehouse/test_connection.py": "how a file is opened, held, full, and opened again",
    "warehouse/test_stored_by_name.py": "files of earlier versions: there was no lake",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--lake", action="store_true", help="keep the tests' warehouses in a lake")


@pytest.fixture(autouse=True, scope="session")
def in_a_lake(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """With `--lake`, have each data folder's warehouse in a lake of its own."""
    if not request.config.getoption("--lake"):
        yield
        return
    from tests import postgres
    from tests.factories import SETTINGS

    with postgres.server() as server, pytest.MonkeyPatch.context() as patch:
        lakes = postgres.Lakes(server.catalog, tmp_path_factory.mktemp("empty"), SETTINGS)
        as_set = places.of
        # What a test sets is for its own process too, not for those alone that it starts.
        patch.setattr(
            places, "of", lambda home: (as_set if places.SETTING in os.environ else lakes.of)(home)
        )
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what everyday work can do without; what is slow by itself is marked there.

    That is what runs a page, all cases of a test but its first, and most of what loads files.
    Streamlit's simulation takes seconds for a page, a load a part of one; and what a change
    breaks, it seldom breaks in the other cases alone.
    """
    skip = pytest.mark.skip("of a file alone")
    for item in items:
        path = item.path.relative_to(TESTS).as_posix()
        if item.config.getoption("--lake") and path in OF_A_FILE:
            item.add_marker(skip)
    begun: set[str] = set()
    loading: Counter[Path] = Counter()
    for item in items:
        test = item.nodeid.partition("[")[0]
        if test not in begun and item.path.relative_to(TESTS).parts[0] in LOADING:
            loading[item.path] += 1
        runs_a_page = "open_page" in getattr(item, "fixturenames", ())
        another = test in begun or loading[item.path] > QUICK_OF_A_FILE
        if (runs_a_page or another) and not item.name.startswith(QUICK_PAGES):
            item.add_marker(pytest.mark.slow)
        begun.add(test)


def pytest_collection_finish() -> None:
    """Collect garbage seldom, and leave what imports and collection made out of it.

    Streamlit collects after each run of a page; to look through thousands of tests takes longer
    than many a page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def pytest_unconfigure() -> None:
    """Let what was left out be collected at the end: DuckDB's bindings call it leaked if not."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def own_temporary_folder() -> Iterator[None]:
    """Undo the program's choice of a folder for temporary files: it holds for a whole process."""
    before = tempfile.tempdir
    yield
    tempfile.tempdir = before


@pytest.fixture(autouse=True, scope="session")
def macros_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give each warehouse the macros by which cells are read from one file.

    To make them is half of what a small load costs, and a process of the product makes them once;
    here each of thousands of warehouses would.
    """
    file, names = tmp_path_factory.mktemp("macros") / "cells.duckdb", count()
    with duckdb.connect(file) as own:
        own.execute(f"create schema reading; use reading; {vocabulary.all_macros()}")

    def another_name() -> str:
        # DuckDB can wait for ever where a closed database of this process had the same path.
        name = file.with_name(f"{next(names)}.duckdb")
        name.hardlink_to(file)
        return f"{engine.literal(str(name))} as cells (read_only)"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "beside", another_name)
        yield


@pytest.fixture(autouse=True, scope="session")
def empty_warehouse_made_once(
    tmp_path_factory: pytest.TempPathFactory, macros_made_once: None
) -> Iterator[None]:
    """Have what writes begin with a copy of an empty warehouse, instead of making its tables again.

    What differs from it, such as a test's own columns or settings, the program itself then makes.
    """
    empty = tmp_path_factory.mktemp("empty") / FILE_NAME
    Warehouse.open(empty).close()  # summed by no settings yet: its data version is still 0

    class Copied(Warehouse):
        @classmethod
        def at(cls, place: Place, *, read_only: bool = False) -> Warehouse:
            # A copy takes a log that lies there for its own; a new file would leave it alone.
            logs = place.folder.glob("*.wal") if isinstance(place, File) else ()
            is_new = isinstance(place, File) and not place.exists() and not any(logs)
            if is_new and os.access(place.folder, os.W_OK):
                shutil.copy(empty, place.path)
            return Warehouse.at(place, read_only=read_only)

    with pytest.MonkeyPatch.context() as patch:
        for module in (publish, as_of):
            patch.setattr(module, "Warehouse", Copied)
        yield
