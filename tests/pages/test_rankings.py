"""The page of rankings on published places: ties, bands, no score, no field."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories import Store
from tests.pages.reading import finding

PLACES = {
    "Nord": ("98", "101-150"),
    "Sud": ("1", "=1"),
    "Est": ("2", "=1"),
    "Ouest": ("3", "3"),
}


def test_places_without_scores_are_ranked_and_bands_shown_as_such(open_page, tmp_path: Path):
    rows = [
        {"publisher": "P", "year": year, "brand": brand, "rank": place}
        for brand, places in PLACES.items()
        for year, place in zip((2023, 2024), places, strict=True)
    ]
    store = Store(tmp_path / "data")
    store.load("rankings", rows)
    store.warehouse.close()
    at = open_page("rankings", tmp_path / "data", kpi="published_score")
    assert not at.exception
    assert "Nord" in finding(at)
    assert "from place 98 to 101-150 (at least 3 places)" in finding(at)
    assert "leads" not in finding(at)
    table = at.dataframe[-1].value
    assert list(table["rank"]) == [1, 1, 3, 101]
    assert table["shared"].fillna("").to_list() == ["shared by 2", "shared by 2", "", "101-150"]


def mails(brand: str, year: int, months: int, each: int) -> list[dict[str, object]]:
    """E-mails by month, of which each second one was answered."""
    return [
        {
            "email_id": f"{brand}{year}{month}{i}",
            "received_at": f"{year}-{month:02}-{i % 28 + 1:02} 09:00",
            "replied": "yes" if i % 2 else "no",
            "brand": brand,
        }
        for month in range(1, months + 1)
        for i in range(each)
    ]


@pytest.mark.parametrize("view", ["places", "ranges", "funnel"])
def test_every_picture_can_be_handed_on(open_page, view):
    at = open_page("rankings", kpi="first_reply_in_time", by="team", view=view)
    assert not at.exception
    labels = [button.label for button in at.get("download_button")]
    assert [name for name in labels if name.startswith("Chart")] == ["Chart as PNG", "Chart as SVG"]


def test_the_page_opens_on_a_year_and_on_entries_that_can_be_judged(open_page, tmp_path: Path):
    rows = [*mails("A", 2024, 12, 4), *mails("B", 2024, 12, 4), *mails("C", 2024, 3, 1)]
    store = Store(tmp_path / "data")
    store.load("emails", rows + mails("A", 2025, 2, 30) + mails("B", 2025, 2, 30))
    store.warehouse.close()
    at = open_page("rankings", tmp_path / "data", kpi="reply_rate")
    # Of 2025 there are two months: 2024 is opened, and C with its 3 e-mails is not ranked.
    assert next(box for box in at.selectbox if box.label == "Year").value == "2024"
    assert at.number_input[0].value == 5
    assert list(at.dataframe[-1].value["entity"]) == ["A", "B"]
    lower = open_page("rankings", tmp_path / "data", kpi="reply_rate", min_n="1")
    assert list(lower.dataframe[-1].value["entity"]) == ["A", "B", "C"]
    said = "\n".join(element.value for element in lower.warning)
    assert "Entries of fewer than 5 cases are ranked too" in said
