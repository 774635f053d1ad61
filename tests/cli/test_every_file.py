"""Each file of a data folder damaged in turn: figures as before, or a sentence that names it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from service_quality.uploads import folder as kept
from service_quality.uploads import secret_key
from service_quality.warehouse.connection import FILE_NAME
from tests.cli.driving import CommandLine, Ran
from tests.cli.test_damage import DAMAGES

FIGURE = ("kpi", "ticket_volume", "--all", "--json")
# Of three uploads the second was withdrawn; at the third version it counted, and the last not yet.
AS_OF, TODAY, THEN = "3", 2, 2
FILES = (
    *("asof", secret_key.FILE_NAME, "running.json", "settings.toml", "timezone", FILE_NAME),
    *("0/manifest.json", "0/marks.json", "0/rejects.parquet", "0/rows.parquet"),
    *("1/manifest.json", "1/marks.json", "1/rows.parquet"),
)


def export(sq: CommandLine, number: int) -> tuple[str | Path, ...]:
    text = f"ticket_id,created_at,contact_id\n{number},2024-0{number}-01,c{number}@example.com\n"
    if number == 1:
        text += "9,soon,c9@example.com\n"
    return (sq.file(text, f"{number}.csv"), "--kind", "tickets", "--source", "s")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with all that it may have."""
    from service_quality.cli.main import main

    home = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SERVICE_QUALITY_DATA", str(home / "data"))
        sq = CommandLine(home, lambda: ("", ""))
        for number in (1, 2, 3):
            assert main(["load", *map(str, export(sq, number))]) == 0
        second = kept.whole_folders(sq.data)[1].name
        assert main(["withdraw", second]) == 0
        assert main([*FIGURE, "--as-of", AS_OF]) == 0
    running = {"address": ["127.0.0.1", 9], "key": "00", "process": 1}
    (sq.data / "running.json").write_text(json.dumps(running), encoding="utf-8")
    zone = (sq.data / "timezone").read_text(encoding="utf-8").strip()
    (sq.data / "settings.toml").write_text(f'timezone = "{zone}"\n', encoding="utf-8")
    return sq.data


@pytest.fixture
def whole(sq: CommandLine, made: Path) -> Path:
    return Path(shutil.copytree(made, sq.data))


def path_of(home: Path, name: str) -> Path:
    """Return the file that `0/rows.parquet` stands for: of the first upload."""
    number, _slash, file = name.partition("/")
    if name == "asof":
        return next((home / name).glob("*.duckdb"))
    return kept.whole_folders(home)[int(number)] / file if file else home / name


def figure(ran: Ran) -> int:
    return int(ran.json["rows"][0]["value"])


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_figures_are_as_before_or_a_sentence_names_the_file(
    sq: CommandLine, whole: Path, name: str, damage: str
) -> None:
    path = path_of(whole, name)
    DAMAGES[damage](path)
    for command, before in (
        ((*FIGURE, "--as-of", AS_OF), THEN),
        (("load", *export(sq, 4)), None),
        (FIGURE, TODAY + 1),
    ):
        ran = sq.run(*command)
        named = str(path) in ran.err
        assert ran.code in (0, 1, 2), ran.err
        assert not ran.code or named, (command, ran.err)
        if before and not ran.code:
            assert figure(ran) == before, command
        if ran.code and command[0] == "load":
            return  # it was said, and nothing was changed


def test_a_warehouse_that_is_cut_is_said_and_made_anew_once_it_is_away(
    sq: CommandLine, whole: Path
) -> None:
    path = whole / FILE_NAME
    DAMAGES["cut"](path)
    for command in (FIGURE, ("verify",), ("rebuild",), ("load", *export(sq, 4))):
        ran = sq.run(*command)
        assert (ran.code, f"{path} is damaged" in ran.err) == (1, True), ran.err
    path.rename(path.with_suffix(".old"))
    assert figure(sq.run(*FIGURE)) == TODAY


def test_marks_that_were_deleted_change_no_figure(sq: CommandLine, whole: Path) -> None:
    withdrawn = kept.whole_folders(whole)[1]
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
    DAMAGES["emptied"](path_of(whole, "asof"))
    assert figure(sq.run(*FIGURE, "--as-of", AS_OF)) == THEN


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_what_is_no_key_is_refused(sq: CommandLine, whole: Path, content: bytes) -> None:
    path = whole / secret_key.FILE_NAME
    path.write_bytes(content)
    ran = sq.run("load", *export(sq, 4))
    assert (ran.code, str(path) in ran.err) == (1, True)
    assert figure(sq.run(*FIGURE)) == TODAY


def test_another_key_than_before_is_said(sq: CommandLine, whole: Path) -> None:
    path = whole / secret_key.FILE_NAME
    path.write_bytes(b"y" * secret_key.BYTES)
    (outcome,) = sq.run("load", *export(sq, 4), "--json").json
    assert [i["rule"] for i in outcome["issues"]] == ["other_key"]
    assert str(path) in outcome["issues"][0]["expected"]
