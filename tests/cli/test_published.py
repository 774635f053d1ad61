"""Published rankings: the publisher's own places, and years that cannot be compared."""

from typing import Any

import pytest

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


def ranked(
    sq: CommandLine, places: dict[str, Any], year: int = 2024, before: Any = None, **cells: Any
) -> dict[str, dict[str, Any]]:
    """Load places of a year and of the year before; return the rows of the ranking."""
    rows = [{"publisher": "P", "year": year, "brand": b, "rank": r} for b, r in places.items()]
    rows += [
        {"publisher": "P", "year": year - 1, "brand": b, "rank": r}
        for b, r in (before or {}).items()
    ]
    sq.load_rows("rankings", [{**row, **cells} for row in rows])
    answer = sq.ranking("published_score", year)
    assert answer["left"] == sorted(set(before or {}) - set(places))
    return {row["entity"]: row for row in answer["rows"]}


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        *(("=94", 94), ("94=", 94), ("T-5", 5), ("T5", 5), ("1st", 1), ("22nd", 22), ("12e", 12)),
        *(("1er", 1), ("2ème", 2), ("N°3", 3), ("#4", 4), ("1.", 1), ("1º", 1), ("7.0", 7)),
        *(
            ("5 ex aequo", 5),
            ("5ex", 5),
            ("5th (tied)", 5),
            ("1,204", 1204),
            ("1 204", 1204),
            ("3/120", 3),
        ),
    ],
)
def test_a_place_is_one_however_it_is_written(sq: CommandLine, text: str, rank: int) -> None:
    (row,) = ranked(sq, {"A": text}).values()
    assert (row["rank"], row["rank_band"]) == (rank, None)


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        *(("101-150", 101), ("101–150", 101), ("=101 - 150", 101), ("101 à 150", 101)),
        *(("501+", 501), (">500", 501), ("≥ 500", 500), ("500 et plus", 500)),
        *(("<=5", 1), ("Top 10", 1), ("1,001-1,200", 1001)),
        *(("Platz 101-150", 101), ("Plätze 101 bis 150", 101), ("vom 101. bis 150.", 101)),
        *(("101 t/m 150", 101), ("101 t.e.m. 150", 101), ("plaats 101-150", 101)),
        *(("da 101 a 150", 101), ("dal 101 al 150", 101), ("del 101 al 150", 101)),
        *(("101 al 150", 101), ("rangs 101 à 150", 101), ("du 101e au 150e", 101)),
        *(("desde el 101 hasta el 150", 101), ("do 101.º ao 150.º", 101)),
        *(("ab 101", 101), ("ab Platz 101", 101), ("à partir de 101", 101)),
        *(("à partir du 101e rang", 101), ("a partir de 101", 101), ("from 101", 101)),
        *(("vanaf plaats 101", 101), ("101 en lager", 101), ("101 en adelante", 101)),
        *(("dal 101 in poi", 101), ("über 100", 101), ("> 100", 101)),
    ],
)
def test_a_band_is_kept_as_it_was_published(sq: CommandLine, text: str, rank: int) -> None:
    (row,) = ranked(sq, {"A": text}).values()
    assert (row["rank"], row["rank_band"]) == (rank, text)
    assert row["percentile"] is None


def test_who_falls_into_a_band_lost_places_at_least_and_has_not_left(sq: CommandLine) -> None:
    rows = ranked(
        sq,
        {"A": 1, "B": "201-300", "C": "501+", "D": "101-200"},
        before={"A": 2, "B": 190, "C": "501+", "D": "201-300", "E": 7},
    )
    assert {e: row["places_lost"] for e, row in rows.items()} == {"A": 0, "B": 11, "C": 0, "D": -1}
    assert (rows["B"]["prior_rank"], rows["B"]["rank_common"]) == (190, None)
    assert (rows["D"]["prior_rank"], rows["D"]["prior_rank_band"]) == (201, "201-300")
    assert list(rows) == ["A", "D", "B", "C"]


def test_a_percentile_needs_the_size_of_the_field(sq: CommandLine) -> None:
    part = ranked(sq, {"A": 5, "B": 40})
    assert [row["percentile"] for row in part.values()] == [None, None]
    assert sq.ranking("published_score", 2024)["of"] is None
    known = ranked(sq, {"A": 5, "B": 40, "C": "41-50", "D": "51+"}, 2020, field_size=100)
    assert [row["percentile"] for row in known.values()] == pytest.approx([95.5, 60.5, 55, 25])
    less = ranked(sq, {"A": 5, "B": 40}, 2016, field_size=30)
    assert [row["percentile"] for row in less.values()] == [None, None]
    whole = ranked(sq, {"A": 1, "B": "2=", "C": "2=", "D": 4}, 2012)
    assert [row["percentile"] for row in whole.values()] == [87.5, 50, 50, 12.5]
    one = sq.ranking("published_score", 2012, "--where", "brand=B")
    assert (one["of"], one["rows"][0]["percentile"]) == (4, 62.5)


@pytest.mark.parametrize(
    "text",
    [
        *("2024", "2024.0", "2023/24", "2023-24", "2023/2024", "FY24", "FY 2023/24", "45292"),
        *("2024-03-01", "01/03/2024", "mars 2024", "Edition 2024", "2024-03-01 00:00:00"),
    ],
)
def test_a_date_or_a_season_serves_as_year(sq: CommandLine, text: str) -> None:
    sq.load_rows("rankings", [{"publisher": "P", "year": text, "brand": "A", "rank": 1}])
    assert sq.ranks("published_score", 2024) == {"A": 1}


def test_what_looks_like_a_month_is_a_season_where_its_column_says_so(sq: CommandLine) -> None:
    seasons = ["2011-12", "2012-13"]
    rows = [{"publisher": "P", "year": s, "brand": "A", "rank": 1} for s in seasons]
    sq.load_rows("rankings", rows)
    months = [{"publisher": "Q", "year": "2011-12", "brand": "A", "rank": 2}]
    sq.load_rows("rankings", months)
    assert sq.ranks("published_score", 2012, "--publisher", "P") == {"A": 1}
    assert sq.ranks("published_score", 2011, "--publisher", "Q") == {"A": 2}


@pytest.mark.parametrize(
    "headers",
    [
        *("World Rank,Institution", "Classement,Établissement", "Rang,Nom", "Platz,Hochschule"),
        *("Position,Company", "Puesto,Universidad", "Overall rank,University Name"),
        *("THE World University Rank,Name", "Position finale,Marque"),
    ],
)
def test_a_rank_is_no_score_and_what_is_ranked_the_brand(sq: CommandLine, headers: str) -> None:
    path = sq.file(f"{headers}\n1,Nord\n2,Sud\n=3,Est\n=3,Ouest\n")
    said = ("--set", "year=2024", "--set", "publisher=P")
    ran = sq.run("load", str(path), *said, "--json")
    assert ran.code == 0, ran.err
    assert ran.json[0]["kind"] == "rankings"
    assert sq.ranks("published_score", 2024) == {"Nord": 1, "Sud": 2, "Est": 3, "Ouest": 3}
    assert set(sq.ranks("published_score", 2024, field="score").values()) == {None}
