"""A verdict: its sentence, the method it was reached by, and the numbers that went in."""

from __future__ import annotations

from dataclasses import dataclass

from service_quality.findings.how import METHODS, Method


@dataclass(frozen=True)
class Verdict:
    """A sentence and how we know it; all its texts are in the reader's language.

    `method` is an id of `how.METHODS`. `numbers` are what went in, as they are shown: name and
    value. `not_said` is what this verdict leaves open; empty means what its method leaves open.
    """

    sentence: str
    method: str
    numbers: tuple[tuple[str, str], ...] = ()
    not_said: str = ""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"{self.method!r} is no method; known: {', '.join(METHODS)}.")

    @property
    def how(self) -> Method:
        """The method it was reached by."""
        return METHODS[self.method]
