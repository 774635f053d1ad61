"""Who is weakest on a measure: named where it is proven that they stand apart, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import questions
from service_quality.findings.asking import ask
from service_quality.findings.comparisons import written
from service_quality.findings.names import shown as entity
from service_quality.measures.answers import Answers
from service_quality.measures.intervals import indicative
from service_quality.methods.false_discovery import discoveries

Row = Mapping[str, Any]
SURE = 0.05


@dataclass(frozen=True)
class Who:
    """Who does worse than all the others on a measure: the surest of those of whom it is proven.

    `alone` is whether they are weakest, which needs that the next one is proven to be better.
    """

    kpi: Kpi
    dimension: str
    name: str
    value: float
    others: float
    alone: bool

    @property
    def sentence(self) -> str:
        """Who it is, in a sentence of its own."""
        text = _("{name} is weakest.") if self.alone else _("{name} does worse than the others.")
        return text.format(name=entity(self.name, self.dimension))

    @property
    def figures(self) -> str:
        """The two values that are set against each other."""
        text = _("{name}: {value}, the others {others}")
        value, others = (written(self.kpi, each) for each in (self.value, self.others))
        return text.format(name=entity(self.name, self.dimension), value=value, others=others)


def who(kpi: Kpi, filters: Filters) -> Who | None:
    """Return who does worse than the others in a period; None where of nobody that is proven.

    The values of all dimensions are looked at together (Benjamini & Hochberg); of fewer than 30
    cases nothing is said.
    """
    scale = questions.scale_of(kpi)
    tested = [
        (row["p"], dimension, row)
        for dimension in DIMENSIONS
        for row in ask(Answers.apart, kpi.id, dimension, filters, scale)
        if row["p"] is not None and not indicative(row["n"]) and not indicative(row["n_others"])
    ]
    if not tested:
        return None
    holds = discoveries([p for p, _dimension, _row in tested])
    found = [
        (p, dimension, row)
        for (p, dimension, row), sure in zip(tested, holds, strict=True)
        if sure and row[dimension] is not None and _worse(kpi, row)
    ]
    if not found:
        return None
    _p, dimension, row = min(found, key=lambda each: each[0])
    first = ask(Answers.apart, kpi.id, dimension, filters, scale)[0]
    alone = row is first and row["p_next"] is not None and row["p_next"] < SURE
    return Who(kpi, dimension, row[dimension], row["value"], row["others"], alone)


def _worse(kpi: Kpi, row: Row) -> bool:
    return bool((row["value"] < row["others"]) == (kpi.better == "higher"))
