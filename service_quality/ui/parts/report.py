"""The monthly report from the page: made on a click, with what is left, then to be downloaded."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from service_quality.base import language
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.findings.paper import content, typeset
from service_quality.ui.frame import address
from service_quality.ui.frame.data import Source, current, pin

MADE = "report-made"


def report(filters: Filters) -> None:
    """Offer the report over what the page shows, in the reader's language."""
    source = current()
    # What is shown now: of other filters, data or languages, the one made before is not offered.
    shown = (source, filters, language.current_locale())
    with st.container(horizontal=True, key="report"):
        if st.button(_("Monthly report (PDF)"), key="make-report", icon=":material/print:"):
            st.session_state[MADE] = (shown, *_made(source, filters))
        of, name, pdf = st.session_state.get(MADE, (None, "", b""))
        if of == shown:
            words = _("Download {file}").format(file=name)
            st.download_button(
                words, pdf, name, "application/pdf", key="report-file", on_click="ignore"
            )


def _made(source: Source, filters: Filters) -> tuple[str, bytes]:
    """Return the report's name and its PDF; meanwhile the page says how far it is."""
    bar = st.progress(0.0, text=_("Making the report…"))
    today = datetime.now(ZoneInfo(source.answers.settings.timezone)).date()
    issue = content.Issue(
        today,
        source.answers.settings.app_address or address.home(),
        "" if source.example else source.pinned or pin(source),
        _("Example data: invented brands and figures") if source.example else "",
        source.only,
    )
    # The typesetter's turn comes when all is found: a tenth of the work.
    made = content.report(
        filters, issue, lambda share: bar.progress(0.9 * share, text=_("Making the report…"))
    )
    pdf = typeset.pdf(made.content)
    bar.empty()
    return made.file_name, pdf
