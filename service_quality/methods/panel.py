"""How much the entities of a panel really differ, by empirical Bayes, and what each may truly be.

Goldstein & Spiegelhalter 1996; Gu & Koenker 2023. The spread of the true values is fitted to all
entities by maximum likelihood; each entity's own figure is then drawn towards the panel's as far
as its few cases ask for.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

# How many cases the scatter of all entities counts for beside the scatter of one's own.
BORROWED = 10
# The least and the most cases that the panel may stand for beside an entity's own. At the upper
# end the entities are not to be told apart; at the lower, each stands for itself.
LEAST, MOST = 0.1, 1e6
RELIABLE = 0.8


@dataclass(frozen=True)
class Shares:
    """Entities that share something: k of n each, true shares from Beta(a, b).

    `phi` is each entity's overdispersion, by which its k and n count for less.
    """

    k: Array
    n: Array
    a: float
    b: float
    phi: Array

    def draw(self, rng: np.random.Generator, count: int) -> Array:
        """Return `count` draws of all true shares from their posteriors, one row a draw."""
        k, rest = self.k / self.phi, (self.n - self.k) / self.phi
        return rng.beta(self.a + k, self.b + rest, size=(count, len(k)))

    def again(self, rng: np.random.Generator, truth: Array, n: Array) -> Array:
        """Return the shares that n new cases of the same true shares would show."""
        plain = rng.binomial(np.rint(n).astype(np.int64), truth) / n
        if np.all(self.phi == 1):
            return plain
        error = np.sqrt(self.phi * truth * (1 - truth) / n)
        return np.where(self.phi == 1, plain, np.clip(rng.normal(truth, error), 0, 1))

    @property
    def twins(self) -> Array:
        """A number for each entity, the same for those that showed the same."""
        return _numbered(self.k, self.n, self.phi)

    @property
    def reliability(self) -> float:
        """Share of the figures' spread that is real: mean of n ÷ (n + a + b)."""
        if self._alike:
            return 0.0
        cases = self.n / self.phi
        return float(np.mean(cases / (cases + self.a + self.b)))

    @property
    def n_for_reliable(self) -> int | None:
        """Cases per entity that bring the reliability to 0.8; None where none would."""
        if self._alike:
            return None
        beside = float(np.median(self.phi)) * (self.a + self.b)
        return ceil(beside * RELIABLE / (1 - RELIABLE) - 1e-9)

    @property
    def _alike(self) -> bool:
        return self.a + self.b >= 0.99 * MOST * float(self.n.max())


@dataclass(frozen=True)
class Scores:
    """Entities with a score each, its standard error and cases; true scores from a normal."""

    x: Array
    error: Array
    n: Array
    mean: float
    spread: float

    def draw(self, rng: np.random.Generator, count: int) -> Array:
        """Return `count` draws of all true scores from their posteriors, one row a draw."""
        real = max(self.spread**2, 1e-12 * float(np.mean(self.error**2)))
        weight = real / (real + self.error**2)
        middle = self.mean + weight * (self.x - self.mean)
        noise = rng.standard_normal((count, len(self.x)))
        return np.asarray(middle + np.sqrt(weight) * self.error * noise)

    def again(self, rng: np.random.Generator, truth: Array, n: Array) -> Array:
        """Return the scores that n new cases of the same true scores would show."""
        return rng.normal(truth, self.error * np.sqrt(self.n / n))

    @property
    def twins(self) -> Array:
        """A number for each entity, the same for those that showed the same."""
        return _numbered(self.x, self.error)

    @property
    def reliability(self) -> float:
        """Share of the figures' spread that is real: mean of τ² ÷ (τ² + SE²)."""
        return float(np.mean(self.spread**2 / (self.spread**2 + self.error**2)))

    @property
    def n_for_reliable(self) -> int | None:
        """Cases per entity that bring the reliability to 0.8; None where none would."""
        if self.spread == 0:
            return None
        of_one = float(np.mean(self.error**2 * self.n))
        return ceil(of_one / self.spread**2 * RELIABLE / (1 - RELIABLE) - 1e-9)


Panel: TypeAlias = Shares | Scores


