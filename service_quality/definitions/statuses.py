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
# The same, of a rest: other forms of these words, and what a status may be instead.
CLOSED_OR_MARKED = (
    *CLOSED,
    *("fermee", "cloturee", "resolue", "cerrada", "fechada", "encerrada", "chiusa"),
    *("finished", "gelost", "erledigt", "abgeschlossen", "resuelto", "resuelta", "afgesloten"),
    *("resolvido", "resolvida", "risolto", "risolta", "opgelost", "termine", "terminee"),
    *("marked", "flagged", "marque", "marquee", "classe", "classee", "signale", "signalee"),
    *("markiert", "gekennzeichnet", "marcado", "marcada", "segnato", "segnata"),
    *("contrassegnato", "contrassegnata", "gemarkeerd"),
)
# What joins such a word to why it was: `closed as a duplicate`, `cerrado por duplicado`.
AS = (
    *("as", "because", "of", "due", "to", "for", "by", "a", "an", "comme", "pour", "par", "cause"),
    *("de", "en tant que", "als", "wegen", "durch", "weil", "por", "como", "debido", "ser"),
    *("per", "come", "wegens", "door", "omdat"),
)
# What begins a rest that changes nothing: by whom, for what, into or of which ticket.
BY = (
    *("by", "because", "due", "since", "into", "of", "with", "via", "on request", "at request"),
    *("par", "parce", "pour", "de", "du", "des", "d", "dans", "avec", "sur demande"),
    *("a la demande", "durch", "von", "vom", "wegen", "weil", "mit", "auf wunsch"),
    *("auf kundenwunsch", "por", "porque", "pelo", "pela", "da", "com", "con", "del"),
    *("debido", "a peticion", "a pedido", "a solicitud", "dal", "dalla", "dall", "dallo", "dai"),
    *("di", "della", "dell", "per", "perche", "su richiesta", "door", "van", "met", "wegens"),
    *("omdat", "vanwege", "op verzoek"),
)
# `Test by QA` may be a step of the work, `No action by customer` a wait.
WITHOUT_REST = (
    *("test", "testing", "essai", "prueba", "teste", "prova", "proef", "proba"),
    *("no", "not", "non", "nicht", "nao", "niet", "ne", "nie"),
)
REOPEN = ("reopen", "reply", "response")


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


def meaning(status: str, known: Mapping[str, str]) -> str | None:
    """Return what a status means by a list of meanings, or by its rest; None: nobody knows."""
    return known.get(folded(status)) or by_rest(status)


def by_rest(status: str) -> str | None:
    """Return why a ticket ended where its status, which stands in no list, tells it with a rest.

    `Closed as duplicate`, `Cancelled by requester`. It is `ENDED` or `NO_CONTACT`, and noted beside
    a stored row: to read patterns from each row again takes longer than most questions.
    """
    word = folded(status)
    if word in _list() or not _with_rest().search(word) or _in_doubt().search(word):
        return None
    found = _reason().search(word)
    reason = _list().get(found[1]) if found else None
    return reason if reason in (ENDED, NO_CONTACT) else None


def is_known(status: str) -> bool:
    """Whether the list has a status, whatever the settings add to it."""
    return meaning(status, _list()) is not None


def parameters(settings: Settings) -> dict[str, object]:
    """Return the list as the view of tickets names it."""
    known = meanings(settings)
    return {"status_words": list(known), "status_meanings": list(known.values())}


@cache
def _with_rest() -> re.Pattern[str]:
    """Return what a folded status with a rest has."""
    closed, by = _any_of(CLOSED_OR_MARKED), _any_of(BY)
    return re.compile(f"^{closed}[^a-z]|[^a-z]{by}(?: |$)|[^a-z]{closed}$")


@cache
def _in_doubt() -> re.Pattern[str]:
    """Return what a status has of which nothing is said, as it may have been opened again."""
    words = {of: [w for w, known in _list().items() if known == of] for of in STATUS_MEANINGS}
    still_open = _any_of([*(word for word in words[OPEN] if " " not in word), *REOPEN])
    ended, never, by = _any_of(words[ENDED]), _any_of(WITHOUT_REST), _any_of(BY)
    none = _any_of([word for word in words[NO_CONTACT] if " " not in word])
    return re.compile(
        f"(?:^| ){still_open}(?: |$)|^{never} (?:.* )?{by}(?: |$)|^(?:test|testing) "
        f"|^{ended} .*(?:^| ){none}(?: |$)"
    )


@cache
def _reason() -> re.Pattern[str]:
    """Return the pattern whose first group is why a ticket ended."""
    closed, by = _any_of(CLOSED_OR_MARKED), _any_of(BY)
    return re.compile(
        f"^(?:{closed}(?: {_any_of(AS)}){{0,3}} )?(.+?)(?: {by}(?: [^ ]+){{0,5}}| {closed})?$"
    )


def _any_of(words: Sequence[str]) -> str:
    return f"(?:{'|'.join(sorted(set(words), key=lambda word: (-len(word), word)))})"


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
