"""What the survey KPIs count, by hand: boxes of a stated scale, valid answers only."""

from typing import Any

import pytest

from tests.cli.driving import CommandLine, rate


def answers(values: list[Any], column: str = "csat", **cells: object) -> list[dict[str, Any]]:
    return [
        {"response_id": f"R{n}", "answered_at": "2024-03-01", column: value, **cells}
        for n, value in enumerate(values)
    ]


def test_top_two_boxes_beside_the_top_box(sq: CommandLine) -> None:
    sq.load_rows("surveys", answers([5, 4, 4, 3, 2, 1, None]), csat_scale="1-5")
    assert sq.one("csat") == rate(3, 6)
    assert sq.one("csat_top1") == rate(1, 6)


def test_the_scale_may_be_a_column(sq: CommandLine) -> None:
    sq.load_rows("surveys", answers([5, 4, 3], csat_scale="1-5"))
    assert sq.one("csat") == rate(2, 3)


@pytest.mark.parametrize(
    ("scale", "values", "top_two", "top"),
    [
        ("1-10", [10, 9, 8, 5, 1], 2, 1),
        ("0-10", [10, 9, 8, 5, 0], 2, 1),
        ("1-7", [7, 6, 5, 1], 2, 1),
    ],
)
def test_boxes_follow_the_scale(
    sq: CommandLine, scale: str, values: list[int], top_two: int, top: int
) -> None:
    sq.load_rows("surveys", answers(values), csat_scale=scale)
    assert sq.one("csat") == rate(top_two, len(values))
    assert sq.one("csat_top1") == rate(top, len(values))


@pytest.mark.parametrize("scale", ["1-4", "1-3", "0-1"])
def test_a_scale_under_five_points_has_a_top_box_only(sq: CommandLine, scale: str) -> None:
    low, high = map(int, scale.split("-"))
    values = [*range(low, high + 1)]
    sq.load_rows("surveys", answers(values), csat_scale=scale)
    assert sq.one("csat_top1") == rate(1, len(values))
    assert all(row["numerator"] == 1 for row in sq.kpi("csat"))  # no row, or the top box


def test_answers_written_as_decimals_are_the_same_answers(sq: CommandLine) -> None:
    sq.load_rows("surveys", answers(["10.0", "9.0", "1.0"]), csat_scale="1-10")
    assert sq.one("csat") == rate(2, 3)


def test_no_answer_codes_are_neither_above_nor_below_the_line(sq: CommandLine) -> None:
    result = sq.load_rows(
        "surveys", answers([0, 6, 6, 5, 4, 3]), "--no-answer", "csat=0,6", csat_scale="1-5"
    )
    assert (result["rows_accepted"], result["rows_rejected"]) == (6, 0)
    assert sq.one("csat") == rate(2, 3)


def test_values_off_the_scale_are_set_aside(sq: CommandLine) -> None:
    result = sq.load_rows("surveys", answers([5, 6, 0, 4, 6]), csat_scale="1-5")
    assert (result["rows_accepted"], result["rows_rejected"]) == (2, 3)
    (issue,) = result["issues"]
    assert (issue["column"], issue["rows"], issue["first_rows"]) == ("csat", 3, [2, 3, 5])
    assert sq.one("csat") == rate(2, 2)


def test_two_scales_are_never_summed(sq: CommandLine) -> None:
    sq.load_rows("surveys", answers([5, 4, 3]), source="five", csat_scale="1-5")
    sq.load_rows("surveys", answers([10, 9, 8, 7]), source="ten", csat_scale="1-10")
    assert all(row["n"] != 7 for row in sq.kpi("csat"))
    assert sq.by("csat", "source", field="n") == {"five": 3, "ten": 4}


# --- NPS


def test_nps_is_taken_from_counts_and_not_rounded(sq: CommandLine) -> None:
    sq.load_rows("surveys", answers([10, 9, 6], "nps"), nps_scale="0-10")
    assert sq.one("nps") == {
        "value": pytest.approx(100 / 3, abs=1e-9),
        "n": 3,
        "numerator": 1,
        "promoters": 2,
        "passives": 0,
        "detractors": 1,
    }


def test_nps_bounds_and_empty_answers(sq: CommandLine) -> None:
    sq.load_rows("surveys", answers([0, 6, 7, 8, 9, 10, None], "nps"), nps_scale="0-10")
    row = sq.one("nps")
    assert (row["promoters"], row["passives"], row["detractors"]) == (2, 2, 2)
    assert (row["value"], row["n"], row["numerator"]) == (0, 6, 0)


def test_all_detractors(sq: CommandLine) -> None:
    sq.load_rows("surveys", answers([0, 3], "nps"), nps_scale="0-10")
    assert sq.one("nps")["value"] == -100


