"""The command line's entry: it runs a command here, or asks the app that holds the warehouse."""

from __future__ import annotations

import argparse
import getpass
import io
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from service_quality.base import file_name, zone
from service_quality.base import settings as settings_file
from service_quality.base.errors import (
    DamagedError,
    RefusedError,
    ServiceQualityError,
    WarehouseInUseError,
)
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.cli import commands, parser
from service_quality.cli.run import DONE, IN_USE, REFUSED, USAGE, Run
from service_quality.measures import rollup
from service_quality.uploads import folder as uploads_folder
from service_quality.warehouse import places, running
from service_quality.warehouse.connection import Warehouse

# An app that has just started holds the warehouse before it answers; another command soon ends.
PATIENCE_SECONDS = 2.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0 done, 1 a file refused, 2 wrong usage, 3 warehouse in use."""
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        arguments = parser.parser().parse_args(given)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        status = _status(lambda: _run(arguments, given), sys.stderr)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not try to flush it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def answer(question: Mapping[str, Any], warehouse: Warehouse, folder: Path) -> dict[str, Any]:
    """Run a command that another process was asked, on the warehouse that this one holds.

    `question` has `argv`, the folder `here` that its files are named from, and `by` whom.
    Returns `status`, and what was written to `out` and `err`.
    """
    out, err = io.StringIO(), io.StringIO()

    def run() -> int:
        arguments = parser.parser().parse_args(question["argv"])
        settings = settings_file.load(folder)
        rollup.bring_up_to_date(warehouse, settings)
        here = Path(question["here"])
        hold = partial(_borrowed, warehouse)
        place = Run(folder, settings, hold, here, question["by"], out, err)
        return commands.BY_NAME[arguments.name](arguments, place)

    return {"status": _status(run, err), "out": out.getvalue(), "err": err.getvalue()}


def _run(arguments: argparse.Namespace, given: list[str]) -> int:
    """Run a command on our own warehouse, or have it run by the app that holds it."""
    folder = settings_file.data_folder()
    here, by = Path.cwd(), getpass.getuser()
    settings = settings_file.load(folder)
    place = Run(folder, settings, partial(_own, folder), here, by, sys.stdout, sys.stderr)
    last_try = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return commands.BY_NAME[arguments.name](arguments, place)
        except WarehouseInUseError:
            reply = running.ask(folder, {"argv": given, "here": str(here), "by": by})
            if reply is not None:
                sys.stdout.write(reply["out"])
                sys.stderr.write(reply["err"])
                return int(reply["status"])
            if time.monotonic() > last_try:
                raise
        time.sleep(0.1)


def _status(run: Callable[[], int], err: TextIO) -> int:
    """Run a command; return its exit status, after a sentence where it failed.

    The one place where an error of any kind becomes what a person or a schedule is told.
    """
    try:
        return run()
    except BrokenPipeError:
        raise
    except Exception as error:
        print(f"service-quality: {_sentence(error)}", file=err)
        if isinstance(error, WarehouseInUseError):
            return IN_USE
        wrong_usage = isinstance(error, ServiceQualityError) and not isinstance(
            error, (RefusedError, DamagedError)
        )
        return USAGE if wrong_usage else REFUSED


def _sentence(error: Exception) -> str:
    """Return what is said of an error; of one that nobody foresaw, also where it happened."""
    if isinstance(error, ServiceQualityError):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        text = _("{file} cannot be read or written ({reason}). Check its name and its rights.")
        return text.format(file=file_name.readable(error.filename), reason=error.strerror)
    *_outer, place = traceback.extract_tb(error.__traceback__)
    return _(
        "This could not be done: {error} ({kind}; {module}, line {line}). It is a fault of the"
        " program's; please report it."
    ).format(
        error=str(error).strip().rstrip(".") or "–",
        kind=type(error).__name__,
        module=Path(place.filename).name,
        line=place.lineno,
    )


@contextmanager
def _own(folder: Path, settings: Settings | None = None) -> Iterator[Warehouse]:
    """Open the warehouse for a command, to read it, or with `settings` to write to it.

    What is written meanwhile, only the user whose command it is can read.
    """
    before = os.umask(0o077)
    try:
        with closing(_opened(folder, settings)) as warehouse:
            yield warehouse
    finally:
        os.umask(before)


def _opened(folder: Path, settings: Settings | None) -> Warehouse:
    place = places.of(folder)
    if settings is None and (
        sentence := zone.difference(folder, settings_file.load(folder).timezone)
    ):
        print(f"service-quality: {sentence}", file=sys.stderr)
    warehouse = Warehouse.at(place, read_only=True) if settings is None else None
    if warehouse and not uploads_folder.agrees(warehouse):
        warehouse.close()
        warehouse, settings = None, settings_file.load(folder)
    if warehouse is None:
        from service_quality.uploads import publish
        from service_quality.warehouse import temporary

        assert settings
        warehouse = publish.open_warehouse(place, settings)
        temporary.use(folder)
    return warehouse


@contextmanager
def _borrowed(warehouse: Warehouse, settings: Settings | None = None) -> Iterator[Warehouse]:
    """Give the warehouse that this process holds; it stays open."""
    yield warehouse
