"""Email Meter: messages that came in, answered or not; those that went out do not count."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

EXPORT = """\
main_timestamp,unix_main_timestamp,rfc2822_message_id,in_reply_to_message_id,outlook_user_principal_email,outlook_message_id,conversation_id,action_type,is_replied
2024-03-04 09:00:00,1709542800,<a@example.com>,,desk@example.com,x1,c1,received,true
2024-03-04 09:30:00,1709544600,<b@example.com>,<a@example.com>,desk@example.com,x2,c1,sent,false
2024-03-05 09:00:00,1709629200,<c@example.com>,,desk@example.com,x3,c2,received,false
"""


def test_only_what_came_in_counts(exports: Exports) -> None:
    outcome = exports.loaded(EXPORT)
    assert (outcome.format, outcome.kind) == ("email_meter", "emails")
    assert [(issue.rule, issue.rows) for issue in outcome.issues] == [("test_row", 1)]
    (row,) = exports.answers.kpi("reply_rate", rows=True)
    assert (row["numerator"], row["n"]) == (1, 2)
