"""Monthly totals: one row counts how often a promise was due and how often it was kept."""

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.language import N_
from service_quality.definitions.datasets.base import Column, Dataset, Rule, dimensions

DATASET = Dataset(
    kind="totals",
    title=N_("Monthly totals"),
    order=4,
    columns=(
        Column(
            "month",
            "month",
            N_("Month"),
            (
                *("month", "mois", "monat", "mes", "mese", "maand", "period", "periode", "date"),
                *("quarter", "trimestre", "quartal", "kwartaal", "half year", "semestre"),
                *("halbjahr", "week", "semaine", "woche", "semana", "settimana", "periodo"),
            ),
            needed=True,
        ),
        Column("kpi", "id", N_("KPI"), ("kpi", "indicator", "indicateur"), needed=True),
        Column("due", "integer", N_("Due"), ("due", "total", "du"), needed=True, low=0),
        Column("kept", "integer", N_("Kept"), ("kept", "tenu", "tenus"), needed=True, low=0),
        *dimensions(),
        Column("kpi_name", "id", N_("KPI as written"), reads="read_text", beside="kpi"),
    ),
    key=("source", "kpi", "month", *DIMENSIONS),
    moment=("month",),
    identity=("kpi",),
    rules=(
        Rule(
            "more_kept_than_due",
            "kept",
            ("kept", "due"),
            N_("at most as many kept as were due"),
            lambda col: col("kept") <= col("due"),
        ),
    ),
)
