"""What is typed on a page: it goes where files go, meets their rows, and can be taken back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.errors import RefusedError
from service_quality.uploads import register, written
from service_quality.uploads.outcome import Outcome
from tests.factories import NOW, Store

FROM = date(2024, 3, 1)
PROMISE = {
    "promise_id": "fast",
    "statement": "We answer within four hours.",
    "kpi": "first_reply_time",
    "within": 4.0,
    "target": 0.9,
    "valid_from": FROM,
}
Row = dict[str, Any]
# Five tickets of 1 to 5 March, answered after 3, 4, 5, 6 and 7 hours.
TICKETS = [
    {
        "ticket_id": day,
        "created_at": f"2024-03-0{day} 10:00",
        "first_reply_at": f"2024-03-0{day} {12 + day}:00",
    }
    for day in range(1, 6)
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(tmp_path)
    found.load("tickets", TICKETS)
    return found


def typed(store: Store, *rows: Row, kind: str = "promises", minute: int = 0) -> Outcome:
    moment = register.Moment(NOW + timedelta(minutes=minute), "Ada")
    return written.write(store.warehouse, store.settings, kind, rows, moment, "We answer …")


def kept(store: Store) -> dict[str, tuple[int, int]]:
    rows = store.answers.kpi("promise_kept", ["promise"], rows=True)
    assert rows == store.answers.kpi("promise_kept", ["promise"])
    return {row["promise"]: (row["numerator"], row["n"]) for row in rows}


def test_a_typed_promise_is_an_upload_of_whoever_wrote_it(store: Store) -> None:
    outcome = typed(store, PROMISE)
    assert (outcome.status, outcome.inserted) == ("published", 1)
    assert kept(store) == {"fast": (2, 5)}
    last = store.answers.uploads()[-1]
    assert (last["file"], last["uploaded_by"], last["source"]) == ("We answer …", "Ada", "written")
    store.withdraw(outcome.upload_id or "")
    assert kept(store) == {}


def test_what_is_typed_survives_a_rebuild(store: Store) -> None:
    typed(store, PROMISE)
    before = store.stored("promises")
    store.warehouse.close()
    for path in store.folder.glob("*.duckdb*"):
        path.unlink()
    store.reopen()
    assert store.stored("promises") == before
    assert kept(store) == {"fast": (2, 5)}


def test_the_same_words_typed_again_after_others_count_again(store: Store) -> None:
    typed(store, PROMISE)
    typed(store, PROMISE | {"within": 6.0}, minute=1)
    assert kept(store) == {"fast": (4, 5)}
    typed(store, PROMISE, minute=2)
    assert kept(store) == {"fast": (2, 5)}


def test_a_file_that_repeats_its_row_does_not_undo_what_was_typed_over_it(store: Store) -> None:
    of_file = PROMISE | {"valid_from": "2024-03-01"}
    store.load("promises", [of_file])
    typed(store, PROMISE | {"valid_to": date(2024, 3, 2)}, minute=1)
    assert kept(store) == {"fast": (2, 2)}
    # Next month's file has the row as it was, and one promise more.
    more = of_file | {"promise_id": "slow", "within": 6}
    store.load("promises", [of_file, more], at=NOW + timedelta(minutes=2))
    assert kept(store) == {"fast": (2, 2), "slow": (4, 5)}


def test_a_file_that_changes_its_row_later_counts_and_loses_nothing(store: Store) -> None:
    of_file = PROMISE | {"valid_from": "2024-03-01"}
    store.load("promises", [of_file])
    typed(store, PROMISE | {"within": 6.0}, minute=1)
    changed = store.load("promises", [of_file | {"within": 5}], at=NOW + timedelta(minutes=2))
    assert kept(store) == {"fast": (3, 5)}
    store.withdraw(changed.upload_id or "")
    assert kept(store) == {"fast": (4, 5)}


def test_two_sources_of_one_promise_count_it_once(store: Store) -> None:
    store.load("promises", [PROMISE | {"valid_from": "2024-03-01"}])
    second = typed(store, PROMISE | {"valid_from": date(2024, 3, 4), "within": 6.0}, minute=1)
    # Days 1 to 3 by the file's four hours, days 4 and 5 by the typed six.
    assert kept(store) == {"fast": (3, 5)}
    store.withdraw(second.upload_id or "")
    assert kept(store) == {"fast": (2, 5)}


def test_a_withdrawn_promise_of_a_file_was_never_promised(store: Store) -> None:
    store.load("promises", [PROMISE | {"valid_from": "2024-03-01"}])
    back = typed(store, PROMISE | {"withdrawn": True}, minute=1)
    assert kept(store) == {}
    assert store.answers.promises() == []
    store.withdraw(back.upload_id or "")
    assert kept(store) == {"fast": (2, 5)}


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"statement": None}, "In the customer's words: a value is expected."),
        ({"within": None}, "Measured by: the hours within which"),
        ({"within": 200_000.0}, "Within, in hours: a number from 0 to 100000"),
        ({"valid_to": date(2024, 2, 1)}, "Valid to: an end after the beginning is expected."),
        ({"kpi": "nothing"}, "Measured by: what it is measured by, one of:"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    store: Store, cells: Row, field: str
) -> None:
    ended = PROMISE | {"promise_id": "other"}
    with pytest.raises(RefusedError) as refused:
        typed(store, ended, PROMISE | cells)
    assert field in str(refused.value)
    assert store.stored("promises") == []
    assert len(store.answers.uploads()) == 1


def test_a_typed_remark_is_changed_and_withdrawn(store: Store) -> None:
    remark = {"date": date(2024, 3, 4), "text": "New help desk", "kind": "note"}
    store.load("events", [remark | {"date": "2024-03-04 09:00"}])
    typed(store, remark, kind="events", minute=1)
    assert [e["text"] for e in store.answers.events("ticket_volume")] == ["New help desk"]
    other = remark | {"text": "New help desk, Nantes", "kpi": "first_reply_time"}
    typed(store, remark | {"withdrawn": True}, other, kind="events", minute=2)
    assert store.answers.events("ticket_volume") == []
    (event,) = store.answers.events("first_reply_time")
    assert (event["day"], event["text"]) == (date(2024, 3, 4), "New help desk, Nantes")
