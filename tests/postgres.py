"""A PostgreSQL server for tests, of this machine's programs, on a free port; and lakes in it."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from service_quality.base.settings import Settings
from service_quality.uploads import publish
from service_quality.warehouse.engine import Cursor
from service_quality.warehouse.lake import FOLDER, Lake
from service_quality.warehouse.places import Place
from tests.browser import chromium

HERE = "127.0.0.1"
PROGRAMS = ("initdb", "pg_ctl", "createdb", "dropdb", "psql")
NOTE = ".of"  # beside a lake's rows: its database
DEBIAN = Path("/usr/lib/postgresql")
# It refuses to run as root, as which tests run in containers.
ORDINARY: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []}


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, where Debian's package or the path has them."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(DEBIAN.glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    return next((f for f in folders if all((f / name).exists() for name in PROGRAMS)), None)


def missing() -> str:
    """Return what a lake would need and is not here; nothing where all of it is."""
    if not find_spec("duckdb_extension_ducklake"):
        return "DuckDB's extensions: `make test-lake` brings them"
    return "" if programs() else "PostgreSQL: Debian's package postgresql"


class Server:
    """A server on a free port; what is in it need not outlive a power cut."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server((HERE, 0)) as free:
            self.port = free.getsockname()[1]
        self.catalog = f"postgres:host={HERE} port={self.port} user=tests dbname=postgres"
        if os.getuid() == 0:
            shutil.chown(folder, ORDINARY["user"])
        self._run("initdb", "-A", "trust", "-U", "tests", "-N", "-E", "UTF8", "--locale", "C.UTF-8")

    def start(self) -> None:
        words = f"-p {self.port} -k {self.folder} -c listen_addresses={HERE}"
        words += " -c fsync=off -c max_connections=500"
        self._run("pg_ctl", "-o", words, "-l", str(self.folder / "log"), "-w", "start")

    def stop(self) -> None:
        """End it as a crash does."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def kill(self) -> None:
        """End all of its processes where they are."""
        first = (self.folder / "data" / "postmaster.pid").read_text().split()[0]
        others = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", first], check=True, capture_output=True, text=True
        )
        for process in (first, *others.stdout.split()):
            with suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)
        time.sleep(0.1)
        # In a container nobody may take note of its end, and the next would wait for it.
        for lock in (self.folder / "data" / "postmaster.pid", *self.folder.glob(".s.*.lock")):
            lock.unlink()

    def _run(self, program: str, *words: str) -> None:
        bin_ = programs()
        assert bin_
        command = [str(bin_ / program), "-D", str(self.folder / "data"), *words]
        how = ORDINARY if os.getuid() == 0 else {}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **how)


@contextmanager
def server() -> Iterator[Server]:
    """Give a new server that runs."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
    found = Server(folder)
    found.start()
    try:
        yield found
    finally:
        found.stop()
        shutil.rmtree(folder)


class Lakes:
    """Lakes of one server, each a copy of one that is empty: to make one takes seconds."""

    def __init__(self, catalog: str, folder: Path, settings: Settings) -> None:
        self._catalog = catalog
        self.empty = Lake(self._named("empty"), folder)
        self._run("createdb", "empty")
        publish.open_warehouse(self.empty, settings).close()

    def of(self, home: Path) -> Place:
        """Return the lake of a data folder; it is made when it is opened."""
        digest = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
        return _Copied(self._named(f"of_{digest}"), home, lakes=self)

    def copy(self, lake: Lake) -> None:
        """Make a lake what that one is whose rows were copied here, else what the empty one is.

        Unless it is there.
        """
        rows = lake.folder.resolve() / FOLDER
        name, note = lake.catalog.rpartition("=")[2], rows / NOTE
        of = note.read_text(encoding="utf-8") if note.exists() else "empty"
        if of == name:
            return
        if not rows.exists():
            shutil.copytree(self.empty.folder / FOLDER, rows)
        self._run("dropdb", "--if-exists", name)  # of a folder that was removed
        self._run("createdb", "-T", of, name)
        where = (
            f"update {lake.schema}.ducklake_metadata set value = '{rows}/' where key = 'data_path'"
        )
        self._run("psql", "-q", "-c", where, name)
        note.write_text(name, encoding="utf-8")

    def _named(self, database: str) -> str:
        return self._catalog.replace("dbname=postgres", f"dbname={database}")

    def _run(self, program: str, *words: str) -> None:
        host, port, user = (word.partition("=")[2] for word in self._catalog.split(" ")[:3])
        bin_ = programs()
        assert bin_
        command = [str(bin_ / program), "-h", host, "-p", port, "-U", user, *words]
        subprocess.run(
            command, check=True, env=os.environ | {"PGOPTIONS": "-c client_min_messages=error"}
        )


@dataclass(frozen=True)
class _Copied(Lake):
    lakes: Lakes = field(kw_only=True, compare=False)

    def connect(self, *, read_only: bool) -> Cursor:
        self.lakes.copy(self)
        return super().connect(read_only=read_only)


def install() -> None:
    """Install PostgreSQL where Debian's packages have it and nobody is asked for a password."""
    root = chromium.as_root()
    if not shutil.which("apt-get") or root is None:
        return
    soon = ("-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20")  # where no network is
    quiet = (*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", *soon)
    for words in (("update",), ("install", "-y", "--no-install-recommends", "postgresql")):
        subprocess.run([*quiet, *words], stdout=sys.stderr, check=False)


if __name__ == "__main__":
    if not programs():
        install()
    none = "No PostgreSQL is here: install Debian's package postgresql, or have initdb on the PATH"
    sys.exit(0 if programs() else none)
