"""Reviews of apps: stars from 1 to 5, and an answer that may be older than an edited review."""

from __future__ import annotations

import pytest

from tests.definitions.formats.conftest import Exports

SCRAPED = """\
reviewId,userName,content,score,thumbsUpCount,reviewCreatedVersion,at,replyContent,repliedAt
a1,Ann,fine,5,0,1.2,2025-01-03 10:00:00,thanks,2025-01-04 10:00:00
a2,Bo,slow,2,3,1.2,2025-02-03 10:00:00,sorry,2025-01-04 10:00:00
"""
SHORT = """\
id,userName,date,score,title,text,replyDate,replyText,version,thumbsUp
a1,Ann,2025-01-03 10:00:00,5,,fine,2025-01-04 10:00:00,thanks,1.2,0
a2,Bo,2025-02-03 10:00:00,2,,slow,2025-01-04 10:00:00,sorry,1.2,3
"""
CONSOLE = """\
Package Name,App Version Code,App Version Name,Reviewer Language,Device,Review Submit Date and Time,Star Rating,Review Title,Review Text,Developer Reply Date and Time,Developer Reply Text,Review Link
app,12,1.2,en,pixel,2025-01-03T10:00:00Z,5,,fine,2025-01-04T10:00:00Z,thanks,https://play/1
app,12,1.2,en,pixel,2025-02-03T10:00:00Z,2,,slow,,,https://play/2
"""
STORE = """\
id,date,userName,title,review,rating,isEdited,territory,developerResponse
77,2025-01-03 10:00:00,Ann,Good,fine,5,False,FRA,
78,2025-02-03 10:00:00,Bo,Bad,slow,2,True,FRA,"{'id': 1, 'body': 'sorry'}"
"""


@pytest.mark.parametrize(
    ("text", "format_id"),
    [
        (SCRAPED, "google_play"),
        (SHORT, "google_play"),
        (CONSOLE, "google_play"),
        (STORE, "app_store"),
    ],
)
def test_stars_are_a_satisfaction_from_1_to_5(exports: Exports, text: str, format_id: str) -> None:
    outcome = exports.loaded(text)
    assert (outcome.format, outcome.rows_accepted) == (format_id, 2)
    assert exports.rows("surveys", "csat", "csat_scale") == [(2.0, "1-5"), (5.0, "1-5")]
