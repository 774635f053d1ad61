"""Which results hold when many are tested at once (Benjamini & Hochberg 1995)."""

from __future__ import annotations

from collections.abc import Sequence

from service_quality.methods.change import LEVEL


def discoveries(p: Sequence[float]) -> list[bool]:
    """Return which p hold when as many are tested at once, in their order."""
    return [each <= LEVEL for each in adjusted(p)]


def adjusted(p: Sequence[float]) -> list[float]:
    """Return p adjusted for the false discovery rate, as R's p.adjust(method = "BH")."""
    # Without numpy: the first page after a start needs nothing else of it.
    found, least = [1.0] * len(p), 1.0
    largest_first = sorted(range(len(p)), key=lambda i: p[i], reverse=True)
    for rank, i in zip(range(len(p), 0, -1), largest_first, strict=True):
        least = min(least, float(p[i]) * len(p) / rank)
        found[i] = least
    return found
