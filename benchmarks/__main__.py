"""Runs the benchmarks and prints what they measured: `make bench`, or `python -m benchmarks`."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import export, pages, steps

ROWS, QUICK_ROWS = 10_000_000, 200_000
MONTHLY_EXPORT_ROWS = 333_000  # 50 MB, what a busy help desk writes in a month
PACKAGES = ("duckdb", "polars", "pandera", "streamlit", "plotly")
Answer = dict[str, Any]


def main() -> None:
    """Write the exports, load them, open the pages, and remove everything again."""
    arguments = _arguments()
    rows = arguments.rows or (QUICK_ROWS if arguments.quick else ROWS)
    named = " · ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(f"{rows:,} tickets · Python {platform.python_version()} · {named}")
    print(f"{os.cpu_count()} processors · load {os.getloadavg()[0]:.1f} of others at the start")
    with tempfile.TemporaryDirectory(prefix="benchmarks-", dir=arguments.folder) as temporary:
        folder = Path(temporary)
        written = steps.run("write_exports", folder, rows, arguments.repeats)
        print(f"CSV file: {written['mb']:,.0f} MB\n")
        _dirty(folder, arguments.repeats)
        _report(folder, min(rows, MONTHLY_EXPORT_ROWS), arguments.repeats)
        data = _loads(folder, arguments.repeats)
        _months(folder, data, export.month_rows(rows), arguments.repeats)
        if arguments.pages:
            _pages(data, folder / "streamlit.log")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--rows", type=int, metavar="N", help=f"tickets; else {ROWS:,}")
    parser.add_argument("--quick", action="store_true", help=f"only {QUICK_ROWS:,} tickets")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="loads; else 3")
    parser.add_argument("--no-pages", dest="pages", action="store_false", help="uploads only")
    parser.add_argument("--folder", type=Path, help="where to work: 4 GB for the full size")
    return parser.parse_args()


def _dirty(folder: Path, repeats: int) -> None:
    """Read the export as text when it is clean, and its careless twin."""
    mb = steps.run("write_dirty", folder)["mb"]
    database = folder / "cells.duckdb"
    clean, dirty = [], []
    for _repeat in range(repeats):
        for step, name, answers in (
            ("read_clean", "tickets.csv", clean),
            ("read_dirty", "dirty.csv", dirty),
        ):
            answers.append(steps.run(step, folder / name, database))
            database.unlink()
    (folder / "dirty.csv").unlink()
    _line("DuckDB reads the clean file", clean)
    _line(f"we read its dirty twin, {mb:,.0f} MB", dirty)
    _ratios("dirty ÷ clean", clean, dirty)
    print(f"{clean[0]['rows']:,} rows and {dirty[0]['rows']:,}\n")


def _report(folder: Path, rows: int, repeats: int) -> None:
    """Recognise a month's export and report on every row of it, into an empty warehouse."""
    small = folder / "report"
    small.mkdir()
    mb = steps.run("write_exports", small, rows, 0)["mb"]
    answers = [
        steps.run("check", small / "tickets.csv", small / f"data-{i}", "2026-01-02")
        for i in range(repeats)
    ]
    _line(f"recognise and report, {mb:,.0f} MB", answers)
    print()


def _loads(folder: Path, repeats: int) -> Path:
    """Load the three years as often as asked, each time beside a raw read; return the last."""
    raws, loads = [], []
    data = folder / "data"
    for _repeat in range(repeats):
        shutil.rmtree(data, ignore_errors=True)
        raws.append(steps.run("raw", folder / "tickets.csv", folder / "raw.duckdb"))
        (folder / "raw.duckdb").unlink()
        loads.append(_load(folder / "tickets.csv", data, "2026-01-02"))
    _line("raw read_csv into a table", raws)
    _line("load: check, publish, sum up", loads)
    _ratios("load ÷ raw", raws, loads)
    _steps(loads)
    sizes = steps.run("sizes", data)
    print(
        f"warehouse {sizes['warehouse_mb']:,.0f} MB, kept uploads {sizes['uploads_mb']:,.0f} MB,"
        f" sums by month {sizes['rollup_rows']:,} rows\n"
    )
    return data


def _months(folder: Path, data: Path, rows: int, repeats: int) -> None:
    """Load as many months as asked, one after the other, into what there is."""
    loads = [
        _load(folder / f"month-{month}.csv", data, export.month_end(month).isoformat())
        for month in range(repeats)
    ]
    _line(f"a month of {rows:,} rows into it", loads)
    _steps(loads)
    last = loads[-1]
    print(f"the last: {last['inserted']:,} inserted, {last['updated']:,} updated\n")


def _load(file: Path, data: Path, at: str) -> Answer:
    answer = steps.run("load", file, data, at)
    if answer["status"] != "published":
        raise SystemExit(f"{file.name}: {answer['status']}: {answer['reason']}")
    return answer


def _pages(data: Path, log: Path) -> None:
    found = pages.measure(data, log)
    print(f"a choice of a brand until all {found['tiles']} figures of the page stand")
    for name, words in (
        ("plotly", "bare page, plotly figures"),
        ("drawings", "bare page, drawings as in tiles"),
        ("overview", "Overview, a brand not asked for yet"),
        ("again", "Overview, the same brands again"),
    ):
        ratio = "" if name == "plotly" else f"{found[name] / found['plotly']:8.1f} × the first"
        print(f"{words:<36}{found[name]:6.0f} ms {ratio}")


def _line(words: str, answers: Sequence[Answer]) -> None:
    seconds, used, peak = (
        median(answer[key] for answer in answers) for key in ("seconds", "cpu_seconds", "peak_mb")
    )
    print(f"{words:<34}{seconds:8.1f} s   {used:6.1f} s processor   {peak:6,.0f} MB peak")


def _ratios(words: str, least: Sequence[Answer], done: Sequence[Answer]) -> None:
    """Print how much longer each took than the least that was measured beside it."""
    for unit, named in (("seconds", "elapsed"), ("cpu_seconds", "processor time")):
        ratios = sorted(b[unit] / a[unit] for a, b in zip(least, done, strict=True))
        print(
            f"{f'{words}, {named}':<34}{median(ratios):8.2f}"
            f"   ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )


def _steps(loads: Sequence[Answer]) -> None:
    for step in loads[0]["steps"]:
        print(f"  {step:<32}{median(done['steps'][step] for done in loads):8.1f} s")


if __name__ == "__main__":
    main()
