"""Years as people write them: 2023/24, FY24, a date; and whether 2011-12 is a season or a month."""

from __future__ import annotations

import re
from collections.abc import Iterable

DOUBTFUL = re.compile(r"^\D*((?:19|20)\d\d) ?[-–—] ?(\d\d)\D*$")


def has_seasons(values: Iterable[str]) -> bool:
    """Whether a column that writes 2011-12 means a season by it: all are years that follow.

    One such cell alone could be December; two that differ, or one beyond 12, could not.
    """
    pairs = {(int(m[1]), int(m[2])) for v in values if (m := DOUBTFUL.match(v.strip()))}
    follow = all((first + 1) % 100 == second for first, second in pairs)
    return follow and (len(pairs) > 1 or any(second > 12 for _first, second in pairs))


def season(text: str) -> str | None:
    """Return a cell such as 2023/24 or FY24 as it stands, None where a cell is a plain year."""
    lasts = re.search(r"(19|20)\d\d ?[/–—-] ?(\d\d|(19|20)\d\d)\D*$|^\s*(fy|ay)", text, re.I)
    return text if lasts else None
