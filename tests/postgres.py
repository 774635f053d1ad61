"""A PostgreSQL server for tests: of this machine's programs, on a free port, gone at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = "127.0.0.1"
DEBIAN = Path("/usr/lib/postgresql")
# It refuses to run as root, as which tests run in containers.
ORDINARY: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []}


def programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, where Debian's package or the path has them."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(DEBIAN.glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def missing() -> str:
    """Return what a lake would need and is not here; nothing where all of it is."""
    if not find_spec("duckdb_extension_ducklake"):
        return "DuckDB's extensions: `make test-lake` brings them"
    return "" if programs() else "PostgreSQL: Debian's package postgresql"


@contextmanager
def server() -> Iterator[str]:
    """Give the catalog of a new server, as `Lake` names it."""
    folder, bin_ = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp")), programs()
    assert bin_
    with socket.create_server((HERE, 0)) as free:
        port = free.getsockname()[1]
    root = os.getuid() == 0
    if root:
        shutil.chown(folder, ORDINARY["user"])

    def run(program: str, *words: str) -> None:
        command = [str(bin_ / program), "-D", str(folder / "data"), *words]
        how = ORDINARY if root else {}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **how)

    # What is in it need not outlive a power cut.
    words = f"-p {port} -k {folder} -c listen_addresses={HERE} -c fsync=off -c max_connections=500"
    try:
        run("initdb", "-A", "trust", "-U", "tests", "-N", "-E", "UTF8", "--locale", "C.UTF-8")
        run("pg_ctl", "-o", words, "-l", str(folder / "log"), "-w", "start")
        yield f"postgres:host={HERE} port={port} user=tests dbname=postgres"
    finally:
        run("pg_ctl", "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)
