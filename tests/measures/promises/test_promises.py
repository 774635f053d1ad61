"""Promises: when one is due and kept, contacts in which all were, and which broke the chain."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters
from service_quality.cli import main
from tests import vectors
from tests.factories import Store

Row = dict[str, Any]


def promise(name: str, kpi: str, **more: Any) -> Row:
    common = {"promise_id": name, "statement": f"We promise: {name}.", "valid_from": "2024-01-01"}
    return {**common, "kpi": kpi, **more}


def ticket(number: int, day: int, hours: int | None, **more: Any) -> Row:
    """A ticket of 10 h on a day in March, answered after so many whole hours."""
    replied = (
        None if hours is None else f"2024-03-{day + (10 + hours) // 24:02} {(10 + hours) % 24}:00"
    )
    created = f"2024-03-{day:02} 10:00"
    return {"ticket_id": number, "created_at": created, "first_reply_at": replied, **more}


def answer(number: int, day: int, csat: int, **more: Any) -> Row:
    return {"response_id": number, "answered_at": f"2024-03-{day:02} 09:00", "csat": csat, **more}


def kept(store: Store, kpi: str = "promise_kept", by: str = "promise", **more: Any) -> Row:
    """Return kept and due by one key; the rows and the rollup must agree."""
    found = store.answers.kpi(kpi, [by], rows=True, **more)
    assert found == store.answers.kpi(kpi, [by], **more)
    return {row[by]: (row["numerator"], row["n"]) for row in found}


# When a promise is due, and whether it was kept


def test_a_time_is_due_once_it_has_passed_and_kept_to_the_minute(tmp_path: Path) -> None:
    store = Store(tmp_path)
    tickets = [
        ticket(1, 1, 4),  # to the minute
        ticket(2, 1, 5),
        ticket(3, 1, None),  # never
        ticket(4, 9, 1),  # 10 March 11 h, the last reply, is the end of what was observed
        ticket(5, 10, 1),  # answered, but its four hours have not passed by then
    ]
    store.load("tickets", tickets)
    store.load("promises", [promise("fast", "first_reply_time", within=4)])
    assert kept(store) == {"fast": (2, 4)}


def test_each_kind_of_measure_has_its_own_way_to_be_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    emails = [
        {"email_id": n, "received_at": "2024-03-01 10:00", **cells}
        for n, cells in enumerate(
            [
                {"quality_mark": 70, "spelling_errors": 0, "acknowledged_at": "2024-03-01 11:00"},
                {"quality_mark": 69, "spelling_errors": 1, "acknowledged_at": "2024-03-01 12:00"},
                {"quality_mark": None, "spelling_errors": 2, "acknowledged_at": "2024-03-09 10:00"},
            ]
        )
    ]
    for email in emails:
        email["replied_at"] = "2024-03-02 10:00"
    store.load("emails", emails)
    store.load("tickets", [ticket(1, 1, 1, solved_at="2024-03-02", reopens=n) for n in (0, 0)])
    store.load("tickets", [{**ticket(2, 2, 1), "solved_at": "2024-03-03", "reopens": 1}])
    store.load(
        "promises",
        [
            promise("good", "reply_quality", at_least=70),
            promise("spelt", "spelling_errors", at_most=1),
            promise("heard", "emails.acknowledged_at", within=1),
            promise("once", "reopen_rate"),  # lower is better: kept is not reopened
        ],
    )
    assert kept(store) == {"good": (1, 2), "spelt": (2, 3), "heard": (1, 3), "once": (1, 2)}


def test_a_promise_binds_its_days_and_its_brand(tmp_path: Path) -> None:
    store = Store(tmp_path)
    tickets = [ticket(day, day, day, brand="AB"[day % 2]) for day in range(1, 7)]
    store.load("tickets", [*tickets, ticket(9, 20, 1, brand=None)])
    four = promise("days", "first_reply_time", within=4, valid_to="2024-03-05")
    four["valid_from"] = "2024-03-02"
    only_a = promise("ours", "first_reply_time", within=4, brand="A")
    store.load("promises", [four | {"brand": None}, only_a])
    # Days 2 to 5, answered after 2 to 5 hours; A has the even days.
    assert kept(store) == {"days": (3, 4), "ours": (2, 3)}
    assert kept(store, by="brand") == {"A": (4, 5), "B": (1, 2)}
    assert kept(store, by="month") == {"2024-03": (5, 7)}


def test_a_new_version_ends_the_one_before(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.load("tickets", [ticket(day, day, 4) for day in range(1, 7)])
    first = promise("fast", "first_reply_time", within=8, target="90%")
    second = {**first, "valid_from": "2024-03-04", "within": 2, "target": 0.95}
    store.load("promises", [first, second])
    # Four hours keep the first version on the 1st to 3rd and break the second on the 4th to 5th;
    # the last reply, on the 6th at 14 h, leaves the 6th due as well.
    assert kept(store) == {"fast": (3, 6)}
    assert [
        (t["start"], t["end"], t["target"], t["share"])
        for t in store.answers.targets("first_reply_time")
    ] == [
        (date(2024, 1, 1), date(2024, 3, 3), 480, 0.9),
        (date(2024, 3, 1), None, 120, 0.95),
    ]
    (now,) = store.answers.promises()
    assert (now["within"], now["target"], now["due"], now["kept"]) == (2, 0.95, 6, 3)
    assert (now["value"], now["met"], len(now["versions"])) == (0.5, False, 2)
    (then,) = store.answers.promises(Filters(end=date(2024, 2, 29)))
    assert (then["within"], then["due"], then["value"], then["met"]) == (8, 0, None, None)


def test_totals_count_as_they_are_and_are_no_contacts(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.load("totals", [{"month": "2024-03", "kpi": "parcels", "due": 40, "kept": 30}])
    store.load("promises", [promise("parcel", "totals.parcels", target=0.8)])
    assert kept(store) == {"parcel": (30, 40)}
    assert store.answers.kpi("perfect_contact", rows=True) == []
    (step,) = store.answers.targets("parcels")
    assert (step["target"], step["promise"]) == (0.8, "parcel")


# Contacts


def chain(store: Store) -> None:
    """Five contacts; C5 of the tickets has no contact id, the survey's row of 9 March neither."""
    store.load(
        "tickets",
        [
            ticket(1, 1, 1, contact_id="C1", team="Lille"),
            ticket(2, 2, 9, contact_id="C2", team="Lille"),
            ticket(3, 3, 9, contact_id="C3", team="Lyon"),
            ticket(4, 4, 1, contact_id="C4", team="Lyon"),
            ticket(5, 5, 9, contact_id=None, team="Lyon"),
        ],
    )
    store.load(
        "surveys",
        [
            answer(1, 2, 5, contact_id="C1"),
            answer(2, 3, 5, contact_id="C2"),
            answer(3, 4, 1, contact_id="C3"),
            answer(4, 5, 1, contact_id="C4"),
            answer(5, 9, 5, contact_id=None),
        ],
        constants={"csat_scale": "1-5"},
    )
    store.load(
        "promises",
        [promise("fast", "first_reply_time", within=4), promise("happy", "csat", target=0.8)],
    )


