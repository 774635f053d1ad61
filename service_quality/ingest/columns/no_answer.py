"""Cells that mean "no answer": signs that are no value, and codes to be confirmed by a person."""

from __future__ import annotations

import unicodedata

# Signs and words that cannot be a date or a number; in lower case, without accents.
NOTHING = (
    *("?", "-", "--", "---", "–", "—", ".", "..", "...", "/", "*"),
    *("na", "n/a", "n.a.", "n.a", "#n/a", "#na", "#null!", "#value!", "#ref!", "#div/0!"),
    *("null", "none", "nan", "nat", "nil", "\\n", "(null)", "(none)", "undefined"),
    *("blank", "(blank)", "empty", "(empty)", "vide", "(vide)", "leer", "(leer)"),
    *("no answer", "no response", "no reply", "not answered", "unanswered", "not applicable"),
    *("don't know", "dont know", "do not know", "no opinion", "prefer not to say", "not stated"),
    *("sans reponse", "non reponse", "pas de reponse", "aucune reponse", "non repondu"),
    *("sans objet", "non applicable", "non concerne", "non renseigne", "sans avis", "sans opinion"),
    *("ne sait pas", "ne se prononce pas", "je ne sais pas", "nsp", "s.o.", "n.c.", "nc"),
    *("keine angabe", "keine angaben", "keine antwort", "k.a.", "k. a.", "ka", "nicht zutreffend"),
    *("weiss nicht", "weiß nicht", "entfallt", "ohne antwort", "nicht beantwortet"),
)
_KNOWN = frozenset(NOTHING)
# Numbers that surveys use for "no answer", where they lie off the scale.
USUAL = (0, 6, 8, 9, 11, 77, 88, 96, 97, 98, 99, 777, 888, 998, 999, 9999, -1, -8, -9, -99)


def folded(text: str) -> str:
    """Return a cell in lower case, without accents, its spaces single."""
    bare = text.lower()
    if not bare.isascii():  # what takes long, and most cells need it not
        bare = unicodedata.normalize("NFKD", bare.replace("’", "'"))
        bare = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(bare.split())


def says_nothing(text: str) -> bool:
    """Whether a cell of dates or numbers means that there is none."""
    # Most cells begin with a digit, and none of these does.
    return not text[:1].isdigit() and folded(text) in _KNOWN
