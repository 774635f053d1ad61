"""What was promised: kept or not, by month, the weak link, and a KPI's trend against it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.measures import reach
from service_quality.measures.compose import PERIODS
from service_quality.measures.promises import kept as promises
from service_quality.measures.questions.base import ALL, check_name
from service_quality.measures.questions.figures import Figures
from service_quality.measures.trends import Trend, trend_of
from service_quality.warehouse.engine import Row


class Promises(Figures):
    """What was promised, and what became of it."""

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
            check_name(key, (*PERIODS, *promises.OF_CONTACTS), _("key"))
        named = list(dict.fromkeys(by))
        return promises.weakest_links(self.warehouse, self.settings, named, filters)

    def not_covered(self) -> dict[str, list[Row]]:
        """Return datasets and topics without a promise, and promises that nothing measures."""
        return promises.not_covered(self.warehouse, self.settings)

    def targets(self, kpi_id: str, filters: Filters = ALL) -> list[Row]:
        """Return what was promised of a KPI, as steps of whole months; see `promises`."""
        return promises.targets(self.warehouse.once(promises.register), self.find(kpi_id), filters)

    def trend(
        self,
        kpi_id: str,
        filters: Filters = ALL,
        scale: str | None = None,
        until: date | None = None,
    ) -> Trend:
        """Return a KPI's trend over all complete months: signal or noise, promise against limits.

        The period of the filters is not looked at, so that zooming changes no verdict. `scale` is
        that of a survey KPI, else the one most answered; with `until` months that end later are
        not looked at either, as if they had not been loaded. The target is that of a rate's
        promise, where there is but one: what was promised of single waits or marks is no target of
        a mean.
        """
        kpi = self.find(kpi_id)
        every = Filters(where=filters.where)
        rows = self.kpi(kpi_id, ["month"], every)
        if rows and "scale" in rows[0]:
            chosen = scale or next(iter(self.scales(kpi_id)), None)
            rows = [row for row in rows if row["scale"] == chosen]
        targets = self.targets(kpi_id, every) if kpi.measure == "rate" else []
        end = reach.until(self.spans(kpi_id, every)) or date.min
        return trend_of(
            rows,
            min(end, until or end),
            better=kpi.better,
            target=targets if len({step["promise"] for step in targets}) == 1 else None,
            breaks=[event["day"] for event in self.breaks(kpi_id, every)],
        )
