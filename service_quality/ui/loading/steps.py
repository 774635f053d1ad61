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
from streamlit.runtime.scriptrunner import get_script_run_ctx

from service_quality.base import language
from service_quality.base.errors import ServiceQualityError
from service_quality.base.language import _
from service_quality.definitions.datasets import Dataset, all_datasets
from service_quality.ingest.read.table import Table, open_table
from service_quality.ingest.recognise.instructions import FileForm, Instructions
from service_quality.ingest.recognise.recognition import (
    DEFAULT_SOURCE,
    QUESTIONS,
    Recognition,
    recognise,
)
from service_quality.ingest.recognise.refusals import refused_format
from service_quality.ui.frame.data import real
from service_quality.ui.loading.understood import answered
from service_quality.ui.parts.text import caption, heading, md
from service_quality.uploads import dropped, last_time

SAMPLES = 3
REASONS = 4


@dataclass(frozen=True)
class Dropped:
    """A file that someone dropped; it lies on disk as long as the session lives."""

    id: str
    name: str
    path: Path


@dataclass(frozen=True)
class Reading:
    """How a dropped file is understood: what it looks like, and the instructions for it.

    `kind_told`: a header, a format, the last upload or the reader says what kind it is.
    """

    table: Table
    recognition: Recognition
    instructions: Instructions
    kind_told: bool = True

    @property
    def dataset(self) -> Dataset:
        """The kind of rows it was taken for."""
        return self.recognition.dataset


def dropped_files() -> list[Dropped]:
    """Let the reader drop files and return them, each copied to disk once."""
    heading(_("1 · Drop your files"))
    files = st.file_uploader(
        _("CSV, Excel or Parquet, one or several"), accept_multiple_files=True, key="dropped"
    )
    limit = _("Up to {limit} GB a file; larger ones: {command}, on the server.")
    gigabytes = int(st.get_option("server.maxUploadSize")) / 1024
    caption(limit.format(limit=language.number(gigabytes), command="service-quality load FILE"))
    return [_keep(file) for file in files]


def file_section(file: Dropped) -> Any:
    """Return the part of the page that one file's steps stand in."""
    return st.expander(md(file.name), expanded=True)


def reading(file: Dropped) -> Reading | None:
    """Say what a file looks like and why, let the kind be changed; None where it is refused."""
    heading(_("2 · What this file is"))
    form = _said(file)
    try:
        table = open_table(file.path, file.name, form, join=True)
    except ServiceQualityError as error:
        st.error(md(error))
        return None
    last = _last_time(file, table)
    guess = recognise(table, last.instructions.kind if last else None, {}, {})
    if refused := refused_format(table, guess):
        st.error(md(refused))
        return None
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
        (last and last.instructions.source) or DEFAULT_SOURCE,
        key=f"source-{file.id}",
        help=_("Which system it comes from, such as zendesk-fr: its ids are its own."),
    )
    instructions = last.instructions if last and last.instructions.kind == kind else Instructions()
    instructions = replace(
        instructions, kind=kind, source=source.strip() or DEFAULT_SOURCE, form=form
    )
    found = recognise(
        table, kind, instructions.mapping, instructions.constants, instructions.format
    )
    if last and last.instructions.kind == kind:
        caption(
            _("Filled in as in the upload of {month} ({file}); change what is not right.").format(
                month=language.month(last.at.date()), file=last.file
            )
        )
    elif found.reasons:
        caption(_("Because: {reasons}.").format(reasons="; ".join(found.reasons[:REASONS])))
    if found.note:
        caption(found.note)
    caption(" ".join(table.decided))
    known = guess.looks_like is not None or last is not None or kind != guess.dataset.kind
    return Reading(table, found, instructions, known)


def guessed(found: Reading, instructions: Instructions) -> list[str]:
    """Return, each in a few words, the guesses that stand in these words and are nobody's own."""
    kind = [] if found.kind_told else [_("the rows are {kind}").format(kind=_(found.dataset.title))]
    return kind + [
        _("“{header}” is {column}").format(
            header=header, column=_(found.dataset.column(name).title)
        )
        for header, name in _guessed(found).items()
        if instructions.mapping.get(name) == header
    ]


def _said(file: Dropped) -> FileForm:
    """Let the reader say how the file itself is written; all empty means: find out."""
    with st.popover(_("Not read right? Say how it is written")):
        encoding = st.text_input(_("Encoding"), key=f"encoding-{file.id}", placeholder="cp1252")
        delimiter = st.text_input(_("Separator"), key=f"delimiter-{file.id}", placeholder=";")
        header = st.number_input(
            _("Line that names the columns"),
            min_value=0,
            value=None,
            key=f"header-{file.id}",
            help=_("0: the file names none."),
        )
        table = st.number_input(
            _("Which table, of several in one file"),
            min_value=1,
            value=None,
            key=f"table-{file.id}",
        )
        sheet = st.text_input(_("Sheet of the workbook"), key=f"sheet-{file.id}")
    return FileForm(
        encoding=encoding.strip() or None,
        delimiter=delimiter or None,
        header=header,
        table=table,
        sheet=sheet.strip() or None,
    )


