"""Takes a file through all steps up to staged, checked rows; the warehouse is not touched."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from service_quality.base.errors import NotUnderstoodError, RefusedError, UsageError
from service_quality.base.language import _
from service_quality.definitions import kpis
from service_quality.definitions.datasets import Dataset
from service_quality.definitions.datasets.surveys import EXPECTATIONS
from service_quality.ingest.columns import warnings
from service_quality.ingest.columns.decisions import Decision
from service_quality.ingest.columns.mapping import OBSERVED_UNTIL, check_instructions, plan
from service_quality.ingest.columns.terms import terms
from service_quality.ingest.columns.understanding import understand_columns
from service_quality.ingest.columns.vocabulary import macros_meanwhile
from service_quality.ingest.read.table import Table, open_table
from service_quality.ingest.recognise.instructions import DEFAULT_SOURCE, Instructions
from service_quality.ingest.recognise.recognition import Recognition, recognise
from service_quality.ingest.recognise.refusals import (
    damaged_ids,
    questions,
    refused_format,
    refused_header,
    told_apart,
    untold,
    what_is_missing,
    which_column,
)
from service_quality.ingest.stage import checks, shifts
from service_quality.ingest.stage.issues import REMEDIES, Issue
from service_quality.ingest.stage.personal import LEFT_OUT, Personal
from service_quality.ingest.stage.staged import Staged, stage
from service_quality.ingest.stage.validate import validate
from service_quality.warehouse.engine import Cursor, as_written

Progress = Callable[[str], None]
# What a survey is loaded for; `invited_at` alone gives the share who answered.
ANSWERS = ("nps", "csat", "ces", *EXPECTATIONS, "would_return", "invited_at")
SMALL = 1 << 20  # bytes of a file whose statements are not worth a second thought
LAST_DAY = date(9999, 12, 30)  # the calendar ends the day after


@dataclass(frozen=True)
class Prepared:
    """A file's rows, typed and checked, in the temporary table `staged` of one cursor.

    The temporary table `faults` names the records to set aside. `instructions` are complete: kind,
    source and the mapping as it was resolved.
    """

    table: Table
    recognition: Recognition
    instructions: Instructions
    staged: Staged
    issues: tuple[Issue, ...]
    rejected: int
    observed_until: datetime | None
    zone: str
    decisions: tuple[Decision, ...] = ()
    personal: tuple[Personal, ...] = ()

    @property
    def dataset(self) -> Dataset:
        """The dataset that the rows belong to."""
        return self.recognition.dataset

    @property
    def accepted(self) -> int:
        """How many rows can be published."""
        return self.staged.rows - self.rejected

    @property
    def stored(self) -> tuple[str, ...]:
        """The mapped columns that are stored, in the dataset's order."""
        names = set(self.staged.plan.mapped)
        names -= {each.column for each in self.personal if each.done == LEFT_OUT}
        return tuple(column.name for column in self.dataset.stored if column.name in names)


def prepare(
    cursor: Cursor,
    path: Path,
    instructions: Instructions,
    now: datetime,
    zone: str,
    name: str | None = None,
    progress: Progress = lambda _step: None,
) -> Prepared:
    """Read, recognise, map, stage and validate one file on `cursor`.

    `now` is the naive local time of the upload, `zone` the warehouse's time zone. Raises
    RefusedError where the file cannot be used at all, UsageError where instructions make no sense.
    """
    progress(_("Reading the file"))
    with macros_meanwhile(cursor):
        table = open_table(path, name, instructions.form, join=True)
    with as_written(cursor) if path.stat().st_size < SMALL else nullcontext():
        return _prepared(cursor, table, instructions, now, zone, progress)


def _prepared(
    cursor: Cursor,
    table: Table,
    instructions: Instructions,
    now: datetime,
    zone: str,
    progress: Progress,
) -> Prepared:
    recognition, given = understand(table, instructions), instructions.mapping
    dataset = recognition.dataset
    instructions = replace(
        recognition.complete(instructions, table),
        kind=dataset.kind,
        source=instructions.source or DEFAULT_SOURCE,
        mapping=recognition.mapping,
    )
    observed_until = _observed_until(instructions, zone)
    understood = understand_columns(cursor, table, dataset, recognition.mapping, instructions)
    progress(_("Reading every row"))
    if table.path.stat().st_size >= SMALL:
        checks.be_ready()
    staged = stage(cursor, table, plan(table, dataset, understood, instructions, zone))
    if not staged.rows:
        raise RefusedError(_("{file} has a header and no rows.").format(file=table.name))
    _refuse_ids_of_ours(cursor, table, dataset)
    _ask_what_tells_apart(table, staged, instructions.mapping, given)
    if damaged := damaged_ids(cursor, table, staged):
        raise RefusedError(damaged)
    progress(_("Checking every row"))
    shifted = shifts.mend(cursor, table, staged, instructions)
    issues = (
        *validate(cursor, staged, now),
        *shifts.out_of_order(cursor, staged),
        *_notices(recognition, staged),
        *_mixed(cursor, staged),
    )
    rejected = cursor.execute("select count(distinct record) from faults").fetchall()[0][0]
    return Prepared(
        table,
        recognition,
        instructions,
        staged,
        issues,
        rejected,
        observed_until,
        zone,
        (*understood.decisions, *shifted, *_proposals(cursor, staged)),
    )


