"""While the app runs, the command line is answered by it, in the same words."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service_quality.warehouse import running
from tests.cli.driving import CommandLine, Ran

pytestmark = pytest.mark.slow  # processes of their own

# What the app does when it starts, without its pages.
SERVE = """
import sys, time
from pathlib import Path
from service_quality.base import settings
from service_quality.cli import main as cli
from service_quality.uploads import publish
from service_quality.warehouse import places, running

folder = Path(sys.argv[1])
warehouse = publish.open_warehouse(places.of(folder), settings.load(folder))
if len(sys.argv) > 2:
    print("opened", flush=True)
    time.sleep(float(sys.argv[2]))
running.serve(folder, lambda question: cli.answer(question, warehouse, folder))
print("served", flush=True)
sys.stdin.read()
"""

WORDS = ["--kind", "tickets", "--source", "s", "--map", "ticket_id=id", "--map", "created_at=day"]
WORDS += ["--map", "brand=who", "--map", "reopens=again"]


@contextmanager
def served(folder: Path, said: str = "served", *more: str) -> Iterator[int]:
    command = [sys.executable, "-c", SERVE, str(folder), *more]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as app:
        assert app.stdin is not None
        assert app.stdout is not None
        assert app.stdout.readline() == f"{said}\n"
        yield app.pid
        app.stdin.close()


def without_moments(ran: Ran) -> tuple[int, object]:
    """What was answered, but for what the clock decides."""
    document = json.loads(ran.out)
    for row in document if isinstance(document, list) else [document]:
        for name in ("upload_id", "at", "report", "timings"):
            row.pop(name, None)
    return ran.code, document


def test_an_app_that_has_only_just_started_is_waited_for(
    sq: CommandLine, exports: list[Path]
) -> None:
    with served(sq.data, "opened", "0.5"):
        assert sq.run("load", *exports[:1], *WORDS, "--json").code == 0


@pytest.fixture
def exports(sq: CommandLine) -> list[Path]:
    march = [
        {"id": n, "day": "2024-03-01", "who": f"brand {n % 2}", "again": n % 2} for n in range(3)
    ]
    april = [*march[:2], {"id": 7, "day": "2024-04-01", "who": "brand 1", "again": 0}]
    return [sq.csv(march, "march.csv"), sq.csv(april, "april.csv")]


def test_the_same_answers_as_without_it(
    sq: CommandLine, exports: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    march, april = exports
    empty = sq.file("", "empty.csv")
    monkeypatch.chdir(sq.inbox)

    def all_commands() -> list[tuple[int, object]]:
        ran = [
            sq.run("load", march.name, *WORDS, "--json"),
            sq.run("check", april.name, *WORDS, "--json"),
            sq.run("load", april.name, empty, *WORDS, "--json"),
            sq.run("kpi", "ticket_volume", "--by", "month", "--json"),
            sq.run("ranking", "reopen_rate", "--year", "2024", "--json"),
        ]
        first = json.loads(ran[0].out)[0]["upload_id"]
        ran += [
            sq.run("withdraw", first, "--json"),
            sq.run("kpi", "ticket_volume", "--by", "month", "--json"),
            sq.run("uploads", "--json"),
        ]
        return [without_moments(one) for one in ran]

    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(sq.data.with_name("alone")))
    alone = all_commands()
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(sq.data))
    with served(sq.data):
        assert all_commands() == alone
    assert [code for code, _ in alone] == [0, 0, 1, 0, 0, 0, 0, 0]


def test_errors_and_statuses_come_through(sq: CommandLine, exports: list[Path]) -> None:
    with served(sq.data):
        unknown = sq.run("kpi", "no_such_kpi", "--json")
        assert (unknown.code, unknown.out) == (2, "")
        assert "no_such_kpi" in unknown.err
        absent = sq.run("withdraw", "20990101-000000-abcdef")
        assert absent.code == 2
        assert "20990101-000000-abcdef" in absent.err
        refused = sq.run("load", sq.file("", "empty.csv"), *WORDS)
        assert refused.code == 1
        assert "empty.csv" in refused.err


def test_what_an_ended_app_left_behind_is_not_taken_for_an_app(
    sq: CommandLine, exports: list[Path]
) -> None:
    with served(sq.data):
        pass
    assert (sq.data / running.FILE_NAME).exists()
    assert sq.load(exports[0], *WORDS)["inserted"] == 3
    with served(sq.data):
        assert sq.load(exports[1], *WORDS)["unchanged"] == 2


def test_only_who_has_the_key_is_answered(sq: CommandLine) -> None:
    with served(sq.data) as app:
        path = sq.data / running.FILE_NAME
        assert path.stat().st_mode & 0o777 == 0o600
        known = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(known | {"key": "00" * 32}), encoding="utf-8")
        stranger = sq.run("uploads", "--json")
        assert stranger.code == 3
        assert str(app) in stranger.err
        path.write_text(json.dumps(known), encoding="utf-8")
        assert sq.uploads() == []


def test_a_silent_stranger_stops_nobody(sq: CommandLine, exports: list[Path]) -> None:
    with served(sq.data):
        known = json.loads((sq.data / running.FILE_NAME).read_text(encoding="utf-8"))
        strangers = [socket.create_connection(known["address"]) for _n in range(40)]
        strangers[0].sendall(b"\x00\x00\x00\x05ab")
        before = time.monotonic()
        assert sq.uploads() == []
        assert time.monotonic() - before < running.SECONDS_FOR_KEY
        strangers[0].settimeout(2 * running.SECONDS_FOR_KEY)
        while strangers[0].recv(1000):
            pass  # hung up in the end
        for stranger in strangers:
            stranger.close()


def test_an_app_that_says_nothing_is_given_up(
    sq: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SECONDS_FOR_ANSWER", 1.0)
    with served(sq.data) as app:
        os.kill(app, signal.SIGSTOP)
        try:
            ran = sq.run("uploads")
        finally:
            os.kill(app, signal.SIGCONT)
        assert ran.code == 3
        assert f"{app}" in ran.err
        assert sq.uploads() == []


def test_an_app_at_work_is_waited_for_and_its_failure_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SECONDS_FOR_ANSWER", 1.0)
    monkeypatch.setattr(running, "SECONDS_OF_WORK", 0.2)

    def answer(question: running.Message) -> running.Message:
        time.sleep(2.5)
        raise {"error": ValueError("no such thing"), "end": SystemExit(2)}[question["as"]]

    running.serve(tmp_path, answer)
    for ending, word in (("error", "no such thing"), ("end", "2")):
        told = running.ask(tmp_path, {"as": ending})
        assert told
        assert (told["status"], told["out"]) == (2, "")
        assert word in told["err"]
