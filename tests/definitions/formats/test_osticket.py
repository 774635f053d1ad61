"""osTicket: `;` where commas are decimal, a source that is a channel, no first reply."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

EXPORT = """\
Ticket Number;Date Created;Subject;From;From Email;Priority;Department;Help Topic;Source;Current Status;Last Updated;SLA Due Date;Due Date;Closed Date;Overdue;Merged;Linked;Answered;Agent Assigned;Team Assigned;Thread Count;Reopen Count;Attachment Count;Task Count
345678;2024-03-04 09:00:00;Hello;Ann;ann@example.com;Normal;Billing;Invoices;Email;Closed;2024-03-05 10:00:00;2024-03-06 09:00:00;;2024-03-05 10:00:00;0;0;0;1;Bo;;4;1;0;0
345679;2024-03-05 09:00:00;Bye;Cy;cy@example.com;Normal;Billing;Delivery;Web;Open;2024-03-05 09:00:00;2024-03-07 09:00:00;;;1;0;0;0;Bo;;1;0;0;0
"""


def test_the_promise_is_the_sla_and_the_source_is_a_channel(exports: Exports) -> None:
    outcome = exports.loaded(EXPORT)
    assert (outcome.format, outcome.source, outcome.issues) == ("osticket", "default", ())
    columns = ("ticket_id", "due_at", "solved_at", "reopens", "team", "channel", "topic")
    assert exports.rows("tickets", *columns) == [
        ("345678", "2024-03-06 09:00:00", "2024-03-05 10:00:00", 1, "Billing", "Email", "Invoices"),
        ("345679", "2024-03-07 09:00:00", None, 0, "Billing", "Web", "Delivery"),
    ]
    assert "first reply cannot be measured" in outcome.note
