"""Holds every figure of a lake against that of a file.

`python -m tests.equal_lake FOLDER …` takes the uploads and settings of data folders, the samples'
where none is named, into a file and into a lake, and counts what was compared: each KPI by each
dimension and by all of them, from sums and from rows, and its last year's ranking by each.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from service_quality.base import settings
from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.errors import UsageError
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.measures.answers import Answers
from service_quality.uploads import example, folder, moving, publish
from service_quality.warehouse import places
from service_quality.warehouse.lake import Lake
from tests import postgres

RANKED = "reply_time"  # by tests, for which one is enough
MOMENT = publish.Moment(example.MOMENT, "tester")


def figures(answers: Answers, *, thorough: bool = False) -> Iterator[tuple[str, Any]]:
    """Give the answers to what can be asked of figures, each with what was asked."""
    yield "coverage", answers.coverage()
    yield "remarks", answers.remarks()
    for kpi in answers.kpis():
        every = [(name,) for name in DIMENSIONS] if thorough else []
        for by in [*every, (*DIMENSIONS, "month")]:
            for rows in (False, True):
                yield f"{kpi} by {by} {rows=}", answers.kpi(kpi, by, rows=rows, reveal=True)
        for year in answers.years(kpi)[-1:] if thorough or kpi == RANKED else []:
            for by in DIMENSIONS if thorough else ("brand",):
                yield f"{kpi} {year} ranked by {by}", _ranked(answers, kpi, year, by)


def _ranked(answers: Answers, kpi: str, year: int, by: str) -> object:
    try:
        return answers.ranking(kpi, year, by).rows
    except UsageError as error:  # what cannot be ranked, cannot be on either
        return str(error)


def equal(one: Answers, other: Answers, *, thorough: bool = False) -> tuple[int, int]:
    """Hold the figures of two against each other; return how many answers and rows there are."""
    answered = rows = 0
    both = (figures(each, thorough=thorough) for each in (one, other))
    for (asked, expected), (also, found) in zip(*both, strict=True):
        assert asked == also
        assert repr(expected) == repr(found), asked
        answered += 1
        rows += len(expected) if isinstance(expected, list) else 1
    return answered, rows


def main() -> None:
    """Compare; AssertionError where two figures differ."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    with tempfile.TemporaryDirectory(prefix="equal-") as made, postgres.server() as server:
        for number, given in enumerate(parser.parse_args().folders or [None]):
            home = Path(made) / f"{number}"
            home.mkdir()
            _copy(given, home)
            chosen = settings.load(home)
            file = publish.open_warehouse(places.file(home), chosen)
            for path in () if given else example.sample_files():
                publish.load(file, chosen, path, Instructions(), MOMENT)
            lake = Lake(server.catalog, Path(made) / f"lake-{number}", f"of_{number}")
            moving.move(file, chosen, lake)
            there = publish.open_warehouse(lake, chosen)
            answered, rows = equal(Answers(file, chosen), Answers(there, chosen), thorough=True)
            uploads = len(folder.all_of(home))
            print(
                f"{given or 'samples'}: {uploads} uploads, {answered} answers, {rows} rows: equal"
            )
            file.close()
            there.close()


def _copy(given: Path | None, home: Path) -> None:
    for name in ("uploads", settings.FILE_NAME, "timezone", "hash.key") if given else ():
        source = (given or home) / name
        if source.is_dir():
            shutil.copytree(source, home / name)
        elif source.exists():
            shutil.copy(source, home / name)


if __name__ == "__main__":
    main()
