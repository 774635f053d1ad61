"""The example data: a database of its own, shown until someone loads or declines it."""

from __future__ import annotations

import hashlib
import shutil
from datetime import datetime
from pathlib import Path

from service_quality import publish, settings
from service_quality.answers import Answers
from service_quality.ingest.words import Words
from service_quality.settings import Settings
from service_quality.warehouse import FILE_NAME, Warehouse

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
FOLDER = "example"
LEFT = "no-example"
PATTERNS = ("*.csv", "*.parquet")
# The story of the samples ends here: a fixed moment keeps every start the same.
MOMENT = datetime(2026, 1, 8, 12, 0)
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
    """Return whether someone chose to start without the example data."""
    return (folder / LEFT).exists() or not available()


def leave(folder: Path) -> None:
    """Never show the example data of this data folder again."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LEFT).touch()


def open(folder: Path) -> Answers:  # noqa: A001 - read as examples.open
    """Return the example's answers, built below `folder` the way uploads are, once."""
    home = folder / FOLDER / fingerprint()
    if not (home / "ready").exists():
        shutil.rmtree(folder / FOLDER, ignore_errors=True)
        warehouse = _build(home)
        (home / "ready").touch()
    else:
        warehouse = Warehouse.open(home / FILE_NAME)
    ours = settings.load(folder)
    return Answers(warehouse, _with_focus(ours))


def _build(home: Path) -> Warehouse:
    warehouse = Warehouse.open(home / FILE_NAME)
    for path in sample_files():
        publish.load(warehouse, path, Words(), Settings(), by="", now=MOMENT)
    return warehouse


def _with_focus(ours: Settings) -> Settings:
    from dataclasses import replace

    return ours if ours.focus_brand else replace(ours, focus_brand=BRAND)
