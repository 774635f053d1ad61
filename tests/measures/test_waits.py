"""Waits: median and 9th decile by Kaplan & Meier, the unanswered included."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.settings import Settings
from service_quality.measures.answers import Answers
from tests import bare, vectors

START = datetime(2024, 3, 1)


def waits(folder: Path, cases: dict[str, list[tuple[float, bool]]]) -> dict[str, dict[str, Any]]:
    """Return the answer for each case of minutes and whether a reply ended them.

    Each wait without a reply has a source of its own, so that its observation ends when it does.
    """
    warehouse = bare.memory(folder)
    mask = bare.mask(warehouse, "emails")
    rows, ends = [], {"replied": START}
    for case, given in cases.items():
        for minutes, replied in given:
            end = START + timedelta(microseconds=round(minutes * 6e7))
            source = "replied" if replied else str(minutes)
            ends.setdefault(source, end)
            about = {"source": source, "brand": case, "upload_id": "u", "mapped": mask}
            rows.append({"received_at": START, "replied_at": end if replied else None, **about})
    bare.insert(warehouse, "emails", rows)
    bare.observe(warehouse, "emails", ends)
    return {
        row["brand"]: row
        for row in Answers(warehouse, Settings()).kpi("reply_time", ["brand"], rows=True)
    }


HAND_MADE = {
    # waits in minutes, "+" still waiting; median; p90
    "all answered": ("1 2 3 4 5 6 7 8 9 10", 5, 9),
    "half, exactly": ("1 2 3 4", 2, 4),
    "odd": ("1 2 3", 2, 3),
    "one": ("7", 7, 7),
    "nobody": ("5+ 6+", None, None),
    "two of five never": ("1 2 3 9+ 9+", 3, None),
    # 3/4 after 1, then × 2/3 at 2: who leaves at 2 was still waiting when the other was answered
    "tie of a reply and an end": ("1 2 2+ 3", 2, 3),
    # 3/4 after 1, one leaves, then × 1/2 after 3
    "cut short before the median": ("1 2+ 3 4", 3, 4),
    "cut short after all": ("1 2 3 99+", 2, None),
    # ten at risk once the first has left: after 9 one tenth still waits, exactly
    "one tenth, exactly": ("0.5+ 1 2 3 4 5 6 7 8 9 99+", 5, 9),
    "flat at one half": ("10 20 30+ 40+", 20, None),
}


def test_waits_by_hand(tmp_path: Path) -> None:
    cases = {
        name: [(float(w.rstrip("+")), not w.endswith("+")) for w in text.split()]
        for name, (text, _m, _p) in HAND_MADE.items()
    }
    found = waits(tmp_path, cases)
    got = {name: (row["median"], row["p90"]) for name, row in found.items()}
    assert got == {name: (median, p90) for name, (_t, median, p90) in HAND_MADE.items()}
    assert found["two of five never"]["n"] == 5
    assert found["two of five never"]["answered"] == 3


def test_quantiles_of_complete_waits_are_order_statistics(tmp_path: Path) -> None:
    sizes = (2, 5, 10, 19, 20, 21, 30, 70)
    found = waits(tmp_path, {str(n): [(float(i + 1), True) for i in range(n)] for n in sizes})
    assert {n: (found[str(n)]["median"], found[str(n)]["p90"]) for n in sizes} == {
        n: (math.ceil(n / 2), -(-n * 9 // 10)) for n in sizes
    }


def test_shares_within_bounds_count_the_unanswered(tmp_path: Path) -> None:
    bounds = (60, 240, 1440, 2880, 10080)
    given = [(float(b + more), True) for b in bounds for more in (0, 1)] + [(99999.0, False)] * 10
    row = waits(tmp_path, {"x": given})["x"]
    assert row["within"] == {60: 1 / 20, 240: 3 / 20, 1440: 5 / 20, 2880: 7 / 20, 10080: 9 / 20}


def _of_lifelines() -> dict[str, list[tuple[float, bool]]]:
    return {
        case: [(round(float(row["hours"]) * 60, 6), row["replied"] == "1") for row in rows]
        for case, rows in vectors.cases("response_times/reply_times_input.csv").items()
    }


def test_waits_agree_with_lifelines(tmp_path: Path) -> None:
    cases = _of_lifelines()
    found = waits(tmp_path, cases)
    compared = 0
    for row in vectors.rows("response_times/km_quantiles_lifelines.csv"):
        name = {"0.5": "median", "0.9": "p90"}.get(row["prob"])
        if name:
            hours = float(row["lifelines_time"])
            expected = None if math.isinf(hours) else pytest.approx(hours * 60, abs=1e-4)
            assert found[row["case"]][name] == expected, (row["case"], name)
            compared += 1
    assert compared == 2 * len(cases)


def test_the_median_has_an_interval_by_hand(tmp_path: Path) -> None:
    # Two answered: after 1, S = 1/2 and Greenwood's sum 1/2; log(-log S) ± 1.96 · 1.0201 gives
    # S between 0.006 and 0.91: the lower end is reached, the upper never.
    found = waits(tmp_path, {"two": [(1, True), (5, True)], "nobody": [(5, False), (6, False)]})
    assert (found["two"]["low"], found["two"]["high"]) == (1, None)
    assert (found["nobody"]["low"], found["nobody"]["high"]) == (None, None)


def test_the_interval_agrees_with_the_band_of_lifelines(tmp_path: Path) -> None:
    cases = _of_lifelines()
    expected: dict[str, dict[str, float]] = {case: {} for case in cases}
    for row in vectors.rows("response_times/km_curve_lifelines.csv"):
        # Where nobody waits any more there is no band: R leaves it empty, lifelines writes 0.
        for end, bound in (("low", "lo95"), ("high", "hi95")):
            if float(row["surv"]) > 0 and float(row[bound]) <= 0.5:
                expected[row["case"]].setdefault(end, float(row["time"]) * 60)
    found = waits(tmp_path, cases)
    for case, ends in expected.items():
        for end in ("low", "high"):
            assert found[case][end] == (
                pytest.approx(ends[end], abs=1e-4) if end in ends else None
            ), (case, end)
