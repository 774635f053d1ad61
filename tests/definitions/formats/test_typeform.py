"""Typeform: times in UTC become local ones, the id is under `#`."""

from __future__ import annotations

import pytest

from tests.definitions.formats.conftest import Exports

EXPORT = """\
#,How likely are you to recommend us?,Your phone number,Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags,Ending
ab12,9,'+33 1 00 00 00 00,completed,2024-03-30 23:20:00,,2024-03-30 23:30:00,f00,,Thanks
cd34,4,,completed,2024-07-14 21:50:00,,2024-07-14 22:30:00,f01,,Thanks
"""
OLDER = (
    EXPORT.replace("Response Type,", "Hi,")
    .replace("Stage Date (UTC),", "Ho,")
    .replace("Ending", "Hu")
)


@pytest.mark.parametrize("text", [EXPORT, OLDER])
def test_utc_becomes_local_time(exports: Exports, text: str) -> None:
    outcome = exports.loaded(text)
    assert (outcome.format, outcome.rows_rejected) == ("typeform", 0)
    # Paris is an hour ahead in winter, two in summer: both answers are of the next day.
    assert exports.rows("surveys", "response_id", "answered_at", "nps") == [
        ("ab12", "2024-03-31 00:30:00", 9),
        ("cd34", "2024-07-15 00:30:00", 4),
    ]
