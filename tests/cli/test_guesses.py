"""A file that nobody knows: the best guesses by name and by content, and the words to type."""

from __future__ import annotations

import re
import shlex

from tests.cli.driving import CommandLine

DAYS = range(1, 13)


def words_of(reason: str) -> list[str]:
    """The words that a refusal says to type, as a shell would read them."""
    found = re.search(r"add: (.*?)( Its columns: .*)?$", reason)
    assert found, reason
    return shlex.split(found[1])


def test_the_words_of_the_refusal_load_the_file(sq: CommandLine) -> None:
    text = "Our ref,came in,what it said\n" + "".join(
        f"x{d},2024-03-{d:02d} 10:00,hello {d}\n" for d in DAYS
    )
    path = sq.file(text)
    reason = sq.load(path, code=1)["reason"]
    assert "ticket_id could be Our ref, because no value comes twice" in reason
    assert "created_at could be came in, because its values are dates" in reason
    words = words_of(reason)
    assert words == [
        *("--kind", "tickets", "--map", "ticket_id=Our ref", "--map", "created_at=came in")
    ]
    assert sq.load(path, *words)["inserted"] == 12


def test_answers_from_0_to_10_and_from_1_to_5_are_offered(sq: CommandLine) -> None:
    text = "when answered,Q1,Q2,Q3\n" + "".join(
        f"2024-03-{d:02d},{d % 11},{d % 5 + 1},text\n" for d in DAYS
    )
    reason = sq.load(sq.file(text), "--kind", "surveys", code=1)["reason"]
    assert "nps could be Q1, because its values are whole numbers from 0 to 10" in reason
    assert "csat could be Q2, because its values are whole numbers from 1 to 5" in reason
    assert words_of(reason) == [
        *("--map", "answered_at=when answered", "--map", "nps=Q1", "--map", "csat=Q2")
    ]


def test_of_many_questions_alike_none_is_picked(sq: CommandLine) -> None:
    text = "when answered,Q1,Q2,Q3\n" + "".join(
        f"2024-03-{d:02d},{d % 5 + 1},{(d + 2) % 5 + 1},{(3 * d) % 5 + 1}\n" for d in DAYS
    )
    reason = sq.load(sq.file(text), "--kind", "surveys", code=1)["reason"]
    assert words_of(reason) == ["--map", "answered_at=when answered"]


def test_an_average_is_no_count_and_a_purchase_no_ticket(sq: CommandLine) -> None:
    text = "Date,Durée moyenne,Nombre de trains\n" + "".join(
        f"2024-{d:02d},{90 + d},{100 + d}\n" for d in DAYS
    )
    reason = sq.load(sq.file(text), "--kind", "totals", code=1)["reason"]
    assert "due=Nombre de trains" in reason
    text = "Ticket ID,Date of Purchase\n" + "".join(f"{d},2024-03-{d:02d}\n" for d in DAYS)
    reason = sq.load(sq.file(text), "--kind", "tickets", code=1)["reason"]
    assert "Date of Purchase, because" not in reason


def test_a_column_of_months_and_counts_is_a_file_of_totals(sq: CommandLine) -> None:
    text = "from day,visits,seen\n" + "".join(f"2024-{d:02d}-01,{100 + d},{90 + d}\n" for d in DAYS)
    path = sq.file(text)
    reason = sq.load(path, code=1)["reason"]
    assert "month could be from day, because its values are months" in reason
    words = words_of(reason)
    assert words == [
        *("--kind", "totals", "--map", "month=from day", "--map", "due=visits"),
        *("--map", "kept=seen", "--set", "kpi=VALUE"),
    ]
    words[-1] = "kpi=seen_in_time"
    assert sq.load(path, *words)["inserted"] == 12


def test_a_column_of_days_is_none_of_months(sq: CommandLine) -> None:
    text = "date,rating of legroom,rating of staff\n" + "".join(
        f"2024-03-{d:02d},{d % 5 + 1},{(d + 1) % 5 + 1}\n" for d in DAYS
    )
    path = sq.file(text)
    words = words_of(sq.load(path, code=1)["reason"])
    assert words == [
        *("--kind", "surveys", "--map", "answered_at=date", "--map", "csat=rating of legroom")
    ]
    assert sq.load(path, *words)["inserted"] == 12


