"""The time zone that data were loaded in is written down, and held to."""

from __future__ import annotations

import shutil

import pytest

from service_quality.base import settings, zone
from service_quality.warehouse.places import FILE_NAME
from tests.cli.driving import CommandLine

LATE = [{"ticket_id": 1, "created_at": "2024-01-31T23:30:00+00:00"}]


@pytest.fixture(autouse=True)
def paris(monkeypatch: pytest.MonkeyPatch) -> None:
    move_to(monkeypatch, "Europe/Paris")


def move_to(monkeypatch: pytest.MonkeyPatch, timezone: str) -> None:
    monkeypatch.setenv("TZ", timezone)
    # Asked of the machine once a process.
    monkeypatch.setattr("tzlocal.unix._cache_tz_name", None)


def months(sq: CommandLine) -> dict[str, float]:
    return sq.by("ticket_volume", "month")


def test_a_move_of_the_machine_changes_no_figure(
    sq: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sq.load_rows("tickets", LATE)
    assert (sq.data / zone.FILE_NAME).read_text(encoding="utf-8") == "Europe/Paris\n"
    before = months(sq)
    assert before == {"2024-02": 1}
    move_to(monkeypatch, "America/New_York")
    sq.load_rows("tickets", [LATE[0] | {"ticket_id": 2}])
    assert months(sq) == {"2024-02": 2}
    # A backup of the uploads alone knows it too.
    for path in sq.data.iterdir():
        if path.name != "uploads":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert months(sq) == {"2024-02": 2}


def test_another_zone_in_the_settings_stops_what_writes_and_warns_what_reads(
    sq: CommandLine,
) -> None:
    upload = sq.load_rows("tickets", LATE)["upload_id"]
    (sq.data / settings.FILE_NAME).write_text('timezone = "America/New_York"\n', encoding="utf-8")
    file = sq.csv([{"ticket_id": 2, "created_at": "2024-03-01"}])
    for command in (["load", file], ["withdraw", upload], ["rebuild"]):
        ran = sq.run(*command)
        assert (ran.code, "Europe/Paris" in ran.err) == (2, True)
    ran = sq.run("kpi", "ticket_volume", "--by", "month", "--all", "--json")
    assert ran.code == 0
    assert 'timezone = "Europe/Paris"' in ran.err
    (sq.data / settings.FILE_NAME).write_text('timezone = "Europe/Paris"\n', encoding="utf-8")
    assert sq.run("withdraw", upload).code == 0


def test_before_any_data_the_zone_may_be_chosen(sq: CommandLine) -> None:
    assert sq.run("inbox").code == 0
    assert (sq.data / FILE_NAME).exists()
    (sq.data / settings.FILE_NAME).write_text('timezone = "America/New_York"\n', encoding="utf-8")
    sq.load_rows("tickets", LATE)
    assert months(sq) == {"2024-01": 1}
