"""The first sentence of each page that rows of some kind change, as the page itself says it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from service_quality.base import periods
from service_quality.base.filters import Filters
from service_quality.base.language import N_
from service_quality.definitions.kpis import Kpi
from service_quality.findings import comparisons, overview, promised, questions, rankings, replies
from service_quality.findings.asking import answering, ask
from service_quality.findings.satisfaction import SURVEYS, part_of
from service_quality.measures.answers import Answers

WAITS = ("reply_time", "first_reply_time", "full_resolution_time")
Query = dict[str, str]


@dataclass(frozen=True)
class First:
    """One page: where it is, what it is called and its first sentence; `query` chooses its view."""

    path: str
    title: str
    sentence: str
    query: Query = field(default_factory=dict)


def of_pages(kind: str, fed: Collection[str]) -> list[First]:
    """Return the pages that rows of a kind change, of which the KPIs `fed` are counted."""
    every, rankable = questions.kpis(), questions.rankable()
    found = [
        _overview(every),
        _replies(_first(fed, every, lambda kpi: kpi.id in WAITS)),
        _satisfaction(questions.kpis(*SURVEYS) if kind == "surveys" else {}),
        _promises(kind, fed),
        _rankings(_first(fed or rankable, rankable, questions.dimensions)),
    ]
    return [First(*each) for each in found if each and each[2]]


def _first(
    fed: Collection[str], known: dict[str, Kpi], wanted: Callable[[Kpi], object]
) -> Kpi | None:
    return next((known[each] for each in fed if each in known and wanted(known[each])), None)


Found = tuple[str, str, str, Query] | None


def _overview(kpis: dict[str, Kpi]) -> Found:
    tiles = overview.tiles(kpis)
    found = overview.overview(tiles, Filters(*overview.usual(tiles))) if tiles else None
    return ("pages/overview.py", N_("Overview"), found.sentence, {}) if found else None


def _replies(kpi: Kpi | None) -> Found:
    if kpi is None:
        return None
    chosen = Filters(*periods.year_to(questions.reaches(kpi)))
    row = questions.row_of(kpi, questions.within_data(kpi, chosen))
    sentence = replies.replies(kpi, row) if row and row["n"] else ""
    return ("pages/replies.py", N_("Replies"), sentence, {"kpi": kpi.id})


def _satisfaction(kpis: dict[str, Kpi]) -> Found:
    if not kpis:
        return None
    _part, found = part_of(kpis, Filters(*periods.last_months(questions.reaches(*kpis.values()))))
    shown = any(c.value is not None for c in found.values())
    sentence = comparisons.satisfaction(comparisons.satisfaction_of(found)) if shown else ""
    return ("pages/satisfaction.py", N_("Satisfaction"), sentence, {})


def _promises(kind: str, fed: Collection[str]) -> Found:
    if kind != "promises" and not {kpi.id for kpi in promised.measures()} & {*fed}:
        return None
    measured = promised.period()
    sentence = promised.promised(Filters(*measured or (None, None))).sentence
    return ("pages/promises.py", N_("Promises"), sentence, {})


def _rankings(kpi: Kpi | None) -> Found:
    if kpi is None:
        return None
    year = questions.year_opened(kpi, map(str, ask(Answers.years, kpi.id)))
    by = questions.dimensions(kpi)[0]
    enough = questions.enough_cases(kpi, by, year)
    query = {"kpi": kpi.id}
    of = {}
    if kpi.id == questions.PUBLISHED:
        first = ask(Answers.publishers)[0]
        of = {"publisher": first["publisher"], "category": first["category"]}
    found = ask(Answers.ranking, kpi.id, year, by, Filters(), min_n=enough, **of)
    ours = answering().answers.settings.focus_brand if by == "brand" else None
    sentence = rankings.ranking(found, kpi, ours) if found.rows else ""
    return ("pages/rankings.py", N_("Rankings"), sentence, query)
