"""What holds for every test."""

import tempfile
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def own_temporary_folder() -> Iterator[None]:
    """Undo the program's choice of a folder for temporary files: it holds for a whole process."""
    before = tempfile.tempdir
    yield
    tempfile.tempdir = before
