"""Who rose and who fell: competition ranks among all and among those present in both years."""

from typing import Any

import pytest

from tests.cli.driving import LONG_AFTER, CommandLine

FIELDS = {
    *("rank", "prior_rank", "rank_common", "prior_rank_common", "places_lost"),
    *("entity", "score", "prior_score", "n", "prior_n"),
}


def year(name: int | str, kept: dict[str, int], due: int = 1000) -> list[dict[str, Any]]:
    """One month's totals for each brand: kept of `due` in June, or in the month named."""
    month = f"{name}-06" if isinstance(name, int) else name
    return [
        {"month": month, "brand": brand, "due": due, "kept": count} for brand, count in kept.items()
    ]


def load(sq: CommandLine, *years: list[dict[str, Any]], **constants: object) -> None:
    rows = [row for rows in years for row in rows]
    constants = {"kpi": "on_time", "observed_until": LONG_AFTER, **constants}
    sq.load_rows("totals", rows, **constants)


@pytest.fixture
def two_years(sq: CommandLine) -> CommandLine:
    load(
        sq,
        year(2023, {"A": 900, "B": 800, "C": 800, "D": 500, "gone": 950}),
        year(2024, {"A": 700, "B": 800, "C": 900, "D": 500, "new": 990}),
    )
    return sq


def test_the_answer_names_its_question(two_years: CommandLine) -> None:
    answer = two_years.ranking("on_time", 2024)
    assert (answer["kpi"], answer["year"], answer["by"]) == ("on_time", 2024, "brand")
    assert "period" in answer
    assert all(set(row) >= FIELDS for row in answer["rows"])


def test_ranks_among_all_of_that_year(two_years: CommandLine) -> None:
    answer = two_years.ranking("on_time", 2024)
    assert answer["of"] == 5
    assert two_years.ranks("on_time", 2024) == {"new": 1, "C": 2, "B": 3, "A": 4, "D": 5}
    # last year: gone 1, A 2, B and C share 3, D 5
    assert two_years.ranks("on_time", 2024, field="prior_rank") == {
        "new": None,
        "C": 3,
        "B": 3,
        "A": 2,
        "D": 5,
    }


def test_places_are_lost_among_those_present_in_both_years(two_years: CommandLine) -> None:
    def ranks(field: str) -> dict[str, Any]:
        return two_years.ranks("on_time", 2024, field=field)

    assert ranks("rank_common") == {"new": None, "C": 1, "B": 2, "A": 3, "D": 4}
    assert ranks("prior_rank_common") == {"new": None, "C": 2, "B": 2, "A": 1, "D": 4}
    assert ranks("places_lost") == {"new": None, "C": -1, "B": 0, "A": 2, "D": 0}


def test_entrants_and_leavers_are_listed(two_years: CommandLine) -> None:
    answer = two_years.ranking("on_time", 2024)
    assert "new" in str(answer["entered"])
    assert "gone" in str(answer["left"])
    assert (len(answer["entered"]), len(answer["left"])) == (1, 1)
    assert "gone" not in {row["entity"] for row in answer["rows"]}


def test_scores_and_n_of_both_years(two_years: CommandLine) -> None:
    rows = {row["entity"]: row for row in two_years.ranking("on_time", 2024)["rows"]}
    assert rows["A"]["score"] == pytest.approx(0.7)
    assert rows["A"]["prior_score"] == pytest.approx(0.9)
    assert (rows["A"]["n"], rows["A"]["prior_n"]) == (1000, 1000)
    assert (rows["new"]["prior_score"], rows["new"]["n"]) == (None, 1000)


def test_ties_share_the_best_rank(sq: CommandLine) -> None:
    load(sq, year(2024, {"A": 900, "B": 900, "C": 900, "D": 100}))
    assert sq.ranks("on_time", 2024) == {"A": 1, "B": 1, "C": 1, "D": 4}


def test_scores_that_look_equal_are_equal(sq: CommandLine) -> None:
    rows = year(2024, {"A": 700_001, "B": 700_000}, due=1_000_000) + year(2024, {"C": 600})
    load(sq, rows)
    assert sq.ranks("on_time", 2024) == {"A": 1, "B": 1, "C": 3}


def test_a_missing_year_is_a_gap_and_no_change(sq: CommandLine) -> None:
    load(sq, year(2022, {"A": 900, "B": 800}), year(2024, {"A": 700, "B": 800}))
    rows = sq.ranking("on_time", 2024)["rows"]
    assert sq.ranks("on_time", 2024) == {"B": 1, "A": 2}
    for row in rows:
        assert (row["prior_rank"], row["prior_score"], row["places_lost"]) == (None, None, None)


def test_a_year_without_data_has_no_rows(two_years: CommandLine) -> None:
    assert two_years.ranking("on_time", 2020)["rows"] == []


def test_an_unfinished_year_is_compared_with_the_same_months(sq: CommandLine) -> None:
    rows = [
        *year("2023-01", {"A": 100, "B": 900}),
        *year("2023-02", {"A": 100, "B": 900}),
        *year("2023-11", {"A": 1000, "B": 0}, due=100_000),
        *year("2024-01", {"A": 800, "B": 700}),
        *year("2024-02", {"A": 800, "B": 700}),
    ]
    sq.load_rows("totals", rows, kpi="on_time", observed_until="2024-03-02")
    answer = {row["entity"]: row for row in sq.ranking("on_time", 2024)["rows"]}
    assert answer["A"]["prior_score"] == pytest.approx(0.1)
    assert answer["B"]["prior_score"] == pytest.approx(0.9)
    assert (answer["A"]["prior_n"], answer["A"]["n"]) == (2000, 2000)
    assert (answer["A"]["rank"], answer["A"]["prior_rank"]) == (1, 2)
    assert answer["B"]["places_lost"] == 1


