"""The ranking of the report: the one that the Rankings page opens on, and its largest falls."""

from __future__ import annotations

from datetime import date
from typing import Any

from service_quality.base import language
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import PUBLISHED, Kpi
from service_quality.findings import extent, questions, ranking_rows, rankings, wording
from service_quality.findings.asking import answering, ask
from service_quality.findings.comparisons import written
from service_quality.findings.places import is_it_real
from service_quality.measures.answers import Answers

MOST_FALLS = 12


def ranking(filters: Filters, month: date) -> dict[str, Any] | None:
    """Return who fell, by the first measure that can be ranked; None where nothing can be.

    A year that the month does not end is ranked only where the data end with that month too.
    """
    kpis = questions.rankable().values()
    kpi = next((each for each in kpis if questions.dimensions(each)), None)
    if kpi is None or kpi.id == PUBLISHED:
        return None
    by = questions.dimensions(kpi)[0]
    years = ask(Answers.years, kpi.id)
    whole = month.month == 12 or month >= extent.reaches(kpi)
    year = month.year if whole else month.year - 1
    year = min(year, questions.year_opened(kpi, map(str, years)))
    if year not in years:
        return None
    enough = questions.enough_cases(kpi, by, year)
    only = Filters(where=filters.where)
    found = ask(
        Answers.ranking, kpi.id, year, by, only, min_n=enough, publisher=None, category=None
    )
    both = [row for row in found.rows if row["places_lost"] is not None]
    if len(both) < 2:
        return None
    focus = answering().answers.settings.focus_brand if by == "brand" else None
    label = wording.labels()[by]
    below = (
        is_it_real(found, kpi, focus),
        rankings.ranking_scope(found, label, extent.begun(kpi, only)),
        wording.not_said(kpi),
    )
    falls = ranking_rows.falls(found)
    return {
        "sentence": rankings.ranking(found, kpi, focus),
        "below": " ".join(text for text in below if text),
        "title": ranking_rows.falls_title(found),
        "heads": _heads(kpi, label, year),
        "rows": [_row(kpi, row) for row in falls[:MOST_FALLS]],
    }


def _heads(kpi: Kpi, label: str, year: int) -> list[str]:
    return [
        label,
        _("Rank {before}").format(before=year - 1),
        _("Rank {before}").format(before=year),
        _("Places lost"),
        _("Plausible places"),
        kpi.title,
        _("Score {before}").format(before=year - 1),
        _("n"),
    ]


def _row(kpi: Kpi, row: dict[str, Any]) -> list[str]:
    return [
        row["entity"],
        row["prior_place"],
        row["place"],
        language.number(row["places_lost"]),
        row.get("plausible") or language.NO_VALUE,
        written(kpi, row["score"]),
        written(kpi, row["prior_score"]),
        language.number(row["n"]),
    ]