def test_a_contact_is_perfect_when_every_promise_in_it_was_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    chain(store)
    assert kept(store) == {"fast": (2, 5), "happy": (3, 5)}
    # C1 and the survey's lone row are perfect; C2, C3, C4 and the lone ticket are not.
    row = store.one("perfect_contact")
    assert (row["value"], row["numerator"], row["n"]) == (2 / 6, 2, 6)
    # The team is that of the contact's first row, which is the ticket.
    assert kept(store, "perfect_contact", "team") == {"Lille": (1, 2), "Lyon": (0, 3), None: (1, 1)}


def test_the_weak_link_shares_each_failure_among_what_broke_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    chain(store)
    # fast: C2 and the lone ticket alone, half of C3; happy: C4 alone, half of C3.
    fast, happy = store.answers.weakest_links()
    assert [fast["promise"], happy["promise"]] == ["fast", "happy"]
    assert (fast["numerator"], happy["numerator"]) == (2.5, 1.5)
    assert (fast["value"], happy["value"]) == (2.5 / 6, 1.5 / 6)
    assert (fast["share_of_failures"], happy["share_of_failures"]) == (2.5 / 4, 1.5 / 4)
    assert (fast["due"], fast["failed"], fast["alone"]) == (5, 3, 2)
    assert fast["perfect_rate"] == happy["perfect_rate"] == 2 / 6
    assert (fast["perfect_if_kept"], happy["perfect_if_kept"]) == (4 / 6, 3 / 6)


