"""What each KPI says of one row: in time, too late, not yet mature, or not to be judged."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.settings import Settings
from service_quality.definitions import kpis
from tests import bare

END = datetime(2024, 4, 1, 12)  # nothing was observed after this
CREATED = datetime(2024, 3, 1, 10)
IN_TIME = datetime(2024, 3, 2, 10)  # 24 hours later, to the second
LATE = datetime(2024, 3, 2, 10, 0, 1)

Case = tuple[dict[str, Any], Any]


def check(folder: Path, kpi: str, kind: str, cases: dict[str, Case], **more: Any) -> None:
    """Compare a KPI's value of each row with the one beside it; `...` is a row it leaves out."""
    settings = more.pop("settings", None)
    warehouse = bare.memory(folder)
    rows = {name: cells for name, (cells, _value) in cases.items()}
    bare.fill(warehouse, kind, rows, observed_until=END, **more)
    expected = {name: value for name, (_cells, value) in cases.items() if value is not ...}
    assert bare.values_of(warehouse, kpi, settings) == expected


def ticket(**cells: Any) -> dict[str, Any]:
    return {"ticket_id": "1", "created_at": CREATED, **cells}


def email(**cells: Any) -> dict[str, Any]:
    return {"email_id": "1", "received_at": CREATED, **cells}


@pytest.mark.parametrize(
    ("kpi", "kind", "start", "end"),
    [
        ("first_reply_in_time", "tickets", "created_at", "first_reply_at"),
        ("reply_in_time", "emails", "received_at", "replied_at"),
    ],
)
def test_in_time_is_judged_once_the_promised_time_has_passed(
    tmp_path: Path, kpi: str, kind: str, start: str, end: str
) -> None:
    due_at_the_end, due_after = datetime(2024, 3, 31, 12), datetime(2024, 3, 31, 12, 0, 1)
    cases: dict[str, Case] = {
        "after 24 h to the second": ({start: CREATED, end: IN_TIME}, True),
        "a second later": ({start: CREATED, end: LATE}, False),
        "never": ({start: CREATED}, False),
        "due at the very end": ({start: due_at_the_end}, False),
        "not due yet": ({start: due_after}, None),
        "not due yet, answered at once": ({start: due_after, end: due_after}, None),
    }
    check(tmp_path / "default", kpi, kind, cases)
    setting = {f"{kpi.removesuffix('_in_time')}_promise_hours": 25}
    longer = {name: case for name, case in cases.items() if not name.startswith("due")}
    longer["a second later"] = ({start: CREATED, end: LATE}, True)
    check(tmp_path / "longer", kpi, kind, longer, settings=Settings(**setting))


def test_reply_rate_waits_30_days(tmp_path: Path) -> None:
    check(
        tmp_path,
        "reply_rate",
        "emails",
        {
            "after 30 days": (email(replied_at=datetime(2024, 3, 31, 10)), True),
            "a second later": (email(replied_at=datetime(2024, 3, 31, 10, 0, 1)), False),
            "only acknowledged": (email(acknowledged_at=CREATED), False),
            "30 days old at the end": (email(received_at=datetime(2024, 3, 2, 12)), False),
            "younger": (email(received_at=datetime(2024, 3, 2, 12, 0, 1), replied_at=END), None),
            "a yes beside the missing time": (email(replied=True), False),
        },
    )


def test_reply_rate_of_an_audit_without_times_is_final(tmp_path: Path) -> None:
    columns = ("email_id", "received_at", "replied", "topic")
    check(
        tmp_path,
        "reply_rate",
        "emails",
        {
            "yes, today": (email(received_at=END, replied=True), True),
            "no": (email(replied=False), False),
            "empty": (email(), False),
        },
        mapped=columns,
    )


def test_resolved_in_time_needs_a_target_that_has_passed(tmp_path: Path) -> None:
    check(
        tmp_path,
        "resolved_in_time",
        "tickets",
        {
            "at the target": (ticket(due_at=LATE, solved_at=LATE), True),
            "after it": (ticket(due_at=IN_TIME, solved_at=LATE), False),
            "open past it": (ticket(due_at=IN_TIME, status="open"), False),
            "target at the end": (ticket(due_at=END), False),
            "target ahead": (ticket(due_at=datetime(2024, 4, 1, 12, 0, 1)), None),
            "solved, target ahead": (ticket(due_at=datetime(2024, 5, 1), solved_at=LATE), None),
            "no target": (ticket(solved_at=LATE), None),
            "solved at an unknown time": (ticket(due_at=IN_TIME, status="solved"), None),
        },
    )


@pytest.mark.parametrize(
    ("kpi", "column", "values"),
    [
        ("one_touch_rate", "agent_replies", {0: False, 1: True, 2: False, None: None}),
        ("reopen_rate", "reopens", {0: False, 1: True, 3: True, None: None}),
    ],
)
def test_shares_of_the_solved(
    tmp_path: Path, kpi: str, column: str, values: dict[int | None, bool | None]
) -> None:
    cases: dict[str, Case] = {
        f"solved, {n}": (ticket(solved_at=LATE, **{column: n}), value)
        for n, value in values.items()
    }
    cases["closed without a time"] = (ticket(status="closed", **{column: 1}), True)
    cases["open"] = (ticket(status="open", **{column: 1}), None)
    cases["no status"] = (ticket(**{column: 1}), None)
    check(tmp_path, kpi, "tickets", cases)


