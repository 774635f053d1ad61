"""The numbered path of a file: one step is open, those before it are a line each."""

from __future__ import annotations

import streamlit as st

from service_quality.base.language import _
from service_quality.ui.frame import address
from service_quality.ui.loading import file_answers
from service_quality.ui.parts.text import heading, say

STEP = "step"


class Path:
    """Shows each step of one file in turn: a line where it is settled, else open.

    The step that is open is in the URL, so that Back opens the one before.
    """

    def __init__(self, file_id: str) -> None:
        self.file_id = file_id
        self.answers = file_answers.of(file_id)
        self._wanted = "".join(address.params().get(STEP, ())[:1])

    def opens(self, step: int, title: str, line: str, *, settled: bool, showing: str = "") -> bool:
        """Show the heading of a step that is to be looked at, or its one line; return which.

        A step is settled where it asks nothing, or where what it is `showing` was looked at.
        """
        settled = settled or (step, showing) in self.answers.seen
        if settled and (self._wanted, step) not in self.answers.stops:
            place = f"closed-{step}-{self.file_id}"
            with st.container(horizontal=True, vertical_alignment="center", key=place):
                say(f"✓ {step} · {line}", "step")
                key = f"change-{step}-{self.file_id}"
                change = _("Change this")
                st.button(change, key=key, type="tertiary", on_click=self._open, args=(step,))
            return False
        self.answers.stops.add((self._wanted, step))
        heading(f"{step} · {title}")
        return True

    def goes_on(
        self,
        step: int,
        showing: str = "",
        *,
        ready: bool = True,
    ) -> None:
        """Offer to close a step."""

        def close() -> None:
            self.answers.seen.add((step, showing))
            address.write(**{STEP: [str(step + 1)]})

        key = f"continue-{step}-{self.file_id}"
        st.button(_("Continue"), key=key, type="primary", disabled=not ready, on_click=close)

    def _open(self, step: int) -> None:
        self.answers.stops.add((str(step), step))
        address.write(**{STEP: [str(step)]})
