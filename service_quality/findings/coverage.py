"""What is said of the months that are loaded: which are missing, and which look odd."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from service_quality.base import language
from service_quality.base.language import N_, _
from service_quality.definitions.datasets import all_datasets
from service_quality.definitions.datasets.entities import SOURCE
from service_quality.findings import names
from service_quality.ingest.recognise.instructions import DEFAULT_SOURCE

Row = Mapping[str, Any]
NAMED = 3  # months of one source; more are counted

# What is said of a month by its state, in a table; and of several months of a source.
REMARKS = {
    "loaded": "",
    "few": N_("fewer than half the usual {usual}"),
    "many": N_("more than twice the usual {usual}"),
    "missing": N_("missing"),
    "part": N_("not over yet, as far as the data go"),
    "awaited": N_("not loaded yet"),
}
SENTENCES = {
    "missing": N_("{series}: no rows of {months}."),
    "few": N_("{series}: few rows in {months}."),
    "many": N_("{series}: many rows in {months}."),
    "awaited": N_("{series}: {months} not loaded yet."),
}


def series_title(row: Row) -> str:
    """Return the name of a source's rows of one kind: `Support tickets, zendesk-fr`."""
    title = _(all_datasets()[row["dataset"]].title)
    source = row["source"]
    if source == DEFAULT_SOURCE and not names.labelled(source, SOURCE):
        return title
    return _("{kind}, {source}").format(kind=title, source=names.shown(source, SOURCE))


def month_remark(row: Row) -> str:
    """Return what is odd about a month, in a few words; nothing where nothing is."""
    text = REMARKS[row["state"]]
    return _(text).format(usual=language.number(row["usual"] or 0)) if text else ""


def odd_months(rows: Sequence[Row]) -> list[str]:
    """Return a sentence for each source and each thing that is odd about its months."""
    found: dict[tuple[str, str], list[date]] = {}
    for row in rows:
        if row["state"] in SENTENCES:
            found.setdefault((row["state"], series_title(row)), []).append(row["month"])
    order = list(SENTENCES)
    return [
        _(SENTENCES[state]).format(series=series, months=_named(months))
        for (state, series), months in sorted(found.items(), key=lambda f: order.index(f[0][0]))
    ]


def coverage_title(rows: Sequence[Row]) -> str:
    """Return the finding on all months in one sentence."""
    odd = len({row["month"] for row in rows if row["state"] in SENTENCES})
    if not odd:
        return _("Every month between the first and the last is there, and none looks odd.")
    text = language.ngettext(
        "{n} month is missing or looks odd.", "{n} months are missing or look odd.", odd
    )
    return text.format(n=language.number(odd))


def awaited(missing: date, until: date, *, loaded: bool) -> str:
    """Return what is said of the months after a measure's last one, up to `until`."""
    text = _("{months} not old enough to judge yet") if loaded else _("{months} awaited")
    return text.format(months=language.period(missing, until))


def awaited_sources(rows: Sequence[Row], until: date) -> str:
    """Return which sources end before `until`: `Surveys: to December 2025, then awaited.`"""
    rows = [row for row in rows if row["last_complete_month"] < f"{until:%Y-%m}"]
    text = _("{series}: to {month}, then not loaded yet.")
    sentences = [
        text.format(series=series_title(row), month=language.month(row["last_complete_month"]))
        for row in rows[:NAMED]
    ]
    left = len(rows) - NAMED
    if left > 0:
        more = language.ngettext(
            "{n} more source ends earlier.", "{n} more sources end earlier.", left
        )
        sentences.append(more.format(n=language.number(left)))
    return " ".join(sentences)


def data_to(
    sources: Sequence[Row],
    uploads: Sequence[Row],
    kinds: Collection[str] = (),
    chosen: Collection[str | None] = (),
) -> str:
    """Return how far the data of these kinds and sources reach, and from how many uploads."""
    reach = [
        row["last"]
        for row in sources
        if (not kinds or row["dataset"] in kinds) and (not chosen or row["source"] in chosen)
    ]
    if not reach:
        return ""
    active = [upload for upload in uploads if upload["status"] == "published"]
    text = language.ngettext("data to {day}, {n} upload", "data to {day}, {n} uploads", len(active))
    return text.format(day=language.day(max(reach)), n=language.number(len(active)))


def _named(months: Sequence[date]) -> str:
    shown = ", ".join(language.month(month) for month in months[:NAMED])
    left = len(months) - NAMED
    return shown if left <= 0 else _("{months} and {n} more").format(months=shown, n=left)
