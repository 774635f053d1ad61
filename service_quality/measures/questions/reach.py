"""How far the data reach: spans and what is awaited, coverage, events and changes of method."""

from __future__ import annotations

from collections.abc import Sequence

from service_quality.base.filters import Filters
from service_quality.definitions.datasets.events import METHOD_CHANGE
from service_quality.definitions.kpis import PUBLISHED
from service_quality.measures import events, observed, reach
from service_quality.measures.coverage import by_month
from service_quality.measures.promises.verdicts import coverage
from service_quality.measures.questions.base import ALL, Base
from service_quality.warehouse.engine import Row


class Reach(Base):
    """How far the data reach, and what has to be known of their months."""

    def spans(self, kpi_id: str, filters: Filters = ALL, *, rows: bool = False) -> list[reach.Span]:
        """Return the months that each source's cases of a KPI reach over, see `reach.spans`."""
        known, key = self.known(self.warehouse), _spans_of(kpi_id, filters, rows=rows)
        if key not in known:
            with self.warehouse.snapshot() as seen:
                kpi = self.find(kpi_id)
                known[key] = reach.spans(seen, self.settings, kpi, filters, rows=rows)
        found: list[reach.Span] = known[key]
        return found

    def spans_ahead(self, kpi_ids: Sequence[str], filters: Filters) -> None:
        """Count the cases of several KPIs at once: to ask for each one's spans then costs less."""
        with self.warehouse.snapshot() as seen:
            known = self.known(seen)
            of = [self.find(i) for i in kpi_ids if _spans_of(i, filters) not in known]
            for kpi_id, rows in reach.cases(seen, of, filters).items():
                kpi = self.find(kpi_id)
                found = reach.spans(seen, self.settings, kpi, filters, counted=rows)
                known[_spans_of(kpi_id, filters)] = found

    def awaited(self, kpi_id: str, filters: Filters = ALL, *, rows: bool = False) -> list[Row]:
        """Return those of a KPI's sources that end before the furthest source of any data.

        Keys: source, dataset and last_complete_month ("2025-12").
        """
        kpi = self.find(kpi_id)
        if kpi.id == PUBLISHED:
            return []
        with self.warehouse.snapshot() as seen:
            return reach.awaited(seen, kpi, self.spans(kpi_id, filters, rows=rows))

    def coverage(self) -> list[Row]:
        """Return per dataset that has rows: first and last day, and how far it was observed.

        Keys: dataset, rows, first, last, observed_until, complete_until (the last day of the
        last complete month).
        """
        return self.warehouse.once(coverage)

    def sources(self) -> list[Row]:
        """Return each source of each dataset, and how far it was observed; see `observed`."""
        return observed.sources(self.warehouse)

    def months_loaded(self) -> list[Row]:
        """Return which months of each source are there, see `coverage.by_month`."""
        return by_month(self.warehouse)

    def remarks(self) -> list[Row]:
        """Return the whole register of events, oldest first: the keys of `events` but month."""
        return self.warehouse.once(events.register)

    def events(self, kpi_id: str, filters: Filters = ALL) -> list[Row]:
        """Return the remarks and changes of method that concern a KPI, oldest first.

        Keys: day, month (its first day), text, kind (`note` or `method_change`), kpi, dataset
        and the dimensions; those bound to a brand only where the filters name that brand. Where
        one source follows another, that is a change of method too: its text names both.
        """
        kpi = self.find(kpi_id)
        register = self.warehouse.once(events.register)
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


def _spans_of(kpi_id: str, filters: Filters, *, rows: bool = False) -> tuple[object, ...]:
    """Return under what the spans of a KPI are known."""
    return "spans", kpi_id, filters.where, rows