def test_the_weak_link_by_team_and_within_filters(tmp_path: Path) -> None:
    store = Store(tmp_path)
    chain(store)
    found = store.answers.weakest_links(["team"])
    assert [(r["team"], r["promise"], r["numerator"], r["n"]) for r in found] == [
        ("Lille", "fast", 1, 2),
        ("Lille", "happy", 0, 2),
        ("Lyon", "fast", 1.5, 3),
        ("Lyon", "happy", 1.5, 3),
        (None, "happy", 0, 1),
    ]
    lyon = Filters(end=date(2024, 3, 4), where=(("team", ("Lyon",)),))
    assert [r["numerator"] for r in store.answers.weakest_links(filters=lyon)] == [1.5, 0.5]
    with pytest.raises(UsageError, match="question"):
        store.answers.weakest_links(["question"])


def test_what_could_not_apply_is_not_broken(tmp_path: Path) -> None:
    """No reply was sent, so its spelling cannot be judged: one promise broken, not two."""
    store = Store(tmp_path)
    emails = [
        {"email_id": 1, "received_at": "2024-03-01 9:00", "replied_at": None}
        | {"spelling_errors": None},
        {"email_id": 2, "received_at": "2024-03-01 9:00", "replied_at": "2024-03-09 9:00"}
        | {"spelling_errors": 0},
    ]
    store.load("emails", emails)
    rows = [
        promise("fast", "reply_time", within=24, at_most=None),
        promise("spelt", "spelling_errors", at_most=0),
    ]
    store.load("promises", rows)
    fast, spelt = store.answers.weakest_links()
    assert (fast["value"], fast["due"], spelt["value"], spelt["due"]) == (1, 2, 0, 1)


def test_days_without_times_tell_days_and_no_hours(tmp_path: Path) -> None:
    """Received on the 1st to 5th of June, answered after 0 to 4 days, the last day of all the 9th.

    Within three days are 4 of 5; the fifth is due at the end of the 8th. Within six days only the
    first three are due: the sixth day of the third, and no other's, ends with the 9th.
    """
    store = Store(tmp_path)
    days = [(f"2024-06-0{day}", f"2024-06-0{2 * day - 1}") for day in range(1, 6)]
    store.load("emails", [{"received_at": a, "replied_at": b} for a, b in days])
    hours = {"hours": 24, "more": 30, "days": 72, "six": 144}
    rows = [promise(name, "reply_time", within=within) for name, within in hours.items()]
    store.load("promises", rows)
    assert kept(store) == {"days": (4, 5), "six": (3, 3)}


@pytest.mark.parametrize(
    ("received", "last", "is_due"),
    [("10-26 12:00", "10-27 11:30", True), ("03-30 12:00", "03-31 12:30", False)],
)
def test_a_promise_is_due_by_the_hours_that_passed(
    tmp_path: Path, received: str, last: str, is_due: bool
) -> None:
    """In Paris the clocks are put back on 27 October 2024, and put forward on 31 March."""
    store = Store(tmp_path)
    rows = [{"email_id": n, "received_at": f"2024-{at}"} for n, at in enumerate((received, last))]
    store.load("emails", [{"replied_at": None, **row} for row in rows])
    store.load("promises", [promise("day", "reply_time", within=24)])
    assert kept(store) == ({"day": (0, 1)} if is_due else {})


# The five yes/no columns that files of contacts have stand for the five promises.
COLUMNS = {
    "replied": ("emails", "replied"),
    "on_time": ("emails", "mystery"),
    "correct": ("deliveries", "correct"),
    "friendly": ("deliveries", "informed"),
    "one_contact": ("surveys", "would_return"),
}


EXPECTED = "weakest_link/promises_expected.csv"