def test_a_whole_year_is_not_compared_with_a_part_of_the_year_before(sq: CommandLine) -> None:
    late_start = [f"2023-{month:02d}" for month in range(7, 13)]
    whole = [f"2024-{month:02d}" for month in range(1, 13)]
    load(sq, *[year(month, {"A": 900, "B": 800}) for month in [*late_start, *whole]])
    for row in sq.ranking("on_time", 2024)["rows"]:
        assert row["places_lost"] is None or row["n"] == row["prior_n"]


def test_an_unfinished_month_stays_out_of_the_comparison(sq: CommandLine) -> None:
    def mail(n: int, day: str, replied: str) -> dict[str, Any]:
        return {"email_id": n, "received_at": day, "replied": replied, "brand": "A"}

    days = ["2023-01-05", "2023-02-05", "2024-01-05", "2024-02-05", "2024-02-10"]
    rows = [mail(n, f"{day} 12:00", "yes") for n, day in enumerate(days)]
    sq.load_rows("emails", rows)
    (row,) = sq.ranking("reply_rate", 2024)["rows"]
    assert (row["n"], row["prior_n"]) == (1, 1)  # January against January


def test_a_minimum_n_leaves_small_ones_out(sq: CommandLine) -> None:
    load(
        sq,
        year(2024, {"A": 900, "B": 800}) + year(2024, {"small": 5}, due=5),
    )
    assert sq.ranks("on_time", 2024) == {"small": 1, "A": 2, "B": 3}
    answer = sq.ranking("on_time", 2024, "--min-n", "6")
    assert answer["of"] == 2
    ranked = {row["entity"]: row["rank"] for row in answer["rows"] if row["rank"] is not None}
    assert ranked == {"A": 1, "B": 2}
    assert sq.ranks("on_time", 2024, "--min-n", "5") == {"small": 1, "A": 2, "B": 3}


def test_by_another_dimension_and_where(sq: CommandLine) -> None:
    def row(team: str, channel: str, kept: int) -> dict[str, Any]:
        cells = {"month": "2024-06", "due": 100, "kept": kept}
        return {**cells, "team": team, "channel": channel}

    mail = [row("x", "mail", 90), row("y", "mail", 50)]
    load(sq, [*mail, row("x", "chat", 0), row("y", "chat", 99)])
    assert sq.ranks("on_time", 2024, "--by", "team") == {"y": 1, "x": 2}
    where = ("--by", "team", "--where", "channel=mail")
    assert sq.ranks("on_time", 2024, *where) == {"x": 1, "y": 2}


def mails(sq: CommandLine, rows: list[tuple[str, int | None, int | None]]) -> None:
    """E-mails of June 2024: brand, hours until the reply, spelling mistakes in it."""
    sq.load_rows(
        "emails",
        [
            {
                "email_id": n,
                "received_at": "2024-06-10 00:00",
                "replied_at": None if hours is None else f"2024-06-10 {hours:02d}:00",
                "brand": brand,
                "spelling_errors": mistakes,
            }
            for n, (brand, hours, mistakes) in enumerate(rows)
        ],
        observed_until=LONG_AFTER,
    )


def test_the_shortest_median_comes_first(sq: CommandLine) -> None:
    mails(sq, [("slow", 9, 0), ("slow", 8, 0), ("fast", 1, 0), ("fast", 2, 0), ("fast", None, 0)])
    assert sq.ranks("reply_time", 2024) == {"fast": 1, "slow": 2}
    scores = sq.ranks("reply_time", 2024, field="score")
    assert scores == {"fast": 120, "slow": 480}


def test_fewer_mistakes_come_first(sq: CommandLine) -> None:
    mails(sq, [("A", 1, 4), ("A", 1, 0), ("B", 1, 1), ("C", 1, 9)])
    assert sq.ranks("spelling_errors", 2024) == {"B": 1, "A": 2, "C": 3}


def test_nps_is_ranked(sq: CommandLine) -> None:
    rows = [("A", 10), ("A", 0), ("B", 9), ("B", 8), ("C", 2)] * 10  # under 10 are hidden
    sq.load_rows(
        "surveys",
        [
            {"response_id": n, "answered_at": "2024-06-01", "brand": brand, "nps": mark}
            for n, (brand, mark) in enumerate(rows)
        ],
        nps_scale="0-10",
        observed_until=LONG_AFTER,
    )
    assert sq.ranks("nps", 2024) == {"B": 1, "A": 2, "C": 3}
    assert sq.ranks("nps", 2024, field="score") == {"B": 50, "A": 0, "C": -100}


def test_a_person_can_read_the_ranking(two_years: CommandLine) -> None:
    ran = two_years.run("ranking", "on_time", "--year", "2024")
    assert ran.code == 0
    assert "gone" in ran.out
    assert not ran.out.lstrip().startswith("{")


@pytest.mark.parametrize(
    "words",
    [
        ["on_time"],
        ["on_time", "--year", "last"],
        ["on_time", "--year", "2024", "--by", "planet"],
        ["on_time", "--year", "2024", "--by", "month"],
        ["on_time", "--year", "2024", "--where", "planet=x"],
        ["on_time", "--year", "2024", "--min-n", "few"],
        ["no_such_kpi", "--year", "2024"],
    ],
)
def test_words_without_sense_are_a_usage_error(two_years: CommandLine, words: list[str]) -> None:
    ran = two_years.run("ranking", *words, "--json")
    assert ran.code == 2
    assert ran.err
    assert ran.out == ""
