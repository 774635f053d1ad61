"""What stands in the report: the pages' findings as plain values, for the template to lay out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from service_quality.base import dimensions, language, periods
from service_quality.base import filters as filtering
from service_quality.base.access import Only
from service_quality.base.errors import RefusedError
from service_quality.base.filters import Filters, Where
from service_quality.base.language import _
from service_quality.definitions.datasets import all_datasets
from service_quality.definitions.kpis import GROUPS, Kpi
from service_quality.findings import (
    comparisons,
    coverage,
    extent,
    overview,
    promised,
    questions,
    scorecard,
    signals,
    since,
    weakest,
    wording,
)
from service_quality.findings import promises as kept_words
from service_quality.findings.asking import ask
from service_quality.findings.cells import cells, usual_period
from service_quality.findings.overview import Overview
from service_quality.findings.paper import charts, places
from service_quality.findings.promises import Kept
from service_quality.findings.scorecard import Line
from service_quality.measures.answers import Answers
from service_quality.measures.questions.base import check_name

Content = dict[str, Any]
Progress = Callable[[float], object]


@dataclass(frozen=True)
class Report:
    """A report to be typeset: its content, its month (`2025-12`), its finding, its file's name."""

    content: Content
    month: str
    sentence: str
    file_name: str


@dataclass(frozen=True)
class Issue:
    """Of one copy of a report: the day it is made, and the way back to its data.

    `address` is that of the app and `pin` that of these data, for the link. `note` says of invented
    data that they are: no link leads back to them. `only` are the rows that its reader may see.
    """

    made: date
    address: str = ""
    pin: str = ""
    note: str = ""
    only: Only = ()


def narrowed(where: Where) -> Where:
    """Return what a report is narrowed to; UsageError names a dimension that there is not."""
    for name, _values in where:
        check_name(name, (*filtering.NARROWED, *dimensions.GROUPS), _("dimension"))
    return where


def of_month(month: date | None, where: Where) -> Filters:
    """Return the filters of the report on a month: its year so far. None is the last complete one.

    RefusedError where the data do not reach over it.
    """
    tiles = overview.tiles(questions.kpis())
    narrow = ask(Answers.within_groups, Filters(where=where))
    if not tiles or month is None:
        return narrow
    end, until = periods.last_day(month), extent.reaches(*tiles)
    if end > until:
        text = _("{month} cannot be reported on yet: the data reach to {until}.")
        raise RefusedError(text.format(month=language.month(month), until=language.month(until)))
    return narrow.between(*periods.year_to(end))


def report(filters: Filters, issue: Issue, progress: Progress = lambda _share: None) -> Report:
    """Return the report over a period; without one over the year so far, as Overview.

    `progress` is told how much of the work is done. RefusedError where there is nothing to say.
    """
    tiles = overview.tiles(questions.kpis())
    if not tiles:
        raise RefusedError(_("There is nothing to report yet: load a first file."))
    if filters.start is None or filters.end is None:
        filters = filters.between(*overview.usual(tiles))
    found = overview.overview(tiles, filters)
    if found is None:
        raise RefusedError(_("No measure has a value in this selection."))
    month = filters.end or found.until
    head = {
        "lang": language.current_language(),
        "title": _("Monthly report"),
        "product": _("Service quality"),
        "month": _month(month),
        "whom": _whom(filters, issue.only),
        "scope": _scope(found, issue.made),
        "note": issue.note,
        **_link(filters, issue),
        "colon": _("{label}: ").removeprefix("{label}"),
        "words": _words(),
    }
    body = {
        "finding": {"sentence": found.sentence, "below": found.below, "look": _look(found)},
        "scorecard": _scorecard(found),
        "since": _since(found),
        "groups": _groups(found, progress),
        "ranking": places.ranking(filters, month),
        "promises": _promises(filters),
        "definitions": _definitions(found),
        "not_said": _(overview.NOT_SAID),
    }
    return Report(head | body, f"{month:%Y-%m}", found.sentence, _file_name(month, filters))


def _month(month: date) -> str:
    first, text = periods.first_day(month), language.during(month, month)
    # `in December 2025` without its preposition, at the start of a line.
    words = text.removeprefix(_("in {period}").partition("{")[0])
    return f"{words[:1].upper()}{words[1:]}" if words else language.month(first)


