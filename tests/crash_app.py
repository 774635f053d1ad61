"""Kills the running app at random moments and starts it again: `python -m tests.crash_app`.

Each round has the real app do one thing (take a dropped file, publish it from the page, from the
command line or from the inbox, withdraw, put back, rebuild, show the data as they were), ends its
process in the middle without a warning, and starts it again. What it then says must be what was
there before or after, worked out here from the rows themselves; what was acknowledged must have
happened; nothing half made may lie there. At the end it prints a table: moment by outcome.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed

from service_quality.uploads import as_of as as_of_files
from service_quality.uploads import example as examples
from service_quality.uploads import folder as stored
from service_quality.uploads import inbox
from service_quality.warehouse import running, temporary
from service_quality.warehouse.places import FILE_NAME
from tests.browser.driving import App, serve
from tests.factories import write_csv
from tests.visitor import visit

LINES = 4_000
TEAMS = "abc"
FIRST = datetime(2024, 1, 1)
FIGURES = ("kpi", "ticket_volume", "--by", "month", "--by", "team", "--all", "--json")
MOMENTS = ("begin", "middle", "end", "over")  # thirds of an action's time, and after
WRITE = "write {}"
HUNG_UP = (OSError, EOFError, ConnectionClosed, http.client.HTTPException)
REMEMBERED = 8  # earlier versions that are asked for
LOOKED_BACK = 0.2  # of all rounds: what was is asked for as well
DROPPED_TIMES = 200  # a dropped file is so much larger than what is published

WRITTEN_TO = (stored.FOLDER, as_of_files.FOLDER, inbox.FOLDER, temporary.FOLDER)
AT_A_WRITE = 0.5  # of all kills: at a write to disk, and not at a moment
SLOWER = 1.2
LOOK_SECONDS = 0.0005
MANY = 1_000_000

Figures = dict[tuple[str, str], int]
Wait = Callable[[threading.Event], object]


@dataclass(frozen=True)
class Round:
    """One kill: what was under way, when in its time or at which write, what was found after."""

    action: str
    moment: str
    acknowledged: bool
    found: str

    def __str__(self) -> str:
        said = "acknowledged, " if self.acknowledged else ""
        return f"{self.action:<8}  {self.moment:<8}  {said}{self.found}"


@dataclass
class World:
    """What the data folder should hold: the exports in their order, and whether each counts.

    Half of the tickets of each export are those of the one before, under another team.
    """

    folder: Path
    lines: int
    counts: dict[str, bool] = field(default_factory=dict)
    versions: dict[int, Figures] = field(default_factory=dict)
    exports: int = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def export(self) -> Path:
        """Write the next export."""
        self.exports += 1
        rows = [
            {"ticket_id": f"T{n}", "created_at": at, "team": TEAMS[self.exports % 3]}
            for n, at in self._tickets(self.exports)
        ]
        return write_csv(self.folder / f"{self.exports}.csv", rows)

    def _tickets(self, number: int) -> list[tuple[int, datetime]]:
        first = number * self.lines // 2
        return [(n, FIRST + timedelta(minutes=5 * n)) for n in range(first, first + self.lines)]

    def figures(self, counts: dict[str, bool]) -> Figures:
        """Return tickets by month and team: of the last export that has a ticket and counts."""
        tickets = {
            n: (f"{at:%Y-%m}", TEAMS[int(name) % 3])
            for name, does in counts.items()
            if does
            for n, at in self._tickets(int(name))
        }
        return dict(Counter(tickets.values()))


def ask(data: Path, *argv: str | Path) -> tuple[int, Any]:
    """Have the running app answer a command; return its status and what it said, -1 if it died."""
    question = {"argv": list(map(str, argv)), "here": str(data), "by": "tester"}
    said = running.ask(data, question)
    if said is None:
        return -1, None
    is_json = "--json" in argv and not said["status"]
    return said["status"], json.loads(said["out"]) if is_json else said["err"]


# Each is told when the clock starts, and returns whether the app said that it was done.
Started = Callable[[], None]


def drop(app: App, path: Path, started: Started) -> bool:
    with visit(app.url, "upload") as visitor:
        started()
        return visitor.drop(path) == http.client.NO_CONTENT


def publish(app: App, path: Path, started: Started) -> bool:
    with visit(app.url, "upload") as visitor:
        visitor.drop(path)
        visitor.run()
        started()
        visitor.click("Publish")
        return "Published: " in visitor.said


def load(app: App, path: Path, started: Started) -> bool:
    started()
    return ask(app.data, "load", path)[0] == 0


def take(app: App, path: Path, started: Started) -> bool:
    target = app.data / inbox.FOLDER / path.name
    target.parent.mkdir(exist_ok=True)
    long_ago = time.time() - 2 * inbox.QUIET_SECONDS
    os.utime(path, (long_ago, long_ago))
    path.rename(target)
    started()
    return ask(app.data, "inbox")[0] == 0


def turn(action: str) -> Callable[[App, str, Started], bool]:
    def run(app: App, upload_id: str, started: Started) -> bool:
        started()
        return ask(app.data, action, upload_id)[0] == 0

    return run


def rebuild(app: App, _about: object, started: Started) -> bool:
    started()
    return ask(app.data, "rebuild")[0] == 0


def as_of(app: App, version: int, started: Started) -> bool:
    started()
    return ask(app.data, *FIGURES, "--as-of", str(version))[0] == 0


ADDS = {"drop": drop, "publish": publish, "load": load, "inbox": take}
TURNS = {"withdraw": turn("withdraw"), "put-back": turn("put-back")}
ACTIONS: dict[str, Callable[[App, Any, Started], bool]] = {
    **ADDS,
    **TURNS,
    "rebuild": rebuild,
    "as-of": as_of,
}


def written(data: Path) -> frozenset[tuple[str, int]]:
    """Return the names in a data folder; with sizes where a change of size says something."""
    found = set()
    for name in WRITTEN_TO:
        for folder, _folders, names in os.walk(data / name):
            for path in (Path(folder) / each for each in names):
                found.add((str(path), size_of(path) if name == stored.FOLDER else 0))
    return frozenset(found | {("log", size_of(data / f"{FILE_NAME}.wal"))})


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def wait_for_writes(data: Path, number: int, ended: threading.Event) -> int:
    """Wait until so many changes were seen there, or until the end; return how many were."""
    before, count = written(data), 0
    while count < number and not ended.is_set():
        now = written(data)
        count += now != before
        before = now
        time.sleep(LOOK_SECONDS)
    return count


def seen(data: Path) -> tuple[dict[str, bool], Figures, dict[str, str]]:
    """Return what the app says: the files with whether they count, figures, ids of the uploads."""
    status, uploads = ask(data, "uploads", "--json")
    assert status == 0, uploads
    counts = {Path(row["file"]).stem: row["status"] == "published" for row in uploads}
    ids = {Path(row["file"]).stem: row["upload_id"] for row in uploads}
    return counts, figures_of(*ask(data, *FIGURES)), ids


def figures_of(status: int, said: Any) -> Figures:
    assert status == 0, said
    return {(row["month"], row["team"]): row["value"] for row in said["rows"] if row["value"]}


class Crashes:
    """Rounds on one data folder; the app of a round is the one that came up after the last kill."""

    def __init__(self, folder: Path, seed: int, lines: int, stack: ExitStack) -> None:
        self.world = World(folder, lines)
        self.dice = random.Random(seed)
        self.seconds: dict[str, float] = {}
        self.writes: dict[str, int] = {}
        self._stack = stack
        self.world.data.mkdir()
        examples.leave(self.world.data)
        self.app = self._start()
        self._perform("load", self.world.export())
        self._settle({"1": True})

    def _start(self) -> App:
        app = self._stack.enter_context(serve(self.world.data, self.world.folder / "log"))
        end = time.monotonic() + 30
        while ask(app.data, "uploads")[0] == -1:
            assert time.monotonic() < end, app.log.read_text(errors="replace")
            time.sleep(0.05)
        return app

    def round(self, action: str) -> Round:
        """Kill the app in an action; AssertionError where what is left is neither nor."""
        about, after = self._choose(action)
        if action not in self.seconds:
            self._perform(action, about)
            self._settle(after)
            about, after = self._choose(action)
        moment, kill = self._moment(action)
        done = self._perform(action, about, kill)
        log = self.app.log.read_text(errors="replace")
        assert "Traceback" not in log, log
        self.app = self._start()
        found = self._found(after)
        assert found != "broken", f"{action} {about}"
        assert not done or found != "before", f"{action} {about} was acknowledged and is lost"
        if action == "inbox":
            self._take_again(after)
        self._settle(after if found == "after" or action == "inbox" else self.world.counts)
        return Round(action, moment, done, found)

    def _moment(self, action: str) -> tuple[str, Wait]:
        """Return when to kill: at a share of the time that it takes, or at one of its writes."""
        data = self.world.data
        if self.dice.random() < AT_A_WRITE:
            number = self.dice.randint(1, self.writes[action])
            return WRITE.format(number), lambda ended: wait_for_writes(data, number, ended)
        share = self.dice.uniform(0, 1.2)
        seconds = share * self.seconds[action]
        return MOMENTS[min(int(share * 3), 3)], lambda ended: ended.wait(seconds) and 0

    def _choose(self, action: str) -> tuple[Any, dict[str, bool]]:
        """Return what to do it with, and what then should count."""
        counts = self.world.counts
        if action in ADDS:
            path = self.world.export()
            if action == "drop":
                path.write_bytes(path.read_bytes() * DROPPED_TIMES)
            return path, counts if action == "drop" else counts | {path.stem: True}
        if action in TURNS:
            is_there = action == "withdraw"
            names = [name for name, does in counts.items() if does == is_there]
            if not names:  # nothing to take back, or to put back
                other = "put-back" if is_there else "withdraw"
                about, after = self._choose(other)
                self._perform(other, about)
                self._settle(after)
                return self._choose(action)
            name = self.dice.choice(names)
            return seen(self.world.data)[2][name], counts | {name: not is_there}
        return self.dice.choice(list(self.world.versions)[-REMEMBERED:]), counts

    def _perform(self, action: str, about: object, wait: Wait | None = None) -> bool:
        """Have the app do it, and kill it after a wait; return whether it said it was done."""
        started, ended = threading.Event(), threading.Event()

        def act() -> bool:
            try:
                return ACTIONS[action](self.app, about, started.set)
            except HUNG_UP:
                return False
            finally:
                ended.set()

        with ThreadPoolExecutor(1) as thread:
            doing = thread.submit(act)
            assert started.wait(60)
            start = time.perf_counter()
            if wait is None:
                self.writes[action] = max(1, wait_for_writes(self.world.data, MANY, ended))
            else:
                wait(ended)
                os.kill(self.app.process, signal.SIGKILL)
            done = doing.result()
        assert done or wait, f"{action} {about} fails where nobody kills it"
        # An app that has just come up takes longer: what is killed shall be half over on average.
        taken = time.perf_counter() - start
        self.seconds[action] = taken if done else max(self.seconds[action], taken) * SLOWER
        return done

    def _found(self, after: dict[str, bool]) -> str:
        counts, figures, _ids = seen(self.world.data)
        before = self.world.counts
        state = next((each for each in (after, before) if each == counts), None)
        if state is None or figures != self.world.figures(state):
            return "broken"
        return "as it was" if after == before else "after" if state == after else "before"

    def _take_again(self, after: dict[str, bool]) -> None:
        """Have the inbox taken once more: the file is published, and lies there once, whole."""
        assert ask(self.world.data, "inbox")[0] == 0
        assert self._found(after) != "before"
        loaded = self.world.data / inbox.FOLDER / inbox.LOADED
        assert all(path.stat().st_size for path in loaded.iterdir())
        names = sorted(path.name for path in loaded.glob("*.csv"))
        assert [f"{name}{inbox.REPORT}" for name in names] == sorted(
            path.name for path in loaded.glob(f"*{inbox.REPORT}")
        )

    def _settle(self, counts: dict[str, bool]) -> None:
        """Take down the state as the one before the next round, once all of it was looked at."""
        world, data = self.world, self.world.data
        world.counts = counts
        assert self._found(counts) == "as it was"
        status, said = ask(data, "verify")
        assert status == 0, said
        uploads = stored.all_of(data)
        assert not list((data / stored.FOLDER).glob(f"**/*{stored.MAKING}"))
        programs = [path for path in (data / temporary.FOLDER).iterdir() if path.is_dir()]
        assert [path.name.split("-")[0] for path in programs] == [str(self.app.process)]
        version = max(each.last_version for each in uploads)
        world.versions.setdefault(version, world.figures(counts))
        if self.dice.random() > LOOKED_BACK:
            return
        earlier = self.dice.choice(list(world.versions)[-REMEMBERED:])
        then = figures_of(*ask(data, *FIGURES, "--as-of", str(earlier)))
        assert then == world.versions[earlier], f"as of {earlier}"


def rounds(
    folder: Path, kills: int, seed: int, lines: int = LINES, actions: tuple[str, ...] = ()
) -> Iterator[Round]:
    """Kill so often, each action in its turn."""
    chosen = actions or tuple(ACTIONS)
    with ExitStack() as stack:
        crashes = Crashes(folder, seed, lines, stack)
        for number in range(kills):
            yield crashes.round(chosen[number % len(chosen)])


def table(found: list[Round]) -> Iterator[str]:
    """Give the lines of a table: how often which outcome, by action and moment."""
    outcomes = Counter((r.action, r.moment, r.acknowledged, r.found) for r in found)
    yield f"{'action':<8}  {'moment':<8}  {'acknowledged':<12}  {'found':<9}  times"
    for action, moment, done, state in sorted(
        outcomes, key=lambda each: (list(ACTIONS).index(each[0]), rank(each[1]), each[2:])
    ):
        times = outcomes[action, moment, done, state]
        yield f"{action:<8}  {moment:<8}  {'yes' if done else 'no':<12}  {state:<9}  {times:5}"


def rank(moment: str) -> int:
    """Return where a moment stands in the table: writes after shares of time."""
    return MOMENTS.index(moment) if moment in MOMENTS else 10 + int(moment.split()[-1])


def main() -> None:
    """Kill, print what was found after each, and the table."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        for each in rounds(Path(folder), arguments.kills, arguments.seed):
            found.append(each)
            print(f"{len(found):4}  {each}", flush=True)
    print(*table(found), sep="\n")


if __name__ == "__main__":
    main()
