"""Which measures a file will feed and which it will not, and what in it could feed those."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from service_quality.base import language
from service_quality.base.language import _
from service_quality.definitions import kpis
from service_quality.definitions.datasets import Dataset
from service_quality.definitions.kpis import Kpi
from service_quality.ingest.recognise.recognition import Recognition


@dataclass(frozen=True)
class NotFed:
    """A measure that a file does not feed.

    `lacking` are the columns that it has not, as ids; `could_be` gives for each of them the
    file's headers that might be it, the best first; `say` are the flags that map the best ones,
    where every lacking column has one.
    """

    kpi: str
    lacking: tuple[str, ...]
    could_be: dict[str, tuple[str, ...]]
    say: tuple[str, ...] = ()


def feeds(dataset: Dataset, given: Collection[str]) -> tuple[str, ...]:
    """Return the ids of the measures that the given columns are enough for."""
    return tuple(kpi.id for kpi in _of(dataset) if not _lacking(kpi, given))


def not_fed(
    recognition: Recognition, given: Collection[str], headers: Collection[str]
) -> tuple[NotFed, ...]:
    """Return the measures that lack a column, with the headers that could be it."""
    found = []
    for kpi in _of(recognition.dataset):
        lacking = _lacking(kpi, given)
        if not lacking:
            continue
        could_be = {
            name: tuple(
                g.header
                for g in recognition.guesses[name]
                if g.header in headers or g.header.rpartition(" + ")[2] in headers
            )
            for name in lacking
            if name in recognition.guesses
        }
        could_be = {name: options for name, options in could_be.items() if options}
        first = {name: options[0] for name, options in could_be.items()}
        every = len(first) == len(lacking) == len(set(first.values()))
        say = tuple(f"--map {name}={header}" for name, header in first.items() if every)
        found.append(NotFed(kpi.id, lacking, could_be, say))
    return tuple(found)


def title(kpi_id: str) -> str:
    """Return a measure's title in the reader's language."""
    kpi = kpis.of_file(kpi_id)
    return kpi.title if kpi else kpi_id


def sentence_of_feeds(fed: Sequence[str]) -> str:
    """Return in one sentence what a file feeds."""
    if not fed:
        return _("Feeds no measure yet.")
    return _("Feeds: {measures}.").format(measures=", ".join(title(kpi_id) for kpi_id in fed))


def sentence_of_not_fed(each: NotFed, titles: Mapping[str, str]) -> str:
    """Return in one sentence why a measure is not fed, and what could feed it.

    `titles` are those of the dataset's columns.
    """
    columns = ", ".join(language.quoted(titles.get(name, name)) for name in each.lacking)
    text = _("Not: {measure}: no column is {columns}.").format(
        measure=title(each.kpi), columns=columns
    )
    options = list(dict.fromkeys(h for headers in each.could_be.values() for h in headers))
    if options:
        text += " " + _("Could be: {headers}.").format(headers=", ".join(options))
    return text


def _of(dataset: Dataset) -> list[Kpi]:
    """Return a kind's measures; those of a register are counted on the rows of other kinds."""
    return [kpi for kpi in kpis.catalogue().values() if kpi.dataset == dataset.kind]


def _lacking(kpi: Kpi, given: Collection[str]) -> tuple[str, ...]:
    """Return the columns that a measure needs and nobody gave; of alternatives the first."""
    return tuple(group[0] for group in kpi.needs if not set(group) & set(given))
