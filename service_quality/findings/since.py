"""What changed since a month before: of each measure its value and its verdict, and the places.

The page and the report say the same. The verdict of a month before is the one that was given
then: of the months up to it, and of no later one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service_quality.base import language
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import comparisons, overview, questions, wording
from service_quality.findings.asking import made
from service_quality.findings.comparisons import value_of, worst_first
from service_quality.findings.names import shown as entity
from service_quality.findings.overview import Overview
from service_quality.findings.scorecard import Line
from service_quality.measures.intervals import indicative

MOST_PLACES = 12  # entries of which all changes of place are told


@dataclass(frozen=True)
class Since:
    """What changed from the month `before` to the month `now` (`2025-12`).

    `rows` have each measure's two months; `verdicts` say what changed, a line each, and `places`
    whose place did, if anyone's; these are the values `moved` of the dimension `by`.
    """

    now: str
    before: str
    rows: list[dict[str, Any]]
    missing: list[str]
    verdicts: list[str]
    places: str = ""
    by: str = ""
    moved: tuple[str, ...] = ()


def since(found: Overview) -> Since:
    """Return what changed in an overview since the last month before its own."""
    text = f"since {[line.kpi.id for line in found.lines]} {found.filters!r} {found.until}"
    return made(text, lambda: _since(found))


def _since(found: Overview) -> Since:
    month = found.filters.end or found.until
    filters, last = overview.a_month_before(found.filters, found.until)
    earlier = overview.overview([line.kpi for line in found.lines], filters, until=last)
    now, before = f"{month:%Y-%m}", f"{last:%Y-%m}"
    rows = [row for line in found.lines if (row := _row(line, now, before))]
    told = {row["kpi"] for row in rows}
    missing = [line.kpi.title for line in found.lines if line.kpi.id not in told]
    verdicts = _verdicts(found.lines, earlier.lines if earlier else [])
    places = _places(found, earlier) if earlier else ("", "", ())
    return Since(now, before, rows, missing, verdicts, *places)


def sentences(found: Since) -> list[str]:
    """Return what changed, a line each; that nothing did is said too."""
    told = [*found.verdicts, *([found.places] if found.places else [])]
    return told or [_("No verdict and no place changed.")]


def _row(line: Line, now: str, before: str) -> dict[str, Any] | None:
    """Return a measure in the month beside the month before it; None where it has no value."""
    months = {each.month: each for each in line.tile.trend.months}
    kpi, last, old = line.kpi, months.get(now), months.get(before)
    if last is None or last.value is None:
        return None
    change = None if old is None or old.value is None else last.value - old.value
    return {
        "kpi": kpi.id,
        "title": kpi.title,
        "now": comparisons.written(kpi, last.value),
        "before": comparisons.written(kpi, None if old is None else old.value),
        "change": comparisons.written_change(kpi, change),
        "usual": _usual(kpi, line),
        "word": line.word,
        "tone": line.tone,
        "n": language.number(last.n),
    }


def _usual(kpi: Kpi, line: Line) -> str:
    low, high = line.usual
    if low is None or high is None:
        return language.NO_VALUE
    text = _("{low} to {high}")
    return text.format(low=comparisons.written(kpi, low), high=comparisons.written(kpi, high))


def _verdicts(lines: Sequence[Line], earlier: Sequence[Line]) -> list[str]:
    """Return the measures whose verdict is another one, each with the two."""
    then = {line.kpi.id: line for line in earlier}
    text = _("{kpi}: {before} → {now}")
    return [
        text.format(kpi=line.kpi.title, before=then[line.kpi.id].word, now=line.word)
        for line in lines
        if line.kpi.id in then and then[line.kpi.id].word != line.word
    ]


def _places(found: Overview, earlier: Overview) -> tuple[str, str, tuple[str, ...]]:
    """Return whose places changed, by the first measure that ranks a few entries; see `Since`."""
    for line in found.lines:
        kpi = line.kpi
        ranked = questions.dimensions(kpi) if kpi.can_rank else []
        # Of one that is chosen there is no other place.
        ranked = [by for by in ranked if len(found.filters.values(by)) != 1]
        both = [each.shown[kpi.id] for each in (found, earlier)]
        questions.ahead((kpi, (by,), filters) for by in ranked for filters in both)
        for by in ranked:
            now, before = (_ranked(kpi, by, each.shown[kpi.id]) for each in (found, earlier))
            if 1 < len(now) <= MOST_PLACES and now.keys() == before.keys():
                moved = tuple(name for name, place in now.items() if place != before[name])
                return _moved(kpi, by, moved, before, now), by, moved
    return "", "", ()


def _ranked(kpi: Kpi, by: str, filters: Filters) -> dict[str, int]:
    """Return the places of entries with enough cases, the best first; ties share the best."""
    rows = [
        row
        for row in questions.rows_of(kpi, (by,), filters)
        if row[by] is not None and value_of(kpi, row) is not None and not indicative(row["n"])
    ]
    ordered = worst_first(kpi, rows)[::-1]
    shown = [comparisons.shown(kpi, row) for row in ordered]
    return {row[by]: shown.index(words) + 1 for row, words in zip(ordered, shown, strict=True)}


def _moved(
    kpi: Kpi, by: str, moved: Sequence[str], before: Mapping[str, int], now: Mapping[str, int]
) -> str:
    if not moved:
        return ""
    places = {each: (language.number(before[each]), language.number(now[each])) for each in moved}
    moves = [f"{entity(each, by)} {was}\u00a0→\u00a0{at}" for each, (was, at) in places.items()]
    text = _("Places on “{kpi}” by {label}, which chance may have changed: {moves}")
    label = wording.labels()[by]
    # Within a sentence, unless it is a short form such as NHS.
    label = label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"
    return text.format(kpi=kpi.title, label=label, moves=", ".join(moves))
