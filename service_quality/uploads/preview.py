"""What publishing a file would change, month by month, and what looks wrong about it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from service_quality.base import language
from service_quality.base.dimensions import DIMENSIONS, EVERY
from service_quality.base.language import _, ngettext
from service_quality.base.periods import between, last_day
from service_quality.definitions.datasets import Dataset, all_datasets
from service_quality.measures import names
from service_quality.measures.coverage import (
    ENOUGH,
    FEW,
    RECENT_MONTHS,
    USUAL_MONTHS,
    month_of,
    usual_rows,
)
from service_quality.uploads.fold import CHANGED, Upload, is_stored, replaces
from service_quality.warehouse import schema
from service_quality.warehouse.engine import Cursor, Row, rows

SLIP = 8.0  # a median so many times the usual, or such a part of it, looks like another unit
MOST_SPELLINGS = 5
PART = 0.05  # who had fewer of the rows than this may well be missing


@dataclass(frozen=True)
class Before:
    """What a source had before: rows by month, rows by name lately, medians of late.

    `names` has for each dimension its names with their rows, `usual` for each number its
    median; waits are in minutes, under the name of the time that ends them. `values` are those of
    all sources, the most frequent first, of dimensions of which the file has any that are new.
    """

    rows: dict[date, int]
    names: dict[str, dict[str, int]]
    usual: dict[str, float]
    values: dict[str, list[str]] = field(default_factory=dict)


def before(cursor: Cursor, of: Dataset, upload: Upload) -> Before:
    """Look at what is stored of the upload's source, before it is published."""
    stored = _stored(of)
    about = {"source": upload.source}
    counted = _by_month(cursor, of, stored, about)
    dimensions = [name for name in DIMENSIONS if name in upload.columns and not of.register]
    values = {name: _values(cursor, name) for name in dimensions if _new(cursor, name)}
    if not counted or of.register:
        return Before({}, {}, {}, values)
    months = sorted(counted)
    lately = f"{stored} and {month_of(of)} >= $since"
    recent = about | {"since": months[-RECENT_MONTHS:][0]}
    year = about | {"since": months[-USUAL_MONTHS:][0]}
    recent_names = {
        name: dict(
            cursor.execute(
                f"select {name}, count(*) from {lately} and {name} is not null group by 1", recent
            ).fetchall()
        )
        for name in DIMENSIONS
        if name in upload.columns
    }
    return Before(counted, recent_names, _medians(cursor, of, upload, lately, year), values)


@dataclass(frozen=True)
class After:
    """What a source would have: rows by month, and by month what becomes of the file's rows."""

    rows: dict[date, int]
    fates: dict[date, Row]


def after(cursor: Cursor, of: Dataset, upload: Upload) -> After:
    """Count what there would be; a register has no months.

    To be asked after `fold.apply` compared the rows, within its transaction: those with ids are
    not written for it.
    """
    if of.register:
        return After({}, {})
    counted = Counter(_by_month(cursor, of, _stored(of), {"source": upload.source}))
    fates: dict[date, Row] = {}
    for month, fate, count in cursor.execute(_fates(cursor, of, upload)).fetchall():
        fates.setdefault(month, {})[fate] = count
    if not replaces(of, upload.columns):
        counted.update({month: fate.get("inserted", 0) for month, fate in fates.items()})
        if schema.is_temporary(cursor, "changes"):
            counted.update(_moved(cursor, of, upload))
    return After(dict(counted), fates)


def changes(of: Dataset, was: Before, then: After) -> list[Row]:
    """Return by month how many rows are new, updated, unchanged and removed."""
    if of.register:
        return []
    found = []
    for month in sorted(then.fates.keys() | was.rows.keys()):
        fate = then.fates.get(month, {})
        new = fate.get("inserted", 0)
        counts = {
            "new": new,
            "updated": fate.get("updated", 0),
            "unchanged": fate.get("unchanged", 0) + fate.get("superseded", 0),
            "removed": max(0, was.rows.get(month, 0) + new - then.rows.get(month, 0)),
        }
        if any(counts.values()):
            found.append({"month": f"{month:%Y-%m}", **counts, "rows": then.rows.get(month, 0)})
    return found


