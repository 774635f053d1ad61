"""Rows that come a second time under another name, so that they would count twice.

An id tells which stored row an incoming one is, without ids the export's headers tell which period
it replaces. Where a system writes its ids or headers another way, or a file comes as another
source, only the rows themselves tell: those of the time that both cover are the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from service_quality.base.dimensions import DIMENSIONS
from service_quality.definitions.datasets import Column, Dataset
from service_quality.warehouse import schema
from service_quality.warehouse.engine import Cursor, Row, rows

MOST = 0.5  # of the rows of a time that both cover, of either: they are the same ones
FEWEST = 3  # rows that are the same; fewer tell nothing
SAMPLE = 1000  # incoming rows that are looked for


DIMENSION_KEYS = frozenset(DIMENSIONS)


@dataclass(frozen=True)
class Twins:
    """Stored rows of one source that come again: their uploads, and how many rows of the file."""

    source: str
    uploads: tuple[str, ...]
    rows: int


def of_other_headers(
    cursor: Cursor, of: Dataset, source: str, header_hash: str, columns: Collection[str]
) -> Twins | None:
    """Return rows of the same source that an incoming row without an id, or its twin, may be.

    They have other headers, or, where the incoming ones have ids, none.
    """
    others, about = f"t.{of.id_column} is null", {"source": source}
    if of.id_column not in columns:
        others = (
            "t.upload_id not in (select upload_id from uploads where header_hash = $header_hash"
            " and source = $source and status = 'published')"
        )
        about["header_hash"] = header_hash
    kept = [c for c in of.stored if c.name in columns and c.name != of.id_column]
    found = _twins(cursor, of, columns, kept, f"t.source = $source and {others}", about)
    return found[0] if found else None


def of_other_ids(
    cursor: Cursor, of: Dataset, source: str, upload_id: str, columns: Collection[str]
) -> list[Twins]:
    """Return by source the rows of other uploads that those are which are new by their ids.

    Rows without ids are looked for in other sources.

    Only times of day and numbers are compared: names change with the system.
    """
    kept = [c for c in of.stored if c.name in columns and c.kind in ("time", "number", "integer")]
    if of.id_column is None or sum(c.kind == "time" for c in kept) < 2:
        return []
    at = _moment(of, columns, "incoming.")
    these = f"{at} <> date_trunc('day', {at})"
    if schema.is_temporary(cursor, "changes"):
        these += " and record in (select record from changes where fate = 'inserted')"
    if of.id_column not in columns:
        return _twins(cursor, of, columns, kept, "t.source <> $this", {"this": source}, these)
    about = {"upload": upload_id}
    return _twins(cursor, of, columns, kept, "t.upload_id <> $upload", about, these)


def _moment(of: Dataset, columns: Collection[str] | None, alias: str) -> str:
    """Return the SQL of when a row was: `columns` are those there are, None for all."""
    names = [f"{alias}{n}" for n in of.moment if columns is None or n in columns]
    return f"coalesce({', '.join(names)}, null)"


def _twins(
    cursor: Cursor,
    of: Dataset,
    columns: Collection[str],
    kept: Sequence[Column],
    others: str,
    about: Row,
    these: str = "true",
) -> list[Twins]:
    """Return by source the stored `others` that most incoming rows of their time are.

    The rows are the same in all columns that are `kept` and that the others have as well.
    """
    at = _moment(of, columns, "incoming.")
    span = f"select min({at}), max({at}) from incoming where {these}"
    first, last = cursor.execute(span).fetchall()[0]
    if first is None:
        return []
    then = _moment(of, None, "t.")
    about = about | {"first": first, "last": last}
    stored = f"{schema.table(of.kind)} as t where {then} between $first and $last and {others}"
    found = []
    for there in rows(
        cursor,
        f"select t.source, min({then}) as first, max({then}) as last, count(*) as n,"
        f" bit_and(t.mapped) as mapped from {stored} group by 1 order by 1",
        about,
    ):
        both = [c.name for c in kept if _is_mapped(cursor, of, c.name, there["mapped"])]
        if {*both} <= {*of.moment, *(c.name for c in of.columns if c.kind == "text")}:
            continue  # nothing that tells one row from another
        same = " and ".join(f"t.{name} is not distinct from s.{name}" for name in both)
        covered = f"from incoming where {these} and {at} between $low and $high"
        both_cover = {"low": there["first"], "high": there["last"]}
        n = cursor.execute(f"select count(*) {covered}", both_cover).fetchall()[0][0]
        if not MOST <= there["n"] / max(n, 1) <= 1 / MOST:
            continue
        cursor.execute(
            "create or replace temp table sought as select incoming.*"
            f" {covered} and hash(record) % $part = 0",
            both_cover | {"part": -(-n // SAMPLE)},
        )
        names = ", ".join(f"t.{name}" for name in both)
        cursor.execute(
            f"create or replace temp table met as select distinct {names}, t.upload_id"
            f" from (select t.* from {stored} and t.source = $of) as t"
            f" semi join sought as s on {same}",
            about | {"of": there["source"]},
        )
        sought, met = cursor.execute(
            "select (select count(*) from sought), count(*)"
            f" from sought as s semi join met as t on {same}"
        ).fetchall()[0]
        if met >= max(FEWEST, MOST * sought):
            uploads = cursor.execute("select distinct upload_id from met order by 1").fetchall()
            ids = tuple(upload_id for (upload_id,) in uploads)
            found.append(Twins(there["source"], ids, round(n * met / sought)))
    cursor.execute("drop table if exists temp.met")
    cursor.execute("drop table if exists temp.sought")
    return found


def _is_mapped(cursor: Cursor, of: Dataset, name: str, mapped: int) -> bool:
    bit = f"({mapped}::ubigint & {of.mask((name,))}) <> 0"
    return bool(cursor.execute(f"select {bit}").fetchall()[0][0])


def cut_otherwise(of: Dataset, columns: Collection[str]) -> str | None:
    """Return the SQL of stored rows `t` that count what incoming ones count, cut otherwise.

    A month's total stands beside its parts there, and both would be added up. None for kinds whose
    rows have no such keys.
    """
    if of.register or of.id_column or not {*of.key} >= DIMENSION_KEYS:
        return None
    whole = [name for name in of.key if name != "source" and name not in DIMENSION_KEYS]
    whole_same = " and ".join(f"t.{name} = i.{name}" for name in whole)
    same = " and ".join(
        f"t.{name} is not distinct from {f'i.{name}' if name in columns else 'null'}"
        for name in of.key
        if name in DIMENSION_KEYS
    )
    given = of.mask(name for name in DIMENSIONS if name in columns)
    return (
        f"t.source = $source and (t.mapped & {of.mask(DIMENSIONS)}) <> {given}"
        f" and exists (select 1 from incoming as i where {whole_same})"
        f" and not exists (select 1 from incoming as i where {whole_same} and {same})"
    )
