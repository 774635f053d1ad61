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

from benchmarks import crowd, export, pages, steps, upload, viewers
from benchmarks.tables import Tables

ROWS, QUICK_ROWS = 10_000_000, 100_000
MONTHLY_EXPORT_ROWS = 333_000  # 50 MB, what a busy help desk writes in a month
PACKAGES = ("duckdb", "polars", "pandera", "streamlit", "plotly")
Answer = dict[str, Any]
TABLES = Tables()
FILES = ("", "elapsed", "processor time", "peak memory")
PAGES = ("pages", "÷ plotly", "÷ dash")
VIEWERS = ("viewers", "updates a second", "Overview ÷ it")
READERS = ("readers", "quiet", "while a file is loaded", "÷")


def main() -> None:
    """Write the exports, load them, open the pages, and remove everything again."""
    arguments = _arguments()
    rows = arguments.rows or (QUICK_ROWS if arguments.quick else ROWS)
    named = " · ".join(f"{name} {version(name)}" for name in PACKAGES)
    repeats = 1 if arguments.quick else arguments.repeats
    busy = os.getloadavg()[0]
    for words in (
        f"{rows:,} tickets · Python {platform.python_version()} · {named}",
        f"{os.cpu_count()} processors · load {busy:.1f} of others at the start",
        *(["Not a quiet machine: look at ratios, of processor time where there are."] * (busy > 1)),
    ):
        TABLES.about.append(f"{words.rstrip('.')}.")
        print(words)
    with tempfile.TemporaryDirectory(prefix="benchmarks-", dir=arguments.folder) as temporary:
        folder = Path(temporary)
        written = steps.run("write_exports", folder, rows, repeats)
        print(f"CSV file: {written['mb']:,.0f} MB\n")
        _dirty(folder, repeats)
        _report(folder, min(rows, MONTHLY_EXPORT_ROWS), repeats)
        data = _loads(folder, repeats)
        _months(folder, data, export.month_rows(rows), repeats)
        if arguments.pages:
            _pages(data, folder / "streamlit.log", quick=arguments.quick)
        if arguments.pages and not arguments.quick:
            _upload(folder / "tickets.csv", folder / "dropped", folder / "streamlit.log")
        _at_once(folder)
        _readers(folder / "tickets.csv", data)
    if arguments.write:
        TABLES.write()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--rows", type=int, metavar="N", help=f"tickets; else {ROWS:,}")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROWS:,} tickets, once")
    parser.add_argument("--write", action="store_true", help="the tables of docs/benchmarks.md")
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
    TABLES.about.append(
        f"The warehouse takes {sizes['warehouse_mb']:,.0f} MB, the kept uploads"
        f" {sizes['uploads_mb']:,.0f} MB; the sums by month have {sizes['rollup_rows']:,} rows."
    )
    return data


def _months(folder: Path, data: Path, rows: int, repeats: int) -> None:
    """Load as many months as asked, one after the other, into what there is."""
    raws, loads = [], []
    for month in range(repeats):
        file, end = folder / f"month-{month}.csv", export.month_end(month).isoformat()
        raws.append(steps.run("raw", file, folder / "raw.duckdb"))
        (folder / "raw.duckdb").unlink()
        loads.append(_load(file, data, end))
    _line("raw read_csv of a month", raws)
    _line(f"a month of {rows:,} rows into it", loads)
    _ratios("month ÷ raw", raws, loads)
    _steps(loads)
    last = loads[-1]
    print(f"the last: {last['inserted']:,} inserted, {last['updated']:,} updated\n")


def _load(file: Path, data: Path, at: str) -> Answer:
    answer = steps.run("load", file, data, at)
    if answer["status"] != "published":
        raise SystemExit(f"{file.name}: {answer['status']}: {answer['reason']}")
    return answer


