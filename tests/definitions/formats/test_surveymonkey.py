"""SurveyMonkey: the second row holds the options, ids are long numbers."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

EXPORT = """\
Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,How did you hear of us?,,How likely is it that you would recommend us?
,,,,,,,,,Radio,Friends,
118273645501,404,03/28/2024 09:00:00 AM,03/28/2024 09:04:00 AM,192.0.2.1,,,,,Radio,,10
118273645502,404,03/29/2024 02:00:00 PM,03/29/2024 02:04:00 PM,192.0.2.1,,,,,,Friends,8
118273645503,404,03/30/2024 09:00:00 AM,03/30/2024 09:01:00 AM,192.0.2.1,,,,,Radio,Friends,3
"""


def test_the_question_on_recommending_is_read_under_two_rows_of_headers(exports: Exports) -> None:
    outcome = exports.loaded(EXPORT)
    assert (outcome.format, outcome.rows_accepted) == ("surveymonkey", 3)
    assert exports.rows("surveys", "response_id", "answered_at", "nps") == [
        ("118273645501", "2024-03-28 09:04:00", 10),
        ("118273645502", "2024-03-29 14:04:00", 8),
        ("118273645503", "2024-03-30 09:01:00", 3),
    ]


def test_long_ids_cut_short_by_a_spreadsheet_are_refused(exports: Exports) -> None:
    outcome = exports.text(EXPORT.replace("118273645502", "1.18274E+11"))
    assert outcome.status == "refused"
    assert "damaged" in outcome.reason
