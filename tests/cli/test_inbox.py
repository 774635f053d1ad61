"""Files in the inbox are loaded, each with a report beside it; others are left alone."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from service_quality.uploads import inbox
from tests.cli.driving import CommandLine

TICKETS = "ticket id;created at\n{};2024-03-01\n"


@pytest.fixture
def box(sq: CommandLine) -> Path:
    folder = sq.data / inbox.FOLDER
    folder.mkdir(parents=True)
    return folder


def drop(box: Path, name: str, content: str, age: float = 60) -> None:
    path = box / name
    path.write_text(content, encoding="utf-8")
    os.utime(path, (time.time() - age,) * 2)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


def test_good_and_bad_files_are_told_apart(sq: CommandLine, box: Path) -> None:
    drop(box, "march.csv", TICKETS.format(1))
    drop(box, "empty.csv", "")
    ran = sq.run("inbox", "--json")
    assert ran.code == 1
    assert "empty.csv" in ran.err
    assert names(box) == set()
    assert names(box / "loaded") == {"march.csv", "march.csv.report.json"}
    assert names(box / "refused") == {"empty.csv", "empty.csv.report.json"}
    report = json.loads((box / "loaded" / "march.csv.report.json").read_text(encoding="utf-8"))
    assert (report["status"], report["inserted"]) == ("published", 1)
    refused = json.loads((box / "refused" / "empty.csv.report.json").read_text(encoding="utf-8"))
    assert "empty.csv" in refused["reason"]
    assert sq.one("ticket_volume")["value"] == 1


def test_the_same_name_again_is_kept_beside(sq: CommandLine, box: Path) -> None:
    for number in (1, 2):
        drop(box, "export.csv", TICKETS.format(number))
        assert sq.run("inbox").code == 0
    loaded = {"export.csv", "export-2.csv"}
    assert names(box / "loaded") == loaded | {f"{name}.report.json" for name in loaded}
    assert sq.one("ticket_volume")["value"] == 2


def test_what_is_still_written_waits(sq: CommandLine, box: Path) -> None:
    drop(box, "now.csv", TICKETS.format(1), age=0)
    drop(box, ".copying.csv", TICKETS.format(2))
    assert sq.run("inbox").code == 0
    assert names(box) == {"now.csv", ".copying.csv"}
    assert sq.uploads() == []


def test_nothing_waits(sq: CommandLine) -> None:
    ran = sq.run("inbox", "--json")
    assert (ran.code, json.loads(ran.out)) == (0, [])


def test_an_error_of_the_program_leaves_the_file(
    sq: CommandLine, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(box, "march.csv", TICKETS.format(1))
    full = OSError(28, "No space left on device")
    monkeypatch.setattr(
        "service_quality.uploads.folder.begin", lambda *_words: (_ for _ in ()).throw(full)
    )
    assert sq.run("inbox").code == 2
    assert names(box) == {"march.csv"}
