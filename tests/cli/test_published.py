"""Published rankings: the publisher's own places, and years that cannot be compared."""

from typing import Any

from tests.cli.driving import CommandLine


def place(
    year: int, brand: str, score: float, rank: int | None = None, **cells: Any
) -> dict[str, Any]:
    row = {"publisher": "Institute", "year": year, "brand": brand, "score": score, "rank": rank}
    return {**row, **cells}


def load(sq: CommandLine, rows: list[dict[str, Any]], **known: Any) -> dict[str, Any]:
    return sq.load_rows("rankings", rows, **known)


def test_the_published_rank_is_shown(sq: CommandLine) -> None:
    # as printed: the publisher put B before A although their scores look equal
    load(sq, [place(2024, "A", 8.0, 2), place(2024, "B", 8.0, 1), place(2024, "C", 7.0, 3)])
    assert sq.ranks("published_score", 2024) == {"B": 1, "A": 2, "C": 3}
    assert sq.ranks("published_score", 2024, field="score") == {"A": 8, "B": 8, "C": 7}


def test_a_missing_rank_is_taken_from_the_score(sq: CommandLine) -> None:
    rows = [place(2024, "A", 8.0), place(2024, "B", 9.0), place(2024, "C", 8.0)]
    load(sq, [{**row, "rank": None} for row in rows])
    assert sq.ranks("published_score", 2024) == {"B": 1, "A": 2, "C": 2}


def test_places_lost_between_two_published_years(sq: CommandLine) -> None:
    load(
        sq,
        [
            *(place(2023, "A", 9.0, 1), place(2023, "B", 8.0, 2), place(2023, "gone", 7.0, 3)),
            *(place(2024, "A", 6.0, 3), place(2024, "B", 8.0, 2), place(2024, "new", 9.0, 1)),
        ],
    )
    rows = {row["entity"]: row for row in sq.ranking("published_score", 2024)["rows"]}
    assert (rows["A"]["rank"], rows["A"]["prior_rank"]) == (3, 1)
    assert (rows["A"]["rank_common"], rows["A"]["prior_rank_common"]) == (2, 1)
    assert rows["A"]["places_lost"] == 1
    assert rows["B"]["places_lost"] == -1
    assert rows["new"]["places_lost"] is None


def test_another_method_breaks_the_comparison(sq: CommandLine) -> None:
    load(
        sq,
        [
            place(2023, "A", 9.0, 1, method="30/50/20"),
            place(2023, "B", 8.0, 2, method="30/50/20"),
            place(2024, "A", 6.0, 2, method="40/40/20"),
            place(2024, "B", 8.0, 1, method="40/40/20"),
        ],
    )
    rows = sq.ranking("published_score", 2024)["rows"]
    assert {row["entity"]: row["rank"] for row in rows} == {"B": 1, "A": 2}
    assert [row["places_lost"] for row in rows] == [None, None]


def test_a_missing_year_is_a_gap(sq: CommandLine) -> None:
    load(sq, [place(2022, "A", 9.0, 1), place(2024, "A", 6.0, 30)])
    (row,) = sq.ranking("published_score", 2024)["rows"]
    assert (row["rank"], row["prior_rank"], row["places_lost"]) == (30, None, None)


def test_two_publishers_must_be_told_apart(sq: CommandLine) -> None:
    load(sq, [place(2024, "A", 9.0, 1), place(2024, "A", 3.0, 7, publisher="Magazine")])
    ran = sq.run("ranking", "published_score", "--year", "2024", "--json")
    assert ran.code == 2
    assert "Institute" in ran.err
    assert "Magazine" in ran.err
    assert sq.ranks("published_score", 2024, "--publisher", "Magazine") == {"A": 7}


def test_a_correction_of_the_same_place(sq: CommandLine) -> None:
    load(sq, [place(2024, "A", 9.0, 1), place(2024, "B", 8.0, 2)])
    result = load(sq, [place(2024, "A", 7.0, 2), place(2024, "B", 8.0, 1)])
    assert result["updated"] == 2
    assert sq.ranks("published_score", 2024) == {"B": 1, "A": 2}


def test_the_publisher_may_be_a_constant(sq: CommandLine) -> None:
    rows = [{"brand": "A", "score": 9}, {"brand": "B", "score": 8}]
    sq.load_rows("rankings", rows, publisher="Institute", year=2024)
    assert sq.ranks("published_score", 2024) == {"A": 1, "B": 2}
