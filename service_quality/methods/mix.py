"""Mix or merit: how much of a change came from the segments, how much from their weights.

Kitagawa, "Components of a difference between two rates", JASA 50 (1955).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from service_quality.methods.panel import Array


@dataclass(frozen=True)
class Mix:
    """A change of a total rate, in the unit of the rates: total = within + mix.

    `within` is what the segments' own rates changed, `mix` what their weights did. `withins` and
    `mixes` are the parts of each segment; they add up to the two. A segment's part of the mix is
    positive where weight moved towards a segment better than the whole, or away from a worse one.
    """

    before: float
    after: float
    within: float
    mix: float
    withins: Array
    mixes: Array

    @property
    def total(self) -> float:
        """The change of the total rate."""
        return self.after - self.before


def decompose(n1: Array, r1: Array, n2: Array, r2: Array) -> Mix | None:
    """Split the change of a total rate; None where one of the periods has no cases.

    `n1`, `n2` are the cases of each segment in both periods, or any weights, `r1`, `r2` the
    rates. A segment without cases in one of them is new or gone: its rate there is not looked at,
    and all that it does is mix.
    """
    n1, r1, n2, r2 = (np.asarray(each, float) for each in (n1, r1, n2, r2))
    if n1.sum() <= 0 or n2.sum() <= 0:
        return None
    w1, w2 = n1 / n1.sum(), n2 / n2.sum()
    r1, r2 = np.where(n1 > 0, r1, r2), np.where(n2 > 0, r2, r1)
    r1, r2 = np.where(n1 + n2 > 0, r1, 0.0), np.where(n1 + n2 > 0, r2, 0.0)
    before, after = float(w1 @ r1), float(w2 @ r2)
    withins = (r2 - r1) * (w1 + w2) / 2
    # Weights add up to 1, so that the distance from any fixed rate gives the same sum.
    mixes = (w2 - w1) * ((r1 + r2) / 2 - (before + after) / 2)
    return Mix(before, after, float(withins.sum()), float(mixes.sum()), withins, mixes)
