"""Why a file cannot be used as it is, each in words that say what to do instead."""

from __future__ import annotations

import shlex

from service_quality.base.language import _
from service_quality.ingest.read.table import Table
from service_quality.ingest.recognise.recognition import DIMENSIONS, Recognition, accepted_names
from service_quality.ingest.stage.staged import Staged
from service_quality.warehouse.connection import Cursor

HEADERS = 20
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
    for column, said in recognition.mapping.items():
        wrong = [h for h in table.headers if match.never(h) and _names(said, h)]
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
        f"select count(*), min(rowid) + 1, arg_min({name}, rowid) from staged"
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
    """Return what a file lacks, the best guesses, and the words that would say so."""
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
    guesses = _best_guesses(recognition)
    guessed = all(set(group) & set(recognition.guesses) for group in recognition.missing)
    parts = (read_as, guesses, "" if guessed else columns, "" if guesses else remedy)
    return " ".join(filter(None, parts))


def questions(recognition: Recognition) -> str:
    """Return which questions of a survey could be what is measured; "" where none could."""
    return _best_guesses(recognition) if not recognition.missing else ""


def _best_guesses(recognition: Recognition) -> str:
    """Return each guess with its reason, and the words to type if they are right."""
    if not recognition.guesses:
        return ""
    texts, words, taken = [], [], set[str]()
    second = {n for group in recognition.missing for n in _after_the_first(recognition, group)}
    for name, options in recognition.guesses.items():
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
    said = _("Best guesses: {guesses}. If they are right, add: {words}")
    return said.format(guesses="; ".join(texts), words=" ".join(words))


def _lacking(recognition: Recognition, group: tuple[str, ...]) -> str:
    columns = _(" or ").join(group)
    if set(group) & set(recognition.guesses):
        return columns
    of = recognition.dataset
    names = ", ".join(n for c in group for n in accepted_names(of.column(c)))
    return _("{columns} (accepted headers: {names})").format(columns=columns, names=names)


def _after_the_first(recognition: Recognition, group: tuple[str, ...]) -> list[str]:
    """Return the columns of a group that need no guess: one of them is enough."""
    return [name for name in group if name in recognition.guesses][1:]


def _unknown(recognition: Recognition) -> bool:
    known = recognition.said or recognition.match
    return not known and not set(recognition.mapping) - {*DIMENSIONS}


def _names(said: str, header: str) -> bool:
    """Whether the words on a column name a header, alone or in a sum."""
    return (
        said == header
        or said.startswith(f"{header} ")
        or said.endswith((f"+ {header}", f"+{header}"))
    )
