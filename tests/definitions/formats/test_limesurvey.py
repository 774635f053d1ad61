"""LimeSurvey: headers as codes or in full, sub-questions in brackets, answers not finished."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

CODES = """\
id,submitdate,lastpage,startlanguage,seed,startdate,datestamp,G01Q01,G01Q02[SQ001]
1,2024-03-04 10:00:00,2,fr,11,2024-03-04 09:58:00,2024-03-04 10:00:00,5,Y
2,,1,fr,12,2024-03-04 11:00:00,2024-03-04 11:01:00,3,
3,2024-03-05 10:00:00,2,fr,13,2024-03-05 09:58:00,2024-03-05 10:00:00,2,N
"""
FULL = """\
Response ID;Date submitted;Last page;Start language;Seed;Date started;Date last action;How satisfied are you?;Sources [Radio]
1;2024-03-04 10:00:00;2;fr;11;2024-03-04 09:58:00;2024-03-04 10:00:00;5;Yes
2;2024-03-05 10:00:00;2;fr;13;2024-03-05 09:58:00;2024-03-05 10:00:00;2;No
"""


def test_codes(exports: Exports) -> None:
    outcome = exports.loaded(CODES, mapping={"csat": "G01Q01"}, constants={"csat_scale": "1-5"})
    assert (outcome.format, outcome.rows_accepted) == ("limesurvey_codes", 2)
    # What was not finished has no date, and no place in any month.
    assert [(i.column, i.rule, i.first_rows) for i in outcome.issues] == [
        ("answered_at", "missing", (2,))
    ]
    assert exports.rows("surveys", "response_id", "csat") == [("1", 5), ("3", 2)]


def test_full(exports: Exports) -> None:
    outcome = exports.loaded(FULL, constants={"csat_scale": "1-5"})
    assert (outcome.format, outcome.issues) == ("limesurvey_full", ())
    assert exports.rows("surveys", "response_id", "answered_at", "csat") == [
        ("1", "2024-03-04 10:00:00", 5),
        ("2", "2024-03-05 10:00:00", 2),
    ]


def test_full_in_french(exports: Exports) -> None:
    text = FULL.replace(
        "Response ID;Date submitted;Last page;Start language",
        "ID de la réponse;Date de soumission;Dernière page;Langue de départ",
    )
    assert exports.loaded(text, constants={"csat_scale": "1-5"}).format == "limesurvey_full"
