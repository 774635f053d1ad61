"""Ranks as a publisher did: the published places, recomputed only where there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from service_quality.base import language
from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.measures.events import changes_of_method
from service_quality.measures.intervals import UNKNOWN
from service_quality.measures.rankings.ours import NOTHING, Ranking, row_of, why_not, year_periods
from service_quality.methods.ranks import (
    Place,
    compare,
    competition_ranks,
    is_whole,
    least_lost,
    percentile,
)
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row


def rank_published(
    warehouse: Warehouse,
    kpi: Kpi,
    year: int,
    by: str,
    filters: Filters,
    publisher: str | None,
    category: str | None,
) -> Ranking:
    """Rank as published; UsageError where more than one publisher or category could be meant."""
    publisher, category = _which(warehouse, publisher, category, filters)
    published = [
        row
        for row in warehouse.report(
            "published_ranking", publisher=publisher, category=category, year=year
        )
        if row[by] is not None
    ]
    every, now = _of_year(published, by, year, Filters()), _of_year(published, by, year, filters)
    prior = _of_year(published, by, year - 1, filters)
    methods = [{r["method"] for r in part.values() if r["method"]} for part in (now, prior)]
    comparable = not all(methods) or methods[0] == methods[1]
    whole, before = year_periods(year, None)
    changes, apart = changes_of_method(warehouse, kpi, filters, by, before[0], whole[1])
    size = _field_size(every, _places(every, kpi))
    rows = _rows(kpi, now, prior, apart, comparable=comparable and not changes)
    return Ranking(
        kpi.id,
        year,
        by,
        size,
        whole,
        before,
        _with_percentiles(rows, _places(now, kpi), size),
        sorted(set(now) - set(prior)) if prior else [],
        sorted(set(prior) - set(now)) if now else [],
        comparable=comparable and not changes,
        reason=why_not(changes) or (None if comparable else _other_method(methods)),
    )


def _of_year(published: Sequence[Row], by: str, year: int, filters: Filters) -> dict[str, Row]:
    """Return a year's rows by what is ranked, those that the filters leave."""
    return {
        row[by]: row
        for row in published
        if row["year"] == year
        and all(row[name] in chosen for name, chosen in filters.where if name in DIMENSIONS)
    }


def _rows(
    kpi: Kpi,
    now: dict[str, Row],
    prior: dict[str, Row],
    apart: Collection[str],
    *,
    comparable: bool,
) -> list[Row]:
    """Return the rows of a ranking, best first, a band behind who is known to be at its first."""
    places, before = _places(now, kpi), _places(prior, kpi)
    found = []
    for placed in compare(
        {e: float(place.first) for e, place in places.items()},
        {e: float(place.first) for e, place in before.items()},
        best_high=False,
        comparable=comparable,
        apart=apart,
    ):
        e = placed.entity
        was = (prior[e]["score"], None) if e in prior else NOTHING
        ranks = {"rank": places[e].first, "rank_band": places[e].band}
        ranks |= {"prior_rank": None, "prior_rank_band": None}
        if e in before:
            ranks |= {"prior_rank": before[e].first, "prior_rank_band": before[e].band}
        if placed.places_lost is not None and (places[e].band or before[e].band):
            # Nobody's place within a band is known, so there is none among those of both years.
            ranks |= {"rank_common": None, "prior_rank_common": None}
            ranks["places_lost"] = least_lost(places[e], before[e])
        flags = {"indicative": False, "suppressed": False}
        found.append(row_of(placed, (now[e]["score"], None), was) | ranks | flags | UNKNOWN)
    return sorted(found, key=lambda r: (r["rank"], r["rank_band"] is not None, r["entity"]))


def _places(rows: Mapping[str, Row], kpi: Kpi) -> dict[str, Place]:
    """Return the published places, or where one is absent the one that the score gives."""
    scores = {e: row["score"] for e, row in rows.items()}
    shown = {e: None if s is None else round(s, kpi.score_digits) for e, s in scores.items()}
    by_score = competition_ranks(shown, best_high=kpi.better == "higher")

    def place(entity: str, row: Row) -> Place:
        if row["rank_band"]:
            return Place(row["rank"], row["rank_last"], row["rank_band"])
        rank = row["rank"] or by_score[entity]
        return Place(rank, rank)

    return {entity: place(entity, row) for entity, row in rows.items()}


def _field_size(rows: Mapping[str, Row], places: Mapping[str, Place]) -> int | None:
    """Return among how many a year was ranked: as published, or all where none is missing."""
    sizes = [row["field_size"] for row in rows.values() if row["field_size"]]
    furthest = max((place.last or place.first for place in places.values()), default=0)
    if sizes:
        size = max(len(rows), *sizes)
        return size if furthest <= size else None
    return len(rows) if is_whole({e: place.first for e, place in places.items()}) else None


def _with_percentiles(rows: list[Row], places: Mapping[str, Place], size: int | None) -> list[Row]:
    """Return rows with their percentile; None where nobody knows among how many they are."""
    shared = Counter(place for place in places.values())

    def of(place: Place) -> float | None:
        if size is None:
            return None
        last = place.first + shared[place] - 1
        if place.band:
            last = size if place.last is None else place.last
        return percentile((place.first + min(last, size)) / 2, size)

    return [{**row, "percentile": of(places[row["entity"]])} for row in rows]


def _other_method(methods: list[set[str]]) -> str:
    now, before = (" / ".join(sorted(names)) for names in methods)
    return f"{before} → {now}"


def _which(
    warehouse: Warehouse, publisher: str | None, category: str | None, filters: Filters
) -> tuple[str, str | None]:
    """Return the publisher and category that are meant."""
    known = [(row["publisher"], row["category"]) for row in warehouse.report("publishers")]
    chosen = dict(filters.where)
    publishers = [publisher] if publisher else [p for p in chosen.get("publisher", ()) if p]
    categories = [category] if category else list(chosen.get("category", ()))
    meant = [
        (p, c)
        for p, c in known
        if (not publishers or p in publishers) and (not categories or c in categories)
    ]
    if len(meant) > 1 or (known and not meant):
        raise UsageError(
            _(
                "Which published ranking? Name one by --publisher and --where category=: {known}"
            ).format(known=language.side_by_side(f"{p} / {c}" if c else p for p, c in known))
        )
    return meant[0] if meant else ("", None)
