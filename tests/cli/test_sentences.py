"""Whatever is given wrongly, a sentence says so, with an exit status: never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.driving import CommandLine, Ran

FILE_COMMANDS = ("show", "check", "load", "spc", "waits", "mix")


def complaint(ran: Ran, code: int) -> str:
    """Return the last line on stderr of a command that ended so."""
    assert ran.code == code, ran.err
    return ran.err.splitlines()[-1]


@pytest.mark.parametrize("command", FILE_COMMANDS)
def test_a_file_that_cannot_be_opened(
    sq: CommandLine, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "is a folder" in complaint(sq.run(command, sq.inbox), 1)
    assert "nothing.csv does not exist" in complaint(sq.run(command, sq.inbox / "nothing.csv"), 1)
    assert "cannot be opened" in complaint(sq.run(command, sq.inbox / ("long" * 100)), 1)
    shut = sq.file("id,day\n1,2024-03-01\n", "shut.csv")
    opened = Path.open

    # As for another user: a test that runs as root may read every file.
    def refuse(path: Path, *how: object, **more: object) -> object:
        if path.name == "shut.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *how, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    told = complaint(sq.run(command, shut), 1)
    assert "shut.csv cannot be opened (Permission denied)" in told


def test_a_table_is_never_written_over_the_file_that_is_shown(sq: CommandLine) -> None:
    path = sq.file("id;mark\n1;5\n", "marks.csv")
    assert "would be written over" in complaint(sq.run("show", path, "--out", sq.inbox), 2)
    assert path.read_text() == "id;mark\n1;5\n"
    assert "cannot be written" in complaint(sq.run("show", path, "--out", path), 2)
    assert sq.run("show", path, "--out", sq.inbox / "new" / "folder").code == 0
    assert (sq.inbox / "new" / "folder" / "marks.csv").read_text() == "id,mark\n1,5\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["kpi", "csat", "--from", "2024-13-01"], "2024-13-01 is not a day such as 2024-03-31."),
        (["kpi", "csat", "--to", "soon"], "soon is not a day"),
        (["ranking", "csat", "--year", "0"], "0 is not a year such as 2024."),
        (["ranking", "csat", "--year", "-3"], "-3 is not a year"),
        (["ranking", "csat", "--year", "99999"], "99999 is not a year"),
        (["spc", "x.csv", "--target", "nan"], "nan is not a number such as 0.5."),
        (["spc", "x.csv", "--rebase", "x"], "x is not a day"),
    ],
)
def test_a_day_a_year_a_number(sq: CommandLine, words: list[str], sentence: str) -> None:
    assert sentence in complaint(sq.run(*words), 2)


def test_settings_that_cannot_be_read(sq: CommandLine) -> None:
    (sq.data / "settings.toml").mkdir(parents=True)
    assert "settings.toml cannot be read" in complaint(sq.run("uploads"), 2)
