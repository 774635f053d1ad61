"""The warehouse's lines about its uploads: written, superseded, and folded into its tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from service_quality.definitions.datasets import Dataset, dataset
from service_quality.ingest.prepare import Prepared
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.stage import identifying
from service_quality.ingest.stage.notes import DAY, with_days
from service_quality.measures.rollup import Moved
from service_quality.uploads import fold, last_time, refold
from service_quality.uploads.outcome import Outcome
from service_quality.warehouse import schema
from service_quality.warehouse.engine import Cursor, Row, quoted, rows

# What the warehouse knows of an upload; the manifest has it all, so that it can be rebuilt.
COLUMNS = (
    *("upload_id", "uploaded_at", "uploaded_by", "file", "kind", "source"),
    *("content_hash", "words_hash", "header_hash", "words", "headers"),
    *("rows_read", "rows_accepted", "rows_rejected", "first_at", "last_at", "observed_until"),
)


@dataclass(frozen=True)
class Moment:
    """When, in the warehouse's local time, and by whom."""

    at: datetime
    by: str


def stage_incoming(cursor: Cursor, prepared: Prepared) -> None:
    """Make the temporary view `incoming`: the accepted rows with their record numbers."""
    cells = "".join(f", {name}" for name in prepared.stored)
    good = ""
    if prepared.rejected:
        good = f"where {schema.record()} not in (select record from faults)"
    notes = with_days(prepared.staged.days)
    accepted = f"select {schema.record()} as record{cells}, {notes} as notes from staged {good}"
    cursor.execute(f"create or replace temp view incoming as {accepted}")


def header_hash(prepared: Prepared) -> str:
    """Return what tells one export from another; how far it was observed does not."""
    constants = sorted(prepared.staged.plan.constants.items())
    telling = [list(prepared.table.headers), constants]
    return hashlib.sha256(json.dumps(telling).encode()).hexdigest()


def manifest_of(
    cursor: Cursor,
    prepared: Prepared,
    upload: fold.Upload,
    moment: Moment,
    content_hash: str,
    outcome: Outcome,
    timezone: str,
) -> Row:
    """Return all that is stored of an upload: what the fold needs, instructions, outcome."""
    first, last, observed = _span(cursor, prepared)
    return {
        **asdict(upload),
        "product": metadata.version("service-quality"),
        "version": next_version(cursor),
        "timezone": timezone,
        "uploaded_at": moment.at.isoformat(),
        "uploaded_by": moment.by,
        "file": prepared.table.name,
        "kind": prepared.dataset.kind,
        "content_hash": content_hash,
        "words_hash": prepared.instructions.hash(),
        "words": prepared.instructions.as_json(),
        "headers": last_time.fingerprint(prepared.table.headers),
        "rows_read": prepared.staged.rows,
        "rows_accepted": prepared.accepted,
        "rows_rejected": prepared.rejected,
        "first_at": first,
        "last_at": last,
        "observed_until": _observed(prepared, observed),
        "outcome": _without_cells(cursor, outcome.as_dict()),
    }


def next_version(cursor: Cursor) -> int:
    """Return the data version that the next change makes."""
    return int(cursor.execute("select data_version + 1 from meta").fetchall()[0][0])


def raise_version(cursor: Cursor, at_least: int = 0) -> int:
    """Raise the data version by one, or to `at_least`, and return it: cached answers are stale."""
    version = max(next_version(cursor), at_least)
    cursor.execute("update meta set data_version = $version", {"version": version})
    return version


def is_whole(manifest: Row) -> bool:
    """Whether a manifest has all that the line of its upload needs."""
    return {*COLUMNS, "version"} <= manifest.keys()


def record(cursor: Cursor, manifest: Row) -> Moved | None:
    """Write the line of an upload; return by how much the end of observation moved, if it did."""
    before = observed_until(cursor, manifest["kind"], manifest["source"])
    outcome = json.dumps(manifest["outcome"], ensure_ascii=False, default=str)
    row = {name: manifest[name] for name in COLUMNS}
    row |= {"position": manifest["version"], "outcome": outcome, "status": "published"}
    cursor.execute(
        f"insert into uploads ({', '.join(row)}) values ({', '.join(f'${n}' for n in row)})", row
    )
    after = observed_until(cursor, manifest["kind"], manifest["source"])
    return None if before == after else Moved(manifest["source"], before, after)


def observed_until(cursor: Cursor, kind: str, source: str) -> datetime | None:
    """Return when a source was last looked at; None where none of its uploads counts."""
    known = "select max(observed_until) from observation where kind = $kind and source = $source"
    found: datetime | None
    ((found,),) = cursor.execute(known, {"kind": kind, "source": source}).fetchall()
    return found


def set_aside(cursor: Cursor, prepared: Prepared, upload_id: str) -> None:
    """Keep the rejected rows: record number, reasons, and the mapped cells as they were read."""
    if not prepared.rejected:
        return
    cells = ", ".join(f"{quoted(name)} := {_cell(prepared, name)}" for name in prepared.stored)
    cursor.execute(
        "insert into rejects select $id, f.record, to_json(f.reasons),"
        f" to_json(struct_pack({cells}))"
        " from staged as s inner join ("
        "  select record, list({'column': column_name, 'rule': rule, 'cell': stored_cell(cell)}"
        "   order by column_name, rule) as reasons"
        "  from faults group by record"
        f" ) as f on {schema.place('s.')} = f.record - 1",
        {"id": upload_id},
    )


def _cell(prepared: Prepared, name: str) -> str:
    """Return the SQL of a cell as it may be stored; ids may look like addresses."""
    column = prepared.dataset.column(name)
    if column.kind != "text":
        read = [m.column.name for m in prepared.staged.plan.columns if not m.column.beside]
        unread = f", stored_cell(s.unread.{name})" if name in read else ""
        return f"coalesce(cast(s.{name} as varchar){unread})"
    is_id = name == prepared.dataset.id_column
    return f"s.{name}" if is_id else f"stored_cell(s.{name})"


