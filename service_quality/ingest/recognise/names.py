"""Compares headers whatever their dress: case, accents, signs, camelCase, snake_case, prefixes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from service_quality.ingest.columns.no_answer import LETTERS
from service_quality.ingest.read.table import Table

BRACKETS = re.compile(r"\(([^()]*)\)\s*$")
# What a format's name of a column may begin with, and a file has in its reader's language.
CUSTOM = re.compile(r"^Custom field \((.+)\)$")
# Where an interface puts what it gives into a box, the box says nothing: `fields.status`.
BOX = re.compile(
    r"^(fields?|propert(y|ies)|attributes?|data|records?|values?|results?)[.:/]+", re.I
)


# Small words between those that tell: `date de la cloture`, `numero do chamado`.
ARTICLES = frozenset(
    (
        *("the", "of", "de", "du", "des", "d", "l", "la", "le", "les", "del", "el", "los", "do"),
        *("da", "dos", "das", "di", "della", "dello", "dell", "der", "van", "het"),
    )
)
# What says of a time only that it is one: `Fecha y hora de cierre`, `closedAtUtc`.
OF_A_TIME = frozenset(
    (
        *("date", "time", "datetime", "timestamp", "at", "on", "utc", "gmt", "dt", "ts"),
        *("and", "et", "y", "e", "und", "en", "heure", "horaire", "fecha", "hora", "data", "ora"),
        *("datum", "uhrzeit", "zeit", "zeitpunkt", "zeitstempel", "tijd", "tijdstip", "godzina"),
        *("em", "il", "am", "um", "op", "dia", "jour", "tag"),
    )
)


# A year, or a season, which is that in which it ends: `Rank 2024`, `2023/24 Rank`.
OF_A_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?: ?[/–-] ?((?:19|20)?\d\d))?(?!\d)")


@lru_cache(maxsize=20_000)
def normal(text: str) -> str:
    """Return a header in lower case, without accents and signs: `Créé à`, `crééÀ` are `cree a`."""
    bare = unicodedata.normalize("NFKD", _apart(text).casefold()).translate(LETTERS)
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare))


@lru_cache(maxsize=20_000)
def alike(text: str) -> str:
    """Return what a header has in common with all its ways of writing: `ticket_Id` is `ticketid`.

    Blanks do not count: `submitdate` and `Submit Date` are one name.
    """
    return folded(BOX.sub("", text.strip())).replace(" ", "")


def without(text: str, nouns: Collection[str]) -> str:
    """Return a header without the word for what its rows are: `Ticket status` is `status`.

    `nouns` are such words; a header that has no other word stays what it is.
    """
    words = normal(BOX.sub("", text.strip())).split()
    for noun in sorted((normal(noun).split() for noun in nouns), key=len, reverse=True):
        if len(words) > len(noun) and words[: len(noun)] == noun:
            return " ".join(words[len(noun) :])
    return " ".join(words)


# Alone they may begin or end anything: `Date de fin` tells a time, and `Fin` does not.
VAGUE = frozenset(
    ("fin", "end", "ende", "einde", "fine", "fim", "final", "debut", "start", "inicio")
)


def core(text: str) -> str:
    """Return what a header is without small words: `Numero do chamado` is `numerochamado`."""
    return "".join(word for word in normal(text).split() if word not in ARTICLES)


def core_of_a_time(text: str) -> str:
    """Return what tells which time a header is: `Date et heure d'ouverture` is `ouverture`.

    "" where it says no more than that it is one.
    """
    if normal(text) in VAGUE:
        return ""
    empty = ARTICLES | OF_A_TIME
    return "".join(word for word in normal(text).split() if word not in empty)


def year_of(text: str) -> str | None:
    """Return the one year that a header names, or None."""
    found = OF_A_YEAR.findall(text)
    if len(found) != 1:
        return None
    first, last = found[0]
    return str(int(first) + 1) if last else first


def without_year(text: str) -> str:
    """Return a header without its year: `Rank 2024` and `2024 Rank` are `Rank`."""
    return OF_A_YEAR.sub(" ", text)


def folded(text: str) -> str:
    """Return a header as `normal` does; one of signs only, such as `#`, stays what it is."""
    return normal(text) or text.strip()


def _apart(text: str) -> str:
    """Return camelCase as its words: `createdAt` as `created At`, `SLADue` as `SLA Due`."""
    cut = []
    for at, sign in enumerate(text):
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        begins = before.islower() or before.isdigit() or (before.isupper() and after.islower())
        cut.append(f" {sign}" if sign.isupper() and begins else sign)
    return "".join(cut)


class Headers:
    """The headers of a table, found by any of their names.

    A header is known by its own text; where several rows name the columns, also by its text in
    each of them, and by the words that it begins with. A custom field is known by what stands in
    its brackets: `Campo personalizado (Request Type)`.
    """

    def __init__(self, table: Table) -> None:
        self._headers = table.headers
        self._folded = [folded(header) for header in table.headers]
        self._alike = [alike(header) for header in table.headers]
        self._inside = [
            alike(inside[1]) if (inside := BRACKETS.search(header)) else ""
            for header in self._headers
        ]
        self._rows = [
            [alike(text) for text in row]
            for row in table.header_rows
            if len(table.header_rows) > 1 and _names(row, table.headers)
        ]

    def find(self, names: Iterable[str], *, begins: bool = False) -> str | None:
        """Return the file's header that has one of these names, the first name first.

        With `begins` a header that only begins with a name will do.
        """
        for name in names:
            for texts in (self._alike, *self._rows):
                if alike(name) in texts:
                    return self._headers[texts.index(alike(name))]
            custom = CUSTOM.match(name)
            if custom and alike(custom[1]) in self._inside:
                return self._headers[self._inside.index(alike(custom[1]))]
            if begins:
                for header, text in zip(self._headers, self._folded, strict=True):
                    if text.startswith(f"{folded(name)} "):
                        return header
        return None


def _names(row: Sequence[str], headers: Sequence[str]) -> bool:
    """Whether a row of headers is part of the headers, place by place."""
    return len(row) >= len(headers) and all(
        text in header for text, header in zip(row, headers, strict=False)
    )


def is_named(header: str, names: Iterable[str]) -> bool:
    """Whether a header, or what stands in brackets at its end, is one of these names.

    The words before the brackets are often translated: `Campo personalizado (Satisfaction)`.
    """
    inside = BRACKETS.search(header)
    texts = {alike(header), *([alike(inside[1])] if inside else [])}
    return bool(texts & {alike(name) for name in names})