def understand(table: Table, instructions: Instructions) -> Recognition:
    """Return what the table is; RefusedError names what it lacks and what would be accepted."""
    if instructions.kind is None:
        _known_to_some_dataset(instructions)
    recognition = recognise(
        table, instructions.kind, instructions.mapping, instructions.constants, instructions.format
    )
    check_instructions(instructions, recognition.dataset)
    if refused := refused_format(table, recognition) or refused_header(table, recognition):
        raise RefusedError(refused)
    # A header that a person wrote in their own case is the file's from here on.
    mapping = {
        column: table.headers[found[0].at] if len(found) == 1 else header
        for column, header in recognition.mapping.items()
        for found in [terms(header, table, recognition.dataset.column(column))]
    }
    recognition = replace(recognition, mapping=mapping)
    if recognition.missing:
        lacking = what_is_missing(table, recognition)
        raise NotUnderstoodError(lacking, table.headers, kind=recognition.looks_like)
    if text := untold(table, recognition):
        raise NotUnderstoodError(text, table.headers, kind=recognition.looks_like)
    return recognition


def _refuse_ids_of_ours(cursor: Cursor, table: Table, dataset: Dataset) -> None:
    """Refuse a file that names a KPI of its own by the id of one of ours."""
    ours = kpis.catalogue()
    families = {k.family for k in ours.values() if k.family and k.dataset == dataset.kind}
    for family in families:
        named = cursor.execute(f"select distinct {family} from staged").fetchall()
        taken = sorted(name for (name,) in named if name in ours)
        if taken:
            raise RefusedError(
                _(
                    "{file} calls its KPI {name}, which is a KPI computed here from rows. Give "
                    "it another name."
                ).format(file=table.name, name=", ".join(taken))
            )


def _ask_what_tells_apart(
    table: Table, staged: Staged, mapping: Mapping[str, str], given: Mapping[str, str]
) -> None:
    """Ask what a column is that alone tells rows of one key apart, unless a part was said empty."""
    dataset = staged.plan.dataset
    texts = [c.name for c in dataset.columns if c.kind == "text" and c.name in dataset.key]
    free = [name for name in texts if name not in staged.plan.mapped]
    empty = any(given.get(name) == "" for name in texts)
    if empty or not free or dataset.id_column or dataset.register:
        return
    if header := told_apart(table, dataset, mapping):
        raise which_column(table, dataset, staged.plan.mapped, free, header)


def _observed_until(instructions: Instructions, zone: str) -> datetime | None:
    """Return how far an export is said to have looked, in local time."""
    text = instructions.constants.get(OBSERVED_UNTIL)
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(
            _("observed_until={value} is not a date such as 2024-03-31.").format(value=text)
        ) from error
    # A day without a time was observed to its end.
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text.strip()):
        at = datetime.combine(min(at.date(), LAST_DAY) + timedelta(days=1), time())
    if at.tzinfo:
        at = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return at


def _known_to_some_dataset(instructions: Instructions) -> None:
    from service_quality.definitions.datasets import all_datasets

    known = {name for d in all_datasets().values() for name in d.by_name} | {OBSERVED_UNTIL}
    if instructions.columns - known:
        raise UsageError(
            _("No kind of data has a column {column}; known columns: {columns}.").format(
                column=", ".join(sorted(instructions.columns - known)),
                columns=", ".join(sorted(known)),
            )
        )


def _mixed(cursor: Cursor, staged: Staged) -> tuple[Issue, ...]:
    """Return a notice for each question that was answered on two scales, one after the other."""
    if staged.plan.dataset.kind != "surveys":
        return ()
    return tuple(
        Issue(found.column, "mixed_scales", found.rows, (), found.expected(), rejects=False)
        for found in warnings.mixed_scales(cursor, staged)
    )


def _proposals(cursor: Cursor, staged: Staged) -> tuple[Decision, ...]:
    return warnings.proposals(cursor, staged) if staged.plan.dataset.kind == "surveys" else ()


def _notices(recognition: Recognition, staged: Staged) -> tuple[Issue, ...]:
    """Return what a person should know although no row is set aside for it."""
    names, rows = set(staged.plan.mapped), staged.rows
    notices = []
    for answer, scale, rule in (
        ("csat", "csat_scale", "scale_not_stated"),
        ("perceived", "gap_scale", "gap_scale_not_stated"),
    ):
        if answer in names and scale not in names:
            notices.append(Issue(scale, rule, rows, (), _(REMEDIES[rule]), rejects=False))
    if recognition.dataset.kind == "surveys" and not names & set(ANSWERS):
        text = questions(recognition) or _(REMEDIES["no_question"])
        notices.append(Issue("", "no_question", rows, (), text, rejects=False))
    return tuple(notices)
