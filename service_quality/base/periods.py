"""Whole months, and the periods that pages compare."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def first_day(at: date) -> date:
    """Return the first day of the month."""
    return date(at.year, at.month, 1)


def last_day(at: date) -> date:
    """Return the last day of the month."""
    return date(at.year, at.month, monthrange(at.year, at.month)[1])


def months_back(at: date, months: int) -> date:
    """Return the first day of the month `months` before the one of `at`."""
    step = at.year * 12 + at.month - 1 - months
    return date(step // 12, step % 12 + 1, 1)


def year_to(complete: date) -> tuple[date, date]:
    """Return the year of the last complete day, from its January."""
    return date(complete.year, 1, 1), complete


def last_months(complete: date, months: int = 24) -> tuple[date, date]:
    """Return the last `months` complete months."""
    return months_back(complete, months - 1), last_day(complete)


def between(first: date, last: date) -> list[date]:
    """Return the first day of each month from `first` to `last`, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [months_back(first, -i) for i in range(max(count, 0))]


def months(first: date, last: date) -> list[str]:
    """Return every month from `first` to `last` as `2025-10`: a gap in the data stays a gap."""
    return [f"{month:%Y-%m}" for month in between(first, last)]


def headline(start: date, end: date) -> tuple[date, date]:
    """Return the part of a period that a sentence compares with a year before.

    That is the whole of it up to twelve months; of a longer one, what lies in its last year.
    """
    return (start, end) if start > months_back(end, 12) else year_to(end)
