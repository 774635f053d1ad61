"""What the charts of the report are drawn from: values, axes and words, ready for the template."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.language import _
from service_quality.findings import (
    axis,
    comparisons,
    extent,
    names,
    questions,
    surveys,
    waiting,
    wording,
)
from service_quality.findings.asking import ask
from service_quality.findings.comparisons import value_of, written
from service_quality.findings.signals import VARIATION, possible
from service_quality.measures.answers import Answers

if TYPE_CHECKING:
    from service_quality.base.filters import Filters
    from service_quality.definitions.kpis import Kpi
    from service_quality.measures.trends import Trend

Row = Mapping[str, Any]
Chart = dict[str, Any]
MOST_ROWS = 7  # of a dimension: what has a place beside a chart of months
LONGEST = 60  # letters of a name in a chart
WAITS = (60, 240, 1440, 2880, 10080, 43200)  # minutes that are named on the axis of waits


def by_month(kpi: Kpi, trend: Trend, shown: Sequence[str]) -> Chart | None:
    """Return one measure by month, with its usual range, its signals and the year before.

    Where the method changed the line is broken, and no year before is drawn that was before.
    """
    values = {month.month: month.value for month in trend.months}
    ways = {month.month: month.segment for month in trend.months}
    now = [values.get(month) for month in shown]
    if not any(value is not None for value in now):
        return None
    years_before = [f"{int(month[:4]) - 1}{month[4:]}" for month in shown]
    before = [
        values.get(old) if ways.get(month, ways.get(old)) == ways.get(old) else None
        for old, month in zip(years_before, shown, strict=True)
    ]
    limits = _limits(kpi, trend, shown)
    steps = _targets(kpi, trend, shown)
    ends = [limit[name] for limit in limits if limit for name in ("lower", "upper")]
    found = axis.of_values(kpi, [*now, *before, *steps, *ends])
    known = [(month, v) for month, v in zip(shown, now, strict=True) if v is not None]
    return {
        "kind": "months",
        "title": _title(kpi, values, shown),
        "alt": _alt(kpi, known),
        "axis": asdict(found) if found else None,
        "months": _named(shown),
        "now": now,
        "pieces": [
            [v if ways.get(month) == way else None for month, v in zip(shown, now, strict=True)]
            for way in sorted({ways[month] for month, _v in known})
        ],
        "before": before,
        "limits": limits,
        "targets": steps,
        "end": written(kpi, known[-1][1]),
        "legend": _legend(kpi, trend, shown, before, steps),
    }


def _title(kpi: Kpi, values: Mapping[str, float | None], shown: Sequence[str]) -> str:
    words = comparisons.ends(kpi, values, shown)
    if "high" not in words:
        return _("{kpi} by month").format(kpi=kpi.title)
    return _("Highest in {high} ({most}), lowest in {low} ({least})").format(**words)


def _alt(kpi: Kpi, known: Sequence[tuple[str, float]]) -> str:
    text = _("{month}: {value}")
    texts = [text.format(month=language.month(m), value=written(kpi, v)) for m, v in known]
    return _("{kpi} by month. {months}").format(kpi=kpi.title, months=language.side_by_side(texts))


def _named(shown: Sequence[str]) -> list[Chart]:
    return [
        {"at": i, "month": language.month_name(shown[i]), "year": shown[i][:4]}
        for i in axis.of_months(shown)
    ]


def _limits(kpi: Kpi, trend: Trend, shown: Sequence[str]) -> list[Chart | None]:
    """Return the usual range of each month, its mean and its verdict, where it was judged."""
    judged = {month.month: month for month in trend.months}
    long_enough = {month.segment for month in trend.months if month.verdict is not None}
    return [
        {
            "lower": possible(kpi, month.lower),
            "upper": possible(kpi, month.upper),
            "mean": possible(kpi, month.mean),
            "segment": month.segment,
            "verdict": month.verdict,
        }
        if (month := judged.get(name)) is not None and month.segment in long_enough
        else None
        for name in shown
    ]


def _targets(kpi: Kpi, trend: Trend, shown: Sequence[str]) -> list[float | None]:
    """Return what was promised in each month; a promise to everyone is one of every case."""
    targets = {month.month: month.target for month in trend.months}
    steps = [targets.get(month) for month in shown]
    if not any(steps) and kpi.promise and kpi.measure == "rate":
        return [1.0] * len(shown)
    return steps


def _legend(
    kpi: Kpi,
    trend: Trend,
    shown: Sequence[str],
    before: Sequence[float | None],
    steps: Sequence[float | None],
) -> list[Chart]:
    judged = [month for month in trend.shown(shown) if month.verdict is not None]
    found = []
    if judged:
        last = judged[-1]
        low, high = (written(kpi, possible(kpi, end)) for end in (last.lower, last.upper))
        usual = _("usual range: {low} to {high}").format(low=low, high=high)
        found.append({"kind": "band", "words": usual})
        mean = _("mean: {value}").format(value=written(kpi, last.mean))
        found.append({"kind": "mean", "words": mean})
    if any(value is not None for value in before):
        found.append({"kind": "before", "words": _("a year before")})
    if target := next((step for step in reversed(steps) if step is not None), None):
        promised = _("promised: {promise}").format(promise=language.rate(target, 0))
        found.append({"kind": "target", "words": promised})
    fired = dict.fromkeys(month.verdict for month in judged if month.verdict != "ordinary")
    found += [{"kind": verdict, "words": _(VARIATION[verdict][1])} for verdict in fired if verdict]
    return found


def by_dimension(kpi: Kpi, filters: Filters) -> Chart | None:
    """Return one measure by the first dimension with enough cases of two values, worst first."""
    if not kpi.can_rank:
        return None
    for name in DIMENSIONS:
        rows = questions.rows_of(kpi, (name,), filters)
        sure = known(kpi, [row for row in rows if not row.get("indicative")])
        if len({row[name] for row in sure} - {None}) >= 2:
            return dots(kpi, sure, name, len(rows))
    return None


def known(kpi: Kpi, rows: Sequence[Row]) -> list[Row]:
    """Return the rows that have something to be drawn: what is hidden has not."""
    return [
        row for row in rows if value_of(kpi, row) is not None or comparisons.not_reached(kpi, row)
    ]


def dots(kpi: Kpi, rows: Sequence[Row], name: str, everything: int, most: int = MOST_ROWS) -> Chart:
    """Return one measure by a dimension, the worst first: of `everything`, those that are given."""
    drawn = [_short(row, name) for row in comparisons.worst_first(kpi, rows)[:most]]
    found = axis.of_values(
        kpi, [v for row in drawn for v in (value_of(kpi, row), row.get("low"), row.get("high"))]
    )
    label = wording.labels()[name]
    title = comparisons.spread(kpi, drawn, name, label)
    lines = [
        {
            "name": row[name],
            "at": value_of(kpi, row),
            "low": row.get("low"),
            "high": row.get("high"),
            "value": comparisons.shown(kpi, row),
            "n": "" if row.get("n") is None else surveys.counted(row["n"]),
        }
        for row in drawn
    ]
    texts = [f"{row['name']}: {row['value']}, {row['n']}" for row in lines]
    text = _("The worst {n} of {all} are drawn.")
    if len(rows) < everything:
        text = _("The worst {n} of {all} are drawn, of those with enough cases.")
    more = text.format(n=language.number(len(drawn)), all=language.number(everything))
    return {
        "kind": "dots",
        "title": title,
        "alt": f"{kpi.title}. {language.side_by_side(texts)}",
        "axis": asdict(found) if found else None,
        "rows": lines,
        "note": more if len(drawn) < everything else "",
    }


def _short(row: Row, name: str) -> Row:
    """Return a row whose name leaves room for its value."""
    words = names.shown(row[name], name)
    return {**row, name: words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"}


def curve(kpi: Kpi, filters: Filters) -> Chart | None:
    """Return the share answered within each time, this year over last, on a scale of ratios."""
    found = ask(Answers.waits, kpi.id, (), filters)
    if not found or not found[0]["n"]:
        return None
    now, before = found[0], extent.year_before(kpi, filters)
    old = next(iter(ask(Answers.waits, kpi.id, (), before)), None) if before else None
    title = waiting.curve(kpi, waiting.gap(now, old))
    known = [(m, share) for m, share in sorted(now["within"].items()) if share is not None]
    text = _("{share} within {time}")
    texts = [text.format(share=language.rate(s), time=language.duration(m)) for m, s in known]
    low, high = math.log(WAITS[0] / 4), math.log(WAITS[-1])

    def places(row: Row) -> list[list[float]]:
        steps = zip(row["times"], row["shares"], strict=True)
        inside = [((math.log(max(t, 1)) - low) / (high - low), s) for t, s in steps]
        return [[max(x, 0.0), s] for x, s in inside if x <= 1]

    ends = [{"kind": "now", "words": extent.period(filters)}]
    if before and old is not None:
        ends.append({"kind": "earlier", "words": extent.period(before)})
    return {
        "kind": "curve",
        "title": title,
        "alt": f"{title}. {language.side_by_side(texts)}",
        "ticks": [
            {"at": (math.log(t) - low) / (high - low), "words": language.duration(t)} for t in WAITS
        ],
        "shares": [{"at": s, "words": language.rate(s, 0)} for s in (0, 0.25, 0.5, 0.75, 1)],
        "now": places(now),
        "before": places(old) if old is not None else [],
        "legend": ends,
    }


def distribution(kpi: Kpi, filters: Filters) -> Chart | None:
    """Return the share of answers at each point of the scale by month, the best at the bottom."""
    shown, scale = extent.months(filters), questions.scale_of(kpi) or ""
    rows = ask(Answers.distribution, kpi.id, by=("month",), filters=filters)
    rows = [row for row in rows if (row.get("scale") or "") == scale]
    groups = comparisons.scale_groups(kpi, scale, [row["point"] for row in rows])
    if not groups:
        return None
    totals, shares = comparisons.shares(rows, shown, groups)
    last = max((i for i, total in enumerate(totals) if total), default=0)
    text = _("Satisfaction, marks {scale}: the best at the bottom")
    title = text.format(scale=surveys.from_to(scale))
    texts = [
        f"{name}: {language.rate(share[last])}"
        for (name, _points), share in zip(groups, shares, strict=True)
    ]
    return {
        "kind": "stack",
        "title": title,
        "alt": f"{title}. {language.month(shown[last])}: {language.side_by_side(texts)}",
        "months": _named(shown),
        "shares": [{"at": s, "words": language.rate(s, 0)} for s in (0, 0.25, 0.5, 0.75, 1)],
        "groups": [
            {"name": name, "shares": share}
            for (name, _p), share in zip(groups, shares, strict=True)
        ],
        "note": surveys.counted(sum(totals)),
    }
