"""Where a warehouse is: a file beside the uploads, or tables that several machines share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from service_quality.base.errors import ServiceQualityError, UsageError
from service_quality.base.language import _
from service_quality.warehouse import engine, failures
from service_quality.warehouse.engine import Cursor, Row
from service_quality.warehouse.lake import Lake
from service_quality.warehouse.mirror import Mirror

FILE_NAME = "warehouse.duckdb"
SETTING = "SERVICE_QUALITY_WAREHOUSE"
FILE, LAKE = "file", "ducklake:"


class Place(Protocol):
    """What differs from one place to another; all else is the same SQL."""

    @property
    def folder(self) -> Path:
        """The data folder: uploads, settings, temporary files."""

    @property
    def shared(self) -> bool:
        """Whether other processes may read and write it at the same time."""

    def exists(self) -> bool:
        """Whether there is anything to be read."""

    def connect(self, *, read_only: bool) -> Cursor:
        """Open it, making what is not there."""

    def cursor(self, connection: Cursor) -> Cursor:
        """Return a cursor to which a table's name is one of this place."""

    def state(self, cursor: Cursor) -> int | None:
        """Return what tells the state that a transaction reads from others, if the place says."""

    def mirror(self, connection: Cursor) -> Mirror | None:
        """Begin a copy in this process of what is asked for most; None where it would be no use."""

    def leave(self, cursor: Cursor) -> None:
        """Close a cursor of this place."""

    def alone(
        self, connection: Cursor, at: str, *, wait: bool = True
    ) -> AbstractContextManager[bool]:
        """Let no other process be at the same thing meanwhile; False where one is already."""

    def pack(self, cursor: Cursor) -> Row:
        """Make few files of many small ones and remove old ones; return how many there were."""

    def cannot_open(self, error: Exception) -> ServiceQualityError:
        """Return what is said where it cannot be opened."""

    def cannot_write(self, error: Exception) -> ServiceQualityError:
        """Return what is said where it could not be written to, or is at fault."""

    def is_at_fault(self, error: Exception) -> bool:
        """Whether an error is the place's and not the statement's."""


@dataclass(frozen=True)
class File:
    """A file that one process holds, as long as it lives."""

    path: Path
    shared = False

    @property
    def folder(self) -> Path:
        return self.path.parent

    def exists(self) -> bool:
        return self.path.exists()

    def connect(self, *, read_only: bool) -> Cursor:
        self.folder.mkdir(parents=True, exist_ok=True)
        return engine.of_file(self.path, read_only)

    def cursor(self, connection: Cursor) -> Cursor:
        return connection.cursor()

    def state(self, cursor: Cursor) -> int | None:
        return None

    def mirror(self, connection: Cursor) -> Mirror | None:
        return None

    def leave(self, cursor: Cursor) -> None:
        cursor.close()

    @contextmanager
    def alone(self, connection: Cursor, at: str, *, wait: bool = True) -> Iterator[bool]:
        yield True  # as no other process has it

    def pack(self, cursor: Cursor) -> Row:
        raise UsageError(_("The warehouse is one file, which needs no packing: a lake's files do."))

    def cannot_open(self, error: Exception) -> ServiceQualityError:
        return failures.cannot_open(self.path, error)

    def cannot_write(self, error: Exception) -> ServiceQualityError:
        return failures.cannot_write(self.path, error)

    def is_at_fault(self, error: Exception) -> bool:
        return failures.is_damage(error)


def file(home: Path) -> File:
    """Return the file of a data folder."""
    return File(home / FILE_NAME)


def of(home: Path) -> Place:
    """Return where the warehouse of a data folder is: its file, unless the environment says else.

    UsageError where what it says is no place.
    """
    setting = os.environ.get(SETTING)
    return named(setting, home) if setting else file(home)


def named(setting: str, home: Path) -> Place:
    """Return the place that a text names; the uploads and the lake's rows lie below `home`."""
    if setting == FILE:
        return file(home)
    if not setting.startswith(f"{LAKE}postgres:"):
        raise UsageError(
            _(
                "{setting}: “{given}” is no warehouse. It is “ducklake:postgres:host=… dbname=…”."
            ).format(setting=SETTING, given=setting)
        )
    return Lake(setting.removeprefix(LAKE), home)
