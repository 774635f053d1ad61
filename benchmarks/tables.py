"""What the benchmarks measured, as the tables of docs/benchmarks.md."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- tables: written by make bench ARGS=--write -->\n", "<!-- tables end -->\n"


class Tables:
    """Rows by the heading of their table, in the order in which they came."""

    def __init__(self) -> None:
        self.about: list[str] = []
        self._rows: dict[tuple[str, ...], list[tuple[str, ...]]] = {}

    def row(self, heading: tuple[str, ...], *cells: str) -> None:
        """Add a row below a heading."""
        self._rows.setdefault(heading, []).append(cells)

    def markdown(self) -> str:
        """Return what the run was, and its tables."""
        tables = [
            "\n".join(
                f"| {' | '.join(cells)} |" for cells in (heading, ("---",) * len(heading), *rows)
            )
            for heading, rows in self._rows.items()
        ]
        return "\n\n".join([" ".join(self.about), *tables])

    def write(self, page: Path = DOCS) -> None:
        """Put them where the page has its tables, in place of those of an earlier run."""
        before, _begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
        _old, end, after = rest.partition(END)
        if not end:
            raise SystemExit(f"{page}: no place for tables: {BEGIN.strip()} … {END.strip()}")
        text = f"{before}{BEGIN}\n{self.markdown()}\n\n{END}{after}"
        page.write_text(text, encoding="utf-8")
