"""A funnel in words: who lies outside of what chance allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings.names import shown as entity
from service_quality.findings.verdict import Verdict

if TYPE_CHECKING:
    from service_quality.measures.rankings.funnel import Funnel


def funnel_title(found: Funnel) -> str:
    """Return the title on a funnel: how many lie outside the limits, on either side."""
    outside = [point for point in found.points if point["outside"] == "998"]
    better = sum(bool(point["better"]) for point in outside)
    text = _(
        "Of {all} entries, worse than chance allows: {worse}; better: {better}; the others cannot"
        " be told from the whole ({target})"
    )
    if found.tau2 > 0:
        text = _(
            "Of {all} entries, worse than their usual spread: {worse}; better: {better}; the others"
            " lie within it, around the whole ({target})"
        )
    return text.format(
        all=language.number(len(found.points)),
        worse=language.number(len(outside) - better),
        better=language.number(better),
        target=language.rate(found.target),
    )


def of_funnel(found: Funnel) -> Verdict:
    """Return how the entries of a funnel were judged."""
    numbers = (
        (_("entries"), language.number(len(found.points))),
        (_("share of all"), language.rate(found.target)),
        (_("scatter against chance, φ"), language.number(found.phi, 2)),
    )
    return Verdict(_("{title}.").format(title=funnel_title(found)), "funnel", numbers)


def funnel_rows(found: Funnel) -> list[dict[str, Any]]:
    """Return the points of a funnel as a table shows them."""
    words = {"95": _("outside the inner limits"), "998": _("outside the outer limits")}
    return [
        {
            **point,
            "entity": entity(point["entity"], found.by),
            "said": words.get(point["outside"] or ""),
        }
        for point in found.points
    ]
