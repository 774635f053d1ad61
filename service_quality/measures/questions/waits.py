"""How long customers wait: curves, hours of the week, acknowledgements."""

from __future__ import annotations

from collections.abc import Sequence

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.measures import waits as waiting
from service_quality.measures.questions.base import ALL, Base, check_name
from service_quality.warehouse.engine import Row


class Waits(Base):
    """How long customers wait."""

    def waits(self, kpi_id: str, by: Sequence[str] = (), filters: Filters = ALL) -> list[Row]:
        """Return the share answered within t (Kaplan–Meier), one row a group of dimensions.

        Keys: those of `by`, `n`, `answered`, `indicative`; the curve as `times` in minutes,
        `shares` (0–1), `low`, `high` (95%, None where nobody waits any more), at most 200 steps;
        `within`, the curve at the usual bounds by minutes (None: nobody was observed so long).
        Waits go on until the end of observation, which is in the data. For durations only.
        """
        for key in by:
            check_name(key, (*DIMENSIONS, "source"), _("dimension"))
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
