"""Day first or month first: decided by the whole column, by its neighbours, or by a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

from service_quality.base.errors import NotUnderstoodError, RefusedError
from service_quality.ingest.columns import dates, vocabulary
from tests import bare
from tests.factories import prepared, write_csv

Highest = Callable[[str], tuple[int, int]]


def nothing_more(_name: str) -> tuple[int, int]:
    return 0, 0


def order(*values: str, highest: Highest = nothing_more) -> tuple[str, bool]:
    style = dates.decide({"at": list(values)}, highest)["at"]
    return style.order, style.ambiguous


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2024-03-01", "2024-03-13 10:00:00"], "iso"),
        (["2024-03-01T10:00:00Z"], "iso"),
        (["2024-03"], "iso"),
        ([], "iso"),
        (["2024/03/01 10:00"], "ymd"),
        (["13/02/2024", "01/02/2024"], "dmy"),
        (["01/02/2024", "01/13/2024"], "mdy"),
        (["01.02.2024"], "dmy"),  # points are written by those who put the day first
        (["13/2/24 9:41 AM"], "dmy"),
        (["2/13/24 9:41 a. m."], "mdy"),
        (["13/02/2024 09h12"], "dmy"),
        (["Tue 13/02/2024 09:12"], "dmy"),
        (["3 de junio de 2025"], "dmy"),
        (["45658,375"], "excel"),
        (["202401", "202412"], "ymd"),
        (["12/Mar/24 9:41 AM"], "dmy"),
        (["03/2024"], "my"),
    ],
)
def test_a_column_that_tells_is_believed(values: list[str], expected: str) -> None:
    assert order(*values) == (expected, False)


@pytest.mark.parametrize("cell", ["1/2/24 9:41 AM", "3/06/2025 9:12 p. m.", "03/06/2025 09h12"])
def test_a_time_of_day_tells_no_order(cell: str) -> None:
    assert order(cell)[1]


def test_first_days_of_months_tell_once_there_is_more_than_a_year_of_them() -> None:
    months = [f"01/{m:02}/{y}" for y in (2023, 2024) for m in range(1, 13)]
    assert order(*months[:13]) == ("dmy", False)
    turned = [f"{m[3:5]}/01/{m[6:]}" for m in months]
    assert order(*turned[:13]) == ("mdy", False)
    # A year of them could be twelve days of January as well.
    assert order(*months[:12])[1]
    assert order(*months[:12], *months[:12])[1]
    assert order(*months[:13], "02/03/2024")[1]


@pytest.mark.parametrize(
    ("said", "expected"),
    [("day-first", "dmy"), ("month-first", "mdy"), ("%m/%d/%Y %H:%M", "mdy"), ("%d.%m.%Y", "dmy")],
)
def test_what_was_said_of_one_column_holds_for_its_neighbours(said: str, expected: str) -> None:
    found = dates.decide({"at": ["03/04/2024"]}, nothing_more, [said])["at"]
    assert (found.order, found.ambiguous, found.why) == (expected, False, "neighbours")


def test_what_was_said_of_the_zone_tells_no_order() -> None:
    assert dates.decide({"at": ["03/04/2024"]}, nothing_more, ["utc"])["at"].ambiguous


def test_a_column_in_doubt_is_looked_at_to_its_end() -> None:
    assert order("01/02/2024", highest=lambda _name: (13, 12)) == ("dmy", False)
    assert order("01/02/2024", highest=lambda _name: (12, 31)) == ("mdy", False)
    assert order("01/02/2024", highest=lambda _name: (12, 12))[1]
    assert order("01/02/2024", highest=lambda _name: (31, 31))[1]  # both at once tell nothing


def test_the_rest_is_not_read_where_the_sample_tells() -> None:
    def never(name: str) -> tuple[int, int]:
        raise AssertionError(name)

    assert order("13/02/2024", highest=never) == ("dmy", False)


def test_a_column_in_doubt_follows_the_others_of_its_file() -> None:
    samples = {"created": ["01/13/2024"], "solved": ["01/02/2024"], "due": ["2024-01-02"]}
    styles = dates.decide(samples, nothing_more)
    assert {name: style.order for name, style in styles.items()} == {
        "created": "mdy",
        "solved": "mdy",
        "due": "iso",
    }
    assert not styles["solved"].ambiguous
    assert styles["solved"].formats[0] == "%m/%d/%Y"


def test_others_that_disagree_tell_nothing() -> None:
    samples = {"a": ["01/13/2024"], "b": ["13/01/2024"], "c": ["01/02/2024"]}
    assert dates.decide(samples, nothing_more)["c"].ambiguous


def read(folder: Path, *cells: str, **more: object) -> list[datetime | None]:
    """Return the created times of tickets that write them so."""
    rows = [{"ticket_id": n, "created_at": cell} for n, cell in enumerate(cells)]
    path = write_csv(folder / "export.csv", rows)
    with bare.memory(folder).cursor() as cursor:
        prepared(cursor, path, "tickets", ["ticket_id", "created_at"], **more)
        found = cursor.execute("select created_at from staged order by rowid").fetchall()
    return [at for (at,) in found]


MARCH = datetime(2024, 3, 12)


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["2024-03-12"], MARCH),
        (["2024-03-12 09:41"], MARCH.replace(hour=9, minute=41)),
        (
            ["2024-03-12T09:41:30.500"],
            MARCH.replace(hour=9, minute=41, second=30, microsecond=500000),
        ),
        (["12/03/2024", "13/03/2024"], MARCH),
        (["03/12/2024", "03/13/2024"], MARCH),
        (["12-03-2024 16:24", "13-03-2024 16:24"], MARCH.replace(hour=16, minute=24)),
        (["12.03.2024 14:05"], MARCH.replace(hour=14, minute=5)),
        (["2024/03/12 14:05:06"], MARCH.replace(hour=14, minute=5, second=6)),
        (["12/Mar/24 9:41 AM"], MARCH.replace(hour=9, minute=41)),
        (["12/Mar/24 9:41 PM"], MARCH.replace(hour=21, minute=41)),
        (["3/12/2024 12:05 AM", "3/13/2024 1:00 PM"], MARCH.replace(minute=5)),
        (["12 March 2024", "13 March 2024"], MARCH),
    ],
)
def test_dates_are_read_as_they_are_written(
    tmp_path: Path, cells: list[str], first: datetime
) -> None:
    assert read(tmp_path, *cells)[0] == first


@pytest.mark.parametrize(
    ("cell", "local"),
    [
        ("2024-03-12T09:00:00Z", MARCH.replace(hour=10)),  # winter time in Paris
        ("2024-07-12T09:00:00Z", datetime(2024, 7, 12, 11)),  # summer time
        ("2024-03-12 09:00:00+05:30", MARCH.replace(hour=4, minute=30)),
        ("2024-03-12 09:00:00-0500", MARCH.replace(hour=15)),
        ("2024-03-12 09:00:00", MARCH.replace(hour=9)),
        ("20240312T090000Z", MARCH.replace(hour=10)),
        ("2024-07-12 09:00 CEST", datetime(2024, 7, 12, 9)),
        ("12 Jul 2024 9:00 AM PDT", datetime(2024, 7, 12, 18)),
        ("Fri Jul 12 09:00:00 BST 2024", datetime(2024, 7, 12, 10)),
        ("2024-07-12 09:00 Asia/Tokyo", datetime(2024, 7, 12, 2)),
        ("2024-07-12T09:00:00.000+02:00[Europe/Paris]", datetime(2024, 7, 12, 9)),
        ("2024-07-12T09:00:00Z[UTC]", datetime(2024, 7, 12, 11)),
        ("2024-07-12T09:00:00[Asia/Tokyo]", datetime(2024, 7, 12, 2)),
    ],
)
def test_a_time_with_an_offset_becomes_local(tmp_path: Path, cell: str, local: datetime) -> None:
    assert read(tmp_path, cell) == [local]


def test_of_names_that_several_zones_have_a_person_is_asked(tmp_path: Path) -> None:
    cells = ["05/06/2024 09:00 CST", "05/07/2024 09:00 CST"]
    for said, answer in (
        ({}, "--dates created_at=month-first"),
        ({"created_at": "month-first"}, "--dates created_at=month-first,Asia/Shanghai"),
    ):
        with pytest.raises(NotUnderstoodError) as asked:
            read(tmp_path, *cells, dates=said)
        assert answer in asked.value.answers
    for zone, hour in (("Asia/Shanghai", 3), ("America/Chicago", 16), ("local", 9)):
        found = read(tmp_path, *cells, dates={"created_at": f"month-first,{zone}"})
        assert found[0] == datetime(2024, 5, 6, hour)


def test_names_of_zones_are_those_of_the_world_s_list() -> None:
    there: dict[str, set[float]] = {}
    for zone in map(ZoneInfo, available_timezones()):
        for month in (1, 7):
            at = datetime(2024, month, 1, tzinfo=zone)
            offset = at.utcoffset() or timedelta()
            there.setdefault(str(at.tzname()).lower(), set()).add(offset.total_seconds() / 60)
    for name, minutes in vocabulary.ZONES.items():
        assert minutes in there.get(name, {minutes})
    assert all(len(there[name]) > 1 for name in ("cst", "ist"))


def test_the_whole_file_tells_where_its_beginning_does_not(tmp_path: Path) -> None:
    cells = ["01/02/2024"] * 1500 + ["13/02/2024"]
    found = read(tmp_path, *cells)
    assert (found[0], found[-1]) == (datetime(2024, 2, 1), datetime(2024, 2, 13))


def test_where_nothing_tells_a_person_is_asked(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"01/02/2024.*--dates created_at=day-first or"):
        read(tmp_path, "01/02/2024", "03/04/2024")
    found = read(tmp_path, "01/02/2024", dates={"created_at": "%m/%d/%Y"})
    assert found == [datetime(2024, 1, 2)]


@pytest.mark.parametrize(
    "cell",
    [
        *("4/6/2025 9:12am", "4/6/2025 9:12 a. m.", "04/06/2025, 09:12", "04/06/2025 09h12"),
        *("04/06/2025 à 09:12", "04-06-2025 09:12", "04/06/25 09:12", "4 6 2025 9:12 AM"),
        *("04/06/2025 09:12 +02:00", "Wed 04/06/2025 09:12", "04/06/2025 - 09:12"),
        *("09h12 le 04/06/2025", "le 04/06/2025 à 9 h 12", "4/6/2025 9:12 hs."),
    ],
)
@pytest.mark.parametrize(
    ("said", "day"),
    [
        *(("day-first", (6, 4)), ("%d/%m/%Y", (6, 4))),
        *(("month-first", (4, 6)), ("%m/%d/%Y", (4, 6))),
    ],
)
def test_the_answer_to_which_comes_first_reads_any_time_of_day(
    tmp_path: Path, cell: str, said: str, day: tuple[int, int]
) -> None:
    found = read(tmp_path, cell, dates={"created_at": said})
    assert found == [datetime(2025, *day, 9, 12)]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["04/06/2025 - 09h12", "27/06/2025 - 14h05"], (9, 12)),
        (["04/06/2025 – 09:12", "27/06/2025 – 14:05"], (9, 12)),
        (["04/06/2025 @ 9:12 am", "27/06/2025 @ 2:05 pm"], (9, 12)),
        (["4/6/2025 9:12 hs.", "27/6/2025 14:05 hs."], (9, 12)),
        (["4/6/2025 9:12 horas", "27/6/2025 14:05 horas"], (9, 12)),
        (["09h12 04/06/2025", "14h05 27/06/2025"], (9, 12)),
        (["9 h 12 le 04/06/2025", "14 h 05 le 27/06/2025"], (9, 12)),
        (["9:12 Uhr, 04.06.2025", "14:05 Uhr, 27.06.2025"], (9, 12)),
        (["le 04/06/2025 à 9h12", "le 27/06/2025 à 14h05"], (9, 12)),
        (["el 4/6/2025 a las 9:12 hs", "el 27/6/2025 a las 14:05 hs"], (9, 12)),
        (["04.06.2025, 9 Uhr", "04.06.2025, 9:30 Uhr"], (9, 0)),
        (["2025-06-04 - 09:12", "2025-06-27 - 14:05"], (9, 12)),
        (["4 juin 2025 - 9h12", "27 juin 2025 - 14h05"], (9, 12)),
    ],
)
def test_people_write_the_time_of_day_in_many_ways(
    tmp_path: Path, cells: list[str], expected: tuple[int, int]
) -> None:
    assert all(map(dates.is_date, cells))
    found = read(tmp_path, *cells)
    assert found[0] == datetime(2025, 6, 4, *expected)
    assert None not in found


def test_the_whole_file_tells_of_days_behind_a_word(tmp_path: Path) -> None:
    found = read(tmp_path, *["le 04/06/2025 à 9h12"] * 1500, "le 27/06/2025 à 14h05")
    assert found[-1] == datetime(2025, 6, 27, 14, 5)
    assert found[0] == datetime(2025, 6, 4, 9, 12)


@pytest.mark.parametrize("cell", ["01.06.2025 - 12.06.2025", "01.06.2025 - 12.06", "9 h"])
def test_a_period_is_no_time_of_day(cell: str) -> None:
    assert not dates.is_date(cell)
    # No order is told of what is not read.
    assert dates.decide({"at": [cell]}, nothing_more)["at"].order == ""


def test_the_majority_decides_and_the_others_are_set_aside(tmp_path: Path) -> None:
    cells = ["13/02/2024", "02/13/2024", "14/02/2024"]
    assert read(tmp_path, *cells) == [datetime(2024, 2, 13), None, datetime(2024, 2, 14)]


def test_a_column_that_contradicts_itself_is_not_guessed(tmp_path: Path) -> None:
    cells = ["13/02/2024", "02/13/2024"]
    with pytest.raises(RefusedError, match="--dates"):
        read(tmp_path, *cells)
    found = read(tmp_path, *cells, dates={"created_at": "%d/%m/%Y"})
    assert found == [datetime(2024, 2, 13), None]


def test_rows_of_another_order_are_read_as_they_show_themselves(tmp_path: Path) -> None:
    cells = ["2024-02-13", "2024-03-14", "2024-03-15", "2024-05-16", "09-20-2024", "10-07-2024"]
    assert read(tmp_path, *cells)[-2:] == [datetime(2024, 9, 20), datetime(2024, 10, 7)]


def test_rows_of_another_order_that_show_nothing_are_set_aside(tmp_path: Path) -> None:
    cells = ["2024-02-13", "2024-03-14", "2024-03-15 10:00", "10-07-2024 09:30"]
    assert read(tmp_path, *cells)[-1] is None


def test_the_day_may_stand_between_year_and_month(tmp_path: Path) -> None:
    assert read(tmp_path, "2024-25-03", "2024-04-03") == [
        datetime(2024, 3, 25),
        datetime(2024, 3, 4),
    ]


AT = datetime(2025, 6, 3, 9, 12)
DAY = datetime(2025, 6, 3)


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("03/06/2025 09h12", AT),
        ("03/06/2025 à 9 h 12", AT),
        ("03/06/2025 9:12 a.\u00a0m.", AT),
        ("03/06/2025 9:12\u202fp.m.", AT.replace(hour=21)),
        ("03/06/2025 09.12", AT),
        ("03/06/2025 09h12m30s", AT.replace(second=30)),
        ("03/06/2025 9 am", AT.replace(minute=0)),
        ("Tue 03/06/2025 09:12", AT),
        ("Tue Jun 03 2025 09:12:00 GMT+0200 (Central European Summer Time)", AT),
        ("Tue, 03 Jun 2025 07:12:00 +0000", AT),
        ("Tue Jun  3 07:12:00 UTC 2025", AT),
        ("June 3, 2025 at 9:12 AM", AT),
        ("mardi 3 juin 2025 à 09h12", AT),
        ("3. Juni 2025 um 09:12 Uhr", AT),
        ("3 de junio de 2025, 9:12 a. m.", AT),
        ("3 de junho de 2025 às 09:12", AT),
        ("3 giugno 2025 alle ore 09:12", AT),
        ("3 juni 2025 om 09:12", AT),
        ("3 juni 2025 kl. 09:12", AT),
        ("3 Juni 2025 9 Uhr", AT.replace(minute=0)),
        ("3 czerwca 2025 09:12", AT),
        ("3. června 2025", DAY),
        ("09:12 03/06/2025", AT),
        ("03-giu-2025", DAY),
        ("03JUN2025", DAY),
        ("2025-Jun-03", DAY),
        ("45811,383333333", AT),
        ("20250603091200", AT),
        ("202506030912", AT),
    ],
)
def test_dates_in_words_and_times_in_other_dress(tmp_path: Path, cell: str, at: datetime) -> None:
    second = cell.replace("03/06", "25/06")  # tells day from month where only digits do
    assert read(tmp_path, cell, second)[0] == at


@pytest.mark.parametrize(
    "cell",
    [
        "2024-07-01 to 2024-12-31",
        "01.07.2024 - 15.07.2024",
        "01.07.2024 - 15.07.24",
        "2024-07-01/2024-12-31",
        "July - December 2024",
        "1-15 June 2024",
        "2024-W05",
    ],
)
def test_a_period_is_no_date(tmp_path: Path, cell: str) -> None:
    assert read(tmp_path, "2024-07-01", "2024-07-02", cell)[-1] is None


def months(folder: Path, *cells: str) -> list[datetime | None]:
    rows = [{"month": cell, "kpi": "p", "due": 10, "kept": 9} for cell in cells]
    path = write_csv(folder / "totals.csv", rows)
    with bare.memory(folder).cursor() as cursor:
        report = prepared(cursor, path, "totals", ["month", "kpi", "due", "kept"])
        found = cursor.execute("select month from staged order by rowid").fetchall()
    assert any("quarter" in decision.what for decision in report.decisions)
    return [month and (month.year, month.month) for (month,) in found]


def test_where_a_month_is_expected_a_period_is_its_first_and_that_is_said(tmp_path: Path) -> None:
    assert months(tmp_path, "Q1 2024", "T2 2024", "2024 H2", "2023-W05", "FY24") == [
        (2024, 1),
        (2024, 4),
        (2024, 7),
        (2023, 2),
        None,
    ]


def test_periods_that_share_a_month_are_not_put_in_one_another_s_place(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="several of which lie in one month"):
        months(tmp_path, "2024-W06", "2024-W07")


@pytest.mark.parametrize(
    ("cell", "has"),
    [("06-01-2025", False), ("06-01-2025 09:00 +0100", True), ("20240312T090000+0100", True)],
)
def test_a_year_behind_a_dash_is_no_offset(cell: str, has: bool) -> None:
    assert bool(dates.OFFSET.search(cell)) == has
