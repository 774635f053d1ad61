"""Small exports and warehouses for the tests of modules: rows in, outcomes and answers out."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from service_quality.base.settings import Settings
from service_quality.definitions.datasets import dataset
from service_quality.ingest.prepare import Prepared, prepare
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.measures.answers import Answers
from service_quality.uploads import publish
from service_quality.uploads import withdraw as reversal
from service_quality.uploads.outcome import Outcome
from service_quality.warehouse import places

Row = dict[str, Any]

# The moment of every upload, unless a test says otherwise.
NOW = datetime(2026, 1, 15, 12)
SETTINGS = Settings(timezone="Europe/Paris")
_numbers = itertools.count()


def write_csv(path: Path, rows: Iterable[Mapping[str, object]], *, delimiter: str = ",") -> Path:
    """Write rows as a CSV file; None is an empty cell, the headers are the rows' keys."""
    rows = list(rows)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=delimiter, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def words_for(kind: str, columns: Iterable[str], source: str, **more: Any) -> Instructions:
    """Return words that map each column to the header of its own name, and all others to none."""
    columns = set(columns)
    mapping = {name: name if name in columns else "" for name in dataset(kind).by_name}
    constants = more.pop("constants", {})
    mapping = {name: header for name, header in mapping.items() if name not in constants}
    return Instructions(kind=kind, source=source, mapping=mapping, constants=constants, **more)


class Store:
    """A warehouse in a folder of its own; exports are written beside it."""

    def __init__(self, folder: Path, settings: Settings = SETTINGS) -> None:
        self.folder, self.settings = folder, settings
        folder.mkdir(parents=True, exist_ok=True)
        self.warehouse = publish.open_warehouse(places.of(folder), settings)

    @property
    def answers(self) -> Answers:
        return Answers(self.warehouse, self.settings)

    def reopen(self) -> None:
        self.warehouse.close()
        self.warehouse = publish.open_warehouse(places.of(self.folder), self.settings)

    def export(self, rows: Iterable[Mapping[str, object]]) -> Path:
        return write_csv(self.folder / f"export-{next(_numbers)}.csv", rows)

    def try_load(
        self, kind: str, rows: Iterable[Mapping[str, object]], source: str = "test", **more: Any
    ) -> Outcome:
        """Load rows whose keys are the dataset's columns; return the outcome, refused or not."""
        rows = list(rows)
        at, dry_run = more.pop("at", NOW), more.pop("dry_run", False)
        columns = dict.fromkeys(key for row in rows for key in row)
        words = words_for(kind, columns, source, **more)
        moment = publish.Moment(at, "tester")
        path = self.export(rows)
        return publish.load(
            self.warehouse, self.settings, path, words, moment, dry_run=dry_run, name="export.csv"
        )

    def load(
        self, kind: str, rows: Iterable[Mapping[str, object]], source: str = "test", **more: Any
    ) -> Outcome:
        """Load rows that must be accepted, all of them."""
        outcome = self.try_load(kind, rows, source, **more)
        assert outcome.status == "published", outcome.reason
        assert outcome.rows_rejected == 0, outcome.issues
        return outcome

    def withdraw(self, upload_id: str) -> Row:
        moment = publish.Moment(NOW, "tester")
        return reversal.withdraw(self.warehouse, self.settings, upload_id, moment)

    def put_back(self, upload_id: str) -> Row:
        moment = publish.Moment(NOW, "tester")
        return reversal.put_back(self.warehouse, self.settings, upload_id, moment)

    def stored(self, kind: str, *columns: str) -> list[tuple[Any, ...]]:
        """Return all rows of a dataset's table, sorted, by these columns or by all."""
        rows = self.warehouse.rows(f"select {', '.join(columns) or '*'} from {kind}")
        return sorted((tuple(row.values()) for row in rows), key=repr)

    def one(self, kpi: str, **more: Any) -> Row:
        """Return the only row of a KPI asked without keys, by the rows' route."""
        (row,) = self.answers.kpi(kpi, rows=True, reveal=True, **more)
        return row

    def by(self, kpi: str, key: str, field: str = "value", **more: Any) -> dict[Any, Any]:
        """Return a field of a KPI by one key, by the rows' route."""
        found = self.answers.kpi(kpi, [key], rows=True, reveal=True, **more)
        return {row[key]: row[field] for row in found}


def prepared(cursor: Any, path: Path, kind: str, columns: Sequence[str], **more: Any) -> Prepared:
    """Take a file up to staged, checked rows on `cursor`."""
    words = words_for(kind, columns, "test", **more)
    return prepare(cursor, path, words, NOW, SETTINGS.timezone)
