"""Staged rows → one transaction: upsert, set aside, roll up, version."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from service_quality.base import language, voice, zone
from service_quality.base.errors import NotUnderstoodError, RefusedError, ServiceQualityError
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.definitions.datasets import Dataset
from service_quality.ingest.prepare import Prepared, prepare
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.stage import personal, rules_applied
from service_quality.ingest.stage.issues import Issue
from service_quality.measures import rollup
from service_quality.uploads import (
    fold,
    folder,
    last_time,
    preview,
    register,
    secret_key,
    twice,
    withdraw,
)
from service_quality.uploads.outcome import Outcome
from service_quality.uploads.register import Moment as Moment
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Cursor, packed, rows
from service_quality.warehouse.places import Place

Progress = Callable[[str], None]
Look = Callable[[Cursor, Prepared], None]
LARGE = 256 << 20  # bytes of a file whose rows are staged packed, which takes a little longer


def open_warehouse(place: Place, settings: Settings) -> Warehouse:
    """Open a warehouse to write to it: what a crash left is tidied, sums brought up to date.

    What was done with uploads that the warehouse did not know goes into the program's log.
    ServiceQualityError where the data were loaded in another time zone than that of the settings.
    """
    zone.hold_to(place.folder, settings.timezone)
    warehouse = Warehouse.at(place)
    # What another process is just publishing is nothing that a crash left.
    with warehouse.writing():
        withdraw.log_tidied(warehouse, settings)
        rollup.bring_up_to_date(warehouse, settings)
    return warehouse


@dataclass(frozen=True)
class Job:
    """One file to publish, or with `dry_run` to check: how to read it, who gives it, who is told.

    `inspect` may read the staged rows before they are published.
    """

    warehouse: Warehouse
    settings: Settings
    path: Path
    instructions: Instructions
    moment: Moment
    name: str
    dry_run: bool
    progress: Progress
    inspect: Look


def load(
    warehouse: Warehouse,
    settings: Settings,
    path: Path,
    instructions: Instructions,
    moment: Moment,
    *,
    name: str | None = None,
    dry_run: bool = False,
    progress: Progress = lambda _step: None,
    inspect: Look = lambda _cursor, _prepared: None,
) -> Outcome:
    """Publish one file, or with `dry_run` say what publishing it would do.

    A refused file is an outcome too, with its `reason`. UsageError only for instructions that make
    no sense for any file.
    """
    # Once more: the settings of a running app may have changed.
    if not dry_run:
        zone.hold_to(warehouse.folder, settings.timezone)
    name = name or path.name
    job = Job(warehouse, settings, path, instructions, moment, name, dry_run, progress, inspect)
    return warehouse.retrying(lambda: _load(job))


def _load(job: Job) -> Outcome:
    outcome = Outcome(job.name, kind=job.instructions.kind, source=job.instructions.source)
    with (
        job.warehouse.cursor() as cursor,
        packed(cursor) if _is_large(job.path) else nullcontext(),
    ):
        try:
            prepared = _private(job, cursor, _prepare(job, cursor))
            job.inspect(cursor, prepared)
            outcome = outcome.of(prepared)
            if not prepared.accepted:
                raise RefusedError(
                    _("{file}: every row was set aside; see the reasons.").format(
                        file=prepared.table.name
                    )
                )
            # Until it is marked as acknowledged.
            with withdraw.writing(job.warehouse, job.settings):
                return _publish(job, cursor, prepared, outcome)
        except RefusedError as error:
            return outcome.refused(error)


def _is_large(path: Path) -> bool:
    with suppress(OSError):  # whoever reads it will say so
        return path.stat().st_size > LARGE
    return False


def _prepare(job: Job, cursor: Cursor) -> Prepared:
    """Prepare a file; where it is not understood, by what was said of its last upload."""
    refused, prepared = None, None
    try:
        prepared = _read(job, cursor, job.instructions)
        headers = prepared.table.headers
    except NotUnderstoodError as error:
        refused, headers = error, error.headers
    if prepared and not any(issue.rule == "no_question" for issue in prepared.issues):
        return prepared
    last = last_time.of(cursor, headers)
    together = last_time.together(last.instructions, job.instructions) if last else None
    if last and together and together != job.instructions:
        prepared = _read(job, cursor, together)
        text = last_time.sentence(last)
        notice = Issue("", "as_last_time", prepared.staged.rows, (), text, rejects=False)
        return replace(prepared, issues=(*prepared.issues, notice))
    if refused:
        raise refused
    assert prepared
    return prepared


def _read(job: Job, cursor: Cursor, instructions: Instructions) -> Prepared:
    """Read and check every row; the rules on statuses and invitations are among the issues."""
    at, timezone = job.moment.at, job.settings.timezone
    prepared = prepare(cursor, job.path, instructions, at, timezone, job.name, job.progress)
    applied = rules_applied.issues(cursor, prepared.staged, job.settings)
    return replace(prepared, issues=(*prepared.issues, *applied))


def _private(job: Job, cursor: Cursor, prepared: Prepared) -> Prepared:
    """Treat the personal columns as the instructions say, or those of the last such file."""
    last = last_time.of(cursor, prepared.table.headers)
    instructions = last_time.with_opted(last, job.instructions)

    home, hashed_with = job.warehouse.folder, list[bytes]()

    def key() -> bytes:
        with job.warehouse.writing():  # of two processes that make the first, both have the same
            hashed_with.append(secret_key.of(home, make=not job.dry_run))
        return hashed_with[0]

    found = personal.treat(cursor, prepared.staged, instructions, key)
    issues = (*prepared.issues, *personal.mask(cursor, prepared.staged, found, key))
    if hashed_with and secret_key.is_another(home, hashed_with[0]):
        issues += (_other_key(home, prepared.staged.rows),)
    opted = replace(
        prepared.instructions,
        keep=instructions.keep,
        hashed=instructions.hashed,
        agents=instructions.agents,
    )
    return replace(prepared, instructions=opted, personal=found, issues=issues)


def _other_key(home: Path, rows: int) -> Issue:
    text = _(
        "{key} is not the key that earlier uploads were hashed with: their contacts are others than"
        " the same ones in this file. Restore it from a backup, then load this file again."
    )
    sentence = text.format(key=home / secret_key.FILE_NAME)
    return Issue("", "other_key", rows, (), sentence, rejects=False)


def _publish(job: Job, cursor: Cursor, prepared: Prepared, outcome: Outcome) -> Outcome:
    of, home = prepared.dataset, job.warehouse.folder
    content_hash = prepared.table.content_hash()
    upload = fold.Upload(
        upload_id=f"{job.moment.at:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}",
        source=prepared.instructions.source or "",
        columns=prepared.stored,
        header_hash=register.header_hash(prepared),
        replace=prepared.instructions.replace,
    )
    job.progress(_("Publishing"))
    try:
        with job.warehouse.transaction(cursor):
            earlier = register.of_same_content(cursor, prepared, content_hash)
            for row in earlier:
                if row["words_hash"] == prepared.instructions.hash():
                    return _unchanged(outcome, row["upload_id"])
            replaced = register.other_readings(prepared, earlier)
            register.stage_incoming(cursor, prepared)
            was = preview.before(cursor, of, upload) if job.dry_run else None
            if replaced:  # the others are folded anew, by way of the same table
                register.supersede(cursor, home, of, upload, replaced)
                register.stage_incoming(cursor, prepared)
            if not job.dry_run:
                register.set_aside(cursor, prepared, upload.upload_id)
                folder.begin(cursor, home, upload.upload_id)
            applied = fold.apply(cursor, of, upload, foreseen=job.dry_run)
            found = (*_repeated_keys(cursor, of), *_came_before(cursor, of, upload, applied))
            outcome = outcome.after(applied, found)
            if was:
                raise _OnlyCheckedError(_foreseen(cursor, of, upload, was, outcome))
            outcome = replace(outcome, status="published", upload_id=upload.upload_id)
            manifest = register.manifest_of(
                cursor, prepared, upload, job.moment, content_hash, outcome, job.settings.timezone
            )
            if any(each.done == personal.HASHED for each in prepared.personal):
                manifest[secret_key.IN_MANIFEST] = secret_key.fingerprint(secret_key.of(home))
            folder.finish(cursor, home, manifest)
            moved = register.record(cursor, manifest)
            job.progress(_("Summing up"))
            months = None if replaced else applied.months
            rollup.refresh(cursor, job.settings, [of.kind], months, moved)
            version = register.raise_version(cursor)
    except _OnlyCheckedError as checked:
        return checked.outcome
    except BaseException:
        _drop_unpublished(job.warehouse, upload.upload_id)
        raise
    at, by = job.moment.at.isoformat(), job.moment.by
    of_file = f"{job.name}, {of.kind}"
    folder.note(home, upload.upload_id, folder.ACKNOWLEDGED, version, at, by, of_file)
    return outcome


class _OnlyCheckedError(Exception):
    """Ends the transaction of a dry run, so that all it did is undone."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def _unchanged(outcome: Outcome, upload_id: str) -> Outcome:
    reason = _("The same file was loaded before, understood the same way.")
    return replace(
        outcome,
        status="unchanged",
        upload_id=upload_id,
        reason=reason,
        unchanged=outcome.rows_accepted,
    )


