"""The page of rankings on published places: ties, bands, no score, no field."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_quality.base.filters import Filters
from service_quality.findings import standing
from service_quality.findings.asking import asking
from service_quality.findings.paper import standings, typeset
from service_quality.ui import figures
from service_quality.ui.figures.axes import FALL, GREY
from tests.factories import Store
from tests.pages.conftest import stored
from tests.pages.reading import everything, finding

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


@pytest.mark.usefixtures("opened")
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


def test_the_page_opens_on_a_measure_that_has_a_year_to_compare_with(open_page, tmp_path: Path):
    answers = [
        {"response_id": f"{brand}{year}{i}", "answered_at": f"{year}-{i % 12 + 1:02}-09"}
        | {"csat": 1 + i % 5, "csat_scale": "1-5", "brand": brand}
        for year in (2023, 2024)
        for brand in "AB"
        for i in range(24)
    ]
    store = Store(tmp_path / "data")
    store.load("emails", [*mails("A", 2024, 12, 4), *mails("B", 2024, 12, 4)])
    store.load("surveys", answers)
    store.warehouse.close()
    at = open_page("rankings", tmp_path / "data")
    box = next(box for box in at.selectbox if box.label == "Measure")
    assert box.value == "csat"
    assert next(box for box in at.selectbox if box.label == "Year").value == "2024"


@pytest.mark.usefixtures("opened")
def test_places_of_all_years_stand_side_by_side_and_whom_one_follows_is_named(
    open_page, tmp_path: Path
):
    # Twelve brands; in 2024 A is the last one, B is not there, C and D share a place.
    first = {name: str(at) for at, name in enumerate("ABCDEFGHIJKL", 1)}
    last = {name: str(at) for at, name in enumerate("DEFGHIJKLA", 2)} | {"C": "2"}
    rows = [
        {"publisher": "P", "year": year, "brand": brand, "rank": place}
        for year, places in ((2022, first), (2023, first), (2024, last))
        for brand, place in places.items()
    ]
    store = Store(tmp_path / "data")
    store.load("rankings", rows)
    with asking(store.answers):
        choice = standing.of_query({"kpi": ["published_score"]})
        assert choice
        found = standing.over_years(choice, Filters())
    places = {row["entity"]: row["places"] for row in found.rows}
    assert found.years == (2022, 2023, 2024)
    assert places["A"] == [1, 1, 11]
    assert places["B"] == [2, 2, None]
    shown = {row["entity"]: row["shown"] for row in found.rows}
    assert shown["C"] == ["3", "3", "2="]
    assert found.title({"A", "C"}) == "Places from 2022 to 2024: A moved furthest, from 1 to 11"
    drawn = figures.bump(found, {"A", "C"})
    words = [note["text"] for note in drawn["layout"]["annotations"]]
    assert words == ["2=  C", "11  A", "1", "3"]
    colours = {line["hovertext"][0][0]: line["line"]["color"] for line in drawn["data"]}
    assert (colours["A"], colours["C"], colours["E"]) == (FALL, GREY, GREY)
    content = {"lang": "en", "title": "T", "below": "", "chart": standings.bump(found, {"A", "C"})}
    assert typeset.picture(content, "svg").startswith(b"<svg")
    store.warehouse.close()
    at = open_page(
        "rankings", tmp_path / "data", kpi="published_score", view="years", follow=["C", "Z"]
    )
    assert not at.exception
    assert "Places from 2022 to 2024: C moved furthest, from 3 to 2=" in everything(at)
    labels = [button.label for button in at.get("download_button")]
    assert "Chart as PNG" in labels


def test_only_real_falls_are_listed_on_demand(open_page, tmp_path: Path):
    """Nord falls from 190 to 80 of 200, Est behind Ouest by one answer, which is chance."""
    answered = {"Nord": (190, 80), "Sud": (150, 150), "Est": (101, 100), "Ouest": (100, 101)}
    rows = [
        {
            "email_id": f"{team}{year}{i}",
            "received_at": f"{year}-{i % 12 + 1:02}-{i % 28 + 1:02} 09:00",
            "replied": "yes" if i < replied else "no",
            "team": team,
        }
        for team, of_years in answered.items()
        for year, replied in zip((2024, 2025), of_years, strict=True)
        for i in range(200)
    ]
    folder = stored(tmp_path / "data", "emails", rows)
    chosen = {"kpi": "reply_rate", "by": "team"}
    at = open_page("rankings", folder, **chosen)
    assert len(at.dataframe[-1].value) == 4
    at = open_page("rankings", folder, **chosen, real="1")
    assert at.dataframe[-1].value["entity"].to_list() == ["Nord"]
    assert "Of 4 ranked in both years, 1 fell by more than chance allows" in everything(at)
    at = open_page("rankings", folder, **chosen, real="1", year="2024")
    assert not at.exception


def test_where_no_fall_is_real_that_is_said_and_nothing_is_drawn(open_page):
    for view in ("places", "ranges"):
        at = open_page("rankings", kpi="reply_rate", real="1", view=view)
        assert not at.exception
        assert "Of 256 ranked in both years, no one fell by more than chance allows." in everything(
            at
        )
        assert not at.get("plotly_chart")
        assert not at.dataframe
