"""What was decided about a column: shown with its reason, and open to another word."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Decision:
    """One thing that was decided about a column, or is `proposed` and not done.

    `topic` is dates, zone, numbers, unit, scale, no_answer or ids; `what` and `why` are
    sentences for people; `example` is a cell it is about, `say` the flags of the command line
    that would decide it otherwise, or that do what is proposed.
    """

    column: str
    header: str
    topic: str
    what: str
    why: str
    example: str | None = None
    say: str | None = None
    proposed: bool = False
