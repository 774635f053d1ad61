"""Measures a lake beside a file: `.venv-lake/bin/python -m benchmarks.lake`, after `make lake`.

Each loads the same export and two months; then each page is opened in a process that has just
published the second. PostgreSQL runs on the same machine, and for nothing else.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from benchmarks import export, steps
from service_quality.warehouse import places
from tests import postgres

ROWS = 1_000_000


def main() -> None:
    """Load, open the pages, and print seconds; those of the lake are divided by the file's."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lake", description=main.__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help=f"tickets; else {ROWS:,}")
    parser.add_argument("--folder", type=Path, help="where to work")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="benchmarks-", dir=given.folder) as folder,
        postgres.server() as server,
    ):
        files = Path(folder)
        steps.run("write_exports", files, given.rows, 2)
        file = _measured(files, files / "file", places.FILE)
        lake = _measured(files, files / "lake", f"{places.LAKE}{server.catalog}")
    print(f"{given.rows:,} tickets, months of {export.month_rows(given.rows):,}\n")
    print(f"{'':24}{'file':>8}{'lake':>8}{'÷':>7}")
    for name, seconds in file.items():
        print(f"{name:24}{seconds:8.2f}{lake[name]:8.2f}{lake[name] / seconds:7.2f}")


def _measured(files: Path, data: Path, place: str) -> dict[str, float]:
    os.environ |= {places.SETTING: place, "SERVICE_QUALITY_STORE": str(data)}
    data.mkdir()
    found = dict[str, float]()
    for name, file, month in (("load", "tickets", -1), ("month", "month-0", 0)):
        at = export.month_end(month).isoformat()
        done = steps.run("load", files / f"{file}.csv", data, at)
        assert done["status"] == "published", done["reason"]
        found |= {name: done["seconds"], f"{name}, processor": done["cpu_seconds"]}
    at = export.month_end(1).isoformat()
    pages = steps.run("first_pages", files / "month-1.csv", data, at)
    del pages["peak_mb"]
    for what in ("first", "known"):
        found |= {f"{page}, {what}": seconds[what] for page, seconds in pages.items()}
    return found


if __name__ == "__main__":
    main()