def _whom(filters: Filters, only: Only) -> str:
    """Return whom the report is about: what its reader chose of all that they may see."""
    allowed = " / ".join(wording.narrowed_to(rule) for rule in only)
    parts = [
        _("Only {rows}").format(rows=allowed) if only else "",
        wording.narrowed_to(filters.where),
    ]
    return " · ".join(part for part in parts if part) or _("All data, no filter")


def _scope(found: Overview, made: date) -> str:
    kinds = {line.kpi.dataset for line in found.lines}
    chosen = found.filters.values("source")
    text = _("{period} · {data} · made on {day}")
    return text.format(
        period=extent.period(found.filters),
        data=coverage.data_to(ask(Answers.sources), ask(Answers.uploads), kinds, chosen),
        day=language.day(made),
    )


def _link(filters: Filters, issue: Issue) -> Content:
    """Return the link to the same data; without the app's address, why there is none."""
    if issue.note:
        return {"link": "", "link_words": ""}
    if not issue.address:
        missing = _(
            "This report has no link to its data: the settings do not say the app's address."
        )
        return {"link": "", "link_words": missing}
    query = {**filtering.to_query(filters), "asof": [issue.pin]}
    return {
        "link": f"{issue.address.rstrip('/')}/?{urlencode(query, doseq=True)}",
        "link_words": _("The same data in the app, as they were for this report"),
    }


def _words() -> dict[str, str]:
    """Return the words that the template sets by itself."""
    return {
        "contents": _("In this report"),
        "page": _("page"),
        "look": _("To look at"),
        "scorecard": _("Scorecard"),
        "since": _("Since last month"),
        "promises": _("Promises, one by one"),
        "ranking": _("Rankings"),
        "definitions": _("What the measures mean"),
        "promise": _("Promise"),
        "verdict": _("Verdict"),
        "measure": _("Measure"),
        "n": _("n"),
        "months": _("24 months, usual range shaded"),
        "weak_link": _("The weak link: what contacts failed by"),
        "uncovered": _("What no promise covers"),
        "failures": _("Share of failures"),
        "if_kept": _("Perfect, were it always kept"),
    }


def _look(found: Overview) -> list[Content]:
    return [
        {"title": line.kpi.title, "why": why, "tone": line.tone}
        for line, why in scorecard.to_look_at(found.lines)
    ]


def _by_group(lines: Sequence[Line]) -> dict[str, list[Line]]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.kpi.group, []).append(line)
    return groups


def _scorecard(found: Overview) -> Content:
    usual = usual_period(found.lines)
    of_usual = next(x.kpi.id for x in found.lines if x.tile.comparison.period == usual)
    before = extent.period(found.shown[of_usual].year_before())
    return {
        "period": usual,
        "before": _("on {period}").format(period=before),
        "groups": [
            {"title": _(GROUPS[group]), "rows": [_row(line, found, usual) for line in lines]}
            for group, lines in _by_group(found.lines).items()
        ],
    }


def _row(line: Line, found: Overview, usual: str) -> Content:
    shown = cells(line, found.shown[line.kpi.id], usual, found.until)
    answered = questions.answered_of(line.kpi, found.shown[line.kpi.id])
    return vars(shown) | {"word": line.word, "tone": line.tone, "answered": answered}


def _since(found: Overview) -> Content:
    """Return what changed, and each measure in the month beside the month before it."""
    told = since.since(found)
    return {
        "now": language.month(told.now),
        "before": language.month(told.before),
        "change": _("Change"),
        "usual": _("Usual range"),
        "rows": told.rows,
        "changed": since.sentences(told),
        "note": " ".join(text for text in (_chance(), _awaited(told.missing, told.now)) if text),
    }


def _chance() -> str:
    return _(
        "Two months beside each other differ by chance almost always: the verdict holds the month"
        " against all before it."
    )


def _awaited(measures: Sequence[str], month: str) -> str:
    text = _("Not to be judged in {month} yet: {measures}.") if measures else ""
    return text.format(month=language.month(month), measures=", ".join(measures))


