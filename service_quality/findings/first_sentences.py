"""The first sentence of each page that rows of some kind change, as the page itself says it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from service_quality.definitions.kpis import Kpi
from service_quality.findings import promised, questions, replies
from service_quality.findings.views import VIEWS, opening

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
    found = []
    for page, query in _changed(kind, fed):
        opens = opening(page, {name: [value] for name, value in query.items()})
        if opens and opens.sentence:
            found.append(First(f"pages/{page}.py", VIEWS[page].title, opens.sentence, query))
    return found


def _changed(kind: str, fed: Collection[str]) -> Iterator[tuple[str, Query]]:
    every, rankable = questions.kpis(), questions.rankable()
    yield "overview", {}
    if kpi := _first(fed, every, lambda kpi: kpi.id in replies.WAITS):
        yield "replies", {"kpi": kpi.id}
    if kind == "surveys":
        yield "satisfaction", {}
    if kind == "promises" or {kpi.id for kpi in promised.measures()} & {*fed}:
        yield "promises", {}
    if kpi := _first(fed or rankable, rankable, questions.dimensions):
        yield "rankings", {"kpi": kpi.id}


def _first(
    fed: Collection[str], known: dict[str, Kpi], wanted: Callable[[Kpi], object]
) -> Kpi | None:
    return next((known[each] for each in fed if each in known and wanted(known[each])), None)
