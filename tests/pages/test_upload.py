"""The Upload page checks before it publishes, and asks before fewer rows replace more."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ui.frame.data import real
from service_quality.ui.parts.text import md
from service_quality.uploads import publish
from tests.pages.reading import everything

HEADER = "received_at,replied_at,brand\n"
ROWS = [f"2025-03-{day:02d} 10:00,2025-03-{day:02d} 12:00,A\n" for day in range(1, 11)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(tmp_path))
    return tmp_path


def _drop(at, text, name="mails.csv"):
    at.get("file_uploader")[0].upload(name, text.encode(), "text/csv").run()
    assert not at.exception
    return at


def _button(at, label):
    return next((button for button in at.button if button.label in (label, md(label))), None)


def _press(at, label):
    _button(at, label).click().run()
    assert not at.exception
    return at


def _change(at, step):
    """Open a step again that is a line."""
    key = next(b.key for b in at.button if (b.key or "").startswith(f"change-{step}-"))
    at.button(key=key).click().run()
    assert not at.exception
    return at


def test_a_file_is_published_once_and_its_bytes_are_known_again(open_page, folder):
    at = _drop(open_page("upload", folder), HEADER + "".join(ROWS))
    assert "✓ 4 · 10 rows are ready." in everything(at)
    assert not real().answers.uploads()
    _button(at, "Publish").click().run()
    assert any("Published: 10 new rows" in box.value for box in at.success)
    assert len(real().answers.uploads()) == 1
    again = _drop(open_page("upload", folder), HEADER + "".join(ROWS))
    assert any("changes nothing" in box.value for box in again.info)
    assert _button(again, "Publish") is None


def test_fewer_rows_replace_more_only_when_someone_says_so(open_page, folder):
    at = _drop(open_page("upload", folder), HEADER + "".join(ROWS))
    assert "10 come, and a later file of the same period will replace them" in everything(at)
    _button(at, "Publish").click().run()
    fewer = HEADER + ROWS[0] + ROWS[9]
    at = _drop(open_page("upload", folder), fewer)
    assert any("would replace 10 rows" in box.value for box in at.warning)
    assert _button(at, "Publish").disabled
    at.checkbox[0].check().run()
    _button(at, "Publish").click().run()
    assert any("10 replaced" in box.value for box in at.success)


def test_a_file_of_another_world_is_asked_about_and_goes_no_further_than_what_it_lacks(
    open_page, folder
):
    at = _drop(open_page("upload", folder), "dish,flour\ncake,200\n", "recipes.csv")
    assert any("Nothing in this file says what its rows are" in box.value for box in at.warning)
    assert _button(at, "Publish") is None
    at.selectbox[0].select("tickets").run()
    _press(at, "Continue")
    assert any("Which column is “Created”?" in box.value for box in at.warning)
    assert _button(at, "Continue").disabled


def test_a_file_name_is_shown_as_text(open_page, folder):
    at = _drop(open_page("upload", folder), HEADER + ROWS[0], "*bold*<b>$x$.csv")
    assert r"\*bold\*\<b\>\$x\$.csv" in at.expander[0].label


AVIS = "Quand,Avis\n2025-{month}-01 10:00,5\n2025-{month}-02 10:00,2\n"


def test_what_was_said_of_the_headers_last_time_is_filled_in(open_page, folder, tmp_path):
    march = tmp_path / "march.csv"
    march.write_text(AVIS.format(month="03"))
    words = Instructions(
        kind="surveys",
        source="form",
        mapping={"answered_at": "Quand", "csat": "Avis"},
        constants={"csat_scale": "1-5"},
    )
    answers = real().answers
    moment = publish.Moment(datetime(2025, 4, 2), "tester")
    publish.load(answers.warehouse, answers.settings, march, words, moment)
    at = _drop(open_page("upload", folder), AVIS.format(month="04"))
    assert "as in the upload of Apr 2025 (march.csv)" in everything(at)
    assert "✓ 4 · 2 rows are ready." in everything(at)
    _button(at, "Publish").click().run()
    assert real().answers.kpi("csat", rows=True, reveal=True)[0]["n"] == 4
    assert {row["source"] for row in real().answers.uploads()} == {"form"}


GUESSED = "ref,when,note\n1,2024-03-01,a\n2,2024-03-02,b\n"


def test_a_guess_is_published_only_when_someone_has_ticked_it(open_page, folder):
    at = _drop(open_page("upload", folder), GUESSED)
    (tick,) = at.checkbox
    assert tick.label == "Yes, the rows are Support tickets"
    assert _button(at, "Continue").disabled
    tick.check().run()
    _press(at, "Continue")
    assert "A guess, because its values are dates" in everything(at)
    assert [box.label for box in at.checkbox] == [
        "Yes, “ref” is Ticket id",
        "Yes, “when” is Created",
    ]
    at.checkbox[0].check().run()
    assert _button(at, "Continue").disabled
    assert _button(at, "Publish") is None
    at.checkbox[1].check().run()
    _press(at, "Continue")
    _press(at, "Publish")
    assert any("Published: 2 new rows" in box.value for box in at.success)


def test_what_is_guessed_wrong_is_chosen_from_a_list(open_page, folder):
    at = _drop(open_page("upload", folder), GUESSED.replace("note", "from"))
    at.checkbox[0].check().run()
    _press(at, "Continue")
    boxes = {box.label: box for box in at.selectbox}
    assert "Not used" not in boxes
    boxes["What “ref” means"].select("topic").run()
    boxes = {box.label: box for box in at.selectbox}
    assert boxes["What “ref” means"].value == "topic"
    assert any("Which column is “Ticket id”" in box.value for box in at.warning)
    assert _button(at, "Continue").disabled
    boxes["What “from” means"].select("ticket_id").run()
    assert {box.label: box.value for box in at.selectbox}["What “from” means"] == "ticket_id"
    assert [box.label for box in at.checkbox] == ["Yes, “when” is Created"]


def test_one_step_is_open_and_the_others_are_a_line_that_opens_again(open_page, folder):
    at = _drop(open_page("upload", folder), HEADER + "".join(ROWS))
    shown = everything(at)
    assert "5 · What will change" in shown
    assert "✓ 2 · E-mails. Because: " in shown
    assert "✓ 3 · 3 of 3 columns are used. Feeds: E-mails answered, " in shown
    assert "What each column means" not in shown
    _change(at, 3)
    shown = everything(at)
    assert "3 · What each column means" in shown
    assert "✓ 4" not in shown
    assert _button(at, "Publish") is None
    assert "2025-03-01 10:00 · 2025-03-02 10:00 · 2025-03-03 10:00" in shown
    assert at.query_params["step"] in ("3", ["3"])
    _press(at, "Continue")
    assert _button(at, "Publish")


def test_back_opens_the_step_before(open_page, folder):
    at = _drop(open_page("upload", folder), HEADER + "".join(ROWS))
    _change(at, 2)
    assert _button(at, "Publish") is None
    del at.query_params["step"]  # as Back does
    assert _button(at.run(), "Publish")


def test_opened_anew_it_says_that_what_was_dropped_is_gone(open_page, folder):
    at = open_page("upload", folder, step="4")
    assert any("drop yours again" in box.value for box in at.info)
    assert not open_page("upload", folder).info


def test_the_report_says_what_the_file_feeds_and_offers_what_could_feed_more(open_page, folder):
    text = "ticket id,created at,ended for good\n" + "".join(
        f"{n},2024-03-{n:02d} 10:00,2024-03-{n + 1:02d} 10:00\n" for n in range(1, 9)
    )
    at = _change(_drop(open_page("upload", folder), text), 3)
    assert "Feeds: Tickets received." in everything(at)
    assert "Not: Time to full resolution: no column is “Solved”." in everything(at)
    _press(at, "Solved: ended for good")
    assert "Feeds: Backlog, Tickets received, Time to full resolution." in everything(at)


def test_a_file_can_be_read_otherwise_than_it_was_found(open_page, folder):
    at = _drop(open_page("upload", folder), "Mails of March\n" + HEADER + "".join(ROWS))
    _change(at, 2)
    assert "Line 2 names the columns." in everything(at)
    line = next(box for box in at.number_input if box.label == "Line that names the columns")
    line.set_value(1).run()
    assert "Line 1 names the columns." in everything(at)


def test_a_question_is_answered_with_a_click_and_the_answer_can_be_undone(open_page, folder):
    text = "received_at,replied_at,brand\n03/04/2025,04/04/2025,A\n05/04/2025,06/04/2025,A\n"
    at = _drop(open_page("upload", folder), text)
    assert any("day first or month first" in box.value for box in at.warning)
    assert _button(at, "Received: 03/04/2025 is 4 March 2025")
    _press(at, "Received: 03/04/2025 is 3 April 2025")
    assert "2 rows are ready." in [box.value for box in at.success]
    assert "You said: Received: 03/04/2025 is 3 April 2025" in everything(at)
    _press(at, "Undo")
    assert any("day first or month first" in box.value for box in at.warning)


def test_how_dates_are_written_is_chosen_from_an_example_of_the_file(open_page, folder):
    text = "received_at,replied_at,brand\n03/04/2025,04/04/2025,A\n05/04/2025,06/04/2025,A\n"
    at = _drop(open_page("upload", folder), text)
    _change(at, 3)
    box = next(box for box in at.selectbox if box.label == "Dates of “received_at”")
    assert box.options == [
        "as the values tell",
        "03/04/2025 is 3 April 2025",
        "03/04/2025 is 4 March 2025",
    ]
    box.select("month-first").run()
    assert "You said: Received: 03/04/2025 is 4 March 2025" in everything(at)


def test_the_answer_is_known_the_next_month(open_page, folder):
    text = "received_at,replied_at,brand\n03/0{m}/2025,04/0{m}/2025,A\n05/0{m}/2025,,A\n"
    at = _drop(open_page("upload", folder), text.format(m=4))
    _press(at, "Received: 03/04/2025 is 3 April 2025")
    _press(at, "Continue")
    _press(at, "Publish")
    at = _drop(open_page("upload", folder), text.format(m=5))
    assert not at.error
    assert "✓ 4 · 2 rows are ready." in everything(at)
    months = [
        row["month"] for row in real().answers.kpi("reply_time", ["month"], rows=True, reveal=True)
    ]
    assert months == ["2025-04"]


def test_what_is_proposed_is_done_when_someone_says_so(open_page, folder):
    rows = "".join(f"2025-03-{day:02d},{mark}\n" for day, mark in enumerate([5, 4, 4, 99, 1], 1))
    at = _drop(open_page("upload", folder), "answered_at,csat\n" + rows)
    shown = everything(at)
    assert "99 could be codes for" in shown
    assert "the scale could be 1–5" in shown
    for label in ("Satisfaction: 99 mean no answer", "Scale of the satisfaction: 1-5"):
        _press(at, label)
    assert "could be" not in everything(at)
    _press(at, "Continue")
    _press(at, "Publish")
    found = real().answers.kpi("csat", rows=True, reveal=True)[0]
    assert (found["numerator"], found["n"]) == (3, 4)


def test_what_was_decided_is_shown_and_can_be_decided_otherwise(open_page, folder):
    text = "received_at,replied_at,brand\n03/04/2025,04/04/2025,A\n25/04/2025,26/04/2025,A\n"
    at = _change(_drop(open_page("upload", folder), text), 4)
    decided = next(frame.value for frame in at.dataframe if "why" in frame.value)
    assert list(decided["what"]) == ["day first", "day first"]
    _press(at, "Received: 03/04/2025 is 4 March 2025")
    assert any("1 row will be set aside." in box.value for box in at.warning)


PERSONAL = "ticket id,created at,topic,contact id\n" + "".join(
    f"{n},2025-03-{n + 1:02d} 10:00,{n} times I asked where my parcel of last week might be by"
    f" now,anna{n}@example.com\n"
    for n in range(6)
)


def test_a_personal_column_is_kept_only_with_a_reason_that_the_data_page_shows(open_page, folder):
    at = _drop(open_page("upload", folder), PERSONAL, "tickets.csv")
    assert "Topic (“topic”) is left out: it holds free text." in everything(at)
    assert "Contact id (“contact id”) is kept as a keyed hash" in everything(at)
    assert _button(at, "Keep it").disabled
    why = next(box for box in at.text_input if "Why is it needed?" in box.label)
    why.set_value("we sort them by hand").run()
    _button(at, "Keep it").click().run()
    assert not at.exception
    assert "Topic (“topic”) is kept as it is, although it holds free text." in everything(at)
    _topic, contact = (button for button in at.button if button.label == "Leave it out")
    contact.click().run()
    assert not at.exception
    assert "keyed hash" not in everything(at)
    _press(at, "Continue")
    _press(at, "Publish")
    assert any("Published: 6 new rows" in box.value for box in at.success)
    shown = open_page("data", folder)
    table = next(t.value for t in shown.dataframe if "reason" in t.value)
    assert list(table["column"]) == ["Topic"]
    assert list(table["reason"]) == ["we sort them by hand"]


def test_whether_figures_tell_people_apart_is_asked_in_words(open_page, folder):
    names = ("Anna Becker", "Thomas Martin", "Paul Durand")
    lines = (f"{n},2025-03-{n + 1:02d} 10:00,{name}\n" for n, name in enumerate(names))
    at = _drop(open_page("upload", folder), "ticket id,created at,topic\n" + "".join(lines))
    assert "Topic (“topic”) is left out: it names people." in everything(at)
    assert "Shall the figures tell these people apart?" in everything(at)
    _button(at, "Yes, by a stable label for each").click().run()
    assert not at.exception
    assert "Are people told apart? by a stable label for each" in everything(at)
    assert "Topic (“topic”) is kept as a keyed hash: it names people." in everything(at)


def test_a_new_spelling_is_taken_for_the_known_one_once_it_is_published(open_page, folder):
    at = _drop(open_page("upload", folder), HEADER + "".join(ROWS).replace(",A", ",Nord"))
    _button(at, "Publish").click().run()
    april = "".join(row.replace("-03-", "-04-").replace(",A", ",NORD") for row in ROWS[:5])
    at = _drop(open_page("upload", folder), HEADER + april)
    at = _press(at, "Publish")
    assert "Brand: is “NORD” the same as “Nord”?" in everything(at)
    at = _press(at, "Yes, they are one")
    assert "NORD" not in everything(at)
    assert real().answers.dimension_values("brand") == ["Nord"]
