"""Says what a file is, and why: by its format, by the names of its headers, by their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.language import _, rate
from service_quality.definitions import statuses
from service_quality.definitions.datasets import Column, Dataset, all_datasets
from service_quality.definitions.datasets.surveys import SENT
from service_quality.ingest.read.table import Table
from service_quality.ingest.recognise import by_format as formats
from service_quality.ingest.recognise.by_format import Match
from service_quality.ingest.recognise.clocks import with_clocks
from service_quality.ingest.recognise.guesses import (
    HALF,
    SAMPLE,
    Guess,
    all_different,
    answers_fit,
    are_answers,
    asks,
    guesses_for,
    numbers_of_places,
    only_names,
    rank_of,
    share_that_fits,
    speaks_against,
    words_fit,
)
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.recognise.names import (
    BRACKETS,
    alike,
    core,
    core_of_a_time,
    without,
    without_year,
    year_of,
)
from service_quality.ingest.recognise.names import normal as normal

NEARLY = 0.9  # of the statuses are those of tickets
MOST_HOLES = 0.05  # rows without an id are few: lines of notes, a slip
# Of each question a form has many columns, and their names are sentences.
QUESTIONS = ("nps", "csat")
# Ids of whatever it may be: such a header does not tell what the rows are.
ANY_ID = ("id", "ids", "number", "no", "nr", "numero", "key", "ref", "reference", "uuid")


@dataclass(frozen=True)
class Recognition:
    """What a file was taken for: its dataset, the header of each column found, and the reasons.

    `match` is the export format, where it is one that we know. `missing` lists what the dataset
    needs and the file lacks, one group of alternatives each; `guesses` offers headers for those,
    for questions of a survey and for what its measures could use besides, to be confirmed by a
    person. `by_person`: a person named the kind; `convincing`: they, a format or a header
    says what it is.
    `constants` are what headers say of all rows: `Rank 2024` is the rank, and the year.
    """

    dataset: Dataset
    mapping: dict[str, str]
    why: tuple[str, ...]
    missing: tuple[tuple[str, ...], ...]
    guesses: dict[str, tuple[Guess, ...]] = field(default_factory=dict)
    match: Match | None = None
    by_person: bool = False
    convincing: bool = True
    constants: dict[str, str] = field(default_factory=dict)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the file was taken for this kind: its format first, then column by column."""
        return (*([self.match.why] if self.match else []), *self.why)

    @property
    def looks_like(self) -> str | None:
        """The kind that the file seems to be, where more than an id and a date speak for it."""
        needed = {name for group in self.missing for name in group}
        speaks = self.convincing or any(g.named for n, found in self.guesses.items() for g in found)
        months = any(self.dataset.column(name).kind == "month" for name in needed & {*self.guesses})
        return self.dataset.kind if speaks or months else None

    @property
    def note(self) -> str | None:
        """What to know of this export, in the reader's language."""
        return _(self.match.format.note) if self.match else None

    def complete(self, instructions: Instructions, table: Table) -> Instructions:
        """Return a person's words with what the format says behind them."""
        instructions = replace(instructions, constants=self.constants | instructions.constants)
        return (
            self.match.complete(instructions, self.mapping, table) if self.match else instructions
        )


def recognise(
    table: Table,
    kind: str | None,
    mapping: Mapping[str, str],
    constants: Mapping[str, str],
    format_name: str | None = None,
) -> Recognition:
    """Return the best reading of a table; `kind`, `mapping` and `constants` are a person's.

    `format_name` is the id of the format that the person named, "" for none.
    """
    match = formats.find(table, kind, format_name)
    by_person = kind is not None
    if match:
        kind = match.format.kind
    kinds = [all_datasets()[kind]] if kind else list(all_datasets().values())
    instructed = set(mapping) | set(constants)
    readings = [
        replace(
            found,
            convincing=bool(kind) or _tells(table, found.dataset, found.mapping, instructed),
        )
        for dataset in kinds
        for found in [_reading(table, dataset, mapping, constants, match, sure=by_person)]
    ]
    if not kind:  # a register is nothing that a file is taken for by chance
        readings = [r for r in readings if r.convincing or not r.dataset.register]
    best = max(readings, key=lambda r: _score(table, r, instructed))
    return replace(best, by_person=by_person)


