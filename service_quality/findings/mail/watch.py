"""Has what sends mails look every few seconds: apart from it, which takes long to be imported."""

from __future__ import annotations

import logging
from collections.abc import Callable

from service_quality.base.errors import ServiceQualityError
from service_quality.base.rounds import Rounds

LOG = logging.getLogger(__name__)
LOOK_SECONDS = 10.0

_rounds: Rounds | None = None


def watch(look: Callable[[], None]) -> Rounds:
    """Call `look` every few seconds, in a thread, until that is ended."""
    global _rounds
    logged = ""

    def look_again() -> None:
        nonlocal logged
        try:
            look()
            logged = ""
        except ServiceQualityError as error:
            if str(error) != logged:
                LOG.warning("No mails are sent: %s", error)
            logged = str(error)
        except Exception:
            # The next look may find the reason gone, and nobody else waits for this thread.
            LOG.exception("No mails are sent")

    _rounds = Rounds(look_again, LOOK_SECONDS)
    return _rounds


def wake() -> None:
    """Have what sends look now: someone waits for a mail to confirm."""
    if _rounds:
        _rounds.at_once()
