"""Rows of a register that someone typed: published as a file would be, an upload of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from service_quality.base.errors import RefusedError
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.definitions.datasets import Dataset, dataset
from service_quality.ingest.prepare import Prepared
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.stage.issues import Issue
from service_quality.uploads import publish
from service_quality.uploads.outcome import Outcome
from service_quality.uploads.register import Moment
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Cursor

# No file is loaded under this name unless someone gives it: what is typed never writes over a
# file's rows, nor they over it. Which of two counts is decided where the register is read.
SOURCE = "written"
WHEN = "written_at"  # of no meaning: what is typed twice is not the same file
MOST_LETTERS = 60


def write(
    warehouse: Warehouse,
    settings: Settings,
    kind: str,
    rows: Sequence[Mapping[str, object]],
    moment: Moment,
    about: str,
) -> Outcome:
    """Publish rows of a register; `about` is what lists call their upload.

    A cell that a row does not name is empty. All rows or none: RefusedError names the fields that
    are wrong, and what is expected of them.
    """
    of = dataset(kind)
    names = [column.name for column in of.stored]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}.parquet"
        _write(path, of, rows, moment)
        outcome = publish.load(
            warehouse,
            settings,
            path,
            Instructions(kind=kind, source=SOURCE, mapping={name: name for name in names}),
            moment,
            name=_short(about),
            inspect=_all_or_none,
        )
    if outcome.status == "refused":
        raise RefusedError(outcome.reason or "")
    return outcome


def _write(path: Path, of: Dataset, rows: Sequence[Mapping[str, object]], moment: Moment) -> None:
    import polars as pl  # a command that types nothing need not wait for it

    types: dict[str, Any] = {"time": pl.Date, "number": pl.Float64, "yes_no": pl.Boolean}
    schema = {column.name: types.get(column.kind, pl.String) for column in of.stored}
    cells = [{name: row.get(name) for name in schema} | {WHEN: moment.at} for row in rows]
    pl.DataFrame(cells, {**schema, WHEN: pl.Datetime}).write_parquet(path)


def _all_or_none(_cursor: Cursor, prepared: Prepared) -> None:
    wrong = [issue for issue in prepared.issues if issue.rejects]
    if wrong:
        raise RefusedError(" ".join(_sentence(prepared.dataset, issue) for issue in wrong))


def _sentence(of: Dataset, issue: Issue) -> str:
    title = _(of.column(issue.column).title)
    return _("{column}: {expected} is expected.").format(column=title, expected=issue.expected)


def _short(about: str) -> str:
    one_line = " ".join(about.split()).rstrip(".")  # for it stands within sentences
    return one_line if len(one_line) <= MOST_LETTERS else f"{one_line[:MOST_LETTERS]}…"
