"""Why a file cannot be used as it is, each in words that say what to do instead."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence

from service_quality.base import language, voice
from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.errors import NotUnderstoodError
from service_quality.base.language import _
from service_quality.definitions.datasets import Dataset, all_datasets
from service_quality.ingest.read.table import Table
from service_quality.ingest.recognise.recognition import (
    QUESTIONS,
    Recognition,
    accepted_names,
)
from service_quality.ingest.stage.staged import Staged
from service_quality.warehouse.engine import Cursor
from service_quality.warehouse.schema import record

HEADERS = 20
NAMES = 12  # of the headers that would do, the commonest
# Columns that are often the same for all rows of a file, which then lacks them.
SAME = ("publisher", "year", "kpi")
# How a spreadsheet shows a long number, and writes it when it saves the file: digits are lost.
DAMAGED = r"\d([.,]\d+)?[eE]\+\d+"


def refused_format(table: Table, recognition: Recognition) -> str | None:
    """Return why no row of a format can be used; None where they can."""
    match = recognition.match
    if not match or not match.format.refuse:
        return None
    return _("{file} is an export of {why}. {refuse}").format(
        file=table.name, why=match.why, refuse=_(match.format.refuse)
    )


def refused_header(table: Table, recognition: Recognition) -> str | None:
    """Return why a header that a person mapped cannot be what it seems; None where all can."""
    match = recognition.match
    if not match:
        return None
    for column, header in recognition.mapping.items():
        wrong = [h for h in table.headers if match.never(h) and _names(header, h)]
        if wrong:
            return _("{file}: “{header}” cannot be {column}. {because}").format(
                file=table.name,
                header=wrong[0],
                column=_called(recognition.dataset, column),
                because=_(match.format.because),
            )
    return None


def damaged_ids(cursor: Cursor, table: Table, staged: Staged) -> str | None:
    """Return why a file is refused whose ids were cut short by a spreadsheet; None: they were not.

    One is enough: several tickets share what is left of their ids, and would become one.
    """
    name = staged.plan.dataset.id_column
    if name not in staged.plan.mapped:
        return None
    found = cursor.execute(
        f"select count(*), min({record()}), arg_min({name}, {record()}) from staged"
        f" where regexp_full_match({name}, $pattern)",
        {"pattern": DAMAGED},
    ).fetchall()
    count, first, example = found[0]
    if not count:
        return None
    return _(
        "{file}: ids such as “{example}” (row {row}, {count} in all) are damaged: a spreadsheet "
        "cut off their digits. Load the export as it was downloaded; or open it in the "
        "spreadsheet by importing it with that column as text, and save it again."
    ).format(file=table.name, example=example, row=first, count=language.number(count))


def what_is_missing(table: Table, recognition: Recognition) -> str:
    """Return what a file lacks, the best guesses, and the words that would say so."""
    dataset = recognition.dataset
    guessed_kinds = {
        dataset.column(name).kind
        for group in recognition.missing
        for name in group
        if name in recognition.guesses
    } | ({"month"} & {dataset.column(name).kind for name in recognition.mapping})
    if _unknown(recognition) and recognition.looks_like is None and len(guessed_kinds) < 2:
        return _nothing_known(table, recognition)
    lacking = [_lacking(recognition, group) for group in recognition.missing]
    read_as = (
        _("{file} was not recognised; say what it is{flag}. Read as {kind}, it needs {lacking}.")
        if _unknown(recognition)
        else _("{file} was read as {kind}, but needs {lacking}.")
    ).format(
        file=table.name,
        kind=_(dataset.title).lower(),
        lacking=language.side_by_side(lacking),
        flag=voice.typed("(--kind)"),
    )
    guessed = all(set(group) & set(recognition.guesses) for group in recognition.missing)
    guesses = _best_guesses(recognition)
    remedy = _("Say which columns they are, or one value for all rows:") + voice.typed(
        " ".join(_word_for(group[0]) for group in recognition.missing)
    )
    columns = "" if guessed else _columns(table)
    # Of several tables another may be the one that was meant; what to type stands last.
    parts = (read_as, table.sheet, _other_dates(recognition), columns, guesses or remedy)
    return " ".join(filter(None, parts))


def _columns(table: Table) -> str:
    headers = ", ".join(table.headers[:HEADERS])
    if (more := len(table.headers) - HEADERS) > 0:
        return _("Its columns: {headers}, and {n} more.").format(headers=headers, n=more)
    return _("Its columns: {headers}.").format(headers=headers)


def _word_for(name: str) -> str:
    """Return the words by which a person gives a column that nothing could be."""
    return f"--set {name}=VALUE" if name in SAME else f"--map {name}=HEADER"


def _nothing_known(table: Table, recognition: Recognition) -> str:
    """Return why a file is refused that no kind of data speaks for: to name one would mislead."""
    dates = [
        guess.header
        for name, found in recognition.guesses.items()
        if recognition.dataset.column(name).kind == "time"
        for guess in found
    ]
    text = _(
        "{file} was not recognised: nothing says what its rows are. Say it, and which columns "
        "hold what."
    ).format(file=table.name)
    words = _("--kind KIND --map COLUMN=HEADER; kinds: {kinds}.")
    text += voice.typed(words.format(kinds=", ".join(all_datasets())))
    known = _("Dates: {headers}.").format(headers=", ".join(dict.fromkeys(dates))) if dates else ""
    return " ".join(filter(None, (text, _columns(table), known, table.sheet)))


def untold(table: Table, recognition: Recognition) -> str | None:
    """Return why a file has what a kind needs, and yet nobody knows what it is; None: it is told.

    The words that would say so are those of the kind that it looks most like.
    """
    if recognition.convincing:
        return None
    text = _(
        "{file} does not say what its rows are: {columns} could stand in any file. Say what it is"
        "{flag}; {kinds} are known. {guesses}"
    )
    shown = _(" and ").join(map(language.quoted, recognition.mapping.values()))
    return text.format(
        file=table.name,
        columns=shown,
        flag=voice.typed("(--kind)"),
        kinds=", ".join(
            _(each.title) if voice.on_page() else kind for kind, each in all_datasets().items()
        ),
        guesses=" ".join(filter(None, (_other_dates(recognition), _best_guesses(recognition)))),
    ).strip()


def told_apart(table: Table, dataset: Dataset, mapping: Mapping[str, str]) -> str:
    """Return the one column nobody uses that tells rows of the same key apart; "" where none does.

    It repeats its values, as the names of teams do: a number or a text of each row tells nothing.
    """
    places = [at for k in dataset.key if (at := table.places.get(mapping.get(k, ""))) is not None]
    keys = [tuple(row[at] for at in places) for row in table.sample]
    if not places or len(set(keys)) == len(keys):
        return ""
    unused = [header for header in table.headers if header not in mapping.values()]
    telling = [
        header
        for header in unused
        for texts in [[row[table.places[header]] for row in table.sample]]
        if len(set(texts)) * 2 <= len(texts) and len({*zip(keys, texts, strict=True)}) == len(keys)
    ]
    return telling[0] if len(telling) == 1 else ""


def which_column(
    table: Table, dataset: Dataset, mapped: Collection[str], free: Sequence[str], header: str
) -> NotUnderstoodError:
    """Return the question which of the `free` columns it is that tells rows of one key apart."""
    words = f"--map {shlex.quote(f'{free[0]}={header}')}"
    if others := ", ".join(free[1:]):
        words += _(" (or {headers})").format(headers=others)
    text = _(
        "{file}: several rows have the same {key}, and “{header}” tells them apart; only the last "
        "of them would count. Say what it is."
    ).format(
        file=table.name,
        key=", ".join(_(dataset.column(k).title) for k in dataset.key if k in mapped),
        header=header,
    )
    text += voice.typed(
        _("{words}; --map {first}= takes the last.").format(words=words, first=free[0])
    )
    answers = tuple(f"--map {name}={header}" for name in free)
    if voice.on_page():
        answers += (f"--map {free[0]}=",)
    return NotUnderstoodError(text, table.headers, answers, kind=dataset.kind)


def questions(recognition: Recognition) -> str:
    """Return which questions of a survey could be what is measured; "" where none could."""
    return _best_guesses(recognition) if not recognition.missing else ""


def _best_guesses(recognition: Recognition) -> str:
    """Return each guess with its reason, and the flags to type if they are right."""
    needed = {name for group in recognition.missing for name in group} | set(QUESTIONS)
    offered = {
        name: [g for g in options if name in needed or g.named]
        for name, options in recognition.guesses.items()
    }
    if not any(offered.values()) and recognition.convincing:
        return ""
    texts, words, taken, given = [], [], set[str](), set[str]()
    second = {n for group in recognition.missing for n in _after_the_first(recognition, group)}
    for name, options in offered.items():
        if name in second:
            continue
        free = [guess for guess in options if guess.header not in taken]
        if not free:
            continue
        first, *others = free
        taken.add(first.header)
        given.add(name)
        text = _("{column} could be {header}, because {why}").format(
            column=_called(recognition.dataset, name), header=first.header, why=first.why
        )
        if others:
            text += _(" (or {headers})").format(headers=", ".join(o.header for o in others))
        texts.append(text)
        words.append(f"--map {shlex.quote(f'{name}={first.header}')}")
    words += [_word_for(group[0]) for group in recognition.missing if not given & set(group)]
    if _unknown(recognition):
        words.insert(0, f"--kind {recognition.dataset.kind}")
        if not recognition.missing:
            texts.insert(0, _(recognition.dataset.title))
    typed = " ".join(words)
    if not texts:
        return voice.typed(_("If it is, add: {words}").format(words=typed)).strip()
    text = _("Best guesses: {guesses}.").format(guesses=language.side_by_side(texts))
    return text + voice.typed(_("If they are right, add: {words}").format(words=typed))


def _other_dates(recognition: Recognition) -> str:
    """Return which columns hold dates besides, whose names say nothing that we know."""
    needed = {name for group in recognition.missing for name in group}
    others = {
        guess.header
        for name, options in recognition.guesses.items()
        for guess in options
        if recognition.dataset.column(name).kind == "time" and name not in needed
        if not guess.named
    }
    others -= {g.header for found in recognition.guesses.values() for g in found if g.named}
    if not others:
        return ""
    return _("Dates of a meaning not known: {headers}.").format(headers=", ".join(sorted(others)))


def _lacking(recognition: Recognition, group: tuple[str, ...]) -> str:
    columns = _(" or ").join(_called(recognition.dataset, name) for name in group)
    if set(group) & set(recognition.guesses):
        return columns
    of = recognition.dataset
    every = [n for c in group for n in accepted_names(of.column(c))[:NAMES]]
    names = ", ".join(n for n in every if not (voice.on_page() and "_" in n))
    return _("{columns} (accepted headers: {names})").format(columns=columns, names=names)


def _called(dataset: Dataset, name: str) -> str:
    return voice.name(name, _(dataset.column(name).title))


def _after_the_first(recognition: Recognition, group: tuple[str, ...]) -> list[str]:
    """Return the columns of a group that need no guess: one of them is enough."""
    return [name for name in group if name in recognition.guesses][1:]


def _unknown(recognition: Recognition) -> bool:
    known = recognition.by_person or recognition.match
    return not known and (
        not recognition.convincing or not set(recognition.mapping) - {*DIMENSIONS}
    )


def _names(mapped: str, header: str) -> bool:
    """Whether the expression of a column names a header, alone or in a sum."""
    return (
        mapped == header
        or mapped.startswith(f"{header} ")
        or mapped.endswith((f"+ {header}", f"+{header}"))
    )
