"""Ranks brands, teams, channels or topics by a KPI in one year against the year before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters, Own, year_before
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.definitions.kpis import Kpi
from service_quality.measures import reach
from service_quality.measures.events import changes_of_method
from service_quality.measures.intervals import UNKNOWN, certain
from service_quality.measures.promises.verdicts import coverage
from service_quality.measures.values import values
from service_quality.methods.ranks import Placed, compare, with_percentiles
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Row

Period = tuple[date, date]
Scores = dict[str, Row]  # a KPI's rows by entity
ScoreAndN = tuple[float | None, int | None]
NOTHING: ScoreAndN = (None, None)


@dataclass(frozen=True)
class Ranking:
    """One year's ranking: `rows` as the command line prints them, best first.

    `of` is how many were ranked, None where a published ranking shows a part of its field.
    `period` and `prior_period` are the first and last day looked at in each year: the same months
    of both. `entered` and `left` were seen in one of the two years only; both are empty when a
    year has no data at all: a missing year is a gap, not a change.
    """

    kpi: str
    year: int
    by: str
    of: int | None
    period: Period
    prior_period: Period
    rows: list[Row]
    entered: list[str]
    left: list[str]
    comparable: bool = True
    reason: str | None = None
    awaited: Sequence[Row] = ()
    reliability: float | None = None
    n_for_reliable: int | None = None
    phi: float | None = None
    chance_of_some_fall: float | None = None


def year_periods(year: int, until: date | None, seen: date | None = None) -> tuple[Period, Period]:
    """Return the days of a year and of the year before that may be compared.

    An unfinished year ends with its last month that can be judged, `until`, and the year before
    on the same day; without such a month yet, both end on the last day that was `seen`.
    """
    start, end = date(year, 1, 1), date(year, 12, 31)
    if until is not None and until < end:
        end = until if until >= start else min(end, max(start, seen or start))
    return (start, end), (date(year - 1, 1, 1), year_before(end))


def rank_kpi(
    warehouse: Warehouse,
    settings: Settings,
    kpi: Kpi,
    year: int,
    by: str,
    filters: Filters,
    min_n: int,
    *,
    rows: bool,
    reveal: bool = False,
) -> Ranking:
    """Rank by one of our KPIs; UsageError where it is no score, or several scales meet.

    Entities of a survey with too few answers are last, without score and place, unless `reveal`.
    """
    if not kpi.can_rank:
        raise UsageError(
            _("{kpi} cannot be ranked: it is a {measure}, and no end of it is better.").format(
                kpi=kpi.id, measure=kpi.measure
            )
        )

    def scores_of(days: Period, own: Own) -> Scores:
        return _scores(warehouse, settings, kpi, by, filters, days, own, rows)

    found = reach.spans(warehouse, settings, kpi, filters, rows=rows)
    period, before, own, now = _periods(warehouse, kpi, year, found, scores_of)
    prior = scores_of(before, tuple((s, year_before(a), year_before(b)) for s, a, b in own))
    changes = changes_of_method(warehouse, kpi, filters, by, before[0], period[1])
    shown, shown_before = (now, prior) if reveal else (_shown(now), _shown(prior))
    ranking = _ranking(kpi, year, by, (period, before), shown, shown_before, min_n, changes)
    from service_quality.measures import changes as changed
    from service_quality.measures.rankings import certainty  # numpy: only who ranks waits for it

    phi: dict[tuple[str | None, ...], float] = {}
    if max((row["n"] for row in now.values()), default=0) >= changed.MONTHS:
        span = _within(filters, period)
        figures = partial(values, warehouse, settings, kpi, rows=rows)
        phi = changed.overdispersions(kpi, (by,), span, figures)
    scatter = {entity: f for (entity,), f in phi.items() if entity is not None}
    ranked = _enough(shown, min_n), _enough(shown_before, min_n)
    sure_rows, whole = certainty.sure(kpi, ranking.rows, *ranked, scatter)
    return replace(
        ranking,
        rows=_with_hidden(sure_rows, _enough(now, min_n), prior),
        entered=sorted(set(_enough(now, min_n)) - set(prior)) if prior else [],
        left=sorted(set(_enough(prior, min_n)) - set(now)) if now else [],
        awaited=reach.awaited(warehouse, kpi, found),
        **whole,
    )


def _shown(scores: Scores) -> Scores:
    """Return those with enough answers to be told: few would say what single people answered."""
    return {entity: row for entity, row in scores.items() if not row["suppressed"]}


def _with_hidden(rows: list[Row], now: Scores, prior: Scores) -> list[Row]:
    """Return a ranking's rows with those that are not told last: their name and n alone."""
    shown = {row["entity"] for row in rows}
    nowhere = [Placed(entity, None, None, None, None) for entity in sorted(set(now) - shown)]
    flags = {"percentile": None, "indicative": True, "suppressed": True}
    rows = rows + [row_of(p, NOTHING, NOTHING) | flags | UNKNOWN for p in nowhere]

    def cases(entity: str) -> Row:
        return {"n": now[entity]["n"], "prior_n": prior[entity]["n"] if entity in prior else None}

    return [row | cases(row["entity"]) for row in rows]


