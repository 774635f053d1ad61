"""What Satisfaction speaks of: measures of surveys, and the period that its finding is about."""

from __future__ import annotations

from collections.abc import Mapping

from service_quality.base.filters import Filters
from service_quality.definitions.kpis import Kpi
from service_quality.findings import comparisons, extent, questions, surveys
from service_quality.findings.comparisons import Comparison

SURVEYS = (
    *("csat", "csat_top1", "nps", "ces", "would_return", "recovery_rate", "response_rate"),
    *("below_minimum_rate", "in_tolerance_rate", "above_desired_rate"),
    *("adequacy_gap", "superiority_gap"),
)
SCORECARD = SURVEYS[:7]
GAPS = SURVEYS[-2:]


def part_of(kpis: Mapping[str, Kpi], filters: Filters) -> tuple[Filters, dict[str, Comparison]]:
    """Return the period that the finding is about, and what each KPI is in it.

    It is the last year of the period; where that has no answers, the whole of it.
    """
    for part in (extent.headline(filters), filters):
        parts = {i: extent.within_data(kpi, part) for i, kpi in kpis.items()}
        found = {i: questions.compare(kpi, parts[i]) for i, kpi in kpis.items()}
        found = {kpi_id: c for kpi_id, c in found.items() if c.value is not None or c.n}
        if found:
            break
    return part, found


def finding(part: Filters, known: Mapping[str, Comparison]) -> tuple[str, str]:
    """Return the sentence on a period, and the line below it: when, and how many answered."""
    spoken = comparisons.satisfaction_of(known)
    when = next((comparison.when for comparison in spoken), "")
    scope = surveys.survey_scope(when, questions.answered(part))
    return comparisons.satisfaction(spoken), scope
