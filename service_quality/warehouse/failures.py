"""What DuckDB and the system say when something fails, as sentences that name the file."""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb

from service_quality.base.errors import DamagedError, ServiceQualityError, WarehouseInUseError
from service_quality.base.language import _

HOLDER = re.compile(r"Conflicting lock is held in (?P<holder>.+?)(?:\.\s|$)", re.DOTALL)
# What DuckDB says of its own file; it has no class for it.
DAMAGE = re.compile(
    r"corrupt|could not read enough bytes|not a valid duckdb database|failed to deserialize"
    r"|serializ|checksum|reached the end of the file",
    re.IGNORECASE,
)
# It stumbled over its own content: of a whole file, it never does.
STUMBLED = (duckdb.InternalException, duckdb.SerializationException)


def is_damage(error: Exception) -> bool:
    """Whether an error of DuckDB's says that its file is not as it was written."""
    return isinstance(error, STUMBLED) or bool(DAMAGE.search(str(error)))


def damaged(path: Path, error: Exception) -> DamagedError:
    """Return the error of a warehouse that is damaged, and what to do."""
    return DamagedError(
        _(
            "The warehouse {path} is damaged: {error} Stop the app, then move it and {path}.wal"
            " away: it is made anew from the kept uploads."
        ).format(path=path, error=first_line(error))
    )


def cannot_write(path: Path, error: Exception) -> ServiceQualityError:
    """Return the error of a warehouse of which something could not be written."""
    if is_damage(error):
        return damaged(path, error)
    return ServiceQualityError(
        _(
            "The data folder {folder} cannot be written to: {error} Nothing was changed. Free some "
            "space there or mend its rights, then do it again."
        ).format(folder=path.parent, error=first_line(error))
    )


def cannot_open(path: Path, error: Exception) -> ServiceQualityError:
    """Return the error of a warehouse that cannot be opened: who holds it, or what is wrong."""
    text = str(error)
    if "Could not set lock" in text:
        match = HOLDER.search(text)
        holder = match["holder"].strip() if match else _("another process")
        return WarehouseInUseError(
            _(
                "The warehouse {path} is in use by {holder}. Wait until that program has ended, or "
                "stop it; then try again."
            ).format(path=path, holder=holder)
        )
    if isinstance(error, PermissionError) or not os.access(path.parent, os.W_OK):
        return ServiceQualityError(
            _("The folder {folder} cannot be written to. Check its permissions.").format(
                folder=path.parent
            )
        )
    if isinstance(error, OSError):
        return cannot_write(path, error)
    return damaged(path, error)


def first_line(error: Exception) -> str:
    """Return what an error says in its first line, as a sentence."""
    return f"{(str(error).splitlines() or [type(error).__name__])[0].rstrip('.')}."
