"""Ranks as a publisher did: the published places, recomputed only where there are none."""

from __future__ import annotations

from service_quality.base.errors import UsageError
from service_quality.base.filters import DIMENSIONS, Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.measures.events import changes_of_method
from service_quality.measures.intervals import UNKNOWN
from service_quality.measures.rankings.ours import NOTHING, Ranking, row_of, why_not, year_periods
from service_quality.methods.ranks import compare, competition_ranks, with_percentiles
from service_quality.warehouse.connection import Row, Warehouse


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
    rows = [
        row
        for row in warehouse.report(
            "published_ranking", publisher=publisher, category=category, year=year
        )
        if row[by] is not None
        and all(row[name] in chosen for name, chosen in filters.where if name in DIMENSIONS)
    ]
    now = {row[by]: row for row in rows if row["year"] == year}
    prior = {row[by]: row for row in rows if row["year"] == year - 1}
    places, prior_places = _published_places(now, kpi), _published_places(prior, kpi)
    methods = [{r["method"] for r in part.values() if r["method"]} for part in (now, prior)]
    comparable = not all(methods) or methods[0] == methods[1]
    whole, before = year_periods(year, None)
    changes, apart = changes_of_method(warehouse, kpi, filters, by, before[0], whole[1])
    found = []
    for placed in compare(
        {e: float(p) for e, p in places.items()},
        {e: float(p) for e, p in prior_places.items()},
        best_high=False,
        comparable=comparable and not changes,
        apart=apart,
    ):
        e = placed.entity
        was = (prior[e]["score"], None) if e in prior else NOTHING
        ranks = {"rank": places[e], "prior_rank": prior_places.get(e)}
        flags = {"indicative": False, "suppressed": False}
        found.append(row_of(placed, (now[e]["score"], None), was) | ranks | flags | UNKNOWN)
    sizes = [row["field_size"] for row in now.values() if row["field_size"]]
    return Ranking(
        kpi.id,
        year,
        by,
        max([len(now), *sizes]),
        whole,
        before,
        with_percentiles(found, max([len(now), *sizes])),
        sorted(set(now) - set(prior)) if prior else [],
        sorted(set(prior) - set(now)) if now else [],
        comparable=comparable and not changes,
        reason=why_not(changes) or (None if comparable else _other_method(methods)),
    )


def _other_method(methods: list[set[str]]) -> str:
    now, before = (" / ".join(sorted(names)) for names in methods)
    return f"{before} → {now}"


def _published_places(rows: dict[str, Row], kpi: Kpi) -> dict[str, int]:
    """Return the published rank, or where it is absent the one that the score gives."""
    by_score = competition_ranks(
        {e: row["score"] for e, row in rows.items()}, best_high=kpi.better == "higher"
    )
    return {e: row["rank"] or by_score[e] for e, row in rows.items()}


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
            ).format(known="; ".join(f"{p} / {c}" if c else p for p, c in known))
        )
    return meant[0] if meant else ("", None)
