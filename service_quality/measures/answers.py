"""Answers what pages and the command line ask: KPIs by keys, rankings, and what there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from service_quality.base import periods
from service_quality.base.errors import UsageError
from service_quality.base.filters import DIMENSIONS, Filters
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.definitions import kpis
from service_quality.definitions.datasets import all_datasets
from service_quality.definitions.datasets.events import METHOD_CHANGE
from service_quality.definitions.kpis import Kpi
from service_quality.measures import events, observed, reach, rollup
from service_quality.measures import not_counted as unapplied
from service_quality.measures import waits as waiting
from service_quality.measures.compose import PERIODS, compose, keys, where
from service_quality.measures.coverage import by_month
from service_quality.measures.intervals import certain, without_few
from service_quality.measures.promises import kept as promises
from service_quality.measures.promises.verdicts import coverage
from service_quality.measures.rankings.ours import Ranking, rank_kpi
from service_quality.measures.rankings.published import rank_published
from service_quality.measures.trends import Trend, trend_of
from service_quality.measures.values import facts_of, values
from service_quality.measures.workdays import working_days
from service_quality.warehouse.connection import Row, Warehouse

if TYPE_CHECKING:
    from service_quality.measures.rankings.funnel import Funnel

KEYS = (*PERIODS, *DIMENSIONS, "source", "question", "promise")
PUBLISHED = "published_score"
ALL = Filters()


class Answers:
    """The questions, over one warehouse with its settings; every answer is plain values."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self.warehouse = warehouse
        self.settings = settings
        self._started = False
        self._reached: tuple[object, dict[object, list[reach.Span]]] = (None, {})
        self._read: dict[Callable[[Warehouse], list[Row]], tuple[object, list[Row]]] = {}

    def kpis(self) -> dict[str, Kpi]:
        """Return every KPI by id: the files, and those that totals name."""
        found = kpis.catalogue()
        for family in [k for k in found.values() if k.family]:
            del found[family.id]
            members = self.warehouse.rows(
                f"select distinct {family.family} as id from {family.dataset} order by 1"
            )
            for member in (row["id"] for row in members):
                better = self.settings.totals_better.get(member)
                found[member] = family.member_of_family(member, better)
        return found

    def find(self, kpi_id: str) -> Kpi:
        """Return a KPI; UsageError names those there are."""
        file = kpis.of_file(kpi_id)
        if file and not file.family:
            return file
        known = self.kpis()
        _known(kpi_id, known, _("KPI"))
        return known[kpi_id]

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
        answered by minutes. Each row has its 95 % interval `low` and `high`, and the flags
        `indicative` and `suppressed`, see `certainty.certain`: the figures of fewer than 10
        answers are None unless `reveal` is set. UsageError for an unknown KPI, key or dimension.
        """
        kpi = self.find(kpi_id)
        for key in by:
            _known(key, KEYS, _("key"))
        named = list(dict.fromkeys(by))
        with self.warehouse.snapshot() as seen:
            found = values(seen, self.settings, kpi, named, filters, rows=rows)
        return certain(kpi, found, reveal=reveal)

    def spans(self, kpi_id: str, filters: Filters = ALL, *, rows: bool = False) -> list[reach.Span]:
        """Return the months that each source's cases of a KPI reach over, see `reach.spans`."""
        version = self.warehouse.openings, self.warehouse.version()
        if self._reached[0] != version:
            self._reached = version, {}
        known, key = self._reached[1], (kpi_id, filters.where, rows)
        if key not in known:
            with self.warehouse.snapshot() as seen:
                kpi = self.find(kpi_id)
                known[key] = reach.spans(seen, self.settings, kpi, filters, rows=rows)
        return known[key]

    def awaited(self, kpi_id: str, filters: Filters = ALL, *, rows: bool = False) -> list[Row]:
        """Return those of a KPI's sources that end before the furthest source of any data.

        Keys: source, dataset and last_complete_month ("2025-12").
        """
        kpi = self.find(kpi_id)
        if kpi.id == PUBLISHED:
            return []
        with self.warehouse.snapshot() as seen:
            return reach.awaited(seen, kpi, self.spans(kpi_id, filters, rows=rows))

    def ranking(
        self,
        kpi_id: str,
        year: int,
        by: str = "brand",
        filters: Filters = ALL,
        min_n: int = 1,
        publisher: str | None = None,
        category: str | None = None,
        *,
        rows: bool = False,
        reveal: bool = False,
    ) -> Ranking:
        """Return a year's ranking against the year before; UsageError where it makes no sense.

        Entities with fewer than 10 answers to a survey are last, without score and place, unless
        `reveal` is set.
        """
        kpi = self.find(kpi_id)
        _known(by, DIMENSIONS, _("dimension"))
        with self.warehouse.snapshot() as seen:
            if kpi.id == PUBLISHED:
                return rank_published(seen, kpi, year, by, filters, publisher, category)
            return rank_kpi(
                seen, self.settings, kpi, year, by, filters, min_n, rows=rows, reveal=reveal
            )

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
        `scale`), `delta`, its 95 % interval `low` and `high`, `p`, `changed` (at 5 %, of all groups
        together by Benjamini & Hochberg), `n`, `prior_n`, and `phi`, by which the months' own
        scatter widened it (None: fewer than 12 months). In the unit of the value; None where it
        cannot be known, and where a figure is hidden. Counts and stocks are no samples.
        """
        kpi = self.find(kpi_id)
        for key in by:
            _known(key, (*DIMENSIONS, "source", "question", "promise"), _("dimension"))
        from service_quality.measures import (
            changes as changed,  # numpy: only who compares waits for it
        )

        earlier = filters.year_before() if before is None else before
        with self.warehouse.snapshot() as seen:
            return changed.changes(
                seen, self.settings, kpi, by, filters, earlier, rows=rows, reveal=reveal
            )

    def funnel(self, ranking: Ranking) -> Funnel | None:
        """Return the funnel of a ranking by a rate: points, limits by n; None for other measures.

        It computes from the ranking alone and reads nothing.
        """
        from service_quality.measures.rankings import funnel as funnels

        return funnels.of(self.find(ranking.kpi), ranking.rows)

    def available(self) -> list[Kpi]:
        """Return the KPIs that have at least one row that applies."""
        known = self.kpis()
        with self.warehouse.cursor() as cursor:
            summed = rollup.all_summed(cursor)
        tables = {rollup.table_of(kpi): kpi for kpi in known.values()}
        counts = [
            f"select {kpi.family or _text(kpi.id)} as id from {table}"
            f" where {'entered' if kpi.measure == 'stock' else 'n'} > 0 group by 1"
            for table, kpi in tables.items()
            if table in summed
        ]
        rows = self.warehouse.rows(" union all ".join(counts)) if counts else []
        found = {row["id"] for row in rows}
        return [kpi for kpi in known.values() if kpi.id in found]

    def years(self, kpi_id: str) -> list[int]:
        """Return the years in which a KPI has data, oldest first; of a ranking, places alone."""
        kpi = self.find(kpi_id)
        if kpi.id == PUBLISHED:
            published = self.warehouse.report("publishers")
            return sorted({year for row in published for year in row["years"]})
        facts, *_shape = facts_of(self.warehouse, self.settings, kpi, rows=False)
        part = "entered + gone" if kpi.measure == "stock" else "n"
        sql, parameters = facts.query(
            f"select year(day) as year from facts group by 1 having sum({part}) > 0 order by 1"
        )
        return [row["year"] for row in self.warehouse.rows(sql, parameters)]

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

    def distribution(
        self,
        kpi_id: str,
        by: Sequence[str] = ("month",),
        filters: Filters = ALL,
        *,
        reveal: bool = False,
    ) -> list[Row]:
        """Return how many answered each point of the scale: the keys, `scale`, `point`, `n`.

        Groups of fewer than 10 answers are left out, as their figures are, unless `reveal` is set.
        """
        kpi = self.find(kpi_id)
        answer = kpi.needs[0][0]
        composed = compose(kpi, self.settings).and_then(
            "answers",
            f"select *, answered_or_invited_at::date as day, {answer}_scale as scale,"
            f" {answer} as point from surveys where {answer} is not null",
        )
        groupings = (*DIMENSIONS, "source", "question", "scale")
        clause, parameters = where(filters, groupings)
        sql, parameters = composed.query(
            f"select {keys(by, groupings)}scale, point, count(*) as n from answers {clause}"
            " group by all order by all",
            **parameters,
        )
        found = self.warehouse.rows(sql, parameters)
        return found if reveal else without_few(found, [*by, "scale"])

    def would_return_by_point(self, filters: Filters = ALL, *, reveal: bool = False) -> list[Row]:
        """Return how many would buy again, by what they answered on satisfaction.

        One row a point: `scale`, `point`, `value` (0–1), `n`, `numerator`, worst point first; with
        interval and flags as `kpi` has them, hidden under 10 answers unless `reveal` is set.
        Scales are never put together; answers without a stated scale are left out.
        """
        composed = compose(self.find("would_return"), self.settings).and_then(
            "answers",
            "select *, answered_or_invited_at::date as day, csat_scale as scale, csat as point,"
            " csat * (2 * csat_best - csat_low - csat_high) as goodness from surveys"
            " where would_return is not null and csat is not null and csat_best is not null",
        )
        clause, parameters = where(filters, (*DIMENSIONS, "source", "question", "scale"))
        sql, parameters = composed.query(
            "select scale, point, avg(would_return::integer) as value, count(*) as n,"
            f" count(*) filter (where would_return) as numerator from answers {clause}"
            " group by scale, point, goodness order by scale, goodness",
            **parameters,
        )
        found = self.warehouse.rows(sql, parameters)
        return certain(self.find("would_return"), found, reveal=reveal)

    def waits(self, kpi_id: str, by: Sequence[str] = (), filters: Filters = ALL) -> list[Row]:
        """Return the share answered within t (Kaplan–Meier), one row a group of dimensions.

        Keys: those of `by`, `n`, `answered`, `indicative`; the curve as `times` in minutes,
        `shares` (0–1), `low`, `high` (95 %, None where nobody waits any more), at most 200 steps;
        `within`, the curve at the usual bounds by minutes (None: nobody was observed so long).
        Waits go on until the end of observation, which is in the data. For durations only.
        """
        for key in by:
            _known(key, (*DIMENSIONS, "source"), _("dimension"))
        with self.warehouse.snapshot() as seen:
            return waiting.curves(seen, self.settings, self._duration(kpi_id), by, filters)

    def waits_by_hour(self, kpi_id: str, filters: Filters = ALL) -> Row:
        """Return when customers write and how long they then wait, in the warehouse's zone.

        `arrivals`: n by `weekday` (1 is Monday) and `hour`; `blocks`: n, `median` in minutes
        (None: not reached) and `indicative` by weekday and the first hour of a block of `hours`,
        as few as give most blocks 30 cases. For durations only.
        """
        with self.warehouse.snapshot() as seen:
            return waiting.by_hour(seen, self.settings, self._duration(kpi_id), filters)

    def acknowledged(self, filters: Filters = ALL) -> Row:
        """Return how many e-mails were acknowledged automatically, which is not a reply.

        Keys: `n` of uploads that say so, `acknowledged`, `nothing_else` of them without a reply
        by a person, and `median` minutes until then (None without any).
        """
        with self.warehouse.snapshot() as seen:
            return waiting.acknowledged(seen, self.settings, self.find("reply_time"), filters)

    def _duration(self, kpi_id: str) -> Kpi:
        kpi = self.find(kpi_id)
        if kpi.measure != "duration":
            raise UsageError(_("{kpi} is no time that customers wait.").format(kpi=kpi.id))
        return kpi

    def not_counted(self, kpi_id: str, filters: Filters = ALL) -> Row:
        """Return how many of the dataset's rows a KPI does not count: young, silent, lacking."""
        return unapplied.not_counted(self.warehouse, self.settings, self.find(kpi_id), filters)

    def events(self, kpi_id: str, filters: Filters = ALL) -> list[Row]:
        """Return the remarks and changes of method that concern a KPI, oldest first.

        Keys: day, month (its first day), text, kind (`note` or `method_change`), kpi, dataset
        and the dimensions; those bound to a brand only where the filters name that brand. Where
        one source follows another, that is a change of method too: its text names both.
        """
        kpi = self.find(kpi_id)
        register = self._once(events.register)
        if kpi.id != PUBLISHED:
            pairs = reach.migrations(self.spans(kpi_id, filters))
            register = [
                *register,
                *(events.followed(kpi, a.source, b.source, b.first) for a, b in pairs),
            ]
        return events.events_of(sorted(register, key=lambda e: e["day"]), kpi, filters)

    def breaks(self, kpi_id: str, filters: Filters = ALL) -> list[Row]:
        """Return the changes of method among `events`: each begins another segment of a line."""
        return [e for e in self.events(kpi_id, filters) if e["kind"] == METHOD_CHANGE]

    def trend(self, kpi_id: str, filters: Filters = ALL, scale: str | None = None) -> Trend:
        """Return a KPI's trend over all complete months: signal or noise, promise against limits.

        The period of the filters is not looked at, so that zooming changes no verdict. `scale` is
        that of a survey KPI, else the one most answered. The target is that of a rate's promise,
        where there is but one: what was promised of single waits or marks is no target of a mean.
        """
        kpi = self.find(kpi_id)
        every = Filters(where=filters.where)
        rows = self.kpi(kpi_id, ["month"], every)
        if rows and "scale" in rows[0]:
            chosen = scale or next(iter(self.scales(kpi_id)), None)
            rows = [row for row in rows if row["scale"] == chosen]
        targets = self.targets(kpi_id, every) if kpi.measure == "rate" else []
        return trend_of(
            rows,
            reach.until(self.spans(kpi_id, every)) or date.min,
            better=kpi.better,
            target=targets if len({step["promise"] for step in targets}) == 1 else None,
            breaks=[event["day"] for event in self.breaks(kpi_id, every)],
        )

    def promises(self, filters: Filters = ALL) -> list[Row]:
        """Return each promise in the customer's words, and how it was kept; see `promises`."""
        return promises.promises(
            self.warehouse, self.kpi("promise_kept", ["promise"], filters), filters
        )

    def promises_by_month(self, filters: Filters = ALL) -> dict[str, Row]:
        """Return each promise's months, with target, signals and events; see `promises.by_month`.

        As in `trend`, all complete months count, whatever the period of the filters.
        """
        every = Filters(where=filters.where)
        kept = self.kpi("promise_kept", ["promise", "month"], every)
        end = reach.until(self.spans("promise_kept", every)) or date.min
        return promises.by_month(self.warehouse, self.find("promise_kept"), kept, every, end)

    def weakest_links(self, by: Sequence[str] = (), filters: Filters = ALL) -> list[Row]:
        """Return each promise's part in the contacts that failed; see `promises`."""
        for key in by:
            _known(key, (*PERIODS, *promises.OF_CONTACTS), _("key"))
        named = list(dict.fromkeys(by))
        return promises.weakest_links(self.warehouse, self.settings, named, filters)

    def not_covered(self) -> dict[str, list[Row]]:
        """Return datasets and topics without a promise, and promises that nothing measures."""
        return promises.not_covered(self.warehouse, self.settings)

    def targets(self, kpi_id: str, filters: Filters = ALL) -> list[Row]:
        """Return what was promised of a KPI, as steps of whole months; see `promises`."""
        return promises.targets(self._once(promises.register), self.find(kpi_id), filters)

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

    def coverage(self) -> list[Row]:
        """Return per dataset that has rows: first and last day, and how far it was observed.

        Keys: dataset, rows, first, last, observed_until, complete_until (the last day of the
        last complete month).
        """
        return self._once(coverage)

    def sources(self) -> list[Row]:
        """Return each source of each dataset, and how far it was observed; see `observed`."""
        return self._once(observed.sources)

    def dimension_values(self, dimension: str) -> list[str | None]:
        """Return a dimension's values over all datasets, the most frequent first."""
        _known(dimension, (*DIMENSIONS, "source"), _("dimension"))
        rows = " union all ".join(f"select {dimension} as v from {k}" for k in _rows_of())
        found = self.warehouse.rows(
            f"select v, count(*) as n from ({rows}) group by v order by n desc, v"
        )
        return [row["v"] for row in found]

    def publishers(self) -> list[Row]:
        """Return publisher, category and years of every published ranking."""
        return self.warehouse.report("publishers")

    def started(self) -> bool:
        """Return whether anything was ever loaded; what was taken back stays listed."""
        self._started = self._started or bool(self.uploads())
        return self._started

    def uploads(self) -> list[Row]:
        """Return every upload, oldest first; `words` and `outcome` are JSON."""
        return self.warehouse.report("uploads")

    def months_loaded(self) -> list[Row]:
        """Return which months of each source are there, see `coverage.by_month`."""
        return by_month(self.warehouse)

    def rejects(self, upload_id: str, limit: int = 1000) -> list[Row]:
        """Return the rows that an upload set aside: record, reasons and mapped cells, as JSON."""
        return self.warehouse.report("rejects", upload_id=upload_id, limit=limit)

    def _once(self, read: Callable[[Warehouse], list[Row]]) -> list[Row]:
        """Return a whole register, read once for each version of the data."""
        version = self.warehouse.openings, self.warehouse.version()
        known = self._read.get(read)
        if known is None or known[0] != version:
            known = version, read(self.warehouse)
            self._read[read] = known
        return known[1]


def _rows_of() -> list[str]:
    return [kind for kind, dataset in all_datasets().items() if not dataset.register]


def _text(kpi_id: str) -> str:
    # A checked id, not a value: a-z, 0-9 and _ only.
    return f"'{kpi_id}'"


def _known(name: str, known: Sequence[str] | dict[str, Kpi], what: str) -> None:
    if name not in known:
        raise UsageError(
            _("There is no {what} {name}; known: {known}.").format(
                what=what, name=name, known=", ".join(known)
            )
        )
