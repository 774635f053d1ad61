"""What a promise may name: the KPIs whose rows keep it or break it, and columns of the files."""

from __future__ import annotations

from functools import lru_cache

from service_quality.base.dimensions import DIMENSIONS
from service_quality.definitions import kpis, queries
from service_quality.definitions.datasets import Dataset, all_datasets
from service_quality.definitions.kpis import Kpi

PROMISES = "promises"
TOTALS = "totals_"
# Of these a single row says whether it was kept: by itself, within hours, or against a bound.
PER_ROW = ("rate", "duration", "mean", "nps")
RULES = {"yes_no": "rate", "time": "duration", "integer": "mean", "number": "mean"}


def contact_kinds() -> dict[str, Dataset]:
    """Return the datasets whose rows are contacts, by kind: those that store a contact id."""
    return {
        kind: d
        for kind, d in all_datasets().items()
        if "contact_id" in d.by_name and d.column("contact_id").stored
    }


def measurable() -> dict[str, Kpi]:
    """Return all that a promise may name, by name: KPIs, then rules such as `deliveries_correct`.

    A rule is written `deliveries.correct` or the way it is folded, `deliveries_correct`: kept
    is yes of a yes/no column, a time within the hours, a number within the bound.
    """
    rules = {}
    for of in contact_kinds().values():
        own = {*DIMENSIONS, *of.moment, *of.key, of.newest_by}
        for column in of.stored:
            counts = column.kind in RULES and (column.kind != "time" or column.event)
            if counts and column.name not in own:
                rules[f"{of.kind}_{column.name}"] = _rule(
                    of.kind, of.moment, column.name, column.title, RULES[column.kind]
                )
    return rules | measurable_kpis()


def measurable_kpis() -> dict[str, Kpi]:
    """Return the KPIs that a promise may name, by id."""
    kinds = contact_kinds()
    found = kpis.catalogue().values()
    return {k.id: k for k in found if k.dataset in kinds and k.measure in PER_ROW}


@lru_cache(maxsize=500)
def _rule(kind: str, moment: tuple[str, ...], column: str, title: str, measure: str) -> Kpi:
    """Return a column as a KPI, whose select says of each row what the column says."""
    at = f"coalesce({', '.join(moment)})"
    needs = column
    value = f"{column} as value"
    if measure == "duration":
        at = moment[0]
        needs = f"{at}, {column}"
        value = f"{column} is not null as answered, $minutes_until({at}, {column}) as minutes"
    header = {
        "title": title,
        "dataset": kind,
        "needs": needs,
        "measure": measure,
        "unit": "minutes" if measure == "duration" else "share",
        "better": "lower" if measure == "duration" else "higher",
    }
    lines = "".join(f"-- {key}: {value}\n" for key, value in header.items())
    select = f"select {at} as at, source, {', '.join(DIMENSIONS)}, {value} from {kind}"
    return kpis.from_query(queries.parse(f"rules/{kind}_{column}", f"{lines}{select}"))
