"""Drives the command line from outside: write an export, load it, ask for a KPI."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

Row = Mapping[str, Any]

# Far enough behind every date in these tests: all contacts are mature, all years complete.
LONG_AFTER = "2026-01-15"
# What a row of `kpi` holds at least; more may stand beside it and is left out of comparisons.
FIELDS = {
    *("year", "quarter", "month", "brand", "team", "channel", "topic", "source", "question"),
    *("value", "n", "numerator", "denominator", "promoters", "passives", "detractors"),
    *("median", "p90", "answered"),
}


def rate(numerator: int, denominator: int) -> Row:
    """Return a row of `kpi` about a share."""
    return {
        "value": pytest.approx(numerator / denominator),
        "n": denominator,
        "numerator": numerator,
        "denominator": denominator,
    }


@dataclass(frozen=True)
class Ran:
    """What a run of the command line left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class CommandLine:
    """The installed command, called in this process; exports are written to `inbox`."""

    def __init__(self, folder: Path, capture: Callable[[], tuple[str, str]]) -> None:
        self.data = folder / "data"
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        self._capture = capture
        self._count = 0

    def run(self, *argv: str | Path) -> Ran:
        from service_quality.cli.main import main

        self._capture()
        try:
            code = main([str(word) for word in argv])
        except SystemExit as stop:  # a parser may stop the program by itself
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        out, err = self._capture()
        assert "Traceback" not in out + err
        return Ran(int(code or 0), out, err)

    def csv(
        self,
        rows: Iterable[Row],
        name: str | None = None,
        *,
        columns: Sequence[str] | None = None,
        encoding: str = "utf-8",
        delimiter: str = ",",
    ) -> Path:
        """Write rows (column -> value, None = empty cell) as an export and give its path."""
        rows = list(rows)
        path = self._path(name, ".csv")
        columns = columns or list(dict.fromkeys(key for row in rows for key in row))
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, columns, delimiter=delimiter, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def file(self, content: str | bytes, name: str | None = None, ending: str = ".csv") -> Path:
        path = self._path(name, ending)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def _path(self, name: str | None, ending: str) -> Path:
        self._count += 1
        return self.inbox / (name or f"export-{self._count}{ending}")

    def words(
        self,
        kind: str,
        columns: Iterable[str],
        source: str,
        constants: Mapping[str, object] | None = None,
    ) -> list[str]:
        """The words that map every column to the header of its own name."""
        words = ["--kind", kind, "--source", source]
        for column in columns:
            words += ["--map", f"{column}={column}"]
        for column, value in (constants or {}).items():
            words += ["--set", f"{column}={value}"]
        return words

    def load(self, *argv: str | Path, code: int = 0) -> dict[str, Any]:
        """Run `load … --json` on one file; its one object."""
        ran = self.run("load", *argv, "--json")
        assert ran.code == code, ran.err + ran.out
        (result,) = ran.json
        return result

    def load_rows(
        self,
        kind: str,
        rows: Iterable[Row],
        *more: str,
        source: str = "test",
        code: int = 0,
        columns: Sequence[str] | None = None,
        **constants: object,
    ) -> dict[str, Any]:
        """Write rows as an export whose headers are the dataset's columns, and load it."""
        rows = list(rows)
        columns = columns or list(dict.fromkeys(key for row in rows for key in row))
        words = self.words(kind, columns, source, constants)
        return self.load(self.csv(rows, columns=columns), *words, *more, code=code)

    def kpi(self, kpi: str, *argv: str) -> list[dict[str, Any]]:
        """What was counted, figures of few answers too; the statistics are left out."""
        ran = self.run("kpi", kpi, *argv, "--all", "--json")
        assert ran.code == 0, ran.err
        assert ran.json["kpi"] == kpi
        return [{k: v for k, v in row.items() if k in FIELDS} for row in ran.json["rows"]]

    def one(self, kpi: str, *argv: str) -> dict[str, Any]:
        """The only row of a KPI asked without `--by`."""
        (row,) = self.kpi(kpi, *argv)
        return row

    def by(self, kpi: str, key: str, *argv: str, field: str = "value") -> dict[Any, Any]:
        return {row[key]: row[field] for row in self.kpi(kpi, "--by", key, *argv)}

    def ranking(self, kpi: str, year: int, *argv: str) -> dict[str, Any]:
        ran = self.run("ranking", kpi, "--year", str(year), *argv, "--json")
        assert ran.code == 0, ran.err
        return ran.json

    def ranks(self, kpi: str, year: int, *argv: str, field: str = "rank") -> dict[Any, Any]:
        return {row["entity"]: row[field] for row in self.ranking(kpi, year, *argv)["rows"]}

    def uploads(self) -> list[dict[str, Any]]:
        ran = self.run("uploads", "--json")
        assert ran.code == 0, ran.err
        return ran.json
