"""A fifth dimension is one entry in a list: it is recognised, stored, cut by and promised by."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# In a process of its own: what is made of the list is made once, when its users are imported.
FIFTH = """
import json, sys
from pathlib import Path
from service_quality.base import dimensions

region = dimensions.Dimension("region", "Region", ("land",))
dimensions.EVERY += (region,)
dimensions.DIMENSIONS += ("region",)

from service_quality.base.filters import Filters, from_query
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.uploads import publish
from tests.factories import NOW, SETTINGS, Store

store = Store(Path(sys.argv[1]))

def load(rows):
    moment = publish.Moment(NOW, "tester")
    found = publish.load(store.warehouse, SETTINGS, store.export(rows), Instructions(), moment)
    assert found.status == "published", found.reason
    return found

north, south = {"land": "North"}, {"land": "South"}
times = {"created_at": "2025-03-03 09:00", "first_reply_at": "2025-03-03 10:00"}
late = times | {"first_reply_at": "2025-03-09 10:00"}
tickets = [{"ticket_id": 1} | times | north, {"ticket_id": 2} | late | south]
mapped = load(tickets).mapping["region"]
surveys = [{"response_id": 1, "answered_at": "2025-03-04", "csat": 5, "csat_scale": "1-5"} | north]
load(surveys)
promise = {"promise_id": "fast", "statement": "Soon", "kpi": "first_reply_in_time"}
promise |= {"target": 0.9, "valid_from": "2025-01-01", "region": "South"}
load([promise])
filters, dropped = from_query({"region": ["South"]})
ranked = store.answers.ranking("first_reply_in_time", 2025, "region")
print(json.dumps({
    "mapped": mapped,
    "rows": store.by("first_reply_in_time", "region"),
    "sums": {r["region"]: r["value"] for r in store.answers.kpi("csat", ["region"], reveal=True)},
    "filtered": store.one("ticket_volume", filters=filters)["value"],
    "dropped": dropped,
    "kept": [row["value"] for row in store.answers.promises()],
    "ranks": [[row["entity"], row["rank"]] for row in ranked.rows],
    "values": store.answers.dimension_values("region"),
}))
"""


def test_a_fifth_dimension_is_one_entry_in_the_list(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FIFTH, str(tmp_path / "data")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "mapped": "land",
        "rows": {"North": 1.0, "South": 0.0},
        "sums": {"North": 1.0},
        "filtered": 1,
        "dropped": [],
        "kept": [0.0],  # the promise binds the South alone
        "ranks": [["North", 1], ["South", 2]],
        "values": ["North", "South"],
    }
