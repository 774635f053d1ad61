"""Staged rows → one transaction: upsert, set aside, roll up, version; and taking it back."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from service_quality import fold, rollup
from service_quality.datasets import Dataset, all_datasets, dataset
from service_quality.errors import ConfirmationNeededError, RefusedError, UsageError
from service_quality.i18n import _
from service_quality.ingest.prepare import Prepared, prepare
from service_quality.ingest.validate import Issue
from service_quality.ingest.words import Words
from service_quality.settings import Settings
from service_quality.warehouse import Cursor, Row, Warehouse, quoted, rows

Progress = Callable[[str], None]
Look = Callable[[Cursor, Prepared], None]
UPLOADS = "uploads"
ROWS_FILE = "rows.parquet"
MANIFEST_FILE = "manifest.json"
COUNTS = ("inserted", "updated", "unchanged", "superseded", "removed")


@dataclass(frozen=True)
class Moment:
    """When, in the warehouse's local time, and by whom."""

    at: datetime
    by: str


def open_warehouse(path: Path, settings: Settings) -> Warehouse:
    """Open a warehouse to write to it: leftovers of a crash are removed, sums brought up to date.

    An upload counts only once its rows file, its manifest and its transaction are there; the
    transaction comes last, so a folder that it does not know is a leftover.
    """
    warehouse = Warehouse.open(path)
    known = {row["upload_id"] for row in warehouse.rows("select upload_id from uploads")}
    for folder in (warehouse.folder / UPLOADS).glob("*"):
        if folder.is_dir() and folder.name not in known:
            shutil.rmtree(folder)
    with warehouse.transaction() as cursor:
        rollup.bring_up_to_date(cursor, settings, list(all_datasets()))
    return warehouse


def load(
    warehouse: Warehouse,
    settings: Settings,
    path: Path,
    words: Words,
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
    outcome = _outcome(name or path.name, words)
    with warehouse.cursor() as cursor:
        try:
            prepared = prepare(cursor, path, words, moment.at, settings.timezone, name, progress)
            look(cursor, prepared)
            outcome |= _report(prepared)
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
            outcome["confirm"] = isinstance(error, ConfirmationNeededError)
    return outcome


def withdraw(warehouse: Warehouse, settings: Settings, upload_id: str) -> Row:
    """Take the latest upload back: the state is as if it had never been.

    Raises UsageError, naming the latest, where it is another one.
    """
    with warehouse.transaction() as cursor:
        active = rows(
            cursor,
            "select upload_id, kind, file from uploads where status = 'published'"
            " order by position desc limit 1",
        )
        if not active:
            raise UsageError(_("There is no upload to withdraw."))
        latest = active[0]
        if latest["upload_id"] != upload_id:
            raise UsageError(
                _("Only the latest upload can be withdrawn: {latest} ({file}).").format(
                    latest=latest["upload_id"], file=latest["file"]
                )
            )
        cursor.execute(
            "update uploads set status = 'withdrawn' where upload_id = $id", {"id": upload_id}
        )
        cursor.execute(
            "update uploads set status = 'published', superseded_by = null"
            " where superseded_by = $id",
            {"id": upload_id},
        )
        _rebuild(cursor, warehouse.folder, dataset(latest["kind"]))
        rollup.refresh(cursor, settings, [latest["kind"]])
        _raise_version(cursor)
    return latest | {"status": "withdrawn"}


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
        columns=_kept_columns(prepared),
        header_hash=_header_hash(prepared),
        replace=prepared.words.replace,
    )
    folder = warehouse.folder / UPLOADS / upload.upload_id
    progress(_("Publishing"))
    try:
        with warehouse.transaction(cursor):
            earlier = _same_content(cursor, prepared, content_hash)
            for row in earlier:
                if row["words_hash"] == prepared.words.hash():
                    return _unchanged(prepared, row)
            replaced = [row["upload_id"] for row in earlier if _same_reading(prepared, row)]
            _supersede(cursor, warehouse.folder, prepared.dataset, upload.upload_id, replaced)
            _incoming(cursor, prepared)
            applied = fold.apply(cursor, prepared.dataset, upload)
            counts = {key: getattr(applied, key) for key in COUNTS}
            outcome["issues"] += _repeated_keys(cursor, prepared.dataset)
            if dry_run:
                raise _OnlyCheckedError(counts)
            done = {
                "status": "published",
                "reason": None,
                "upload_id": upload.upload_id,
                **counts,
            }
            manifest = _manifest(prepared, upload, moment, content_hash, outcome | done)
            _keep(cursor, folder, manifest)
            moved = _record(cursor, prepared, manifest)
            progress(_("Summing up"))
            rollup.refresh(
                cursor,
                settings,
                [prepared.dataset.kind],
                None if replaced else applied.months,
                moved,
            )
            _raise_version(cursor)
    except _OnlyCheckedError as checked:
        return {"status": "checked", "reason": None, **checked.counts}
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return done


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
        _rebuild(cursor, folder, of)


