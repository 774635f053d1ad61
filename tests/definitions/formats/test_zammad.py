"""Zammad: the id is under `#`; minutes of the working calendar are no waits."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

EXPORT = """\
#,Title,State,Priority,Group,Owner,Customer,Organization,Create Channel,Sender,Tags,Time Units Total,Shop,Created At,Updated At,Closed At,Close Escalation At,Close In Min,Close Diff In Min,First Response At,First Response Escalation At,First Response In Min,First Response Diff In Min,Last Contact At,Last Contact Agent At,Article Count,Escalation At
51001,Hello,closed,2 normal,Lille,Bo,Ann,,email,Customer,,,Nord,2024-03-08 16:00:00,2024-03-12 09:00:00,2024-03-11 10:00:00,2024-03-12 16:00:00,120,840,2024-03-11 09:00:00,,60,-30,2024-03-12 09:00:00,2024-03-12 09:00:00,4,
51002,Bye,open,2 normal,Lille,Bo,Cy,,web,Customer,,,Nord,2024-03-09 16:00:00,2024-03-09 16:00:00,,2024-03-13 16:00:00,,,,,,,2024-03-09 16:00:00,,1,
"""


def test_the_first_reply_and_the_first_close_are_read_as_moments(exports: Exports) -> None:
    outcome = exports.loaded(EXPORT)
    assert (outcome.format, outcome.issues) == ("zammad", ())
    assert "first time a ticket was closed" in outcome.note
    assert exports.rows("tickets", "ticket_id", "first_reply_at", "solved_at", "channel") == [
        ("51001", "2024-03-11 09:00:00", "2024-03-11 10:00:00", "email"),
        ("51002", None, None, "web"),
    ]
    # 8 March 16:00 to 11 March 10:00 is 66 hours, not the 120 minutes of "Close In Min".
    (row,) = exports.answers.kpi("full_resolution_time", rows=True)
    assert row["median"] == 66 * 60


def test_working_minutes_are_not_taken_for_a_wait(exports: Exports) -> None:
    outcome = exports.text(EXPORT, mapping={"first_reply_at": "Created At + First Response In Min"})
    assert outcome.status == "refused"
    assert "minutes of the working calendar" in outcome.reason
