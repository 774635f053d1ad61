"""The values of a KPI, by keys, against an earlier period, by working day; and what has any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from service_quality.base import periods
from service_quality.base.dimensions import DIMENSIONS, GROUPS
from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.datasets import all_datasets
from service_quality.definitions.kpis import PUBLISHED, Kpi
from service_quality.measures import extents, names, rollup
from service_quality.measures import not_counted as unapplied
from service_quality.measures.behind import Behind, Point, behind, has_rows
from service_quality.measures.intervals import certain
from service_quality.measures.questions.base import ALL, KEYS, check_name
from service_quality.measures.questions.reach import Reach
from service_quality.measures.several import Asked, several
from service_quality.measures.values import at_ends, facts_of, values, whole_months
from service_quality.measures.workdays import working_days
from service_quality.warehouse import schema
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row

NOBODY = ("",)  # no row has an empty text
MONTHS = ("month",)  # of a stock, its ends tell what there was at any


class Figures(Reach):
    """What a KPI comes to."""

    def kpi(
        self,
        kpi_id: str,
        by: Sequence[str] = (),
        filters: Filters = ALL,
        *,
        rows: bool = False,
        reveal: bool = False,
    ) -> list[Row]:
        """Return a KPI's values, one row a group, sorted by the keys `by`, nulls last.

        `rows` reads the rows themselves instead of the monthly rollup; quantiles, and periods
        that do not start and end with a month, always do. Survey KPIs also have `scale`;
        durations have `median` and `p90` in minutes (None: not reached) and `within`, the share
        answered by minutes. Each row has its 95% interval `low` and `high`, and the flags
        `indicative` and `suppressed`, see `intervals.certain`: the figures of fewer than 10
        answers are None unless `reveal` is set. UsageError for an unknown KPI, key or dimension.
        """
        kpi = self.find(kpi_id)
        for key in by:
            check_name(key, KEYS, _("key"))
        named = tuple(dict.fromkeys(by))
        found = self.known(self.warehouse).get((kpi.id, named, filters, rows))
        if found is None:
            with self.warehouse.snapshot() as seen:
                found = self._values(seen, kpi, named, filters, rows=rows)
        return certain(kpi, found, reveal=reveal)

    def ahead(self, asked: Sequence[tuple[str, tuple[str, ...], Filters]]) -> None:
        """Work out figures in few statements: to ask for them one by one then costs nothing.

        Each as KPI, keys and filters; those that it can say nothing of are asked for as ever.
        """
        with self.warehouse.snapshot() as seen:
            known = self.known(seen)
            new = [
                Asked(self.find(i), by, f) for i, by, f in asked if (i, by, f, False) not in known
            ]
            for each, rows in several(seen, self.settings, new):
                known[each.kpi.id, each.by, each.filters, False] = rows

    def _values(
        self, seen: Warehouse, kpi: Kpi, by: tuple[str, ...], filters: Filters, *, rows: bool
    ) -> list[Row]:
        """Return a KPI's values, worked out once: read them, do not change them."""
        known, key = self.known(seen), (kpi.id, by, filters, rows)
        if key in known:
            found: list[Row] = known[key]
            return found
        every = Filters(where=filters.where)
        of_ends = kpi.measure == "stock" and not rows and whole_months(filters)
        if of_ends and by in ((), MONTHS) and (by, filters) != (MONTHS, every):
            found = at_ends(self._values(seen, kpi, MONTHS, every, rows=False), by, filters)
        else:
            found = values(seen, self.settings, kpi, by, filters, rows=rows)
        known[key] = found
        return found

    def changes(
        self,
        kpi_id: str,
        by: Sequence[str] = (),
        filters: Filters = ALL,
        before: Filters | None = None,
        *,
        rows: bool = False,
        reveal: bool = False,
    ) -> list[Row]:
        """Return how a KPI changed between two periods, one row a group of the period that is now.

        `before` is a year earlier unless given; `by` are dimensions. Keys: those of `by` (and
        `scale`), `delta`, its 95% interval `low` and `high`, `p`, `changed` (at 5%, of all groups
        together by Benjamini & Hochberg), `n`, `prior_n`, and `phi`, by which the months' own
        scatter widened it (None: fewer than 12 months). In the unit of the value; None where it
        cannot be known, and where a figure is hidden. Counts and stocks are no samples.
        """
        kpi = self.find(kpi_id)
        for key in by:
            check_name(key, (*DIMENSIONS, "source", "question", "promise"), _("dimension"))
        from service_quality.measures import (
            changes as changed,  # numpy: only who compares waits for it
        )

        earlier = filters.year_before() if before is None else before
        with self.warehouse.snapshot() as seen:
            figures = partial(self._values, seen, kpi, rows=rows)
            return changed.changes(kpi, tuple(by), filters, earlier, figures, reveal=reveal)

    def apart(
        self, kpi_id: str, by: str, filters: Filters = ALL, scale: str | None = None
    ) -> list[Row]:
        """Return each value of a dimension against all the others together, the worst first.

        Keys: `by`, value, n, others (their value), n_others, `p` of the test of the two, and
        `p_next` of that against the next better value. No rows for measures whose sums do not tell
        the others, and where no end is better.
        """
        from service_quality.measures import apart as standing  # numpy: see `changes`

        kpi = self.find(kpi_id)
        check_name(by, DIMENSIONS, _("dimension"))
        with self.warehouse.snapshot() as seen:
            return standing.apart(seen, self.settings, kpi, by, filters, scale)

    def available(self) -> list[Kpi]:
        """Return the KPIs that have at least one row that applies."""
        known = self.kpis()
        with self.warehouse.cursor() as cursor:
            counted = rollup.counted(cursor, known.values())
        found = {row["id"] for row in self.warehouse.rows(counted)} if counted else set()
        return [kpi for kpi in known.values() if kpi.id in found]

    def years(self, kpi_id: str) -> list[int]:
        """Return the years in which a KPI has data, oldest first; of a ranking, places alone."""
        kpi = self.find(kpi_id)
        if kpi.id == PUBLISHED:
            published = self.warehouse.report("publishers")
            return sorted({year for row in published for year in row["years"]})
        return list(self._extent(kpi).years)

    def scales(self, kpi_id: str) -> list[str]:
        """Return the scales on which a survey KPI was answered, the most frequent first."""
        facts, groupings, _parts = facts_of(
            self.warehouse, self.settings, self.find(kpi_id), rows=False
        )
        if "scale" not in groupings:
            return []
        sql, parameters = facts.query(
            "select scale, sum(n) as n from facts group by 1 having sum(n) > 0 order by 2 desc, 1"
        )
        return [row["scale"] for row in self.warehouse.rows(sql, parameters)]

    def spread(self, kpi_id: str) -> Row:
        """Return how many values a KPI's dimensions have in the rows it counts; 2 is several."""
        return dict(self._extent(self.find(kpi_id)).spread)

    def extents_ahead(self, kpi_ids: Sequence[str]) -> None:
        """Ask for several KPIs' years and spreads at once: to ask for each then costs nothing."""
        with self.warehouse.snapshot() as seen:
            known = self.known(seen)
            of = [self.find(i) for i in kpi_ids if _extent_of(i) not in known]
            for kpi_id, found in extents.extents(seen, of).items():
                known[_extent_of(kpi_id)] = found

    def _extent(self, kpi: Kpi) -> extents.Extent:
        known, key = self.known(self.warehouse), _extent_of(kpi.id)
        if key not in known:
            with self.warehouse.snapshot() as seen:
                known[key] = extents.extent(seen, self.settings, kpi)
        found: extents.Extent = known[key]
        return found

    def dimension_values(self, dimension: str) -> list[str | None]:
        """Return a dimension's values over all datasets, the most frequent first."""
        check_name(dimension, (*DIMENSIONS, "source"), _("dimension"))
        return list(self.warehouse.once(_values_of, dimension))

    def groups(self, dimension: str) -> dict[str, list[str]]:
        """Return the groups of a dimension's values that are there, each with its values."""
        named = [row for row in self.names() if row["dimension"] == dimension]
        known = {row["value"]: row["in_group"] for row in named if row["in_group"]}
        found: dict[str, list[str]] = {}
        for value in self.dimension_values(dimension):
            if value is not None and value in known:
                found.setdefault(known[value], []).append(value)
        return dict(sorted(found.items()))

    def within_groups(self, filters: Filters) -> Filters:
        """Return filters of values that rows have: those of a group stand for it (`team_group`).

        An entity stands for its other spellings.
        """
        spelled = self.spellings()
        chosen = {
            name: tuple(dict.fromkeys(spelled.get((name, value or ""), value) for value in values))
            for name, values in filters.where
        }
        for name, of in GROUPS.items():
            if name not in chosen:
                continue
            wanted, groups = chosen.pop(name), self.groups(of)
            inside = {value: group for group, values in groups.items() for value in values}
            values = [v for v in self.dimension_values(of) if inside.get(v or "") in wanted]
            if of in chosen:
                values = [value for value in values if value in chosen[of]]
            chosen[of] = tuple(values) or NOBODY
        return replace(filters, where=tuple(chosen.items()))

    def alike(self) -> list[tuple[str, str, str]]:
        """Return which values differ only in case, accents or spaces from a more frequent one.

        Each as dimension, value and the one it is like; spellings that are one already are not.
        """
        return [
            (name, value, like)
            for name in DIMENSIONS
            for value, like in names.alike(v for v in self.dimension_values(name) if v is not None)
        ]

    def behind(
        self,
        kpi_id: str,
        filters: Filters = ALL,
        scale: str | None = None,
        most: int | None = None,
    ) -> Behind:
        """Return the rows that a KPI's n counts, see `behind`; UsageError where it has none.

        Without personal columns; `most` limits the rows, and not their number `n`.
        """
        kpi = self.find(kpi_id)
        if not has_rows(kpi):
            raise UsageError(_("{kpi} does not count rows one by one.").format(kpi=kpi.id))
        with self.warehouse.snapshot() as seen:
            return behind(seen, self.settings, Point(kpi, filters, scale, most))

    def not_counted(self, kpi_id: str, filters: Filters = ALL) -> Row:
        """Return how many of the dataset's rows a KPI does not count: young, silent, lacking."""
        return unapplied.not_counted(self.warehouse, self.settings, self.find(kpi_id), filters)

    def volume_per_working_day(
        self, kpi_id: str = "ticket_volume", filters: Filters = ALL
    ) -> list[Row]:
        """Return a count by month with the working days of the settings' country.

        Keys: month, value, working_days and per_working_day (None in a month without any). A
        month that the filters cut, or that was not observed to its end, has only those days.
        """
        kpi = self.find(kpi_id)
        if kpi.measure != "count":
            raise UsageError(_("{kpi} is no count of a month.").format(kpi=kpi.id))
        chosen = filters.values("source")
        ends = [
            row["observed_until"]
            for row in self.sources()
            if row["dataset"] == kpi.dataset and (not chosen or row["source"] in chosen)
        ]
        rows = self.kpi(kpi_id, ["month"], filters)
        if not rows or not ends:
            return []
        first = date.fromisoformat(f"{rows[0]['month']}-01")
        last = periods.last_day(date.fromisoformat(f"{rows[-1]['month']}-01"))
        first = max(first, filters.start or first)
        last = min(last, filters.end or last, max(ends).date())
        days = working_days(first, last, self.settings.country, self.settings.subdivision)
        found = []
        for row in rows:
            n = days.get(date.fromisoformat(f"{row['month']}-01"), 0)
            each = row["value"] / n if n else None
            counts = {"month": row["month"], "value": row["value"], "working_days": n}
            found.append({**counts, "per_working_day": each})
        return found


def _values_of(warehouse: Warehouse, dimension: str) -> list[str | None]:
    rows = " union all ".join(f"select {dimension} as v from {schema.rows(k)}" for k in _rows_of())
    found = warehouse.rows(f"select v, count(*) as n from ({rows}) group by v order by n desc, v")
    return [row["v"] for row in found]


def _rows_of() -> list[str]:
    return [kind for kind, dataset in all_datasets().items() if not dataset.register]


def _extent_of(kpi_id: str) -> tuple[str, str]:
    """Return under what there is of a KPI is known."""
    return "extent", kpi_id