@pytest.mark.parametrize(
    "words",
    [
        "Promoter Passive Detractor",
        "promoteur PASSIF détracteur",
        "Promotoren Passive Detraktoren",
        "promotor pasivo detractor",
        "promotor neutro detrator",
        "promotore passivo detrattore",
        "promotor passief criticaster",
    ],
)
def test_the_groups_of_a_recommendation_are_understood_as_words(
    sq: CommandLine, words: str
) -> None:
    promoter, passive, detractor = words.split()
    sq.load_rows("surveys", answers([promoter, promoter, passive, detractor], "nps"))
    row = sq.one("nps", "--all")
    assert (row["promoters"], row["passives"], row["detractors"], row["value"]) == (2, 1, 1, 25)


def test_half_a_mark_is_no_answer_to_a_recommendation(sq: CommandLine) -> None:
    result = sq.load_rows("surveys", answers([6.5, 8.9, 9, 3], "nps"))
    assert [issue["rule"] for issue in result["issues"]] == ["not_a_whole_mark"]
    row = sq.one("nps", "--all")
    assert (row["n"], row["promoters"], row["detractors"]) == (2, 1, 1)


def test_eleven_is_off_the_nps_scale(sq: CommandLine) -> None:
    result = sq.load_rows("surveys", answers([11, 10, -1], "nps"), nps_scale="0-10")
    assert result["rows_rejected"] == 2
    assert sq.one("nps")["n"] == 1


def test_eleven_may_be_named_as_no_answer(sq: CommandLine) -> None:
    sq.load_rows("surveys", answers([11, 10], "nps"), "--no-answer", "nps=11", nps_scale="0-10")
    assert sq.one("nps")["n"] == 1


# --- questions


def test_several_questions_of_one_file_live_side_by_side(sq: CommandLine) -> None:
    rows = [
        {"id": n, "day": "2024-03-01", "clean": clean, "wifi": wifi}
        for n, (clean, wifi) in enumerate([(5, 1), (4, 2), (1, 5)])
    ]
    path = sq.csv(rows)
    for question in ("clean", "wifi"):
        result = sq.load(
            path,
            *("--kind", "surveys", "--source", "sfo", "--set", "csat_scale=1-5"),
            *("--map", "response_id=id", "--map", "answered_at=day"),
            *("--map", f"csat={question}", "--set", f"question={question}"),
        )
        assert (result["status"], result["inserted"]) == ("published", 3)
    assert sq.by("csat", "question", field="numerator") == {"clean": 2, "wifi": 1}
    assert sq.by("csat", "question", field="n") == {"clean": 3, "wifi": 3}


def test_the_question_is_overall_unless_named(sq: CommandLine) -> None:
    sq.load_rows("surveys", answers([5]), csat_scale="1-5")
    assert sq.by("csat", "question") == {"overall": 1}


# --- response rate


def test_response_rate_is_answered_of_invited(sq: CommandLine) -> None:
    def invited(n: int, invited: str | None, answered: str | None) -> dict[str, Any]:
        return {"response_id": n, "invited_at": invited, "answered_at": answered}

    sq.load_rows(
        "surveys",
        [
            invited(1, "2024-03-01", "2024-03-03"),
            invited(2, "2024-03-01", None),
            invited(3, "2024-03-01", None),
            invited(4, "2024-03-01", "2024-03-02"),
            invited(5, "2024-03-01", None),
        ],
    )
    assert sq.one("response_rate") == rate(2, 5)


def test_a_reminder_gives_a_person_no_team_or_topic(sq: CommandLine) -> None:
    def invited(n: int, day: str, answered: str | None, **cells: str | None) -> dict[str, Any]:
        of = {"contact_id": "k", "brand": "N", "team": None, "topic": None}
        return {"response_id": n, "invited_at": day, "answered_at": answered, **of, **cells}

    sq.load_rows(
        "surveys",
        [
            invited(1, "2024-03-01", None, topic="Bill"),
            invited(2, "2024-03-08", "2024-03-09", team="Lille", topic="Parcel"),
        ],
    )
    assert sq.by("response_rate", "team") == {None: 1}
    assert sq.by("response_rate", "topic") == {"Bill": 1}


def test_response_rate_needs_invitations(sq: CommandLine) -> None:
    sq.load_rows("surveys", answers([5, 4]), csat_scale="1-5")
    assert sq.kpi("response_rate") == []


def test_an_invitation_without_answer_is_no_dissatisfied_customer(sq: CommandLine) -> None:
    sq.load_rows(
        "surveys",
        [
            {"response_id": 1, "invited_at": "2024-03-01", "answered_at": None, "csat": None},
            {"response_id": 2, "invited_at": "2024-03-01", "answered_at": "2024-03-02", "csat": 5},
        ],
        csat_scale="1-5",
    )
    assert sq.one("csat") == rate(1, 1)
    assert sq.one("response_rate") == rate(1, 2)