def mapped(file: Dropped, found: Reading) -> Instructions:
    """Let the reader change what each column means; return the instructions that state it."""
    heading(_("3 · What each column means"))
    titles = {_(column.title): column.name for column in found.dataset.columns}
    names = {name: title for title, name in titles.items()}
    expressions = _expressions(found)
    filled_in = _guessed(found)
    by_header = {header: name for name, header in found.recognition.mapping.items()}
    by_header |= {header: name for header, (name, _said) in expressions.items()}
    meaning = {header: names[name] for header, name in (filled_in | by_header).items()}
    if text := _guesses_text(found, set(filled_in)):
        caption(text)
    key, nothing = f"{file.id}-{found.dataset.kind}", _("not used")
    headers = list(found.table.headers)
    columns = [by_header.get(header, "") for header in headers]
    edited: dict[str, Any] = st.data_editor(
        {
            "header": headers,
            "meaning": [meaning.get(header, nothing) for header in headers],
            "samples": [_samples(found.table, header) for header in headers],
            "no_answer": [
                ", ".join(found.instructions.no_answer.get(name, ())) for name in columns
            ],
            "dates": [found.instructions.dates.get(name, "") for name in columns],
        },
        hide_index=True,
        disabled=["header", "samples"],
        column_config={
            "header": st.column_config.TextColumn(_("Column in the file")),
            "meaning": st.column_config.SelectboxColumn(_("Means"), options=[nothing, *titles]),
            "samples": st.column_config.TextColumn(_("Three values")),
            "no_answer": st.column_config.TextColumn(
                _("No answer"), help=_("Codes, such as 99, N/A"), width="small"
            ),
            "dates": st.column_config.TextColumn(
                _("Dates"), help=_("A pattern, such as %d/%m/%Y %H:%M"), width="small"
            ),
        },
        key=f"map-{key}",
    )
    constants = _constants(key, found, set(edited["meaning"]), names)
    return answered(file.id, _words(found, edited, titles, constants), names)


def now() -> datetime:
    """Return the local time of the warehouse, as the times in its rows are."""
    zone = ZoneInfo(real().answers.settings.timezone)
    return datetime.now(zone).replace(tzinfo=None, microsecond=0)


def _last_time(file: Dropped, table: Table) -> last_time.Last | None:
    """Return the last upload of these headers: as it was when the file was dropped."""
    key = f"last-{file.id}"
    if key not in st.session_state:
        with real().answers.warehouse.cursor() as cursor:
            st.session_state[key] = last_time.of(cursor, table.headers)
    last: last_time.Last | None = st.session_state[key]
    return last


def _expressions(found: Reading) -> dict[str, tuple[str, str]]:
    """Return sums and waits by the last header they name: the column, and the expression."""
    headers = sorted(found.table.headers, key=len, reverse=True)
    by_last = {}
    for name, expression in found.recognition.mapping.items():
        if expression not in found.table.headers:
            last = next((header for header in headers if expression.endswith(header)), None)
            if last is not None:
                by_last[last] = (name, expression)
    return by_last


def _guessed(found: Reading) -> dict[str, str]:
    """Return the best guess for each column that the file lacks, by header."""
    guesses = found.recognition.guesses
    first: dict[str, str] = {}
    for group in found.recognition.missing:
        options = [guess for name in group for guess in guesses.get(name, ())]
        best = next((guess for guess in options if guess.header not in first), None)
        if best:
            first[best.header] = best.column
    return first


def _guesses_text(found: Reading, filled_in: set[str]) -> str:
    needed = {name for group in found.recognition.missing for name in group} | set(QUESTIONS)
    texts = [
        (
            _("{column}: “{header}” is a guess, because {why}")
            if guess.header in filled_in
            else _("{column} could be “{header}”, because {why}")
        ).format(column=_(found.dataset.column(name).title), header=guess.header, why=guess.why)
        for name, guesses in found.recognition.guesses.items()
        for guess in guesses[:1]
        if name in needed or guess.named
    ]
    if not texts:
        return ""
    return _("Please check: {guesses}.").format(guesses="; ".join(texts))


def _constants(
    key: str, found: Reading, meanings: set[str | None], names: dict[str, str]
) -> dict[str, str]:
    columns = found.dataset.columns
    given = found.instructions.constants
    lacking = [c.name for c in columns if c.stored and names[c.name] not in meanings]
    if not lacking:
        return {}
    with st.expander(_("Columns the file lacks: give one value for all rows")):
        edited = st.data_editor(
            {
                "column": [names[name] for name in lacking],
                "value": [given.get(name, "") for name in lacking],
            },
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


def _words(
    found: Reading, edited: Any, titles: dict[str, str], constants: dict[str, str]
) -> Instructions:
    mapping: dict[str, str] = {}
    no_answer: dict[str, tuple[str, ...]] = {}
    dates: dict[str, str] = {}
    expressions = _expressions(found)
    for header, title, codes, pattern in zip(
        edited["header"], edited["meaning"], edited["no_answer"], edited["dates"], strict=True
    ):
        name = titles.get(title or "")
        if name is None:
            continue
        column, expression = expressions.get(header, ("", ""))
        mapping[name] = expression if column == name else header
        if codes and codes.strip():
            no_answer[name] = tuple(code.strip() for code in codes.split(","))
        if pattern and pattern.strip():
            dates[name] = pattern.strip()
    unmapped = {name: "" for name in found.recognition.mapping if name not in mapping}
    return replace(
        found.instructions,
        mapping=mapping | unmapped,
        constants=constants,
        no_answer=no_answer,
        dates=dates,
    )


def _samples(table: Table, header: str) -> str:
    return " · ".join(list(dict.fromkeys(table.values(header)))[:SAMPLES])


def _keep(file: Any) -> Dropped:
    context = get_script_run_ctx()
    path = dropped.path_of(context.session_id if context else "", file.file_id)
    if not path.exists():  # served by something else than `app`, such as a test
        if "upload-folder" not in st.session_state:
            st.session_state["upload-folder"] = tempfile.TemporaryDirectory(prefix="upload-")
        path = Path(st.session_state["upload-folder"].name) / file.file_id
        with path.open("wb") as target:
            shutil.copyfileobj(file, target)
    return Dropped(file.file_id, file.name, path)