def _periods(
    warehouse: Warehouse,
    kpi: Kpi,
    year: int,
    found: Sequence[reach.Span],
    scores_of: Callable[[Period, Own], Scores],
) -> tuple[Period, Period, Own, Scores]:
    """Return the days of a year and the year before, those of sources apart, and the scores.

    An entity whose source ends earlier is compared on that source's own months of both years.
    """
    covered = next((r for r in warehouse.once(coverage) if r["dataset"] == kpi.dataset), None)
    seen = covered["observed_until"].date() if covered else None
    period, before = year_periods(year, max((s.judged for s in found), default=None), seen)
    own = reach.own_days(found, *period)
    now = scores_of(period, own)
    if not now and seen is not None and period[1] < seen <= date(year, 12, 31):
        # All of this year's data lie in its running month, as when a survey has one date.
        period = (period[0], seen)
        before, own = (before[0], year_before(period[1])), ()
        now = scores_of(period, own)
    first = covered["first"] if covered else None
    if first is not None and before[0] < first.replace(day=1) <= before[1]:
        # The data begin within the year before: never a whole year against a part of one.
        same = (first.replace(year=year, day=1), period[1])
        if since := scores_of(same, own):
            now, period, before = since, same, (first.replace(day=1), before[1])
    return period, before, own, now


def _scores(
    warehouse: Warehouse,
    settings: Settings,
    kpi: Kpi,
    by: str,
    filters: Filters,
    period: Period,
    own: Own,
    rows: bool,
) -> Scores:
    """Return score and n by entity; rows without the dimension are in no ranking."""
    within = replace(_within(filters, period), own=own)
    found = values(warehouse, settings, kpi, [by], within, rows=rows)
    scales = {row["scale"] for row in found if "scale" in row}
    if len(scales) > 1:
        raise UsageError(
            _("Answers on the scales {scales} cannot be ranked together; name one: {hint}").format(
                scales=", ".join(scale or "–" for scale in sorted(scales, key=str)),
                hint=f"--where scale={min(filter(None, scales))}",
            )
        )
    return {row[by]: row for row in certain(kpi, found, reveal=True) if row[by] is not None}


def _within(filters: Filters, period: Period) -> Filters:
    start = max(filter(None, (filters.start, period[0])))
    end = min(filter(None, (filters.end, period[1])))
    return replace(filters, start=start, end=end)


def _enough(scores: Scores, min_n: int) -> Scores:
    return {entity: row for entity, row in scores.items() if row["n"] >= min_n}


def _ranking(
    kpi: Kpi,
    year: int,
    by: str,
    periods: tuple[Period, Period],
    now: Scores,
    prior: Scores,
    min_n: int,
    changes: tuple[list[Row], dict[str, Row]],
) -> Ranking:
    score = "median" if kpi.measure == "duration" else "value"

    def rounded(scores: Scores) -> dict[str, float | None]:
        return {
            entity: None if row[score] is None else round(row[score], kpi.score_digits)
            for entity, row in _enough(scores, min_n).items()
        }

    def shown(row: Row | None) -> ScoreAndN:
        return NOTHING if row is None else (row[score], row["n"])

    found = [
        row_of(placed, shown(now[placed.entity]), shown(prior.get(placed.entity)))
        | {name: now[placed.entity][name] for name in ("indicative", "suppressed")}
        for placed in compare(
            rounded(now),
            rounded(prior),
            best_high=kpi.better == "higher",
            comparable=not changes[0],
            apart=changes[1],
        )
    ]
    return Ranking(
        kpi.id,
        year,
        by,
        len(found),
        *periods,
        with_percentiles(found),
        [],
        [],
        comparable=not changes[0],
        reason=why_not(changes[0]),
    )


def why_not(changes: list[Row]) -> str | None:
    """Return the days of the changes in the words of the register: no language of ours."""
    return "; ".join(f"{event['day']}: {event['text']}" for event in changes) or None


def row_of(placed: Placed, now: ScoreAndN, prior: ScoreAndN) -> Row:
    """Return an entity's row: its places, and score and n of both years."""
    return {
        "rank": placed.rank,
        "prior_rank": placed.prior_rank,
        "rank_common": placed.rank_common,
        "prior_rank_common": placed.prior_rank_common,
        "places_lost": placed.places_lost,
        "rank_band": None,
        "prior_rank_band": None,
        "entity": placed.entity,
        "score": now[0],
        "prior_score": prior[0],
        "n": now[1],
        "prior_n": prior[1],
    }
