"""Forms that write: a promise becomes a row of the register, with all that a file would bring."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from service_quality.ui.frame.data import real
from tests.pages.reading import everything, finding
from tests.pages.test_promises_page import folder as mails  # ten mails of March 2025
from tests.pages.test_promises_page import load

__all__ = ["mails"]
pytestmark = pytest.mark.usefixtures("opened")
MARCH = {"start": "2025-03-01", "end": "2025-03-31"}
PROMISES = (
    "promise_id,statement,kpi,within,target,valid_from\n"
    "reply,We answer within a day.,reply_time,24,90%,2025-01-01\n"
)


def field(at: AppTest, kind: str, name: str) -> Any:
    """Return the one field of a form whose key says this."""
    found = [each for each in getattr(at, kind) if f"writing-{name}-" in (each.key or "")]
    assert len(found) == 1, [each.key for each in getattr(at, kind)]
    return found[0]


def press(at: AppTest, name: str) -> AppTest:
    return field(at, "button", name).click().run()


def versions() -> list[dict[str, Any]]:
    return [version for row in real().answers.promises() for version in row["versions"]]


def test_a_new_promise_shows_at_once_how_it_was_kept(open_page, mails: Path) -> None:
    at = open_page("promises", mails, **MARCH)
    field(at, "text_input", "new-statement").set_value("We answer within 8 hours")
    field(at, "number_input", "new-hours").set_value(8)
    field(at, "number_input", "new-share").set_value(75)
    field(at, "date_input", "new-from").set_value(date(2025, 1, 1))
    field(at, "text_input", "new-name").set_value("Ada")
    at = press(at, "new-save")
    assert not at.exception
    # Eight of ten were answered within eight hours.
    assert "“We answer within 8 hours”: 80.0" in at.success[0].value.replace("\\", "")
    assert "80.0% kept" in everything(at)
    (version,) = versions()
    assert (version["promise"], version["within"], version["target"]) == (
        "we-answer-within-8-hours",
        8.0,
        0.75,
    )
    last = real().answers.uploads()[-1]
    assert (last["file"], last["uploaded_by"]) == ("We answer within 8 hours", "Ada")
    # The form is empty again.
    assert field(at, "text_input", "new-statement").value == ""


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("statement", "In the customer's words: say what is promised"),
        ("share", "Share promised: a number above 0"),
        ("from", "From: give the first day"),
    ],
)
def test_a_field_that_is_missing_is_named(
    open_page, mails: Path, left_out: str, sentence: str
) -> None:
    at = open_page("promises", mails)
    if left_out != "statement":
        field(at, "text_input", "new-statement").set_value("We answer")
    if left_out == "share":
        field(at, "number_input", "new-share").set_value(0)
    day = None if left_out == "from" else date(2025, 1, 1)
    field(at, "date_input", "new-from").set_value(day)
    at = press(at, "new-save")
    assert sentence in at.error[0].value.replace("\\", "")
    assert versions() == []


def test_hours_that_cannot_be_are_named_by_the_same_rules_as_a_files(
    open_page, mails: Path
) -> None:
    at = open_page("promises", mails)
    field(at, "text_input", "new-statement").set_value("We answer")
    field(at, "number_input", "new-hours").set_value(-1)
    field(at, "date_input", "new-from").set_value(date(2025, 1, 1))
    at = press(at, "new-save")
    assert "Within, in hours: a number from 0" in at.error[0].value.replace("\\", "")
    assert versions() == []


def test_a_change_ends_the_old_promise_and_begins_a_new_one(open_page, mails: Path) -> None:
    load(mails, "promises.csv", PROMISES)
    at = open_page("promises", mails, **MARCH)
    field(at, "number_input", "change-0-hours").set_value(2)
    field(at, "date_input", "change-0-from").set_value(date(2025, 3, 6))
    at = press(at, "save")
    assert not at.exception
    days = [(v["first_day"], v["last_day"], v["within"]) for v in versions()]
    assert days == [
        (date(2025, 1, 1), date(2025, 3, 5), 24.0),
        (date(2025, 3, 6), None, 2.0),
    ]
    # Five mails within a day until the 5th; of the five after it none within two hours.
    assert "50.0% kept" in everything(at)


def test_a_change_from_the_first_day_on_corrects_the_promise(open_page, mails: Path) -> None:
    load(mails, "promises.csv", PROMISES)
    at = open_page("promises", mails, **MARCH)
    field(at, "number_input", "change-0-hours").set_value(4)
    field(at, "date_input", "change-0-from").set_value(date(2025, 1, 1))
    at = press(at, "save")
    assert [(v["first_day"], v["within"]) for v in versions()] == [(date(2025, 1, 1), 4.0)]
    assert "40.0% kept" in everything(at)


def test_a_promise_ends_on_the_day_given(open_page, mails: Path) -> None:
    load(mails, "promises.csv", PROMISES)
    at = press(open_page("promises", mails, **MARCH), "end")
    assert "Until: give the last day" in at.error[0].value.replace("\\", "")
    field(at, "date_input", "until-0").set_value(date(2024, 12, 31))
    at = press(at, "end")
    assert "on or after the promise's first" in at.error[0].value.replace("\\", "")
    field(at, "date_input", "until-0").set_value(date(2025, 3, 2))
    at = press(at, "end")
    assert [version["last_day"] for version in versions()] == [date(2025, 3, 2)]
    assert "100.0% kept" in everything(at)  # the two mails of the 1st and 2nd


def test_a_promise_is_withdrawn_and_comes_back_with_its_upload(open_page, mails: Path) -> None:
    load(mails, "promises.csv", PROMISES)
    at = press(open_page("promises", mails, **MARCH), "withdraw")
    assert not at.exception
    assert versions() == []
    assert [u["status"] for u in real().answers.uploads()] == ["published"] * 3


def test_nobody_writes_into_the_example(open_page) -> None:
    at = open_page("promises")
    assert not [each for each in at.button if "writing-" in (each.key or "")]


# Remarks


def remarks() -> list[tuple[Any, ...]]:
    names = ("day", "text", "kind", "kpi", "dataset", "brand")
    return [tuple(row[name] for name in names) for row in real().answers.remarks()]


def test_a_remark_is_written_changed_and_withdrawn_on_data(open_page, mails: Path) -> None:
    at = open_page("data", mails)
    field(at, "text_input", "new-remark-text").set_value("New help desk")
    field(at, "date_input", "new-remark-day").set_value(None)
    at = press(at, "new-remark-save")
    assert "Day: give the day" in at.error[0].value.replace("\\", "")
    field(at, "date_input", "new-remark-day").set_value(date(2025, 3, 4))
    at = press(at, "new-remark-save")
    assert not at.exception
    assert remarks() == [(date(2025, 3, 4), "New help desk", "note", None, None, None)]
    field(at, "text_input", "remark-0-text").set_value("New desk in Lille")
    field(at, "checkbox", "remark-0-method").set_value(True)
    at = press(at, "remark-save")
    assert remarks() == [(date(2025, 3, 4), "New desk in Lille", "method_change", None, None, None)]
    at = press(at, "remark-withdraw")
    assert remarks() == []
    assert [u["kind"] for u in real().answers.uploads()] == ["emails"] + ["events"] * 3


def test_a_remark_at_a_month_stands_under_the_chart(open_page, mails: Path) -> None:
    at = open_page("trends", mails, kpi="reply_time", start="2025-03-01", end="2025-04-30")
    assert field(at, "selectbox", "remark-month").options == ["Apr 2025", "Mar 2025"]
    field(at, "selectbox", "remark-month").set_value("2025-03")
    at = press(at, "month-remark-save")
    assert "What happened: say it" in at.error[0].value.replace("\\", "")
    field(at, "text_input", "month-remark-text").set_value("Two new colleagues")
    at = press(at, "month-remark-save")
    assert not at.exception
    assert remarks() == [(date(2025, 3, 1), "Two new colleagues", "note", "reply_time", None, None)]
    assert "1 March 2025: Two new colleagues" in everything(at)


def test_nobody_writes_remarks_into_the_example(open_page) -> None:
    for page in ("data", "trends"):
        assert not [each for each in open_page(page).button if "writing-" in (each.key or "")]


# Names


TEAMS = (
    "ticket_id,created_at,team\n"
    "1,2025-03-03 10:00,Nord\n2,2025-03-04 10:00,Nord\n3,2025-03-05 10:00,NORD\n"
    "4,2025-03-06 10:00,RWD\n"
)


def test_spellings_are_merged_and_values_named_on_data(open_page, mails: Path) -> None:
    load(mails, "tickets.csv", TEAMS)
    at = open_page("data", mails)
    assert "Team: is “NORD” the same as “Nord”?" in everything(at)
    at = press(at, "same-team-NORD")
    assert not at.exception
    assert "is “NORD” the same" not in everything(at)
    field(at, "selectbox", "dimension").set_value("team")
    at = at.run()
    assert field(at, "selectbox", "value-team").options == ["Nord", "RWD", "NORD"]
    field(at, "selectbox", "value-team").set_value("RWD")
    at = at.run()
    field(at, "text_input", "label-team-RWD").set_value("Lincoln trust")
    field(at, "text_input", "french-team-RWD").set_value("Hôpital de Lincoln")
    at = press(at, "value-save")
    assert not at.exception
    assert real().answers.dimension_values("team") == [None, "Nord", "RWD"]
    query = {"kpi": "ticket_volume", "by": "team", "start": "2025-03-01", "end": "2025-03-31"}
    assert "Lincoln trust" in everything(open_page("trends", mails, **query))
    at = open_page("trends", mails, lang="fr", team="RWD", **query)
    assert "Hôpital de Lincoln" in everything(at)
    # Ids stay in the link, labels in the choice.
    (chosen,) = [each for each in at.multiselect if each.label == "Équipe"]
    assert (chosen.value, chosen.options) == (["RWD"], ["(aucun)", "Nord", "Hôpital de Lincoln"])
    assert any(button.label.endswith("Hôpital de Lincoln ✕") for button in at.button)


def test_groups_make_a_ranking_of_their_own_and_cut_a_trend(open_page, mails: Path) -> None:
    rows = [
        f"m{brand}{day},2025-03-{day:02d} 10:00,2025-03-{day:02d} {hour}:00,{brand}"
        for brand, hour in (("A", 12), ("B", 11), ("C", 14), ("D", 13))
        for day in range(1, 13)
    ]
    load(mails, "brands.csv", "\n".join(["email_id,received_at,replied_at,brand", *rows]))
    names = "dimension,value,label,group\nbrand,A,Aube,luxury\nbrand,C,,luxury\nbrand,D,,mass\n"
    load(mails, "names.csv", names)
    query = {"kpi": "reply_time", "year": "2025", "by": "brand", "min_n": "1"}
    at = open_page("rankings", mails, group="luxury", focus="A", **query)
    assert not at.exception
    shown = everything(at)
    assert "Aube: 1 of 2 in the group “luxury”, 2 of 4 among all." in shown
    groups = open_page("rankings", mails, **{**query, "by": "brand_group"})
    assert not groups.exception
    assert "luxury" in finding(groups) or "mass" in finding(groups)
    trends = open_page("trends", mails, kpi="reply_time", by="brand_group", start="2025-03-01")
    assert not trends.exception
    assert "luxury" in everything(trends)


def test_a_measure_of_totals_is_named_on_data_and_shown_so(open_page, mails: Path) -> None:
    months = "".join(f"calls_answered,2025-0{month},100,{70 + month}\n" for month in range(1, 4))
    load(mails, "totals.csv", f"kpi,month,due,kept\n{months}")
    at = open_page("data", mails)
    field(at, "selectbox", "dimension").set_value("kpi")
    at = at.run()
    assert field(at, "selectbox", "value-kpi").options == ["Calls answered"]
    assert not [each for each in at.text_input if "writing-group-kpi" in (each.key or "")]
    assert "Measures and sources have no groups and no other spellings." in everything(at)
    name = "kpi-calls_answered"
    field(at, "text_input", f"label-{name}").set_value("<b>Calls</b> *taken* at $5")
    field(at, "text_input", f"french-{name}").set_value("Appels décrochés")
    at = press(at, "value-save")
    assert not at.exception
    assert real().answers.uploads()[-1]["file"].startswith("Calls answered = ")
    query = {"kpi": "calls_answered", "start": "2025-01-01", "end": "2025-03-31"}
    defined = open_page("definitions", mails, lang="fr", q="décrochés")
    assert everything(defined).count("Appels décrochés") == 1
    assert "Ouvrir la tendance" in everything(defined)
    for page in ("overview", "trends"):
        shown = everything(open_page(page, mails, lang="fr", **query))
        assert "Appels décrochés" in shown, page
        assert "Calls answered" not in shown, page
    assert "<b>Calls</b> *taken* at $5" in finding(open_page("trends", mails, **query))


def test_a_source_is_named_on_data_and_called_so_wherever_it_is_told(
    open_page, mails: Path
) -> None:
    names = "dimension,value,label,label_fr\nsource,default,Post room,Courrier\n"
    load(mails, "names.csv", names)
    at = open_page("data", mails)
    assert "Post room" in str(at.dataframe[0].value["dataset"].to_list())
    (uploads,) = [table.value for table in at.dataframe if "uploaded_at" in table.value]
    assert "Post room" in set(uploads["source"])
    french = open_page("trends", mails, lang="fr", kpi="reply_time", source="default")
    assert any(button.label.endswith("Courrier ✕") for button in french.button)
