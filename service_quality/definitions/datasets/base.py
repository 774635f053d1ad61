"""What a dataset is: its columns, the rules its rows must keep, its key and how it is updated."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from service_quality.base.dimensions import EVERY
from service_quality.base.language import N_

if TYPE_CHECKING:
    import polars as pl

Kind = Literal["text", "time", "month", "integer", "number", "yes_no", "scale", "id"]
SQL_TYPES: dict[Kind, str] = {
    "text": "varchar",
    "time": "timestamp",
    "month": "date",
    "integer": "bigint",
    "number": "double",
    "yes_no": "boolean",
    "scale": "varchar",
    "id": "varchar",
}


@dataclass(frozen=True)
class Column:
    """One column of a dataset.

    `needed`: a file without it is refused. `event`: a time at which something happened, so it
    may not lie after the upload and counts towards the end of observation. `names`: headers
    that mean this column, compared without case, accents and punctuation. `low` and `high`:
    the values allowed, both included. `words`: texts that mean the same value. `stored` is False
    for columns that no KPI uses yet: they can be mapped, and are not stored. `folded`: texts are
    stored without case, accents and punctuation. `reads` is the macro that reads its cells, where
    those of its kind do not, and `looks` a pattern of such cells, folded. `beside` names a column
    whose cells say this one too, where no header does.
    """

    name: str
    kind: Kind
    title: str
    names: tuple[str, ...] = ()
    needed: bool = False
    event: bool = False
    low: float | None = None
    high: float | None = None
    words: dict[str, tuple[str, ...]] | None = None
    stored: bool = True
    reads: str = ""
    looks: str = ""
    beside: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Rule:
    """What a row must keep: `holds` gets `polars.col` and gives a boolean expression.

    It is asked in SQL first, so it can use what `ingest.stage.rule_sql` knows of polars.
    The offending cell is `column`; `expected` says in words what it should have been. `uses`
    are the columns the rule looks at: it is checked when all of them are mapped, and none of
    `without` is; any other column that it asks for may be absent, and is null then. `known`
    gives the names that would have been right, to be said behind `expected`. `order` names two
    times, the earlier one first, where that is what the rule holds. `aside` is True where the
    whole row is of no use without the cell, although its column is not needed.
    """

    name: str
    column: str
    uses: tuple[str, ...]
    expected: str
    holds: Callable[[Callable[[str], pl.Expr]], pl.Expr]
    without: tuple[str, ...] = ()
    known: Callable[[], Sequence[str]] | None = None
    order: tuple[str, str] | None = None
    aside: bool = False

    def applies_to(self, mapped: set[str]) -> bool:
        """Whether the rule can be checked on an upload that mapped these columns."""
        return set(self.uses) <= mapped and not set(self.without) & mapped


@dataclass(frozen=True)
class Dataset:
    """One kind of rows.

    `key` identifies a row within a source; with `id_column` the key exists only where that
    column is mapped, and rows without ids are replaced by period. `newest_by` decides which of
    two versions of a row wins. `moment` names the time columns that date a row, the first
    mapped and filled one counts; `steady` are times that an id never changes. `either` are
    groups of columns of which one is needed. `identity` are constants that tell apart two
    readings of one file. A `register` says something about the others, such as what was
    promised: it is no contact with a customer and moves no end of data. `telling` are columns of
    which a file must have one to be taken for this kind by itself; `nouns` are the words for what
    its rows are: they may stand before a header, and an id that has one tells too. `in_order`
    are pairs of times of which the first usually comes first.
    """

    kind: str
    title: str
    order: int
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    moment: tuple[str, ...]
    id_column: str | None = None
    newest_by: str | None = None
    steady: tuple[str, ...] = ()
    either: tuple[tuple[str, ...], ...] = ()
    identity: tuple[str, ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()
    rules: tuple[Rule, ...] = ()
    register: bool = False
    telling: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    in_order: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> Column:
        """Return the column of this name; KeyError when there is none."""
        return self.by_name[name]

    @property
    def by_name(self) -> dict[str, Column]:
        """Columns by name, in their order."""
        return {c.name: c for c in self.columns}

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns that are stored."""
        return tuple(c for c in self.columns if c.stored)

    @property
    def events(self) -> tuple[str, ...]:
        """Names of the columns that say when something happened."""
        return tuple(c.name for c in self.columns if c.event)

    def vital(self, mapped: Collection[str]) -> set[str]:
        """Return the columns without which a row is of no use: a fault there sets it aside.

        Elsewhere a fault costs the cell. Of a register every cell counts: a promise without its
        end would bind for ever.
        """
        if self.register:
            return set(self.by_name)
        moments = [name for name in self.moment if name in mapped]
        needed = {c.name for c in self.columns if c.needed} | set(moments[:1])
        return needed | ({self.id_column} if self.id_column else set())

    def mask(self, names: Iterable[str]) -> str:
        """Return the SQL of the bits of the named columns: how a row remembers what was mapped.

        Which bit is whose is kept in the warehouse, by name: `tickets_bit('team')`.
        """
        given = sorted(set(names) & self.by_name.keys())
        bits = [f"{self.kind}_bit('{name}')" for name in given]
        return f"({' | '.join(bits) or '0::ubigint'})"


def dimensions(*, contact: bool = False, **more_names: tuple[str, ...]) -> tuple[Column, ...]:
    """Return the dimensions and the contact id that all datasets share.

    With `contact` the id is stored: it ties rows of several kinds to one contact.
    """
    columns = [
        Column(d.name, "text", d.title, (d.name, *d.headers, *more_names.get(d.name, ())))
        for d in EVERY
    ]
    names_of_it = ("contact id", "id contact")
    return (*columns, Column("contact_id", "text", N_("Contact id"), names_of_it, stored=contact))


def withdrawn() -> Column:
    """Return the column of a register whose yes takes a row back, as if it had never been."""
    return Column("withdrawn", "yes_no", N_("Withdrawn"), ("withdrawn", "retire", "retiree"))