def test_numbers_that_only_look_like_dates_are_none(sq: CommandLine) -> None:
    text = "id,zip\n" + "".join(f"{d},12/29/06{d:02d} 12:00:00 AM\n" for d in DAYS)
    assert "could be zip" not in sq.load(sq.file(text), "--kind", "tickets", code=1)["reason"]


def test_a_column_that_is_mostly_empty_is_no_guess(sq: CommandLine) -> None:
    text = "id,maybe\n" + "".join(f"{d},{'2024-03-01' if d < 3 else ''}\n" for d in DAYS)
    assert "could be maybe" not in sq.load(sq.file(text), "--kind", "tickets", code=1)["reason"]


def test_ids_that_a_spreadsheet_damaged_are_refused(sq: CommandLine) -> None:
    text = "ticket id,created at\n17,2024-03-01\n1.03006E+13,2024-03-02\n1.03006E+13,2024-03-03\n"
    reason = sq.load(sq.file(text), code=1)["reason"]
    assert "“1.03006E+13” (row 2, 2 in all) are damaged" in reason
    assert "as text" in reason
    comma = "ticket id;created at\n1,03006E+13;2024-03-02\n"
    assert "damaged" in sq.load(sq.file(comma), code=1)["reason"]


def test_an_id_with_an_e_is_not_damaged(sq: CommandLine) -> None:
    text = "ticket id,created at\n12E7,2024-03-01\n1.5e3,2024-03-02\n"
    assert sq.load(sq.file(text))["inserted"] == 2


def test_a_question_of_a_form_is_offered_and_not_taken(sq: CommandLine) -> None:
    text = "Timestamp,How was it?,Comment\n" + "".join(
        f"2024/03/{d:02d} 9:41:12,{d % 5 + 1},good {d}\n" for d in DAYS
    )
    ran = sq.run("load", sq.file(text), "--json")
    (outcome,) = ran.json
    assert (outcome["format"], outcome["rows_accepted"]) == ("google_forms", 12)
    (issue,) = [i for i in outcome["issues"] if i["rule"] == "no_question"]
    assert (
        "csat could be How was it?, because its values are whole numbers from 1 to 5"
        in (issue["expected"])
    )
    assert "--map 'csat=How was it?'" in ran.err
    assert outcome["note"] in ran.err


def test_a_question_that_says_itself_what_it_asks_is_taken(sq: CommandLine) -> None:
    text = "Timestamp,How likely are you to recommend us?,Comment\n" + "".join(
        f"2024/03/{d:02d} 9:41:12,{d % 11},good {d}\n" for d in DAYS
    )
    outcome = sq.load(sq.file(text))
    assert outcome["issues"] == []
    # 1 to 10, 0, 1: two promoters (9, 10), two passives (7, 8), eight detractors.
    row = sq.run("kpi", "nps", "--json").json["rows"][0]
    assert (row["promoters"], row["passives"], row["detractors"]) == (2, 2, 8)


def test_two_questions_that_say_so_are_for_a_person_to_choose(sq: CommandLine) -> None:
    text = "Timestamp,Recommend the shop?,Recommend the site?\n" + "".join(
        f"2024/03/{d:02d} 9:41:12,{d % 11},{d % 10}\n" for d in DAYS
    )
    outcome = sq.load(sq.file(text))
    (issue,) = [i for i in outcome["issues"] if i["rule"] == "no_question"]
    assert "nps could be Recommend the shop?" in issue["expected"]
    assert "(or Recommend the site?)" in issue["expected"]


def test_a_format_can_be_said_and_denied(sq: CommandLine) -> None:
    text = "Timestamp,satisfaction\n2024/03/01 9:41:12,4\n"
    assert sq.load(sq.file(text), "--format", "")["format"] is None
    ran = sq.run("load", sq.file(text), "--format", "planet")
    assert ran.code == 2
    assert "google_forms" in ran.err
