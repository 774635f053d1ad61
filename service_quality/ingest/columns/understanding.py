"""Decides, column by column, how the cells of a file are to be understood, and says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from service_quality.base import voice
from service_quality.base.errors import NotUnderstoodError, RefusedError, UsageError
from service_quality.base.language import _
from service_quality.definitions.datasets import Column, Dataset
from service_quality.ingest.columns import dates, decided, durations, numbers, scales, vocabulary
from service_quality.ingest.columns.dates import DateStyle
from service_quality.ingest.columns.decisions import Decision
from service_quality.ingest.columns.durations import Unit
from service_quality.ingest.columns.numbers import NumberStyle
from service_quality.ingest.columns.scales import Answers
from service_quality.ingest.columns.scan import counts, scan
from service_quality.ingest.columns.terms import Term, terms
from service_quality.ingest.columns.years import has_seasons
from service_quality.ingest.read.table import Table
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.warehouse.engine import Cursor

MOST_ANSWERS = 200  # texts that differ; beyond it they are no points of a scale


@dataclass(frozen=True)
class Understood:
    """How each column's cells are read, by the name of the dataset's column.

    `numbers` goes by the place of a header in the table, as a sum has several; `grouped` are id
    columns whose digits stand in groups; `constants` are scales that the answers state; `seasons`
    are columns of years where 2011-12 is a season and no month.
    """

    terms: dict[str, tuple[Term, ...]]
    dates: dict[str, DateStyle] = field(default_factory=dict)
    numbers: dict[int, NumberStyle] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    answers: dict[str, Answers] = field(default_factory=dict)
    grouped: frozenset[str] = frozenset()
    constants: dict[str, str] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    seasons: frozenset[str] = frozenset()


def understand_columns(
    cursor: Cursor,
    table: Table,
    dataset: Dataset,
    mapping: dict[str, str],
    instructions: Instructions,
) -> Understood:
    """Return how to read each mapped column: from its sample, from all of it where in doubt.

    Raises NotUnderstoodError with a question where nothing tells, UsageError for words no file
    could be read by.
    """
    used = {n: terms(header, table, dataset.column(n)) for n, header in mapping.items()}
    styles, of_dates = _dates(cursor, table, dataset, used, instructions)
    units = _units(table, used, dataset, instructions)
    answers = _answers(cursor, table, dataset, used, instructions)
    places = {
        term.at
        for name, found in used.items()
        for term in (found[1:] if name in units else found)
        if name in units or dataset.column(name).kind in ("integer", "number")
        if name not in answers and not (dataset.column(name).reads and len(found) == 1)
    }
    styles_of_numbers = {at: _number_style(table, at) for at in sorted(places)}
    grouped = _grouped_ids(cursor, table, dataset, used)
    years = [n for n in used if dataset.column(n).reads == "read_year"]
    seasons = frozenset(n for n in years if has_seasons(_values(table, used[n][0].at)))
    stated = _stated_scales(table, dataset, used, answers)
    constants = stated | {
        scale: found.scale
        for name, found in answers.items()
        if (scale := f"{name}_scale") in dataset.by_name and found.scale
    }
    constants = {
        scale: points
        for scale, points in constants.items()
        if scale not in mapping and scale not in instructions.constants
    }
    decisions = [
        *of_dates,
        *(decided.of_number(n, table, t, styles_of_numbers) for n, ts in used.items() for t in ts),
        *(decided.of_years(n, table, used[n][0].at, n in seasons) for n in years),
        *(decided.of_unit(n, table, used[n], unit) for n, unit in units.items()),
        *(decided.of_answers(n, table, used[n][0].at, a, constants) for n, a in answers.items()),
        *(decided.of_scale(s, table, used, stated) for s in stated if s in constants),
        *(decided.of_ids(n, table, used[n][0].at) for n in grouped),
    ]
    return Understood(
        used,
        styles,
        styles_of_numbers,
        units,
        answers,
        grouped,
        constants,
        tuple(decision for decision in decisions if decision),
        seasons,
    )


def _values(table: Table, at: int) -> list[str]:
    return table.values(table.headers[at])


# Dates


def _dates(
    cursor: Cursor,
    table: Table,
    dataset: Dataset,
    used: dict[str, tuple[Term, ...]],
    instructions: Instructions,
) -> tuple[dict[str, DateStyle], list[Decision]]:
    """Return how each time column writes its dates; NotUnderstoodError where nothing tells."""
    places = {
        name: found[0].at
        for name, found in used.items()
        if dataset.column(name).kind in ("time", "month")
    }
    samples = {name: _values(table, at) for name, at in places.items()}
    undecided = {
        n: v
        for n, v in samples.items()
        if n not in instructions.dates or not dates.is_pattern(instructions.dates[n])
    }
    given = [instructions.dates[name] for name in places.keys() & instructions.dates.keys()]
    styles = dates.decide(undecided, lambda name: _votes(cursor, table, places[name]), given)
    for name, style in styles.items():
        styles[name] = replace(style, zone=dates.zone_of(table.headers[places[name]]))
    for name in places.keys() & instructions.dates.keys():
        styles[name] = dates.stated(instructions.dates[name], styles.get(name, DateStyle()))
    doubtful = [name for name, style in styles.items() if style.ambiguous]
    if doubtful:
        name = doubtful[0]
        raise NotUnderstoodError(
            _which_order(table, name, places, samples),
            table.headers,
            tuple(f"--dates {name}={order}" for order in ("day-first", "month-first")),
        )
    styles |= _zones(table, places, samples, styles, instructions)
    decisions = []
    for name, style in styles.items():
        offsets = next((value for value in samples[name] if dates.OFFSET.search(value)), None)
        if telling := offsets or next(iter(samples[name]), None):
            decisions.append(decided.of_dates(name, table, places[name], style, telling))
        if dataset.column(name).kind == "month":
            decisions += _periods(cursor, table, name, places[name], samples[name])
        if offsets and style.form not in ("excel", "epoch"):
            some = _offsets(cursor, table, places[name])
            decisions.append(decided.of_offsets(name, table, places[name], *some, offsets))
        elif style.zone:
            decisions.append(decided.of_zone(name, table, places[name], style))
    return styles, [d for d in decisions if d]


def _periods(
    cursor: Cursor, table: Table, name: str, at: int, values: Sequence[str]
) -> list[Decision]:
    """Say of weeks, quarters and half years in a column of months which month they count in.

    RefusedError where two of them fall into one month: one of them would stand for both.
    """
    found = cursor.execute(
        "select any_value(value), count(*), count(distinct month) from (select"
        " value, read_period(value) as month from (select unnest($values::varchar[]) as value)"
        ") where month is not null",
        {"values": list(dict.fromkeys(values))},
    ).fetchall()
    example, periods, months = found[0]
    if periods > months:
        raise RefusedError(
            _(
                "{file}: column “{header}” holds periods such as “{example}”, several of which lie "
                "in one month. Add them up to one row a month, or to one a quarter or half year."
            ).format(file=table.name, header=table.headers[at], example=example)
        )
    return [decided.of_periods(name, table, at, example)] if periods else []


def _votes(cursor: Cursor, table: Table, at: int) -> tuple[int, int]:
    """Return how many dates of a whole column can only be day first, and only month first."""
    found = scan(
        cursor,
        table,
        rf"""select
            count(*) filter (where try_cast(parts.a as integer) > 12),
            count(*) filter (where try_cast(parts.b as integer) > 12)
        from (
            select regexp_extract(
                date_before_time(read_text(c{at})),
                '^(?:[a-z-]+\.?,? ){{0,2}}(\d{{1,2}})[-/. ] ?(\d{{1,2}})[-/. ] ?\d{{2}}',
                ['a', 'b']
            ) as parts
            from {{file}}
        )""",
    )
    return found[0] if found else (0, 0)


def _offsets(cursor: Cursor, table: Table, at: int) -> tuple[int, int]:
    """Return how many times of a whole column have an offset, and how many have none."""
    cell = f"read_text(c{at})"
    found = scan(
        cursor,
        table,
        f"select count(*) filter (where has), count(*) filter (where not has) from (select"
        f" regexp_matches({cell}, $pattern) as has from {{file}} where {cell} like '%:%')",
        {"pattern": f"(?i){dates.OFFSET.pattern}"},
    )
    return found[0] if found else (0, 0)


def _which_order(
    table: Table, name: str, places: dict[str, int], samples: dict[str, list[str]]
) -> str:
    text = _(
        "{file}: is “{example}” in column “{header}” day first or month first? The file "
        "does not tell."
    )
    words = _("Say it with --dates {column}=day-first or --dates {column}=month-first.")
    return text.format(
        file=table.name, example=samples[name][0], header=table.headers[places[name]]
    ) + voice.typed(words.format(column=name))


def _zones(
    table: Table,
    places: dict[str, int],
    samples: dict[str, list[str]],
    styles: dict[str, DateStyle],
    instructions: Instructions,
) -> dict[str, DateStyle]:
    """Return the columns whose times name a zone that several have, as a person settled it.

    What was said of one column holds for its neighbours. NotUnderstoodError where nobody said.
    """
    ends = {
        name: given.rpartition(",")[2]
        for name, given in instructions.dates.items()
        if name in places
    }
    zones = {name: end for name, end in ends.items() if dates.is_zone(end)}
    settled = {}
    for name, values in samples.items():
        shared = dates.shared_zones(values)
        if not shared:
            continue
        if not zones and not styles[name].zone:
            raise _which_zone(table, name, table.headers[places[name]], shared[0], instructions)
        of = name if name in zones or styles[name].zone else next(iter(zones))
        settled[name] = replace(styles[name], shared=shared, zone=styles[of].zone)
    return settled


def _which_zone(
    table: Table, name: str, header: str, shared: str, instructions: Instructions
) -> NotUnderstoodError:
    zones = vocabulary.SHARED_ZONES[shared]
    before = f"{instructions.dates[name]}," if name in instructions.dates else ""
    text = _(
        "{file}: the times of column “{header}” are in “{zone}”, which several zones are called."
    ).format(file=table.name, header=header, zone=shared.upper())
    words = _(
        "Say which: --dates {column}={first}, the name of another, or --dates {column}={local}."
    ).format(column=name, first=before + zones[0], local=before + "local")
    text += voice.typed(words)
    options = tuple(f"--dates {name}={before}{zone}" for zone in (*zones, "local"))
    return NotUnderstoodError(text, table.headers, options)


# Durations


def _units(
    table: Table, used: dict[str, tuple[Term, ...]], dataset: Dataset, instructions: Instructions
) -> dict[str, Unit]:
    """Return the unit of each duration added to a time; NotUnderstoodError where none shows."""
    for name, word in instructions.units.items():
        if word not in durations.UNITS:
            raise UsageError(
                _("There is no unit {said} for {column}; known: {known}.").format(
                    said=word, column=name, known=", ".join(durations.UNITS)
                )
            )
    units = {}
    for name, found in used.items():
        if dataset.column(name).kind != "time" or len(found) == 1:
            continue
        header, values = table.headers[found[1].at], _values(table, found[1].at)
        unit = durations.unit_of(instructions.units.get(name), header, values)
        if unit is None:
            text = _("{file}: is “{example}” in column “{header}” in minutes or in hours?")
            words = _(
                "Say it with --unit {column}=minutes or --unit {column}=hours (or seconds, days)."
            )
            raise NotUnderstoodError(
                text.format(file=table.name, example=values[0], header=header)
                + voice.typed(words.format(column=name)),
                table.headers,
                tuple(f"--unit {name}={each}" for each in ("minutes", "hours", "seconds", "days")),
            )
        units[name] = _of_a_day(unit, _values(table, found[0].at), values)
    return units


def _of_a_day(unit: Unit, days: Sequence[str], values: Sequence[str]) -> Unit:
    """Return the unit; 09:12 beside a day is its time of day, whatever the clocks do that day."""
    clocks = unit.name == "hms" and unit.why == "values" and all(map(dates.CLOCK.match, values))
    return replace(unit, name=durations.CLOCK) if clocks and dates.are_days(days) else unit


# Numbers and answers


def _number_style(table: Table, at: int) -> NumberStyle:
    def elsewhere() -> Sequence[str]:
        return [cell for row in table.sample for cell in row if cell and len(cell) < 30]

    return numbers.decide(_values(table, at), elsewhere)


def _answers(
    cursor: Cursor,
    table: Table,
    dataset: Dataset,
    used: dict[str, tuple[Term, ...]],
    instructions: Instructions,
) -> dict[str, Answers]:
    """Return what answers in words mean, for each question that is answered so."""
    found = {}
    for name, used_terms in used.items():
        if not _is_answer(dataset, dataset.column(name)) or len(used_terms) > 1:
            continue
        groups = name == "nps"
        sample = dict.fromkeys(_values(table, used_terms[0].at), 1)
        if scales.answers(sample, groups=groups) is None:
            continue
        texts = counts(cursor, table, used_terms[0].at, MOST_ANSWERS) or {}
        codes = instructions.no_answer.get(name, ())
        answers_only = {text: n for text, n in texts.items() if text not in codes}
        size = scales.size(instructions.constants.get(f"{name}_scale"))
        if (answers := scales.answers(answers_only, size, groups=groups)) is not None:
            found[name] = answers
    return found


def _stated_scales(
    table: Table,
    dataset: Dataset,
    used: dict[str, tuple[Term, ...]],
    answers: dict[str, Answers],
) -> dict[str, str]:
    """Return the scales that the headers of numbers state, by the column that holds the scale."""
    headers = {name: table.headers[found[0].at] for name, found in used.items()}
    return {
        f"{name}_scale": scale
        for name, header in headers.items()
        if f"{name}_scale" in dataset.by_name and name not in answers
        if (scale := scales.of_header(header))
    }


def _is_answer(dataset: Dataset, column: Column) -> bool:
    return dataset.kind == "surveys" and column.kind == "number"


# Ids


def _grouped_ids(
    cursor: Cursor, table: Table, dataset: Dataset, used: dict[str, tuple[Term, ...]]
) -> frozenset[str]:
    """Return the id column where all its values are digits in groups, such as 5 732 943."""
    name = dataset.id_column
    if name not in used:
        return frozenset()
    at, groups = used[name][0].at, r"\d{1,3}([ \x{00a0}\x{202f}]\d{3})*"
    if not any(numbers.SPACED.search(value) for value in _values(table, at)):
        return frozenset()
    found = scan(
        cursor,
        table,
        f"select bool_and(regexp_full_match(read_text(c{at}), $groups)) from {{file}}",
        {"groups": groups},
    )
    return frozenset({name} if found and found[0][0] else ())
