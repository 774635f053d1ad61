"""Values now and a year before: the verdict, and the sentences on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _, ngettext
from service_quality.findings import names
from service_quality.measures.intervals import indicative

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Comparison:
    """A KPI's value in a period and a year before it, in the KPI's own unit.

    `verdict` is better, worse, same, higher, lower (no direction is better), few (under 30 cases
    in either: shown, and no more than indicative), unlike (measured in another way a year before)
    or unknown. `period` is that of the value, in words, `when` the same within a sentence;
    `level` the KPI's sentence on its value alone, in which {value} and {when} are to be filled.
    """

    kpi: Kpi
    value: float | None
    before: float | None
    n: int | None
    verdict: str
    period: str = ""
    when: str = ""
    level: str = ""

    @property
    def change(self) -> float | None:
        """Return the value minus the one of a year before."""
        if self.value is None or self.before is None:
            return None
        return self.value - self.before

    @property
    def weight(self) -> float:
        """Return how striking the change is: points of a rate, else a share of what it was."""
        size = abs(self.change or 0.0)
        if self.kpi.measure in ("rate", "nps"):
            return size if self.kpi.measure == "rate" else size / 100
        return size / abs(self.before) if self.before else size


def value_of(kpi: Kpi, row: Row | None) -> float | None:
    """Return the one number a row shows first: the median of a duration, else the value."""
    if row is None:
        return None
    found = row.get("median") if kpi.measure == "duration" else row.get("value")
    return None if found is None else float(found)


def written(kpi: Kpi, value: float | None) -> str:
    """Return a value as the KPI is written."""
    return language.value(kpi.measure, value, kpi.decimals)


def promised(target: float) -> str:
    """Return the share that was promised, without decimals where it needs none."""
    return language.rate(target, 0 if round(100 * target, 1).is_integer() else 1)


def not_reached(kpi: Kpi, row: Row) -> bool:
    """Return whether customers waited, and not half of them had their answer."""
    return kpi.measure == "duration" and bool(row.get("n")) and value_of(kpi, row) is None


def shown(kpi: Kpi, row: Row) -> str:
    """Return a row's value as the KPI is written; a half that was not reached is said so."""
    return _("not reached") if not_reached(kpi, row) else written(kpi, value_of(kpi, row))


def written_change(kpi: Kpi, value: float | None) -> str:
    """Return a difference of two values as the KPI is written, with its sign."""
    return language.change(kpi.measure, value, kpi.decimals)


def compare(kpi: Kpi, now: Row | None, before: Row | None, period: str = "") -> Comparison:
    """Compare two rows of `Answers.kpi`; equal as written counts as the same."""
    value, old = value_of(kpi, now), value_of(kpi, before)
    n = None if now is None else now.get("n")
    if value is None or old is None:
        verdict = "unknown"
    elif indicative(n) or indicative(None if before is None else before.get("n")):
        verdict = "few"
    elif written(kpi, value) == written(kpi, old):
        verdict = "same"
    elif kpi.better == "neither":
        verdict = "higher" if value > old else "lower"
    else:
        verdict = "better" if (value > old) == (kpi.better == "higher") else "worse"
    return Comparison(kpi, value, old, n, verdict, period)


def level(found: Sequence[Comparison]) -> str:
    """Return how high a measure is, where nothing can be compared.

    One with enough cases comes first, and of these a promise: how often it was kept says most;
    then one that has a sentence of its own.
    """
    known = [c for c in found if c.value is not None]
    if not known:
        return _("There is nothing yet that could be compared.")
    return of_level(
        min(known, key=lambda c: (indicative(c.n), not (c.kpi.promise and c.n), not c.level))
    )


def of_level(found: Comparison) -> str:
    """Return how high a measure is, in its own sentence; few cases are said."""
    words = {"kpi": found.kpi.title, "value": written(found.kpi, found.value)}
    text = found.level or _("{kpi}: {value} {when}.")
    level = text.format(**words, when=found.when).replace(" .", ".")  # of no period
    if not indicative(found.n):
        return level
    few = ngettext(
        "{level} That is {n} case: no more than indicative.",
        "{level} Those are {n} cases: no more than indicative.",
        found.n or 0,
    )
    return few.format(level=level, n=language.number(found.n))


