"""Says what a file is, and why: by its format, by the names of its headers, by their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from service_quality.base.language import _
from service_quality.definitions.datasets import Column, Dataset, all_datasets
from service_quality.ingest.read.table import Table
from service_quality.ingest.recognise import by_format as formats
from service_quality.ingest.recognise.by_format import Match
from service_quality.ingest.recognise.guesses import (
    Guess,
    answers_fit,
    are_waits,
    asks,
    guesses_for,
    rank_of,
    share_that_fits,
)
from service_quality.ingest.recognise.instructions import Words
from service_quality.ingest.recognise.names import normal as normal

DEFAULT_SOURCE = "default"
DIMENSIONS = ("brand", "team", "channel", "topic")
HALF = 0.5  # of the values fit, or a header's name speaks for nothing
# Of each question a form has many columns, and their names are sentences.
QUESTIONS = ("nps", "csat")


@dataclass(frozen=True)
class Recognition:
    """What a file was taken for: its dataset, the header of each column found, and the reasons.

    `match` is the export format, where it is one that we know. `missing` lists what the dataset
    needs and the file lacks, one group of alternatives each; `guesses` offers headers for those,
    and for questions of a survey, to be confirmed by a person. `said`: a person named the kind.
    """

    dataset: Dataset
    mapping: dict[str, str]
    why: tuple[str, ...]
    missing: tuple[tuple[str, ...], ...]
    guesses: dict[str, tuple[Guess, ...]] = field(default_factory=dict)
    match: Match | None = None
    said: bool = False

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the file was taken for this kind: its format first, then column by column."""
        return (*([self.match.why] if self.match else []), *self.why)

    @property
    def note(self) -> str | None:
        """What to know of this export, in the reader's language."""
        return _(self.match.format.note) if self.match else None

    @property
    def candidates(self) -> dict[str, tuple[str, ...]]:
        """Headers that could be what is missing, the best first."""
        return {name: tuple(g.header for g in found) for name, found in self.guesses.items()}

    def complete(self, words: Words, table: Table) -> Words:
        """Return a person's words with what the format says behind them."""
        return self.match.complete(words, self.mapping, table) if self.match else words


def recognise(
    table: Table,
    kind: str | None,
    mapping: Mapping[str, str],
    constants: Mapping[str, str],
    said: str | None = None,
) -> Recognition:
    """Return the best reading of a table; `kind`, `mapping` and `constants` are a person's.

    `said` is the id of the format that the person named, "" for none.
    """
    match = formats.find(table, kind, said)
    by_person = kind is not None
    if match:
        kind = match.format.kind
    kinds = [all_datasets()[kind]] if kind else list(all_datasets().values())
    readings = [_reading(table, dataset, mapping, constants, match) for dataset in kinds]
    if not kind:
        readings = [r for r in readings if _tells(r, {*mapping, *constants})]
    best = max(readings, key=lambda r: _score(table, r, set(mapping) | set(constants)))
    return replace(best, said=by_person)


def accepted_names(column: Column) -> tuple[str, ...]:
    """Return the headers that mean this column, its own name first."""
    return tuple(dict.fromkeys((column.name, *column.names)))


