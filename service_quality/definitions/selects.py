"""Takes a plain select apart, so that several over the same rows can be asked as one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|[\w$]+|\s+|.", re.DOTALL)
UNION = re.compile(r"\bunion\s+all\s+by\s+name\b")
CLAUSES = ("select", "from", "where")
# Any of these makes of rows other rows, or more or fewer of them.
NOT_PLAIN = frozenset(
    "with over group having order limit qualify union except intersect join using window sample"
    " columns unnest filter".split()
)


@dataclass(frozen=True)
class Select:
    """A select that says something of each row: expressions by name, whose rows, and which.

    `first` is a first item that starts with `*`, empty where there is none.
    """

    columns: dict[str, str]
    rows: str
    where: str
    first: str = ""

    @cached_property
    def is_ambiguous(self) -> bool:
        """Whether an expression could mean what another one is called, and not a column."""
        given = {name for name, own in self.columns.items() if own.strip('"') != name}
        return any(given & names(own) for own in (*self.columns.values(), self.where))


@lru_cache(maxsize=200)
def plain(sql: str) -> Select | None:
    """Return a select's expressions; None where it is not plain.

    Of `select created_at as at, source, x = 1 as value from tickets where y` they are at:
    created_at, source: source and value: x = 1, of the rows of tickets, where y.
    """
    clauses = _clauses(sql)
    if clauses is None or list(clauses) not in (["select", "from"], [*CLAUSES]):
        return None
    items = clauses["select"]
    first = items.pop(0) if items[0].startswith("*") else ""
    columns = dict(_named(item) for item in items)
    rows, where = clauses["from"][0], "".join(clauses.get("where", [""]))
    is_table = len(clauses["from"]) == 1 and re.fullmatch(r"\w+", rows)
    if not is_table or "" in columns:
        return None
    return Select(columns, rows, where, first)


@lru_cache(maxsize=50)
def all_plain(sql: str) -> list[Select]:
    """Return the selects that a query of ours puts together by name; each has to be plain."""
    found = [plain(part) for part in UNION.split(sql)]
    assert all(found), sql
    return [select for select in found if select]


def put(expression: str, values: dict[str, str]) -> str:
    """Return an expression in which some columns are other expressions.

    With minutes as `"w.minutes"`, `minutes <= 60` is `"w.minutes" <= 60`.
    """
    named = values | {f'"{name}"': value for name, value in values.items()}
    return "".join(named.get(token, token) for token in TOKEN.findall(expression))


@lru_cache(maxsize=1000)
def names(expression: str) -> frozenset[str]:
    """Return the words of an expression, its columns among them."""
    return frozenset(token.strip('"') for token in TOKEN.findall(expression))


def _clauses(sql: str) -> dict[str, list[str]] | None:
    """Return the items of each clause, as they are written, without comments."""
    found: dict[str, list[str]] = {}
    depth, before, clause = 0, "", ""
    for token in TOKEN.findall(sql):
        word = token.lower()
        if word.startswith("--") or not token.strip():
            if clause:
                found[clause][-1] += " "
            continue
        depth += (token in "([{") - (token in ")]}")
        nested = word == "select" and (depth or found)
        if word in NOT_PLAIN or nested or (word == "distinct" and before == "select"):
            return None
        if not depth and word in CLAUSES and before != "distinct":  # `is distinct from`
            clause = word
            found[clause] = [""]
        elif not clause:
            return None
        elif token == "," and not depth:
            found[clause].append("")
        else:
            found[clause][-1] += token
        before = word
    return {clause: [" ".join(item.split()) for item in items] for clause, items in found.items()}


def _named(item: str) -> tuple[str, str]:
    """Return an item's name and expression; no name where it is neither said nor a column's."""
    if match := re.fullmatch(r"(.+) as (?:(\w+)|\"(\w+)\")", item):
        return match[2] or match[3], match[1]
    column = re.fullmatch(r"\"?(\w+)\"?", item)
    return (column[1], item) if column else ("", item)
