"""Source headers → dataset columns: one SQL expression per column, as it was understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from service_quality.base.errors import UsageError
from service_quality.base.language import _
from service_quality.definitions.datasets import Column, Dataset
from service_quality.ingest.columns import dates, durations, numbers
from service_quality.ingest.columns.dates import DateStyle
from service_quality.ingest.columns.scales import Answers
from service_quality.ingest.columns.terms import Term
from service_quality.ingest.columns.understanding import Understood
from service_quality.ingest.read.table import Table
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.recognise.names import alike

OBSERVED_UNTIL = "observed_until"


@dataclass(frozen=True)
class Mapped:
    """How one dataset column is made.

    `texts` is SQL over the table's columns c0, c1, …: one text for each header it uses; `value`
    is SQL over those texts, written {0}, {1}, …, and `other` for times that it cannot read.
    `cell` is the text to report where there is no value; `duration` when it holds one. `plain` is
    SQL over the file's own cell, that reads the commonest forms at little cost, else null.
    """

    column: Column
    texts: tuple[str, ...]
    value: str
    header: str
    other: str = ""
    cell: str = "{0}"
    duration: bool = False
    plain: str = ""


@dataclass(frozen=True)
class Plan:
    """All columns of one reading, the SQL parameters they name, and what was decided.

    `drop` is SQL over the table's columns: the cell that makes a row a test, else null.
    """

    dataset: Dataset
    columns: tuple[Mapped, ...]
    constants: dict[str, str]
    parameters: dict[str, object] = field(default_factory=dict)
    drop: str = ""

    @property
    def mapped(self) -> tuple[str, ...]:
        """Names of the columns that the reading gives, constants included."""
        return (*(m.column.name for m in self.columns), *self.constants)


def plan(
    table: Table, dataset: Dataset, understood: Understood, instructions: Instructions, zone: str
) -> Plan:
    """Return the SQL that makes each mapped column of the dataset out of the table's cells."""
    parameters: dict[str, object] = {"zone": zone}
    columns = tuple(
        _mapped(table, dataset.column(name), understood, instructions, parameters)
        for name in understood.terms
    )
    columns += _beside(dataset, columns, instructions)
    constants = (
        dict(dataset.defaults)
        | understood.constants
        | {name: value for name, value in instructions.constants.items() if name != OBSERVED_UNTIL}
    )
    constants = {name: value for name, value in constants.items() if name not in understood.terms}
    for column in dataset.columns:  # an id that all rows share keeps its own text too
        if column.kind == "id" and column.beside in constants:
            constants.setdefault(column.name, constants[column.beside])
    return Plan(dataset, columns, constants, parameters, _drop(table, instructions, parameters))


def _beside(
    dataset: Dataset, columns: tuple[Mapped, ...], instructions: Instructions
) -> tuple[Mapped, ...]:
    """Return the columns that are read from the cells of another one, where nothing else gives."""
    made = {m.column.name: m for m in columns}
    return tuple(
        replace(made[column.beside], column=column, value=f"{column.reads}({{0}})", plain="")
        for column in dataset.columns
        if column.beside in made and column.name not in {*made, *instructions.constants}
    )


def check_instructions(instructions: Instructions, dataset: Dataset) -> None:
    """Raise UsageError for a column that the dataset does not have, naming those it has."""
    unknown = sorted(instructions.columns - {OBSERVED_UNTIL} - set(dataset.by_name))
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
    understood: Understood,
    instructions: Instructions,
    parameters: dict[str, object],
) -> Mapped:
    found = understood.terms[column.name]
    header = " + ".join(table.headers[term.at] for term in found)
    texts = tuple(_cell(term, column, instructions, parameters) for term in found)
    plain = ""
    if len(found) == 1 and column.name not in instructions.no_answer and not column.reads:
        plain = _plain(column, f"c{found[0].at}", understood, parameters)
    if column.kind in ("time", "month"):
        made = _time(column, texts, header, found, understood, parameters)
        return replace(made, plain=plain)
    if len(found) == 1:
        value = _value(column, found[0], understood, parameters)
        return Mapped(column, texts, value, header, plain=plain)
    styles = understood.numbers
    read = [numbers.sql(styles[term.at], f"{{{i}}}") for i, term in enumerate(found)]
    value = "".join(f" {t.sign} {n}" for t, n in zip(found, read, strict=True))
    value = f"read_whole({value})" if column.kind == "integer" else value
    cells = ", ".join(f"{{{i}}}" for i in range(len(found)))
    return Mapped(column, texts, value, header, cell=f"nullif(concat_ws(' ', {cells}), '')")


