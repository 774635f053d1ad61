"""Qualtrics as it was: two rows of headers, the second one has the names."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

EXPORT = """\
V1,V2,V3,V4,V5,V6,V7,V8,V9,V10,Q1,Q2,LocationLatitude,
ResponseID,ResponseSet,Name,ExternalDataReference,EmailAddress,IPAddress,Status,StartDate,EndDate,Finished,How satisfied are you with us?,Anything else?,LocationLatitude,
R_1,Default Response Set,Anonymous,,,192.0.2.1,0,2017-07-18 08:28:09,2017-07-18 08:29:00,1,5,Hello,47.1,
R_2,Default Response Set,Anonymous,,,192.0.2.1,1,2017-07-18 08:30:00,2017-07-18 08:31:00,1,1,a test,47.1,
R_3,Default Response Set,Anonymous,,,192.0.2.1,0,2017-07-19 08:28:09,2017-07-19 08:29:00,1,2,,47.1,
"""


def test_the_names_of_the_second_row_count(exports: Exports) -> None:
    outcome = exports.loaded(EXPORT, constants={"csat_scale": "1-5"})
    assert outcome.format == "qualtrics_legacy"
    assert [(issue.rule, issue.rows) for issue in outcome.issues] == [("test_row", 1)]
    assert exports.rows("surveys", "response_id", "answered_at", "csat") == [
        ("R_1", "2017-07-18 08:29:00", 5),
        ("R_3", "2017-07-19 08:29:00", 2),
    ]
