"""Source headers → dataset columns: one SQL expression per column, decided per column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from service_quality.datasets import Column, Dataset
from service_quality.errors import RefusedError, UsageError
from service_quality.i18n import _
from service_quality.ingest.dates import DateStyle
from service_quality.ingest.read import Table
from service_quality.ingest.recognise import normal
from service_quality.ingest.words import Words

OBSERVED_UNTIL = "observed_until"
COMMA_DECIMAL = re.compile(r"^[+-]?(\d{1,3}([ .\u00a0\u202f]\d{3})+|\d+),(\d{1,2}|\d{4,})\s*%?$")
POINT_DECIMAL = re.compile(r"\.\d{1,2}$|\.\d{4,}$")


@dataclass(frozen=True)
class Term:
    """One header of a sum or difference, by its place in the table."""

    sign: str
    at: int


@dataclass(frozen=True)
class Mapped:
    """How one dataset column is made.

    `texts` is SQL over the table's columns c0, c1, …: one text for each header it uses; `value`
    is SQL over those texts, written {0}, {1}, …
    """

    column: Column
    texts: tuple[str, ...]
    value: str
    header: str


@dataclass(frozen=True)
class Plan:
    """All columns of one reading, the SQL parameters they name, and what was decided."""

    dataset: Dataset
    columns: tuple[Mapped, ...]
    constants: dict[str, str]
    parameters: dict[str, object] = field(default_factory=dict)

    @property
    def mapped(self) -> tuple[str, ...]:
        """Names of the columns that the reading gives, constants included."""
        return (*(m.column.name for m in self.columns), *self.constants)


def terms(header: str, table: Table, column: Column) -> tuple[Term, ...]:
    """Return the headers that `attendances-breaches` names; a plain header is one term.

    Headers may hold signs themselves, so the longest header that leaves a readable rest wins.
    Raises RefusedError naming the headers of the file when there is no such header.
    """
    exact = _place(header, table.headers)
    if exact is not None:
        return (Term("+", exact),)
    found = _split(header.strip(), "+", table.headers)
    if found is None or column.kind not in ("integer", "number"):
        raise RefusedError(
            _("{file} has no column “{header}” for {column}. Its columns: {headers}.").format(
                file=table.name,
                header=header,
                column=column.name,
                headers=", ".join(table.headers[:60]),
            )
        )
    return tuple(found)


def _place(header: str, headers: Sequence[str]) -> int | None:
    if header in headers:
        return headers.index(header)
    alike = [i for i, h in enumerate(headers) if normal(h) == normal(header) and normal(h)]
    signs = set("+-") & set(header)
    return alike[0] if len(alike) == 1 and not signs else None


def _split(rest: str, sign: str, headers: Sequence[str]) -> list[Term] | None:
    for header in sorted(headers, key=len, reverse=True):
        if not rest.startswith(header):
            continue
        after = rest[len(header) :].lstrip()
        term = Term(sign, headers.index(header))
        if not after:
            return [term]
        if after[0] in "+-−–":
            more = _split(after[1:].lstrip(), "+" if after[0] == "+" else "-", headers)
            if more is not None:
                return [term, *more]
    return None


def plan(
    table: Table,
    dataset: Dataset,
    mapping: dict[str, str],
    words: Words,
    styles: dict[str, DateStyle],
    zone: str,
) -> Plan:
    """Return the SQL that makes each mapped column of the dataset out of the table's cells."""
    parameters: dict[str, object] = {"zone": zone}
    columns = tuple(
        _mapped(table, dataset.column(name), header, words, styles, parameters)
        for name, header in mapping.items()
    )
    constants = dict(dataset.defaults) | {
        name: value for name, value in words.constants.items() if name != OBSERVED_UNTIL
    }
    constants = {name: value for name, value in constants.items() if name not in mapping}
    return Plan(dataset, columns, constants, parameters)


def check_words(words: Words, dataset: Dataset) -> None:
    """Raise UsageError for a column that the dataset does not have, naming those it has."""
    said = {*words.mapping, *words.constants, *words.no_answer, *words.dates} - {OBSERVED_UNTIL}
    unknown = sorted(said - set(dataset.by_name))
    if unknown:
        raise UsageError(
            _("{kind} have no column {column}; they have: {columns}.").format(
                kind=_(dataset.title),
                column=", ".join(unknown),
                columns=", ".join(dataset.by_name),
            )
        )


def _mapped(
    table: Table,
    column: Column,
    header: str,
    words: Words,
    styles: dict[str, DateStyle],
    parameters: dict[str, object],
) -> Mapped:
    found = terms(header, table, column)
    texts = tuple(_cell(term, column, words, parameters) for term in found)
    if len(found) == 1:
        value = _value(column, table, found[0], styles, parameters)
        return Mapped(column, texts, value, header)
    numbers = [_number(f"{{{i}}}", table, term) for i, term in enumerate(found)]
    value = "".join(f" {t.sign} {n}" for t, n in zip(found, numbers, strict=True))
    value = f"read_whole({value})" if column.kind == "integer" else value
    return Mapped(column, texts, value, header)


def _cell(term: Term, column: Column, words: Words, parameters: dict[str, object]) -> str:
    cell = f"read_text(c{term.at})"
    codes = words.no_answer.get(column.name)
    if not codes:
        return cell
    name = f"no_answer_{column.name}"
    parameters[name] = list(codes)
    if column.kind in ("integer", "number"):
        # 0 is also written 0.0 by whatever saved the column as a float.
        numbers = [float(code) for code in codes if re.fullmatch(r"-?\d+(\.\d+)?", code)]
        parameters[f"{name}_numbers"] = numbers
        return (
            f"case when not list_contains(${name}, {cell}) and not coalesce("
            f"list_contains(${name}_numbers::double[], try_cast({cell} as double)), false)"
            f" then {cell} end"
        )
    return f"case when not list_contains(${name}, {cell}) then {cell} end"


def _value(
    column: Column,
    table: Table,
    term: Term,
    styles: dict[str, DateStyle],
    parameters: dict[str, object],
) -> str:
    text = "{0}"
    if column.kind == "text":
        return _worded(text, column, parameters)
    if column.kind in ("time", "month"):
        at = _time(text, column, styles.get(column.name, DateStyle()), parameters)
        return f"cast(date_trunc('month', {at}) as date)" if column.kind == "month" else at
    if column.kind == "integer":
        return f"read_whole({_number(text, table, term)})"
    if column.kind == "number":
        return _number(text, table, term)
    return f"read_{column.kind}({_worded(text, column, parameters)})"


def _time(text: str, column: Column, style: DateStyle, parameters: dict[str, object]) -> str:
    if not style.formats:
        return f"read_iso({text}, $zone)"
    name = f"dates_{column.name}"
    parameters[name] = list(style.formats)
    return f"cast(try_strptime({text}, ${name}::varchar[]) as timestamp)"


def _number(text: str, table: Table, term: Term) -> str:
    values = [value for row in table.sample if (value := row[term.at])]
    commas = sum(bool(COMMA_DECIMAL.match(v)) for v in values)
    points = sum(bool(POINT_DECIMAL.search(v)) for v in values)
    return f"read_{'comma' if commas > points else 'point'}_number({text})"


def _worded(text: str, column: Column, parameters: dict[str, object]) -> str:
    if not column.words:
        return text
    cases = []
    for word, names in column.words.items():
        name = f"words_{column.name}_{word}"
        parameters[name] = list(names)
        cases.append(f"when list_contains(${name}, lower(strip_accents({text}))) then '{word}'")
    return f"case {' '.join(cases)} else {text} end"
