"""Which promises there are and what became of each over a period: the page and the report ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from service_quality.base import periods
from service_quality.base.filters import Filters
from service_quality.definitions import promise_rules
from service_quality.definitions.kpis import Kpi
from service_quality.findings import extent, promises, questions, weakest, wording
from service_quality.findings.asking import ask
from service_quality.findings.promises import Kept
from service_quality.findings.surveys import survey_scope
from service_quality.findings.weakest import WeakLink
from service_quality.measures.answers import Answers

KEPT, PERFECT = "promise_kept", "perfect_contact"


@dataclass(frozen=True)
class Promised:
    """The promises over a period: each one, which broke contacts, and how many were perfect.

    `part` is what of the period is spoken of, `perfect` the row of perfect contacts.
    """

    part: Filters
    found: list[Kept]
    links: list[WeakLink]
    perfect: dict[str, Any] | None

    @property
    def sentence(self) -> str:
        """Which promise is broken most, and how many contacts were perfect."""
        return promises.promises(self.found, self.links, self.perfect)

    @property
    def below(self) -> str:
        """Which period it is, and how many promises are kept; without a period nothing of it."""
        when = survey_scope(extent.during(self.part), "") if period() else ""
        return " ".join(part for part in (when, promises.promises_counted(self.found)) if part)


def measurable() -> dict[str, Kpi]:
    """Return all that a promise may be measured by, totals that a file has too."""
    totals = {
        f"{promise_rules.TOTALS}{kpi.id}": kpi
        for kpi in ask(Answers.kpis).values()
        if kpi.dataset == "totals"
    }
    return promise_rules.measurable() | totals


def measures() -> list[Kpi]:
    """Return what tells whether the promises were kept."""
    known = measurable()
    return [known[row["kpi"]] for row in ask(Answers.promises) if row["kpi"] in known]


def period() -> tuple[date, date] | None:
    """Return the period shown first, None where no file measures any promise."""
    if not any(row["dataset"] == promise_rules.PROMISES for row in ask(Answers.coverage)):
        return None
    return periods.last_months(extent.reaches(ask(Answers.kpis)[KEPT]))


def promised(filters: Filters) -> Promised:
    """Return what became of the promises in a period, of a long one in its last year."""
    part = spoken_of(filters)
    found = each(part)
    words = {kept.promise: kept.words for kept in found}
    links = weakest.weak_links(ask(Answers.weakest_links, (), part), words)
    return Promised(part, found, links, questions.row_of(ask(Answers.kpis)[PERFECT], part))


def spoken_of(filters: Filters) -> Filters:
    """Return the part of a period that is spoken of: what the data reach of its last year."""
    part = extent.headline(filters)
    return extent.within_data(ask(Answers.kpis)[KEPT], part) if period() else part


def each(filters: Filters) -> list[Kept]:
    """Return the verdict on each promise over a period."""
    reasons = {row["promise"]: row["reason"] for row in ask(Answers.not_covered)["promises"]}
    titles = wording.titles(measurable())
    rows = ask(Answers.promises, filters)
    return [promises.kept(row, reasons, wording.labels(), titles) for row in rows]