def _rebuild(cursor: Cursor, folder: Path, of: Dataset) -> None:
    """Fold the active uploads of a dataset anew, in their order."""
    cursor.execute(f"delete from main.{of.kind}")
    for row in rows(
        cursor,
        "select upload_id from uploads where kind = $kind and status = 'published'"
        " order by position",
        {"kind": of.kind},
    ):
        kept = folder / UPLOADS / row["upload_id"]
        manifest = json.loads((kept / MANIFEST_FILE).read_text(encoding="utf-8"))
        cursor.execute(
            "create or replace temp table incoming as select * from read_parquet($path)",
            {"path": str(kept / ROWS_FILE)},
        )
        fold.apply(
            cursor,
            of,
            fold.Upload(
                manifest["upload_id"],
                manifest["source"],
                tuple(manifest["columns"]),
                manifest["header_hash"],
                manifest["replace"],
            ),
            accepted=True,
        )
    cursor.execute("drop table if exists temp.incoming")


# What is asked of the warehouse before


def _same_content(cursor: Cursor, prepared: Prepared, content_hash: str) -> list[Row]:
    return rows(
        cursor,
        "select upload_id, words, words_hash from uploads where status = 'published'"
        " and content_hash = $hash and kind = $kind and source = $source order by position",
        {"hash": content_hash, "kind": prepared.dataset.kind, "source": prepared.words.source},
    )


def _same_reading(prepared: Prepared, earlier: Row) -> bool:
    """Whether an upload of the same bytes is another try at the same rows.

    Two questions of one survey file are two readings: other columns under another constant.
    """
    before, now, of = Words.from_json(earlier["words"]), prepared.words, prepared.dataset
    identity = [
        tuple((dict(of.defaults) | w.constants).get(name) for name in of.identity)
        for w in (before, now)
    ]
    return identity[0] == identity[1] or before.mapping == now.mapping


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


# What is written


def _incoming(cursor: Cursor, prepared: Prepared) -> None:
    cells = "".join(f", {name}" for name in _kept_columns(prepared))
    good = ""
    if prepared.rejected:
        good = "where rowid + 1 not in (select record from faults where rule <> 'read_as_empty')"
    cursor.execute(
        f"create temp view incoming as select rowid + 1 as record{cells} from staged {good}"
    )


def _kept_columns(prepared: Prepared) -> tuple[str, ...]:
    mapped = set(prepared.staged.plan.mapped)
    return tuple(c.name for c in prepared.dataset.kept if c.name in mapped)


def _header_hash(prepared: Prepared) -> str:
    """Return what tells one export from another; how far it was observed does not."""
    constants = sorted(prepared.staged.plan.constants.items())
    said = [list(prepared.table.headers), constants]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _manifest(
    prepared: Prepared,
    upload: fold.Upload,
    moment: Moment,
    content_hash: str,
    outcome: Row,
) -> Row:
    return {
        **asdict(upload),
        "uploaded_at": moment.at.isoformat(),
        "uploaded_by": moment.by,
        "file": prepared.table.name,
        "kind": prepared.dataset.kind,
        "content_hash": content_hash,
        "words_hash": prepared.words.hash(),
        "words": prepared.words.as_json(),
        "outcome": outcome,
    }