def fit_shares(k: Array, n: Array, phi: Array | float = 1.0) -> Shares | None:
    """Fit Beta(a, b) to k of n of every entity, by maximum likelihood.

    None where a spread cannot be known: fewer than two entities, or one case each.
    """
    k, n = np.asarray(k, float), np.asarray(n, float)
    phi = np.broadcast_to(np.asarray(phi, float), n.shape)
    if len(n) < 2 or n.min() <= 0 or n.max() <= 1:
        return None
    most = log(MOST * n.max())
    share = k.sum() / n.sum()
    if share in (0, 1):
        # Nothing differs, so nothing can be told apart; half a case keeps the mean off the edge.
        mean, size = (k.sum() + 0.5) / (n.sum() + 1), np.exp(most)
        return Shares(k, n, mean * size, (1 - mean) * size, phi)
    mean, size = _beta_binomial(k / phi, n / phi, share, most)
    return Shares(k, n, mean * size, (1 - mean) * size, phi)


def _beta_binomial(k: Array, n: Array, share: float, most: float) -> tuple[float, float]:
    """Return mean a/(a+b) and size a+b of the likeliest Beta-binomial."""
    from scipy.optimize import minimize
    from scipy.special import betaln, digamma, expit, logit

    pairs, times = np.unique(np.stack([k, n]), axis=1, return_counts=True)
    k, n = pairs

    def unlikely(at: Array) -> tuple[float, Array]:
        mean, size = expit(at[0]), np.exp(at[1])
        a, b = mean * size, (1 - mean) * size
        value = -times @ (betaln(a + k, b + n - k) - betaln(a, b))
        common = digamma(size) - digamma(size + n)
        by_a = times @ (digamma(a + k) - digamma(a) + common)
        by_b = times @ (digamma(b + n - k) - digamma(b) + common)
        slope = (by_a - by_b) * size * mean * (1 - mean), by_a * a + by_b * b
        return float(value), -np.array(slope)

    bounds = [(-15.0, 15.0), (log(LEAST), most)]
    found = [
        minimize(
            unlikely,
            [logit(share), start],
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500},
        )
        for start in (log(5.0), log(500.0))
    ]
    best = min([*found], key=lambda each: each.fun)
    # As the entities become alike the likelihood levels off, and the search stops on the way.
    level = unlikely(np.array([best.x[0], most]))[0]
    size = most if level <= best.fun + 1e-6 else best.x[1]
    return float(expit(best.x[0])), float(np.exp(size))


def fit_scores(x: Array, error: Array, n: Array) -> Scores | None:
    """Fit a normal spread of true scores to scores with known errors, by maximum likelihood.

    None where it cannot be known: fewer than two entities, or an error that is not positive.
    """
    x, error, n = (np.asarray(each, float) for each in (x, error, n))
    if len(x) < 2 or not np.all(np.isfinite(x)) or not np.all(error > 0):
        return None
    from scipy.optimize import minimize_scalar

    def mean_of(spread: float) -> float:
        weight = 1 / (spread**2 + error**2)
        return float(weight @ x / weight.sum())

    def unlikely(spread: float) -> float:
        variance = spread**2 + error**2
        return float(np.sum(np.log(variance) + (x - mean_of(spread)) ** 2 / variance))

    widest = float(np.ptp(x)) + float(error.max())
    found = minimize_scalar(
        unlikely, bounds=(0, widest), method="bounded", options={"xatol": 1e-9 * widest}
    )
    spread = 0.0 if unlikely(0.0) <= found.fun + 1e-9 else float(found.x)
    return Scores(x, error, n, mean_of(spread), spread)


def pooled_errors(n: Array, sd: Array) -> Array | None:
    """Return the standard error of each mean of n values with standard deviation sd.

    Five values say little of their own scatter, and none where they are equal: each variance is
    moderated by the pooled one, which counts for 10 cases (the form of Smyth 2004). None where
    nobody has a second value, or no value differs.
    """
    n, sd = np.asarray(n, float), np.asarray(sd, float)
    own = np.maximum(n - 1, 0)
    if own.sum() == 0 or not np.any(sd > 0):
        return None
    pooled = float((own * sd**2).sum() / own.sum())
    return np.asarray(np.sqrt((own * sd**2 + BORROWED * pooled) / (own + BORROWED) / n))


def _numbered(*columns: Array) -> Array:
    return np.unique(np.stack(columns), axis=1, return_inverse=True)[1].ravel()
