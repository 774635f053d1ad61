"""Mix or merit: whether a total moved because its parts did, or because their weights did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings.comparisons import written, written_change
from service_quality.findings.verdict import Verdict
from service_quality.measures.intervals import indicative
from service_quality.methods.mix import Mix, decompose

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi

Row = Mapping[str, Any]
# What is a sum over cases; a median of waits is not made of the medians of its parts.
DECOMPOSED = ("rate", "mean", "nps")


@dataclass(frozen=True)
class Moved:
    """What moved a total over a dimension, whose name for people is `label`.

    `better` is the share of parts present in both periods that got better, None without a
    direction; `parts` counts them.
    """

    kpi: Kpi
    label: str
    mix: Mix
    parts: int
    better: float | None


def moved(kpi: Kpi, now: Sequence[Row], before: Sequence[Row], by: str, label: str) -> Moved | None:
    """Return what moved a KPI's total since a year before, by rows cut by a dimension.

    None where there is nothing to split: another kind of measure, one part, few cases.
    """
    if kpi.measure not in DECOMPOSED:
        return None
    first, second = ({row[by]: row for row in rows if row["n"]} for rows in (before, now))
    names = list(dict.fromkeys([*first, *second]))
    few = any(indicative(sum(row["n"] for row in rows.values())) for rows in (first, second))
    if len(names) < 2 or few:
        return None

    def column(rows: Mapping[Any, Row], key: str) -> Any:
        return [rows[name][key] if name in rows else 0.0 for name in names]

    found = decompose(
        column(first, "n"), column(first, "value"), column(second, "n"), column(second, "value")
    )
    if found is None:
        return None
    both = [name for name in names if name in first and name in second]
    gains = [second[name]["value"] - first[name]["value"] for name in both]
    sign = {"higher": 1, "lower": -1}.get(kpi.better)
    better = sum(sign * gain > 0 for gain in gains) / len(both) if sign and both else None
    return Moved(kpi, label, found, len(both), better)


def mix(found: Moved) -> str:
    """Return the sentence on what moved the total."""
    kpi, split = found.kpi, found.mix
    words = {
        "kpi": kpi.title,
        "total": written_change(kpi, split.total),
        "within": written_change(kpi, split.within),
        "mix": written_change(kpi, split.mix),
        "label": found.label,
    }
    against = split.within * split.total < 0
    if against and found.better == 1.0 and split.total:
        text = _(
            "In every part ({label}) it got better; the total got worse ({total}) because weight"
            " moved to weaker ones ({mix})."
        )
    elif against and found.better == 0.0:
        text = _(
            "In every part ({label}) it got worse; the total got better ({total}) because weight"
            " moved to stronger ones ({mix})."
        )
    elif words["total"] == written_change(kpi, 0.0):
        text = _(
            "{kpi} did not move: what moved within the parts ({label}: {within}) and by their"
            " weights ({mix}) cancels out."
        )
    elif abs(split.mix) > abs(split.within):
        text = _(
            "{kpi} moved by {total}, mostly because weights between the parts ({label}) moved:"
            " {mix}; within them {within}."
        )
    else:
        text = _(
            "{kpi} moved by {total}, mostly within the parts ({label}): {within}; weights between"
            " them {mix}."
        )
    return text.format(**words)


def moves_the_total(found: Moved) -> bool:
    """Whether the weights moved the total by as much as can be seen."""
    return written_change(found.kpi, found.mix.mix) != written_change(found.kpi, 0.0)


def of_mix(found: Moved) -> Verdict:
    """Return how the change of a total was split."""
    kpi, split = found.kpi, found.mix
    numbers = (
        (_("a year before"), written(kpi, split.before)),
        (_("now"), written(kpi, split.after)),
        (_("parts in both periods"), language.number(found.parts)),
        (_("within the parts"), written_change(kpi, split.within)),
        (_("by their weights"), written_change(kpi, split.mix)),
        (_("together"), written_change(kpi, split.total)),
    )
    return Verdict(mix(found), "mix_or_merit", numbers)


def mix_rows(found: Moved) -> list[dict[str, Any]]:
    """Return the steps of the change, as a table and a figure show them."""
    split = found.mix
    return [
        {"step": _("within the parts"), "start": 0.0, "change": split.within},
        {"step": _("by their weights"), "start": split.within, "change": split.mix},
        {"step": _("together"), "start": 0.0, "change": split.total},
    ]
