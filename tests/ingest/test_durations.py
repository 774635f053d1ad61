"""Waits that a file gives as durations: their unit is said, named by the header, or shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service_quality.base.errors import RefusedError, UsageError
from service_quality.ingest.columns import durations
from service_quality.ingest.prepare import Prepared, prepare
from service_quality.ingest.recognise.instructions import Instructions
from tests import bare
from tests.factories import NOW, write_csv

CREATED = datetime(2024, 3, 1, 10)


def load(
    folder: Path, cells: list[str | None], header: str = "Wait", **words: object
) -> tuple[Prepared, list[float | None]]:
    """Return the report, and each row's wait for the solution in minutes."""
    rows = [
        {"ticket_id": n, "Created": "2024-03-01 10:00:00", header: cell}
        for n, cell in enumerate(cells)
    ]
    path = write_csv(folder / "export.csv", rows, delimiter=";")
    mapping = {"created_at": "Created", "solved_at": f"Created + {header}"}
    said = Instructions(kind="tickets", mapping=mapping, **words)  # type: ignore[arg-type]
    with bare.memory(folder).cursor() as cursor:
        report = prepare(cursor, path, said, NOW, "Europe/Paris")
        found = cursor.execute("select solved_at from staged order by rowid").fetchall()
    return report, [
        at and (instant(at) - instant(CREATED)) / timedelta(minutes=1) for (at,) in found
    ]


def instant(at: datetime) -> datetime:
    return at.replace(tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)


@pytest.mark.parametrize(
    ("cells", "minutes"),
    [
        (["2:15:00", "123:45:06"], [135, 7425.1]),
        (["02:15", "00:30"], [135, 30]),
        (["0:02:23"], [143 / 60]),
        (["2h 15m", "45 min", "1 h"], [135, 45, 60]),
        (["1 day 03:00:00", "0 days 00:20:00"], [1620, 20]),
        (["PT2H15M", "P1DT1H"], [135, 1500]),
        (["1 jour 3 heures", "2 Stunden"], [1620, 120]),
        (["1h05", "1 h 05", "1:05 h"], [65, 65, 65]),
        (["18d 16h", "2d 3h"], [26880, 3060]),
        (["1.02:03:04", "1 02:03:04", "1:02:03:04"], [1563 + 4 / 60] * 3),
        (["3 dias 4 horas", "3 días y 4 horas"], [4560, 4560]),
        (["2 T 3 Std", "1 Std. 5 Min."], [3060, 65]),
        (["1 giorno e 2 ore", "2 uur 5 min"], [1560, 125]),
        (["an hour", "un jour", "eine Stunde"], [60, 1440, 60]),
        (["PT5M"], [5]),
        # Excel's durations: the earliest of its first days is the one that counts as none.
        (["1900-01-01 00:02:23", "1900-01-02 01:00:00"], [143 / 60, 1500]),
        (["1899-12-31 00:10:00", "1900-01-01 00:00:00"], [10, 1440]),
        (["1899-12-30 06:00:00"], [360]),
        (["2:15:00", None, "-"], [135, None, None]),
    ],
)
def test_durations_that_show_their_unit(
    tmp_path: Path, cells: list[str | None], minutes: list[float | None]
) -> None:
    report, found = load(tmp_path, cells)
    assert found == pytest.approx(minutes)
    assert report.rejected == 0


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("First reply time in minutes", "minutes"),
        ("Full resolution time in minutes within business hours", "minutes"),
        ("Resolution time (in hrs)", "hours"),
        ("Close In Min", "minutes"),
        ("Durée (h)", "hours"),
        ("Délai en jours", "days"),
        ("Dauer (in Sekunden)", "seconds"),
        ("resolution_time_hours", "hours"),
        ("Tiempo de respuesta (en horas)", "hours"),
        ("Tempo de resposta em minutos", "minutes"),
        ("Durata in giorni", "days"),
        ("Resolution time", None),
        ("Time to first response", None),
        ("Wait s", None),
    ],
)
def test_the_unit_that_a_header_names(header: str, unit: str | None) -> None:
    assert durations.unit_in(header) == unit


