"""Why rows are in no figure of a KPI: the one place that counts them, by reason."""

from __future__ import annotations

from collections.abc import Sequence

from service_quality.base.filters import Filters
from service_quality.base.settings import Settings
from service_quality.definitions.kpis import Kpi
from service_quality.definitions.promise_rules import PROMISES
from service_quality.measures import rollup
from service_quality.measures.compose import NEVER, Composed, compose, lacking, where
from service_quality.measures.values import facts_of
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row


def not_counted(warehouse: Warehouse, settings: Settings, kpi: Kpi, filters: Filters) -> Row:
    """Return how many rows of its dataset a KPI does not count, by reason.

    Keys: `young`, whose promised time was not over as their source ended; `silent`, of which the
    KPI says nothing, for the reason that its header gives; `lacking`, whose upload had not all
    the columns that it needs.
    """
    if kpi.measure == "stock":
        return {"young": 0, "silent": 0, "lacking": 0}
    facts, groupings, _parts = facts_of(warehouse, settings, kpi, rows=True)
    now = ever = _without(warehouse, facts, groupings, filters)
    if kpi.dataset != PROMISES and rollup.depends_on_observation(kpi):
        ever = _without(warehouse, compose(kpi, settings, observed=NEVER), groupings, filters)
    (without,) = warehouse.rows(*lacking(kpi, filters))
    return {"young": now - ever, "silent": ever, "lacking": int(without["n"])}


def _without(
    warehouse: Warehouse, facts: Composed, groupings: Sequence[str], filters: Filters
) -> int:
    clause, parameters = where(filters, groupings)
    sql, parameters = facts.query(
        f"select count(*) filter (where n = 0) as n from facts {clause}", **parameters
    )
    return int(warehouse.rows(sql, parameters)[0]["n"])
