"""How long people wait, those who still wait included (Kaplan & Meier 1958).

By hand: a dozen lines of numpy start at once, where `scipy.stats` takes seconds to import (the
tests hold them to its `ecdf`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from service_quality.methods.change import z_of
from service_quality.methods.panel import Array

# Products of shares miss a round share in the last digits: 0.1 is reached at 0.1000000000000001.
SLACK = 1e-9


@dataclass(frozen=True)
class Waits:
    """The share answered within t, as steps: from each of `times` on, `answered` of all (0–1).

    `times` rise from 0, in the unit of the waits, and hold every moment at which someone was
    answered or was last seen waiting. `low` and `high` are the band around `answered`, NaN where
    nobody waits any more.
    """

    times: Array
    answered: Array
    low: Array
    high: Array
    n: int
    replies: int

    def quantile(self, share: float) -> float | None:
        """Return the first time at which at least this share was answered; None: not reached."""
        reached = np.flatnonzero(self.answered >= share - SLACK)
        return float(self.times[reached[0]]) if len(reached) else None

    def interval(self, share: float) -> tuple[float | None, float | None]:
        """Return between which times a share is answered: where the band crosses it.

        Brookmeyer & Crowley 1982; an end that the band does not reach is None.
        """
        ends = (np.flatnonzero(band >= share) for band in (self.high, self.low))
        low, high = (float(self.times[end[0]]) if len(end) else None for end in ends)
        return low, high

    def within(self, time: float) -> float | None:
        """Return the share answered within a time; None beyond the last time anyone was seen.

        Once all have been answered it stays 1.
        """
        if time > self.times[-1] and self.answered[-1] < 1:
            return None
        return float(self.answered[np.searchsorted(self.times, time, side="right") - 1])

    def thinned(self, most: int) -> Waits:
        """Return the curve with at most so many steps, spread evenly over the shares."""
        if len(self.times) <= most:
            return self
        shares = np.linspace(0, self.answered[-1], most - 1)
        kept = np.unique([*np.searchsorted(self.answered, shares - SLACK), len(self.times) - 1])
        names = ("times", "answered", "low", "high")
        return replace(self, **{name: getattr(self, name)[kept] for name in names})


def curve(
    waits: ArrayLike, replied: ArrayLike, conf: float = 0.95, *, counts: ArrayLike | None = None
) -> Waits | None:
    """Return the curve of waits that ended with a reply, or go on; None without any.

    `waits` are not negative; where `replied` is False, the wait lasted at least so long. `counts`
    says how many waits each entry stands for, else one.
    """
    waits, replied = np.asarray(waits, float), np.asarray(replied, bool)
    if not len(waits):
        return None
    if counts is None:
        return of_sorted(np.sort(waits[replied]), np.sort(waits[~replied]), conf)
    many = np.asarray(counts, int)
    times, at = np.unique(np.append(waits, 0.0), return_inverse=True)
    left = np.bincount(at[:-1], weights=many, minlength=len(times))
    replies = np.bincount(at[:-1][replied], weights=many[replied], minlength=len(times))
    return _curve(times, replies, left[::-1].cumsum()[::-1], conf)


def of_sorted(replied: Array, going_on: Array, conf: float = 0.95) -> Waits:
    """Return the curve as `curve` does, of waits that are sorted, or some sorted ones in a row.

    There is at least one; this sort finds the order that there is already.
    """
    every = np.sort(np.concatenate(([0.0], replied, going_on)), kind="stable")
    first = np.flatnonzero(np.append(True, every[1:] != every[:-1]))
    times = every[first]
    until = np.searchsorted(np.sort(replied, kind="stable"), times, side="right")
    waiting = len(every) - np.maximum(first, 1)  # the 0 in front of them is no wait
    return _curve(times, np.diff(until, prepend=0), waiting, conf)


def _curve(times: Array, replies: Array, waiting: Array, conf: float) -> Waits:
    unanswered = np.cumprod(1 - replies / np.maximum(waiting, 1))
    low, high = _band(unanswered, replies, waiting, z_of(conf))
    n, answered = int(waiting[0]), int(replies.sum())
    return Waits(times, 1 - unanswered, low, high, n, answered)


def _band(unanswered: Array, replies: Array, waiting: Array, z: float) -> tuple[Array, Array]:
    """Return lower and upper end of the share answered at each step."""
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(replies / (waiting * (waiting - replies)))
        spread = np.exp(z * np.sqrt(greenwood) / np.abs(np.log(unanswered)))
        low, high = 1 - unanswered ** (1 / spread), 1 - unanswered**spread
    for end in (low, high):
        # Before the first reply nothing is uncertain; after the last one nobody is left to ask.
        end[unanswered >= 1] = 0.0
        end[unanswered <= 0] = np.nan
    return low, high
