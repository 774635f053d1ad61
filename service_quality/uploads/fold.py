"""Applies one upload's rows to a dataset's table: the step that the warehouse is a fold of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service_quality.base import language, voice
from service_quality.base.dimensions import EVERY
from service_quality.base.errors import ConfirmationNeededError, RefusedError
from service_quality.base.language import _
from service_quality.definitions.datasets import Dataset
from service_quality.ingest.stage.notes import joined, listed
from service_quality.uploads import twice
from service_quality.warehouse.engine import Cursor
from service_quality.warehouse.schema import place, places_stay, table

MOST_NAMES = 10  # in one sentence
WRITTEN = ("inserted", "updated")  # of the fates of rows
# The rows that `changes` says something of.
CHANGED = (
    "(select incoming.*, changes.stored_row, changes.fate from incoming inner join changes"
    " on incoming.record = changes.record)"
)
FOREIGN_IDS = 0.01  # more ids than this with another time: they belong to other rows
ALIKE = 0.9  # more of them than this moved by the same time: another zone, not other rows
QUARTER, FURTHEST_ZONE = 900, 14 * 3600  # seconds; zones are whole quarters of an hour apart


@dataclass(frozen=True)
class Applied:
    """What one upload did: counts of its rows, rows it removed, and the months it touched.

    `months` is None when every month may have changed.
    """

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    superseded: int = 0
    removed: int = 0
    months: tuple[date, ...] | None = None


@dataclass(frozen=True)
class Upload:
    """What the fold needs to know of an upload; `columns` are the kept ones that it mapped."""

    upload_id: str
    source: str
    columns: tuple[str, ...]
    header_hash: str
    replace: bool


def apply(
    cursor: Cursor,
    dataset: Dataset,
    upload: Upload,
    *,
    accepted: bool = False,
    foreseen: bool = False,
) -> Applied:
    """Put the rows of the temporary relation `incoming` into the dataset's table.

    `incoming` has `record`, the upload's columns and `notes`. Must run within a transaction. Raises
    RefusedError when the ids belong to other rows, or fewer rows would replace more, unless the
    upload was `accepted` before and is only folded again: what is returned then says nothing. Where
    it is only `foreseen`, rows with ids are compared and not written: `changes` says what would be.

    Rows with ids are merged, here of a file with `order_id` and `correct` (whole in
    `tests/test_statements.py`); others replace a period:

        update … as t set order_id = i.order_id, correct = i.correct, …
        from (select incoming.*, changes.stored_row, … from …) as i where … = i.stored_row …;
        insert into … (source, order_id, correct, …) select $source, … from incoming …
    """
    if replaces(dataset, upload.columns):
        return _replace(cursor, dataset, upload, accepted)
    return _upsert(cursor, dataset, upload, accepted, foreseen)


def replaces(dataset: Dataset, columns: Sequence[str]) -> bool:
    """Whether rows of these columns have no ids, so that they replace a period as a whole."""
    return dataset.id_column is not None and dataset.id_column not in columns


def _count(cursor: Cursor, sql: str, parameters: dict[str, object]) -> int:
    return int(cursor.execute(sql, parameters).fetchall()[0][0] or 0)


def _select(dataset: Dataset, upload: Upload, alias: str = "i") -> tuple[str, str]:
    """Return the columns of an insert and the expressions that fill them."""
    names = ", ".join(("source", *upload.columns, "upload_id", "mapped", "notes"))
    cells = "".join(f"{alias}.{name}, " for name in upload.columns)
    return names, f"$source, {cells}$upload_id, {dataset.mask(upload.columns)}, {alias}.notes"


def _notes_together(upload: Upload) -> str:
    """Return the SQL of a row's notes: the upload's, and those on columns it does not give."""
    names = ", ".join(f"'{name}'" for name in upload.columns)
    of_these = f"list_contains([{names}], split_part(note, ':', 1))"
    others = f"list_filter({listed('t.notes')}, lambda note: not {of_these})"
    together = joined(f"{others} || {listed('i.notes')}")
    return f"case when coalesce(t.notes, i.notes) is not null then {together} end"


def _about(upload: Upload) -> dict[str, object]:
    return {"source": upload.source, "upload_id": upload.upload_id}


# Rows with an id or a natural key: the newest version wins


def _upsert(
    cursor: Cursor, dataset: Dataset, upload: Upload, accepted: bool, foreseen: bool
) -> Applied:
    rows = _count(cursor, "select count(*) from incoming", {})
    removed = _take_the_place(cursor, dataset, upload, accepted)
    repeated = _repeated_in_file(cursor, dataset, upload)
    within_source = "where source = $source" if "source" in dataset.key else ""
    source = {"source": upload.source} if within_source else {}
    stored = f"select 1 from {table(dataset.kind)} {within_source} limit 1"
    names, cells = _select(dataset, upload)
    if not cursor.execute(stored, source).fetchall():
        cursor.execute("drop table if exists temp.changes")
        first = not cursor.execute(f"select 1 from {table(dataset.kind)} limit 1").fetchall()
        days = [] if first else _days_of_file(dataset, upload)
        months = _months(cursor, _as_list(days), "incoming as i") if days else None
        months = None if removed else months
        keep = "where record not in (from repeated)" if repeated else ""
        if not foreseen:
            insert = f"insert into {table(dataset.kind)} ({names})"
            cursor.execute(f"{insert} select {cells} from incoming as i {keep}", _about(upload))
        return Applied(rows - repeated, superseded=repeated, removed=removed, months=months)
    _compare_with_stored(cursor, dataset, upload)
    if accepted:
        _write_changes(cursor, dataset, upload, WRITTEN)
        return Applied()
    _refuse_foreign_ids(cursor, dataset, upload)
    fates = dict(cursor.execute("select fate, count(*) from changes group by 1").fetchall())
    months = _touched_months(cursor, dataset)
    if not foreseen:
        _write_changes(cursor, dataset, upload, fates.keys())
    return Applied(
        inserted=fates.get("inserted", 0),
        updated=fates.get("updated", 0),
        unchanged=fates.get("unchanged", 0),
        superseded=repeated + fates.get("superseded", 0),
        removed=removed,
        months=None if removed else months,
    )


def _take_the_place(cursor: Cursor, dataset: Dataset, upload: Upload, accepted: bool) -> int:
    """Remove rows that would count twice beside these, once a person agrees; return how many.

    They are those without ids that have some now, and totals that were cut otherwise.
    """
    if accepted and not upload.replace:
        return 0
    about: dict[str, object] = {"source": upload.source}
    gone = twice.cut_otherwise(dataset, upload.columns)
    stored = f"from {table(dataset.kind)} as t where"
    count = _count(cursor, f"select count(*) {stored} {gone}", about) if gone else 0
    if count and not upload.replace:
        raise ConfirmationNeededError(
            _(
                "Months of this file are there already, cut another way (rows: {rows}): both would "
                "be added up. If this file takes their place, confirm it{flag}; if it counts other "
                "cases, give another source{source}."
            ).format(
                rows=language.number(count),
                flag=voice.typed("(--replace)"),
                source=voice.typed(_("(--source NAME)")),
            )
        )
    if dataset.id_column and not dataset.column(dataset.id_column).needed:
        twins = _twins_confirmed(cursor, dataset, upload)
        first, last, _rows = _span(cursor, dataset, upload)
        gone = (
            f"t.source = $source and t.{dataset.id_column} is null and list_contains($twins,"
            f" t.upload_id) and coalesce({', '.join(dataset.moment)}) between $first and $last"
        )
        about |= {"twins": twins, "first": first, "last": last}
        count = _count(cursor, f"select count(*) {stored} {gone}", about) if twins else 0
    if count:
        cursor.execute(f"delete {stored} {gone}", about)
    return count


def _twins_confirmed(cursor: Cursor, dataset: Dataset, upload: Upload) -> list[str]:
    """Return uploads of other headers whose rows these are; ConfirmationNeededError if not said."""
    twins = twice.of_other_headers(
        cursor, dataset, upload.source, upload.header_hash, upload.columns
    )
    if twins and not upload.replace:
        raise ConfirmationNeededError(
            _(
                "{rows} of these rows are already in source “{source}”, under other headers and "
                "without a common id: they would count twice. If this file takes the place of "
                "those, confirm it{flag}; if its rows are others, give another source{other}."
            ).format(
                rows=language.number(twins.rows),
                source=upload.source,
                flag=voice.typed("(--replace)"),
                other=voice.typed(_("(--source NAME)")),
            )
        )
    return list(twins.uploads) if twins else []


def _span(cursor: Cursor, dataset: Dataset, upload: Upload) -> tuple[datetime, datetime, int]:
    """Return the file's first and last moment, and how many rows it has."""
    moment = ", ".join(name for name in dataset.moment if name in upload.columns)
    first, last, rows = cursor.execute(
        f"select min(coalesce({moment})), max(coalesce({moment})), count(*) from incoming"
    ).fetchall()[0]
    return first, last, rows


