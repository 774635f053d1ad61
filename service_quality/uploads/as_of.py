"""The data as they were: the fold of the uploads until an earlier version, in a file of its own."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path

from service_quality.base.errors import DamagedError, UsageError
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.definitions import kpis
from service_quality.measures import rollup
from service_quality.uploads import damage, folder, withdraw
from service_quality.warehouse import temporary
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.places import FILE_NAME

FOLDER = "asof"
ENDING = Path(FILE_NAME).suffix
FORM = 2  # of the files; those of another form are not opened any more
MOST_FILES = 4  # each is as large as the warehouse was; others are made anew when asked for

_one_at_a_time = threading.Lock()


def open(
    home: Path, settings: Settings, version: int, newest: int, needed: Collection[str] = ()
) -> Warehouse:
    """Return the warehouse of the data folder `home` as it was at a data version.

    It is made from the kept uploads and their marks, once; whatever is published, withdrawn or put
    back later leaves it alone. Its sums are those of today's definitions and settings. UsageError
    where there was no such version yet; `newest` is that of today. DamagedError where a kept upload
    is not as it was written, or one of the `needed` is missing; `damage.needed` knows them.
    """
    if not 1 <= version <= newest:
        raise UsageError(
            _("There is no version {version} of these data; the newest is {newest}.").format(
                version=version, newest=newest
            )
        )
    if missing := folder.missing(home, sorted(needed)):
        folder.read(missing[0])
    uploads = folder.all_of(home)
    for upload in uploads:
        if upload.version <= version:
            damage.check_marks(upload.folder, upload.version, newest)
    path = home / FOLDER / f"{version}-{_made_of(uploads, settings, version)}{ENDING}"
    with _one_at_a_time:
        if path.exists():
            path.touch()
        else:
            _make(path, home, settings, version)
        try:
            return _open_file(path)
        except DamagedError:  # it was: nothing is lost with it
            path.unlink()
            _make(path, home, settings, version)
            return _open_file(path)


@lru_cache(maxsize=MOST_FILES)
def _open_file(path: Path) -> Warehouse:
    return Warehouse.open(path, read_only=True)


def pin(version: int, settings: Settings) -> str:
    """Return what pins a link to a version of the data, with a hash of settings and definitions.

    The hashes tell a later reader whether the same rows still make the same figures.
    """
    chosen = repr(settings).encode()
    parts = (hashlib.sha256(chosen).hexdigest(), kpis.definitions_hash({}))
    return ".".join([str(version), *(part[:6] for part in parts)])


def _made_of(uploads: Sequence[folder.StoredUpload], settings: Settings, version: int) -> str:
    """Return a hash of what counted then and of today's definitions: a file never changes."""
    counted = [
        (each.manifest["upload_id"], each.withdrawn(version))
        for each in uploads
        if each.version <= version
    ]
    parts = [FORM, counted, kpis.definitions_hash(settings.definitions())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


def _make(path: Path, home: Path, settings: Settings, version: int) -> None:
    # Among the temporary files, which the next start removes should this one be killed.
    making = temporary.own(home) / path.name
    warehouse = Warehouse.open(making)
    rollup.bring_up_to_date(warehouse, settings)
    try:
        withdraw.rebuild(warehouse, settings, home, version)
    finally:
        warehouse.close()
    path.parent.mkdir(exist_ok=True)
    making.rename(path)
    for left in path.parent.glob(f"*{folder.MAKING}*"):  # an older version made them here
        left.unlink()
    files = sorted(path.parent.glob(f"*{ENDING}"), key=lambda file: file.stat().st_mtime)
    for old in files[:-MOST_FILES]:
        old.unlink()
