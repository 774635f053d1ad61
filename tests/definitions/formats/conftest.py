"""An export written as its system writes it, loaded the public way."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_quality.ingest.recognise.instructions import Instructions
from service_quality.uploads import publish
from service_quality.uploads.outcome import Outcome
from tests.factories import NOW, Store


class Exports(Store):
    """A warehouse, and exports as text."""

    def text(self, text: str, name: str = "export.csv", **words: object) -> Outcome:
        """Load an export; return its outcome, refused or not."""
        path = self.folder / name
        path.write_bytes(text.encode())
        moment = publish.Moment(NOW, "tester")
        said = Instructions(**words)  # type: ignore[arg-type]
        return publish.load(self.warehouse, self.settings, path, said, moment)

    def loaded(self, text: str, **words: object) -> Outcome:
        """Load an export that must be published."""
        outcome = self.text(text, **words)
        assert outcome.status == "published", outcome.reason
        return outcome

    def rows(self, kind: str, *columns: str) -> list[tuple[object, ...]]:
        """Return stored rows, times as `2024-03-01 09:12:00`."""
        return [
            tuple(str(cell) if hasattr(cell, "year") else cell for cell in row)
            for row in self.stored(kind, *columns)
        ]


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)