def _write_changes(
    cursor: Cursor, dataset: Dataset, upload: Upload, fates: Collection[str]
) -> None:
    """Write what `changes` says, in a statement for each of the fates that any row has.

    One `merge` reads a table while it appends to it. Where a transaction has written to that table
    before, as folding anew does, DuckDB 2.0.0 lets one thread read what another is appending.
    """
    names, cells = _select(dataset, upload)
    if "updated" in fates:
        here, _source = is_stored(cursor, dataset, upload)
        sets = "".join(f"{name} = i.{name}, " for name in upload.columns)
        cursor.execute(
            f"update {table(dataset.kind)} as t set {sets}source = $source, upload_id = $upload_id,"
            f" mapped = t.mapped | {dataset.mask(upload.columns)},"
            f" notes = {_notes_together(upload)}"
            f" from {CHANGED} as i where {here} and i.fate = 'updated'",
            _about(upload),
        )
    if "inserted" in fates:
        cursor.execute(
            f"insert into {table(dataset.kind)} ({names}) select {cells} from incoming as i"
            " semi join (from changes where fate = 'inserted') as c on i.record = c.record",
            _about(upload),
        )


def is_stored(cursor: Cursor, dataset: Dataset, upload: Upload) -> tuple[str, dict[str, object]]:
    """Return the SQL of whether `t` is the stored row of a row `i` of `CHANGED`; its parameters.

    By its place, without reading the keys once more, where that can be relied on.
    """
    if places_stay(cursor):
        return f"{place('t.')} = i.stored_row", {}
    return _same_key(dataset, upload), {"source": upload.source} if "source" in dataset.key else {}