def trend(found: Comparison, period: str) -> str:
    """Return the sentence on one KPI in a period against the same months a year before."""
    kpi = found.kpi
    words = {
        "kpi": kpi.title,
        "value": written(kpi, found.value),
        "before": written(kpi, found.before),
        "period": period,
        "change": written_change(kpi, found.change),
    }
    texts = {
        "better": _("{kpi} got better: {value} in {period}, {before} a year before ({change})."),
        "worse": _("{kpi} got worse: {value} in {period}, {before} a year before ({change})."),
        "same": _("{kpi} stayed the same: {value} in {period}, as a year before."),
        "higher": _("{kpi} rose: {value} in {period}, {before} a year before ({change})."),
        "lower": _("{kpi} fell: {value} in {period}, {before} a year before ({change})."),
        "few": _(
            "{kpi}: {value} in {period}, {before} a year before, on fewer than 30 cases: no more"
            " than indicative."
        ),
    }
    if found.value is None and kpi.measure == "duration" and found.n:
        return _("{kpi} in {period}: not reached, fewer than half were answered.").format(**words)
    alone = _("{kpi}: {value} in {period}.")
    return texts.get(found.verdict, alone).format(**words)


def beside(found: Comparison, period: str, changed: str = "") -> str:
    """Return the line on a period beside the same months a year before, without a verdict.

    `changed` is what changed in how it is measured between the two, which no one may compare.
    """
    kpi = found.kpi
    words = {
        "period": period,
        "value": written(kpi, found.value),
        "before": written(kpi, found.before),
        "change": written_change(kpi, found.change),
    }
    if found.value is None:
        return ""
    if changed:
        text = _(
            "{value} in {period}; not compared with a year before, because the method changed:"
            " {changed}."
        )
        return text.format(**words, changed=changed)
    if found.change is None:
        return _("There is no year before to compare with.")
    text = _("{value} in {period}, {before} in the same months a year before ({change}).")
    return text.format(**words)


def spread(kpi: Kpi, rows: Sequence[Row], dimension: str, label: str) -> str:
    """Return how far apart the values of a dimension (`label`) are; rows sorted worst first."""
    known = [row for row in rows if value_of(kpi, row) is not None or not_reached(kpi, row)]
    if len(known) < 2:
        return label
    worst, best = known[0], known[-1]
    if shown(kpi, worst) == shown(kpi, best):
        return _("{label}: {value} each").format(label=label, value=shown(kpi, best))
    text = _("{label}: from {worst} ({name_worst}) to {best} ({name_best})")
    return text.format(
        label=label,
        worst=shown(kpi, worst),
        best=shown(kpi, best),
        name_worst=names.shown(worst[dimension], dimension),
        name_best=names.shown(best[dimension], dimension),
    )


def worst_first(kpi: Kpi, rows: Sequence[Row]) -> list[Row]:
    """Return rows with the worst value first; no value comes last.

    A wait whose half was not reached is longer than any that was.
    """

    def order(row: Row) -> tuple[bool, float]:
        value = float("inf") if not_reached(kpi, row) else value_of(kpi, row)
        size = 0.0 if value is None else value
        return value is None, size if kpi.better == "higher" else -size

    return sorted(rows, key=order)


def scale_groups(
    kpi: Kpi, scale: str, points: Sequence[float]
) -> list[tuple[str, tuple[float, ...]]]:
    """Return the groups of a scale's points, best first, each with its name.

    The recommendation scale has its three groups; any other scale its points, whose ends are
    named where they were given. `1-5:1` is a scale whose best end is 1.
    """
    upwards = ":" not in scale
    known = sorted(set(points), reverse=upwards)
    if kpi.measure == "nps":
        ends = ((_("promoters"), 8.5, 10.5), (_("passives"), 6.5, 8.5), (_("detractors"), -1, 6.5))
        groups = [(name, tuple(p for p in known if lo < p < hi)) for name, lo, hi in ends]
        return [(name, inside) for name, inside in groups if inside]
    low, _dash, high = scale.partition(":")[0].rpartition("-")
    worst, best = (_("{point}, worst"), _("{point}, best"))
    named = dict(zip((low, high) if upwards else (high, low), (worst, best), strict=True))
    return [
        (named.get(f"{point:g}", "{point}").format(point=language.number(point)), (point,))
        for point in known
    ]