def _without_cells(cursor: Cursor, outcome: Row) -> Row:
    """Return an outcome whose examples may be stored, and no address in its words."""

    def stored(cell: str | None) -> str | None:
        found: str | None
        ((found,),) = cursor.execute("select stored_cell($cell)", {"cell": cell}).fetchall()
        return found

    issues = [issue | {"example": stored(issue["example"])} for issue in outcome["issues"]]
    masked: Row = _masked(outcome | {"issues": issues})
    return masked


def _masked(text: Any) -> Any:
    """Return what is said of a file without what identifies a person: it quotes cells."""
    if isinstance(text, str):
        return identifying.masked(text)
    if isinstance(text, dict):
        return {name: _masked(value) for name, value in text.items()}
    return [_masked(value) for value in text] if isinstance(text, (list, tuple)) else text


def of_same_content(cursor: Cursor, prepared: Prepared, content_hash: str) -> list[Row]:
    """Return the published uploads of the same bytes, kind and source, oldest first."""
    return rows(
        cursor,
        "select upload_id, kind, words, words_hash from uploads where status = 'published'"
        " and content_hash = $hash and kind = $kind and source = $source order by position",
        {
            "hash": content_hash,
            "kind": prepared.dataset.kind,
            "source": prepared.instructions.source,
        },
    )


def same_reading(of: Dataset, before: Instructions, now: Instructions) -> bool:
    """Whether two uploads of the same bytes are two tries at the same rows.

    Two questions of one survey file are two readings: other columns under another constant.
    """
    identity = [
        tuple((dict(of.defaults) | instructions.constants).get(name) for name in of.identity)
        for instructions in (before, now)
    ]
    return identity[0] == identity[1] or before.mapping == now.mapping


def other_readings(prepared: Prepared, earlier: Sequence[Row]) -> list[str]:
    """Return those of earlier uploads of the same bytes that are another try at the same rows."""
    return [
        row["upload_id"]
        for row in earlier
        if same_reading(
            prepared.dataset, Instructions.from_json(row["words"]), prepared.instructions
        )
    ]


def supersede(
    cursor: Cursor, home: Path, of: Dataset, by: fold.Upload, replaced: Sequence[str]
) -> None:
    """Make the state as if the replaced uploads, of the same source, had never been."""
    for upload_id in replaced:
        cursor.execute(
            "update uploads set status = 'superseded', superseded_by = $by where upload_id = $id",
            {"by": by.upload_id, "id": upload_id},
        )
    refold.turned(cursor, home, of, by.source, replaced)


def settle(cursor: Cursor, withdrawn: Collection[str]) -> set[str]:
    """Say anew which uploads count, given those that were withdrawn; return those that changed.

    An upload is superseded by the first later one of the same bytes that is another try at the
    same rows, unless that was withdrawn.
    """
    found = rows(
        cursor,
        "select upload_id, kind, source, content_hash, words, status from uploads"
        " order by position",
    )
    alike: dict[tuple[str, str, str], list[Row]] = {}
    for row in found:
        if row["upload_id"] not in withdrawn:
            key = (row["kind"], row["source"], row["content_hash"])
            alike.setdefault(key, []).append(row)
    superseded = {
        row["upload_id"]: _superseded_by(row, together[at + 1 :])
        for together in alike.values()
        for at, row in enumerate(together)
    }
    changed = set()
    for row in found:
        upload_id, by = row["upload_id"], superseded.get(row["upload_id"])
        status = "superseded" if by else "published"
        status = "withdrawn" if upload_id in withdrawn else status
        cursor.execute(
            "update uploads set status = $status, superseded_by = $by where upload_id = $id",
            {"id": upload_id, "status": status, "by": by},
        )
        if status != row["status"]:
            changed.add(upload_id)
    return changed


def _superseded_by(upload: Row, later: Sequence[Row]) -> str | None:
    of, before = dataset(upload["kind"]), Instructions.from_json(upload["words"])
    for row in later:
        if same_reading(of, before, Instructions.from_json(row["words"])):
            return str(row["upload_id"])
    return None


def _observed(prepared: Prepared, newest: datetime | None) -> datetime | None:
    """Return how far an export looked: as far as was said, or as its newest event if that is later.

    Else whoever came after what was said would have waited for less than nothing.
    """
    stated = prepared.observed_until
    if stated and newest and set(prepared.dataset.events) & set(prepared.stored):
        return max(stated, newest)
    return stated or newest


def _span(
    cursor: Cursor, prepared: Prepared
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """Return first and last moment of the rows, and the newest time at which anything happened."""
    of, columns = prepared.dataset, prepared.stored
    if of.register:
        moment, newest = next(iter(of.moment), "null"), "null"
    elif "year" in of.moment:
        moment, newest = "make_date(year, 1, 1)", "make_date(max(year) + 1, 1, 1)"
    elif "month" in of.moment:
        moment, newest = "month", "max(month) + interval 1 month"
    else:
        moment = f"coalesce({', '.join(n for n in of.moment if n in columns)})"
        # What is given as a day was seen to the end of that day.
        ends = (
            f"case when contains(notes, ' {name}:{DAY} ') then {name} + interval 1 day"
            f" else {name} end"
            for name in of.events
            if name in columns
        )
        events = ", ".join(f"max({end})" for end in ends)
        newest = f"greatest({events})" if events else f"max({moment})"
    return cursor.execute(
        f"select min({moment})::timestamp, max({moment})::timestamp, ({newest})::timestamp"
        " from incoming"
    ).fetchall()[0]
