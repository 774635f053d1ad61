"""Why a file cannot be used as it is, each in words that say what to do instead."""

from __future__ import annotations

import shlex

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.language import _
from service_quality.definitions.datasets import all_datasets
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
# Kinds whose files often lack what is the same for all their rows.
SAME = ("surveys", "totals", "rankings")
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
                column=column,
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
    ).format(file=table.name, example=example, row=first, count=count)


def what_is_missing(table: Table, recognition: Recognition) -> str:
    """Return what a file lacks, the best guesses, and the flags that would settle it."""
    dataset = recognition.dataset
    lacking = [_lacking(recognition, group) for group in recognition.missing]
    read_as = (
        _("{file} was not recognised; say what it is (--kind). Read as {kind}, it needs {lacking}.")
        if _unknown(recognition)
        else _("{file} was read as {kind}, but needs {lacking}.")
    ).format(file=table.name, kind=_(dataset.title).lower(), lacking="; ".join(lacking))
    headers = ", ".join(table.headers[:HEADERS])
    columns = _("Its columns: {headers}.").format(headers=headers)
    if (more := len(table.headers) - HEADERS) > 0:
        columns = _("Its columns: {headers}, and {n} more.").format(headers=headers, n=more)
    remedy = _(
        "Map one of them (--map {column}=HEADER), or give one value for all rows "
        "(--set {column}=VALUE)."
    ).format(column=recognition.missing[0][0])
    guesses = " ".join(filter(None, (_other_dates(recognition), _best_guesses(recognition))))
    guessed = all(set(group) & set(recognition.guesses) for group in recognition.missing)
    parts = (read_as, guesses, "" if guessed else columns, "" if guesses else remedy)
    return " ".join(filter(None, parts))


def untold(table: Table, recognition: Recognition) -> str | None:
    """Return why a file has what a kind needs, and yet nobody knows what it is; None: it is told.

    The words that would say so are those of the kind that it looks most like.
    """
    if recognition.convincing:
        return None
    text = _(
        "{file} does not say what its rows are: {columns} could stand in any file. Say what it is "
        "(--kind); {kinds} are known. {guesses}"
    )
    shown = _(" and ").join(f"“{header}”" for header in recognition.mapping.values())
    return text.format(
        file=table.name,
        columns=shown,
        kinds=", ".join(all_datasets()),
        guesses=" ".join(filter(None, (_other_dates(recognition), _best_guesses(recognition)))),
    ).strip()


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
    texts, words, taken = [], [], set[str]()
    second = {n for group in recognition.missing for n in _after_the_first(recognition, group)}
    for name, options in offered.items():
        if name in second:
            continue
        free = [guess for guess in options if guess.header not in taken]
        if not free:
            continue
        first, *others = free
        taken.add(first.header)
        text = _("{column} could be {header}, because {why}").format(
            column=name, header=first.header, why=first.why
        )
        if others:
            text += _(" (or {headers})").format(headers=", ".join(o.header for o in others))
        texts.append(text)
        words.append(f"--map {shlex.quote(f'{name}={first.header}')}")
    for group in recognition.missing:
        if not set(group) & set(recognition.guesses):
            flag = "--set {}=VALUE" if recognition.dataset.kind in SAME else "--map {}=HEADER"
            words.append(flag.format(group[0]))
    if _unknown(recognition):
        words.insert(0, f"--kind {recognition.dataset.kind}")
        if not recognition.missing:
            texts.insert(0, _(recognition.dataset.title))
    if not texts:
        return _("If it is, add: {words}").format(words=" ".join(words))
    text = _("Best guesses: {guesses}. If they are right, add: {words}")
    return text.format(guesses="; ".join(texts), words=" ".join(words))


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
    columns = _(" or ").join(group)
    if set(group) & set(recognition.guesses):
        return columns
    of = recognition.dataset
    names = ", ".join(n for c in group for n in accepted_names(of.column(c))[:NAMES])
    return _("{columns} (accepted headers: {names})").format(columns=columns, names=names)


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