@pytest.mark.parametrize(
    ("unit", "minutes"), [("seconds", 1.5), ("minutes", 90), ("hours", 5400), ("days", 129600)]
)
def test_bare_numbers_are_in_the_unit_that_is_said(
    tmp_path: Path, unit: str, minutes: float
) -> None:
    report, found = load(tmp_path, ["90"], units={"solved_at": unit})
    assert found == [minutes]
    (decision,) = [d for d in report.decisions if d.topic == "unit"]
    assert (decision.column, decision.header, decision.example) == ("solved_at", "Wait", "90")
    assert unit in decision.what


def test_a_wait_lasts_as_long_where_the_clocks_are_changed_meanwhile(tmp_path: Path) -> None:
    # 90 days from 1 March are 2,160 hours, though the clocks of 30 May show one more.
    report, _found = load(tmp_path, ["90 days", "720:00:00"])
    assert report.rejected == 0
    assert load(tmp_path, ["90 days", "720:00:00"])[1] == [129_600, 43_200]


def test_bare_numbers_are_in_the_unit_of_the_header(tmp_path: Path) -> None:
    assert load(tmp_path, ["1,5", "2"], "Wait (hours)")[1] == [90, 120]


def test_clock_times_are_believed_whatever_the_header_says(tmp_path: Path) -> None:
    assert load(tmp_path, ["02:15:00", None, "00:30:00"], "Wait (in hrs)")[1] == [135, None, 30]


def test_where_nothing_tells_a_person_is_asked(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"“90” in column “Wait”.*--unit solved_at=hours"):
        load(tmp_path, ["90", "30"])


def test_a_unit_that_does_not_exist_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no unit fortnights.*seconds, minutes, hours, days, hms"):
        load(tmp_path, ["90"], units={"solved_at": "fortnights"})


def test_negative_and_unreadable_durations_are_set_aside_by_rule(tmp_path: Path) -> None:
    report, found = load(tmp_path, ["2:15:00", "-1:00:00", "a month", "1:75:00", "3:00:00"])
    assert found == [135, None, None, None, 180]
    assert {(i.rule, i.rows, i.example) for i in report.issues} == {
        ("negative_duration", 1, "-1:00:00"),
        ("not_a_duration", 2, "a month"),
    }
    negative, _found = load(tmp_path, ["5", "-5"], "Wait in minutes")
    assert [(i.rule, i.first_rows) for i in negative.issues] == [("negative_duration", (2,))]


def test_a_time_is_added_to_and_nothing_is_taken_from_it(tmp_path: Path) -> None:
    rows = [{"ticket_id": 1, "Created": "2024-03-01", "Wait": "2:00:00"}]
    path = write_csv(tmp_path / "export.csv", rows)
    words = Instructions(
        kind="tickets", mapping={"created_at": "Created", "solved_at": "Created - Wait"}
    )
    with bare.memory(tmp_path).cursor() as cursor, pytest.raises(RefusedError, match="no column"):
        prepare(cursor, path, words, NOW, "Europe/Paris")


def test_an_unreadable_time_is_blamed_once(tmp_path: Path) -> None:
    rows = [
        {"ticket_id": 1, "Created": "2024-03-01", "Wait": "2:00:00"},
        {"ticket_id": 2, "Created": "soon", "Wait": "2:00:00"},
    ]
    path = write_csv(tmp_path / "export.csv", rows)
    words = Instructions(
        kind="tickets", mapping={"created_at": "Created", "solved_at": "Created + Wait"}
    )
    with bare.memory(tmp_path).cursor() as cursor:
        report = prepare(cursor, path, words, NOW, "Europe/Paris")
    assert [(i.column, i.rule) for i in report.issues] == [("created_at", "not_a_date")]


@pytest.mark.parametrize(
    ("clock", "at"),
    [("09:00", (9, 0)), ("9h30", (9, 30)), ("3:05 PM", (15, 5)), ("12:10 a.m.", (0, 10))],
)
def test_beside_a_day_it_is_the_time_of_day_also_when_the_clocks_change(
    tmp_path: Path, clock: str, at: tuple[int, int]
) -> None:
    rows = [{"ticket_id": 1, "Date création": "2024-03-31", "Heure création": clock}]
    path = write_csv(tmp_path / "export.csv", rows, delimiter=";")
    with bare.memory(tmp_path).cursor() as cursor:
        report = prepare(cursor, path, Instructions(kind="tickets"), NOW, "Europe/Paris")
        found = cursor.execute("select created_at from staged").fetchall()
    assert found == [(datetime(2024, 3, 31, *at),)]
    assert [d.what for d in report.decisions if d.topic == "unit"] == [
        "times of the day that stands beside them"
    ]