def accepted_names(column: Column) -> tuple[str, ...]:
    """Return the headers that mean this column, its own name first."""
    return tuple(dict.fromkeys((column.name, *column.names)))


def _reading(
    table: Table,
    dataset: Dataset,
    mapping: Mapping[str, str],
    constants: Mapping[str, str],
    match: Match | None,
    *,
    sure: bool,
) -> Recognition:
    given = {name: header for name, header in mapping.items() if name in dataset.by_name}
    settled = {*given, *constants, *(match.format.constants if match else ())}
    found = {name: header for name, header in given.items() if header}
    by_format = {n: h for n, h in match.mapping.items() if n not in settled} if match else {}
    found |= {n: h for n, h in by_format.items() if h not in found.values()}
    taken = {*found.values(), *(match.mapping.values() if match else ())}
    headers = [h for h in table.headers if not (match and match.never(h))]
    known = {*found, *settled}
    found |= _by_name(table, dataset, headers, known, taken)
    taken |= set(found.values())
    holes = _id_with_holes(table, dataset, found, given)
    found = {name: header for name, header in found.items() if header not in holes}
    constants = {}
    if dataset.kind == "rankings":
        added, constants = _of_a_year(table, dataset, {*found, *settled}, taken)
        found |= added
        taken |= set(added.values())
        if sure:
            found |= _ranked(table, found, {*found, *settled, *constants}, taken)
            taken |= set(found.values())
    questions = _questions(table, dataset, settled | set(found), taken)
    found |= questions
    if dataset.kind == "surveys" and (sure or match or _tells(table, dataset, found, set())):
        found |= _sent(table, dataset, found, settled, taken | set(questions.values()))
        taken |= {found["invited_at"]} if "invited_at" in found else set()
    if clocks := with_clocks(table, dataset, found, {*taken, *given.values()}):
        found |= {name: sum_of for name, sum_of in clocks.items() if name not in given}
        taken |= {h for h in table.headers for made in clocks.values() if made.endswith(f" + {h}")}
    have = {*found, *constants, *settled - {n for n, h in given.items() if not h}}
    have |= {name for name, _value in dataset.defaults}
    groups = [(c.name,) for c in dataset.columns if c.needed] + list(dataset.either)
    missing = tuple(group for group in groups if not have & set(group))
    wanted = [name for group in missing for name in group]
    if dataset.kind == "surveys" and not set(QUESTIONS) & {*have, *given}:
        wanted += QUESTIONS
    taken |= {*table.headers} - {*headers} | set(questions.values())
    likely = [c.name for c in dataset.stored if c.name not in {*have, *given, *wanted}]
    return Recognition(
        dataset,
        found,
        (
            *_reasons(table, dataset, found, given, match),
            *_reasons_of_year(found, constants),
            *(_("“{header}” is no id: rows lack it").format(header=header) for header in holes),
        ),
        missing,
        guesses_for(table, dataset, wanted, taken, likely, _since(dataset, found)),
        match,
        constants=constants,
    )


def _by_name(
    table: Table, dataset: Dataset, headers: Sequence[str], known: set[str], taken: set[str]
) -> dict[str, str]:
    """Return the columns that headers name: by their own words first, then by a part of them.

    A header of which only a part is a name, as in `Case status` and `Created (UTC)`, or that has
    only its core in common with one, counts where its values do not speak against it.
    """
    found: dict[str, str] = {}
    own: dict[str, list[str]] = {}
    parts: dict[str, list[str]] = {}
    for header in headers:
        own.setdefault(alike(header), []).append(header)
        for part in (without(header, dataset.nouns), BRACKETS.sub("", header)):
            parts.setdefault(alike(part), []).append(header)
    ways = (
        (own, alike),
        (parts, alike),
        (_by_core(headers, dataset, core), core),
        (_by_core(headers, dataset, core_of_a_time), core_of_a_time),
    )
    for texts, spelt in ways:
        weak = texts is not own
        for column in dataset.columns:
            if column.name in known or column.name in found:
                continue
            if spelt is core_of_a_time and column.kind != "time":
                continue
            names = dict.fromkeys(spelt(name) for name in accepted_names(column))
            options = [
                header
                for name in names
                for header in texts.get(name, ())
                if header not in taken and header not in found.values()
                if not speaks_against(table, column, header, sure=not weak)
                if spelt is alike or table.values(header)
                if _may_be_id(table, dataset, column, header, weak=weak)
            ]
            filled = [header for header in options if table.values(header)]
            if options:
                found[column.name] = (filled or options)[0]
    return found


