"""Turns results into verdicts and into the one sentence a page opens with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service_quality import i18n
from service_quality.i18n import _, ngettext

if TYPE_CHECKING:
    from service_quality.answers import Ranking
    from service_quality.kpis import Kpi

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Comparison:
    """A KPI's value in a period and a year before it, in the KPI's own unit.

    `verdict` is better, worse, same, higher, lower (no direction is better) or unknown.
    """

    kpi: Kpi
    value: float | None
    before: float | None
    n: int | None
    verdict: str

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
    return i18n.value(kpi.measure, value, kpi.decimals)


def written_change(kpi: Kpi, value: float | None) -> str:
    """Return a difference of two values as the KPI is written, with its sign."""
    return i18n.change(kpi.measure, value, kpi.decimals)


def compare(kpi: Kpi, now: Row | None, before: Row | None) -> Comparison:
    """Compare two rows of `Answers.kpi`; equal as written counts as the same."""
    value, old = value_of(kpi, now), value_of(kpi, before)
    n = None if now is None else now.get("n")
    if value is None or old is None:
        verdict = "unknown"
    elif written(kpi, value) == written(kpi, old):
        verdict = "same"
    elif kpi.better == "neither":
        verdict = "higher" if value > old else "lower"
    else:
        verdict = "better" if (value > old) == (kpi.better == "higher") else "worse"
    return Comparison(kpi, value, old, n, verdict)


def verdict_word(verdict: str) -> str:
    """Return the word that stands beside the colour."""
    words = {
        "better": _("better"),
        "worse": _("worse"),
        "same": _("as a year before"),
        "higher": _("higher"),
        "lower": _("lower"),
    }
    return words.get(verdict, _("no year before"))


def overview(found: Sequence[Comparison]) -> tuple[str, str]:
    """Return the sentence of what got better and worse, and the line that counts them."""
    better = sorted((c for c in found if c.verdict == "better"), key=lambda c: -c.weight)
    worse = sorted((c for c in found if c.verdict == "worse"), key=lambda c: -c.weight)
    if not any(c.change is not None for c in found):
        return _("There is no year before to compare with yet."), ""
    if worse and better:
        text = _("{worse} got worse ({worse_by}); {better} got better ({better_by}).")
    elif worse:
        text = _("{worse} got worse ({worse_by}); nothing got better.")
    elif better:
        text = _("{better} got better ({better_by}); nothing got worse.")
    else:
        text = _("Nothing got better or worse than a year before.")
    words = {f"{name}{part}": "" for name in ("worse", "better") for part in ("", "_by")}
    for name, side in (("worse", worse), ("better", better)):
        if side:
            words[name] = _(side[0].kpi.title)
            words[f"{name}_by"] = written_change(side[0].kpi, side[0].change)
    judged = [c for c in found if c.verdict in ("better", "worse", "same")]
    counted = _(
        "Of {all} measures that can be compared: {better} better, {worse} worse, {same} same."
    )
    return text.format(**words), counted.format(
        all=len(judged),
        better=len(better),
        worse=len(worse),
        same=len(judged) - len(better) - len(worse),
    )


def trend(found: Comparison, period: str) -> str:
    """Return the sentence on one KPI in a period against the same months a year before."""
    kpi = found.kpi
    words = {
        "kpi": _(kpi.title),
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
    }
    if found.value is None and kpi.measure == "duration" and found.n:
        return _("{kpi} in {period}: not reached, fewer than half were answered.").format(**words)
    alone = _("{kpi}: {value} in {period}; there is nothing a year before to compare with.")
    return texts.get(found.verdict, alone).format(**words)


def spread(kpi: Kpi, rows: Sequence[Row], dimension: str) -> str:
    """Return how far apart the values of a dimension are; rows sorted worst first."""
    known = [row for row in rows if value_of(kpi, row) is not None]
    if len(known) < 2:
        return ""
    worst, best = known[0], known[-1]
    return _("From {worst} ({name_worst}) to {best} ({name_best}).").format(
        worst=written(kpi, value_of(kpi, worst)),
        best=written(kpi, value_of(kpi, best)),
        name_worst=entity(worst[dimension]),
        name_best=entity(best[dimension]),
    )


def worst_first(kpi: Kpi, rows: Sequence[Row]) -> list[Row]:
    """Return rows with the worst value first; no value comes last."""

    def order(row: Row) -> tuple[bool, float]:
        value = value_of(kpi, row)
        size = 0.0 if value is None else value
        return value is None, size if kpi.better == "higher" else -size

    return sorted(rows, key=order)


def entity(name: str | None) -> str:
    """Return a dimension's value as shown; its absence has a name too."""
    return _("(none)") if name is None else name


