"""What can be dropped: sample files, an empty template for each kind, and the systems known."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from service_quality.base.language import _
from service_quality.definitions.datasets import Dataset, all_datasets
from service_quality.definitions.formats import all_formats
from service_quality.ui.loading import templates
from service_quality.ui.parts.tables import XLSX
from service_quality.ui.parts.text import caption, heading, say
from service_quality.uploads import example


def offers() -> None:
    """Show what can be dropped, each with something to download."""
    heading(_("What can I drop?"))
    say(_("One row a ticket, e-mail, answer or order, as your system exports them: CSV or Excel."))
    systems, empty, samples = st.tabs(
        [_("Systems known"), _("Templates to fill in"), _("Sample files")]
    )
    with systems:
        caption(
            _("Exports of these are recognised by their headers; any other file is asked about.")
        )
        for dataset in all_datasets().values():
            if known := _systems(dataset):
                text = _("{kind}: {systems}")
                say(text.format(kind=_(dataset.title), systems=" · ".join(known)))
    with empty:
        caption(_("An empty sheet with the columns of one kind; those in bold are needed."))
        with st.container(horizontal=True):
            for dataset in all_datasets().values():
                _template(dataset)
    with samples:
        caption(
            _("Invented brands and figures: try the steps with them, and withdraw them on Data.")
        )
        with st.container(horizontal=True):
            for path in example.sample_files():
                st.download_button(
                    path.name,
                    path.read_bytes,
                    path.name,
                    on_click="ignore",
                    key=f"sample-{path.name}",
                    icon=":material/download:",
                )


def _systems(dataset: Dataset) -> Iterable[str]:
    titles = {each.title for each in all_formats().values() if each.kind == dataset.kind}
    return sorted(titles, key=str.casefold)


def _template(dataset: Dataset) -> None:
    name = templates.file_name(dataset)
    st.download_button(
        _(dataset.title),
        lambda: templates.workbook(dataset),
        name,
        XLSX,
        on_click="ignore",
        key=f"template-{dataset.kind}",
        icon=":material/download:",
    )
