"""Carries a warehouse to another place: the uploads are copied, all else is made of them anew."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from service_quality.base import alone
from service_quality.base.errors import UsageError
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.measures import answer_file, rollup
from service_quality.uploads import as_of, example, folder, register, withdraw
from service_quality.warehouse import lake, places, running, temporary
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row
from service_quality.warehouse.places import Place

# What a place makes for itself.
NOT_CARRIED = {
    *(places.FILE_NAME, f"{places.FILE_NAME}.wal", lake.FOLDER, running.FILE_NAME),
    *(as_of.FOLDER, example.FOLDER, temporary.FOLDER, alone.FILE_NAME, answer_file.FILE_NAME),
}


def move(warehouse: Warehouse, settings: Settings, to: Place) -> Row:
    """Make the same warehouse at another place, of uploads that are copied where it is elsewhere.

    What was stays as it is. Returns how many uploads there are, and the data version, which is not
    lower than before. UsageError where the other place has uploads of its own, DamagedError where
    one here is not as it was written.
    """
    elsewhere = to.folder.resolve() != warehouse.folder.resolve()
    with warehouse.writing():
        if (elsewhere and folder.whole_folders(to.folder)) or to == warehouse.place:
            raise _occupied(to)
        with closing(Warehouse.at(to)) as moved:
            if moved.rows("select 1 from uploads limit 1"):
                raise _occupied(to)
            if elsewhere:
                _copy(warehouse.folder, to.folder)
            rollup.bring_up_to_date(moved, settings)
            uploads = withdraw.rebuild(moved, settings)
            with moved.transaction() as cursor:
                version = register.raise_version(cursor, at_least=warehouse.version())
    return {"uploads": uploads, "version": version}


def _occupied(place: Place) -> UsageError:
    text = _("There are uploads already in {folder}. Name a place that is empty.")
    return UsageError(text.format(folder=place.folder))


def _copy(home: Path, there: Path) -> None:
    def made_anew(of: str, names: list[str]) -> set[str]:
        return NOT_CARRIED & set(names) if Path(of) == home else set()

    shutil.copytree(home, there, symlinks=True, ignore=made_anew, dirs_exist_ok=True)
