"""The installed program itself, in processes of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.driving import CommandLine

PROGRAM = Path(sys.executable).with_name("service-quality")
WORDS = ["--kind", "tickets", "--source", "s", "--map", "ticket_id=id", "--map", "created_at=day"]

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="the package is not installed")


def run(sq: CommandLine, *argv: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SERVICE_QUALITY_DATA": str(sq.data)}
    return subprocess.run(
        [str(PROGRAM), *map(str, argv)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
        timeout=120,
    )


@pytest.fixture
def held(sq: CommandLine) -> Iterator[int]:
    """Another process that holds the warehouse; its process number."""
    assert run(sq, "load", sq.csv([{"id": 1, "day": "2024-03-01"}]), *WORDS).returncode == 0
    (path,) = [p for p in sq.data.rglob("*") if p.is_file() and p.read_bytes()[8:12] == b"DUCK"]
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process.pid
        process.communicate("\n")


def test_load_then_ask(sq: CommandLine) -> None:
    path = sq.csv([{"id": n, "day": "2024-03-01", "who": "Zoé 🙂"} for n in range(3)])
    loaded = run(sq, "load", path, *WORDS, "--map", "brand=who", "--json")
    assert loaded.returncode == 0, loaded.stderr
    assert json.loads(loaded.stdout)[0]["inserted"] == 3
    asked = run(sq, "kpi", "ticket_volume", "--by", "brand", "--json")
    (row,) = json.loads(asked.stdout)["rows"]
    assert (row["brand"], row["value"]) == ("Zoé 🙂", 3)


def test_messages_go_to_the_error_stream(sq: CommandLine) -> None:
    refused = run(sq, "load", sq.file("", "empty.csv"), *WORDS, "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)[0]["status"] == "refused"
    assert "Traceback" not in refused.stderr
    unknown = run(sq, "kpi", "no_such_kpi", "--json")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "no_such_kpi" in unknown.stderr


def test_a_warehouse_in_use_names_who_holds_it(sq: CommandLine, held: int) -> None:
    path = sq.csv([{"id": 2, "day": "2024-03-02"}])
    for words in (["load", path, *WORDS], ["kpi", "ticket_volume"], ["uploads"]):
        ran = run(sq, *words)
        assert ran.returncode == 3, ran.stderr
        assert str(held) in ran.stderr
        assert "Traceback" not in ran.stderr


def test_a_pipe_that_closes_early_is_no_error(sq: CommandLine) -> None:
    rows = [{"id": n, "day": "2024-03-01", "who": f"brand {n}"} for n in range(20_000)]
    assert run(sq, "load", sq.csv(rows), *WORDS, "--map", "brand=who").returncode == 0
    environment = {**os.environ, "SERVICE_QUALITY_DATA": str(sq.data)}
    with subprocess.Popen(
        [str(PROGRAM), "kpi", "ticket_volume", "--by", "brand", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_streamlit_is_not_imported(sq: CommandLine) -> None:
    code = "import sys, service_quality.cli.main as c; c.main(['uploads']); print(*sys.modules)"
    environment = {**os.environ, "SERVICE_QUALITY_DATA": str(sq.data)}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert "streamlit" not in ran.stdout.split()


def test_a_full_disk_changes_nothing(sq: CommandLine) -> None:
    before = [{"id": n, "day": "2024-03-01"} for n in range(3)]
    assert run(sq, "load", sq.csv(before), *WORDS).returncode == 0
    more = sq.csv({"id": f"another {n}", "day": "2024-03-02"} for n in range(200_000))
    # No file may grow beyond 2 MB: to the program as if the disk were full.
    code = (
        "import resource, sys; from service_quality.cli.main import main;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, 2 << 20));"
        "sys.exit(main(sys.argv[1:]))"
    )
    full = subprocess.run(
        [sys.executable, "-c", code, "load", str(more), *WORDS],
        capture_output=True,
        text=True,
        env={**os.environ, "SERVICE_QUALITY_DATA": str(sq.data)},
        check=False,
    )
    assert full.returncode == 2, full.stderr
    assert "cannot be written to" in full.stderr
    assert "Nothing was changed" in full.stderr
    assert "Traceback" not in full.stderr
    asked = run(sq, "kpi", "ticket_volume", "--json")
    assert json.loads(asked.stdout)["rows"][0]["value"] == 3
    assert run(sq, "load", more, *WORDS).returncode == 0
    assert not list(sq.data.rglob("*.making"))
