"""The numbered path of an upload: drop, recognise, map, check, publish."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from service_quality import i18n
from service_quality.datasets import Dataset, all_datasets
from service_quality.errors import ServiceQualityError
from service_quality.i18n import _
from service_quality.ingest.read import Table, open_table
from service_quality.ingest.recognise import DEFAULT_SOURCE, Recognition, recognise
from service_quality.ingest.words import Words
from service_quality.ui.data import real
from service_quality.ui.text import caption, heading, md

SAMPLES = 3
REASONS = 4


@dataclass(frozen=True)
class Dropped:
    """A file that someone dropped, kept in a folder that lives as long as the session."""

    id: str
    name: str
    path: Path


@dataclass(frozen=True)
class Reading:
    """How a dropped file is understood: what it looks like, and the words on it."""

    table: Table
    recognition: Recognition
    words: Words

    @property
    def dataset(self) -> Dataset:
        """The kind of rows it was taken for."""
        return self.recognition.dataset


def dropped_files() -> list[Dropped]:
    """Let the reader drop files and return them, each copied to disk once."""
    heading(_("1 · Drop your files"))
    files = st.file_uploader(
        _("CSV or Parquet, one or several"), accept_multiple_files=True, key="dropped"
    )
    limit = _("Up to {limit} GB a file; larger ones: {command}, on the server, the app stopped.")
    gigabytes = int(st.get_option("server.maxUploadSize")) / 1024
    caption(limit.format(limit=i18n.number(gigabytes), command="service-quality load FILE"))
    return [_keep(file) for file in files]


def file_section(file: Dropped) -> Any:
    """Return the part of the page that one file's steps stand in."""
    return st.expander(md(file.name), expanded=True)


def reading(file: Dropped) -> Reading | None:
    """Say what a file looks like and why, let the kind be changed; None where it is refused."""
    heading(_("2 · What this file is"))
    try:
        table = open_table(file.path, file.name)
    except ServiceQualityError as error:
        st.error(md(error))
        return None
    guess = recognise(table, None, {}, {})
    kinds = {kind: _(dataset.title) for kind, dataset in all_datasets().items()}
    left, right = st.columns(2)
    kind = left.selectbox(
        _("This looks like"),
        list(kinds),
        index=list(kinds).index(guess.dataset.kind),
        format_func=lambda kind: kinds[kind],
        key=f"kind-{file.id}",
    )
    source = right.text_input(
        _("Source"),
        DEFAULT_SOURCE,
        key=f"source-{file.id}",
        help=_("Which system it comes from, such as zendesk-fr: its ids are its own."),
    )
    found = recognise(table, kind, {}, {})
    if found.why:
        caption(_("Because: {reasons}.").format(reasons="; ".join(found.why[:REASONS])))
    caption(" ".join(table.decided))
    return Reading(table, found, Words(kind=kind, source=source.strip() or DEFAULT_SOURCE))


def mapped(file: Dropped, found: Reading) -> Words:
    """Let the reader change what each column means; return the words that say so."""
    heading(_("3 · What each column means"))
    titles = {_(column.title): column.name for column in found.dataset.columns}
    names = {name: title for title, name in titles.items()}
    meaning = {header: names[name] for name, header in found.recognition.mapping.items()}
    key = f"{file.id}-{found.dataset.kind}"
    edited: dict[str, Any] = st.data_editor(
        {
            "header": list(found.table.headers),
            "meaning": [meaning.get(header, "") for header in found.table.headers],
            "samples": [_samples(found.table, header) for header in found.table.headers],
            "no_answer": [""] * len(found.table.headers),
            "dates": [""] * len(found.table.headers),
        },
        hide_index=True,
        disabled=["header", "samples"],
        column_config={
            "header": st.column_config.TextColumn(_("Column in the file")),
            "meaning": st.column_config.SelectboxColumn(_("Means"), options=["", *titles]),
            "samples": st.column_config.TextColumn(_("Three values")),
            "no_answer": st.column_config.TextColumn(_("Codes for no answer"), help=_("99, N/A")),
            "dates": st.column_config.TextColumn(_("Date pattern"), help="%d/%m/%Y %H:%M"),
        },
        key=f"map-{key}",
    )
    constants = _constants(key, found.dataset, set(edited["meaning"]), names)
    return _words(found, edited, titles, constants)


def now() -> datetime:
    """Return the local time of the warehouse, as the times in its rows are."""
    zone = ZoneInfo(real().answers.settings.timezone)
    return datetime.now(zone).replace(tzinfo=None, microsecond=0)


def _constants(
    key: str, dataset: Dataset, meanings: set[str | None], names: dict[str, str]
) -> dict[str, str]:
    lacking = [c.name for c in dataset.columns if c.kept and names[c.name] not in meanings]
    if not lacking:
        return {}
    with st.expander(_("Columns the file lacks: give one value for all rows")):
        edited = st.data_editor(
            {"column": [names[name] for name in lacking], "value": [""] * len(lacking)},
            hide_index=True,
            disabled=["column"],
            column_config={
                "column": st.column_config.TextColumn(_("Column")),
                "value": st.column_config.TextColumn(_("Value for all rows"), help="1-5"),
            },
            key=f"constants-{key}-{len(lacking)}",
        )
    values = zip(lacking, edited["value"], strict=True)
    return {name: value.strip() for name, value in values if value and value.strip()}


def _words(found: Reading, edited: Any, titles: dict[str, str], constants: dict[str, str]) -> Words:
    mapping: dict[str, str] = {}
    no_answer: dict[str, tuple[str, ...]] = {}
    dates: dict[str, str] = {}
    for header, title, codes, pattern in zip(
        edited["header"], edited["meaning"], edited["no_answer"], edited["dates"], strict=True
    ):
        name = titles.get(title or "")
        if name is None:
            continue
        mapping[name] = header
        if codes and codes.strip():
            no_answer[name] = tuple(code.strip() for code in codes.split(","))
        if pattern and pattern.strip():
            dates[name] = pattern.strip()
    unmapped = {name: "" for name in found.recognition.mapping if name not in mapping}
    return replace(
        found.words,
        mapping=mapping | unmapped,
        constants=constants,
        no_answer=no_answer,
        dates=dates,
    )


def _samples(table: Table, header: str) -> str:
    return " · ".join(list(dict.fromkeys(table.values(header)))[:SAMPLES])


def _keep(file: Any) -> Dropped:
    if "upload-folder" not in st.session_state:
        # Removed when the session ends: customers' rows do not stay behind.
        st.session_state["upload-folder"] = tempfile.TemporaryDirectory(prefix="upload-")
    path = Path(st.session_state["upload-folder"].name) / file.file_id
    if not path.exists():
        with path.open("wb") as target:
            shutil.copyfileobj(file, target)
    return Dropped(file.file_id, file.name, path)
