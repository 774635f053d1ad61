"""No file, however damaged, ends in a crash, a hang, or an error that is not ours."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.ingest.fuzz import SEEDS, Looker, file

FILES = 500


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.bin")), ids=lambda path: path.stem)
def test_what_once_broke_it_is_read_or_refused(tmp_path: Path, seed: Path) -> None:
    Looker(tmp_path).look("export.csv", seed.read_bytes())


@pytest.mark.slow
def test_damaged_files_are_read_or_refused(tmp_path: Path) -> None:
    looker = Looker(tmp_path)
    for seed in range(FILES):
        looker.look(*file(Random(seed)))
