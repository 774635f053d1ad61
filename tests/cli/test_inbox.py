"""Files in the inbox are loaded, each with a report beside it; others are left alone."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from service_quality.base.errors import ServiceQualityError
from service_quality.uploads import inbox
from service_quality.uploads.outcome import Outcome
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


@pytest.mark.parametrize("report", [None, "", "{}"])
def test_names_that_a_crash_left_taken_are_used(
    sq: CommandLine, box: Path, report: str | None
) -> None:
    (box / "loaded").mkdir()
    (box / "loaded" / "export.csv").touch()
    if report is not None:
        (box / "loaded" / "export.csv.report.json").write_text(report)
    drop(box, "export.csv", TICKETS.format(1))
    assert sq.run("inbox").code == 0
    assert names(box / "loaded") == {"export.csv", "export.csv.report.json"}
    assert (box / "loaded" / "export.csv").read_text() == TICKETS.format(1)


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


def test_a_name_in_another_encoding_stops_nothing(sq: CommandLine, box: Path) -> None:
    drop(box, "march.csv", TICKETS.format(1))
    (box / "march.csv").rename(box / os.fsdecode(b"export-\xe9.csv"))
    drop(box, "zulu.csv", TICKETS.format(2))
    assert sq.run("inbox").code == 0
    assert {"export-é.csv", "export-é.csv.report.json", "zulu.csv"} <= names(box / "loaded")
    assert sq.one("ticket_volume")["value"] == 2


def test_what_fails_on_one_file_leaves_the_others_alone(
    sq: CommandLine, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        drop(box, name, TICKETS.format(name))

    def load(path: Path) -> Outcome:
        failing = {"a.csv": PermissionError(13, "Permission denied"), "b.csv": ValueError("odd")}
        if path.name in failing:
            raise failing[path.name]
        return Outcome(path.name, status="published")

    with pytest.raises(ServiceQualityError, match=r"a\.csv: Permission denied"):
        inbox.take(sq.data, load)
    assert names(box) == {"a.csv"}
    assert names(box / "refused") == {"b.csv", "b.csv.report.json"}
    assert names(box / "loaded") == {"c.csv", "c.csv.report.json"}


def test_links_are_left_alone_and_nothing_of_others_is_overwritten(
    sq: CommandLine, box: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(TICKETS.format(9), encoding="utf-8")
    os.utime(secret, (time.time() - 60,) * 2)
    (box / "link.csv").symlink_to(secret)
    loaded = box / "loaded"
    loaded.mkdir()
    (loaded / "a.csv.report.json").symlink_to(secret)
    (loaded / "b.csv.report.json").write_text("someone's own")
    for name in ("a.csv", "b.csv"):
        drop(box, name, TICKETS.format(name))
    outcomes = inbox.take(sq.data, lambda path: Outcome(path.name, status="published"))
    assert len(outcomes) == 2
    assert secret.read_text(encoding="utf-8") == TICKETS.format(9)
    assert (loaded / "b.csv.report.json").read_text() == "someone's own"
    assert {"a-2.csv", "b-2.csv"} <= names(loaded)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (box / "refused").symlink_to(elsewhere)
    drop(box, "c.csv", "")
    with pytest.raises(ServiceQualityError, match="is a link"):
        inbox.take(sq.data, lambda path: Outcome(path.name))
    assert not list(elsewhere.iterdir())
