"""HubSpot tickets: “Ticket …” before a header or not, and a wait that is no moment."""

from __future__ import annotations

import pytest

from tests.definitions.formats.conftest import Exports

EXPORT = """\
Ticket ID,Ticket name,Ticket description,Ticket status,Pipeline,Priority,Create date,Last activity date,Close date,Ticket owner,Source,Associated Company,Time to close
91,Screen,Broken,Closed,Support,High,2025-01-02 09:00,2025-01-03 09:00,2025-01-03 09:00,Bo,Email,Firm,24:00:00
92,Mouse,Lost,New,Support,,2025-01-04 09:00,2025-01-04 10:00,,Bo,Chat,Firm,
"""


@pytest.mark.parametrize("header", ["Ticket status", "Ticket Status", "STATUS"])
def test_a_close_date_is_the_time_solved(exports: Exports, header: str) -> None:
    outcome = exports.loaded(EXPORT.replace("Ticket status", header))
    assert (outcome.format, outcome.rows_rejected) == ("hubspot", 0)
    columns = ("ticket_id", "created_at", "solved_at", "status", "channel")
    assert exports.rows("tickets", *columns) == [
        ("91", "2025-01-02 09:00:00", "2025-01-03 09:00:00", "closed", "Email"),
        ("92", "2025-01-04 09:00:00", None, "new", "Chat"),
    ]


def test_the_wait_cannot_be_mapped(exports: Exports) -> None:
    refused = exports.text(EXPORT, mapping={"solved_at": "Create date + Time to close"})
    assert "it is a wait" in refused.reason
