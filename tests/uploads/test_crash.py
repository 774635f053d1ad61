"""A process killed in the middle leaves the state before or after; more is killed by hand.

`python -m tests.crash` and `python -m tests.crash_app` kill a hundred times each.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import crash, crash_app


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path: Path) -> None:
    found = list(crash.rounds(tmp_path, kills=3, seed=3, lines=2_000))
    assert {each.found for each in found} <= {"before", "after"}
    assert len({each.action for each in found}) > 1


@pytest.mark.slow
def test_the_running_app_killed_at_random_moments(tmp_path: Path) -> None:
    actions = ("publish", "inbox", "withdraw")
    found = list(crash_app.rounds(tmp_path, 3, seed=3, lines=1_000, actions=actions))
    assert tuple(each.action for each in found) == actions
    assert "withdraw" in "\n".join(crash_app.table(found))
