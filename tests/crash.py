"""Kills the program at random moments and looks at what is left: `python -m tests.crash`.

Each round takes one action (load, withdraw, put back, rebuild), lets a copy of the data folder
finish it, kills a process in the middle of it, and opens the folder again: its state must be the
one before or the one after, an acknowledged action must have happened, nothing half made may lie
there, and now and then all is built anew from the kept uploads and must be the same.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from service_quality.uploads import folder as stored
from service_quality.uploads import publish, withdraw
from service_quality.warehouse import places
from tests.factories import NOW, SETTINGS, Store, words_for, write_csv

LINES = 20_000
COLUMNS = ("ticket_id", "created_at", "solved_at", "team")
FILES = 12
KPIS = ("ticket_volume", "full_resolution_time", "backlog")
REBUILT_EVERY = 10  # rounds

State = dict[str, Any]


@dataclass(frozen=True)
class Round:
    """One kill: what was under way, for how much of its time, and what was found after."""

    action: str
    share: float
    acknowledged: bool
    found: str
    cleaned: int

    def __str__(self) -> str:
        said = "acknowledged, " if self.acknowledged else ""
        cleaned = f", {self.cleaned} leftovers cleaned" if self.cleaned else ""
        return f"{self.action:<9} at {self.share:4.0%}  {said}the state {self.found}{cleaned}"


def rounds(folder: Path, kills: int, seed: int, lines: int = LINES) -> Iterator[Round]:
    """Kill so often; AssertionError where what is left is neither before nor after."""
    dice = random.Random(seed)
    files = [_export(folder / f"export-{n}.csv", n, lines) for n in range(FILES)]
    data, copy = folder / "data", folder / "copy"
    for path in files[:2]:
        _act(data, "load", str(path))
    before = _state(data)
    for number in range(1, kills + 1):
        action, about = _choose(dice, before, files)
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(data, copy)
        seconds, done = _act(copy, action, about)
        assert done, f"{action} {about} fails where nobody kills it"
        after = _state(copy)
        share = dice.random()
        _seconds, acknowledged = _act(data, action, about, kill_after=share * seconds)
        left = _files(data)
        now = _state(data)
        cleaned = len(left - _files(data))
        # An action that changes nothing, a rebuild, is found as before.
        found = "before" if _same(now, before) else "after" if _same(now, after) else "broken"
        yield Round(action, share, acknowledged, found, cleaned)
        assert found != "broken", f"{action} {about}"
        assert not acknowledged or _same(now, after), "an acknowledged action was lost"
        assert not [name for name in _files(data) if stored.MAKING in name]
        if number % REBUILT_EVERY == 0:
            _act(data, "rebuild", "")
            assert _same(_state(data), now), "built anew from the kept uploads it is another"
        before = now


def _export(path: Path, number: int, lines: int) -> Path:
    """Write tickets, half of them those of the export before, a few with a date that is none."""
    dice = random.Random(number)
    first = datetime(2024, 1, 1)
    rows = []
    for line in range(lines):
        ticket = number * lines // 2 + line
        created = first + timedelta(minutes=ticket * 7)
        solved = created + timedelta(hours=dice.randint(1, 90)) if dice.random() < 0.9 else None
        day = "31/02/2024" if line % 997 == 5 else created
        rows.append((f"T{ticket}", day, solved, dice.choice("abc")))
    return write_csv(path, [dict(zip(COLUMNS, row, strict=True)) for row in rows])


def _choose(dice: random.Random, now: State, files: list[Path]) -> tuple[str, str]:
    published = [row["upload_id"] for row in now["uploads"] if row["status"] == "published"]
    withdrawn = [row["upload_id"] for row in now["uploads"] if row["status"] == "withdrawn"]
    there = {row["file"] for row in now["uploads"]}
    new = [str(path) for path in files if path.name not in there]
    actions = {"load": new, "withdraw": published, "put-back": withdrawn}
    if published:
        actions["rebuild"] = [""]
    action = dice.choice([name for name, of in actions.items() if of])
    return action, dice.choice(actions[action])


def _act(
    data: Path, action: str, about: str, kill_after: float | None = None
) -> tuple[float, bool]:
    """Do it in a process of its own; return how long it took, and whether it said it was done."""
    command = [sys.executable, "-m", "tests.crash", "--act", str(data), action, about]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[1], stdin=pipe, stdout=pipe, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        start = time.perf_counter()
        process.stdin.write("\n")
        process.stdin.flush()
        if kill_after is not None:
            time.sleep(kill_after)
            process.kill()
        said = process.stdout.read()
        return time.perf_counter() - start, "done" in said


def _do(data: Path, action: str, about: str) -> None:
    """Say `ready`, wait for a line, do it, say `done`: what a process to be killed runs."""
    print("ready", flush=True)
    sys.stdin.readline()
    warehouse = publish.open_warehouse(places.of(data), SETTINGS)
    moment = publish.Moment(NOW, "tester")
    if action == "load":
        words = words_for("tickets", COLUMNS, "test")
        outcome = publish.load(warehouse, SETTINGS, Path(about), words, moment)
        assert outcome.status == "published", outcome.reason
    elif action == "rebuild":
        withdraw.rebuild(warehouse, SETTINGS)
    else:
        turn = withdraw.withdraw if action == "withdraw" else withdraw.put_back
        turn(warehouse, SETTINGS, about, moment)
    print("done", flush=True)


def _state(data: Path) -> State:
    """Open a data folder as the app does; return all that can be asked of it."""
    store = Store(data)
    try:
        return {
            "uploads": store.answers.uploads(),
            "tickets": store.warehouse.rows(
                "select count(*) as n, bit_xor(hash(columns(* exclude upload_id))) from tickets"
            ),
            "rejects": store.warehouse.rows(
                "select count(*) as n, bit_xor(hash(columns(* exclude upload_id))) from rejects"
            ),
            "figures": {
                kpi: [store.answers.kpi(kpi, [key], rows=rows) for key in ("month", "team")]
                for kpi in KPIS
                for rows in (False, True)
            },
        }
    finally:
        store.warehouse.close()


def _same(one: State, other: State) -> bool:
    """Whether two states are the same but for the random part of an upload's id."""

    def plain(state: State) -> State:
        lines = [
            {key: row[key] for key in ("file", "status", "rows_accepted", "rows_rejected")}
            for row in state["uploads"]
        ]
        return state | {"uploads": lines}

    return plain(one) == plain(other)


def _files(data: Path) -> set[str]:
    return {str(path.relative_to(data)) for path in (data / "uploads").rglob("*")}


def main() -> None:
    """Kill, print what was found after each, and how often which."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--act", nargs=3, metavar=("FOLDER", "ACTION", "ABOUT"))
    arguments = parser.parse_args()
    if arguments.act:
        folder, action, about = arguments.act
        _do(Path(folder), action, about)
        return
    found: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        for number, each in enumerate(rounds(Path(folder), arguments.kills, arguments.seed), 1):
            print(f"{number:4}  {each}", flush=True)
            found[each.action, each.found] += 1
    for (action, state), times in sorted(found.items()):
        print(f"{action:<9} {state:<7} {times:4}")


if __name__ == "__main__":
    main()
