"""What the command line prints: one JSON document, or tables; and what to read of an upload."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TextIO

from service_quality.base.language import _, ngettext

if TYPE_CHECKING:
    from service_quality.ingest.stage.issues import Issue
    from service_quality.uploads.outcome import Outcome

# Notices that are a sentence of their own.
SENTENCES = (
    *("no_question", "as_last_time", "other_key", "masked", "came_before"),
    *("unknown_status", "no_contact", "ended_without_solution"),
    *("open_with_closing_time", "solved_time_unknown"),
)
COUNTS = ("rows_read", "rows_accepted", "rows_rejected", "inserted", "updated", "unchanged")
ISSUE = ("column", "rule", "rows", "first_rows", "example")


def as_json(out: TextIO, document: object) -> None:
    """Print one JSON document, in one line."""
    print(json.dumps(document, ensure_ascii=False, allow_nan=False, default=_plain), file=out)


def table(
    out: TextIO, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None
) -> None:
    """Print a table of these columns, by default those of the first row; no rows, no table."""
    if not rows:
        return
    columns = columns or list(rows[0])
    lines = [list(columns), *([cell(row[name]) for name in columns] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    for line in lines:
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        print("  ".join(padded).rstrip(), file=out)


def cell(value: object) -> str:
    """Return a value as a table shows it: numbers are rounded, what is unknown is a dash.

    To four digits, and of a large number all before the point: 12,345 and never 1.234e+04.
    """
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
    return str(value)


def outcomes(out: TextIO, done: Sequence[Outcome]) -> None:
    """Print what became of files: a line each, then the issues of each and what was decided."""
    from service_quality.uploads import summary

    table(out, [vars(outcome) for outcome in done], ("file", "kind", "source", "status", *COUNTS))
    for outcome in done:
        table(out, [issue.as_dict() for issue in outcome.issues], ISSUE)
        lines = summary.lines(outcome)
        if lines and len(done) > 1:
            print(f"{outcome.file}:", file=out)
        for line in lines:
            print(line, file=out)


def tell(outcome: Outcome, err: TextIO) -> None:
    """Say on stderr what a person should read of a file: its format, its notices, its refusal."""
    from service_quality.ingest.stage import personal

    file = outcome.file
    if outcome.format:
        print(f"{file}: {outcome.why[0]}. {outcome.note}", file=err)
    sentences: list[str] = [
        *_notices(outcome.issues),
        *(personal.sentence(found, found.column) for found in outcome.personal),
        *outcome.warnings,
    ]
    for sentence in sentences:
        print(f"{file}: {sentence}", file=err)
    if any(found.asks for found in outcome.personal):
        text = _(
            "Shall people be told apart? --agents pseudonyms: by a stable label for each;"
            " --agents names: by name; --agents no: not at all."
        )
        print(f"{file}: {text}", file=err)
    if outcome.status == "refused":
        print(f"service-quality: {outcome.reason}", file=err)


def _notices(issues: Iterable[Issue]) -> Iterable[str]:
    for issue in issues:
        if issue.rule in SENTENCES:
            yield issue.expected
        elif issue.emptied:
            text = ngettext(
                "{column}: {n} cell was left empty, expected {expected}.",
                "{column}: {n} cells were left empty, expected {expected}.",
                issue.rows,
            )
            yield text.format(column=issue.column, n=issue.rows, expected=issue.expected)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
