"""What is said where the warehouse cannot be opened, written to, or given more memory."""

from __future__ import annotations

import os
import re
from pathlib import Path

from service_quality.base.errors import ServiceQualityError, WarehouseInUseError
from service_quality.base.language import _

HOLDER = re.compile(r"Conflicting lock is held in (?P<holder>.+?)(?:\.\s|$)", re.DOTALL)


def cannot_write(folder: Path, error: Exception) -> ServiceQualityError:
    """Return the error of a data folder that is full or protected."""
    return ServiceQualityError(
        _(
            "The data folder {folder} cannot be written to: {error} Nothing was changed. Free some "
            "space there or mend its rights, then do it again."
        ).format(folder=folder, error=f"{str(error).splitlines()[0].rstrip('.')}.")
    )


def cannot_open(path: Path, error: Exception) -> ServiceQualityError:
    """Return the error of a file that is held by another process, protected or damaged."""
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
    return ServiceQualityError(
        _(
            "The warehouse {path} cannot be opened: {error} If it is damaged, move it and"
            " {path}.wal away: it is made anew from the kept uploads."
        ).format(path=path, error=f"{text.splitlines()[0].rstrip('.')}.")
    )
