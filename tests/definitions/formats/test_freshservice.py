"""Freshservice: as Freshdesk, with urgency, impact and the requester's name."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

EXPORT = """\
Ticket Id,Subject,Status,Priority,Urgency,Impact,Source,Type,Requester Name,Requester Email,Agent,Group,Category,Created Time,Due by Time,Resolved time,Closed Time,Last updated time,Initial response time,First response time (in hrs),Resolution time (in hrs),Agent interactions,Customer interactions,Resolution status,First response status
INC-1,Printer,Closed,Low,Low,Low,Portal,Incident,Ann,ann@example.com,Bo,IT Lille,Hardware,2024-03-04 09:00,2024-03-05 09:00,2024-03-04 15:00,2024-03-04 16:00,2024-03-04 16:00,,00:45:00,06:00:00,3,1,Within SLA,Within SLA
INC-2,Screen,Open,High,High,Low,Phone,Incident,Cy,cy@example.com,Bo,IT Lille,Hardware,2024-03-05 09:00,2024-03-06 09:00,,,2024-03-05 09:00,,,,0,1,,
"""


def test_it_is_told_from_freshdesk_and_read_the_same_way(exports: Exports) -> None:
    outcome = exports.loaded(EXPORT)
    assert (outcome.format, outcome.issues) == ("freshservice", ())
    assert exports.rows("tickets", "ticket_id", "first_reply_at", "solved_at", "topic") == [
        ("INC-1", "2024-03-04 09:45:00", "2024-03-04 15:00:00", "Hardware"),
        ("INC-2", None, None, "Hardware"),
    ]
    # The target of INC-2 lies behind the newest event of the file: it is not due yet.
    in_time = exports.one("resolved_in_time")
    assert (in_time["numerator"], in_time["n"]) == (1, 1)