def warnings(cursor: Cursor, of: Dataset, upload: Upload, was: Before, then: After) -> list[str]:
    """Return a sentence for each thing that looks wrong, the state before compared with after."""
    if of.register or "year" in of.moment:
        return []
    ours = _by_month(cursor, of, "incoming", {}, upload.columns)
    if not ours:
        return []
    return [
        *_few_rows(_whole(cursor, of, upload, ours), was, then.rows),
        *_missing_months(was, then.rows, ours),
        *_vanished(cursor, of, was, ours),
        *_other_units(cursor, of, upload, was),
        *_other_spellings(cursor, was),
    ]


def _stored(of: Dataset) -> str:
    return f"{schema.table(of.kind)} where source = $source"


def _by_month(
    cursor: Cursor,
    of: Dataset,
    relation: str,
    about: Mapping[str, object],
    columns: Sequence[str] | None = None,
) -> dict[date, int]:
    if of.register:
        return {}
    month = month_of(of, columns)
    found = cursor.execute(f"select {month}, count(*) from {relation} group by 1", about).fetchall()
    return {month: count for month, count in found if month is not None}


def _fates(cursor: Cursor, of: Dataset, upload: Upload) -> str:
    """Return the query of how many incoming rows there are by month and what becomes of them."""
    month = month_of(of, upload.columns)
    if replaces(of, upload.columns):
        return f"select {month}, 'inserted', count(*) from incoming group by 1"
    if not schema.is_temporary(cursor, "changes"):
        return (
            f"select {month}, 'inserted', count(*) from incoming anti join repeated using (record)"
            " group by 1"
        )
    return (
        f"select {month}, fate, count(*) from incoming inner join changes using (record)"
        " group by all"
    )


def _moved(cursor: Cursor, of: Dataset, upload: Upload) -> Counter[date]:
    """Return by how many rows each month would have more, or less, as known rows are updated.

    Another time moves a row; of a kind without sources, one can come from another source.
    """
    times = ", ".join(f"{'i' if n in upload.columns else 't'}.{n} as {n}" for n in of.moment)
    here, about = is_stored(cursor, of, upload)
    updated = (
        f"{schema.table(of.kind)} as t inner join {CHANGED} as i on {here} and i.fate = 'updated'"
    )
    new = f"(select {times} from {updated})"
    old = f"(select t.* from {updated} where t.source = $source)"
    moved = Counter(_by_month(cursor, of, new, about))
    moved.subtract(_by_month(cursor, of, old, {"source": upload.source}))
    return moved


def _medians(
    cursor: Cursor,
    of: Dataset,
    upload: Upload,
    relation: str,
    about: Mapping[str, object],
    of_these: Collection[str] | None = None,
) -> dict[str, float]:
    """Return the medians of the numbers and waits, all or these, that have enough values."""
    values = {
        c.name: c.name
        for c in of.stored
        if c.kind in ("number", "integer") and c.name in upload.columns and c.name != "year"
    }
    start = next((name for name in of.moment if name in upload.columns), None)
    if start and "month" not in of.moment:
        for name in of.events:
            if name in upload.columns and name not in of.moment:
                values[name] = f"epoch({name} - {start}) / 60"
    medians = {}
    for name, value in values.items():
        if of_these is not None and name not in of_these:
            continue
        # One by one: a median holds all its values in memory.
        (found,) = rows(
            cursor, f"select count({value}) as n, median({value}) as m from {relation}", about
        )
        if found["n"] >= ENOUGH:
            medians[name] = float(found["m"])
    return medians


def _whole(cursor: Cursor, of: Dataset, upload: Upload, ours: dict[date, int]) -> list[date]:
    """Return the months of the file that it has whole: its last one only to its last day."""
    known = ", ".join(name for name in of.moment if name in upload.columns)
    last = cursor.execute(f"select max(coalesce({known}))::date from incoming").fetchall()[0][0]
    return [month for month in sorted(ours) if "month" in of.moment or last_day(month) <= last]


def _few_rows(whole: Sequence[date], was: Before, after: dict[date, int]) -> Iterator[str]:
    for month in whole:
        usual = usual_rows(was.rows, month)
        if usual is not None and usual >= ENOUGH and after.get(month, 0) < FEW * usual:
            text = _("{month} would have {n} rows; a usual month of this source has {usual}.")
            yield text.format(
                month=language.month(month),
                n=language.number(after.get(month, 0)),
                usual=language.number(usual),
            )


