"""The weak link: by hand, and against CoopGT."""

from __future__ import annotations

import numpy as np
import pytest

from service_quality.methods.weakest import weakest
from tests import vectors


def test_each_failed_contact_is_shared_out_among_what_it_broke() -> None:
    # Five contacts: one perfect, one broke the first, two both, one the second and third.
    found = weakest(np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 0], [0, 1, 1]]))
    assert found is not None
    assert (found.n, found.perfect) == (5, 0.2)
    assert found.lost.tolist() == pytest.approx([0.4, 0.3, 0.1])
    assert found.lost.sum() == pytest.approx(1 - found.perfect)
    assert found.alone.tolist() == [0.2, 0, 0]
    assert found.if_kept.tolist() == [0.4, 0.2, 0.2]


def test_without_contacts_there_is_no_link() -> None:
    assert weakest(np.zeros((0, 3))) is None


def test_it_agrees_with_coopgt() -> None:
    cases = {
        case: [[cell == "0" for cell in list(row.values())[2:]] for row in rows]
        for case, rows in vectors.cases("weakest_link/promises_input.csv").items()
    }
    rows = vectors.rows("weakest_link/promises_expected.csv")
    assert len(rows) == 5 * len(cases)
    for at, row in enumerate(rows):
        found, link = weakest(np.array(cases[row["case"]])), at % 5
        assert found is not None
        assert (found.n, found.perfect) == (
            int(row["n"]),
            pytest.approx(float(row["perfect_rate"])),
        )
        ours = (found.lost[link], found.alone[link], found.if_kept[link])
        names = ("shapley_coopgt", "sole_cause_rate", "perfect_rate_if_this_were_always_kept")
        assert ours == pytest.approx([float(row[name]) for name in names]), row
