"""What several queries have in common, said once: a `$word` of a .sql file is written out here."""

from __future__ import annotations

import re

from service_quality.base.dimensions import DIMENSIONS

BOUNDS = (60, 240, 1440, 2880, 10080)  # minutes within which it is counted who was answered
# What a `$word` of a query stands for, said once: the dimensions' columns, their names as texts,
# and a column of 0 and 1 for each bound.
COMPOSED = {
    "dimensions": ", ".join(DIMENSIONS),
    "within_bounds": ", ".join(
        f"cast(coalesce(answered and minutes <= {n}, false) as integer) as within_{n}"
        for n in BOUNDS
    ),
}
# And a call: the minutes from one time to another, or as long as it is waited for; of days without
# times in days. An instant knows how the clocks of the data's time zone are changed.
CALLS = {
    "minutes_between": (
        "case when {end}_is_day then 1440 * date_diff('day', {start}, {end})"
        " else ({end}_instant - {start}_instant) / 6e7 end"
    ),
    "minutes_until": (
        "case when {end}_is_day"
        " then 1440 * date_diff('day', {start}, coalesce({end}, observed_until))"
        " else (coalesce({end}_instant, observed_until_instant) - {start}_instant) / 6e7 end"
    ),
}
CALL = re.compile(rf"\$({'|'.join(CALLS)})\((\w+), (\w+)\)")


def written_out(sql: str) -> str:
    """Return a query with its pieces in their places; other `$names` are bound when it runs.

    `select $minutes_between(created_at, solved_at) as minutes, $dimensions` becomes `select case
    when solved_at_is_day then 1440 * date_diff('day', created_at, solved_at) else
    (solved_at_instant - created_at_instant) / 6e7 end as minutes, brand, team, channel, topic`.
    """
    sql = CALL.sub(lambda call: CALLS[call[1]].format(start=call[2], end=call[3]), sql)
    for word, text in COMPOSED.items():
        sql = re.sub(rf"\${word}\b", text, sql)
    return sql
