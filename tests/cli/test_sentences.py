"""Whatever is given wrongly, a sentence says so, with an exit status: never a traceback."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from service_quality.cli import commands
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


def test_a_file_may_be_named_in_another_encoding(sq: CommandLine) -> None:
    raw = os.fsencode(sq.inbox) + b"/export-\xe9t\xe9.csv"
    path = Path(os.fsdecode(raw))
    path.write_text("ticket_id,created_at\n1,2024-03-01\n")
    name = "export-été.csv"
    outcome = sq.load(path, "--kind", "tickets")
    assert (outcome["status"], outcome["file"]) == ("published", str(sq.inbox / name))
    assert [row["file"] for row in sq.uploads()] == [name]
    assert sq.load(path, "--kind", "tickets")["status"] == "unchanged"
    shown = sq.run("show", path)
    assert (shown.code, shown.out) == (0, "ticket_id,created_at\n1,2024-03-01\n")
    assert "export-été does not exist" in complaint(sq.run("load", path.with_suffix("")), 1)


def test_what_nobody_foresaw_is_a_sentence_too(
    sq: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_words: object) -> object:
        return {}["key"]

    monkeypatch.setitem(commands.BY_NAME, "uploads", fails)
    told = complaint(sq.run("uploads"), 1)
    assert "KeyError; test_sentences.py, line" in told
    monkeypatch.setitem(
        commands.BY_NAME, "uploads", lambda *_words: Path("/nowhere/x").stat().st_size
    )
    assert "/nowhere/x cannot be read or written (No such file" in complaint(sq.run("uploads"), 1)


def test_a_parquet_file_that_is_damaged_inside(sq: CommandLine) -> None:
    path = sq.inbox / "t.parquet"
    days = pl.datetime_range(datetime(2024, 1, 1), datetime(2024, 9, 1), "1h", eager=True)
    pl.DataFrame({"ticket_id": range(len(days)), "created_at": days}).write_parquet(
        path, compression="snappy", use_pyarrow=False
    )
    content = bytearray(path.read_bytes())
    middle = len(content) * 3 // 4
    content[middle : middle + 500] = bytes(500)
    for damaged in (bytes(content), bytes(content[:middle])):
        path.write_bytes(damaged)
        for command in (("load", path, "--kind", "tickets"), ("show", path)):
            assert "damaged or incomplete Parquet file" in complaint(sq.run(*command), 1)