def _keep(cursor: Cursor, folder: Path, manifest: Row) -> None:
    """Write the rows and the manifest; the folder has its name only once both are whole."""
    making = folder.with_suffix(".making")
    making.mkdir(parents=True)
    cursor.execute(
        "copy (select * from incoming) to $path (format parquet)",
        {"path": str(making / ROWS_FILE)},
    )
    text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str)
    (making / MANIFEST_FILE).write_text(text, encoding="utf-8")
    making.rename(folder)


def _record(cursor: Cursor, prepared: Prepared, manifest: Row) -> bool:
    """Write the upload and its rejects; return whether the end of observation moved."""
    first, last, observed = _span(cursor, prepared)
    about = {"kind": manifest["kind"], "source": manifest["source"]}
    known = "select max(observed_until) from observation where kind = $kind and source = $source"
    before = cursor.execute(known, about).fetchall()[0][0]
    row = {
        **{name: manifest[name] for name in UPLOAD_COLUMNS},
        "outcome": json.dumps(manifest["outcome"], ensure_ascii=False, default=str),
        "rows_read": prepared.staged.rows,
        "rows_accepted": prepared.accepted,
        "rows_rejected": prepared.rejected,
        "first_at": first,
        "last_at": last,
        "observed_until": prepared.observed_until or observed,
        "status": "published",
    }
    names = ", ".join(row)
    values = ", ".join(f"${name}" for name in row)
    cursor.execute(
        f"insert into uploads (position, {names}) select coalesce(max(position), 0) + 1, {values}"
        " from uploads",
        row,
    )
    _set_aside(cursor, prepared, manifest["upload_id"])
    return bool(before != cursor.execute(known, about).fetchall()[0][0])


UPLOAD_COLUMNS = (
    "upload_id",
    "uploaded_at",
    "uploaded_by",
    "file",
    "kind",
    "source",
    "content_hash",
    "words_hash",
    "header_hash",
    "words",
)


def _span(
    cursor: Cursor, prepared: Prepared
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """Return first and last moment of the rows, and the newest time at which anything happened."""
    of, columns = prepared.dataset, _kept_columns(prepared)
    if "year" in of.moment:
        moment, newest = "make_date(year, 1, 1)", "make_date(max(year) + 1, 1, 1)"
    elif "month" in of.moment:
        moment, newest = "month", "max(month) + interval 1 month"
    else:
        moment = f"coalesce({', '.join(n for n in of.moment if n in columns)})"
        events = ", ".join(f"max({name})" for name in of.events if name in columns)
        newest = f"greatest({events})" if events else f"max({moment})"
    return cursor.execute(
        f"select min({moment})::timestamp, max({moment})::timestamp, ({newest})::timestamp"
        " from incoming"
    ).fetchall()[0]


def _set_aside(cursor: Cursor, prepared: Prepared, upload_id: str) -> None:
    """Keep the rejected rows: record number, reasons, and the mapped cells as they were read."""
    if not prepared.rejected:
        return
    doubtful = {m.column.name for m in prepared.staged.plan.columns if m.column.kind != "text"}
    cells = ", ".join(
        f"{quoted(name)} := coalesce(cast(s.{name} as varchar)"
        f"{f', s.unread.{name}' if name in doubtful else ''})"
        for name in _kept_columns(prepared)
    )
    cursor.execute(
        "insert into rejects select $id, f.record, to_json(f.reasons),"
        f" to_json(struct_pack({cells}))"
        " from staged as s inner join ("
        "  select record, list({'column': column_name, 'rule': rule, 'cell': cell}"
        "   order by column_name, rule) as reasons"
        "  from faults where rule <> 'read_as_empty' group by record"
        " ) as f on s.rowid + 1 = f.record",
        {"id": upload_id},
    )


def _raise_version(cursor: Cursor) -> None:
    cursor.execute("update meta set data_version = data_version + 1")


# What is reported


def _outcome(file: str, words: Words) -> Row:
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
    }


def _report(prepared: Prepared) -> dict[str, Any]:
    return {
        "kind": prepared.dataset.kind,
        "source": prepared.words.source,
        "mode": "replace" if fold.replaces(prepared.dataset, _kept_columns(prepared)) else "upsert",
        "rows_read": prepared.staged.rows,
        "rows_accepted": prepared.accepted,
        "rows_rejected": prepared.rejected,
        "issues": [issue.as_dict() for issue in prepared.issues],
    }
