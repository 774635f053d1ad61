"""Limits around an overall share by the number of cases (Spiegelhalter 2005)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from service_quality.methods.change import z_of
from service_quality.methods.panel import Array

WINSORISED = 0.1


@dataclass(frozen=True)
class Limits:
    """What a funnel is drawn from: the overall share, and how much entities really scatter.

    `phi` is the mean squared z-score, the tenths at both ends drawn in; `tau2` the variance
    between entities that this speaks for, on the scale of the arcsine of the root.
    """

    target: float
    phi: float
    tau2: float

    def at(self, n: Array, level: float, *, overdispersed: bool) -> tuple[Array, Array]:
        """Return lower and upper limit for each n, 0–1; with overdispersion the wider ones."""
        n = np.asarray(n, float)
        variance = 1 / (4 * n) + (self.tau2 if overdispersed else 0.0)
        half = z_of(level) * np.sqrt(variance)
        middle = np.arcsin(np.sqrt(self.target))
        low, high = np.maximum(middle - half, 0), np.minimum(middle + half, np.pi / 2)
        return np.sin(low) ** 2, np.sin(high) ** 2


def fit(k: Array, n: Array) -> Limits | None:
    """Return the limits of a funnel of k of n each; None without any case."""
    k, n = np.asarray(k, float), np.asarray(n, float)
    if not len(n) or n.min() <= 0:
        return None
    target = float(k.sum() / n.sum())
    z = z_scores(k, n, target)
    phi = float(np.mean(np.clip(z, *np.quantile(z, (WINSORISED, 1 - WINSORISED))) ** 2))
    weight = 4 * n
    room = float(weight.sum() - (weight**2).sum() / weight.sum())
    beyond = len(n) * phi - (len(n) - 1)
    return Limits(target, phi, max(0.0, beyond / room) if room > 0 else 0.0)


def z_scores(k: Array, n: Array, target: float) -> Array:
    """Return how many standard errors each share lies from the target, on the arcsine scale."""
    apart = np.arcsin(np.sqrt(k / n)) - np.arcsin(np.sqrt(target))
    return np.asarray(2 * np.sqrt(n) * apart)
