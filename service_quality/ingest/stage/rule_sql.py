"""Asks a rule in SQL: the same expression of polars, with another kind of columns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from service_quality.warehouse.engine import literal


class Sql:
    """An expression that can be asked what rules ask of one of polars, and is text of SQL."""

    __hash__ = None  # type: ignore[assignment]  # to compare is to write a comparison

    def __init__(self, text: str) -> None:
        self.text = text
        self.str = self  # what polars has for texts

    def _and(self, sign: str, other: object) -> Sql:
        return Sql(f"({self.text} {sign} {written(other)})")

    def __ge__(self, other: object) -> Sql:
        return self._and(">=", other)

    def __le__(self, other: object) -> Sql:
        return self._and("<=", other)

    def __gt__(self, other: object) -> Sql:
        return self._and(">", other)

    def __lt__(self, other: object) -> Sql:
        return self._and("<", other)

    def __eq__(self, other: object) -> Sql:  # type: ignore[override]
        return self._and("=", other)

    def __ne__(self, other: object) -> Sql:  # type: ignore[override]
        return self._and("<>", other)

    def __and__(self, other: object) -> Sql:
        return self._and("and", other)

    def __or__(self, other: object) -> Sql:
        return self._and("or", other)

    def __invert__(self) -> Sql:
        return Sql(f"(not {self.text})")

    def is_null(self) -> Sql:
        return Sql(f"({self.text} is null)")

    def is_not_null(self) -> Sql:
        return Sql(f"({self.text} is not null)")

    def is_between(self, least: object, most: object) -> Sql:
        return (self >= least) & (self <= most)

    def is_in(self, values: Iterable[object]) -> Sql:
        among = ", ".join(map(written, values))
        return Sql(f"({self.text} in ({among}))" if among else "false")

    def fill_null(self, value: object) -> Sql:
        return Sql(f"coalesce({self.text}, {written(value)})")

    def floor(self) -> Sql:
        return Sql(f"floor({self.text})")

    def starts_with(self, prefix: str) -> Sql:
        return Sql(f"starts_with({self.text}, {literal(prefix)})")

    def extract(self, pattern: str, group: int) -> Sql:
        return Sql(f"nullif(regexp_extract({self.text}, {literal(pattern)}, {group:d}), '')")

    def cast(self, _kind: type[int]) -> Sql:
        return Sql(f"try_cast({self.text} as bigint)")


def written(value: object) -> str:
    """Return a value of a rule of ours as SQL."""
    if isinstance(value, Sql):
        return value.text
    if isinstance(value, datetime):
        return f"timestamp '{value.isoformat(' ')}'"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, float):
        return f"{value!r}::double"
    return literal(value) if isinstance(value, str) else str(value)
