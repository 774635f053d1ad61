"""A new KPI is a new file: nothing else is touched, and it is everywhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from service_quality.definitions import queries
from service_quality.measures.sums import table_of
from service_quality.warehouse import schema
from tests.factories import Store

NEW = """\
-- title: Acknowledged
-- dataset: emails
-- needs: received_at, acknowledged_at
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- measures: the share of e-mails that were acknowledged automatically
-- not_measured: whether anyone read them
-- formula: acknowledged ÷ received
-- source: a test
select
    received_at as at,
    source,
    brand,
    team,
    channel,
    topic,
    acknowledged_at is not null as value
from emails
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of queries/ that the program takes for its own."""
    copy = tmp_path / "queries"
    shutil.copytree(queries.folder(), copy)
    monkeypatch.setattr(queries, "folder", lambda: copy)
    return copy


# Its sums stand beside those of the other KPIs of e-mails; or by themselves, as it is not plain.
NOT_PLAIN = NEW.replace("\nselect", "\nwith these as (select * from emails)\n\nselect").replace(
    "from emails\n", "from these\n"
)


@pytest.mark.parametrize("new", [NEW, NOT_PLAIN], ids=["plain", "not plain"])
def test_a_new_file_is_a_new_kpi_everywhere(tmp_path: Path, folder: Path, new: str) -> None:
    store = Store(tmp_path / "data")
    rows = [
        {"received_at": f"{year}-03-01", "acknowledged_at": at, "brand": brand}
        for year, brand, at in ((2023, "A", "2023-03-02"), (2023, "B", None), (2024, "A", None))
        for _twice in range(2)
    ]
    rows += [{"received_at": "2024-03-05", "acknowledged_at": "2024-03-05", "brand": "B"}]
    store.load("emails", rows)
    assert "acknowledged" not in store.answers.kpis()
    (folder / "kpis" / "acknowledged.sql").write_text(new, encoding="utf-8")
    store.reopen()

    kpi = store.answers.kpis()["acknowledged"]
    assert (kpi.title, kpi.group, kpi.measure, kpi.can_rank) == (
        "Acknowledged",
        "replies",
        "rate",
        True,
    )
    assert "acknowledged" in {kpi.id for kpi in store.answers.available()}
    by_year = {row["year"]: row["value"] for row in store.answers.kpi("acknowledged", ["year"])}
    assert by_year == {2023: 2 / 4, 2024: 1 / 3}
    sums = store.warehouse.rows(f'select "acknowledged.n" as n from {table_of(kpi)} order by 1')
    assert [row["n"] for row in sums] == [1, 2, 2, 2]
    table = store.answers.ranking("acknowledged", 2024)
    found = [(r["entity"], r["rank"], r["prior_rank"], r["places_lost"]) for r in table.rows]
    assert found == [("B", 1, 2, -1), ("A", 2, 1, 1)]

    # A later upload keeps its sums too, and another definition sums them again.
    store.load("emails", [{"received_at": "2025-01-01", "acknowledged_at": None, "brand": "C"}])
    assert len(store.answers.kpi("acknowledged", ["year"])) == 3
    other = new.replace("is not null as value", "is null as value")
    (folder / "kpis" / "acknowledged.sql").write_text(other, encoding="utf-8")
    store.reopen()
    assert store.answers.kpi("acknowledged", ["year"])[0]["value"] == 2 / 4
    assert store.answers.kpi("acknowledged", ["year"])[2]["value"] == 1


def test_a_file_that_is_gone_is_a_kpi_no_more(tmp_path: Path, folder: Path) -> None:
    store = Store(tmp_path / "data")
    store.load("surveys", [{"answered_at": "2025-01-01", "csat": 5, "csat_scale": "1-5"}])
    (folder / "kpis" / "csat.sql").unlink()
    store.reopen()
    assert "csat" not in store.answers.kpis()
    with store.warehouse.cursor() as cursor:
        summed = set().union(*schema.all_sums(cursor).values())
    assert "csat_top1.n" in summed
    assert "csat.n" not in summed
