"""What is wrong with rows, or was done about it: what was expected and what is the remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service_quality.base import voice
from service_quality.base.language import N_, _
from service_quality.definitions.datasets import Column, Dataset, Rule
from service_quality.ingest.stage.staged import expected
from service_quality.warehouse.engine import Cursor

REMEDIES = {
    "missing": N_("Fill the cell in the export, or map another column."),
    "not_a_date": N_("State how the column writes its dates, or correct the cell."),
    "later_than_upload": N_("Correct the date: it lies in the future."),
    "too_early": N_("A date before 1980 usually stands for an empty cell: clear it."),
    "off_the_scale": N_("Name it as a no-answer code, or correct the scale."),
    "too_many_cells": N_("Put cells that hold a separator in quotes."),
    "read_as_empty": N_("Nothing to do: such cells count as empty."),
    "placeholder_date": N_("Nothing to do: such dates stand for empty cells."),
    "other_form": N_(
        "Nothing to do: these cells were read in their own form. Look at the example."
    ),
    "test_row": N_("Nothing to do: such rows count nowhere, as the note on the format says."),
    "a_year": N_("Give one row a month, a quarter (Q1 2024) or half a year (2024 H1)."),
    "a_range": N_("Give one number, or leave the cell empty: a range has no place in a figure."),
    "negative_duration": N_("A wait cannot be negative: it may be the time that was left."),
    "not_a_duration": N_("Write the duration as 2:15:00, or as a number in the column's unit."),
    "scale_not_stated": N_("State the scale, such as 1-5; without it there is no satisfaction."),
    "gap_scale_not_stated": N_("State the scale, such as 1-9: gaps on two scales never add up."),
    "mixed_scales": N_("Load the periods apart, each with its scale."),
    "no_question": N_("Say which column holds the answers."),
    "as_last_time": N_("Nothing to do if it is right; else say it yourself."),
    "masked": N_("Leave such things out of the export; nothing else to do."),
    "other_key": N_("Restore the key of the data folder; else contacts of before look new."),
    "out_of_order": N_(
        "Check both columns: one may be of another zone, or mean something else. The rows count."
    ),
    "repeated_key": N_("Map the column that tells these rows apart; else the last one counts."),
}
EXPECTED = {
    "later_than_upload": N_("a time before the upload"),
    "too_early": N_("a date since 1980"),
    "missing": N_("a value"),
    "too_large": N_("a number up to 100,000,000,000"),
    "test_row": N_("a row that counts"),
    "a_year": N_("a month such as 2024-03: a year alone does not say which of its months is meant"),
    "a_range": N_("one number"),
    "negative_duration": N_("a duration such as 2:15:00"),
    "not_a_duration": N_("a duration such as 2:15:00"),
}
# What is typed to do it.
TYPED = {
    "mixed_scales": "--set csat_scale=…",
    "no_question": "--map csat=…, nps=…",
}
# Notices about a file as a whole: what they expect is a sentence of its own.
SENTENCES = (
    *("scale_not_stated", "gap_scale_not_stated", "no_question", "as_last_time"),
    *(
        "other_key",
        "no_contact",
        "ended_without_solution",
        "open_with_closing_time",
        "solved_time_unknown",
    ),
    *("unknown_status", "invited", "came_before"),
)
EMPTIED = N_("The cell was left empty, as unknown; the row stays.")
REMEDY = N_("Correct the cell in the export and load the file again.")


@dataclass(frozen=True)
class Issue:
    """One rule that rows of a column broke; `rejects` is False for a mere notice.

    `emptied`, where only the cell was left empty, as unknown. `examples` are the first few
    records with their cells.
    """

    column: str
    rule: str
    rows: int
    examples: tuple[tuple[int, str | None], ...]
    expected: str
    rejects: bool = True
    emptied: bool = False

    @property
    def first_rows(self) -> tuple[int, ...]:
        """The first records that broke the rule; the file's first record is 1."""
        return tuple(record for record, _cell in self.examples)

    @property
    def example(self) -> str | None:
        """The first offending cell."""
        return self.examples[0][1] if self.examples else None

    @property
    def remedy(self) -> str:
        """What to do about it, in the reader's language."""
        if self.rule in SENTENCES and self.rule not in REMEDIES:
            return self.expected
        todo = _(REMEDIES.get(self.rule, REMEDY))
        if self.rule in TYPED:
            todo += voice.typed(f"({TYPED[self.rule]})")
        return f"{_(EMPTIED)} {todo}" if self.emptied else todo

    def as_dict(self) -> dict[str, Any]:
        """Return the issue as the command line prints it."""
        return {
            "column": self.column,
            "rule": self.rule,
            "rows": self.rows,
            "first_rows": list(self.first_rows),
            "example": self.example,
            "expected": self.expected,
            "remedy": self.remedy,
            "rejects": self.rejects,
            "emptied": self.emptied,
        }


def found(cursor: Cursor, dataset: Dataset) -> tuple[Issue, ...]:
    """Return what the temporary tables `faults`, `emptied` and `notices` have, as issues."""
    rules = {(r.column, r.name): r for r in dataset.rules}
    counted = cursor.execute(
        "select column_name, rule, count(*), min(struct_pack(record, cell), 5), done from ("
        "select *, 'aside' as done from faults union all select *, 'emptied' from emptied"
        " union all select *, 'nothing' from notices) group by all order by 3 desc, 1, 2, 5"
    ).fetchall()
    issues = []
    for name, rule, count, first, done in counted:
        column = dataset.by_name.get(name)
        broken = rules.get((name, rule))
        expected = _said(broken) if broken else _expected(column, rule)
        issues.append(
            Issue(
                name,
                rule,
                count,
                tuple((f["record"], f["cell"]) for f in first),
                expected,
                done == "aside",
                done == "emptied",
            )
        )
    return tuple(issues)


def _said(rule: Rule) -> str:
    known = [", ".join(rule.known())] if rule.known else []
    return " ".join([_(rule.expected), *known])


def _expected(column: Column | None, rule: str) -> str:
    if rule in EXPECTED:
        return _(EXPECTED[rule])
    if column is None:
        return _("as many cells as there are headers")
    if rule == "out_of_range" and column.high is not None:
        return _("a number from {low} to {high}").format(
            low=f"{column.low:g}", high=f"{column.high:g}"
        )
    if rule == "out_of_range":
        return _("a number of at least {low}").format(low=f"{column.low:g}")
    return expected(column)
