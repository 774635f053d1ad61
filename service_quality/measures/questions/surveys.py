"""How surveys were answered, point by point."""

from __future__ import annotations

from collections.abc import Sequence

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.filters import Filters
from service_quality.measures.compose import compose, keys, where
from service_quality.measures.intervals import certain, without_few
from service_quality.measures.questions.base import ALL, Base
from service_quality.warehouse.engine import Row


class Surveys(Base):
    """How many gave which answer."""

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
