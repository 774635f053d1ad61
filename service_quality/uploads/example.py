"""The example data: a database of its own, shown until someone loads or declines it."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from service_quality.base import settings, zone
from service_quality.base.errors import DamagedError
from service_quality.base.settings import Settings
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.uploads import publish
from service_quality.warehouse import places, temporary
from service_quality.warehouse.connection import Warehouse

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
FOLDER = "example"
WHO = "example"  # loaded it
LEFT = "no-example"
BUILT = "built"
PATTERNS = ("*.csv", "*.parquet")
# After the last reply in the samples; a fixed moment keeps every start the same.
MOMENT = datetime(2026, 2, 1, 12, 0)
BRAND = "Séphanie"


def available() -> bool:
    """Return whether this installation came with samples."""
    return bool(sample_files())


def sample_files() -> list[Path]:
    """Return the sample files, in the order in which they are loaded."""
    return sorted(path for pattern in PATTERNS for path in SAMPLES.glob(pattern))


def fingerprint() -> str:
    """Return a hash of the sample files: another one means another database."""
    digest = hashlib.sha256()
    for path in sample_files():
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def left(folder: Path) -> bool:
    """Return whether nobody is to be shown the example data of this data folder."""
    return (folder / LEFT).exists() or not available()


def leave(folder: Path) -> None:
    """Never show the example data of this data folder again."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LEFT).touch()


def settings_of(folder: Path) -> Settings:
    """Return the settings that the example is shown with: those of the data folder, and a brand."""
    chosen = settings.load(folder)
    return replace(chosen, focus_brand=chosen.focus_brand or BRAND)


def open(folder: Path) -> Warehouse:
    """Return the example's warehouse, built below `folder` the way uploads are, once.

    Where it is damaged it is built again: nothing is lost with it.
    """
    chosen = settings.load(folder)
    # Of those who share a data folder, each process makes its own.
    shared = places.of(folder).shared
    home = (temporary.own(folder) if shared else folder) / FOLDER / fingerprint()
    # The samples name no offset: what zone they were loaded in is nobody's question.
    chosen = replace(chosen, timezone=zone.recorded(home) or chosen.timezone)
    try:
        return _opened(home, chosen)
    except DamagedError:
        (home / BUILT).unlink(missing_ok=True)
        return _opened(home, chosen)


def _opened(home: Path, chosen: Settings) -> Warehouse:
    built = home / BUILT
    if not built.exists():
        shutil.rmtree(home.parent, ignore_errors=True)
    warehouse = publish.open_warehouse(places.file(home), chosen)
    if not built.exists():
        for path in sample_files():
            publish.load(warehouse, chosen, path, Instructions(), publish.Moment(MOMENT, WHO))
        built.touch()
    return warehouse
