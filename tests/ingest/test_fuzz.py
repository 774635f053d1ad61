"""No file, however damaged, ends in a crash, a hang, or an error that is not ours."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest

from tests.ingest.fuzz import SEEDS, Looker, file

SECONDS = 60


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.bin")), ids=lambda path: path.stem)
def test_what_once_broke_it_is_read_or_refused(tmp_path: Path, seed: Path) -> None:
    Looker(tmp_path).look("export.csv", seed.read_bytes())


@pytest.mark.slow
def test_a_minute_of_damaged_files_is_read_or_refused(tmp_path: Path) -> None:
    until, seed, looker = time.monotonic() + SECONDS, 0, Looker(tmp_path)
    while time.monotonic() < until:
        looker.look(*file(Random(seed)))
        seed += 1
