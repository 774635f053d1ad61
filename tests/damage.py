"""Damages each file of a data folder in turn; `python -m tests.damage` says what comes of it.

Each is flipped in one bit, cut in half, emptied and removed. Then the data as they were are asked
for, a file is loaded and the figures are asked for: each ends in the figures of before, or in a
sentence that names the file and an exit status that is not 0.
"""

from __future__ import annotations

import io
import itertools
import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from service_quality.base import access, alone, mail, settings
from service_quality.base.errors import ServiceQualityError
from service_quality.cli.main import main as service_quality
from service_quality.findings.mail import subscriptions
from service_quality.measures import answer_file
from service_quality.measures.answers import Answers
from service_quality.uploads import example as examples
from service_quality.uploads import folder as kept
from service_quality.uploads import publish, withdraw
from service_quality.warehouse import places
from service_quality.warehouse.places import FILE_NAME

FIGURE = ("kpi", "ticket_volume", "--all", "--json")
# Of three uploads the second was withdrawn; at the third version it counted, and the last not yet.
AS_OF, TODAY, THEN = "3", 2, 2
COMMANDS = ("as they were", "load", "figures")
OF_EXAMPLE = "example/"
# What a data folder may hold, and of files alike the first; of uploads also the one withdrawn.
FILES: dict[str, tuple[str, int]] = {
    **{
        f"{file}, {which}": (f"uploads/*/{file}", number)
        for file in ("manifest.json", "marks.json", "rows.parquet", "rejects.parquet")
        for number, which in enumerate(("counted", "withdrawn"))
        if number == 0 or file != "rejects.parquet"
    },
    **{
        name: (name, 0)
        for name in (
            *("warehouse.duckdb", "warehouse.duckdb.wal", "asof/*.duckdb"),
            *("hash.key", "timezone", "settings.toml", "running.json", "no-example"),
            *("audit.jsonl", "example/*/audit.jsonl", access.FILE_NAME),
            *(mail.FILE_NAME, subscriptions.FILE_NAME, alone.FILE_NAME, "example/*/.lock"),
            answer_file.FILE_NAME,
            *("inbox/*.csv", "inbox/loaded/*.csv", "inbox/loaded/*.json"),
            *("set-aside/*/manifest.json", "set-aside/*/rows.parquet", "set-aside/*/marks.json"),
            "set-aside/*/rejects.parquet",
            *("temporary/lock", "temporary/*/lock", "temporary/*/*.csv"),
            *("example/*/warehouse.duckdb", "example/*/built", "example/*/timezone"),
            *("example/*/hash.key", "example/*/temporary/lock", "example/*/audit.jsonl"),
            *("example/*/uploads/*/manifest.json", "example/*/uploads/*/marks.json"),
            *("example/*/uploads/*/rows.parquet", "example/*/uploads/*/rejects.parquet"),
        )
    },
}
STAMP = bytes(32)  # of answers
# Who reads what no command does, and what is so where it is gone.
OF_THE_APP: dict[str, tuple[Callable[[Path], object], str]] = {
    access.FILE_NAME: (access.load, "nobody signs in"),
    mail.FILE_NAME: (mail.load, "nothing is sent"),
    subscriptions.FILE_NAME: (subscriptions.read, "nobody asked"),
    answer_file.FILE_NAME: (lambda home: answer_file.read(home, STAMP), "asked anew"),
}
_numbers = itertools.count()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    if content:
        content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "flipped": flip,
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "emptied": lambda path: path.write_bytes(b""),
    "removed": Path.unlink,
}


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def figure(self) -> int:
        return int(json.loads(self.out)["rows"][0]["value"])


def run(home: Path, *argv: str | Path) -> Ran:
    """Run the command line in this process, on a data folder."""
    out, err = io.StringIO(), io.StringIO()
    environment = patch.dict(os.environ, SERVICE_QUALITY_DATA=str(home))
    temporary = patch.object(tempfile, "tempdir", tempfile.tempdir)  # it goes with this folder
    with environment, temporary, redirect_stdout(out), redirect_stderr(err):
        code = service_quality([str(word) for word in argv])
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return Ran(code, out.getvalue(), err.getvalue())


def export(folder: Path, number: int) -> tuple[str | Path, ...]:
    """Write one ticket; the first export also has a row that is set aside."""
    text = f"ticket_id,created_at,contact_id\n{number},2024-0{number}-01,c{number}@example.com\n"
    if number == 1:
        text += "9,soon,c9@example.com\n"
    path = folder / f"{number}.csv"
    path.write_text(text, encoding="utf-8")
    return ("load", path, "--kind", "tickets", "--source", "s")


def make(folder: Path) -> Path:
    """Make a data folder with all that it may have but the example; return it."""
    home = folder / "made"
    for number in (1, 2, 3):
        assert run(home, *export(folder, number)).code == 0
    assert run(home, "withdraw", kept.all_of(home)[1].folder.name).code == 0
    assert run(home, *FIGURE, "--as-of", AS_OF).figure() == THEN
    _put_aside(home)
    _put_in_inbox(home)
    _leave_log(home)
    examples.leave(home)
    examples.open(home).close()
    running = {"address": ["127.0.0.1", 9], "key": "00", "process": 1}
    (home / "running.json").write_text(json.dumps(running), encoding="utf-8")
    zone = (home / "timezone").read_text(encoding="utf-8").strip()
    (home / "settings.toml").write_text(f'timezone = "{zone}"\n', encoding="utf-8")
    roles = '[proxy]\naddresses = ["127.0.0.1"]\nuser = "X-User"\n[roles]\nviewer = ["*"]\n'
    (home / access.FILE_NAME).write_text(roles, encoding="utf-8")
    server = 'host = "smtp.example.com"\nsender = "quality@example.com"\n'
    (home / mail.FILE_NAME).write_text(server, encoding="utf-8")
    day = datetime(2024, 5, 1, tzinfo=UTC)
    words = {"page": "overview", "query": {}, "language": "en_GB", "signals": False}
    asked = subscriptions.Subscription(to="lea@example.com", made=day, confirmed=True, **words)
    subscriptions.add(home, asked, day)
    answer_file.write(home, STAMP, {"asked": {}, "known": {}})
    left = home / "temporary" / "999999-left"
    left.mkdir()
    for name in ("lock", "rows.csv"):
        (left / name).write_text("1", encoding="utf-8")
    return home


