"""A measure's texts, dimensions and filters in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service_quality.base.dimensions import EVERY, GROUPS
from service_quality.base.filters import Where
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi, fill
from service_quality.findings import names
from service_quality.findings.asking import answering


def titles(found: dict[str, Kpi]) -> dict[str, str]:
    """Return ids and titles, to choose from."""
    return {kpi_id: kpi.title for kpi_id, kpi in found.items()}


def hidden(rows: Sequence[dict[str, Any]]) -> str:
    """Return why rows show no figure: there are answers, but too few; empty where not so."""
    if not any(row["suppressed"] for row in rows):
        return ""
    return _("Fewer than 10 people answered: their figures are hidden.")


def labels() -> dict[str, str]:
    """Return the label of every dimension, which is a setting: a hospital says "trust"."""
    ours = answering().answers.settings.dimension_labels
    return {each.name: ours.get(each.name) or _(each.title) for each in EVERY}


def label(name: str) -> str:
    """Return what a dimension, the groups of one, or the source is called."""
    if name in GROUPS:
        return _("{label}: groups").format(label=labels()[GROUPS[name]])
    return _("Source") if name == "source" else labels()[name]


def narrowed_to(where: Where) -> str:
    """Return what filters narrow to: `Team: Nantes, Lille · Brand: Nord`; nothing where to none."""
    return " · ".join(
        _("{label}: ").format(label=label(name))
        + ", ".join(names.shown(value, name) for value in values)
        for name, values in where
    )


def promise(kpi: Kpi) -> str:
    """Return the promise in the customer's words, with the hours that are set; none is empty."""
    return words(kpi.promise)


def words(text: str) -> str:
    """Return a KPI's text in the reader's language, the settings it names filled in."""
    return fill(_(text), vars(answering().answers.settings))


def definition(kpi: Kpi) -> dict[str, str]:
    """Return what a KPI means and does not, each text by its label; those that it has."""
    texts = {
        _("Promise"): kpi.promise,
        _("Measures"): kpi.measures,
        _("Does not measure"): kpi.not_measured,
        _("Formula"): kpi.formula,
        _("Caveats"): kpi.notes,
        _("Source"): kpi.source,
    }
    return {label: words(text) for label, text in texts.items() if text}


def not_said(kpi: Kpi) -> str:
    """Return the line on what a KPI measures and what it does not."""
    if not kpi.not_measured:
        return ""
    text = _("“{kpi}” measures {measures}. It does not measure {not_measured}.")
    return text.format(
        kpi=kpi.title, measures=words(kpi.measures), not_measured=words(kpi.not_measured)
    )


def mentions(kpi: Kpi, wanted: str) -> bool:
    """Return whether a definition has all of the wanted words."""
    texts = (kpi.promise, kpi.measures, kpi.not_measured, kpi.formula, kpi.notes)
    everything = " ".join(
        [kpi.id, kpi.title, kpi.source, *(words(text) for text in texts)]
    ).casefold()
    return all(word in everything for word in wanted.casefold().split())
