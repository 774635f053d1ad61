"""A crowd at one lake: viewers at several processes of the app, two who publish, one who packs.

`python -m tests.crowd_lake` lets three processes serve 96 viewers for ten minutes, then one process
as many, and prints what each was given. Who packs holds no lock of ours, as another program would
not. In the end each upload that someone was told of must count, and the figures must be theirs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.Alert_pb2 import Alert

from service_quality.base.errors import ConflictError, ServiceQualityError
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.measures.answers import Answers
from service_quality.uploads import damage, example, publish
from service_quality.warehouse import places
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.lake import Lake
from tests import postgres, visitor
from tests.browser.driving import App, serve
from tests.factories import SETTINGS

ROOT = Path(__file__).parents[1]
WHO = ("ada", "zoe")
TICKETS = 20  # of a file
PUBLISH_EVERY, PACK_EVERY = 20.0, 30.0  # seconds
PATIENCE = 300.0
LOOKS = (  # what a viewer goes to, one after the other
    ("overview", {}),
    ("trends", {"kpi": "ticket_volume"}),
    ("overview", {"channel": "email"}),
    ("rankings", {}),
    ("replies", {"channel": "phone"}),
    ("satisfaction", {}),
    ("data", {}),
)

PUBLISH = f"""
import sys, time
from pathlib import Path
from service_quality.base.errors import ConflictError
from service_quality.uploads import publish
from service_quality.warehouse.lake import Lake
from tests.factories import SETTINGS, NOW, words_for, write_csv

catalog, home, who, until = sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[4])
conflicts, number, said = 0, 0, Lake.cannot_write

def counted(lake, error):
    global conflicts
    found = said(lake, error)
    conflicts += isinstance(found, ConflictError)
    return found

Lake.cannot_write = counted
warehouse = publish.open_warehouse(Lake(catalog, home), SETTINGS)
while time.time() < until:
    name = f"{{who}}-{{until}}-{{number}}"
    rows = [
        {{"ticket_id": f"{{name}}-{{n}}", "created_at": "2025-05-02 10:00:00", "brand": who}}
        for n in range({TICKETS})
    ]
    path, words = write_csv(home / f"{{who}}.csv", rows), words_for("tickets", rows[0], "crowd")
    begun, before = time.monotonic(), conflicts
    outcome = publish.load(warehouse, SETTINGS, path, words, publish.Moment(NOW, who))
    took = time.monotonic() - begun
    print(outcome.status, outcome.upload_id, took, conflicts - before, flush=True)
    number += 1
    time.sleep({PUBLISH_EVERY})