def _put_aside(home: Path) -> None:
    """Have an upload set aside, as where a crash came before anyone was told of it."""
    first = kept.all_of(home)[0].folder
    shutil.copytree(first, home / kept.SET_ASIDE / f"{first.name}-1")


def _put_in_inbox(home: Path) -> None:
    inbox = home / "inbox"
    inbox.mkdir()
    path = inbox / "same.csv"
    shutil.copy(home.parent / "1.csv", path)
    os.utime(path, (1, 1))
    assert run(home, "inbox").code == 0
    assert [each.name for each in (inbox / "loaded").glob("*.csv")] == ["same.csv"]
    (inbox / "now.csv").write_text("id\n", encoding="utf-8")


def _leave_log(home: Path) -> None:
    """Leave the warehouse as a kill does: what came of the inbox is withdrawn in the log alone."""
    path, chosen = home / FILE_NAME, settings.load(home)
    log = path.with_name(f"{FILE_NAME}.wal")
    warehouse = publish.open_warehouse(places.of(home), chosen)
    moment = publish.Moment(datetime(2024, 5, 1), "tester")
    withdraw.withdraw(warehouse, chosen, kept.all_of(home)[-1].folder.name, moment)
    left = {each: each.read_bytes() for each in (path, log)}
    warehouse.close()
    for each, content in left.items():
        each.write_bytes(content)
    assert left[log]


def files(home: Path) -> dict[str, Path]:
    """Return a file of each kind; AssertionError where one is there that is of none."""
    found = {name: sorted(home.glob(pattern)) for name, (pattern, _n) in FILES.items()}
    known = set(itertools.chain.from_iterable(found.values()))
    unknown = [path for path in home.rglob("*") if path.is_file() and path not in known]
    assert not unknown, unknown
    return {name: of[FILES[name][1]] for name, of in found.items() if of}


def outcomes(made: Path, name: str, damage: str) -> tuple[str, ...]:
    """Damage a file of a copy; return what came of each command.

    AssertionError where that is neither the figures of before nor a sentence that names the file.
    """
    home = Path(shutil.copytree(made, made.parent / f"copy-{next(_numbers)}"))
    path = files(home)[name]
    DAMAGES[damage](path)
    if name.startswith(OF_EXAMPLE):
        return (_example(home, path),)
    if name in OF_THE_APP:
        return (_of_the_app(home, path, *OF_THE_APP[name]),)
    said = []
    for command, before in (
        ((*FIGURE, "--as-of", AS_OF), THEN),
        (export(made.parent, 4), None),
        (FIGURE, TODAY + 1),
    ):
        ran = run(home, *command)
        assert ran.code in (0, 1, 2), ran.err
        if ran.code:
            assert str(path) in ran.err, (command, ran.err)
        elif before:
            assert ran.figure() == before, command
        done = "as before" if before else "done"
        named = str(path) in ran.out + ran.err
        said.append(f"named, {ran.code}" if ran.code else f"{done}, named" if named else done)
        if ran.code and not before:
            break  # it was said, and nothing was changed
    shutil.rmtree(home)
    return tuple(said)


def _example(home: Path, path: Path) -> str:
    """Return what comes of the example, which pages alone show."""
    try:
        found = examples.open(home)
    except ServiceQualityError as error:
        if str(path) not in str(error):
            raise
        return "named"
    with closing(found):
        assert Answers(found, examples.settings_of(home)).kpi("ticket_volume")[0]["value"] == 1
    return "as before"


def _of_the_app(home: Path, path: Path, load: Callable[[Path], object], without: str) -> str:
    """Return what comes of a file that the app alone reads."""
    try:
        return "as before" if load(home) else without
    except ServiceQualityError as error:
        if str(path) not in str(error):
            raise
        return "named"


@contextmanager
def small_example(folder: Path) -> Iterator[None]:
    """Have the example be of one ticket."""
    samples = folder / "samples"
    samples.mkdir()
    export(samples, 5)
    with patch.object(examples, "SAMPLES", samples):
        yield


def table(made: Path, cases: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Give the lines of a table: what came of each file and damage, by command."""
    wide = max(map(len, FILES)) + 2
    yield f"{'file':<{wide}}{'damage':<9}" + "".join(f"{each:<18}" for each in COMMANDS)
    for name, damage in cases:
        said = outcomes(made, name, damage)
        yield f"{name:<{wide}}{damage:<9}" + "".join(f"{each:<18}" for each in said)


def main() -> None:
    """Damage every file in every way, or those with a word in their name; print what came of it."""
    word = "".join(sys.argv[1:])
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="damage-") as folder, small_example(Path(folder)):
        made = make(Path(folder))
        names = [name for name in files(made) if word in name]
        for line in table(made, itertools.product(names, DAMAGES)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