def _same_key(dataset: Dataset, upload: Upload) -> str:
    """Return the SQL of whether a stored row `t` has the key of an incoming one, `i`."""
    same = [
        # An id is never null, and by = the rows of other ids are not even read.
        f"t.{k} = i.{k}"
        if k == dataset.id_column
        else f"t.{k} is not distinct from {f'i.{k}' if k in upload.columns else 'null'}"
        for k in dataset.key
        if k != "source"
    ]
    if "source" in dataset.key:
        same.append("t.source = $source")
    return " and ".join(same)


def _keys(dataset: Dataset, upload: Upload) -> Sequence[str]:
    """Return the key columns that the upload gives; the others are null in all its rows."""
    return [name for name in dataset.key if name in upload.columns]


def _repeated_in_file(cursor: Cursor, dataset: Dataset, upload: Upload) -> int:
    """Fill `repeated` with the records that a newer or later row of the file supersedes."""
    names = _keys(dataset, upload)
    keys = ", ".join(names)
    newest = _version(dataset, upload, "incoming.")
    order = "record desc"
    extra = ""
    if newest and _undated_counts(dataset, upload):
        # A row without a time is superseded by whatever comes later, supersedes all before it.
        extra = ", max(record) filter (where version is null) over same_key as undated"
        order = "(record >= coalesce(undated, 0)) desc, version desc nulls last, record desc"
    elif newest:
        order = "version desc nulls last, record desc"
    cursor.execute(
        "create or replace temp table repeated as with twice as ("
        f" select {keys} from incoming group by all having count(*) > 1"
        f"), same as (select incoming.record, {', '.join(f'incoming.{k}' for k in names)}"
        f"{f', {newest} as version' if newest else ''} from incoming semi join twice on "
        + " and ".join(f"incoming.{k} is not distinct from twice.{k}" for k in names)
        + f"), dated as (select *{extra} from same window same_key as (partition by {keys}))"
        f" select record from dated qualify row_number() over (partition by {keys}"
        f" order by {order}) > 1"
    )
    return _count(cursor, "select count(*) from repeated", {})


