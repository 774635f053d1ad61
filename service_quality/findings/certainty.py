"""How sure a value is, and a change of it: the verdicts, with the method and what went in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings.comparisons import (
    Comparison,
    trend,
    value_of,
    written,
    written_change,
)
from service_quality.findings.verdict import Verdict

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi

Row = Mapping[str, Any]
INTERVALS = {"rate": "wilson", "nps": "nps", "mean": "mean", "duration": "kaplan_meier"}


def of_value(kpi: Kpi, row: Row) -> Verdict | None:
    """Return how sure the value of a row of `Answers.kpi` is; None where it has no interval."""
    value = value_of(kpi, row)
    if value is None or row.get("low") is None or kpi.measure not in INTERVALS:
        return None
    text = _("{kpi}: {value}, plausibly {low} to {high}.")
    low, high = _ends(kpi, row)
    words = {"kpi": kpi.title, "value": written(kpi, value), "low": low, "high": high}
    sentence = text.format(**words)
    counts = (
        (_("cases"), row.get("n")),
        (_("of them counted"), row.get("numerator")),
        (_("promoters"), row.get("promoters")),
        (_("passives"), row.get("passives")),
        (_("detractors"), row.get("detractors")),
    )
    numbers = [(name, language.number(count)) for name, count in counts if count is not None]
    numbers += [(_("value"), written(kpi, value)), (_("95% interval"), between(kpi, row))]
    return Verdict(sentence, INTERVALS[kpi.measure], tuple(numbers))


def of_change(found: Comparison, period: str, before: str) -> Verdict:
    """Return how a period was set against the year before; both in words."""
    numbers = [
        (period, written(found.kpi, found.value)),
        (before, written(found.kpi, found.before)),
        (_("difference"), written_change(found.kpi, found.change)),
    ]
    if found.n is not None:
        numbers.insert(1, (_("cases"), language.number(found.n)))
    return Verdict(trend(found, period), "year_before", tuple(numbers))


def between(kpi: Kpi, row: Row, low: str = "low", high: str = "high") -> str:
    """Return the two ends of an interval as the KPI is written: `61.2% – 74.0%`."""
    return " – ".join(_ends(kpi, row, low, high))


def _ends(kpi: Kpi, row: Row, low: str = "low", high: str = "high") -> tuple[str, str]:
    wait = kpi.measure == "duration"
    ends = (row.get(low), row.get(high))
    first, last = (reached(end) if wait else written(kpi, end) for end in ends)
    return first, last


def reached(minutes: float | None) -> str:
    """Return a wait as it is written, also one that fewer customers had than it speaks of."""
    return _("not reached") if minutes is None else language.duration(minutes)
