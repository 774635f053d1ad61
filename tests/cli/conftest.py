"""The command line on an empty data folder of its own, for each test."""

from pathlib import Path

import pytest

from tests.cli.driving import CommandLine


@pytest.fixture
def sq(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command line on an empty data folder."""
    line = CommandLine(tmp_path, capsys.readouterr)
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(line.data))
    return line
