"""A process killed in the middle leaves the state before or after; `tests.crash` kills more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import crash


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path: Path) -> None:
    found = list(crash.rounds(tmp_path, kills=3, seed=3, lines=2_000))
    assert {each.found for each in found} <= {"before", "after"}
    assert len({each.action for each in found}) > 1
