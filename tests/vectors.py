"""What other packages answer to the same input: files beside the project, never part of it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "shared" / "vectors"
Rows = list[dict[str, str]]


def rows(name: str) -> Rows:
    """Return the rows of one of their files; skip the test where they are not at hand."""
    if not FOLDER.is_dir():
        pytest.skip("the results of other packages are not beside this checkout")
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cases(name: str, key: str = "case") -> dict[str, Rows]:
    """Return the rows of one of their files by case."""
    found: dict[str, Rows] = {}
    for row in rows(name):
        found.setdefault(row[key], []).append(row)
    return found
