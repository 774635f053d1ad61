"""What the KPIs of deliveries say of one order, and how an export of a shop becomes rows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service_quality.ingest.recognise.instructions import Instructions
from service_quality.uploads import publish
from tests import bare
from tests.factories import NOW, Store, write_csv

DAY = datetime(2024, 3, 5)  # without a time: until the end of the day
NOON = datetime(2024, 3, 5, 12)
ORDERS: dict[str, dict[str, Any]] = {
    "to the minute": {"promised_at": NOON, "delivered_at": NOON, "correct": True},
    "a second late": {"promised_at": NOON, "delivered_at": datetime(2024, 3, 5, 12, 0, 1)},
    "on the day": {"promised_at": DAY, "delivered_at": datetime(2024, 3, 5, 23, 59)},
    "the day after": {"promised_at": DAY, "delivered_at": datetime(2024, 3, 6), "informed": True},
    "never": {"promised_at": DAY, "correct": False, "informed": False},
    "early, not yet due": {"promised_at": datetime(2024, 3, 11), "delivered_at": NOON},
    "late, nobody said": {"promised_at": DAY, "delivered_at": datetime(2024, 3, 9)},
    "on time, told all the same": {"promised_at": DAY, "delivered_at": DAY, "informed": True},
}


@pytest.mark.parametrize(
    ("kpi", "expected"),
    [
        ("delivered_in_time", [True, False, True, False, False, None, False, True]),
        ("delivered_correct", [True, None, None, None, False, None, None, None]),
        ("informed_of_delay", [None, None, None, True, False, None, None, None]),
    ],
)
def test_what_is_said_of_an_order(tmp_path: Path, kpi: str, expected: list[bool | None]) -> None:
    warehouse = bare.memory(tmp_path)
    bare.fill(warehouse, "deliveries", ORDERS, observed_until=datetime(2024, 3, 10))
    assert bare.values_of(warehouse, kpi) == dict(zip(ORDERS, expected, strict=True))


def test_a_french_export_is_recognised_and_ends_with_its_last_delivery(tmp_path: Path) -> None:
    store = Store(tmp_path)
    orders = [
        {
            "N° commande": number,
            "Livraison prévue le": f"{promised}/03/2024",
            "Livré le": delivered and f"{delivered}/03/2024 10:00",
            "Conforme": right,
            "Client informé": told,
        }
        for number, promised, delivered, right, told in (
            ("A1", "13", "14", "oui", "non"),
            ("A2", "14", "14", "oui", ""),
            ("A3", "20", None, "", ""),
        )
    ]
    path = write_csv(tmp_path / "commandes.csv", orders, delimiter=";")
    # The headers are found by their names, but for two that this shop words its own way.
    mapping = {"order_id": "N° commande", "informed": "Client informé"}
    outcome = publish.load(
        store.warehouse,
        store.settings,
        path,
        Instructions(mapping=mapping),
        publish.Moment(NOW, "t"),
    )
    assert (outcome.kind, outcome.rows_accepted) == ("deliveries", 3)
    # The end of observation is 14 March, 10 h: A2 is promised until the end of that day.
    assert [store.one(kpi)["value"] for kpi in ("delivered_in_time", "delivered_correct")] == [0, 1]
    assert store.one("informed_of_delay")["n"] == 1
