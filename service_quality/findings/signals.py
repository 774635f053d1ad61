"""Signal or noise, in words: what the control chart says of a measure's last month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import N_, _, ngettext
from service_quality.findings import comparisons, headline
from service_quality.findings.comparisons import written, written_change
from service_quality.findings.verdict import Verdict
from service_quality.measures.trends import ELSEWHERE
from service_quality.methods.judgeable import TOO_SHORT
from service_quality.methods.stairs import Stairs, stairs

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi
    from service_quality.findings.headline import Tile
    from service_quality.measures.trends import Month, Trend

Row = Mapping[str, Any]
# A sign and a word each: nothing is told by colour alone.
VARIATION = {
    "ordinary": ("○", N_("as usual")),
    "improvement": ("◆", N_("better, not chance")),
    "concern": ("◆", N_("worse, not chance")),
    "high": ("◆", N_("higher, not chance")),
    "low": ("◆", N_("lower, not chance")),
}
ASSURANCE = {
    "met": ("✓", N_("target reliably met")),
    "missed": ("✕", N_("target reliably missed")),
    "hit_or_miss": ("≈", N_("target reached in some months only")),
}
RULES = {
    "outside": N_("a month outside the limits"),
    "trend": N_("seven months in a row in one direction"),
    "two_of_three": N_("two of three months near the same limit"),
    "shift": N_("seven months in a row on one side of the mean"),
}
# Why a series gets no verdict: in a word, and what is said of it.
NO_VERDICT = {
    "too_short": N_("too short to judge"),
    "few_values": N_("too few different values to judge"),
    "season": N_("months not judged: it has a season"),
    "carries_over": N_("months not judged: each resembles the one before"),
    ELSEWHERE: N_("its last month lies outside this period"),
}
BECAUSE = {
    "few_values": N_(
        "{kpi}: {value} in {month}; its months have too few different values to tell signal from"
        " noise."
    ),
    "season": N_(
        "{kpi}: {value} in {month}; it has a season, which alone may explain it: not judged."
    ),
    "carries_over": N_(
        "{kpi}: {value} in {month}; each month is much like the one before, which alone may explain"
        " it: not judged."
    ),
}


def signs(trend: Trend) -> list[str]:
    """Return variation and assurance of a trend's last month: a sign and its word each."""
    if trend.last is None or trend.why == ELSEWHERE:
        return []
    if trend.too_few:
        return [_("too few to judge")]
    if trend.variation is None:
        word = NO_VERDICT[trend.why or TOO_SHORT]
        return [_(word)]
    sign, word = VARIATION[trend.variation]
    found = [f"{sign} {_(word)}"]
    if trend.assurance:
        found.append(f"{ASSURANCE[trend.assurance][0]} {_(ASSURANCE[trend.assurance][1])}")
    return found


def rule(name: str) -> str:
    """Return in words which rule of the control chart fired."""
    return _(RULES[name])


def of_month(kpi: Kpi, month: Month) -> str:
    """Return what a month's point says when it is pointed at."""
    text = _("{month}: {value}").format(
        month=language.month(month.month), value=written(kpi, month.value)
    )
    if month.rule is None or month.verdict is None:
        return text
    verdict, rule = _(VARIATION[month.verdict][1]), _(RULES[month.rule])
    return _("{point} – {verdict}: {rule}").format(point=text, verdict=verdict, rule=rule)


def spoken(tile: Tile) -> str:
    """Return the sentence on one measure: its last month, else a year before, else its level.

    Where single months cannot be judged but the year can, it says what Overview says of it.
    """
    found, trend = tile.comparison, tile.trend
    level = comparisons.level([found])
    if trend.too_short and found.change is None:
        return level
    if not tile.judged and tile.chance is not None and not trend.too_few:
        return headline.headline([tile])
    return signal(found.kpi, trend) or headline.headline([tile]) or level


def signal(kpi: Kpi, trend: Trend, name: str = "") -> str:
    """Return the sentence on a trend's last month; empty where there is none to speak of.

    `name` is what it is called, else the KPI's title.
    """
    last = trend.last
    if last is None or last.value is None or trend.why == ELSEWHERE:
        return ""
    words = {
        "kpi": name or kpi.title,
        "month": language.month(last.month),
        "value": written(kpi, last.value),
        "rule": _(RULES[last.rule]) if last.rule else "",
    }
    if last.too_few:
        text = _("{kpi}: {value} in {month}, n = {n}: indicative, too few for a verdict.")
        return text.format(**words, n=language.number(last.n))
    if trend.why in BECAUSE:
        return _(BECAUSE[trend.why]).format(**words)
    if trend.variation is None:
        text = ngettext(
            "{kpi}: {value} in {month}; {n} month is too short to tell signal from noise.",
            "{kpi}: {value} in {month}; {n} months are too short to tell signal from noise.",
            trend.judged_by,
        )
        return text.format(**words, n=language.number(trend.judged_by))
    texts = {
        "improvement": _("{kpi} got better, and not by chance: {rule}, up to {month} ({value})."),
        "concern": _("{kpi} got worse, and not by chance: {rule}, up to {month} ({value})."),
        "high": _("{kpi} is unusually high: {rule}, up to {month} ({value})."),
        "low": _("{kpi} is unusually low: {rule}, up to {month} ({value})."),
        "ordinary": _("{kpi}: {value} in {month}, as usual."),
    }
    return texts[trend.variation].format(**words)


