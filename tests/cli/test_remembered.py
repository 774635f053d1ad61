"""Month 1 with words, month 2 without: the same headers are understood as last time."""

from __future__ import annotations

from tests.cli.driving import CommandLine

MARCH = "Ref;Quand;Avis\na1;2025-03-01 10:00;5\na2;2025-03-02 10:00;2\n"
APRIL = "avis;QUAND;Réf\n4;2025-04-01 10:00;b1\n1;2025-04-02 10:00;b2\n3;2025-04-03 10:00;b3\n"
WORDS = (
    *("--kind", "surveys", "--source", "form", "--map", "response_id=Ref"),
    *("--map", "answered_at=Quand", "--map", "csat=Avis", "--set", "csat_scale=1-5"),
)


def notices(outcome: dict) -> list[dict]:
    return [issue for issue in outcome["issues"] if issue["rule"] == "as_last_time"]


def test_the_words_of_month_1_are_used_in_month_2_and_said(sq: CommandLine) -> None:
    assert notices(sq.load(sq.file(MARCH, "march.csv"), *WORDS)) == []
    ran = sq.run("load", sq.file(APRIL, "april.csv"), "--json")
    (outcome,) = ran.json
    assert (outcome["status"], outcome["source"], outcome["inserted"]) == ("published", "form", 3)
    (notice,) = notices(outcome)
    assert notice["rejects"] is False
    assert "march.csv" in notice["expected"]
    assert "csat = Avis" in notice["expected"]
    assert notice["expected"] in ran.err
    rows = sq.run("kpi", "csat", "--all", "--json").json["rows"]
    assert (rows[0]["numerator"], rows[0]["n"]) == (2, 5)


def test_a_file_that_is_understood_by_itself_is_read_by_itself(sq: CommandLine) -> None:
    text = "ticket id,created at,opened at\n1,2025-03-01,2025-02-01\n"
    sq.load(sq.file(text), "--map", "created_at=opened at")
    outcome = sq.load(sq.file(text.replace("1,2025-03-01", "2,2025-03-02")))
    assert notices(outcome) == []
    assert sq.by("ticket_volume", "month") == {"2025-02": 1, "2025-03": 1}


def test_other_words_today_are_not_mixed_with_those_of_last_time(sq: CommandLine) -> None:
    sq.load(sq.file(MARCH), *WORDS)
    april = sq.file(APRIL)
    refused = sq.load(april, "--kind", "tickets", code=1)
    assert "needs" in refused["reason"]
    refused = sq.load(april, "--map", "answered_at=", code=1)
    assert "needs answered_at" in refused["reason"]
    more = sq.load(april, "--set", "brand=Nord")
    assert more["status"] == "published"
    assert len(notices(more)) == 1


def test_other_headers_are_not_the_same_export(sq: CommandLine) -> None:
    sq.load(sq.file(MARCH), *WORDS)
    refused = sq.load(sq.file(APRIL.replace("avis", "note")), code=1)
    assert "was not recognised" in refused["reason"]


def test_what_was_withdrawn_is_forgotten(sq: CommandLine) -> None:
    upload = sq.load(sq.file(MARCH), *WORDS)["upload_id"]
    assert sq.run("withdraw", upload).code == 0
    refused = sq.load(sq.file(APRIL), code=1)
    assert "was not recognised" in refused["reason"]


def test_a_day_that_was_said_for_all_rows_is_not_carried_on(sq: CommandLine) -> None:
    june = "Ref;Avis\na1;5\na2;2\n"
    words = ("--kind", "surveys", "--map", "csat=Avis", "--set", "csat_scale=1-5")
    sq.load(sq.file(june), *words, "--set", "answered_at=2025-06-30")
    july = june.replace("a", "b")
    assert "answered_at" in sq.load(sq.file(july), code=1)["reason"]
    outcome = sq.load(sq.file(july), "--set", "answered_at=2025-07-31")
    assert len(notices(outcome)) == 1


def test_a_survey_whose_question_was_said_last_time_is_asked_the_same(sq: CommandLine) -> None:
    """It is understood without: but then nothing of it would count."""
    form = "Horodateur;Avis;Canal\n03/{m}/2025 09:12;5;Chat\n17/{m}/2025 10:05;2;Phone\n"
    words = ("--map", "csat=Avis", "--set", "csat_scale=1-5")
    sq.load(sq.file(form.format(m="06")), *words)
    outcome = sq.load(sq.file(form.format(m="07")))
    assert len(notices(outcome)) == 1
    rows = sq.run("kpi", "csat", "--all", "--by", "month", "--json").json["rows"]
    assert [(row["month"], row["n"]) for row in rows] == [("2025-06", 2), ("2025-07", 2)]
