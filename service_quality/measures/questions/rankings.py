"""Who stands where: rankings by a KPI, published ones, and funnels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service_quality.base.dimensions import DIMENSIONS, GROUPS
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import PUBLISHED
from service_quality.measures.questions.base import ALL, Base, check_name
from service_quality.measures.rankings.ours import Ranking, rank_kpi
from service_quality.measures.rankings.published import rank_published
from service_quality.warehouse.engine import Row

if TYPE_CHECKING:
    from service_quality.measures.rankings.funnel import Funnel


class Rankings(Base):
    """Who stands where, and whether that is sure."""

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
        groups = () if kpi.id == PUBLISHED else GROUPS
        check_name(by, (*DIMENSIONS, *groups), _("dimension"))
        with self.warehouse.snapshot() as seen:
            if kpi.id == PUBLISHED:
                return rank_published(seen, kpi, year, by, filters, publisher, category)
            return rank_kpi(
                seen, self.settings, kpi, year, by, filters, min_n, rows=rows, reveal=reveal
            )

    def funnel(self, ranking: Ranking) -> Funnel | None:
        """Return the funnel of a ranking by a rate: points, limits by n; None for other measures.

        It computes from the ranking alone and reads nothing.
        """
        from service_quality.measures.rankings import funnel as funnels

        return funnels.of(self.find(ranking.kpi), ranking.rows, ranking.by)

    def publishers(self) -> list[Row]:
        """Return publisher, category and years of every published ranking."""
        return self.warehouse.report("publishers")
