"""Chatwoot's report on agents: averages, of which no row is a ticket."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

REPORT = """\
Reporting period 01 Mar 2024 to 31 Mar 2024

Agent name,Assigned conversations,Avg first response time,Avg resolution time,Resolution Count,\
Avg customer waiting time
Ann,120,5 minutes 3 seconds,2 hours 4 minutes,100,4 minutes
Bo,80,7 minutes,3 hours,75,6 minutes
Cy,60,2 minutes,1 hour,51,3 minutes
"""


def test_averages_are_refused_and_the_export_to_take_is_named(exports: Exports) -> None:
    outcome = exports.text(REPORT)
    assert outcome.status == "refused"
    assert "Chatwoot, agents, because it has: Agent name" in outcome.reason
    assert "Take the list of conversations instead" in outcome.reason
    assert exports.rows("tickets", "ticket_id") == []
