"""A chart as a picture to be handed on: with its title, its period, its cases and the link."""

from __future__ import annotations

from functools import partial

import streamlit as st

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings.paper import typeset
from service_quality.findings.paper.charts import Chart
from service_quality.ui.frame import address

FORMS: tuple[tuple[typeset.Form, str], ...] = (("png", "image/png"), ("svg", "image/svg+xml"))


def pictures(chart: Chart, title: str, scope: str, name: str) -> None:
    """Offer a chart of `findings.paper.charts` as PNG and SVG; `scope` is its period and cases."""
    link = address.link(address.params()) if st.context.url else ""
    below = " · ".join(part for part in (scope, link) if part)
    content = {
        "lang": language.current_language(),
        "title": title,
        "below": below,
        "chart": chart,
    }
    with st.container(horizontal=True):
        for form, mime in FORMS:
            st.download_button(
                _("Chart as {form}").format(form=form.upper()),
                # It is drawn when it is asked for.
                partial(typeset.picture, content, form),
                f"{name}.{form}",
                mime,
                key=f"{form}-{name}",
                on_click="ignore",
            )
