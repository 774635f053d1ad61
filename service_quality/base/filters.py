"""What a page is narrowed to: frozen filters, to and from a URL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.language import _
from service_quality.base.periods import last_day

NARROWED = (*DIMENSIONS, "source")  # what a page can be narrowed by
Where = tuple[tuple[str, tuple[str | None, ...]], ...]
Entities = Mapping[tuple[str, str], str]  # of a dimension's value that is no own entity
Own = tuple[tuple[str, date, date], ...]
YEAR, MONTH = len("2024"), len("2024-03")
LACKS = {YEAR: "-01-01", MONTH: "-01"}  # to be a day


@dataclass(frozen=True)
class Filters:
    """A period, both ends included, and the values each dimension or source may have (None: none).

    Several values of one mean "or", values of several mean "and". `own` are the days of sources
    that do not reach over the whole period: source, first and last day.
    """

    start: date | None = None
    end: date | None = None
    where: Where = ()
    own: Own = ()

    def values(self, dimension: str) -> tuple[str | None, ...]:
        """Return the chosen values of a dimension; none chosen means all."""
        return dict(self.where).get(dimension, ())

    def only(self, dimension: str, values: Sequence[str | None]) -> Filters:
        """Return these filters with other values for one dimension; empty clears it."""
        kept = {name: chosen for name, chosen in self.where if name != dimension}
        if values:
            kept[dimension] = tuple(dict.fromkeys(values))
        ordered = tuple((name, kept[name]) for name in NARROWED if name in kept)
        return replace(self, where=ordered)

    def between(self, start: date | None, end: date | None) -> Filters:
        """Return these filters with another period, in which no source has days of its own."""
        return replace(self, start=start, end=end, own=())

    def year_before(self) -> Filters:
        """Return the same days a year earlier."""
        start, end = (day and year_before(day) for day in (self.start, self.end))
        own = tuple((name, year_before(a), year_before(b)) for name, a, b in self.own)
        return replace(self, start=start, end=end, own=own)

    def __bool__(self) -> bool:
        return bool(self.start or self.end or self.where)


def year_before(day: date) -> date:
    """Return the same day a year earlier; the end of February stays its end."""
    if day.month == 2 and day == last_day(day):
        return last_day(date(day.year - 1, 2, 1))
    return day.replace(year=day.year - 1)


def to_query(filters: Filters) -> dict[str, list[str]]:
    """Return URL parameters: ISO days and the values themselves; no value is an empty text."""
    query: dict[str, list[str]] = {}
    if filters.start:
        query["from"] = [filters.start.isoformat()]
    if filters.end:
        query["to"] = [filters.end.isoformat()]
    for dimension, values in filters.where:
        query[dimension] = ["" if v is None else v for v in values]
    return query


def from_query(
    query: Mapping[str, Sequence[str]],
    known: Mapping[str, Collection[str | None]] | None = None,
    entities: Entities | None = None,
) -> tuple[Filters, list[str]]:
    """Return the filters of URL parameters, and a sentence for each part that was dropped.

    `known` gives the values that the data has, by dimension; a value beyond them is dropped,
    so that an old link opens on what is left instead of on nothing. `entities` are those of values
    that were merged into another since.
    """
    dropped: list[str] = []
    filters = Filters(_day(query, "from", dropped), _day(query, "to", dropped))
    if filters.start and filters.end and filters.start > filters.end:
        dropped.append(_("The period in the link ends before it starts; it was left out."))
        filters = Filters()
    for dimension in NARROWED:
        values = [text or None for text in query.get(dimension, ())]
        values = [(entities or {}).get((dimension, v or ""), v) for v in values]
        if known is not None and dimension in known:
            lost = [v for v in values if v not in known[dimension]]
            dropped += [_unknown(v) for v in lost]
            values = [v for v in values if v not in lost]
        filters = filters.only(dimension, values)
    return filters, dropped


def one_of(
    query: Mapping[str, Sequence[str]],
    name: str,
    options: Sequence[str],
    default: str,
    written: Callable[[str], str] = str,
) -> tuple[str, list[str]]:
    """Return a choice of a URL such as `by=team`, and a sentence if it had to be dropped.

    The sentence names it as `written` does.
    """
    given = list(query.get(name, ()))[:1]
    if not given or given[0] in options:
        return (given[0] if given else default), []
    return default, [_unknown(written(given[0]))]


def number_in(
    query: Mapping[str, Sequence[str]], name: str, low: int, high: int, default: int
) -> tuple[int, list[str]]:
    """Return a whole number of a URL such as `min_n=5`, and a sentence if it was dropped."""
    given = list(query.get(name, ()))[:1]
    if not given:
        return default, []
    text = given[0]
    if text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high:
        return int(text), []
    return default, [_unknown(text)]


def _day(query: Mapping[str, Sequence[str]], name: str, dropped: list[str]) -> date | None:
    """Return a day of a URL: of a month or year that was typed, its first or (`to`) last one."""
    given = list(query.get(name, ()))[:1]
    if not given:
        return None
    text = given[0]
    try:
        at = date.fromisoformat(text + LACKS.get(len(text), ""))
    except ValueError:
        at = date.min
    if not 1900 <= at.year <= 2200:
        dropped.append(_unknown(text))
        return None
    if name == "to" and len(text) in LACKS:
        return last_day(at if len(text) == MONTH else at.replace(month=12))
    return at


def _unknown(value: str | None) -> str:
    text = _("The link asks for “{value}”, which the data here does not have; it was left out.")
    return text.format(value=_("none") if value is None else value[:60])