@pytest.mark.parametrize("case", vectors.cases(EXPECTED) if vectors.FOLDER.is_dir() else ())
def test_the_reference_contacts(tmp_path: Path, case: str) -> None:
    """Contacts in three files at once, tied by their ids, against the reference's shares."""
    store = Store(tmp_path)
    first = {
        "emails": {"received_at": "2024-03-01"},
        "deliveries": {"promised_at": "2024-03-01"},
        "surveys": {"answered_at": "2024-03-01"},
    }
    ids = {"emails": "email_id", "deliveries": "order_id", "surveys": "response_id"}
    contacts = vectors.cases("weakest_link/promises_input.csv")[case]
    for kind, cells in first.items():
        own = {name: column for name, (k, column) in COLUMNS.items() if k == kind}
        rows = [
            {ids[kind]: c["contact"], "contact_id": c["contact"], **cells}
            | {column: c[name] for name, column in own.items()}
            for c in contacts
        ]
        store.load(kind, rows)
    store.load("promises", [promise(name, ".".join(of)) for name, of in COLUMNS.items()])
    rates = {name: k / n for name, (k, n) in kept(store).items()}
    found = {row["promise"]: row for row in store.answers.weakest_links()}
    assert found
    for expected in vectors.cases(EXPECTED)[case]:
        row = found[expected["promise"]]
        numbers = {name: float(text) for name, text in list(expected.items())[2:]}
        assert row["n"] == numbers["n"]
        assert rates[expected["promise"]] == pytest.approx(numbers["kept_rate"])
        assert row["perfect_rate"] == pytest.approx(numbers["perfect_rate"])
        assert store.one("perfect_contact")["value"] == pytest.approx(numbers["perfect_rate"])
        assert row["value"] == pytest.approx(numbers["equal_split"], abs=1e-9)
        assert row["value"] == pytest.approx(numbers["shapley_coopgt"], abs=1e-9)
        assert row["alone"] / row["n"] == pytest.approx(numbers["sole_cause_rate"])
        always = numbers["perfect_rate_if_this_were_always_kept"]
        assert row["perfect_if_kept"] == pytest.approx(always)


# What is not covered, targets, and the command line


def test_what_no_promise_covers_and_what_nothing_measures(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.load("tickets", [ticket(1, 1, 1, topic="Order"), ticket(2, 2, 1, topic="Refund")])
    store.load("emails", [{"email_id": 1, "received_at": "2024-03-01", "topic": "Refund"}])
    store.load(
        "promises",
        [
            promise("fast", "first_reply_time", within=4, topic="Order"),
            promise("later", "first_reply_in_time", valid_from="2025-01-01"),
            promise("right", "deliveries.correct"),
            promise("parcel", "totals.parcel_on_time"),
        ],
    )
    found = store.answers.not_covered()
    assert found["datasets"] == [{"dataset": "emails", "rows": 1}]
    assert found["topics"] == [{"topic": "Refund", "rows": 2}]
    assert {row["promise"]: row["reason"] for row in found["promises"]} == {
        "later": "nothing_due",
        "parcel": "no_rows",
        "right": "no_rows",
    }


def test_targets_of_one_brand_stand_where_it_is_chosen_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.load("promises", [promise("ours", "csat", target=90, brand="A")])

    def of(*brands: str) -> list[float]:
        filters = Filters(where=(("brand", brands),)) if brands else Filters()
        return [step["target"] for step in store.answers.targets("csat", filters)]

    assert (of(), of("A"), of("B"), of("A", "B")) == ([], [0.9], [], [])


def test_a_later_upload_of_other_rows_moves_what_was_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    chain(store)
    late = [ticket(1, 1, 9, contact_id="C1", team="Lille")]
    outcome = store.load("tickets", late)
    assert kept(store) == {"fast": (1, 5), "happy": (3, 5)}
    assert kept(store, "perfect_contact", "month") == {"2024-03": (1, 6)}
    store.withdraw(outcome.upload_id)
    assert kept(store, "perfect_contact", "month") == {"2024-03": (2, 6)}


def test_the_promises_are_observed_as_far_as_their_rows(tmp_path: Path) -> None:
    store = Store(tmp_path)
    chain(store)
    ends = {row["dataset"]: row["observed_until"] for row in store.answers.coverage()}
    assert ends["promises"] == min(ends["tickets"], ends["surveys"])
    assert "promise_kept" in {kpi.id for kpi in store.answers.available()}
    assert store.answers.years("perfect_contact") == [2024]


def test_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(tmp_path)
    chain(store)
    store.warehouse.close()
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(tmp_path))

    def ask(*words: str) -> Row:
        assert main.main(["kpi", *words, "--json"]) == main.DONE
        document: Row = json.loads(capsys.readouterr().out)
        return document

    found = ask("promise_kept", "--by", "month", "--by", "promise")
    assert [(row["month"], row["promise"], row["value"]) for row in found["rows"]] == [
        ("2024-03", "fast", 0.4),
        ("2024-03", "happy", 0.6),
    ]
    assert ask("perfect_contact", "--where", "team=Lille")["rows"][0]["value"] == 0.5
    links = ask("weakest_link", "--by", "promise")
    assert links["kpi"] == "weakest_link"
    assert [row["promise"] for row in links["rows"]] == ["fast", "happy"]
