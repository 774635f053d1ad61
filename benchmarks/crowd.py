"""Readers while ten million rows are loaded, and several uploads at once: one process, threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from service_quality.base.filters import Filters
from service_quality.base.settings import Settings
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.measures.answers import Answers
from service_quality.uploads import publish
from service_quality.warehouse import places
from service_quality.warehouse.connection import Warehouse

READERS = 20
QUIET_SECONDS = 10.0
PAUSE_SECONDS = 0.5
MOMENT = publish.Moment(datetime(2026, 6, 1), "bench")
YEAR = (date(2025, 1, 1), date(2025, 12, 31))
SETTINGS = Settings()


def readers(file: str, data: str) -> dict[str, Any]:
    """Load a file as another source while readers ask; return their waits in seconds.

    Both for the `quiet` before and `loading`: `median`, `p95` and `asked`; `totals`, the number of
    tickets that were seen, which must be that before and that after; `seconds` of the load. An
    error of a reader is raised.
    """
    warehouse = publish.open_warehouse(places.of(Path(data)), SETTINGS)
    quiet, totals = _waits(warehouse, lambda: time.sleep(QUIET_SECONDS))
    took: list[float] = []

    def load() -> None:
        start = time.perf_counter()
        _load(warehouse, file, "bench-2")
        took.append(time.perf_counter() - start)

    loading, seen = _waits(warehouse, load)
    after = _total(Answers(warehouse, SETTINGS))
    warehouse.close()
    if not totals <= seen | {after} or not seen <= totals | {after}:
        raise SystemExit(f"a half state was seen: {sorted(seen)}")
    return {"quiet": _said(quiet), "loading": _said(loading), "seconds": took[0]}


def at_once(folder: str, data: str) -> dict[str, Any]:
    """Load all months of a folder, one after another and then at once; return both in seconds.

    SystemExit where the two warehouses do not hold the same number of rows.
    """
    files = sorted(map(str, Path(folder).glob("month-*.csv")))
    answer: dict[str, Any] = {"files": len(files)}
    totals = set()
    for name, workers in (("after_another", 1), ("at_once", len(files))):
        warehouse = publish.open_warehouse(places.of(Path(data) / name), SETTINGS)
        start = time.perf_counter()
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(_load, [warehouse] * len(files), files, [Path(f).stem for f in files]))
        answer[name] = time.perf_counter() - start
        totals.add(_total(Answers(warehouse, SETTINGS)))
        warehouse.close()
    if len(totals) != 1:
        raise SystemExit(f"uploads at once lost rows: {totals}")
    return answer


def _load(warehouse: Warehouse, file: str, source: str) -> None:
    words = Instructions(kind="tickets", source=source)
    outcome = publish.load(warehouse, SETTINGS, Path(file), words, MOMENT)
    if outcome.status != "published":
        raise SystemExit(f"{file}: {outcome.status}: {outcome.reason}")


def _total(answers: Answers) -> int:
    return int(answers.kpi("ticket_volume")[0]["value"])


def _waits(warehouse: Warehouse, while_this: Callable[[], None]) -> tuple[list[float], set[int]]:
    """Return how long each answer took while something was done, and all totals seen."""
    done = threading.Event()

    def read(reader: int) -> tuple[list[float], set[int]]:
        waits: list[float] = []
        totals: set[int] = set()
        brand = Filters(*YEAR, where=(("brand", (f"Brand {reader:03d}",)),))
        asked: tuple[Callable[[Answers], object], ...] = (
            lambda answers: totals.add(_total(answers)),
            lambda answers: answers.kpi("ticket_volume", ["month"], brand),
            lambda answers: answers.kpi("first_reply_in_time", ["month"], brand),
            lambda answers: answers.kpi("backlog", ["month"], brand),
        )
        while not done.is_set():
            for ask in asked:
                answers = Answers(warehouse, SETTINGS)  # which remember nothing yet
                start = time.perf_counter()
                ask(answers)
                waits.append(time.perf_counter() - start)
                time.sleep(PAUSE_SECONDS)
        return waits, totals

    with ThreadPoolExecutor(READERS) as pool:
        reading = [pool.submit(read, reader) for reader in range(READERS)]
        try:
            while_this()
        finally:
            done.set()
        found = [each.result() for each in reading]
    return [w for waits, _seen in found for w in waits], set().union(*(seen for _w, seen in found))


def _said(waits: list[float]) -> dict[str, float]:
    return {"median": median(waits), "p95": quantiles(waits, n=20)[-1], "asked": len(waits)}
