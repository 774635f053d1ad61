"""What the clocks are ahead is looked up by the fortnight, and is what the time zone says."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service_quality.base.settings import Settings
from service_quality.definitions import kpis
from service_quality.measures.compose import compose
from tests import bare

# Each side of every change of the clocks in Paris of these years, before, within and after those
# that are looked up; in Dhaka the clocks were changed once, hours before the first of them.
TIMES = [
    *(
        datetime(year, month, 20, 0, 30) + timedelta(hours=5 * n)
        for year in (1999, 2009, 2010, 2024, 2039, 2041)
        for month in (3, 10)
        for n in range(60)
    ),
    *(datetime(2009, 12, 25) + timedelta(hours=7 * n) for n in range(60)),
]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "Asia/Dhaka", "America/St_Johns"])
def test_an_instant_is_that_of_the_time_zone(tmp_path: Path, zone: str) -> None:
    warehouse = bare.memory(tmp_path)
    cases = {str(n): {"received_at": at, "replied_at": None} for n, at in enumerate(TIMES)}
    bare.fill(warehouse, "emails", cases)
    composed = compose(kpis.catalogue()["reply_time"], Settings(timezone=zone))
    found = warehouse.rows(
        *composed.query("select received_at, received_at_instant as instant from stored")
    )
    assert len(found) == len(TIMES)
    for row in found:
        at = row["received_at"].replace(tzinfo=ZoneInfo(zone))
        if at.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).hour == at.hour:
            # Of an hour shown twice the later one.
            assert row["instant"] == round(at.replace(fold=1).timestamp() * 1e6), at
