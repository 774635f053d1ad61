"""Working days of a month in a country, so that a long month does not look like a busy one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from service_quality.base import periods
from service_quality.base.errors import UsageError
from service_quality.base.language import _

MONDAY_TO_FRIDAY = range(5)


def working_days(
    first: date, last: date, country: str | None, subdivision: str | None = None
) -> dict[date, int]:
    """Return the working days from `first` to `last`, both included, by the month's first day.

    Neither weekends nor public holidays of the country (ISO 3166 code) and its subdivision;
    without a country, Monday to Friday. UsageError for a country that nobody knows.
    """
    calendar = _calendar(country, subdivision)
    counts = dict.fromkeys(periods.between(first, last), 0)
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        works = day.weekday() in MONDAY_TO_FRIDAY if calendar is None else calendar(day)
        counts[periods.first_day(day)] += works
    return counts


def _calendar(country: str | None, subdivision: str | None) -> Any:
    if not country:
        return None
    import holidays

    try:
        return holidays.country_holidays(country, subdiv=subdivision or None).is_working_day
    except NotImplementedError as error:
        raise UsageError(
            _("The settings country and subdivision name no calendar: {why}. Try “FR”.").format(
                why=error
            )
        ) from error
