"""The weak link: which promise made contacts fail, and what always keeping it would bring.

Each failed contact is shared out equally among the promises that it broke, which is the Shapley
value of "at least one promise was broken" (Shapley 1953): no promise is counted twice. The SQL of
`queries/promises/weakest_links.sql` does it for whole tables; this is what it is held to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from service_quality.methods.panel import Array


@dataclass(frozen=True)
class Weakest:
    """Shares of all contacts, 0–1; the arrays have one entry a promise.

    `perfect` is the share of contacts that broke nothing. `lost` adds up to 1 − perfect. `alone`
    is the share that broke this promise and no other, so that always keeping it alone would bring
    `if_kept` = perfect + alone.
    """

    n: int
    perfect: float
    lost: Array
    alone: Array

    @property
    def if_kept(self) -> Array:
        """The share of perfect contacts if this one promise were always kept."""
        return np.asarray(self.perfect + self.alone)


def weakest(broken: Array) -> Weakest | None:
    """Return the weak links of contacts (rows) by promises (columns); None without contacts.

    True means broken; False means kept, not due or not applicable.
    """
    broken = np.asarray(broken, bool)
    if not len(broken):
        return None
    of_each = broken.sum(axis=1)
    lost = broken / np.maximum(of_each, 1)[:, None]
    alone = broken & (of_each == 1)[:, None]
    return Weakest(len(broken), float(np.mean(of_each == 0)), lost.mean(axis=0), alone.mean(axis=0))