def _groups(found: Overview, progress: Progress) -> list[Content]:
    measures, shown = {}, _months(found)
    for done, line in enumerate(found.lines, 1):
        measures[line.kpi.id] = _measure(line, found, shown)
        progress(done / len(found.lines))
    return [
        {"title": _(GROUPS[group]), "measures": [measures[line.kpi.id] for line in lines]}
        for group, lines in _by_group(found.lines).items()
    ]


def _months(found: Overview) -> list[str]:
    """Return the months that all charts have: 24 up to the end, fewer where none has begun."""
    months = periods.months(*periods.last_months(found.filters.end or found.until))
    begun = [m.month for line in found.lines for m in line.tile.trend.months[:1]]
    return [month for month in months if month >= min(begun, default=months[0])] or months


def _measure(line: Line, found: Overview, shown: Sequence[str]) -> Content:
    """Return a measure with its sentence, its months, and what stands beside them."""
    kpi, part = line.kpi, found.shown[line.kpi.id]
    comparison = line.tile.comparison
    changed = extent.changed_method(kpi, part)
    values = {month.month: month.value for month in line.tile.trend.months}
    if part.end and all(values.get(month) is None for month in shown):
        shown = periods.months(*periods.last_months(part.end))  # its data end before the others'
    drawn = charts.by_month(kpi, line.tile.trend, shown)
    beside = _beside(kpi, part, shown)
    return {
        "title": kpi.title,
        "word": line.word,
        "tone": line.tone,
        "sentence": signals.spoken(line.tile),
        "below": comparisons.beside(comparison, extent.period(part), changed),
        "scope": questions.rests_on(kpi, comparison.n),
        "charts": [chart for chart in (drawn, beside) if chart],
    }


def _beside(kpi: Kpi, part: Filters, shown: Sequence[str]) -> charts.Chart | None:
    if kpi.measure == "duration":
        return charts.curve(kpi, part)
    if kpi.id == "csat_top1":
        first, last = (language.as_month(month) for month in (shown[0], shown[-1]))
        return charts.distribution(kpi, part.between(first, periods.last_day(last)))
    return charts.by_dimension(kpi, part)


def _promises(filters: Filters) -> Content | None:
    """Return the promises over the period, in the customer's words; None without any."""
    if not ask(Answers.promises):
        return None
    now = promised.promised(filters)
    titles = {kind: _(dataset.title) for kind, dataset in all_datasets().items()}
    label = wording.labels()["topic"]
    return {
        "sentence": now.sentence,
        "below": f"{extent.period(now.part)} · {kept_words.promises_counted(now.found)}",
        "rows": [_promise(kept) for kept in now.found],
        "weakest": weakest.weakest(now.links) if now.links else "",
        "links": [
            {
                "words": link.words,
                "share": language.rate(link.share),
                "if_kept": language.rate(link.if_kept),
            }
            for link in now.links
        ],
        "contacts": weakest.of_contacts(now.links),
        "uncovered": weakest.not_covered(ask(Answers.not_covered), titles, label),
    }


def _promise(kept: Kept) -> Content:
    return {
        "words": kept.words,
        "binds": _("Binds {whom}").format(whom=kept.binds),
        "measured": _("Measured by {measure}").format(measure=kept.measured_by),
        "line": kept_words.kept_line(kept),
        "target_line": kept_words.target_line(kept),
        "kept": kept.value,
        "target": kept.target,
        "word": kept_words.kept_word(kept.verdict),
        "tone": {"kept": "better", "not_kept": "worse"}.get(kept.verdict, "usual"),
    }


def _definitions(found: Overview) -> list[Content]:
    texts = []
    for line in found.lines:
        definition = wording.definition(line.kpi)
        lines = [{"label": label, "text": text} for label, text in definition.items()]
        texts.append({"title": line.kpi.title, "lines": lines})
    return texts


def _file_name(month: date, filters: Filters) -> str:
    """Return a name that says product, month and filters, of letters that any system takes."""
    values = [value for _name, chosen in filters.where for value in chosen if value]
    parts = ["service-quality", f"{month:%Y-%m}", *values]
    plain = "-".join("".join(c if c.isalnum() else "-" for c in each).strip("-") for each in parts)
    while "--" in plain:
        plain = plain.replace("--", "-")
    return f"{plain[:80].rstrip('-')}.pdf"
