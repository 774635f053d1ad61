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
    *("not set", "not available", "not specified", "no data"),
    *("n/d", "n.d.", "n.d", "nd", "s/d", "s.d.", "s/o", "n/c", "neant", "non disponible"),
    *("non defini", "non determine"),
    *("n. a.", "n. d.", "n. v. t.", "nicht verfugbar", "nicht vorhanden", "nicht gesetzt"),
    *("no aplica", "no aplicable", "no procede", "sin datos", "sin dato", "sin respuesta"),
    *("no disponible", "no contesta", "no sabe", "ns/nc", "sin fecha"),
    *("nao se aplica", "nao aplicavel", "sem data", "sem dados", "sem resposta", "sem informacao"),
    *("nao disponivel", "nao informado", "non applicabile", "non si applica"),
    *("non pertinente", "nessun dato", "nessuna risposta", "senza risposta", "senza data"),
    *("n.v.t.", "n.v.t", "nvt", "niet van toepassing", "niet beschikbaar"),
    *("geen antwoord", "geen gegevens", "geen datum", "sans date", "ohne datum"),
    *("kein datum", "no date"),
)
# Words that of a time mean that there is none yet; elsewhere a nought, or a point of a scale.
NEVER = (
    *("never", "not yet", "no", "unresolved", "not resolved", "not solved", "not closed"),
    *("aucun", "aucune", "jamais", "pas encore", "non resolu", "non resolue", "non clos"),
    *("kein", "keine", "keines", "keiner", "nie", "noch nicht", "nicht gelost", "ungelost"),
    *("ninguno", "ninguna", "ningun", "nunca", "todavia no", "aun no", "no resuelto"),
    *("nenhum", "nenhuma", "ainda nao", "nao resolvido", "nessuno", "nessuna", "nessun"),
    *("non ancora", "non risolto", "geen", "nooit", "nog niet", "niet opgelost"),
)
# Letters that are none with an accent, and are typed without what they have: zamknięto, œuvre.
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "œ": "oe", "æ": "ae"})
_KNOWN, _OF_TIMES = frozenset(NOTHING), frozenset((*NOTHING, *NEVER))
# Numbers that surveys use for "no answer", where they lie off the scale.
USUAL = (0, 6, 8, 9, 11, 77, 88, 96, 97, 98, 99, 777, 888, 998, 999, 9999, -1, -8, -9, -99)


def folded(text: str) -> str:
    """Return a cell in lower case, without accents, its spaces single."""
    bare = text.lower()
    if not bare.isascii():  # what takes long, and most cells need it not
        bare = unicodedata.normalize("NFKD", bare.replace("’", "'")).translate(LETTERS)
        bare = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(bare.split())


def says_nothing(text: str, *, of_times: bool = False) -> bool:
    """Whether a cell of dates or numbers means that there is none; `of_times`: of dates only."""
    # Most cells begin with a digit, and none of these does.
    return not text[:1].isdigit() and folded(text) in (_OF_TIMES if of_times else _KNOWN)
