"""ServiceNow's incident log: one row an update, the newest one is the ticket, `?` is nothing."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

LOG = """\
number,incident_state,active,reassignment_count,reopen_count,sys_mod_count,made_sla,opened_at,\
sys_updated_at,contact_type,category,priority,assignment_group,assigned_to,resolved_at,closed_at
INC0000045,New,TRUE,0,0,0,TRUE,29/2/2016 01:16,29/2/2016 01:23,Phone,Category 55,3 - Moderate,?,?,?,5/3/2016 12:00
INC0000045,Closed,FALSE,0,1,4,FALSE,29/2/2016 01:16,5/3/2016 12:00,Phone,Category 55,3 - Moderate,\
Group 56,?,29/2/2016 11:29,5/3/2016 12:00
INC0000047,Active,TRUE,1,0,2,TRUE,29/2/2016 04:40,29/2/2016 05:30,?,?,3 - Moderate,Group 70,Resolver 89,?,?
"""


def test_the_last_update_is_the_ticket(exports: Exports) -> None:
    outcome = exports.loaded(LOG)
    assert (outcome.format, outcome.kind) == ("servicenow", "tickets")
    assert (outcome.rows_accepted, outcome.inserted, outcome.superseded) == (3, 2, 1)
    assert outcome.issues == ()
    assert exports.rows("tickets", "ticket_id", "status", "solved_at", "reopens") == [
        ("INC0000045", "closed", "2016-02-29 11:29:00", 1),
        ("INC0000047", "active", None, 0),
    ]


def test_a_question_mark_is_no_team_and_no_channel(exports: Exports) -> None:
    exports.loaded(LOG)
    assert exports.rows("tickets", "team", "channel", "topic") == [
        ("Group 56", "Phone", "Category 55"),
        ("Group 70", None, None),
    ]
    assert exports.one("full_resolution_time")["n"] == 2
