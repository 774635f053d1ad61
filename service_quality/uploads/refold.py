"""Folds kept uploads anew: all of a kind, or what those have a say in that count no more, or again.

What becomes of a row with an id follows from the rows with that id alone, in the order of their
uploads. So those are taken out and folded anew, and all others stay: of a month's file among
millions of rows, little more than its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path

from service_quality.base.errors import DamagedError
from service_quality.definitions.datasets import Dataset
from service_quality.uploads import damage, fold, folder
from service_quality.uploads.folder import StoredUpload
from service_quality.warehouse import schema
from service_quality.warehouse.engine import Cursor, Row, rows

# Of the stored rows: to look for more of them by their ids takes longer than to fold all.
LARGEST_PART = 0.5


def all_of(cursor: Cursor, home: Path, of: Dataset, source: str | None = None) -> None:
    """Fold the published uploads of a dataset, in their order; of one source, if it can be."""
    within, about = _within(of, source)
    cursor.execute(f"delete from {schema.table(of.kind)} where {within}", about)
    for row in _published(cursor, of, source):
        place = folder.folder_of(home, row["upload_id"])
        _apply(cursor, of, damage.checked(cursor, place))
    cursor.execute("drop view if exists temp.incoming")


def turned(
    cursor: Cursor, home: Path, of: Dataset, source: str, uploads: Collection[str]
) -> tuple[date, ...] | None:
    """Make the rows what they are now that these uploads of a source count no more, or again.

    Returns the months that may have changed; None where all may have.
    """
    if not uploads:
        return ()
    found = [
        damage.checked(cursor, folder.folder_of(home, row["upload_id"]))
        for row in _published(cursor, of, source)
    ]
    kept = {each.manifest["upload_id"]: each for each in found}
    try:
        changed = [
            kept.get(each) or damage.checked(cursor, folder.folder_of(home, each))
            for each in uploads
        ]
    except DamagedError:  # one that counts no more need not be whole, nor there
        changed = None
    if changed is None or not _by_ids(cursor, of, source, found, changed):
        all_of(cursor, home, of, source)
        return None
    ids = " union ".join(
        f"select {of.id_column} from {folder.rows_of(each.folder)}" for each in changed
    )
    cursor.execute(f"create or replace temp table turned as {ids}")
    stored = f"{schema.table(of.kind)} as t semi join turned using ({of.id_column})"
    stored += " where t.source = $source"
    about: dict[str, object] = {"source": source}
    before = fold.months_of(cursor, of, stored, about)
    its = f"source = $source and {of.id_column} in (select {of.id_column} from turned)"
    cursor.execute(f"delete from {schema.table(of.kind)} where {its}", about)
    for each in found:
        _apply(cursor, of, each, f"semi join turned using ({of.id_column})")
    after = fold.months_of(cursor, of, stored, about)
    cursor.execute("drop view if exists temp.incoming; drop table if exists temp.chosen")
    cursor.execute("drop table temp.turned")
    return None if before is None or after is None else (*before, *after)


def _by_ids(
    cursor: Cursor,
    of: Dataset,
    source: str,
    found: Sequence[StoredUpload],
    changed: Sequence[StoredUpload],
) -> bool:
    """Whether all rows of a source have ids, of which the `changed` uploads have not too many."""
    if of.id_column is None or "source" not in of.key:
        return False
    if any(fold.replaces(of, each.manifest["columns"]) for each in (*found, *changed)):
        return False
    stored = f"select count(*) from {schema.table(of.kind)} where source = $source"
    ((rows_there,),) = cursor.execute(stored, {"source": source}).fetchall()
    return bool(sum(e.manifest["rows_accepted"] for e in changed) <= LARGEST_PART * rows_there)


def _within(of: Dataset, source: str | None) -> tuple[str, dict[str, object]]:
    if source is None or "source" not in of.key:
        return "true", {}
    return "source = $source", {"source": source}


def _published(cursor: Cursor, of: Dataset, source: str | None) -> list[Row]:
    within, about = _within(of, source)
    return rows(
        cursor,
        f"select upload_id from uploads where kind = $kind and status = 'published' and {within}"
        " order by position",
        {"kind": of.kind, **about},
    )


def _apply(cursor: Cursor, of: Dataset, upload: StoredUpload, chosen: str = "") -> None:
    """Fold an upload's rows, or those that are `chosen` of them."""
    folder.view_rows(cursor, upload.folder)
    if chosen:
        cursor.execute(f"create or replace temp table chosen as from incoming {chosen}")
        if not cursor.execute("select 1 from chosen limit 1").fetchall():
            return
        cursor.execute("create or replace temp view incoming as from chosen")
    manifest = upload.manifest
    as_told = fold.Upload(
        manifest["upload_id"],
        manifest["source"],
        tuple(manifest["columns"]),
        manifest["header_hash"],
        manifest["replace"],
    )
    fold.apply(cursor, of, as_told, accepted=True)