def place(rank: int | None, ranks: Sequence[int | None]) -> str:
    """Return `7`, or `7=` where several share the place; no place is a dash."""
    if rank is None:
        return i18n.NO_VALUE
    return f"{rank}=" if list(ranks).count(rank) > 1 else str(rank)


def ranking(found: Ranking, kpi: Kpi, focus: str | None = None) -> str:
    """Return the sentence on the largest fall, and on the focus brand where it is ranked."""
    if not found.rows:
        return _("Nothing could be ranked in {year}.").format(year=found.year)
    falls = [r for r in found.rows if (r.get("places_lost") or 0) > 0]
    leader = entity(found.rows[0]["entity"])
    words: dict[str, Any] = {
        "kpi": _(kpi.title),
        "year": found.year,
        "before": found.year - 1,
        "leader": leader,
    }
    if falls:
        worst = max(falls, key=lambda r: r["places_lost"])
        words |= {
            "name": entity(worst["entity"]),
            "was": worst["prior_rank_common"],
            "rank": worst["rank_common"],
        }
        text = _("{name} fell furthest: from place {was} to {rank} on “{kpi}”, {before} to {year}.")
    elif any(r.get("places_lost") is not None for r in found.rows):
        text = _("No one fell from {before} to {year} on “{kpi}”; {leader} leads.")
    else:
        text = _("{leader} leads on “{kpi}” in {year}; no places of {before} to compare with.")
    ours = [r for r in found.rows if focus is not None and r["entity"] == focus]
    sentence = text.format(**words)
    if ours and (not falls or words.get("name") != focus):
        tail = _("{focus} is at place {place} of {of}.")
        shown = place(ours[0]["rank"], [r["rank"] for r in found.rows])
        sentence += " " + tail.format(focus=focus, place=shown, of=len(found.rows))
    return sentence


def replies(kpi: Kpi, row: Row) -> str:
    """Return how long customers wait, the unanswered included."""
    median, p90, n = row.get("median"), row.get("p90"), row.get("n") or 0
    never = (n - (row.get("answered") or 0)) / n if n else None
    if median is None:
        text = _("Fewer than half of the customers ever got a reply: {never} are still waiting.")
    elif p90 is None:
        text = _("Half are answered within {half}, but {never} are still without an answer.")
    else:
        text = _("Half are answered within {half}, nine in ten within {most}; {never} never were.")
    return text.format(half=i18n.duration(median), most=i18n.duration(p90), never=i18n.rate(never))


def satisfaction(top2: Comparison | None, top1: Comparison | None) -> str:
    """Return the satisfied beside the very satisfied: merely satisfied is not loyal."""
    if top1 and top1.value is not None and top2 and top2.value is not None:
        text = _("{top2} are satisfied, {top1} very satisfied: {gap} are merely satisfied.")
        return text.format(
            top2=written(top2.kpi, top2.value),
            top1=written(top1.kpi, top1.value),
            gap=i18n.rate(top2.value - top1.value),
        )
    found = top1 if top1 and top1.value is not None else top2
    if found and found.value is not None:
        text = _("{kpi}: {value}.")
        return text.format(kpi=_(found.kpi.title), value=written(found.kpi, found.value))
    return _("No survey answer is on a scale that this page can read.")


def applies(rows: int) -> str:
    """Return the line on rows a KPI could not be computed on; none needs no line."""
    if not rows:
        return ""
    text = ngettext(
        "{rows} row could not be counted: what the measure needs was not in its file.",
        "{rows} rows could not be counted: what the measure needs was not in their file.",
        rows,
    )
    return text.format(rows=i18n.number(rows))
