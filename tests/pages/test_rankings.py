"""The page of rankings on published places: ties, bands, no score, no field."""

from __future__ import annotations

from pathlib import Path

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