def _version(dataset: Dataset, upload: Upload, alias: str) -> str:
    """Return the SQL of the time that tells the newer of two versions of a row; empty: none does.

    Where the upload does not say when a row was updated, it is the newest event in it.
    """
    if dataset.newest_by in upload.columns:
        return f"{alias}{dataset.newest_by}"
    events = [f"{alias}{name}" for name in dataset.events if name in upload.columns]
    return f"greatest({', '.join(events)})" if events else ""


def _undated_counts(dataset: Dataset, upload: Upload) -> bool:
    """Whether a row without a time may be newer than others: it is not said when it was updated.

    Where events tell, a row without one is the older.
    """
    return dataset.newest_by in upload.columns and dataset.newest_by not in dataset.moment


def _compare_with_stored(cursor: Cursor, dataset: Dataset, upload: Upload) -> None:
    """Fill `changes`: for each record its stored row, if any, and what becomes of it.

    Where it is written, also the `days` of both rows, whose months are to be summed again.
    """
    mask = dataset.mask(upload.columns)
    same = [f"t.{name} is not distinct from i.{name}" for name in upload.columns]
    same += ["t.source = $source", f"(t.mapped & {mask}) = {mask}"]
    same.append(
        "(coalesce(t.notes, i.notes) is null or"
        f" {_notes_together(upload)} is not distinct from t.notes)"
    )
    now, before = (_version(dataset, upload, alias) for alias in ("i.", "t."))
    if now and not _undated_counts(dataset, upload):
        now = f"coalesce({now}, timestamp '-infinity')"
    older = f"when {before} > {now} then 'superseded'" if now else ""
    steady = [name for name in dataset.steady if name in upload.columns]
    moved = [f"case when {_moved(name)} then epoch(i.{name} - t.{name}) end" for name in steady]
    days = _as_list([*_days_of_file(dataset, upload), *_days_of_stored(dataset)])
    cursor.execute(
        f"create or replace temp table changes as select i.record, {place('t.')} as stored_row,"
        f" case when {place('t.')} is null then 'inserted' {older}"
        f" when {' and '.join(same)} then 'unchanged' else 'updated' end as fate,"
        f" coalesce({', '.join((*moved, 'null'))})::bigint as moved_by,"
        f" case when fate in {WRITTEN} then {days} end as days"
        " from (select * from incoming anti join repeated using (record)) as i"
        f" left join {table(dataset.kind)} as t on {_same_key(dataset, upload)}",
        {"source": upload.source},
    )


def _moved(name: str) -> str:
    """Return the SQL of whether a time is another one; spreadsheets cut off its seconds."""
    cut = f"date_trunc('minute', i.{name}) = date_trunc('minute', t.{name})"
    return f"t.{name} <> i.{name} and not ({cut} and second(least(i.{name}, t.{name})) = 0)"


def _refuse_foreign_ids(cursor: Cursor, dataset: Dataset, upload: Upload) -> None:
    known, other, by, alike = cursor.execute(
        "select count(*), count(moved_by), mode(moved_by),"
        " count(*) filter (where moved_by = (select mode(moved_by) from changes))"
        " from changes where stored_row is not null"
    ).fetchall()[0]
    if other <= FOREIGN_IDS * known:
        return
    times = [name for name in dataset.events if name in upload.columns]
    text = _(
        "{other} of the {known} ids that are already in source “{source}” come back with "
        "another {column}: these ids belong to other rows. Give another source{flag}."
    )
    if alike > max(1, ALIKE * other) and by % QUARTER == 0 and abs(by) <= FURTHEST_ZONE:
        text = _(
            "{other} of the {known} ids that are already in source “{source}” come back with "
            "another {column}, nearly all moved by {time}. If they are the same rows, their times "
            "are of another zone than before: say which{dates}. If they are other rows, give "
            "another source{flag}."
        )
    raise RefusedError(
        text.format(
            other=other,
            known=known,
            source=upload.source,
            column=" / ".join(
                voice.name(name, _(dataset.column(name).title)) for name in dataset.steady
            ),
            time=language.duration(abs(by) / 60),
            dates=voice.typed(f"({' '.join(f'--dates {name}=UTC' for name in times)})"),
            flag=voice.typed(_("(--source NAME)")),
        )
    )


