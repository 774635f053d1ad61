"""Monthly totals: promises that a file names itself, and headers that are added or subtracted."""

import pytest

from tests.cli.driving import CommandLine


def total(month: str, due: object, kept: object, **cells: object) -> dict[str, object]:
    return {"month": month, "due": due, "kept": kept, **cells}


def test_totals_are_summed_before_they_are_divided(sq: CommandLine) -> None:
    sq.load_rows(
        "totals",
        [
            total("2024-01", 100, 50, brand="A"),
            total("2024-01", 10, 10, brand="B"),
            total("2024-02", 90, 90, brand="A"),
        ],
        kpi="on_time",
    )
    assert sq.kpi("on_time", "--by", "month") == [
        {
            "month": "2024-01",
            "value": pytest.approx(60 / 110),
            "n": 110,
            "numerator": 60,
            "denominator": 110,
        },
        {"month": "2024-02", "value": 1, "n": 90, "numerator": 90, "denominator": 90},
    ]
    assert sq.one("on_time")["value"] == pytest.approx(150 / 200)
    assert sq.by("on_time", "brand") == {"A": pytest.approx(140 / 190), "B": 1}


@pytest.mark.parametrize(
    ("name", "kpi"),
    [("On Time", "on_time"), ("Ponctualité TGV", "ponctualite_tgv"), ("AE4", "ae4")],
)
def test_a_totals_file_names_its_own_kpi(sq: CommandLine, name: str, kpi: str) -> None:
    sq.load_rows("totals", [total("2024-01", 4, 3)], kpi=name)
    assert sq.one(kpi)["value"] == 0.75


def test_one_file_may_hold_several_kpis(sq: CommandLine) -> None:
    sq.load_rows(
        "totals",
        [total("2024-01", 4, 3, kpi="on_time"), total("2024-01", 10, 1, kpi="seat_found")],
    )
    assert sq.one("on_time")["value"] == 0.75
    assert sq.one("seat_found")["value"] == 0.1


def test_a_kpi_of_ours_is_refused(sq: CommandLine) -> None:
    result = sq.load_rows("totals", [total("2024-01", 4, 3)], code=1, kpi="reply_rate")
    assert result["status"] == "refused"
    assert "reply_rate" in result["reason"]
    assert sq.kpi("reply_rate") == []


@pytest.mark.parametrize("month", ["2024-01", "2024-01-01", "2024-01-31"])
def test_a_month_is_written_in_many_ways(sq: CommandLine, month: str) -> None:
    sq.load_rows("totals", [total(month, 4, 3)], kpi="on_time")
    assert sq.by("on_time", "month") == {"2024-01": 0.75}


def test_kept_is_a_difference_of_two_columns(sq: CommandLine) -> None:
    path = sq.csv([{"month": "2024-01", "attendances": 100, "breaches": 12}])
    sq.load(
        path,
        *("--kind", "totals", "--source", "nhs", "--set", "kpi=four_hours"),
        *("--map", "month=month", "--map", "due=attendances"),
        *("--map", "kept=attendances-breaches"),
    )
    assert sq.one("four_hours")["numerator"] == 88


def test_due_is_a_sum_of_two_columns(sq: CommandLine) -> None:
    path = sq.csv([{"month": "2024-01", "early": 60, "late": 40}])
    sq.load(
        path,
        *("--kind", "totals", "--source", "x", "--set", "kpi=on_time"),
        *("--map", "month=month", "--map", "due=early+late", "--map", "kept=early"),
    )
    assert sq.one("on_time")["value"] == 0.6


def test_a_difference_of_headers_that_hold_hyphens(sq: CommandLine) -> None:
    path = sq.csv([{"month": "2024-01", "A-E visits": 100, "over-4-hours": 12}])
    sq.load(
        path,
        *("--kind", "totals", "--source", "x", "--set", "kpi=four_hours"),
        *("--map", "month=month", "--map", "due=A-E visits"),
        *("--map", "kept=A-E visits-over-4-hours"),
    )
    row = sq.one("four_hours")
    assert (row["numerator"], row["denominator"]) == (88, 100)


def test_a_header_with_a_hyphen_is_first_of_all_a_header(sq: CommandLine) -> None:
    path = sq.csv([{"month": "2024-01", "due": 100, "kept": 1, "due-kept": 90}])
    sq.load(
        path,
        *("--kind", "totals", "--source", "x", "--set", "kpi=on_time"),
        *("--map", "month=month", "--map", "due=due", "--map", "kept=due-kept"),
    )
    assert sq.one("on_time")["numerator"] == 90


def test_french_headers_are_subtracted(sq: CommandLine) -> None:
    ran, late = "Nombre de trains ayant circulé", "Nombre de trains en retard à l'arrivée"
    path = sq.csv([{"Date": "2023-10", ran: 225, late: 30}], encoding="utf-8-sig", delimiter=";")
    sq.load(
        path,
        *("--kind", "totals", "--source", "sncf", "--set", "kpi=ponctualite"),
        *("--map", "month=Date", "--map", f"due={ran}", "--map", f"kept={ran}-{late}"),
    )
    assert sq.one("ponctualite")["numerator"] == 195


def test_a_later_total_of_the_same_month_and_dimensions_wins(sq: CommandLine) -> None:
    sq.load_rows(
        "totals", [total("2024-01", 4, 3, brand="A"), total("2024-01", 8, 8)], kpi="on_time"
    )
    result = sq.load_rows("totals", [total("2024-01", 5, 1, brand="A")], kpi="on_time")
    assert (result["inserted"], result["updated"]) == (0, 1)
    assert sq.by("on_time", "brand", field="denominator") == {"A": 5, None: 8}


def test_totals_of_another_source_are_added(sq: CommandLine) -> None:
    for source in ("north", "south"):
        sq.load_rows("totals", [total("2024-01", 4, 3)], source=source, kpi="on_time")
    assert sq.one("on_time")["denominator"] == 8
    assert sq.by("on_time", "source", field="denominator") == {"north": 4, "south": 4}


REGIONS = "Month,KPI,Due,Kept,Region\n" + "".join(
    f"2025-{month:02},Parcels,{due},{due - 10},{region}\n"
    for month in range(1, 4)
    for region, due in (("North", 100 + month), ("South", 200 + month))
)


def test_a_column_that_alone_tells_rows_apart_is_asked_for(sq: CommandLine) -> None:
    path = sq.file(REGIONS)
    reason = sq.load(path, code=1)["reason"]
    assert "“Region” tells them apart" in reason
    assert "--map brand=Region (or team, channel, topic)" in reason
    assert sq.load(path, "--map", "team=Region")["inserted"] == 6


def test_who_wants_the_last_row_of_each_month_says_so(sq: CommandLine) -> None:
    assert sq.load(sq.file(REGIONS), "--map", "brand=")["inserted"] == 3