def of_trend(kpi: Kpi, trend: Trend, name: str = "") -> Verdict | None:
    """Return how the last month was judged; None without any month."""
    last = trend.last
    sentence = signal(kpi, trend, name)
    if last is None or not sentence:
        return None
    numbers = [
        (_("months judged by"), language.number(trend.judged_by)),
        (_("the last month"), of_month(kpi, last)),
    ]
    if trend.variation is not None:
        ends = [written(kpi, possible(kpi, end)) for end in (last.lower, last.upper)]
        limits = _("{low} to {high}").format(low=ends[0], high=ends[1])
        numbers += [(_("mean"), written(kpi, last.mean)), (_("limits"), limits)]
    if trend.assurance and last.target is not None:
        numbers.append((_("target"), written(kpi, last.target)))
        numbers.append((_("the target against the limits"), _(ASSURANCE[trend.assurance][1])))
    return Verdict(sentence, "xmr", tuple(numbers))


def stairs_and_lift(kpi: Kpi, trend: Trend) -> str:
    """Return how deep the current fall is, and how long the way back took the last time."""
    if kpi.better == "neither" or trend.too_short or trend.too_few or trend.why == ELSEWHERE:
        return ""
    found = _stairs(kpi, trend)
    months = [month.month for month in trend.months]
    parts = []
    if fall := found.current:
        text = ngettext(
            "At its worst, {n} month after its best ({peak} in {month}), it was {depth} away",
            "At its worst, {n} months after its best ({peak} in {month}), it was {depth} away",
            fall.months_down,
        )
        parts.append(
            text.format(
                depth=_size(kpi, fall.depth),
                peak=written(kpi, fall.peak),
                month=language.month(months[fall.peak_at]),
                n=language.number(fall.months_down),
            )
        )
    if found.last and found.last.months_up is not None:
        text = ngettext(
            "the recovery before that took {n} month",
            "the recovery before that took {n} months",
            found.last.months_up,
        )
        parts.append(text.format(n=language.number(found.last.months_up)))
    if not found.current:
        return _("It stands at its best so far.")
    return _("{parts}.").format(parts=language.side_by_side(parts))


def of_stairs(kpi: Kpi, trend: Trend) -> Verdict | None:
    """Return how the current fall was found; None where there is none to speak of."""
    sentence = stairs_and_lift(kpi, trend)
    if not sentence:
        return None
    found = _stairs(kpi, trend)
    numbers = [(_("months"), language.number(found.length))]
    if fall := found.current:
        numbers += [
            (_("best so far"), written(kpi, fall.peak)),
            (_("lowest since"), written(kpi, fall.lowest)),
            (_("still to regain"), _size(kpi, found.to_regain)),
        ]
    return Verdict(sentence, "stairs_and_lift", tuple(numbers))


def _stairs(kpi: Kpi, trend: Trend) -> Stairs:
    # A best of before a change of method is the best of another measure.
    last = trend.months[-1].segment if trend.months else 0
    values = [m.value if m.segment == last else None for m in trend.months]
    return stairs(values, better=kpi.better)


def _size(kpi: Kpi, size: float) -> str:
    return written_change(kpi, size).lstrip("+")


def possible(kpi: Kpi, value: float | None) -> float | None:
    """Return a limit within what the measure can be: no share over 100%, no wait under 0."""
    low, high = kpi.least_and_most
    return None if value is None else min(max(value, low), high)


def signal_rows(kpi: Kpi, rows: Sequence[Row], trend: Trend) -> list[dict[str, Any]]:
    """Return rows by month with the limits and the verdict of each month that was judged."""
    judged = {month.month: month for month in trend.months if month.verdict}
    found = []
    for row in rows:
        month = judged.get(row["month"])
        verdict = VARIATION[month.verdict][1] if month and month.verdict else ""
        limits = {
            "lower": possible(kpi, month.lower) if month else None,
            "upper": possible(kpi, month.upper) if month else None,
        }
        found.append({**row, **limits, "said": _(verdict) if verdict else None})
    return found


def per_working_day(kpi: Kpi, rows: Sequence[Row]) -> str:
    """Return the title on a count per working day: its busiest month and its quietest."""
    known = [(row["per_working_day"], row["month"]) for row in rows if row["per_working_day"]]
    if len(known) < 2:
        return _("{kpi} per working day").format(kpi=kpi.title)
    (least, low), (most, high) = min(known), max(known)
    if language.number(most, 1) == language.number(least, 1):
        text = _("{kpi} per working day: {value} in each month")
        return text.format(kpi=kpi.title, value=language.number(most, 1))
    text = _("{kpi} per working day: most in {high} ({most}), fewest in {low} ({least})")
    return text.format(
        kpi=kpi.title,
        high=language.month(high),
        low=language.month(low),
        most=language.number(most, 1),
        least=language.number(least, 1),
    )
