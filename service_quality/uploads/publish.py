"""Staged rows → one transaction: upsert, set aside, roll up, version."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from service_quality.base import zone
from service_quality.base.errors import (
    ConfirmationNeededError,
    NotUnderstoodError,
    RefusedError,
    ServiceQualityError,
)
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.definitions.datasets import Dataset, all_datasets
from service_quality.ingest.prepare import Prepared, prepare
from service_quality.ingest.recognise import feeds
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.stage import personal, rules_applied
from service_quality.ingest.stage.validate import Issue
from service_quality.measures import rollup
from service_quality.uploads import fold, preview, register, secret_key, withdraw
from service_quality.uploads import folder as kept
from service_quality.uploads import last_time as remembered
from service_quality.uploads.register import Moment as Moment
from service_quality.warehouse.connection import Cursor, Row, Warehouse, rows

Progress = Callable[[str], None]
Look = Callable[[Cursor, Prepared], None]
COUNTS = ("inserted", "updated", "unchanged", "superseded", "removed")


def open_warehouse(path: Path, settings: Settings) -> Warehouse:
    """Open a warehouse to write to it: what a crash left is tidied, sums brought up to date.

    What was done with uploads that the warehouse did not know goes into the program's log.
    ServiceQualityError where the data were loaded in another time zone than that of the settings.
    """
    zone.hold_to(path.parent, settings.timezone)
    warehouse = Warehouse.open(path)
    for sentence in withdraw.tidy(warehouse, settings):
        logging.getLogger("service_quality").warning(sentence)
    with warehouse.transaction() as cursor:
        rollup.bring_up_to_date(cursor, settings, list(all_datasets()))
    return warehouse


def load(
    warehouse: Warehouse,
    settings: Settings,
    path: Path,
    words: Instructions,
    moment: Moment,
    *,
    name: str | None = None,
    dry_run: bool = False,
    progress: Progress = lambda _step: None,
    look: Look = lambda _cursor, _prepared: None,
) -> Row:
    """Publish one file, or with `dry_run` say what publishing it would do.

    `look` may read the staged rows before they are published. Returns the outcome as the
    command line prints it; a refused file is an outcome too, with its `reason`. UsageError only
    for words that make no sense for any file.
    """

    # Once more: the settings of a running app may have changed.
    if not dry_run:
        zone.hold_to(warehouse.folder, settings.timezone)

    def once() -> Row:
        return _load(warehouse, settings, path, words, moment, name, dry_run, progress, look)

    return warehouse.with_memory(once)


def _load(
    warehouse: Warehouse,
    settings: Settings,
    path: Path,
    words: Instructions,
    moment: Moment,
    name: str | None,
    dry_run: bool,
    progress: Progress,
    look: Look,
) -> Row:
    outcome = _outcome(name or path.name, words)
    with warehouse.cursor() as cursor:
        try:
            prepared, last_time = _prepare(
                cursor,
                words,
                lambda words: prepare(
                    cursor, path, words, moment.at, settings.timezone, name, progress
                ),
            )
            did = rules_applied.issues(cursor, prepared.staged, settings)
            prepared = replace(prepared, issues=(*prepared.issues, *did))
            prepared = _private(cursor, prepared, words, warehouse.folder, dry_run)
            look(cursor, prepared)
            outcome |= _report(prepared)
            outcome["issues"] += last_time
            if not prepared.accepted:
                raise RefusedError(
                    _("{file}: every row was set aside; see the reasons.").format(
                        file=prepared.table.name
                    )
                )
            outcome |= _publish(
                warehouse, settings, cursor, prepared, moment, outcome, dry_run, progress
            )
        except RefusedError as error:
            outcome |= {"status": "refused", "reason": str(error)}
            outcome["kind"] = outcome["kind"] or getattr(error, "kind", None)
            outcome["confirm"] = isinstance(error, ConfirmationNeededError)
            outcome["answers"] = list(getattr(error, "answers", ()))
    return outcome


def _prepare(
    cursor: Cursor, words: Instructions, prepared_by: Callable[[Instructions], Prepared]
) -> tuple[Prepared, list[Row]]:
    """Prepare a file; where it is not understood, by the words of its last upload, and say so."""
    refused, prepared = None, None
    try:
        prepared = prepared_by(words)
        headers = prepared.table.headers
    except NotUnderstoodError as error:
        refused, headers = error, error.headers
    if prepared and not any(issue.rule == "no_question" for issue in prepared.issues):
        return prepared, []
    last = remembered.of(cursor, headers)
    together = remembered.together(last.words, words) if last else None
    if last and together and together != words:
        prepared = prepared_by(together)
        rows = prepared.staged.rows
        notice = Issue("", "as_last_time", rows, (), remembered.said(last), rejects=False)
        return prepared, [notice.as_dict()]
    if refused:
        raise refused
    assert prepared
    return prepared, []


def _private(
    cursor: Cursor, prepared: Prepared, words: Instructions, home: Path, dry_run: bool
) -> Prepared:
    """Treat the personal columns as the words say, or those of the last such file."""
    words = remembered.with_opted(remembered.of(cursor, prepared.table.headers), words)
    hashed_with: list[bytes] = []

    def key() -> bytes:
        hashed_with.append(secret_key.of(home, make=not dry_run))
        return hashed_with[0]

    found = personal.treat(cursor, prepared.staged, words, key)
    issues = (*prepared.issues, *personal.mask(cursor, prepared.staged, found, key))
    said = replace(prepared.words, keep=words.keep, hashed=words.hashed, agents=words.agents)
    if hashed_with and secret_key.is_another(home, hashed_with[0]):
        issues += (_other_key(home, prepared.staged.rows),)
    return replace(prepared, words=said, personal=found, issues=issues)


def _other_key(home: Path, rows: int) -> Issue:
    text = _(
        "{key} is not the key that earlier uploads were hashed with: their contacts are others than"
        " the same ones in this file. Restore it from a backup, then load this file again."
    )
    sentence = text.format(key=home / secret_key.FILE_NAME)
    return Issue("", "other_key", rows, (), sentence, rejects=False)


def _publish(
    warehouse: Warehouse,
    settings: Settings,
    cursor: Cursor,
    prepared: Prepared,
    moment: Moment,
    outcome: Row,
    dry_run: bool,
    progress: Progress,
) -> Row:
    content_hash = prepared.table.content_hash()
    upload = fold.Upload(
        upload_id=f"{moment.at:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}",
        source=prepared.words.source or "",
        columns=prepared.kept,
        header_hash=register.header_hash(prepared),
        replace=prepared.words.replace,
    )
    progress(_("Publishing"))
    try:
        with warehouse.transaction(cursor):
            earlier = register.of_same_content(cursor, prepared, content_hash)
            for row in earlier:
                if row["words_hash"] == prepared.words.hash():
                    return _unchanged(prepared, row)
            replaced = [
                row["upload_id"]
                for row in earlier
                if register.same_reading(
                    prepared.dataset, Instructions.from_json(row["words"]), prepared.words
                )
            ]
            was = preview.before(cursor, prepared.dataset, upload) if dry_run else None
            _supersede(cursor, warehouse.folder, prepared.dataset, upload.upload_id, replaced)
            register.stage_incoming(cursor, prepared)
            if not dry_run:
                register.set_aside(cursor, prepared, upload.upload_id)
                kept.begin(cursor, warehouse.folder, upload.upload_id)
            applied = fold.apply(cursor, prepared.dataset, upload)
            counts = {key: getattr(applied, key) for key in COUNTS}
            outcome["issues"] += _repeated_keys(cursor, prepared.dataset)
            if was:
                asked = (cursor, prepared.dataset, upload, was)
                outcome["months"] = preview.changes(*asked)
                outcome["warnings"] = preview.warnings(*asked)
                raise _OnlyCheckedError(counts)
            done = {
                "status": "published",
                "reason": None,
                "upload_id": upload.upload_id,
                **counts,
            }
            manifest = register.manifest_of(
                cursor, prepared, upload, moment, content_hash, outcome | done, settings.timezone
            )
            if any(each.done == personal.HASHED for each in prepared.personal):
                key = secret_key.of(warehouse.folder)
                manifest[secret_key.IN_MANIFEST] = secret_key.fingerprint(key)
            kept.finish(cursor, warehouse.folder, manifest)
            moved = register.record(cursor, manifest)
            progress(_("Summing up"))
            rollup.refresh(
                cursor,
                settings,
                [prepared.dataset.kind],
                None if replaced else applied.months,
                moved,
            )
            version = register.raise_version(cursor)
    except _OnlyCheckedError as checked:
        return {"status": "checked", "reason": None, **checked.counts}
    except BaseException:
        _drop_unpublished(warehouse, upload.upload_id)
        raise
    at, by = moment.at.isoformat(), moment.by
    kept.note(warehouse.folder, upload.upload_id, kept.ACKNOWLEDGED, version, at, by)
    return done


def _drop_unpublished(warehouse: Warehouse, upload_id: str) -> None:
    """Remove what was kept of an upload that failed; not if it was stopped after it was done."""
    try:
        line = warehouse.rows("select 1 from uploads where upload_id = $id", {"id": upload_id})
    except ServiceQualityError:
        return  # nobody knows; the next start does
    if not line:
        kept.drop(warehouse.folder, upload_id)


class _OnlyCheckedError(Exception):
    """Ends the transaction of a dry run, so that all it did is undone."""

    def __init__(self, counts: dict[str, int]) -> None:
        super().__init__()
        self.counts = counts


def _supersede(cursor: Cursor, folder: Path, of: Dataset, by: str, replaced: list[str]) -> None:
    """Make the state as if the replaced uploads had never been."""
    for upload_id in replaced:
        cursor.execute(
            "update uploads set status = 'superseded', superseded_by = $by where upload_id = $id",
            {"by": by, "id": upload_id},
        )
    if replaced:
        register.refold(cursor, folder, of)


# What is asked of the warehouse before


def _unchanged(prepared: Prepared, earlier: Row) -> Row:
    return {
        "status": "unchanged",
        "upload_id": earlier["upload_id"],
        "reason": _("The same file was loaded before, understood the same way."),
        "unchanged": prepared.accepted,
    }


def _repeated_keys(cursor: Cursor, of: Dataset) -> list[Row]:
    """Return a notice where rows without an id of their own share a key: only the last counts.

    A ticket's updates share its id and are meant to; two totals of one month are not.
    """
    if of.id_column:
        return []
    found = rows(cursor, "select count(*) as n, min(record, 5) as first_rows from repeated")[0]
    key = ", ".join(name for name in of.key if name != "source")
    notice = Issue(
        key,
        "repeated_key",
        found["n"],
        tuple((record, None) for record in found["first_rows"] or ()),
        _("one row for each {key}").format(key=key),
        rejects=False,
    )
    return [notice.as_dict()] if found["n"] else []


# What is reported


def refused(file: str, reason: str) -> Row:
    """Return the outcome of a file that could not even be looked at."""
    words = Instructions()
    return _outcome(file, words) | {"reason": reason, "confirm": False, "answers": []}


def _outcome(file: str, words: Instructions) -> Row:
    zeros = dict.fromkeys(("rows_read", "rows_accepted", "rows_rejected", *COUNTS), 0)
    return {
        "file": file,
        "kind": words.kind,
        "source": words.source,
        "upload_id": None,
        "mode": None,
        "status": "refused",
        "reason": None,
        **zeros,
        "issues": [],
        "months": [],
        "warnings": [],
        "decided": [],
        "decisions": [],
        "format": None,
        "why": [],
        "note": None,
        "personal": [],
        "mapping": {},
        "feeds": [],
        "not_fed": [],
    }


def _report(prepared: Prepared) -> dict[str, Any]:
    replaces = fold.replaces(prepared.dataset, prepared.kept)
    return {
        "kind": prepared.dataset.kind,
        "source": prepared.words.source,
        "mode": "replace" if replaces else "upsert",
        "rows_read": prepared.staged.rows,
        "rows_accepted": prepared.accepted,
        "rows_rejected": prepared.rejected,
        "issues": [issue.as_dict() for issue in prepared.issues],
        "decided": list(prepared.table.decided),
        "decisions": [decision.as_dict() for decision in prepared.decisions],
        "format": prepared.words.format or None,
        "why": list(prepared.recognition.reasons),
        "note": prepared.recognition.note,
        "personal": [each.as_dict() for each in prepared.personal],
        "mapping": dict(prepared.recognition.mapping),
        "feeds": list(feeds.feeds(prepared.dataset, prepared.kept)),
        "not_fed": [
            each.as_dict()
            for each in feeds.not_fed(prepared.recognition, prepared.kept, prepared.table.headers)
        ],
    }
