"""Finds the times of day that stand in a column of their own, beside that of the day."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from service_quality.definitions.datasets import Dataset
from service_quality.ingest.columns.dates import CLOCK, are_days
from service_quality.ingest.read.table import Table
from service_quality.ingest.recognise.names import core_of_a_time, normal, without

SAMPLE = 200
OF_A_CLOCK = re.compile(r"\b(heures?|horaire|times?|hours?|hora|ora|uhrzeit|zeit|tijd|godzina)\b")


def with_clocks(
    table: Table, dataset: Dataset, found: Mapping[str, str], taken: Collection[str]
) -> dict[str, str]:
    """Return the columns of days beside which a column has their times of day, as sums of both.

    `Date de création + Heure de création`; `Date + Heure`, where one stands right of the other.
    """
    joined: dict[str, str] = {}
    used = set(taken)
    for name, header in found.items():
        if dataset.column(name).kind != "time" or not _are_days(table, header):
            continue
        clock = next(
            (h for h in table.headers if h not in used and _is_clock_of(table, dataset, header, h)),
            None,
        )
        if clock:
            used.add(clock)
            joined[name] = f"{header} + {clock}"
    return joined


def _are_days(table: Table, header: str) -> bool:
    return header in table.places and are_days(table.values(header)[:SAMPLE])


def _is_clock_of(table: Table, dataset: Dataset, day: str, clock: str) -> bool:
    """Whether a header is the time of day of another: by its name, or its place, and its cells."""
    if not OF_A_CLOCK.search(normal(clock)):
        return False
    own, its = (core_of_a_time(without(h, dataset.nouns)) for h in (day, clock))
    beside = table.places[clock] == table.places[day] + 1
    if own != its and not (beside and not its):
        return False
    cells = [(row[table.places[day]], row[table.places[clock]]) for row in table.sample[:SAMPLE]]
    return any(at for _day, at in cells) and all(
        bool(CLOCK.match(at.strip())) if at else not on for on, at in cells
    )
