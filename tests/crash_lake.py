"""Kills processes that publish into one lake, and its PostgreSQL, and looks at what is left.

`python -m tests.crash_lake` kills a hundred times. Two processes publish, withdraw and put back at
once; in each round one of them or PostgreSQL is ended in the middle, as by a power cut. Then what
someone was told must be so, what nobody was told is so or is not, no kept file is damaged, and the
figures are those of the uploads that count.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from service_quality.measures.answers import Answers
from service_quality.uploads import damage, folder, publish
from service_quality.warehouse.lake import Lake
from tests import postgres
from tests.factories import SETTINGS

ROOT = Path(__file__).parents[1]
WHO = ("ada", "zoe")
POSTGRES = "postgres"
ACTIONS, TICKETS = 3, 5  # of a process in a round, and of a file
SECONDS = 2.5  # that a round's actions take about
TIDIED_EVERY = 5  # rounds
GONE, COUNTS, WITHDRAWN = "gone", "published", "withdrawn"
AFTER = {
    "publish": (GONE, COUNTS),
    "withdraw": (COUNTS, WITHDRAWN),
    "put back": (WITHDRAWN, COUNTS),
}

PUBLISH = f"""
import random, sys, time
from pathlib import Path
from service_quality.base.errors import ServiceQualityError
from service_quality.uploads import publish, withdraw
from service_quality.warehouse.lake import Lake
from tests.factories import SETTINGS, NOW, words_for, write_csv

catalog, home, who, run = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]
dice, moment, published, taken = random.Random(run), publish.Moment(NOW, who), {{}}, {{}}
warehouse = publish.open_warehouse(Lake(catalog, home), SETTINGS)

def load(name):
    rows = [
        {{"ticket_id": f"{{name}}-{{n}}", "created_at": "2025-01-02 10:00:00", "brand": who}}
        for n in range({TICKETS})
    ]
    words = words_for("tickets", rows[0], "test")
    return publish.load(warehouse, SETTINGS, write_csv(home / name, rows), words, moment).upload_id

def act(number):
    chosen = dice.random()
    if published and chosen < 0.25:
        action, of, to, turn = "withdraw", published, taken, withdraw.withdraw
    elif taken and chosen < 0.5:
        action, of, to, turn = "put back", taken, published, withdraw.put_back
    else:
        action, of, to = "publish", {{f"{{who}}-{{run}}-{{number}}": ""}}, published
    name, upload_id = of.popitem()
    print(f"try,{{action}},{{name}}", flush=True)
    try:
        to[name] = load(name) if action == "publish" else upload_id
        if action != "publish":
            turn(warehouse, SETTINGS, upload_id, moment)
    except ServiceQualityError as error:
        to.pop(name, None)
        print(f"not,{{action}},{{name}}", flush=True)
        print(error, file=sys.stderr, flush=True)
        time.sleep(0.2)
    else:
        print(f"did,{{action}},{{name}}", flush=True)

number = 0
print("idle,,", flush=True)
for line in sys.stdin:
    for _each in range(int(line)):
        number += 1
        act(number)
    print("idle,,", flush=True)
