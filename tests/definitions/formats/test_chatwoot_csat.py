"""Chatwoot's CSAT report: a line above the header, ratings from 1 to 5."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

REPORT = """\
Reporting period 01 Mar 2024 to 31 Mar 2024

Contact Name,Contact Email Address,Contact Phone Number,Link to the conversation,Agent Name,Rating,\
Feedback Comment,Recorded date,Review Notes
Ann,ann@example.com,,https://chat.example.com/1,Bo,5,"Great, thanks",2024-03-04 10:00:00 UTC,
Cy,cy@example.com,,https://chat.example.com/2,Bo,4,,2024-03-05 10:00:00 UTC,
Di,di@example.com,,https://chat.example.com/3,Ed,1,Slow,2024-03-06 23:30:00 UTC,seen
"""


def test_ratings_are_satisfaction_from_1_to_5(exports: Exports) -> None:
    outcome = exports.loaded(REPORT)
    assert (outcome.format, outcome.kind) == ("chatwoot_csat", "surveys")
    assert outcome.issues == ()
    assert {row[1:] for row in exports.rows("surveys", "answered_at", "csat", "csat_scale")} == {
        (5, "1-5"),
        (4, "1-5"),
        (1, "1-5"),
    }
    csat = exports.one("csat")
    assert (csat["numerator"], csat["n"]) == (2, 3)
