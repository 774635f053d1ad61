"""How a value of a dimension is shown: by its label in the reader's language, where it has one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.definitions.datasets.entities import MEASURE, SOURCE
from service_quality.findings import asking
from service_quality.ingest.recognise.instructions import DEFAULT_SOURCE
from service_quality.measures.answers import Answers
from service_quality.measures.names import measure_id

Labels = Mapping[tuple[str, str], str]


def shown(value: str | None, dimension: str) -> str:
    """Return a value of a dimension as readers know it; its absence has a name too."""
    if value is None:
        return _("(none)")
    if label := labelled(value, dimension):
        return label
    return _("unnamed") if (dimension, value) == (SOURCE, DEFAULT_SOURCE) else value


def of_dimension(dimension: str) -> Mapping[str | None, str]:
    """Return all values of a dimension as readers know them, the most frequent first."""
    values = asking.ask(Answers.dimension_values, dimension)
    return asking.made(
        f"values of {dimension}", lambda: {value: shown(value, dimension) for value in values}
    )


def labelled(value: str, dimension: str) -> str | None:
    """Return the label of a value; None where it has none."""
    return _labels().get((dimension, value))


def measure(kpi: str) -> str | None:
    """Return what a measure of totals is called, by its id or as promises have it, if named."""
    return labelled(measure_id(kpi), MEASURE)


def remark(event: Mapping[str, Any]) -> str:
    """Return what happened in the reader's words, where whoever wrote it gave the French too."""
    french = language.current_language() == "fr" and event.get("text_fr")
    return str(french or event["text"])


def in_rows(rows: Iterable[Mapping[str, Any]], dimension: str) -> list[dict[str, Any]]:
    """Return rows with the values of a dimension as they are shown."""
    return [dict(row) | {dimension: shown(row[dimension], dimension)} for row in rows]


def _labels() -> Labels:
    if not asking.is_asked():
        return {}
    french = language.current_language() == "fr"
    found: Labels = asking.answering().remember(f"labels {french}", lambda a: _of(a, french))
    return found


def _of(answers: Answers, french: bool) -> Labels:
    every = {
        (row["dimension"], row["value"]): (french and row["label_fr"]) or row["label"]
        for row in answers.names()
    }
    return {key: label for key, label in every.items() if label}
