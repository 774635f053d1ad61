"""What the status of a ticket means: one list of words, which settings.toml can extend."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from types import MappingProxyType
from unicodedata import category, normalize

from service_quality.base.settings import STATUS_MEANINGS, Settings

OPEN, SOLVED, ENDED, NO_CONTACT = STATUS_MEANINGS
FILE = Path(__file__).with_name("statuses.toml")
# Why a ticket was closed often stands behind the word: `Closed - Duplicate`.
CLOSED = (
    *("closed", "resolved", "solved", "done", "completed", "clos", "close", "ferme", "cloture"),
    *("resolu", "geschlossen", "cerrado", "fechado", "encerrado", "chiuso", "gesloten"),
)


def folded(status: str) -> str:
    """Return a status as it is compared: in lower case, without accents and punctuation.

    The macro read_word does the same to the cells of a file.
    """
    # A letter at a time, as DuckDB does: a sigma at the end of a word is like any other.
    lower = "".join(c.lower() for c in status)
    bare = "".join(c for c in normalize("NFD", lower) if not category(c).startswith("M"))
    return " ".join(re.sub(r"[\W_]", " ", normalize("NFC", bare).replace("ł", "l")).split())


def meanings(settings: Settings) -> Mapping[str, str]:
    """Return the meaning of each known status, by its folded text."""
    own = {folded(word): meaning for word, meaning in settings.status_words.items()}
    return {**_list(), **own} if own else _list()


def is_known(status: str) -> bool:
    """Whether the list has a status, whatever the settings add to it."""
    return folded(status) in _list()


def parameters(settings: Settings) -> dict[str, object]:
    """Return the list as the view of tickets names it."""
    known = meanings(settings)
    return {"status_words": list(known), "status_meanings": list(known.values())}


@cache
def _list() -> Mapping[str, str]:
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))
    plain = {
        folded(word): meaning
        for meaning in STATUS_MEANINGS
        for words in written[meaning].values()
        for word in words
    }
    longer = {
        f"{closed} {folded(word)}": meaning
        for meaning in (ENDED, NO_CONTACT)
        for language, words in written[meaning].items()
        for closed, word in product(_closed(written[SOLVED][language]), words)
    }
    return MappingProxyType({**longer, **plain})


def _closed(words: Sequence[str]) -> list[str]:
    return [word for word in map(folded, words) if word in CLOSED]