def test_backlog_leaves_out_what_was_solved_at_an_unknown_time(tmp_path: Path) -> None:
    warehouse = bare.memory(tmp_path)
    rows = {
        "solved": ticket(solved_at=LATE, status="solved"),
        "open": ticket(status="open"),
        "no status": ticket(),
        "time unknown": ticket(status="closed"),
    }
    bare.fill(warehouse, "tickets", rows, observed_until=END)
    found = {c: (r["entered_at"], r["left_at"]) for c, r in _rows(warehouse, "backlog").items()}
    assert found == {
        "solved": (CREATED, LATE),
        "open": (CREATED, None),
        "no status": (CREATED, None),
    }


@pytest.mark.parametrize(
    ("kpi", "kind", "start", "end"),
    [
        ("first_reply_time", "tickets", "created_at", "first_reply_at"),
        ("full_resolution_time", "tickets", "created_at", "solved_at"),
        ("reply_time", "emails", "received_at", "replied_at"),
    ],
)
def test_a_wait_ends_with_the_answer_or_with_the_observation(
    tmp_path: Path, kpi: str, kind: str, start: str, end: str
) -> None:
    warehouse = bare.memory(tmp_path)
    rows = {
        "answered": {start: CREATED, end: datetime(2024, 3, 1, 11, 30, 30)},
        "at once": {start: CREATED, end: CREATED},
        "waiting": {start: datetime(2024, 4, 1, 10)},
    }
    bare.fill(warehouse, kind, rows, observed_until=END)
    found = {case: (r["minutes"], r["answered"]) for case, r in _rows(warehouse, kpi).items()}
    assert found == {"answered": (90.5, True), "at once": (0, True), "waiting": (120, False)}


def test_resolution_at_an_unknown_time_is_no_wait(tmp_path: Path) -> None:
    warehouse = bare.memory(tmp_path)
    bare.fill(warehouse, "tickets", {"x": ticket(status="solved")}, observed_until=END)
    assert _rows(warehouse, "full_resolution_time")["x"]["minutes"] is None


def test_mystery_index_weighs_delay_quality_and_welcome(tmp_path: Path) -> None:
    def answered(hour: int, minute: int = 0, **cells: Any) -> dict[str, Any]:
        at = datetime(2024, 3, 1 + (10 + hour) // 24, (10 + hour) % 24, minute)
        return email(**{"replied_at": at, "quality_mark": 50.0, "welcome_mark": 100.0, **cells})

    # quality 50 × 40% + welcome 100 × 20% = 40, and 40% of the delay's mark
    check(
        tmp_path,
        "mystery_index",
        "emails",
        {
            "within the hour": (answered(1), 80),
            "halfway of 1 to 48 h": (answered(24, 30), pytest.approx(60)),
            "after 48 h": (answered(48), 40),
            "after four days": (answered(96), 40),
            "never": (email(quality_mark=90.0, welcome_mark=90.0), 0),
            "a mark missing": (answered(1, welcome_mark=None), None),
            "mystery, said so": (answered(1, mystery=True), 80),
            "a real customer": (answered(1, mystery=False), ...),
        },
    )


def test_mystery_index_follows_the_weights_of_the_settings(tmp_path: Path) -> None:
    weights = {"delay": 30, "quality": 50, "welcome": 20}
    settings = Settings(**{f"mystery_{name}_weight": w for name, w in weights.items()})
    row = email(replied_at=CREATED, quality_mark=60.0, welcome_mark=10.0)
    # 30% of 100, 50% of 60, 20% of 10
    check(tmp_path, "mystery_index", "emails", {"x": (row, 62)}, settings=settings)


@pytest.mark.parametrize("kpi", ["reply_quality", "spelling_errors"])
def test_marks_are_those_of_replies(tmp_path: Path, kpi: str) -> None:
    column = {"reply_quality": "quality_mark"}.get(kpi, kpi)
    cases: dict[str, Case] = {
        "replied": (email(replied_at=LATE, **{column: 0}), 0),
        "replied, not marked": (email(replied_at=LATE), None),
        "not replied": (email(**{column: 7}), None),
    }
    check(tmp_path / "times", kpi, "emails", cases)
    said = {"yes": (email(replied=True, **{column: 7}), 7), "no": (email(**{column: 7}), None)}
    check(tmp_path / "said", kpi, "emails", said, mapped=("received_at", "replied", column))
    alone = {"marked": (email(**{column: 7}), 7)}
    check(tmp_path / "alone", kpi, "emails", alone, mapped=("received_at", column))


def _rows(warehouse: Any, kpi: str) -> dict[str, dict[str, Any]]:
    return bare.kpi_rows(warehouse, kpi)


def test_every_kpi_has_a_test_of_its_rows() -> None:
    files = Path(__file__).parents[1].glob("**/test_*.py")
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [kpi for kpi in kpis.catalogue() if f'"{kpi}"' not in text] == []