def _by_core(
    headers: Sequence[str], dataset: Dataset, spelt: Callable[[str], str]
) -> dict[str, list[str]]:
    """Return the headers by what tells in them, where anything does."""
    found: dict[str, list[str]] = {}
    for header in headers:
        parts = (header, without(header, dataset.nouns), BRACKETS.sub("", header))
        for text in {spelt(part) for part in parts} - {""}:
            found.setdefault(text, []).append(header)
    return found


def _of_a_year(
    table: Table, dataset: Dataset, known: set[str], taken: set[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the rank and score of a ranking whose headers name a year, and that year.

    Of several years the newest: `Rank 2024` beside `Rank 2023`.
    """
    found: dict[str, str] = {}
    years = {} if "year" in known else {h: y for h in table.headers if (y := year_of(h))}
    last = max(years.values(), default="")
    newest = {header for header, year in years.items() if year == last}
    for name in {"rank", "score"} - known:
        column = dataset.column(name)
        names = {alike(each) for each in accepted_names(column)}
        for header in table.headers:
            if header in newest - taken and alike(without_year(header)) in names:
                found.setdefault(name, header)
        if name == "rank" and name not in found:
            others = {header for header in years if header not in newest}
            rank = rank_of(table, column, taken | others | set(found.values()))
            found |= {name: rank} if rank else {}
    return found, {"year": last} if newest & set(found.values()) else {}


def _ranked(
    table: Table, found: Mapping[str, str], known: set[str], taken: set[str]
) -> dict[str, str]:
    """Return what is ranked, and its place, where a person says that a file is a ranking.

    They are the only names in it, and the numbers of the rows where nothing else is the place.
    """
    added: dict[str, str] = {}
    brand = found.get("brand")
    if "brand" not in known and (brand := only_names(table, found.get("year"), taken)):
        added["brand"] = brand
    if brand and not known & {"rank", "score"}:
        rank = numbers_of_places(table, brand, taken | {brand})
        added |= {"rank": rank} if rank else {}
    return added


def _since(dataset: Dataset, found: Mapping[str, str]) -> str | None:
    """Return the header of the time that waits are counted from, where it is one column."""
    header = found.get(dataset.moment[0]) if dataset.moment else None
    return None if header and " + " in header else header


def _id_with_holes(
    table: Table, dataset: Dataset, found: Mapping[str, str], given: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what would be the id of rows that can do without, where many of them have none.

    Stores give ratings without a text no link. Their rows would be set aside.
    """
    name = dataset.id_column or ""
    header = found.get(name)
    if header not in table.places or name in given or dataset.column(name).needed:
        return ()
    cells = [row[table.places[header]] for row in table.sample[:SAMPLE]]
    holes = sum(not cell for cell in cells)
    return (header,) if holes > max(1, MOST_HOLES * len(cells)) else ()


def _sent(
    table: Table, dataset: Dataset, found: Mapping[str, str], settled: set[str], taken: set[str]
) -> dict[str, str]:
    """Return what a survey calls its invitations, where its answers have a time of their own.

    `Sent at` may be said of any e-mail: it is looked for in what is a survey by something else.
    """
    if "invited_at" in {*found, *settled} or "answered_at" not in {*found, *settled}:
        return {}
    column = replace(dataset.column("invited_at"), names=SENT)
    only = replace(dataset, columns=(column,))
    return _by_name(table, only, table.headers, set(), taken)


def _reasons_of_year(found: Mapping[str, str], constants: Mapping[str, str]) -> list[str]:
    if "year" not in constants:
        return []
    header = next(h for h in found.values() if year_of(h) == constants["year"])
    return [_("Year: {year}, as “{header}” says").format(year=constants["year"], header=header)]


def _may_be_id(table: Table, dataset: Dataset, column: Column, header: str, *, weak: bool) -> bool:
    """Whether a header may be the id; of answers no two have one, unless it is said to be theirs.

    `survey id` may be the id of the questionnaire, the same for all.
    """
    if column.name != dataset.id_column or dataset.newest_by:
        return True
    return not (weak or alike(header) in ANY_ID) or all_different(table, header)


def _questions(table: Table, dataset: Dataset, known: set[str], taken: set[str]) -> dict[str, str]:
    """Return the questions of a survey that say themselves what they ask, where only one does."""
    if dataset.kind != "surveys" or known & set(QUESTIONS):
        return {}
    found: dict[str, str] = {}
    for name in QUESTIONS:
        free = [h for h in table.headers if h not in taken and h not in found.values()]
        # Groups such as promoters may stand beside the marks that they are made of.
        asking = [h for h in free if asks(h, name) and answers_fit(table, name, h)]
        asking = asking or [h for h in free if words_fit(table, name, h)]
        if len(asking) == 1:
            found[name] = asking[0]
    return found


def _tells(table: Table, of: Dataset, mapping: Mapping[str, str], settled: set[str]) -> bool:
    """Whether a file may be taken for this kind although nobody said so.

    An id and a date are no ticket yet: every kind of rows has them.
    """
    if settled & set(of.by_name) - {*DIMENSIONS}:
        return True
    telling = of.telling or [name for name in of.by_name if name not in DIMENSIONS]
    return any(
        name in telling
        and (name != of.id_column or alike(header) not in ANY_ID)
        and (name in QUESTIONS or _fits(table, of.column(name), header))
        for name, header in mapping.items()
    )


def _are_statuses(table: Table, header: str) -> bool:
    """Whether nearly all values are statuses of tickets: orders and reviews have others."""
    values = table.values(header)[:SAMPLE]
    known = sum(statuses.is_known(value) for value in values)
    return known >= NEARLY * len(values)


def _fits(table: Table, column: Column, header: str) -> bool:
    """Whether most values are what the column is, or nothing can be said of them."""
    if column.name == "status":
        return _are_statuses(table, header)
    share = share_that_fits(table, column, header)
    return share is None or share >= HALF


def _score(table: Table, reading: Recognition, settled: set[str]) -> tuple[bool, int, float]:
    """Complete readings first, then a person's words, then the most headers and guesses."""
    of = reading.dataset
    own = [
        name
        for name, header in reading.mapping.items()
        if name not in DIMENSIONS and _fits(table, of.column(name), header)
    ]
    known = len(settled & set(of.by_name))
    wanted = {n for group in reading.missing for n in group} | set(QUESTIONS)
    guesses = {n: found for n, found in reading.guesses.items() if n in wanted}
    guessed = {n for group in reading.missing for n in group if n in guesses}
    months = [name for name in guessed if of.column(name).kind == "month"]
    named = [g for found in guesses.values() for g in found[:1] if g.named]
    lacking = sum(not guessed & set(group) for group in reading.missing)
    likely = (len(reading.missing) - lacking + len(months)) / 2 - lacking
    hints = len(named) / 10 + len(reading.mapping) / 100
    free = [h for h in table.headers if h not in reading.mapping.values()]
    scores = of.kind == "surveys" and are_answers(table, free)
    complete = not reading.missing and reading.convincing
    return complete, known, len(own) + likely + hints + scores + reading.convincing / 2


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
            text = _("{title}: “{header}”, by its name; {share} of its values fit")
        reasons.append(
            text.format(
                title=title,
                header=header,
                share=rate(share, 0),
                format=match.format.title if match else "",
            )
        )
    return tuple(reasons)
