"""The rows behind a figure: as many as its n says, of the KPI's own rows, without persons."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from service_quality.base import periods
from service_quality.base.filters import Filters
from service_quality.measures.answers import Answers
from tests.factories import Store

MARCH = Filters(date(2025, 3, 1), date(2025, 3, 31))
TICKETS = [
    # Created, first reply, solved, team.
    ("a", "2025-03-01 09:00", "2025-03-01 10:00", "2025-03-02 10:00", "Lille"),
    ("b", "2025-03-05 09:00", None, None, "Lille"),
    ("c", "2025-02-10 09:00", "2025-02-11 09:00", "2025-03-31 23:00", "Nantes"),
    ("d", "2025-03-31 23:30", "2025-04-01 08:00", "2025-04-01 09:00", "Nantes"),
    ("e", "2025-05-20 09:00", "2025-05-20 10:00", "2025-05-21 10:00", "Nantes"),
]
SURVEYS = [
    {
        "response_id": f"{scale}{month}{i}",
        "answered_at": f"2025-{month:02}-{i + 1:02} 10:00",
        "csat": str(1 + i % 5),
        "csat_scale": scale,
    }
    for scale, month, n in (("1-5", 3, 12), ("1-7", 3, 11), ("1-5", 4, 4), ("1-5", 5, 20))
    for i in range(n)
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    store = Store(tmp_path_factory.mktemp("behind"))
    names = ("ticket_id", "created_at", "first_reply_at", "solved_at", "team")
    store.load("tickets", [dict(zip(names, row, strict=True)) for row in TICKETS])
    store.load("surveys", SURVEYS)
    return store.answers


def ids(answers: Answers, kpi: str, filters: Filters) -> list[str]:
    return [row["ticket_id"] for row in answers.behind(kpi, filters).rows]


def test_the_rows_of_a_month_are_those_it_counts(answers: Answers) -> None:
    assert ids(answers, "ticket_volume", MARCH) == ["a", "b", "d"]
    assert ids(answers, "first_reply_time", MARCH) == ["a", "b", "d"]
    # Reopened and the like are of solved tickets: b is none.
    assert ids(answers, "full_resolution_time", MARCH.only("team", ["Lille"])) == ["a", "b"]


def test_a_stock_has_what_had_come_and_not_gone(answers: Answers) -> None:
    # c was solved on the last of March, d came on it and went in April.
    assert ids(answers, "backlog", MARCH) == ["b", "d"]
    assert answers.kpi("backlog", filters=MARCH)[0]["value"] == 2


@pytest.mark.parametrize("kpi", ["ticket_volume", "first_reply_time", "backlog", "csat"])
def test_there_are_as_many_as_the_point_says(answers: Answers, kpi: str) -> None:
    scale = "1-5" if kpi == "csat" else None
    for point in answers.kpi(kpi, ["month"]):
        if scale not in (None, point.get("scale")):
            continue
        first = date.fromisoformat(f"{point['month']}-01")
        found = answers.behind(kpi, Filters(first, periods.last_day(first)), scale)
        assert found.n == point.get("n", point.get("value"))
        assert len(found.rows) in (found.n, 0)


def test_few_answers_to_a_survey_are_counted_and_not_shown(answers: Answers) -> None:
    april = Filters(date(2025, 4, 1), date(2025, 4, 30))
    found = answers.behind("csat", april, "1-5")
    assert (found.n, found.rows) == (4, [])


def test_no_more_than_were_asked_for_come_and_all_are_counted(answers: Answers) -> None:
    found = answers.behind("ticket_volume", MARCH, most=2)
    assert (found.n, len(found.rows)) == (3, 2)


def test_whose_a_row_is_is_not_told(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = [{"ticket_id": "a", "created_at": "2025-03-01 09:00", "contact_id": "7781"}]
    store.load("tickets", rows)
    found = store.answers.behind("ticket_volume", MARCH)
    assert found.n == 1
    assert "7781" not in str(found.rows)
    assert "contact_id" not in found.rows[0]
    store.warehouse.close()


# Two e-mails of one contact, then one each of two others.
CONTACTS = [
    ("m1", "2025-03-03 09:00", "2025-03-03 10:00", "zoe"),
    ("m2", "2025-03-10 09:00", "2025-03-14 10:00", "zoe"),
    ("m3", "2025-03-11 09:00", "2025-03-11 10:00", "bob"),
    ("m4", "2025-04-01 09:00", "2025-04-01 10:00", "cyd"),
]
# Zoe is invited twice within 90 days and answers once; Bob never does; the last is nobody's.
INVITED = [
    ("s1", "2025-03-02", None, "zoe"),
    ("s2", "2025-03-20", "2025-03-21 09:00", "zoe"),
    ("s3", "2025-03-04", None, "bob"),
    ("s4", "2025-03-05", "2025-03-06 09:00", None),
]


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    store = Store(tmp_path_factory.mktemp("counted"))
    rows: dict[str, list[dict[str, object]]] = {
        "emails": [
            dict(zip(("email_id", "received_at", "replied_at", "contact_id"), row, strict=True))
            for row in CONTACTS
        ],
        "surveys": [
            dict(zip(("response_id", "invited_at", "answered_at", "contact_id"), row, strict=True))
            for row in INVITED
        ],
        "promises": [
            {
                "promise_id": "day",
                "statement": "Within a day",
                "kpi": "reply_time",
                "within": "24",
                "valid_from": "2025-01-01",
            }
        ],
        "totals": [
            {"month": "2025-03", "kpi": "calls", "due": due, "kept": kept, "team": team}
            for team, due, kept in (("Lille", 40, 30), ("Nantes", 10, 9))
        ],
    }
    for kind, of_kind in rows.items():
        store.load(kind, of_kind)
    return store.answers


def test_a_promise_is_a_row_each_time_it_was_due(counted: Answers) -> None:
    found = counted.behind("promise_kept", MARCH)
    assert (found.n, found.of_all) == (3, 3)
    assert [(row["promise"], row["at"].day, row["kept"]) for row in found.rows] == [
        ("day", 3, 1),
        ("day", 10, 0),
        ("day", 11, 1),
    ]


def test_what_few_answered_is_hidden_among_the_promises(tmp_path: Path) -> None:
    promise = {"statement": "Words", "valid_from": "2025-01-01"}
    promises = [
        {**promise, "promise_id": "day", "kpi": "reply_time", "within": "24"},
        {**promise, "promise_id": "good", "kpi": "csat", "within": None},
    ]
    names = ("email_id", "received_at", "replied_at", "contact_id")
    store = Store(tmp_path)
    store.load("promises", promises)
    store.load("emails", [dict(zip(names, row, strict=True)) for row in CONTACTS])
    for n in (9, 10):
        answers = [
            {"response_id": i, "answered_at": "2025-03-08 09:00", "csat": 5, "csat_scale": "1-5"}
            for i in range(n)
        ]
        store.load("surveys", answers)
        found = store.answers.behind("promise_kept", MARCH)
        assert (found.n, found.hidden) == (3 + n, n if n < 10 else 0)
        assert len(found.rows) == (3 if n < 10 else 13)
        # Ann, Bob and those who wrote nothing but an answer.
        contacts = store.answers.behind("perfect_contact", MARCH)
        assert (contacts.n, len(contacts.rows)) == (2 + n, 2 if n < 10 else 12)
    store.warehouse.close()


def test_a_contact_is_one_row_whatever_it_wrote(counted: Answers) -> None:
    found = counted.behind("perfect_contact", MARCH)
    assert found.n == 2
    assert [(row["at"].day, row["value"]) for row in found.rows] == [(3, False), (11, True)]
    assert "zoe" not in str(found.rows)


def test_a_person_who_is_invited_again_is_one_row(tmp_path: Path) -> None:
    # Of each of 4 brands Zoe, Bob and nobody in particular: 12 persons, 16 invitations.
    names = ("response_id", "invited_at", "answered_at", "contact_id")
    rows = [
        {**dict(zip(names, row, strict=True)), "response_id": f"{row[0]}{brand}", "brand": brand}
        for brand in "ABCD"
        for row in INVITED
    ]
    store = Store(tmp_path)
    store.load("surveys", rows)
    found = store.answers.behind("response_rate", MARCH)
    assert (found.n, len(found.rows)) == (12, 12)
    of_a = [(row["at"].day, row["value"]) for row in found.rows if row["brand"] == "A"]
    assert of_a == [(2, True), (4, False), (5, True)]
    assert "contact_id" not in {column.name for column in found.columns}
    assert "zoe" not in str(found.rows)
    assert (store.answers.behind("response_rate", MARCH.only("brand", ["A"])).rows) == []
    store.warehouse.close()


def test_totals_are_their_own_rows_and_add_up_to_n(counted: Answers) -> None:
    found = counted.behind("calls", MARCH)
    assert (found.n, found.of_all) == (50, 2)
    assert [(row["team"], row["due"], row["kept"]) for row in found.rows] == [
        ("Lille", 40, 30),
        ("Nantes", 10, 9),
    ]


@pytest.mark.parametrize("kpi", ["promise_kept", "perfect_contact", "response_rate", "calls"])
def test_what_is_no_stored_row_adds_up_to_the_point_too(counted: Answers, kpi: str) -> None:
    points = counted.kpi(kpi, ["month"], reveal=True)
    assert points
    for point in points:
        first = date.fromisoformat(f"{point['month']}-01")
        assert counted.behind(kpi, Filters(first, periods.last_day(first))).n == point["n"]