def _reading(
    table: Table,
    dataset: Dataset,
    mapping: Mapping[str, str],
    constants: Mapping[str, str],
    match: Match | None,
) -> Recognition:
    given = {name: header for name, header in mapping.items() if name in dataset.by_name}
    said = {*given, *constants, *(match.format.constants if match else ())}
    found = {name: header for name, header in given.items() if header}
    by_format = {n: h for n, h in match.mapping.items() if n not in said} if match else {}
    found |= {n: h for n, h in by_format.items() if h not in found.values()}
    taken = {*found.values(), *(match.mapping.values() if match else ())}
    headers = [h for h in table.headers if not (match and match.never(h))]
    by_normal = {normal(header): header for header in reversed(headers)}
    for column in dataset.columns:
        if column.name in found or column.name in said:
            continue
        names = (by_normal.get(normal(name)) for name in accepted_names(column))
        free = (h for h in names if h is not None and h not in taken)
        if header := next((h for h in free if not are_waits(table, column, h)), None):
            found[column.name] = header
            taken.add(header)
    places = dataset.kind == "rankings" and "rank" not in {*found, *said}
    if places and (header := rank_of(table, dataset.column("rank"), taken)):
        found["rank"] = header
        taken.add(header)
    questions = _questions(table, dataset, said | set(found), taken)
    found |= questions
    have = {*found, *said - {n for n, h in given.items() if not h}}
    have |= {name for name, _value in dataset.defaults}
    groups = [(c.name,) for c in dataset.columns if c.needed] + list(dataset.either)
    missing = tuple(group for group in groups if not have & set(group))
    wanted = [name for group in missing for name in group]
    if dataset.kind == "surveys" and not set(QUESTIONS) & {*have, *given}:
        wanted += QUESTIONS
    taken |= {h for h in table.headers if h not in headers} | set(questions.values())
    return Recognition(
        dataset,
        found,
        _reasons(table, dataset, found, given, match),
        missing,
        guesses_for(table, dataset, wanted, taken),
        match,
    )


def _questions(table: Table, dataset: Dataset, known: set[str], taken: set[str]) -> dict[str, str]:
    """Return the questions of a survey that say themselves what they ask, where only one does."""
    if dataset.kind != "surveys" or known & set(QUESTIONS):
        return {}
    found: dict[str, str] = {}
    for name in QUESTIONS:
        asking = [
            header
            for header in table.headers
            if header not in taken and header not in found.values()
            if asks(header, name) and answers_fit(table, name, header)
        ]
        if len(asking) == 1:
            found[name] = asking[0]
    return found


def _tells(reading: Recognition, said: set[str]) -> bool:
    """Whether a file may be taken for this kind although nobody said so."""
    telling = set(reading.dataset.telling)
    return not telling or bool(telling & {*reading.mapping, *said})


def _score(table: Table, reading: Recognition, said: set[str]) -> tuple[bool, int, float]:
    """Complete readings first, then a person's words, then the most headers and guesses."""
    of = reading.dataset
    own = [
        name
        for name, header in reading.mapping.items()
        if name not in DIMENSIONS
        if (share := share_that_fits(table, of.column(name), header)) is None or share >= HALF
    ]
    known = len(said & set(of.by_name))
    guessed = {n for group in reading.missing for n in group if n in reading.guesses}
    months = [name for name in guessed if of.column(name).kind == "month"]
    named = [g for found in reading.guesses.values() for g in found[:1] if g.named]
    lacking = sum(not guessed & set(group) for group in reading.missing)
    likely = (len(reading.missing) - lacking + len(months)) / 2 - lacking
    hints = len(named) / 10 + len(reading.mapping) / 100
    return not reading.missing, known, len(own) + likely + hints


def _reasons(
    table: Table,
    dataset: Dataset,
    found: Mapping[str, str],
    given: Mapping[str, str],
    match: Match | None,
) -> tuple[str, ...]:
    reasons = []
    by_format = match.mapping if match else {}
    for name, header in found.items():
        title = _(dataset.column(name).title)
        share = share_that_fits(table, dataset.column(name), header)
        if name in given:
            text = _("{title}: “{header}”, as you said")
        elif by_format.get(name) == header:
            text = _("{title}: “{header}”, as {format} writes it")
        elif share is None:
            text = _("{title}: “{header}”, by its name")
        else:
            text = _("{title}: “{header}”, by its name; {share} % of its values fit")
        reasons.append(
            text.format(
                title=title,
                header=header,
                share=round(100 * (share or 0)),
                format=match.format.title if match else "",
            )
        )
    return tuple(reasons)
