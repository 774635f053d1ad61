"""The second step of an upload: what a file is and why, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from service_quality.base import language
from service_quality.base.errors import ServiceQualityError
from service_quality.base.language import N_, _
from service_quality.definitions.datasets import Dataset, all_datasets
from service_quality.ingest.read.table import Table, open_table
from service_quality.ingest.read.workbook import sheet_names
from service_quality.ingest.recognise.instructions import DEFAULT_SOURCE, FileForm, Instructions
from service_quality.ingest.recognise.recognition import Recognition, recognise
from service_quality.ingest.recognise.refusals import refused_format
from service_quality.ui.frame.data import real
from service_quality.ui.loading.files import Dropped
from service_quality.ui.loading.path import Path
from service_quality.ui.parts.text import caption, md, say
from service_quality.uploads import last_time

STEP = 2
REASONS = 4
DELIMITERS = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": N_("vertical bar")}
ENCODINGS = {
    "utf-8": N_("Unicode (UTF-8)"),
    "cp1252": N_("Western Europe (Windows)"),
    "cp1250": N_("Central Europe (Windows)"),
    "cp1251": N_("Cyrillic (Windows)"),
    "mac-roman": N_("Western Europe (Mac)"),
    "utf-16": N_("Unicode (UTF-16)"),
}


@dataclass(frozen=True)
class Reading:
    """How a dropped file is understood: what it looks like, and the instructions for it so far."""

    table: Table
    dataset: Dataset
    instructions: Instructions

    def recognised(self, instructions: Instructions) -> Recognition:
        """Return what the file is taken for by these instructions."""
        of = instructions
        return recognise(self.table, of.kind, of.mapping, of.constants, of.format)


def reading(path: Path, file: Dropped) -> Reading | None:
    """Say what a file looks like and why, let the kind be changed; None while that is open."""
    try:
        table = _opened(file, path.answers.form)
        last = _last_time(file, table)
        guess = recognise(table, last.instructions.kind if last else None, {}, {})
        if refused := refused_format(table, guess):
            raise ServiceQualityError(refused)
    except ServiceQualityError as error:
        path.opens(STEP, _("What this file is"), "", settled=False)
        st.error(md(error))
        _form(path, file)
        return None
    if not path.answers.kind and last is None and not _likely(guess):
        path.opens(STEP, _("What this file is"), "", settled=False)
        st.warning(md(_("Nothing in this file says what its rows are. Say it:")))
        _kind(path, file, None)
        _form(path, file, table)
        return None
    kind = path.answers.kind or guess.dataset.kind
    found = _read_as(path, table, last, kind)
    title = _(found.dataset.title)
    known = guess.looks_like is not None or last is not None or bool(path.answers.kind)
    tick = _("Yes, the rows are {kind}").format(kind=title)
    settled = known or tick in path.answers.ticked
    why = _why(found, last)
    line = f"{title}. {_why(found, last, 1)}".strip()
    if not path.opens(STEP, _("What this file is"), line, settled=settled):
        return found
    say(_("This looks like: {kind}.").format(kind=title))
    caption(why)
    caption(found.recognised(found.instructions).note or "")
    _kind(path, file, kind)
    _form(path, file, table)
    if not known:
        text = _("Nothing in the file says what its rows are: this is a guess.")
        st.warning(md(text))
        settled = st.checkbox(md(tick), tick in path.answers.ticked, key=f"kind-right-{file.id}")
        (path.answers.ticked.add if settled else path.answers.ticked.discard)(tick)
    path.goes_on(STEP, ready=settled)
    return None


def now() -> datetime:
    """Return the local time of the warehouse, as the times in its rows are."""
    zone = ZoneInfo(real().answers.settings.timezone)
    return datetime.now(zone).replace(tzinfo=None, microsecond=0)


def _read_as(path: Path, table: Table, last: last_time.Last | None, kind: str) -> Reading:
    """Return the file read as one kind, as last time where that was of this kind."""
    before = last.instructions if last and last.instructions.kind == kind else Instructions()
    source = path.answers.source or before.source or DEFAULT_SOURCE
    instructions = replace(before, kind=kind, source=source, form=path.answers.form)
    return Reading(table, all_datasets()[kind], instructions)


def _likely(guess: Recognition) -> bool:
    """Whether a file could be what it looks like: for all that it lacks there are guesses."""
    return all(set(group) & guess.guesses.keys() for group in guess.missing)


def _why(found: Reading, last: last_time.Last | None, most: int = REASONS) -> str:
    """Return why a file is taken for what it is: as last time, or for what its headers say."""
    if last and last.instructions.kind == found.dataset.kind:
        text = _("Filled in as in the upload of {month} ({file}); change what is not right.")
        return text.format(month=language.month(last.at.date()), file=last.file)
    reasons = found.recognised(found.instructions).reasons[:most]
    return (
        _("Because: {reasons}.").format(reasons=language.side_by_side(reasons)) if reasons else ""
    )


def _kind(path: Path, file: Dropped, kind: str | None) -> None:
    """Let the reader say what the rows are, and which system they come from."""
    kinds = {each: _(dataset.title) for each, dataset in all_datasets().items()}
    left, right = st.columns(2)
    chosen = left.selectbox(
        _("The rows are"),
        list(kinds),
        index=list(kinds).index(kind) if kind else None,
        placeholder=_("Choose what they are"),
        format_func=lambda each: kinds[each],
        key=f"kind-{file.id}",
    )
    if chosen and chosen != kind:
        path.answers.be_of(chosen)
        st.rerun()
    source = right.text_input(
        _("Source"),
        path.answers.source,
        key=f"source-{file.id}",
        placeholder=_("such as zendesk-fr"),
        help=_("Which system it comes from, where there are several: its ids are its own."),
    )
    path.answers.source = source.strip()


def _form(path: Path, file: Dropped, table: Table | None = None) -> None:
    """Let the reader say how the file itself is written; what is left empty is found out."""
    form, by_itself = path.answers.form, _("found by itself")
    sheets = _sheets(file)
    sheet = None
    if len(sheets) > 1:
        sheet = st.selectbox(
            _("Sheet of the workbook"),
            ["", *sheets],
            index=_place(form.sheet, sheets),
            format_func=lambda name: name or _("the fullest, and those like it"),
            key=f"sheet-{file.id}",
        )
    if table:
        caption(table.sheet)
    with st.expander(_("Not read right? Say how it is written")):
        if table:
            caption(" ".join(text for text in table.decided if text != table.sheet))
        header = st.number_input(
            _("Line that names the columns"),
            min_value=0,
            value=form.header,
            key=f"header-{file.id}",
            placeholder=by_itself,
            help=_("0: the file names none."),
        )
        number = st.number_input(
            _("Which table, of several in one file"),
            min_value=1,
            value=form.table,
            key=f"table-{file.id}",
            placeholder=by_itself,
        )
        delimiter, encoding = form.delimiter, form.encoding
        if not sheets:
            delimiter = _one_of(_("Separator"), DELIMITERS, delimiter, f"delimiter-{file.id}")
            encoding = _one_of(_("Letters"), ENCODINGS, encoding, f"encoding-{file.id}")
    stated = FileForm(encoding or None, delimiter or None, header, number, sheet or None)
    if stated != form:
        path.answers.form = stated
        st.rerun()


def _one_of(label: str, options: dict[str, str], chosen: str | None, key: str) -> str:
    ids = list(options)
    return st.selectbox(
        label,
        ["", *ids],
        index=_place(chosen, ids),
        format_func=lambda each: _(options[each]) if each else _("found by itself"),
        key=key,
    )


def _place(chosen: str | None, options: list[str]) -> int:
    return options.index(chosen) + 1 if chosen in options else 0


def _opened(file: Dropped, form: FileForm) -> Table:
    """Return the file as a table, read once for each way of reading it and language."""
    key, wanted = f"opened-{file.id}", (form, language.current_language())
    remembered: tuple[Any, Table] | None = st.session_state.get(key)
    if remembered is None or remembered[0] != wanted:
        remembered = (wanted, open_table(file.path, file.name, form, join=True))
        st.session_state[key] = remembered
    return remembered[1]


def _sheets(file: Dropped) -> list[str]:
    key = f"sheets-{file.id}"
    if key not in st.session_state:
        st.session_state[key] = sheet_names(file.path)
    found: list[str] = st.session_state[key]
    return found


def _last_time(file: Dropped, table: Table) -> last_time.Last | None:
    """Return the last upload of these headers: as it was when the file was dropped."""
    key = f"last-{file.id}-{last_time.fingerprint(table.headers)}"
    if key not in st.session_state:
        with real().answers.warehouse.cursor() as cursor:
            st.session_state[key] = last_time.of(cursor, table.headers)
    last: last_time.Last | None = st.session_state[key]
    return last