"""


@dataclass(frozen=True)
class Round:
    """One kill: of whom, what had begun and was not told, and what became of that."""

    victim: str
    told: int
    open: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.victim:<8}  {self.told} told, open: {', '.join(self.open) or 'nothing'}"


@dataclass
class Crashes:
    """A lake, who writes to it, and what its uploads may be by what was said: by their files."""

    server: postgres.Server
    home: Path
    dice: random.Random
    stack: ExitStack
    may_be: dict[str, set[str]] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    runs: int = 0

    def begin(self) -> None:
        self.lake = Lake(self.server.catalog, self.home)
        self.warehouse = publish.open_warehouse(self.lake, SETTINGS)
        self.told = 0
        for who in WHO:
            self._start(who)

    def _start(self, who: str) -> None:
        self.runs += 1
        words = [self.server.catalog, str(self.home), who, f"{self.runs}"]
        pipe, log = subprocess.PIPE, (self.home / f"{who}.log").open("a")
        command = [sys.executable, "-X", "faulthandler", "-c", PUBLISH, *words]
        process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=log, text=True, cwd=ROOT
        )
        self.stack.callback(process.kill)
        self.processes[who] = process
        self._hear(who)

    def _hear(self, who: str) -> bool:
        """Note what a process says, until it has done what it was told to; False if it ended."""
        out = self.processes[who].stdout
        assert out
        for line in out:
            said, action, name = line.strip().split(",")
            if said == "idle":
                return True
            if said == "try":
                self.may_be[name] = set(AFTER[action])
            elif said == "did":
                self.may_be[name] = {AFTER[action][1]}
                self.told += 1
        return False

    def round(self, number: int) -> Round:
        """Kill one of all in the middle; AssertionError where what is left is not as told."""
        victim = (*WHO, POSTGRES)[number % 3]
        for process in self.processes.values():
            assert process.stdin
            process.stdin.write(f"{ACTIONS}\n")
            process.stdin.flush()
        before = self.told
        time.sleep(self.dice.uniform(0, SECONDS))
        if victim == POSTGRES:
            self.server.kill()
            time.sleep(self.dice.uniform(0, 0.5))
            self.server.start()
        else:
            self.processes[victim].kill()
        for who in WHO:
            assert self._hear(who) or who == victim, (self.home / f"{who}.log").read_text()
        if victim != POSTGRES:
            assert self.processes[victim].wait() == -9, (self.home / f"{victim}.log").read_text()
            self._start(victim)
        if number % TIDIED_EVERY == 0:
            self.warehouse.close()
            self.warehouse = publish.open_warehouse(self.lake, SETTINGS)
            assert not folder.unknown(self.home, [line["upload_id"] for line in self._lines()])
        return Round(victim, self.told - before, self._checked())

    def _lines(self) -> list[dict[str, str]]:
        return self.warehouse.rows("select upload_id, file, status from uploads")

    def _checked(self) -> tuple[str, ...]:
        """Hold what is there against what was told; return what became of what was not."""
        lines = self._lines()
        found = {line["file"]: line["status"] for line in lines}
        assert len(found) == len(lines), "twice"
        assert not found.keys() - self.may_be.keys()
        became = []
        for name, states in self.may_be.items():
            state = found.get(name, GONE)
            assert state in states, f"{name} is {state}, and was told to be {states}"
            if len(states) > 1:
                became.append(state)
            self.may_be[name] = {state}
        of_known = [each for each in damage.report(self.warehouse) if each["upload_id"]]
        known = {line["upload_id"] for line in lines}
        bad = [e for e in of_known if e["upload_id"] in known and e["status"] != damage.OK]
        assert not bad, bad
        counts = Counter(n.split("-")[0] for n, state in found.items() if state == COUNTS)
        expected = {who: TICKETS * count for who, count in counts.items()}
        for rows in (True, False):
            volume = Answers(self.warehouse, SETTINGS).kpi("ticket_volume", ["brand"], rows=rows)
            assert {row["brand"]: row["value"] for row in volume} == expected
        return tuple(became)


def rounds(home: Path, kills: int, seed: int) -> Iterator[Round]:
    """Kill so often, each of the three in its turn."""
    with postgres.server() as server, ExitStack() as stack:
        crashes = Crashes(server, home, random.Random(seed), stack)
        crashes.begin()
        for number in range(kills):
            yield crashes.round(number)


def main() -> None:
    """Kill, print what was found after each, and how often what."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory(prefix="crash-") as home:
        for each in rounds(Path(home), arguments.kills, arguments.seed):
            found.append(each)
            print(f"{len(found):4}  {each}", flush=True)
    print(f"{sum(each.told for each in found)} told, and nothing of it lost")
    became = Counter((each.victim, state) for each in found for state in each.open)
    for (victim, state), times in sorted(became.items()):
        print(f"{victim:<8}  not told, and {state:<9}  {times:4}")


if __name__ == "__main__":
    main()