def _cell(
    term: Term, column: Column, instructions: Instructions, parameters: dict[str, object]
) -> str:
    cell = f"read_text(c{term.at})"
    codes = instructions.no_answer.get(column.name)
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


def _plain(column: Column, cell: str, understood: Understood, parameters: dict[str, object]) -> str:
    if column.kind == "time":
        style = understood.dates.get(column.name, DateStyle())
        if style.form == "pattern":
            return dates.sql(style, cell, column.name, parameters)[0]
        return f"read_plain_time({cell})" if style.form == "iso" and not style.zone else ""
    if column.kind in ("integer", "number") and column.name not in understood.answers:
        return f"read_plain_whole({cell})"
    return ""


def _value(
    column: Column, term: Term, understood: Understood, parameters: dict[str, object]
) -> str:
    text = "{0}"
    if column.name in understood.answers:
        return _points(text, column, understood.answers[column.name], parameters)
    if column.name in understood.grouped:
        return f"regexp_replace({text}, '[^0-9]', '', 'g')"
    if column.reads:
        return f"{'read_season' if column.name in understood.seasons else column.reads}({text})"
    if column.kind == "text":
        return f"read_word({text})" if column.folded else _worded(text, column, parameters)
    if column.kind == "integer":
        return f"read_whole({numbers.sql(understood.numbers[term.at], text)})"
    if column.kind == "number":
        return numbers.sql(understood.numbers[term.at], text)
    return f"read_{column.kind}({_worded(text, column, parameters)})"


def _time(
    column: Column,
    texts: tuple[str, ...],
    header: str,
    found: tuple[Term, ...],
    understood: Understood,
    parameters: dict[str, object],
) -> Mapped:
    style = understood.dates.get(column.name, DateStyle())
    read, other = dates.sql(style, "{0}", column.name, parameters)
    if column.kind == "month":
        read, other = (f"cast(date_trunc('month', {at}) as date)" for at in (read, other))
        if style.order != "stated":
            other = f"coalesce({other}, read_period({{0}}))"
    if len(found) == 1:
        return Mapped(column, texts, read, header, other)
    # The time may be in any form; a row without it has no duration to complain of.
    time = f"coalesce({read}, {other})"
    plain = numbers.sql(understood.numbers[found[1].at], "{1}")
    value = durations.sql(time, "{1}", plain, understood.units[column.name])
    cell = f"case when {time} is not null then {{1}} end"
    return Mapped(column, texts, value, header, cell=cell, duration=True)


def _points(text: str, column: Column, answers: Answers, parameters: dict[str, object]) -> str:
    parameters[f"answers_{column.name}"] = list(answers.points)
    parameters[f"points_{column.name}"] = list(answers.points.values())
    place = f"list_position($answers_{column.name}::varchar[], {text})"
    return f"list_extract($points_{column.name}::double[], {place})"


def _drop(table: Table, instructions: Instructions, parameters: dict[str, object]) -> str:
    """Return the SQL of the cell that makes a row a test: one of the words to drop by."""
    cells: list[str] = []
    for header, values in instructions.drop.items():
        for at, own in enumerate(table.headers):
            if alike(own) == alike(header):
                name = f"drop_{len(cells)}"
                parameters[name] = [value.strip().lower() for value in values]
                cell = f"read_text(c{at})"
                cells.append(f"case when list_contains(${name}, lower({cell})) then {cell} end")
                break
    return f"coalesce({', '.join(cells)})" if cells else ""


def _worded(text: str, column: Column, parameters: dict[str, object]) -> str:
    if not column.words:
        return text
    cases = []
    for word, names in column.words.items():
        name = f"words_{column.name}_{word}"
        parameters[name] = list(names)
        cases.append(f"when list_contains(${name}, lower(strip_accents({text}))) then '{word}'")
    return f"case {' '.join(cases)} else {text} end"