def _pages(data: Path, log: Path, *, quick: bool) -> None:
    found = pages.measure(data, log, quick=quick)
    start, bare = found["start"], found["bare_start"]
    words = (
        f"start of the program to the first figure: {start:.0f} ms, of the bare page: {bare:.0f} ms"
    )
    TABLES.row(PAGES, words, f"{start / bare:.2f}", "")
    print(f"{words}, {start / bare:.2f}")
    print(f"a choice of a brand until all {found['tiles']} figures of the page stand")
    for name, words in (
        ("plotly", "bare page, plotly figures"),
        ("drawings", "bare page, drawings as in tiles"),
        ("dash", "Dash, a brand not asked for yet"),
        ("dash_again", "Dash, the same brands again"),
        ("overview", "Overview, a brand not asked for yet"),
        ("again", "Overview, the same brands again"),
    ):
        ratios = {of: found[name] / found[of] for of in ("plotly", "drawings", "dash")}
        against = "".join(f"{ratio:6.2f} ÷ {of}" for of, ratio in ratios.items())
        print(f"{words:<36}{found[name]:6.0f} ms {against}")
        TABLES.row(
            PAGES,
            f"{words}: {found[name]:.0f} ms",
            *(f"{ratios[of]:.2f}" for of in ("plotly", "dash")),
        )
    updates = found["updates"]
    print(f"updates a second of {viewers.VIEWERS} viewers, of brands asked for before")
    for name, per_second in updates.items():
        ratio = updates["overview"] / per_second
        print(f"{name:<36}{per_second:6.1f}    {ratio:6.2f} Overview ÷ it")
        TABLES.row(VIEWERS, f"{viewers.VIEWERS}, {name}", f"{per_second:.1f}", f"{ratio:.2f}")
    print()


def _upload(file: Path, data: Path, log: Path) -> None:
    found = upload.measure(file, data, log)
    print("a drop of the file on Upload, growth of the app's memory until then")
    for step, words in (("came", "the file has come"), ("read", "it is read and reported on")):
        mb = found[f"{step}_mb"]
        grown = "not measured" if mb is None else f"{mb:6,.0f} MB"
        print(f"{words:<34}{found[step]:8.1f} s   {grown}")
    print()


def _at_once(folder: Path) -> None:
    found = steps.run("at_once", folder, folder / "months")
    ratio = found["at_once"] / found["after_another"]
    print(
        f"{found['files']} months at once{found['at_once']:8.1f} s, one after another"
        f"{found['after_another']:8.1f} s: {ratio:.2f}\n"
    )


def _readers(file: Path, data: Path) -> None:
    found = steps.run("readers", file, data)
    took = f"while the file is loaded again ({found['seconds']:.1f} s)"
    print(f"{crowd.READERS} readers, in quiet and {took}")
    for part in ("median", "p95"):
        quiet, loading = (found[when][part] * 1000 for when in ("quiet", "loading"))
        cells = (f"{quiet:.1f} ms", f"{loading:.1f} ms", f"{loading / quiet:.2f}")
        print(f"{part:<10}{cells[0]:>12} {cells[1]:>12}   loading ÷ quiet {cells[2]:>6}")
        TABLES.row(READERS, part, *cells)
    asked = found["quiet"]["asked"] + found["loading"]["asked"]
    print(f"{asked:,} questions, no error, no half state")


def _line(words: str, answers: Sequence[Answer]) -> None:
    seconds, used, peak = (
        median(answer[key] for answer in answers) for key in ("seconds", "cpu_seconds", "peak_mb")
    )
    print(f"{words:<34}{seconds:8.2f} s   {used:6.2f} s processor   {peak:6,.0f} MB peak")
    TABLES.row(FILES, words, f"{seconds:.2f} s", f"{used:.2f} s", f"{peak:,.0f} MB")


def _ratios(words: str, least: Sequence[Answer], done: Sequence[Answer]) -> None:
    """Print how much longer each took than the least that was measured beside it."""
    cells = []
    for unit, named in (("seconds", "elapsed"), ("cpu_seconds", "processor time")):
        ratios = sorted(b[unit] / a[unit] for a, b in zip(least, done, strict=True))
        spread = f"{median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        print(f"{f'{words}, {named}':<36}{spread}")
        cells.append(f"**{spread}**")
    TABLES.row(FILES, f"**{words}**", *cells, "")


def _steps(loads: Sequence[Answer]) -> None:
    for step in loads[0]["steps"]:
        print(f"  {step:<32}{median(done['steps'][step] for done in loads):8.1f} s")


if __name__ == "__main__":
    main()