"""


@dataclass
class Seen:
    """What came of it: the seconds of each page, what went wrong, what was published."""

    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    published: list[tuple[str, float, int]] = field(default_factory=list)
    packs: Counter[str] = field(default_factory=Counter)

    def lines(self, seconds: float) -> Iterator[str]:
        for page, waits in self.waits.items():
            said = f"median {statistics.median(waits):.2f} s, longest {max(waits):.1f} s"
            yield f"  {page:<13} {len(waits):6} times, {said}"
        updates = sum(map(len, self.waits.values()))
        yield f"  {updates / seconds:.1f} updates a second, errors: {dict(self.wrong) or 0}"
        took = [seconds for _id, seconds, _conflicts in self.published] or [0]
        said = f"median {statistics.median(took):.1f} s, longest {max(took):.1f} s"
        conflicts = sum(conflicts for *_published, conflicts in self.published)
        yield f"  {len(self.published)} published, {said}, {conflicts} conflicts"
        yield f"  packed: {dict(self.packs)}"


@dataclass
class Begin:
    """When all of them begin, and for how long."""

    gate: threading.Barrier
    seconds: float

    def until(self) -> float:
        """Wait for the others; return when it is over."""
        self.gate.wait(2 * PATIENCE)
        return time.time() + self.seconds


def look(url: str, turn: int, begin: Begin, seen: Seen) -> None:
    """Go from page to page until it is time; note how long each took and what was wrong."""
    with visitor.visit(url, LOOKS[0][0]) as viewer:
        until = begin.until()
        while time.time() < until:
            turn += 1
            page, query = LOOKS[turn % len(LOOKS)]
            begun = time.monotonic()
            try:
                viewer.go(page, **query)
            except Exception as error:  # whatever it is, it is what this looks for
                seen.wrong[f"{page}: {error!r}"] += 1
                return
            if time.time() < until:  # not what ends once others have gone
                seen.waits[page].append(time.monotonic() - begun)
            for element in (each.new_element for each in viewer.elements):
                bad = element.alert.format == Alert.ERROR or element.exception.message
                if bad:
                    seen.wrong[f"{page}: {element.alert.body or element.exception.message}"] += 1


def publishing(lake: Lake, who: str, begin: Begin, seen: Seen) -> None:
    words = [lake.catalog, str(lake.folder), who, str(begin.until())]
    command = [sys.executable, "-c", PUBLISH, *words]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    if ran.returncode:
        seen.wrong[f"{who} ended with {ran.returncode}"] += 1
    for line in ran.stdout.splitlines():
        status, upload_id, seconds, conflicts = line.split()
        if status != "published":
            seen.wrong[f"{who}: {status}"] += 1
        seen.published.append((upload_id, float(seconds), int(conflicts)))


def packing(lake: Lake, begin: Begin, seen: Seen) -> None:
    """Pack without our lock."""
    warehouse = Warehouse.at(lake)
    until = begin.until()
    while time.time() < until:
        time.sleep(PACK_EVERY)
        try:
            with warehouse.cursor() as cursor:
                lake.pack(cursor)
            seen.packs["done"] += 1
        except ConflictError:
            seen.packs["another was first"] += 1
        except ServiceQualityError as error:
            seen.packs[str(error)] += 1
    warehouse.close()


@contextmanager
def processes(home: Path, count: int) -> Iterator[list[App]]:
    """Give processes of the app that are ready."""
    with ExitStack() as stack:
        logs = [home.with_name(f"terminal-{count}-{n}.log") for n in range(count)]
        apps = [stack.enter_context(serve(home, log)) for log in logs]
        end = time.monotonic() + PATIENCE
        for app in apps:
            while not _is_ready(app):
                assert time.monotonic() < end, app.log.read_text(errors="replace")
                time.sleep(0.5)
        yield apps


def _is_ready(app: App) -> bool:
    try:
        with urllib.request.urlopen(f"{app.url}/health", timeout=30):
            return True
    except (urllib.error.URLError, TimeoutError):
        return False


def crowd(lake: Lake, count: int, viewers: int, seconds: float) -> Seen:
    """Let them all at it for so long; return what came of it."""
    seen, home = Seen(), lake.folder
    with processes(home, count) as apps:
        begin = Begin(threading.Barrier(viewers + len(WHO) + 1), seconds)
        with ThreadPoolExecutor(viewers + len(WHO) + 1) as pool:
            doing = [pool.submit(packing, lake, begin, seen)]
            doing += [pool.submit(publishing, lake, who, begin, seen) for who in WHO]
            for n in range(viewers):
                doing.append(pool.submit(look, apps[n % count].url, n, begin, seen))
        for each in doing:
            each.result()
        for app in apps:
            if "Traceback" in app.log.read_text(errors="replace"):
                seen.wrong[f"{app.log} has a traceback"] += 1
    return seen


def check(lake: Lake, told: list[str]) -> str:
    """Hold what is there against what was told; AssertionError where that is not so."""
    warehouse = publish.open_warehouse(lake, SETTINGS)
    lines = warehouse.rows("select upload_id from uploads where status = 'published'")
    assert {line["upload_id"] for line in lines} >= set(told), "an upload is lost"
    bad = [each for each in damage.report(warehouse) if each["status"] != damage.OK]
    assert not bad, bad
    for rows in (True, False):
        by = Answers(warehouse, SETTINGS).kpi("ticket_volume", ["source"], rows=rows)
        found = {row["source"]: row["value"] for row in by}
        assert found["crowd"] == TICKETS * len(told), found
    warehouse.close()
    return f"{len(told)} uploads told, all of them there, with {TICKETS * len(told)} tickets"


def main() -> None:
    """Let a crowd at several processes, then at one; print what each was given."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--alone", type=float, default=10, help="minutes of one process")
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--viewers", type=int, default=96)
    arguments = parser.parse_args()
    visitor.SECONDS = PATIENCE
    with tempfile.TemporaryDirectory(prefix="crowd-") as folder, postgres.server() as server:
        home = Path(folder) / "home"
        home.mkdir()
        lake = Lake(server.catalog, home)
        os.environ |= {
            places.SETTING: f"ducklake:{server.catalog}",
            "SERVICE_QUALITY_STORE": str(home),
        }
        warehouse = publish.open_warehouse(lake, SETTINGS)
        moment = publish.Moment(example.MOMENT, "crowd")
        for path in example.sample_files():
            publish.load(warehouse, SETTINGS, path, Instructions(), moment)
        warehouse.close()
        told: list[str] = []
        for count, minutes in ((arguments.processes, arguments.minutes), (1, arguments.alone)):
            seen = crowd(lake, count, arguments.viewers, 60 * minutes)
            print(f"{count} processes, {arguments.viewers} viewers, {minutes} minutes")
            print(*seen.lines(60 * minutes), sep="\n", flush=True)
            told += [upload_id for upload_id, *_published in seen.published]
        print(check(lake, told))


if __name__ == "__main__":
    main()
