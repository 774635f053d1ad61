"""Mix or merit: by hand, and against DasGuptR."""

from __future__ import annotations

import random

import numpy as np
import pytest

from service_quality.methods.mix import Mix, decompose
from tests import vectors


def of(*segments: tuple[float, float, float, float]) -> Mix:
    """Decompose segments of n and rate before, n and rate after."""
    found = decompose(*np.array(segments, float).T)
    assert found is not None
    return found


def test_every_segment_improved_and_the_total_fell() -> None:
    # Chat 60% → 30% of the mails, phone 30% → 30%, e-mail 10% → 40%.
    found = of((6000, 0.95, 3000, 0.96), (3000, 0.90, 3000, 0.92), (1000, 0.60, 4000, 0.63))
    assert (found.before, found.after) == pytest.approx((0.9, 0.816))
    # .01 · .45 + .02 · .30 + .03 · .25
    assert found.withins.tolist() == pytest.approx([0.0045, 0.006, 0.0075])
    assert (found.total, found.within, found.mix) == pytest.approx((-0.084, 0.018, -0.102))
    # −.3 · (.955 − .858) + 0 + .3 · (.615 − .858): work left the best and went to the worst.
    assert found.mixes.tolist() == pytest.approx([-0.0291, 0, -0.0729])


def test_a_segment_that_is_new_or_gone_is_mix_alone() -> None:
    # The new one has a rate before that nobody had: it is not looked at.
    for nothing in (0.0, 0.9, float("nan")):
        found = of((50, 0.8, 50, 0.9), (0, nothing, 50, 0.5))
        assert (found.within, found.mix) == pytest.approx((0.075, -0.175))
        assert found.total == pytest.approx(0.7 - 0.8)
        back = of((50, 0.9, 50, 0.8), (50, 0.5, 0, nothing))
        assert (back.within, back.mix) == pytest.approx((-0.075, 0.175))
    assert of((5, 0.5, 5, 0.6), (0, float("nan"), 0, float("nan"))).mix == 0


def test_without_cases_nothing_is_split() -> None:
    nobody, some = np.zeros(2), np.ones(2)
    assert decompose(nobody, some, some, some) is None
    assert decompose(some, some, nobody, some) is None


def test_the_parts_add_up_to_the_change() -> None:
    dice = random.Random(3)
    for _ in range(200):
        found = of(
            *(
                (dice.randint(0, 9), dice.random(), dice.randint(0, 9), dice.random())
                for _ in range(5)
            ),
            (1, 0.5, 1, 0.5),
        )
        assert found.within + found.mix == pytest.approx(found.total, abs=1e-12)
        assert found.withins.sum() == pytest.approx(found.within)
        assert found.mixes.sum() == pytest.approx(found.mix, abs=1e-12)


def test_it_agrees_with_dasguptr() -> None:
    cases: dict[str, dict[str, dict[str, tuple[float, float]]]] = {}
    for row in vectors.rows("yoy/mix_decomposition_input.csv"):
        period = cases.setdefault(row["case"], {}).setdefault(row["pop"], {})
        period[row["segment"]] = (float(row["size"]), float(row["rate"]))
    compared = 0
    for row in vectors.rows("yoy/mix_decomposition.csv"):
        # Others cross several dimensions or multiply factors: their input is no segments.
        if row["case"] in cases:
            first, second = (cases[row["case"]][row[pop]] for pop in ("pop1", "pop2"))
            names = sorted({*first, *second})
            none = (0.0, float("nan"))
            found = of(*((*first.get(s, none), *second.get(s, none)) for s in names))
            parts = {"rate": found.within, "segment_struct": found.mix, "crude": found.total}
            # The textbook's own figures have four digits.
            exact = 1e-4 if row["case"].startswith("eg") else 1e-12
            assert parts[row["factor"]] == pytest.approx(float(row["diff"]), abs=exact), row
            compared += 1
    assert compared == 3 * len(cases)