def _touched_months(cursor: Cursor, dataset: Dataset) -> tuple[date, ...] | None:
    """Return the months of the written rows, both as they were and as they are."""
    if not _times(dataset):
        return None
    return _months(cursor, "days", "changes")


def months_of(
    cursor: Cursor, dataset: Dataset, stored: str, about: dict[str, object]
) -> tuple[date, ...] | None:
    """Return the months of all times of stored rows, which are called `t`; None without times."""
    days = _days_of_stored(dataset)
    return _months(cursor, _as_list(days), stored, about) if days else None


def _months(
    cursor: Cursor, days: str, rows: str, about: dict[str, object] | None = None
) -> tuple[date, ...]:
    """Return the months of the days in the rows; `days` is the SQL of a list of those of one."""
    found = cursor.execute(
        "select distinct date_trunc('month', day)::date"
        f" from (select unnest({days}) as day from {rows}) where day is not null",
        about or {},
    ).fetchall()
    return tuple(month for (month,) in found)


def _times(dataset: Dataset) -> list[str]:
    return [c.name for c in dataset.stored if c.kind in ("time", "month")]


def _days_of_file(dataset: Dataset, upload: Upload) -> list[str]:
    return [f"i.{name}::date" for name in _times(dataset) if name in upload.columns]


def _days_of_stored(dataset: Dataset) -> list[str]:
    return [f"t.{name}::date" for name in _times(dataset)]


def _as_list(days: Sequence[str]) -> str:
    return f"[{', '.join(days)}]::date[]"


# Rows without ids: a period of the same export is replaced


def _replace(cursor: Cursor, dataset: Dataset, upload: Upload, accepted: bool) -> Applied:
    stored_moment = ", ".join(dataset.moment)
    first, last, rows = _span(cursor, dataset, upload)
    twins = [] if accepted and not upload.replace else _twins_confirmed(cursor, dataset, upload)
    going = (
        f"from {table(dataset.kind)} where source = $source"
        f" and coalesce({stored_moment}) between $first and $last and (upload_id in ("
        " select upload_id from uploads where header_hash = $header_hash and source = $source"
        " and status = 'published') or list_contains($twins, upload_id))"
    )
    parameters = {
        "source": upload.source,
        "first": first,
        "last": last,
        "header_hash": upload.header_hash,
        "twins": twins,
    }
    removed = _count(cursor, f"select count(*) {going}", parameters)
    if removed > rows and not (upload.replace or accepted):
        raise ConfirmationNeededError(
            _(
                "These {rows} rows without ids would replace {removed} rows from {first} to "
                "{last}: fewer come than go. If that is right, confirm it{flag}."
            ).format(
                rows=language.number(rows),
                removed=language.number(removed),
                first=language.moment(first) if voice.on_page() else first,
                last=language.moment(last) if voice.on_page() else last,
                flag=voice.typed("(--replace)"),
            )
        )
    if not (upload.replace or accepted):
        _refuse_unnamed(cursor, dataset, upload, going, parameters)
    cursor.execute(f"delete {going}", parameters)
    names, cells = _select(dataset, upload)
    cursor.execute(
        f"insert into {table(dataset.kind)} ({names}) select {cells} from incoming as i",
        _about(upload),
    )
    return Applied(inserted=rows, removed=removed)


def _refuse_unnamed(
    cursor: Cursor, dataset: Dataset, upload: Upload, going: str, parameters: dict[str, object]
) -> None:
    """Ask before rows go of a brand, team or the like that the new file does not name at all."""
    for name in (each.name for each in EVERY if each.guarded and each.name in upload.columns):
        gone = cursor.execute(
            f"select {name}, count(*) {going} and {name} is not null and {name} not in"
            f" (select {name} from incoming where {name} is not null) group by 1 order by 1",
            parameters,
        ).fetchall()
        if gone:
            raise ConfirmationNeededError(
                _(
                    "These rows without ids would replace {rows} rows of {column} {values}, of "
                    "which this file has none. If it is another mailbox, give it another source"
                    "{source}; if those rows shall go, confirm it{flag}."
                ).format(
                    source=voice.typed(_("(--source NAME)")),
                    flag=voice.typed("(--replace)"),
                    rows=language.number(sum(count for _value, count in gone)),
                    column=_(dataset.column(name).title),
                    values=", ".join(str(value) for value, _count in gone[:MOST_NAMES]),
                )
            )