def _missing_months(was: Before, after: dict[date, int], ours: dict[date, int]) -> Iterator[str]:
    known = [m for m in was.rows if m < max(ours)]
    first = min(min(ours), max(known)) if known else min(ours)
    gaps = [m for m in between(first, max(ours)) if not after.get(m)]
    if gaps:
        text = ngettext(
            "There are no rows of {months}.", "There are no rows of {months}.", len(gaps)
        )
        shown = ", ".join(language.month(m) for m in gaps[:3]) + (", …" if len(gaps) > 3 else "")
        yield text.format(months=shown)


def _vanished(cursor: Cursor, of: Dataset, was: Before, ours: dict[date, int]) -> Iterator[str]:
    if sum(ours.values()) < ENOUGH or not was.rows or max(ours) < max(was.rows):
        return
    for name, counts in was.names.items():
        there = {n for (n,) in cursor.execute(f"select distinct {name} from incoming").fetchall()}
        least = max(ENOUGH / 10, PART * sum(counts.values()))
        gone = sorted(n for n, count in counts.items() if n not in there and count >= least)
        if gone:
            text = _("{column}: {names} had rows in the last months, and none in this file.")
            names = ", ".join(gone[:5]) + (", …" if len(gone) > 5 else "")
            yield text.format(column=_(of.column(name).title), names=names)


def _ours(cursor: Cursor, name: str) -> list[str]:
    """Return the values of a dimension in the file, but for known spellings of others."""
    sql = (
        f"select {name} from incoming where {name} is not null"
        f" and {name} not in (select value from spellings where dimension = $name)"
        " group by 1 order by count(*) desc, 1"
    )
    return [value for (value,) in cursor.execute(sql, {"name": name}).fetchall()]


def _new(cursor: Cursor, name: str) -> bool:
    """Return whether the file may have new values: the sums know nearly all, and are small."""
    found = schema.all_sums(cursor).items()
    tables = sorted(table for table, columns in found if name in columns)
    every = " union ".join(f"select {name} from {table}" for table in tables)
    known = {value for (value,) in cursor.execute(every).fetchall()} if tables else set()
    return not known or not known.issuperset(_ours(cursor, name))


def _values(cursor: Cursor, name: str) -> list[str]:
    """Return a dimension's values in all rows, the most frequent first."""
    every = " union all ".join(
        f"select {name} as v from {schema.rows(kind)}"
        for kind, of in all_datasets().items()
        if not of.register
    )
    sql = f"select v from ({every}) where v is not null group by v order by count(*) desc, v"
    return [value for (value,) in cursor.execute(sql).fetchall()]


def _other_spellings(cursor: Cursor, was: Before) -> Iterator[str]:
    """Propose to take new values for known ones that are written almost alike."""
    text = _(
        "{column}: “{value}” is new, and “{like}” differs only in how it is written. If they are"
        " one, say so on Data, under names and groups; until then they count apart."
    )
    for each in (each for each in EVERY if each.name in was.values):
        known = was.values[each.name]
        new = [value for value in _ours(cursor, each.name) if value not in set(known)]
        for value, like in itertools.islice(names.alike(known, new), MOST_SPELLINGS):
            yield text.format(column=_(each.title), value=value, like=like)


def _other_units(cursor: Cursor, of: Dataset, upload: Upload, was: Before) -> Iterator[str]:
    for name, now in _medians(cursor, of, upload, "incoming", {}, was.usual).items():
        usual = was.usual[name]
        if not usual or now <= 0 or usual < 0 or 1 / SLIP < now / usual < SLIP:
            continue
        wait = of.column(name).kind == "time"
        text = _(
            "{column}: the median is {now}, usually {usual}. Is it in another unit than before?"
        )
        if wait:
            text = _("{column}: after {now} in the median, usually after {usual}. Are dates right?")
        written = language.duration if wait else lambda value: language.number(value, 1)
        yield text.format(column=_(of.column(name).title), now=written(now), usual=written(usual))