def shares(
    rows: Sequence[Row], shown: Sequence[str], groups: Sequence[tuple[str, tuple[float, ...]]]
) -> tuple[list[int], list[list[float | None]]]:
    """Return how many answered in each month, and of each group of points its share of them.

    `groups` are those of `scale_groups`; `rows` have `month`, `point`, `n`.
    """
    counts = {(row["month"], row["point"]): row["n"] for row in rows}
    sums = [[sum(counts.get((m, p), 0) for p in points) for m in shown] for _name, points in groups]
    totals = [sum(month) for month in zip(*sums, strict=True)]
    return totals, [[n / t if t else None for n, t in zip(g, totals, strict=True)] for g in sums]


def not_counted(kpi: Kpi, found: Row) -> str:
    """Return how many rows a KPI does not count and why; none needs no line.

    `found` is what `Answers.not_counted` says.
    """
    why = {
        "young": _("not old enough yet"),
        "silent": _(kpi.silent) or _("the measure does not apply"),
        "lacking": _("their file lacks a column"),
    }
    text = _("{n} ({why})")
    parts = [
        text.format(n=language.number(found[name]), why=reason)
        for name, reason in why.items()
        if found[name]
    ]
    return _("not counted: {rows}").format(rows=", ".join(parts)) if parts else ""


def extremes(kpi: Kpi, rows: Sequence[Row], shown: Sequence[str]) -> str:
    """Return the title of a chart by month: its best and its worst month."""
    title = kpi.title
    words = ends(kpi, {row["month"]: value_of(kpi, row) for row in rows}, shown)
    if not words:
        return _("{kpi} by month").format(kpi=title)
    if "value" in words:
        return _("{kpi}: {value} in each month").format(kpi=title, **words)
    text = _("{kpi}: highest in {high} ({most}), lowest in {low} ({least})")
    return text.format(kpi=title, **words)


def ends(kpi: Kpi, values: Mapping[str, float | None], shown: Sequence[str]) -> dict[str, str]:
    """Return the highest and the lowest month in words, or the one value of all; else nothing."""
    known = [(v, month) for month in shown if (v := values.get(month)) is not None]
    if len(known) < 2:
        return {}
    low, high = min(known), max(known)
    least, most = written(kpi, low[0]), written(kpi, high[0])
    if least == most:
        return {"value": least}
    months = {"high": language.month(high[1]), "low": language.month(low[1])}
    return {**months, "most": most, "least": least}


def satisfaction_of(found: Mapping[str, Comparison]) -> list[Comparison]:
    """Return what the sentence on satisfaction is about: both boxes over one period, else one."""
    both = [found[name] for name in ("csat", "csat_top1") if name in found]
    known = [c for c in both if c.value is not None]
    if len(known) == 2 and known[0].period == known[1].period:
        return known
    top1_first = [*known[::-1], *(c for c in found.values() if c.value is not None)]
    return top1_first[:1]


def satisfaction(spoken: Sequence[Comparison]) -> str:
    """Return the satisfied beside the very satisfied: merely satisfied is not loyal.

    `spoken` is what `satisfaction_of` returns.
    """
    if not spoken:
        return _("No survey answer is on a scale that this page can read.")
    first = spoken[0]
    if len(spoken) == 1 or first.value is None or spoken[1].value is None:
        return of_level(first)
    # Of what is shown: two parts that do not add up to their sum would be taken for a mistake.
    merely = round(first.value, 3) - round(spoken[1].value, 3)
    text = _("{top2} are satisfied: {top1} very satisfied, {gap} no more than satisfied.")
    if indicative(first.n):
        text = _(
            "{top2} are satisfied, {top1} very satisfied, on {n} answers: no more than indicative."
        )
    return text.format(
        top2=written(first.kpi, first.value),
        top1=written(spoken[1].kpi, spoken[1].value),
        gap=language.rate(merely),
        n=language.number(first.n),
    )


def gap(rates: Sequence[tuple[Kpi, Sequence[Row]]], shown: Sequence[str]) -> str:
    """Return the title on two rates by month: what became of the distance between them."""
    if len(rates) < 2:
        return extremes(*rates[0], shown)
    maps = [{row["month"]: value_of(kpi, row) for row in rows} for kpi, rows in rates]
    gaps = [
        (month, upper - lower)
        for month in shown
        if (upper := maps[0].get(month)) is not None and (lower := maps[1].get(month)) is not None
    ]
    if len(gaps) < 2:
        return _("Satisfied and very satisfied by month")
    text = _("Satisfied, but not very: {first} in {start}, {last} in {end}")
    return text.format(
        first=language.rate(gaps[0][1]),
        start=language.month(gaps[0][0]),
        last=language.rate(gaps[-1][1]),
        end=language.month(gaps[-1][0]),
    )
