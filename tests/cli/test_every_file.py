"""Each file of a data folder damaged in turn: figures as before, or a sentence that names it."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service_quality.uploads import folder as kept
from service_quality.uploads import secret_key
from service_quality.warehouse.places import FILE_NAME
from tests.cli.driving import CommandLine, Ran
from tests.damage import (
    AS_OF,
    DAMAGES,
    FIGURE,
    FILES,
    THEN,
    TODAY,
    export,
    files,
    make,
    outcomes,
    small_example,
)

# What nothing reads is damaged by `python -m tests.damage` alone.
READ = [
    name
    for name in FILES
    if not name.startswith(("inbox", "set-aside", "temporary", "no-", "audit"))
]
READ = [name for name in READ if not name.startswith("example") or name.endswith(FILE_NAME)]
# All four of what is hardest, one of each other: all of all take two minutes.
CASES = list(
    dict.fromkeys(
        [
            *zip(READ, itertools.cycle(DAMAGES), strict=False),
            *itertools.product((FILE_NAME, f"{FILE_NAME}.wal"), DAMAGES),
        ]
    )
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with all that it may have."""
    folder = tmp_path_factory.mktemp("made")
    with small_example(folder):
        yield make(folder)


@pytest.fixture
def whole(sq: CommandLine, made: Path) -> Path:
    return Path(shutil.copytree(made, sq.data))


def figure(ran: Ran) -> int:
    return int(ran.json["rows"][0]["value"])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "damage"), CASES)
def test_figures_are_as_before_or_a_sentence_names_the_file(
    made: Path, name: str, damage: str
) -> None:
    assert outcomes(made, name, damage)


def test_each_file_of_a_data_folder_is_of_a_kind_that_is_damaged(made: Path) -> None:
    assert set(READ) <= set(files(made))


def test_a_warehouse_that_is_cut_is_said_and_made_anew_once_it_is_away(
    sq: CommandLine, whole: Path
) -> None:
    path = whole / FILE_NAME
    DAMAGES["cut"](path)
    for command in (FIGURE, ("verify",), ("rebuild",), export(sq.inbox, 4)):
        ran = sq.run(*command)
        assert (ran.code, f"{path} is damaged" in ran.err) == (1, True), ran.err
    path.rename(path.with_suffix(".old"))
    assert figure(sq.run(*FIGURE)) == TODAY


def test_marks_that_were_deleted_change_no_figure(sq: CommandLine, whole: Path) -> None:
    withdrawn = kept.all_of(whole)[1].folder
    marks = withdrawn / kept.MARKS_FILE
    marks.unlink()
    for command in (("verify",), (*FIGURE, "--as-of", AS_OF)):
        ran = sq.run(*command)
        assert (ran.code, str(marks) in ran.err) == (1, True), command
    assert sq.run("rebuild").code == 0
    assert figure(sq.run(*FIGURE)) == TODAY
    assert kept.read(withdrawn).withdrawn()
    assert sq.run("verify").code == 0


def test_data_as_they_were_are_made_again_where_their_file_is_damaged(
    sq: CommandLine, whole: Path
) -> None:
    DAMAGES["emptied"](files(whole)["asof/*.duckdb"])
    assert figure(sq.run(*FIGURE, "--as-of", AS_OF)) == THEN


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_what_is_no_key_is_refused(sq: CommandLine, whole: Path, content: bytes) -> None:
    path = whole / secret_key.FILE_NAME
    path.write_bytes(content)
    ran = sq.run(*export(sq.inbox, 4))
    assert (ran.code, str(path) in ran.err) == (1, True)
    assert figure(sq.run(*FIGURE)) == TODAY


def test_another_key_than_before_is_said(sq: CommandLine, whole: Path) -> None:
    path = whole / secret_key.FILE_NAME
    path.write_bytes(b"y" * secret_key.BYTES)
    (outcome,) = sq.run(*export(sq.inbox, 4), "--json").json
    assert [i["rule"] for i in outcome["issues"]] == ["other_key"]
    assert str(path) in outcome["issues"][0]["expected"]
