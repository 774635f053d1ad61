"""The steps to measure, each run in a process of its own so that its peak memory is its own."""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import export
from benchmarks.crowd import at_once, readers
from benchmarks.first import first_pages
from benchmarks.viewers import updates_per_second
from service_quality.base.settings import Settings
from service_quality.ingest.read import table as read
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.uploads import publish
from service_quality.warehouse import places
from service_quality.warehouse.engine import FAILED
from service_quality.warehouse.places import FILE_NAME

ROOT = Path(__file__).parents[1]
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024


class Stopwatch:
    """Elapsed seconds and seconds of processor time, of all threads, since it was made."""

    def __init__(self) -> None:
        self._elapsed, self._used = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        """Return `seconds` and `cpu_seconds`; the latter suffer less from busy neighbours."""
        return {
            "seconds": time.perf_counter() - self._elapsed,
            "cpu_seconds": time.process_time() - self._used,
        }


def run(step: str, *arguments: object) -> dict[str, Any]:
    """Run one of `STEPS` in a new process; return its answer with `peak_mb`, its peak memory."""
    command = [sys.executable, "-m", "benchmarks.steps", step, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def write_exports(folder: str, rows: str, months: str) -> dict[str, Any]:
    """Write `tickets.csv` and as many `month-N.csv`; return the size of the first."""
    path = Path(folder) / "tickets.csv"
    export.three_years(path, int(rows))
    for month in range(int(months)):
        export.one_month(Path(folder) / f"month-{month}.csv", int(rows), month)
    return {"mb": path.stat().st_size / 1e6}


def raw(file: str, database: str) -> dict[str, Any]:
    """Read a CSV file into a table of a new DuckDB file, and do no more."""
    watch = Stopwatch()
    with duckdb.connect(database) as connection:
        connection.execute("set enable_progress_bar = false")
        # A bad date turns the whole column into text: nothing is checked here.
        connection.execute("create table tickets as select * from read_csv($file)", {"file": file})
    return watch.read()


def load(file: str, data: str, at: str) -> dict[str, Any]:
    """Publish a file as the command line does: checked, deduplicated, rolled up, kept.

    `steps` are the seconds of each step that a person sees. Importing pandera is left out: the
    app has done it long before.
    """
    importlib.import_module("pandera.polars")
    watch = Stopwatch()
    marks: list[tuple[str, float]] = []
    settings = Settings()
    warehouse = publish.open_warehouse(places.of(Path(data)), settings)
    outcome = publish.load(
        warehouse,
        settings,
        Path(file),
        Instructions(kind="tickets", source="bench"),
        publish.Moment(datetime.fromisoformat(at), "bench"),
        progress=lambda step: marks.append((step, time.perf_counter())),
    )
    marks.append(("Closing the file", time.perf_counter()))
    warehouse.close()
    total = watch.read()
    ends = [at for _step, at in marks[1:]] + [time.perf_counter()]
    spent = {step: done - at for (step, at), done in zip(marks, ends, strict=True)}
    counts = ("rows_read", "rows_rejected", "inserted", "updated", "superseded")
    return {
        **total,
        "steps": spent,
        "status": outcome.status,
        "reason": outcome.reason,
        **{name: getattr(outcome, name) for name in counts},
    }


def write_dirty(folder: str) -> dict[str, Any]:
    """Write `dirty.csv`, the twin of `tickets.csv`; return its size."""
    path = Path(folder) / "dirty.csv"
    export.dirty_twin(Path(folder) / "tickets.csv", path)
    return {"mb": path.stat().st_size / 1e6}


def read_clean(file: str, database: str) -> dict[str, Any]:
    """Let DuckDB find out and read a clean CSV file as text, into a table."""
    watch = Stopwatch()
    with duckdb.connect(database) as connection:
        connection.execute("set enable_progress_bar = false")
        sql = "create table cells as select * from read_csv($file, all_varchar = true)"
        connection.execute(sql, {"file": file})
        rows = connection.execute("select count(*) from cells").fetchall()[0][0]
    return {**watch.read(), "rows": rows}


def read_dirty(file: str, database: str) -> dict[str, Any]:
    """Find out how a file is written and read it as text, into a table: what we do of it."""
    watch = Stopwatch()
    table = read.open_table(Path(file))
    with duckdb.connect(database) as connection:
        connection.execute("set enable_progress_bar = false")
        for relation, parameters, _extra in read.relations(table):
            try:
                connection.execute(f"create table cells as from {relation}", parameters)
            except FAILED:
                continue
            break
        rows = connection.execute("select count(*) from cells").fetchall()[0][0]
    return {**watch.read(), "rows": rows}


def check(file: str, data: str, at: str) -> dict[str, Any]:
    """Recognise a file and report on every row of it, as *Upload* does before Publish."""
    importlib.import_module("pandera.polars")
    watch = Stopwatch()
    settings = Settings()
    warehouse = publish.open_warehouse(places.of(Path(data)), settings)
    moment = publish.Moment(datetime.fromisoformat(at), "bench")
    words = Instructions(source="bench")
    outcome = publish.load(warehouse, settings, Path(file), words, moment, dry_run=True)
    warehouse.close()
    return {**watch.read(), "rows": outcome.rows_read, "status": outcome.status}


def sizes(data: str) -> dict[str, Any]:
    """Return the megabytes of a warehouse and of its kept uploads, and the rows of its rollup."""
    path = Path(data) / FILE_NAME
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(
            "select sum(estimated_size)::bigint from duckdb_tables() where schema_name = 'rollup'"
        ).fetchall()
    kept = sum(file.stat().st_size for file in Path(data).glob("uploads/*/*"))
    return {
        "rollup_rows": found[0][0],
        "warehouse_mb": path.stat().st_size / 1e6,
        "uploads_mb": kept / 1e6,
    }


STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    step.__name__: step
    for step in (
        *(write_exports, write_dirty, raw, read_clean, read_dirty, check, load, sizes),
        *(readers, at_once, updates_per_second, first_pages),
    )
}

if __name__ == "__main__":
    said = STEPS[sys.argv[1]](*sys.argv[2:])
    said["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_BYTES / 1e6
    print(json.dumps(said))
