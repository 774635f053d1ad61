"""Service requests that cities publish: their closing is the solution, AM and PM are read."""

from __future__ import annotations

import pytest

from tests.definitions.formats.conftest import Exports

NEW_YORK = """\
Unique Key,Created Date,Closed Date,Agency,Agency Name,Complaint Type,Descriptor,Status,Due Date,Resolution Description,Borough,Open Data Channel Type,Latitude,Longitude
91,03/24/2025 11:33:07 PM,03/25/2025 01:00:00 AM,DSNY,Cleaning,Noise,Loud,Closed,,done,QUEENS,ONLINE,40.7,-73.8
92,03/26/2025 12:03:07 AM,,DSNY,Cleaning,Noise,Loud,Open,,,QUEENS,PHONE,40.7,-73.8
"""
BOSTON = """\
case_enquiry_id,open_dt,sla_target_dt,closed_dt,on_time,case_status,closure_reason,case_title,subject,department,police_district,neighborhood,source
91,2025-03-24 23:33:07,2025-03-26 08:30:00,2025-03-25 01:00:00,ONTIME,Closed,done,Noise,x,Cleaning,A1,Dorchester,Online
92,2025-03-26 00:03:07,2025-03-28 08:30:00,,ONTIME,Open,,Noise,x,Cleaning,A1,Dorchester,Phone
"""


@pytest.mark.parametrize("text", [NEW_YORK, BOSTON])
def test_a_closing_is_the_time_solved(exports: Exports, text: str) -> None:
    outcome = exports.loaded(text)
    assert (outcome.format, outcome.rows_rejected) == ("service_requests", 0)
    assert exports.rows("tickets", "ticket_id", "created_at", "solved_at", "topic") == [
        ("91", "2025-03-24 23:33:07", "2025-03-25 01:00:00", "Noise"),
        ("92", "2025-03-26 00:03:07", None, "Noise"),
    ]
