"""Keeps accepted uploads: their rows, their manifest, their line in the warehouse; folds them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from service_quality import fold, remembered
from service_quality.datasets import Dataset
from service_quality.ingest.prepare import Prepared
from service_quality.warehouse import Cursor, Row, quoted, rows

FOLDER = "uploads"
ROWS_FILE = "rows.parquet"
MANIFEST_FILE = "manifest.json"
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
    "headers",
)


@dataclass(frozen=True)
class Moment:
    """When, in the warehouse's local time, and by whom."""

    at: datetime
    by: str


def stage_incoming(cursor: Cursor, prepared: Prepared) -> None:
    """Make the temporary view `incoming`: the accepted rows with their record numbers."""
    cells = "".join(f", {name}" for name in kept_columns(prepared))
    good = ""
    if prepared.rejected:
        good = "where rowid + 1 not in (select record from faults)"
    cursor.execute(
        f"create temp view incoming as select rowid + 1 as record{cells} from staged {good}"
    )


def kept_columns(prepared: Prepared) -> tuple[str, ...]:
    """Return the mapped columns that are stored, in the dataset's order."""
    mapped = set(prepared.staged.plan.mapped)
    return tuple(c.name for c in prepared.dataset.kept if c.name in mapped)


def header_hash(prepared: Prepared) -> str:
    """Return what tells one export from another; how far it was observed does not."""
    constants = sorted(prepared.staged.plan.constants.items())
    said = [list(prepared.table.headers), constants]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def manifest_of(
    prepared: Prepared,
    upload: fold.Upload,
    moment: Moment,
    content_hash: str,
    outcome: Row,
) -> Row:
    """Return all there is to say of an upload: what the fold needs, the words, the outcome."""
    return {
        **asdict(upload),
        "uploaded_at": moment.at.isoformat(),
        "uploaded_by": moment.by,
        "file": prepared.table.name,
        "kind": prepared.dataset.kind,
        "content_hash": content_hash,
        "words_hash": prepared.words.hash(),
        "words": prepared.words.as_json(),
        "headers": remembered.fingerprint(prepared.table.headers),
        "outcome": outcome,
    }


def keep(cursor: Cursor, folder: Path, manifest: Row) -> None:
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


def record(cursor: Cursor, prepared: Prepared, manifest: Row) -> bool:
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


def of_same_content(cursor: Cursor, prepared: Prepared, content_hash: str) -> list[Row]:
    """Return the published uploads of the same bytes, kind and source, oldest first."""
    return rows(
        cursor,
        "select upload_id, words, words_hash from uploads where status = 'published'"
        " and content_hash = $hash and kind = $kind and source = $source order by position",
        {"hash": content_hash, "kind": prepared.dataset.kind, "source": prepared.words.source},
    )


def rebuild(cursor: Cursor, folder: Path, of: Dataset) -> None:
    """Fold the published uploads of a dataset anew, in their order."""
    cursor.execute(f"delete from main.{of.kind}")
    for row in rows(
        cursor,
        "select upload_id from uploads where kind = $kind and status = 'published'"
        " order by position",
        {"kind": of.kind},
    ):
        kept = folder / FOLDER / row["upload_id"]
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


def _span(
    cursor: Cursor, prepared: Prepared
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """Return first and last moment of the rows, and the newest time at which anything happened."""
    of, columns = prepared.dataset, kept_columns(prepared)
    if of.register:
        moment, newest = of.moment[0], "null"
    elif "year" in of.moment:
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
        for name in kept_columns(prepared)
    )
    cursor.execute(
        "insert into rejects select $id, f.record, to_json(f.reasons),"
        f" to_json(struct_pack({cells}))"
        " from staged as s inner join ("
        "  select record, list({'column': column_name, 'rule': rule, 'cell': cell}"
        "   order by column_name, rule) as reasons"
        "  from faults group by record"
        " ) as f on s.rowid + 1 = f.record",
        {"id": upload_id},
    )
