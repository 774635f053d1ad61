"""What holds for every test."""

import tempfile
from collections.abc import Iterator

import pytest

# Of what runs pages, this is enough for everyday work.
QUICK_PAGES = "test_pages.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs a page as slow: Streamlit's simulation takes seconds for each."""
    for item in items:
        runs_a_page = "open_page" in getattr(item, "fixturenames", ())
        if runs_a_page and item.path.name != QUICK_PAGES:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def own_temporary_folder() -> Iterator[None]:
    """Undo the program's choice of a folder for temporary files: it holds for a whole process."""
    before = tempfile.tempdir
    yield
    tempfile.tempdir = before
