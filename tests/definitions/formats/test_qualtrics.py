"""Qualtrics: three rows of headers, previews that are no answers."""

from __future__ import annotations

import pytest

from tests.definitions.formats.conftest import Exports

NAMES = (
    "StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,"
    "ResponseId,RecipientLastName,DistributionChannel,UserLanguage,Q1,Q2,Q2_NPS_GROUP\n"
)
TEXTS = (
    "Start Date,End Date,Response Type,IP Address,Progress,Duration (in seconds),Finished,"
    "Recorded Date,Response ID,Recipient Last Name,Distribution Channel,User Language,"
    '"How was the visit, all in all?",How likely are you to recommend us?,Group\n'
)
IMPORT = ",".join(f'"{{""ImportId"":""{i}""}}"' for i in range(15)) + "\n"


def answer(id: str, status: str, q1: int, q2: int, group: str) -> str:
    at = f"2024-03-0{id[-1]} 10:00:00"
    return (
        f"{at},{at},{status},192.0.2.1,100,38,True,{at},{id},Ann,anonymous,EN,{q1},{q2},{group}\n"
    )


ANSWERS = (
    answer("R_1", "IP Address", 5, 10, "Promoter")
    + answer("R_2", "Survey Preview", 1, 0, "Detractor")
    + answer("R_3", "IP Address", 4, 6, "Detractor")
    + answer("R_4", "IP Address", 2, 9, "Promoter")
)


def test_previews_are_set_aside_and_counted(exports: Exports) -> None:
    outcome = exports.loaded(NAMES + TEXTS + IMPORT + ANSWERS)
    assert (outcome.format, outcome.rows_read) == ("qualtrics", 4)
    assert (outcome.rows_accepted, outcome.rows_rejected) == (3, 1)
    (issue,) = outcome.issues
    assert (issue.rule, issue.rows, issue.first_rows) == ("test_row", 1, (2,))
    assert outcome.why[0].startswith("Qualtrics, because it has: StartDate, EndDate")


def test_the_question_that_asks_to_recommend_is_known_by_its_words(exports: Exports) -> None:
    exports.loaded(NAMES + TEXTS + IMPORT + ANSWERS)
    assert [row[1:] for row in exports.rows("surveys", "response_id", "nps", "csat")] == [
        (10, None),
        (6, None),
        (9, None),
    ]
    assert exports.rows("surveys", "response_id", "answered_at")[0] == (
        "R_1",
        "2024-03-01 10:00:00",
    )


def test_the_other_question_is_for_a_person_to_say(exports: Exports) -> None:
    exports.loaded(
        NAMES + TEXTS + IMPORT + ANSWERS,
        mapping={"csat": "Q1 How was the visit, all in all?"},
        constants={"csat_scale": "1-5"},
    )
    (row,) = exports.answers.kpi("csat", rows=True, reveal=True)
    assert (row["numerator"], row["n"]) == (2, 3)


@pytest.mark.parametrize("status", ["1", "2", "Survey Test"])
def test_previews_and_tests_in_numbers(exports: Exports, status: str) -> None:
    text = ANSWERS.replace("Survey Preview", status).replace("IP Address", "0")
    outcome = exports.loaded(NAMES + TEXTS + IMPORT + text)
    assert (outcome.rows_accepted, outcome.rows_rejected) == (3, 1)


def test_one_row_of_headers_is_the_same_export(exports: Exports) -> None:
    outcome = exports.loaded(NAMES + ANSWERS)
    assert (outcome.format, outcome.rows_accepted) == ("qualtrics", 3)