def _foreseen(
    cursor: Cursor, of: Dataset, upload: fold.Upload, was: preview.Before, outcome: Outcome
) -> Outcome:
    then = preview.after(cursor, of, upload)
    months, warnings = (
        preview.changes(of, was, then),
        preview.warnings(cursor, of, upload, was, then),
    )
    return replace(outcome, status="checked", months=tuple(months), warnings=tuple(warnings))


def _drop_unpublished(warehouse: Warehouse, upload_id: str) -> None:
    """Remove what was kept of an upload that failed; not if it was stopped after it was done."""
    try:
        line = warehouse.rows("select 1 from uploads where upload_id = $id", {"id": upload_id})
    except ServiceQualityError:
        return  # nobody knows; the next start does
    if not line:
        folder.drop(warehouse.folder, upload_id)


def _came_before(
    cursor: Cursor, of: Dataset, upload: fold.Upload, applied: fold.Applied
) -> Iterator[Issue]:
    """Yield a notice for each source whose rows these seem to be, under other ids or none."""
    others = "select 1 from uploads where kind = $kind and status = 'published' limit 1"
    if not applied.inserted or not cursor.execute(others, {"kind": of.kind}).fetchall():
        return
    text = _(
        "{rows} new rows have the very times of other rows, in source “{source}”. If they are the "
        "same ones they count twice: take one of the uploads back{flag}."
    )
    for twins in twice.of_other_ids(cursor, of, upload.source, upload.upload_id, upload.columns):
        sentence = text.format(
            rows=language.number(twins.rows),
            source=twins.source,
            flag=voice.typed(f"(withdraw {', '.join(twins.uploads)})"),
        )
        yield Issue(of.id_column or "", "came_before", twins.rows, (), sentence, rejects=False)


def _repeated_keys(cursor: Cursor, of: Dataset) -> tuple[Issue, ...]:
    """Return a notice where rows without an id of their own share a key: only the last counts.

    A ticket's updates share its id and are meant to; two totals of one month are not.
    """
    if of.id_column:
        return ()
    found = rows(cursor, "select count(*) as n, min(record, 5) as first_rows from repeated")[0]
    names = [name for name in of.key if name != "source"]
    key = ", ".join(names)
    titles = ", ".join(voice.name(name, _(of.column(name).title)) for name in names)
    notice = Issue(
        key,
        "repeated_key",
        found["n"],
        tuple((record, None) for record in found["first_rows"] or ()),
        _("one row for each {key}").format(key=titles),
        rejects=False,
    )
    return (notice,) if found["n"] else ()
