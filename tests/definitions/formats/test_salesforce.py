"""Salesforce Cases: the object's export and the report, whose Closed says yes or no."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

OBJECT = """\
"Id","CaseNumber","Origin","OwnerId","Reason","Status","Priority","Subject","Type","CreatedDate","ClosedDate","IsClosed","IsEscalated","AccountId","ContactId","Colour__c"
"500A","00001001","Web","005X","Fault","Closed","High","Hello","Question","2025-02-14T14:58:18.000+0000","2025-02-15T08:00:00.000+0000","true","false","001","003","red"
"500B","00001002","Phone","005X","Fault","New","Low","Hello","Question","2025-02-16T14:00:00.000+0000","","false","false","001","003","red"
"""
REPORT = """\
Case Number,Case Owner,Status,Priority,Subject,Date/Time Opened,Date/Time Closed,Age,Open,Closed,Case Origin,Account Name
00001001,Bo,Closed,High,Hello,2/14/2025 3:58 PM,2/15/2025 9:00 AM,17,0,1,Web,Firm
00001002,Bo,New,Low,Hello,2/16/2025 3:00 PM,,40,1,0,Phone,Firm
"""


def test_the_object_in_utc(exports: Exports) -> None:
    outcome = exports.loaded(OBJECT)
    assert (outcome.format, outcome.rows_accepted) == ("salesforce", 2)
    columns = ("ticket_id", "created_at", "solved_at", "channel", "topic")
    # Paris is an hour ahead in winter.
    assert exports.rows("tickets", *columns) == [
        ("00001001", "2025-02-14 15:58:18", "2025-02-15 09:00:00", "Web", "Question"),
        ("00001002", "2025-02-16 15:00:00", None, "Phone", "Question"),
    ]


def test_the_report_closed_says_yes_or_no_and_is_no_time(exports: Exports) -> None:
    outcome = exports.loaded(REPORT)
    assert outcome.format == "salesforce"
    assert exports.rows("tickets", "ticket_id", "created_at", "solved_at") == [
        ("00001001", "2025-02-14 15:58:00", "2025-02-15 09:00:00"),
        ("00001002", "2025-02-16 15:00:00", None),
    ]
    refused = exports.text(REPORT, mapping={"solved_at": "Age"})
    assert "cannot be solved_at" in refused.reason
